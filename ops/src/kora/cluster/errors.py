"""What can go wrong between us and a Kubernetes API, each with words for a person and a next step.

`from_status` turns an HTTP status (and the Status object in the body) into one of these; the mapping is a table.
"""

from typing import Any, NoReturn

from kora.kit.errors import Conflict, Denied, Invalid, KoraError, Misconfigured, NotFound, Retryable


class ClusterNotConfigured(Misconfigured):
    """There is no kubeconfig, or it can't be used."""

    code = "CLUSTER_NOT_CONFIGURED"
    default_message = "There is no kubeconfig, and this is not a pod with a service account."


class ClusterUnreachable(Retryable):
    """Nobody answers at the API server's address."""

    code = "CLUSTER_UNREACHABLE"
    default_message = "The cluster does not answer."


class ClusterBusy(Retryable):
    """The API server asks us to come back later, or fails itself."""

    code = "CLUSTER_BUSY"
    default_message = "The API server could not answer now."


class ClusterUnauthorized(Denied):
    """The API server does not know who we are (401)."""

    code = "CLUSTER_UNAUTHORIZED"
    default_message = "The cluster does not accept these credentials."


class ClusterForbidden(Denied):
    """The API server, its RBAC or an admission rule forbids it (403)."""

    code = "CLUSTER_FORBIDDEN"
    default_message = "The cluster does not allow this."


class ClusterRefused(Invalid):
    """The API server finds the request itself wrong (400, 405, 415, 422)."""

    code = "CLUSTER_REFUSED"
    default_message = "The API server refused the request as not valid."


class ObjectMissing(NotFound):
    """The object, its namespace or its kind does not exist (404)."""

    code = "OBJECT_MISSING"
    default_message = "There is no such object in the cluster."


class ObjectMoved(Conflict):
    """The object was changed meanwhile, or exists already (409)."""

    code = "OBJECT_CHANGED"
    default_message = "The object was changed by somebody else meanwhile. Make the plan anew."


class VersionGone(Retryable):
    """The resourceVersion is too old to go on from (410)."""

    code = "VERSION_GONE"
    default_message = "The API server no longer keeps that version. List again."


_BY_STATUS: dict[int, tuple[type[KoraError], str | None]] = {
    400: (ClusterRefused, None),
    401: (ClusterUnauthorized, "Renew the credentials (log in again), then check with: kubectl auth whoami"),
    403: (ClusterForbidden, "Look at what is allowed with: kubectl auth can-i --list"),
    404: (ObjectMissing, None),
    405: (ClusterRefused, None),
    406: (ClusterRefused, None),
    408: (ClusterBusy, "Try again."),
    409: (ObjectMoved, "Look at the object, then make the plan anew."),
    410: (VersionGone, None),
    413: (ClusterRefused, "The object is larger than the API server takes."),
    415: (ClusterRefused, "Kinds from CRDs take merge patches, not strategic ones."),
    422: (ClusterRefused, "Correct the named field."),
    429: (ClusterBusy, "Try again in a few seconds."),
}


def from_status(status: int, body: dict[str, Any], what: str) -> KoraError:
    """The typed error for an HTTP `status` >= 400; `what` was attempted, such as ``GET deployment/web -n shop``."""
    kind, fix = _BY_STATUS.get(
        status, (ClusterBusy, "Try again; then look at the API server: kubectl get --raw /readyz")
    )
    message = str(body.get("message") or f"The API server answered {status}")
    return kind(f"{message} ({what})", fix=fix, details={"status": status, "reason": str(body.get("reason") or "")})


def fail(status: int, body: dict[str, Any], what: str) -> NoReturn:
    """Raise what `from_status` gives."""
    raise from_status(status, body, what)
