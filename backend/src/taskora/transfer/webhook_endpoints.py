"""Webhooks over HTTP. They stand here and not in events, because they need the caller, who is above that layer."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from taskora.accounts.caller import AccountOwner
from taskora.events.webhooks import service
from taskora.events.webhooks.schemas import (
    DeliveryList,
    DeliveryOut,
    WebhookInput,
    WebhookList,
    WebhookOut,
    WebhookSecret,
)
from taskora.storage import ReadSession, WriteSession
from taskora.tasks.schemas import MAX_ID

router = APIRouter(prefix="/api/{user_id}/webhooks", tags=["webhooks"])

WebhookId = Annotated[int, Path(ge=1, le=MAX_ID)]


def _allow_private(request: Request) -> bool:
    return bool(request.app.state.settings.allow_private_webhooks)


@router.get("", summary="My webhooks", response_model=WebhookList)
async def list_webhooks(caller: AccountOwner, session: ReadSession) -> WebhookList:
    rows = await service.list_webhooks(session, caller.user_id)
    return WebhookList(items=[WebhookOut.model_validate(row) for row in rows], total=len(rows))


@router.post("", summary="Add a webhook; its secret is shown this once", response_model=WebhookSecret, status_code=201)
async def create_webhook(
    wanted: WebhookInput, request: Request, response: Response, caller: AccountOwner, session: WriteSession
) -> WebhookSecret:
    response.headers["Cache-Control"] = "no-store"
    row = await service.create_webhook(session, caller.user_id, wanted, allow_private=_allow_private(request))
    return WebhookSecret.model_validate(row)


@router.get("/{webhook_id}", summary="One webhook", response_model=WebhookOut)
async def get_webhook(webhook_id: WebhookId, caller: AccountOwner, session: ReadSession) -> WebhookOut:
    return WebhookOut.model_validate(await service.get_webhook(session, caller.user_id, webhook_id))


@router.put("/{webhook_id}", summary="Change a webhook, or switch it on or off", response_model=WebhookOut)
async def replace_webhook(
    webhook_id: WebhookId, wanted: WebhookInput, request: Request, caller: AccountOwner, session: WriteSession
) -> WebhookOut:
    row = await service.replace_webhook(
        session, caller.user_id, webhook_id, wanted, allow_private=_allow_private(request)
    )
    return WebhookOut.model_validate(row)


@router.delete("/{webhook_id}", summary="Delete a webhook", status_code=204)
async def delete_webhook(webhook_id: WebhookId, caller: AccountOwner, session: WriteSession) -> None:
    await service.delete_webhook(session, caller.user_id, webhook_id)


@router.post("/{webhook_id}/secret", summary="A new signing secret, shown this once", response_model=WebhookSecret)
async def rotate_webhook_secret(
    webhook_id: WebhookId, response: Response, caller: AccountOwner, session: WriteSession
) -> WebhookSecret:
    response.headers["Cache-Control"] = "no-store"
    return WebhookSecret.model_validate(await service.rotate_secret(session, caller.user_id, webhook_id))


@router.post("/{webhook_id}/ping", summary="Send a test message", response_model=DeliveryOut, status_code=202)
async def ping_webhook(webhook_id: WebhookId, caller: AccountOwner, session: WriteSession) -> DeliveryOut:
    return DeliveryOut.model_validate(await service.ping(session, caller.user_id, webhook_id))


@router.get("/{webhook_id}/deliveries", summary="What was sent, newest first", response_model=DeliveryList)
async def list_deliveries(webhook_id: WebhookId, caller: AccountOwner, session: ReadSession) -> DeliveryList:
    rows = await service.list_deliveries(session, caller.user_id, webhook_id)
    return DeliveryList(items=[DeliveryOut.model_validate(row) for row in rows], total=len(rows))


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/redeliver",
    summary="Send a message once more",
    response_model=DeliveryOut,
    status_code=202,
)
async def redeliver(
    webhook_id: WebhookId,
    delivery_id: Annotated[int, Path(ge=1, le=MAX_ID)],
    caller: AccountOwner,
    session: WriteSession,
) -> DeliveryOut:
    return DeliveryOut.model_validate(await service.redeliver(session, caller.user_id, webhook_id, delivery_id))
