"""Failures of webhooks that callers tell apart."""

from taskora.kit.errors import Conflict, Invalid, NotFound


class WebhookNotFound(NotFound):
    """No such webhook among the caller's own."""

    default_message = "There is no such webhook. It may have been deleted."


class DeliveryNotFound(NotFound):
    """No such delivery of this webhook."""

    default_message = "There is no such delivery. Old ones are removed after two weeks."


class AddressRefused(Invalid):
    """The address lies inside a network that webhooks must not reach."""

    code = "WEBHOOK_ADDRESS_REFUSED"
    default_message = "Webhooks can only reach public addresses. Use a public http or https address."


class TooManyWebhooks(Conflict):
    """The person has as many webhooks as one may have."""

    code = "TOO_MANY_WEBHOOKS"
    default_message = "You have as many webhooks as possible. Delete one first."


class WebhookPaused(Conflict):
    """Nothing is sent to a webhook that is switched off."""

    code = "WEBHOOK_PAUSED"
    default_message = "This webhook is switched off. Switch it on first."
