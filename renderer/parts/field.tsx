/** A labelled line of a form, and the text box in it. */
import { type ComponentProps, type ReactNode, useLayoutEffect, useRef, useState } from 'react';

export function Field({ label, hint, children }: { label: string; hint?: string | undefined; children: ReactNode }): ReactNode {
  return (
    <div className="grid grid-cols-[108px_minmax(0,1fr)] items-center gap-x-2 py-1">
      <span className="text-muted">{label}</span>
      {children}
      {hint && <span className="col-start-2 pt-0.5 text-sm text-muted">{hint}</span>}
    </div>
  );
}

const box =
  'h-8 w-full min-w-0 rounded-md border border-line bg-raised px-2.5 hover:border-line-strong disabled:opacity-60 disabled:hover:border-line selectable';

export function TextBox(props: ComponentProps<'input'>): ReactNode {
  return <input spellCheck={false} autoComplete="off" {...props} className={`${box} ${props.className ?? ''}`} />;
}

/** Tells its text when the person is done with it: on Enter or when leaving. With `leaves` Enter also gives the keys back to the page. */
export function CommitBox({
  value,
  onCommit,
  onDraft,
  leaves = false,
  ...rest
}: { value: string; onCommit(text: string): void; onDraft?(text: string | null): void; leaves?: boolean } & Omit<
  ComponentProps<'input'>,
  'value' | 'onChange'
>): ReactNode {
  /** What is being typed; null shows the value, which may change underneath. */
  const [text, setDraft] = useState<string | null>(null);
  const setText = (next: string | null) => {
    setDraft(next);
    onDraft?.(next);
  };
  const commit = () => {
    if (text !== null && text !== value) onCommit(text);
    setText(null);
  };
  const input = useRef<HTMLInputElement>(null);
  const shown = useRef(value);
  // What is typed into a box whose value has just come takes its place: it is not hung onto its end.
  useLayoutEffect(() => {
    if (shown.current !== value && text === null && document.activeElement === input.current) input.current?.select();
    shown.current = value;
  }, [value, text]);
  return (
    <TextBox
      {...rest}
      ref={input}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setText(null);
        if (event.key !== 'Enter') return;
        if (leaves)
          event.currentTarget.blur(); // which commits
        else commit();
      }}
    />
  );
}

/** A heading and what stands under it; folds when it has a `summary`. */
export function Section({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }): ReactNode {
  return (
    <section className="border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex h-6 items-center justify-between pb-1">
        <h3 className="text-sm font-semibold">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

export function Fold({
  title,
  open,
  onToggle,
  children,
}: {
  title: string;
  open?: boolean;
  onToggle?(open: boolean): void;
  children: ReactNode;
}): ReactNode {
  return (
    <details
      open={open}
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
      className="border-b border-line px-4 py-2.5 last:border-b-0"
    >
      <summary className="flex h-6 list-none items-center gap-1.5 rounded-md text-sm font-semibold marker:hidden">
        <span aria-hidden className="text-muted transition-transform duration-150 [details[open]>summary>&]:rotate-90">
          ›
        </span>
        {title}
      </summary>
      <div className="pt-1.5">{children}</div>
    </details>
  );
}
