"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ArrowDown, SquarePen } from "lucide-react";
import { useCallback, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useUser } from "@/features/account/session";
import { refreshSoon } from "@/features/tasks/cache";
import { t } from "@/lib/messages";
import { useStore } from "@/lib/store";
import { Button, IconButton } from "@/ui/button";
import { chatOf, type Chat } from "./chat";
import { Composer } from "./composer";
import { HistoryMenu } from "./history";
import { ASSISTANT_INPUT } from "./ids";
import { CONVERSATIONS } from "./queries";
import { ReplyView, SaidView } from "./turn-view";
import { lastEngine, spoken, type Turn } from "./turns";

const NEAR_END_PX = 48;

function focusComposer() {
  document.getElementById(ASSISTANT_INPUT)?.focus();
}

type PanelProps = {
  /** The panel is the whole page: its name is the page's heading. */
  page?: boolean;
};

/** The conversation with the assistant. Fills its container; the conversation itself lives on when this is not shown. */
export function AssistantPanel({ page = false }: PanelProps) {
  const user = useUser();
  const client = useQueryClient();
  const heading = useId();
  const chat = chatOf(user.id);
  const state = useStore(chat.state);
  const Heading = page ? "h1" : "h2";
  const engine = lastEngine(state.turns);
  const place = { timezone: user.timezone, locale: user.locale };
  const changed = () => {
    refreshSoon(client, 0);
    void client.invalidateQueries({ queryKey: CONVERSATIONS });
    void client.invalidateQueries({ queryKey: ["stats"] });
  };
  const send = (text: string) => {
    void chat.send(text, place, changed);
    focusComposer();
  };

  return (
    <section aria-labelledby={heading} className="bg-panel flex h-full min-h-0 min-w-0 flex-col">
      <header className="border-line flex min-h-14 items-center gap-2 border-b ps-4 pe-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 py-1">
          <Heading id={heading} tabIndex={-1} className="font-semibold outline-none">
            {t.chat.title}
          </Heading>
          <p className="text-muted text-sm sm:ms-auto">{engine && t.chat.engines[engine]}</p>
        </div>
        <IconButton
          label={t.chat.newChat}
          disabled={state.turns.length === 0 && state.history === "ready"}
          onClick={() => {
            chat.startNew();
            focusComposer();
          }}
        >
          <SquarePen aria-hidden size={18} />
        </IconButton>
        <HistoryMenu
          current={state.conversation}
          locale={user.locale}
          open={(id) => void chat.open(id)}
          gone={chat.startNew}
        />
      </header>
      <Log
        chat={chat}
        send={send}
        retry={(key) => {
          void chat.retry(key, place, changed);
          focusComposer();
        }}
        undone={async (changes) => {
          try {
            await chat.toggleUndo(changes);
          } finally {
            changed();
          }
        }}
      />
      <Composer
        draft={state.draft}
        setDraft={(draft) => chat.state.set((now) => ({ ...now, draft }))}
        busy={state.busy}
        send={send}
        stop={chat.stop}
        earlier={spoken(state.turns)}
        language={user.locale}
      />
    </section>
  );
}

type LogProps = {
  chat: Chat;
  send: (text: string) => void;
  retry: (key: string) => void;
  undone: (changes: readonly number[]) => Promise<void>;
};

function Log({ chat, send, retry, undone }: LogProps) {
  const state = useStore(chat.state);
  const { turns } = state;
  const area = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const follow = useRef(true);
  const lastSaid = turns.findLast((turn) => turn.role === "user")?.key;

  const toEnd = useCallback(() => {
    const log = area.current;
    if (log) log.scrollTop = log.scrollHeight;
  }, []);
  // One's own message is always brought into view; what comes by itself only when one is reading the end.
  useLayoutEffect(() => {
    follow.current = true;
  }, [lastSaid]);
  useLayoutEffect(() => {
    if (follow.current) toEnd();
  }, [turns, toEnd]);
  // A growing message line or an opening keyboard leaves less room: the end stays in view.
  useEffect(() => {
    const log = area.current;
    if (!log) return;
    const observer = new ResizeObserver(() => follow.current && toEnd());
    observer.observe(log);
    return () => observer.disconnect();
  }, [toEnd]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={area}
        role="log"
        aria-live="polite"
        aria-label={t.chat.log}
        tabIndex={0}
        onScroll={(event) => {
          const log = event.currentTarget;
          follow.current = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX;
          setAtEnd(follow.current);
        }}
        className="h-full overflow-y-auto overscroll-contain p-4 -outline-offset-2"
      >
        {state.history === "loading" && <p className="text-muted appear-late">{t.loading}</p>}
        {state.history === "failed" && (
          <div role="alert" className="text-center">
            <p>{t.chat.historyFailed}</p>
            <Button className="mt-3" onClick={() => state.conversation && void chat.open(state.conversation)}>
              {t.errors.retry}
            </Button>
          </div>
        )}
        {state.history === "ready" && turns.length === 0 && <Welcome send={send} />}
        <div className="grid gap-4">
          {turns.map((turn: Turn, index) =>
            turn.role === "user" ? (
              <SaidView key={turn.key} turn={turn} retry={retry} />
            ) : (
              <ReplyView
                key={turn.key}
                turn={turn}
                undone={state.undone}
                toggleUndo={undone}
                answer={index === turns.length - 1 && !state.busy ? send : null}
              />
            ),
          )}
        </div>
      </div>
      {!atEnd && (
        <IconButton
          label={t.chat.toEnd}
          onClick={toEnd}
          className="border-line bg-panel shadow-pop absolute end-4 bottom-3 border"
        >
          <ArrowDown aria-hidden size={16} />
        </IconButton>
      )}
    </div>
  );
}

function Welcome({ send }: { send: (text: string) => void }) {
  return (
    <div className="grid gap-3 pt-2">
      <div>
        <p className="text-lg font-semibold">{t.chat.hello}</p>
        <p className="text-muted">{t.chat.helloHint}</p>
      </div>
      <ul className="grid justify-items-start gap-2">
        {t.chat.examples.map((example) => (
          <li key={example}>
            <Button className="py-1.5 text-start" onClick={() => send(example)}>
              {example}
            </Button>
          </li>
        ))}
      </ul>
      <p className="text-muted text-sm">{t.chat.helloUndo}</p>
    </div>
  );
}
