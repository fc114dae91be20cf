import { X } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";

type ChipProps = {
  children: ReactNode;
  tone?: "plain" | "urgent" | "accent";
  dismissLabel?: string;
  onDismiss?: () => void;
  disabled?: boolean;
};

/** Something that was understood or chosen, and that can be taken away again. */
export function Chip({ children, tone = "plain", dismissLabel, onDismiss, disabled }: ChipProps) {
  return (
    <span
      className={cx(
        "border-line bg-bg appear inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-full border ps-2.5 text-sm font-medium",
        tone === "urgent" && "text-urgent",
        tone === "accent" && "text-accent",
        !onDismiss && "pe-2.5",
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5 truncate">{children}</span>
      {onDismiss && (
        <button
          type="button"
          aria-label={dismissLabel}
          title={dismissLabel}
          disabled={disabled}
          onClick={onDismiss}
          className="text-muted hover:text-text hover:bg-hover me-0.5 grid size-6 shrink-0 place-items-center rounded-full touch:size-8"
        >
          <X aria-hidden size={14} />
        </button>
      )}
    </span>
  );
}

/** The small circle that stands for a project's or a tag's colour. */
export function Dot({ color }: { color: string | null | undefined }) {
  return (
    <span
      aria-hidden
      className="bg-low size-[9px] shrink-0 rounded-full dark:brightness-125"
      style={color ? { backgroundColor: color } : undefined}
    />
  );
}
