/** Buttons of the page: one primary per place, the rest quiet. Most press an action and take its words, key and state. */
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, MouseEvent, ReactNode } from 'react';
import { type Action, type ActionId, actionOf, isEnabled, titleOf } from '../actions.ts';
import { ariaKeys, keyText } from '../keys.ts';
import { useLiveUi } from '../live/session.ts';
import { useOrders } from '../lossless/orders.ts';
import { useLossless } from '../lossless/state.ts';
import { usePresets } from '../presets/state.ts';
import { useStudio } from '../studio.ts';
import { useUi } from '../ui-state.ts';
import { Tip } from './tip.tsx';

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover disabled:bg-track disabled:text-muted font-medium',
  plain: 'bg-raised text-text border border-line hover:border-line-strong disabled:text-muted disabled:hover:border-line',
  ghost: 'text-muted hover:text-text hover:bg-hover disabled:hover:bg-transparent disabled:hover:text-muted',
  danger: 'bg-bad-ground text-bad border border-bad/40 hover:border-bad',
};

/** A press with the pointer leaves the keys to what had them; a press with keys is one that has come to the button. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
  // What was typed counts from here on.
  const { activeElement } = document;
  if (activeElement instanceof HTMLInputElement && !activeElement.closest('[role=dialog]')) activeElement.blur();
}

export interface ButtonProps extends ComponentProps<'button'> {
  look?: keyof typeof looks;
  icon?: LucideIcon;
}

export function Button({ look = 'plain', icon: Icon, children, className = '', ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      onMouseDown={keepFocus}
      {...rest}
      className={`inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-md px-3 whitespace-nowrap disabled:opacity-70 ${looks[look]} ${className}`}
    >
      {Icon && <Icon size={15} aria-hidden />}
      {children}
    </button>
  );
}

/** A button with a picture only; its name is shown on hover and read aloud. */
export function IconButton({
  icon: Icon,
  name,
  keys,
  className = '',
  ...rest
}: { icon: LucideIcon; name: string; keys?: string | undefined } & ComponentProps<'button'>): ReactNode {
  return (
    <Tip text={keys ? `${name}  ${keyText(keys)}` : name}>
      <button
        type="button"
        aria-label={name}
        onMouseDown={keepFocus}
        {...(keys && { 'aria-keyshortcuts': ariaKeys(keys) })}
        {...rest}
        className={`inline-flex size-8 shrink-0 items-center justify-center rounded-md disabled:opacity-50 ${looks.ghost} ${className}`}
      >
        <Icon size={16} aria-hidden />
      </button>
    </Tip>
  );
}

/** Draws anew whenever the action could have become possible or impossible. */
export function useEnabled(action: Action): boolean {
  useUi();
  useLossless();
  useOrders();
  useLiveUi();
  usePresets();
  return useStudio(() => isEnabled(action));
}

/** A button for an action. `label` for a shorter word than the action's own. */
export function ActionButton({ id, label, ...rest }: { id: ActionId; label?: string } & Omit<ButtonProps, 'icon'>): ReactNode {
  const action = actionOf(id);
  const enabled = useEnabled(action);
  const [key] = action.keys;
  const title = titleOf(action);
  return (
    <Tip text={key ? `${title}  ${keyText(key)}` : title}>
      <Button icon={action.icon} disabled={!enabled} {...(key && { 'aria-keyshortcuts': ariaKeys(key) })} onClick={action.run} {...rest}>
        {label ?? title}
      </Button>
    </Tip>
  );
}

export function ActionIcon({ id, ...rest }: { id: ActionId } & Omit<ComponentProps<'button'>, 'id'>): ReactNode {
  const action = actionOf(id);
  const enabled = useEnabled(action);
  return <IconButton icon={action.icon} name={titleOf(action)} keys={action.keys[0]} disabled={!enabled} onClick={action.run} {...rest} />;
}
