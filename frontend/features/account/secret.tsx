"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { inputStyle } from "@/ui/field";

/** Something that is shown this once: it gets the focus, and can be copied with one press. */
export function Secret({ label, value, close }: { label: string; value: string; close: () => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [value]);

  async function copy() {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // Pages on plain http have no clipboard of their own; the old way copies what is selected.
      if (!document.execCommand("copy")) return;
    }
    setCopied(true);
  }

  return (
    <div className="border-accent bg-accent-soft appear mb-4 grid gap-2 rounded-xl border p-4">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
          className={`${inputStyle} min-w-48 flex-1 font-mono text-sm`}
        />
        <Button kind="main" onClick={() => void copy()}>
          {copied ? <Check aria-hidden size={16} /> : <Copy aria-hidden size={16} />}
          {t.settings.copy}
        </Button>
        <Button onClick={close}>{t.settings.secretDone}</Button>
      </div>
      <p role="status" className="text-sm">
        {copied ? t.settings.copied : ""}
      </p>
    </div>
  );
}
