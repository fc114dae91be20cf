"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useId, useRef, useState, type DragEvent } from "react";
import { refreshSoon } from "@/features/tasks/cache";
import { useUndo } from "@/features/tasks/undo";
import { ApiError } from "@/lib/api/client";
import type { ImportReport } from "@/lib/api/types";
import { cx } from "@/lib/cx";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { SelectField } from "@/ui/field";
import { upload } from "./upload";
import { ImportPreview } from "./import-preview";
import { Section, Trouble } from "./section";
import { useUser } from "./session";

const MAX_BYTES = 10 * 1024 * 1024;
const KINDS = ["auto", "todoist", "csv", "taskora"] as const;
type Kind = (typeof KINDS)[number];

type Step =
  | { at: "choose" }
  | { at: "reading"; file: File }
  | { at: "preview"; file: File; report: ImportReport }
  | { at: "importing"; file: File; report: ImportReport }
  | { at: "done"; report: ImportReport; undone: boolean };

/** A file is read and shown first; it comes in only after a look at what would come. */
export function ImportSection() {
  const user = useUser();
  const client = useQueryClient();
  const undo = useUndo();
  const picker = useRef<HTMLInputElement>(null);
  const outcome = useRef<HTMLDivElement>(null);
  const fileId = useId();
  const [step, setStep] = useState<Step>({ at: "choose" });
  const [kind, setKind] = useState<Kind>("auto");
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [running, setRunning] = useState<AbortController | null>(null);

  async function post(file: File, as: Kind, preview: boolean, signal?: AbortSignal): Promise<ImportReport> {
    const body = new FormData();
    body.set("file", file);
    body.set("kind", as);
    body.set("preview", String(preview));
    return upload<ImportReport>(`/api/${user.id}/import`, body, signal);
  }

  async function read(file: File, as: Kind) {
    running?.abort();
    setProblem(null);
    if (file.size > MAX_BYTES) {
      setStep({ at: "choose" });
      setProblem(t.settings.importTooLarge);
      return;
    }
    const own = new AbortController();
    setRunning(own);
    setStep({ at: "reading", file });
    try {
      const report = await post(file, as, true, own.signal);
      setStep({ at: "preview", file, report });
      requestAnimationFrame(() => outcome.current?.focus());
    } catch (error) {
      if (own.signal.aborted) return;
      setStep({ at: "choose" });
      setProblem(error);
    }
  }

  async function confirm(file: File, preview: ImportReport) {
    setProblem(null);
    setStep({ at: "importing", file, report: preview });
    try {
      const report = await post(file, kind, false);
      setStep({ at: "done", report, undone: false });
      requestAnimationFrame(() => outcome.current?.focus());
    } catch (error) {
      setStep({ at: "preview", file, report: preview });
      setProblem(error instanceof ApiError && error.status === 0 ? t.settings.importUnsure : error);
    }
    refreshSoon(client, 0);
  }

  function startOver() {
    running?.abort();
    setStep({ at: "choose" });
    setProblem(null);
    setKind("auto");
    if (picker.current) picker.current.value = "";
    picker.current?.focus();
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) void read(file, kind);
  }

  const file = "file" in step ? step.file : null;
  return (
    <Section id="import" title={t.settings.import} hint={t.settings.importHint}>
      <label
        htmlFor={fileId}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          "has-focus-visible:outline-accent flex cursor-pointer flex-col items-center gap-1 rounded-xl border border-dashed px-4 py-6 text-center has-focus-visible:outline-2 has-focus-visible:outline-offset-2",
          over ? "border-accent bg-accent-soft" : "border-edge hover:bg-hover",
        )}
      >
        <Upload aria-hidden size={22} className="text-accent" />
        <span className="font-medium [overflow-wrap:anywhere]">
          {file ? file.name : t.settings.importDrop}
        </span>
        <span className="text-muted text-sm">{file ? t.settings.importOther : t.settings.importLimits}</span>
        <input
          ref={picker}
          id={fileId}
          type="file"
          accept=".csv,.tsv,.txt,.json,.zip,text/csv,application/json,application/zip"
          className="sr-only"
          onChange={(event) => {
            const chosen = event.target.files?.[0];
            if (chosen) void read(chosen, kind);
            // Choosing the same file again, changed meanwhile, must be heard too.
            event.target.value = "";
          }}
        />
      </label>
      <div className={cx("grid gap-4", (problem !== null || step.at !== "choose") && "mt-4")}>
        {problem !== null && <Trouble error={problem} />}
        <div role="status">
          {step.at === "reading" && <p className="text-muted appear-late">{t.settings.importReading}</p>}
        </div>
        {(step.at === "preview" || step.at === "importing") && (
          <div ref={outcome} tabIndex={-1} className="grid gap-4 outline-none">
            <SelectField
              label={t.settings.importKind}
              className="max-w-60"
              value={kind}
              onChange={(event) => {
                const chosen = event.target.value as Kind;
                setKind(chosen);
                void read(step.file, chosen);
              }}
            >
              {KINDS.map((choice) => (
                <option key={choice} value={choice}>
                  {choice === "auto" ? t.settings.importAuto : t.settings.importKinds[choice]}
                </option>
              ))}
            </SelectField>
            <ImportPreview report={step.report} locale={user.locale} />
            <div className="flex flex-wrap gap-2">
              <Button
                kind="main"
                disabled={step.at === "importing" || step.report.created === 0}
                onClick={() => void confirm(step.file, step.report)}
              >
                {step.at === "importing"
                  ? t.settings.importRunning
                  : t.settings.importConfirm(step.report.created)}
              </Button>
              <Button disabled={step.at === "importing"} onClick={startOver}>
                {t.settings.importCancel}
              </Button>
            </div>
          </div>
        )}
        {step.at === "done" && (
          <div ref={outcome} tabIndex={-1} className="grid gap-3 outline-none">
            <p role="status" className="bg-accent-soft rounded-lg px-3 py-2 font-medium">
              {step.undone ? t.settings.importUndone : t.settings.importDone(step.report.created)}
            </p>
            <div className="flex flex-wrap gap-2">
              {step.report.change_id !== null && !step.undone && (
                <Button
                  onClick={() =>
                    void undo({ changes: Promise.resolve([step.report.change_id!]) }).then(
                      (taken) => taken && setStep({ ...step, undone: true }),
                    )
                  }
                >
                  {t.undo.action}
                </Button>
              )}
              <Button onClick={startOver}>{t.settings.importOther}</Button>
            </div>
          </div>
        )}
      </div>
    </Section>
  );
}
