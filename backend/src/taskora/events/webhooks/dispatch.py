"""From events to messages, from messages to attempts: the steps that the delivery loop repeats.

At least once: a message whose process dies while sending is sent again when its lease ends, with the same
`webhook-id`, by which receivers tell repetitions.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from taskora.events.outbox import record
from taskora.events.webhooks import repository
from taskora.events.webhooks.repository import Row
from taskora.events.webhooks.sending import TOTAL_SECONDS, Answer
from taskora.events.webhooks.signing import headers
from taskora.kit import clock
from taskora.kit.ids import new_id
from taskora.storage import Database
from taskora.storage.locks import lock_owner

# After the first attempt at once: the waits of Standard Webhooks' example schedule, a day and a half in all.
RETRY_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 12 * 3600, 15 * 3600)
)
MAX_ATTEMPTS = len(RETRY_AFTER) + 1
MAX_PENDING = 2_000
KEPT = timedelta(days=14)
GONE = 410
# One webhook's messages are sent one after the other, so many per turn; the lease outlives the slowest turn.
TURN = 10
LEASE = timedelta(seconds=TURN * TOTAL_SECONDS + 60)
UNREACHABLE_PAUSE = timedelta(seconds=30)
_EVENTS_PER_STEP = 500
_WEBHOOKS_PER_STEP = 100


class Posts(Protocol):
    """The way out (see sending.Sender)."""

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send one message; what goes wrong is in the answer."""
        ...


def wants(patterns: Collection[str], kind: str) -> bool:
    """Whether one of the patterns (`*`, `task.*`, `task.created`) names this type."""
    family = kind.split(".", 1)[0]
    return "*" in patterns or kind in patterns or f"{family}.*" in patterns


def message(webhook: Row, kind: str, data: dict[str, Any], *, now: datetime, event: Row | None = None) -> Row:
    """A delivery row for one message; its body is Standard Webhooks' envelope."""
    happened = event["created_at"] if event else now
    return {
        "webhook_id": webhook["id"],
        "user_id": webhook["user_id"],
        "event_id": event["id"] if event else None,
        "type": kind,
        "message_id": f"msg_{new_id(24)}",
        "body": to_json({"type": kind, "timestamp": happened, "data": data}).decode(),
        "status": "pending",
        "attempts": 0,
        "next_attempt_at": now,
        "response_status": None,
        "error": None,
        "created_at": now,
        "finished_at": None,
    }


async def fan_out(database: Database) -> None:
    """Turn every event beyond a cursor into messages, until no webhook is behind."""
    while True:
        async with database.read() as session:
            behind = await repository.behind(session, _WEBHOOKS_PER_STEP)
        if not behind:
            return
        for webhook in behind:
            async with database.write() as session:
                await _advance(session, webhook["user_id"], webhook["id"])


async def _advance(session: AsyncSession, user_id: str, webhook_id: int) -> None:
    """Messages for the next events of one webhook; cursor and messages move in one transaction."""
    await lock_owner(session, user_id)
    webhook = await repository.one(session, user_id, webhook_id)
    if webhook is None or not webhook["active"]:
        return
    events = await repository.events_after(session, user_id, webhook["cursor"], _EVENTS_PER_STEP)
    if not events:
        return
    now = clock.now()
    rows = [
        message(webhook, e["type"], {"event_id": e["id"], "task_id": e["task_id"], **e["payload"]}, now=now, event=e)
        for e in events
        # That a webhook was switched off is told to people, not to webhooks.
        if wants(webhook["events"], e["type"]) and not e["type"].startswith("webhook.")
    ]
    await repository.add_deliveries(session, rows)
    await repository.change(session, user_id, webhook_id, {"cursor": events[-1]["id"]})
    if rows and await repository.pending_count(session, webhook_id) > MAX_PENDING:
        await _disable(session, webhook, f"more than {MAX_PENDING:,} messages were waiting", now)


async def serve(database: Database, webhook_id: int, sender: Posts) -> None:
    """One turn for one webhook: take its due messages and try them in order.

    A receiver that can't be reached at all ends the turn: the rest waits a little without counting as tried.
    """
    now = clock.now()
    async with database.write() as session:
        claimed = await repository.claim(session, webhook_id, now, now + LEASE, TURN)
    for place, delivery in enumerate(claimed, start=1):
        answer = await _attempt(database, delivery, sender)
        if answer.status is None:
            async with database.write() as session:
                rest = [other["id"] for other in claimed[place:]]
                await repository.release(session, rest, clock.now() + UNREACHABLE_PAUSE)
            return


async def _attempt(database: Database, delivery: Row, sender: Posts) -> Answer:
    body = delivery["body"].encode()
    timestamp = int(clock.now().timestamp())
    signed = headers(delivery["secret"], delivery["message_id"], timestamp, body)
    answer = await sender.post(delivery["url"], signed, body)
    async with database.write() as session:
        await _settle(session, delivery, answer, clock.now())
    return answer


async def _settle(session: AsyncSession, delivery: Row, answer: Answer, now: datetime) -> None:
    """Write down what came of an attempt. The owner's lock comes first, as everywhere."""
    await lock_owner(session, delivery["user_id"])
    attempts = delivery["attempts"] + 1
    values: Row = {"attempts": attempts, "response_status": answer.status, "error": answer.error}
    webhook = await repository.one(session, delivery["user_id"], delivery["webhook_id"])
    if webhook is None:
        return
    if answer.ok:
        await repository.note_success(session, delivery["webhook_id"], now)
        await repository.finish(
            session, delivery["id"], values | {"status": "delivered", "next_attempt_at": None, "finished_at": now}
        )
        return
    gone, spent = answer.status == GONE, attempts >= MAX_ATTEMPTS
    if gone or spent:
        values |= {"status": "failed", "next_attempt_at": None, "finished_at": now}
    else:
        values["next_attempt_at"] = now + RETRY_AFTER[attempts - 1]
    await repository.finish(session, delivery["id"], values)
    last = webhook["last_success_at"]
    if gone:
        await _disable(session, webhook, "the receiver said that it is gone (410)", now)
    elif spent and (last is None or last < delivery["created_at"]):
        # Not one message got through in all the time that this one was tried.
        await _disable(session, webhook, f"{MAX_ATTEMPTS} attempts in a row failed", now)


async def _disable(session: AsyncSession, webhook: Row, reason: str, now: datetime) -> None:
    if not webhook["active"]:
        return
    values = {"active": False, "disabled_reason": reason, "updated_at": now}
    await repository.change(session, webhook["user_id"], webhook["id"], values)
    await repository.cancel_pending(session, webhook["id"], now)
    await record(
        session, webhook["user_id"], "webhook.disabled", payload={"webhook_id": webhook["id"], "reason": reason}
    )


async def prune(database: Database) -> None:
    """Drop deliveries that were finished long ago."""
    async with database.write() as session:
        await repository.prune(session, clock.now() - KEPT)
