"use client";

import { CircleAlert, RotateCcw } from "lucide-react";
import { memo } from "react";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
// The panel is loaded late as a whole: no need to wait for this once more.
import Markdown from "@/ui/markdown";
import { ActionCard } from "./action-card";

import type { Undone } from "./remembered";
import { cardsOf, changedSomething, type Reply, type Said } from "./turns";

export const SaidView = memo(function SaidView({
  turn,
  retry,
}: {
  turn: Said;
  retry: (key: string) => void;
}) {
  return (
    <div className="flex flex-col items-end gap-1.5">
      <p className="bg-accent text-on-accent max-w-[85%] rounded-2xl rounded-ee-[4px] px-3.5 py-2 whitespace-pre-wrap [overflow-wrap:anywhere]">
        <span className="sr-only">{t.chat.you}: </span>
        {turn.text}
      </p>
      {turn.failure && (
        <div role="alert" className="flex max-w-full flex-wrap items-center justify-end gap-2">
          <p className="text-urgent flex gap-1.5 text-sm">
            <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
            <span>{turn.failure.message}</span>
          </p>
          <Button onClick={() => retry(turn.key)} className="text-sm">
            <RotateCcw aria-hidden size={14} />
            {t.chat.retry}
          </Button>
        </div>
      )}
    </div>
  );
});

type ReplyViewProps = {
  turn: Reply;
  undone: Undone;
  toggleUndo: (changes: readonly number[]) => Promise<void>;
  answer: ((message: string) => void) | null;
};

function Thinking() {
  return (
    <p className="text-muted flex items-center gap-2">
      <span aria-hidden className="flex gap-1">
        {[0, 160, 320].map((delay) => (
          <span
            key={delay}
            className="bg-muted size-1.5 animate-pulse rounded-full"
            style={{ animationDelay: `${delay}ms` }}
          />
        ))}
      </span>
      {t.chat.thinking}
    </p>
  );
}

export const ReplyView = memo(function ReplyView({ turn, undone, toggleUndo, answer }: ReplyViewProps) {
  const cards = cardsOf(turn.actions);
  const streaming = turn.state === "streaming";
  return (
    <div aria-busy={streaming} className="me-[6%] grid gap-2">
      <span className="sr-only">{t.chat.title}: </span>
      {turn.text ? <Markdown text={turn.text} /> : streaming && <Thinking />}
      {cards.length > 0 && (
        <ul className="grid gap-1.5">
          {cards.map((card) => (
            <ActionCard key={card.changes[0]} card={card} undone={undone} toggle={toggleUndo} />
          ))}
        </ul>
      )}
      {turn.state === "stopped" && (
        <p className="text-muted text-sm">
          {changedSomething(turn) ? t.chat.stoppedDone : t.chat.stoppedNothing}
        </p>
      )}
      {turn.state === "broken" && (
        <p role="alert" className="text-urgent text-sm">
          {t.chat.interrupted}
        </p>
      )}
      {turn.suggestions.length > 0 && (
        <div role="group" aria-label={t.chat.suggestions} className="flex flex-wrap gap-1.5">
          {turn.suggestions.map((suggestion) => (
            <Button
              key={suggestion.message}
              disabled={!answer}
              onClick={() => answer?.(suggestion.message)}
              className="max-w-full text-start"
            >
              <span className="min-w-0 py-1 [overflow-wrap:anywhere]">{suggestion.label}</span>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
});
