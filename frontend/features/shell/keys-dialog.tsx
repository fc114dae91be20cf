"use client";

import { t } from "@/lib/messages";
import { hotkeys } from "@/lib/preferences";
import { useStore } from "@/lib/store";
import { Dialog } from "@/ui/dialog";
import { Kbd } from "@/ui/kbd";
import { overlay } from "./hotkeys";

const LIST: [string[], string][] = [
  [["j", "k"], t.keys.move],
  [["space"], t.keys.complete],
  [["e", "Enter"], t.keys.open],
  [["x"], t.keys.select],
  [["d"], t.keys.due],
  [["p"], t.keys.priority],
  [["t"], t.keys.tags],
  [["m"], t.keys.project],
  [["#"], t.keys.delete],
  [["Alt ↑", "Alt ↓"], t.keys.reorder],
];
const ANYWHERE: [string[], string][] = [
  [["q"], t.keys.add],
  [["/"], t.keys.search],
  [["a"], t.keys.assistant],
  [["Ctrl K", "⌘ K"], t.keys.palette],
  [["Ctrl Z", "⌘ Z"], t.keys.undo],
  [["g i", "g t", "g u"], t.keys.goTo],
  [["Esc"], t.keys.escape],
  [["?"], t.keys.help],
];

function Table({ title, rows }: { title: string; rows: [string[], string][] }) {
  return (
    <section className="mt-3">
      <h3 className="text-muted mb-1 text-sm font-semibold">{title}</h3>
      <dl>
        {rows.map(([keys, what]) => (
          <div key={what} className="border-line flex min-h-9 items-center justify-between gap-4 border-b">
            <dt>{what}</dt>
            <dd className="flex gap-1.5">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export default function KeysDialog() {
  const off = useStore(hotkeys) === "off";
  return (
    <Dialog title={t.keys.title} onClose={() => overlay.set(null)}>
      <div className="overflow-y-auto px-5 pb-6" tabIndex={0} role="group" aria-label={t.keys.title}>
        {off && <p className="text-muted mt-2">{t.keys.off}</p>}
        <Table title={t.keys.lists} rows={LIST} />
        <Table title={t.keys.everywhere} rows={ANYWHERE} />
      </div>
    </Dialog>
  );
}
