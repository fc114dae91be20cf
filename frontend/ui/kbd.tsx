import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="border-line bg-bg text-muted rounded-[5px] border px-1.5 font-mono text-xs leading-5 whitespace-nowrap">
      {children}
    </kbd>
  );
}
