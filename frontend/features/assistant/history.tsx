"use client";

import * as Popover from "@radix-ui/react-popover";
import { History, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import type { Conversation } from "@/lib/api/types";
import { cx } from "@/lib/cx";
import { t } from "@/lib/messages";
import { Button, IconButton } from "@/ui/button";
import { messageOf } from "@/ui/problem";
import { useConversations, useDeleteConversation } from "./queries";

type HistoryProps = {
  current: number | null;
  locale: string;
  open: (id: number) => void;
  /** The conversation on screen was deleted. */
  gone: () => void;
};

/** Earlier conversations: open one, or delete it after a second look (a conversation can't be brought back). */
export function HistoryMenu({ current, locale, open, gone }: HistoryProps) {
  const [shown, setShown] = useState(false);
  const [asked, setAsked] = useState<number | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const conversations = useConversations(shown);
  const remove = useDeleteConversation();

  async function confirmDelete(id: number) {
    await remove.mutateAsync(id);
    setAsked(null);
    if (id === current) gone();
    list.current?.focus();
  }

  return (
    <Popover.Root
      open={shown}
      onOpenChange={(next) => {
        setShown(next);
        setAsked(null);
        remove.reset();
      }}
    >
      <Popover.Trigger asChild>
        <IconButton label={t.chat.history}>
          <History aria-hidden size={18} />
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          ref={list}
          align="end"
          sideOffset={6}
          collisionPadding={12}
          tabIndex={-1}
          aria-label={t.chat.history}
          className="border-line bg-panel shadow-pop appear z-40 max-h-[min(28rem,70dvh)] w-[min(20rem,calc(100vw-1.5rem))] overflow-y-auto rounded-xl border p-1.5 outline-none"
        >
          {conversations.isError && (
            <div role="alert" className="p-3">
              <p>{messageOf(conversations.error)}</p>
              <Button className="mt-2" onClick={() => void conversations.refetch()}>
                {t.errors.retry}
              </Button>
            </div>
          )}
          {conversations.isPending && <p className="text-muted appear-late p-3">{t.loading}</p>}
          {conversations.data?.length === 0 && <p className="text-muted p-3">{t.chat.noHistory}</p>}
          {remove.isError && (
            <p role="alert" className="text-urgent p-2 text-sm">
              {messageOf(remove.error)}
            </p>
          )}
          <ul>
            {conversations.data?.map((item) => (
              <li key={item.id}>
                {asked === item.id ? (
                  <DeleteQuestion
                    busy={remove.isPending}
                    keep={() => setAsked(null)}
                    confirm={() => void confirmDelete(item.id).catch(() => {})}
                  />
                ) : (
                  <Row
                    item={item}
                    locale={locale}
                    current={item.id === current}
                    ask={() => setAsked(item.id)}
                    open={() => {
                      setShown(false);
                      open(item.id);
                    }}
                  />
                )}
              </li>
            ))}
          </ul>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

type RowProps = { item: Conversation; locale: string; current: boolean; open: () => void; ask: () => void };

function Row({ item, locale, current, open, ask }: RowProps) {
  const title = item.title || t.chat.untitled;
  const when = new Date(item.updated_at).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return (
    <div className="flex items-center gap-1">
      <button
        type="button"
        aria-current={current || undefined}
        onClick={open}
        className={cx(
          "hover:bg-hover min-w-0 flex-1 rounded-lg px-2.5 py-1.5 text-start touch:py-2.5",
          current && "bg-accent-soft",
        )}
      >
        <span className={cx("block truncate", current && "text-accent font-medium")}>{title}</span>
        <span className="text-muted block text-xs">{when}</span>
      </button>
      <IconButton label={t.chat.deleteConversation(title)} onClick={ask}>
        <Trash2 aria-hidden size={16} />
      </IconButton>
    </div>
  );
}

function DeleteQuestion({ busy, keep, confirm }: { busy: boolean; keep: () => void; confirm: () => void }) {
  return (
    <div
      role="group"
      aria-label={t.chat.deleteQuestion}
      className="bg-urgent-soft flex flex-wrap items-center gap-2 rounded-lg p-2"
    >
      <span className="min-w-0 flex-1 text-sm">{t.chat.deleteQuestion}</span>
      <Button kind="danger" autoFocus disabled={busy} onClick={confirm} className="text-sm">
        {t.chat.deleteYes}
      </Button>
      <Button disabled={busy} onClick={keep} className="text-sm">
        {t.chat.deleteNo}
      </Button>
    </div>
  );
}
