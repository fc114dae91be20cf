"use client";

import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from "react";
import { cx } from "@/lib/cx";

export const inputStyle =
  "w-full min-w-0 rounded-lg border border-edge bg-panel text-text px-3 min-h-9 touch:min-h-11 text-base touch:text-lg disabled:opacity-60";

type FieldProps = { label: string; hint?: string; error?: string; children: (ids: FieldIds) => ReactNode };
type FieldIds = { id: string; "aria-describedby"?: string; "aria-invalid"?: true };

/** A label, its control, and below it a hint or what is wrong. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        ...(note ? { "aria-describedby": `${id}-note` } : {}),
        ...(error ? { "aria-invalid": true } : {}),
      })}
      {note && (
        <p id={`${id}-note`} className={cx("text-sm", error ? "text-urgent" : "text-muted")}>
          {note}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  hint,
  error,
  className,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string; error?: string }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <input className={cx(inputStyle, error && "border-urgent", className)} {...ids} {...rest} />}
    </Field>
  );
}

export function SelectField({
  label,
  hint,
  className,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { label: string; hint?: string }) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <select className={cx(inputStyle, className)} {...ids} {...rest}>
          {children}
        </select>
      )}
    </Field>
  );
}
