"use client";

import { t } from "@/lib/messages";
import { Button } from "@/ui/button";

export default function PageError({ reset }: { reset: () => void }) {
  return (
    <main role="alert" className="grid min-h-[60vh] place-items-center p-6 text-center">
      <div>
        <h1 className="text-2xl font-bold tracking-tight">{t.errors.crash}</h1>
        <p className="text-muted mt-2 mb-6 max-w-md">{t.errors.crashHint}</p>
        <Button kind="main" onClick={reset}>
          {t.errors.retry}
        </Button>
      </div>
    </main>
  );
}
