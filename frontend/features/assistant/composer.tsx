"use client";

import { Mic, SendHorizontal, Square } from "lucide-react";
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { cx } from "@/lib/cx";
import { t } from "@/lib/messages";
import { Button, IconButton } from "@/ui/button";
import { ASSISTANT_INPUT } from "./ids";
import { useSpeech } from "./speech";

export const MAX_MESSAGE = 2000;
const WARN_FROM = 1800;
const MAX_HEIGHT_PX = 160;

type ComposerProps = {
  draft: string;
  setDraft: (text: string) => void;
  busy: boolean;
  send: (text: string) => void;
  stop: () => void;
  /** Earlier messages, newest first. */
  earlier: string[];
  language: string;
};

export function Composer({ draft, setDraft, busy, send, stop, earlier, language }: ComposerProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [recalled, setRecalled] = useState(-1);
  const before = useRef("");
  const speech = useSpeech(language, (heard) => setDraft([before.current, heard].filter(Boolean).join(" ")));
  // As the server counts: characters, not the halves of an emoji, without the blanks around.
  const length = Array.from(draft.trim()).length;
  const tooLong = length > MAX_MESSAGE;

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, MAX_HEIGHT_PX)}px`;
  }, [draft]);

  function submit() {
    if (busy || tooLong || length === 0) return;
    speech.stop();
    setRecalled(-1);
    send(draft);
    setDraft("");
    field.current?.focus();
  }

  function recall(step: 1 | -1): boolean {
    const untouched = recalled < 0 ? draft === "" : draft === earlier[recalled];
    const next = recalled + step;
    if (!untouched || next < -1 || next >= earlier.length) return false;
    setRecalled(next);
    setDraft(earlier[next] ?? "");
    return true;
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    // Enter that only accepts a word of an input method is not ours.
    if (event.nativeEvent.isComposing) return;
    const plain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && plain) {
      event.preventDefault();
      submit();
    } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && plain) {
      if (recall(event.key === "ArrowUp" ? 1 : -1)) event.preventDefault();
    } else if (event.key === "Escape" && busy) {
      event.preventDefault();
      event.stopPropagation();
      stop();
    }
  }

  const note = tooLong
    ? t.chat.tooLongBy(length - MAX_MESSAGE)
    : length >= WARN_FROM
      ? t.chat.left(MAX_MESSAGE - length)
      : speech.refused
        ? t.chat.voiceRefused
        : null;

  return (
    <form
      className="border-line border-t p-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {note && (
        <p
          id={`${ASSISTANT_INPUT}-note`}
          role={tooLong || speech.refused ? "alert" : undefined}
          className={cx("pb-1.5 text-sm", tooLong ? "text-urgent" : "text-muted")}
        >
          {note}
        </p>
      )}
      <div className="flex items-end gap-2">
        <textarea
          ref={field}
          id={ASSISTANT_INPUT}
          data-chat
          rows={1}
          value={draft}
          aria-label={t.chat.message}
          aria-describedby={note ? `${ASSISTANT_INPUT}-note` : undefined}
          aria-invalid={tooLong || undefined}
          placeholder={speech.listening ? t.chat.listening : t.chat.placeholder}
          enterKeyHint="send"
          autoComplete="off"
          onChange={(event) => {
            setDraft(event.target.value);
            setRecalled(-1);
          }}
          onKeyDown={onKeyDown}
          className="border-edge bg-bg text-text min-h-10 min-w-0 flex-1 resize-none rounded-xl border px-3 py-[7px] touch:min-h-11 touch:py-2 touch:text-lg"
        />
        {speech.supported && (
          <IconButton
            label={speech.listening ? t.chat.voiceStop : t.chat.voice}
            aria-pressed={speech.listening}
            className={cx("size-10", speech.listening && "text-urgent")}
            onClick={() => {
              before.current = draft.trim();
              if (speech.listening) speech.stop();
              else speech.start();
              field.current?.focus();
            }}
          >
            <Mic aria-hidden size={18} />
          </IconButton>
        )}
        {busy ? (
          <Button onClick={stop} className="min-h-10">
            <Square aria-hidden size={14} fill="currentColor" />
            {t.chat.stop}
          </Button>
        ) : (
          <Button kind="main" type="submit" disabled={tooLong || length === 0} className="min-h-10">
            <SendHorizontal aria-hidden size={16} className="rtl:-scale-x-100" />
            <span className="max-sm:sr-only">{t.chat.send}</span>
          </Button>
        )}
      </div>
    </form>
  );
}
