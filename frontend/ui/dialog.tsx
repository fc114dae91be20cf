"use client";

/** A modal dialog: centred on a desktop, a sheet from below on a phone. Lives in lazily loaded parts only. */
import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "@/lib/messages";
import { cx } from "@/lib/cx";
import { IconButton } from "./button";

type DialogProps = {
  title: string;
  hideTitle?: boolean;
  onClose: () => void;
  children: ReactNode;
  /** `sheet` sits above the thumb on a phone, `full` fills the phone, `side` is a drawer on wider screens. */
  kind?: "sheet" | "full" | "side";
  className?: string;
};

const KINDS = {
  sheet:
    "inset-x-0 bottom-0 rounded-t-2xl max-h-[92dvh] desk:inset-x-auto desk:bottom-auto desk:left-1/2 desk:top-[14vh] desk:w-[30rem] desk:-translate-x-1/2 desk:rounded-2xl desk:max-h-[76vh]",
  full: "inset-0",
  side: "inset-y-0 end-0 w-[min(26rem,100vw)] border-s",
} as const;

export function Dialog({ title, hideTitle, onClose, children, kind = "sheet", className }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="appear fixed inset-0 z-40 bg-[rgb(20_18_14/0.35)]" />
        <Radix.Content
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            // The dialog itself, unless something in it asked for the focus: no ring around its first button.
            const content = event.currentTarget as HTMLElement;
            event.preventDefault();
            if (!content.contains(document.activeElement)) content.focus();
          }}
          className={cx(
            "bg-panel text-text border-line shadow-pop appear fixed z-40 flex flex-col overflow-hidden outline-none",
            KINDS[kind],
            className,
          )}
        >
          {hideTitle ? (
            <Radix.Title className="sr-only">{title}</Radix.Title>
          ) : (
            <div className="flex items-center gap-2 px-5 pt-4 pb-1">
              <Radix.Title className="flex-1 text-xl font-semibold">{title}</Radix.Title>
              <Radix.Close asChild>
                <IconButton label={t.close}>
                  <X aria-hidden size={18} />
                </IconButton>
              </Radix.Close>
            </div>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
