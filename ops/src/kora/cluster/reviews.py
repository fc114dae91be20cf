"""Who is behind a bearer token, and what may they do? The API server's own answers; nothing is changed by asking."""

from dataclasses import dataclass

from kora.cluster.client import KubernetesReader


@dataclass(frozen=True)
class Identity:
    """A user as the API server knows them."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()


def identify(reader: KubernetesReader, token: str) -> Identity | None:
    """The user of a token (TokenReview); None when the token is not valid.

    Raises:
        KoraError: we may not ask, or the API server does not answer.
    """
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": token}}
    path = "/apis/authentication.k8s.io/v1/tokenreviews"
    status = reader.connection.json("POST", path, what="whose token is this", body=review).get("status") or {}
    user = status.get("user") or {}
    if not status.get("authenticated") or status.get("error") or not user.get("username"):
        return None
    return Identity(str(user["username"]), str(user.get("uid") or ""), tuple(user.get("groups") or ()))


def may(
    reader: KubernetesReader, who: Identity, verb: str, group: str, resource: str, namespace: str | None, name: str = ""
) -> bool:
    """Whether a user may do something (SubjectAccessReview); `namespace` None asks for all namespaces.

    Raises:
        KoraError: as `identify`.
    """
    attributes = {"verb": verb, "group": group, "resource": resource, "namespace": namespace or "", "name": name}
    spec = {"user": who.name, "uid": who.uid, "groups": list(who.groups), "resourceAttributes": attributes}
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
    path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    answer = reader.connection.json("POST", path, what=f"may {who.name} {verb} {resource}", body=review)
    return bool((answer.get("status") or {}).get("allowed"))


def myself(reader: KubernetesReader) -> str | None:
    """The name under which the API server knows us (SelfSubjectReview); None when it does not say."""
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
    answer = reader.connection.json("POST", path, what="who are we", body=review)
    name = ((answer.get("status") or {}).get("userInfo") or {}).get("username")
    return str(name) if name else None
