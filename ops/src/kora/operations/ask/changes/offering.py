"""What Kora offers a person who asked for a repair, where it knows no cure that is surely right: a plan that waits for
an approval, whatever was said beforehand. Used by `fixing`; the operator offers none of these.

An offer takes back a setting that can't be met as things are. Whether the setting or the cluster is wrong, only a
person knows; that it can't be met is a fact, and stands with the plan.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kora.domain.findings import Finding
from kora.domain.objects import Manifest
from kora.domain.plans import Patch
from kora.operations.ask.binding import Binder
from kora.operations.diagnose.fields import dig

_CONTROLLERS = ("Deployment", "StatefulSet", "DaemonSet")
_SERVERS = frozenset(
    {"nginx", "httpd", "caddy", "haproxy", "traefik", "tomcat", "redis", "valkey", "memcached", "rabbitmq", "registry"}
)
"""Images of the Docker official collection that start their server by themselves, with no setting at all."""


class Offer(NamedTuple):
    """A change of the finding's workload, and why it might be meant."""

    action: Patch
    goal: str
    reason: str


def offer(binder: Binder, finding: Finding) -> Offer | None:
    """What could be offered for a finding; None when there is nothing that a yes would make right."""
    build = _OFFERS.get(finding.cause)
    ref = finding.objects[0]
    live = binder.reader.get(ref) if build is not None and ref.kind in _CONTROLLERS else None
    return build(finding, live) if build is not None and live is not None else None


def _any_node(finding: Finding, live: Manifest) -> Offer | None:
    """Without the labels that no node has, as the finding's command says it."""
    wanted = dig(live, "spec", "template", "spec", "nodeSelector") or {}
    absent = [key for key in wanted if f'nodeSelector/{key.replace("/", "~1")}"' in (finding.fix_command or "")]
    if not absent or '"op":"remove"' not in (finding.fix_command or ""):
        return None
    patch = {"spec": {"template": {"spec": {"nodeSelector": dict.fromkeys(absent)}}}}
    labels = ", ".join(f"{key}={wanted[key]}" for key in absent)
    return Offer(
        Patch(target=finding.objects[0], patch=patch),
        f"Let {finding.objects[0]} run on nodes without {labels}",
        f"no node has {labels}; if the nodes are wrong, label one instead",
    )


def _own_program(finding: Finding, live: Manifest) -> Offer | None:
    """Without a command that is not in the image, where the image is a server that starts by itself."""
    broken = [each for each in dig(live, "spec", "template", "spec", "containers") or () if _overrides(each, finding)]
    if len(broken) != 1 or _program(broken[0]["image"]) not in _SERVERS:
        return None
    name, image = broken[0]["name"], broken[0]["image"]
    without: dict[str, Any] = {"name": name, "command": None, "args": None}
    return Offer(
        Patch(target=finding.objects[0], patch={"spec": {"template": {"spec": {"containers": [without]}}}}),
        f"Let container {name} of {finding.objects[0]} start what its image {image} starts by itself",
        "the command it was given is not in the image; if another command was meant, set that one instead",
    )


def _overrides(container: Manifest, finding: Finding) -> bool:
    given = " ".join(map(str, [*(container.get("command") or ()), *(container.get("args") or ())]))
    words = re.findall(r"[\w./-]+", given)
    said = " ".join([finding.summary, *(each.text for each in finding.evidence)])
    return bool(words) and any(len(word) > 2 and word in said for word in words)


def _program(image: str) -> str:
    """``docker.io/library/nginx:1.27`` → ``nginx``; what is of another collection has no known program."""
    path = image.partition("@")[0].rpartition(":")[0] or image
    path = path.removeprefix("docker.io/").removeprefix("library/")
    return path if "/" not in path else ""


_OFFERS: dict[str, Callable[[Finding, Manifest], Offer | None]] = {
    "Unschedulable.NodeSelector": _any_node,
    "CommandInvalid": _own_program,
}
