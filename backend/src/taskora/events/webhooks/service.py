"""What people do with their webhooks. Every function acts for one owner, under that owner's lock."""

from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from taskora.events.webhooks import repository
from taskora.events.webhooks.addresses import refuse_obvious
from taskora.events.webhooks.dispatch import message
from taskora.events.webhooks.errors import DeliveryNotFound, TooManyWebhooks, WebhookNotFound, WebhookPaused
from taskora.events.webhooks.repository import Row
from taskora.events.webhooks.schemas import WebhookInput
from taskora.events.webhooks.signing import PREFIX
from taskora.kit import clock
from taskora.kit.ids import new_signing_key
from taskora.storage.locks import lock_owner

MAX_WEBHOOKS = 20
MAX_LISTED_DELIVERIES = 100
PING = "ping"


async def list_webhooks(session: AsyncSession, user_id: str) -> list[Row]:
    """The owner's webhooks."""
    return await repository.listed(session, user_id)


async def get_webhook(session: AsyncSession, user_id: str, webhook_id: int) -> Row:
    """One webhook. Raises WebhookNotFound."""
    row = await repository.one(session, user_id, webhook_id)
    if row is None:
        raise WebhookNotFound
    return row


async def create_webhook(session: AsyncSession, user_id: str, wanted: WebhookInput, *, allow_private: bool) -> Row:
    """A new webhook; it hears of what happens from now on. Raises AddressRefused, TooManyWebhooks."""
    _refuse_address(wanted, allow_private)
    await lock_owner(session, user_id)
    if len(await repository.listed(session, user_id)) >= MAX_WEBHOOKS:
        raise TooManyWebhooks
    now = clock.now()
    row = {
        "user_id": user_id,
        **wanted.model_dump(),
        "secret": new_signing_key(PREFIX),
        "cursor": await repository.last_event_id(session, user_id),
        "last_success_at": None,
        "disabled_reason": None,
        "created_at": now,
        "updated_at": now,
    }
    return {"id": await repository.add(session, row), **row}


async def replace_webhook(
    session: AsyncSession, user_id: str, webhook_id: int, wanted: WebhookInput, *, allow_private: bool
) -> Row:
    """Change address, events, or whether it is on. What happens while it is off is not told later.

    Raises WebhookNotFound, AddressRefused.
    """
    _refuse_address(wanted, allow_private)
    await lock_owner(session, user_id)
    row = await get_webhook(session, user_id, webhook_id)
    now = clock.now()
    values = {**wanted.model_dump(), "updated_at": now}
    if wanted.active and not row["active"]:
        values |= {"cursor": await repository.last_event_id(session, user_id), "disabled_reason": None}
    await repository.change(session, user_id, webhook_id, values)
    if not wanted.active:
        await repository.cancel_pending(session, webhook_id, now)
    return {**row, **values}


async def rotate_secret(session: AsyncSession, user_id: str, webhook_id: int) -> Row:
    """A new signing secret; the old one signs nothing any more. Raises WebhookNotFound."""
    await lock_owner(session, user_id)
    row = await get_webhook(session, user_id, webhook_id)
    values = {"secret": new_signing_key(PREFIX), "updated_at": clock.now()}
    await repository.change(session, user_id, webhook_id, values)
    return {**row, **values}


async def delete_webhook(session: AsyncSession, user_id: str, webhook_id: int) -> None:
    """Delete a webhook with its deliveries. Raises WebhookNotFound."""
    await lock_owner(session, user_id)
    await get_webhook(session, user_id, webhook_id)
    await repository.remove(session, user_id, webhook_id)


async def ping(session: AsyncSession, user_id: str, webhook_id: int) -> Row:
    """Send a test message; the delivery tells later what came of it. Raises WebhookNotFound, WebhookPaused."""
    await lock_owner(session, user_id)
    webhook = await get_webhook(session, user_id, webhook_id)
    if not webhook["active"]:
        raise WebhookPaused
    row = message(webhook, PING, {"webhook_id": webhook_id}, now=clock.now())
    await repository.add_deliveries(session, [row])
    return (await repository.deliveries(session, user_id, webhook_id, 1))[0]


async def list_deliveries(session: AsyncSession, user_id: str, webhook_id: int) -> list[Row]:
    """The newest deliveries. Raises WebhookNotFound."""
    await get_webhook(session, user_id, webhook_id)
    return await repository.deliveries(session, user_id, webhook_id, MAX_LISTED_DELIVERIES)


async def redeliver(session: AsyncSession, user_id: str, webhook_id: int, delivery_id: int) -> Row:
    """Send a message once more, with the same id. Raises WebhookNotFound, DeliveryNotFound, WebhookPaused."""
    await lock_owner(session, user_id)
    webhook = await get_webhook(session, user_id, webhook_id)
    if not webhook["active"]:
        raise WebhookPaused
    if await repository.delivery(session, user_id, webhook_id, delivery_id) is None:
        raise DeliveryNotFound
    await repository.retry(session, user_id, delivery_id, clock.now())
    row = await repository.delivery(session, user_id, webhook_id, delivery_id)
    assert row is not None
    return row


def _refuse_address(wanted: WebhookInput, allow_private: bool) -> None:
    refuse_obvious(urlsplit(wanted.url).hostname or "", allow_private=allow_private)
