"use client";

/** A pop-over next to any element. Lives in lazily loaded parts only: Radix is not in the first load. */
import * as Radix from "@radix-ui/react-popover";
import type { ReactNode, RefObject } from "react";
import { cx } from "@/lib/cx";

type PopoverProps = {
  anchor: Element | RefObject<Element | null>;
  label: string;
  onClose: () => void;
  children: ReactNode;
  className?: string;
  align?: "start" | "center" | "end";
};

export function Popover({ anchor, label, onClose, children, className, align = "end" }: PopoverProps) {
  const element = () => (anchor instanceof Element ? anchor : anchor.current);
  const virtual = {
    current: { getBoundingClientRect: () => element()?.getBoundingClientRect() ?? new DOMRect() },
  };
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={virtual} />
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={12}
          onInteractOutside={(event) => {
            // The button that opened it closes it by itself.
            if (event.target instanceof Node && element()?.contains(event.target)) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            const back = element();
            if (back instanceof HTMLElement && back.isConnected)
              (back.querySelector<HTMLElement>("[data-title]") ?? back).focus({ preventScroll: true });
          }}
          className={cx(
            "bg-panel text-text border-line shadow-pop appear z-50 max-h-[min(32rem,var(--radix-popover-content-available-height))] overflow-y-auto rounded-xl border p-1.5 outline-none",
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const ITEM =
  "flex min-h-9 w-full items-center gap-2.5 rounded-lg px-2.5 text-start hover:bg-hover focus-visible:bg-hover focus-visible:outline-offset-[-2px] touch:min-h-11";

type ItemProps = {
  onPick: () => void;
  children: ReactNode;
  hint?: ReactNode;
  danger?: boolean;
  pressed?: boolean;
};

export function PopoverItem({ onPick, children, hint, danger, pressed }: ItemProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPick}
      className={cx(ITEM, danger && "text-urgent", pressed && "text-accent font-medium")}
    >
      {children}
      {hint && <span className="text-muted ms-auto ps-4 text-sm">{hint}</span>}
    </button>
  );
}

/** Arrow keys, Home and End move between the buttons of a pop-over. */
export function arrowKeys(event: React.KeyboardEvent<HTMLElement>): void {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  if (step === undefined || event.target instanceof HTMLSelectElement) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("button, input")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  event.preventDefault();
  items[(at + step + items.length) % items.length]?.focus();
}
