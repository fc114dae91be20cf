"""Refusals at the door of /mcp, before the protocol begins."""

from taskora.accounts.errors import OriginRefused
from taskora.kit.errors import TaskoraError


class HostRefused(TaskoraError):
    """The Host header names a site that this server doesn't know (DNS rebinding)."""

    code, status, exit_code = "HOST_REFUSED", 421, 77
    default_message = "This server doesn't answer for that host name. Set PUBLIC_URL to the address people open."


class McpOriginRefused(OriginRefused):
    """Another site's page sent the request."""

    default_message = "Requests from other sites' pages are refused. Add the site to ALLOWED_ORIGINS if it is yours."
