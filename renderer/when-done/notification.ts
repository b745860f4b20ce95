/** Notifications of the system, as far as the browser lets a page show them. The desktop app shows its own. */
import { desktop } from '../desktop.ts';

/** `ask`: the person can still be asked. A page that came without encryption from another machine has none to show. */
export function notificationState(): 'granted' | 'denied' | 'ask' {
  if (desktop || !('Notification' in window) || !isSecureContext) return 'denied';
  return Notification.permission === 'default' ? 'ask' : Notification.permission;
}

/** Only when something was pressed. Resolves when it is decided. */
export async function askForNotifications(): Promise<void> {
  if (notificationState() === 'ask') await Notification.requestPermission();
}

/** Whether it is shown. `tag`: of several tabs' notifications of one thing one is. */
export function showNotification(title: string, body: string, tag: string): boolean {
  if (notificationState() !== 'granted') return false;
  const notification = new Notification(title, { body, tag, icon: '/icon.svg' });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  return true;
}
