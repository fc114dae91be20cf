import type { ButtonHTMLAttributes, Ref } from "react";
import { cx } from "@/lib/cx";

type Kind = "main" | "plain" | "quiet" | "danger";

const KINDS: Record<Kind, string> = {
  main: "border-accent bg-accent text-on-accent hover:bg-accent-strong hover:border-accent-strong font-medium",
  plain: "border-line bg-panel text-text hover:bg-hover",
  quiet: "border-transparent text-muted hover:bg-hover hover:text-text",
  danger: "border-line bg-panel text-urgent hover:bg-urgent-soft",
};

const BASE =
  "inline-flex items-center justify-center gap-1.5 rounded-lg border px-3 min-h-9 touch:min-h-11 text-base transition-colors disabled:opacity-55 disabled:pointer-events-none select-none";

export function Button({
  kind = "plain",
  className,
  type = "button",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind; ref?: Ref<HTMLButtonElement> }) {
  return <button type={type} className={cx(BASE, KINDS[kind], className)} {...rest} />;
}

/** A button that shows only a picture: its label is read aloud and shown as a tooltip with the key, if it has one. */
export function IconButton({
  label,
  hotkey,
  className,
  type = "button",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & {
  label: string;
  hotkey?: string;
  ref?: Ref<HTMLButtonElement>;
}) {
  return (
    <button
      type={type}
      aria-label={label}
      title={hotkey ? `${label} (${hotkey})` : label}
      className={cx(
        "text-muted hover:bg-hover hover:text-text inline-grid size-8 shrink-0 place-items-center rounded-lg transition-colors touch:size-11 disabled:opacity-50",
        className,
      )}
      {...rest}
    />
  );
}
