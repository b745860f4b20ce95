/** Stream keys under the system's own key store; under a key file where the system has none (some Linux desktops). */
import { safeStorage } from 'electron';
import type { Seal } from '../native/studio/secrets.ts';

/** What sealed a text is written before it, so that each is opened by its own. */
const marks = { system: 'system:', file: 'file:' };

/** `basic_text` is Chromium's word for a key that everybody knows. */
const hasKeyStore = () =>
  safeStorage.isEncryptionAvailable() && (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text');

export function systemSeal(file: Seal): Seal {
  return {
    seal: (secret) =>
      hasKeyStore() ? `${marks.system}${safeStorage.encryptString(secret).toString('base64')}` : `${marks.file}${file.seal(secret)}`,
    open: (sealed) =>
      sealed.startsWith(marks.system)
        ? safeStorage.decryptString(Buffer.from(sealed.slice(marks.system.length), 'base64'))
        : file.open(sealed.slice(marks.file.length)),
  };
}
