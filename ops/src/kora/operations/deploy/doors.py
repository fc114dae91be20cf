"""The ways in which people reach an application: Ingress, node port, and always a port-forward.

A way counts when something answers there now; what the application itself says is the smoke test's business.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx

from kora.cluster.port import ClusterReader
from kora.domain.objects import Manifest, ObjectRef
from kora.kit import clock
from kora.kit.errors import Denied
from kora.operations.deploy.configuration import Front
from kora.operations.deploy.smoke import Door

_SECONDS = 2.0
_NOBODY = (404, 502, 503, 504)  # what an ingress controller says for a host or backend that it does not know (yet)
_SETTLING = 6  # tries, half a second apart: controllers need a moment for what is new

Forward = Callable[[ObjectRef, int], AbstractContextManager[int]]
"""Opens a port-forward to a Service's port and gives the local port."""


def outside(
    reader: ClusterReader, namespace: str, front: Front, nodes: Sequence[Manifest], *, patient: bool = False
) -> list[Door]:
    """The ways that lead in from here without a port-forward, best first. `patient` waits for
    a new Ingress or node port."""
    found = [door for door in _ingress_doors(reader, namespace, front) if _answers(door, patient=patient)]
    ports = _node_port_doors(reader, namespace, front, nodes)
    return found + [door for door in ports if _answers(door, patient=patient)]


def rivals(reader: ClusterReader, namespace: str, host: str) -> set[str]:
    """Other namespaces whose Ingress claims the same host: then nobody knows whose application answers there. Empty
    when other namespaces may not be read."""
    try:
        everywhere = reader.list("networking.k8s.io/v1", "Ingress")
    except Denied:
        return set()
    return {
        ingress["metadata"]["namespace"]
        for ingress in everywhere
        for rule in (ingress.get("spec") or {}).get("rules") or []
        if ingress["metadata"]["namespace"] != namespace and (rule.get("host") or "") == host
    }


def _ingress_doors(reader: ClusterReader, namespace: str, front: Front) -> Iterator[Door]:
    for ingress in reader.list("networking.k8s.io/v1", "Ingress", namespace):
        spec = ingress.get("spec") or {}
        tls = {host for each in spec.get("tls") or [] for host in each.get("hosts") or []}
        addresses = ((ingress.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
        for rule in spec.get("rules") or []:
            if not _leads_to(rule, front.service):
                continue
            host = rule.get("host") or ""
            if rivals(reader, namespace, host):
                continue
            for address in addresses:
                where = address.get("ip") or address.get("hostname")
                if where:
                    yield Door(url=f"{'https' if host in tls else 'http'}://{where}", host=host, what="ingress")


def _leads_to(rule: dict[str, Any], service: str) -> bool:
    paths = (rule.get("http") or {}).get("paths") or []
    return any(((each.get("backend") or {}).get("service") or {}).get("name") == service for each in paths)


def _node_port_doors(reader: ClusterReader, namespace: str, front: Front, nodes: Sequence[Manifest]) -> Iterator[Door]:
    service = reader.get(ObjectRef(api_version="v1", kind="Service", namespace=namespace, name=front.service))
    if service is None or service["spec"].get("type") not in ("NodePort", "LoadBalancer"):
        return
    ports = [each.get("nodePort") for each in service["spec"].get("ports") or [] if each["port"] == front.port]
    for node in nodes:
        for address in (node.get("status") or {}).get("addresses") or []:
            if address["type"] == "InternalIP" and ports and ports[0]:
                yield Door(url=f"http://{address['address']}:{ports[0]}", what="node port")
                break


def _answers(door: Door, *, patient: bool = False) -> bool:
    headers = {"Host": door.host} if door.host else {}
    for attempt in range(_SETTLING if patient else 1):
        if attempt:
            clock.sleep(0.5)
        try:
            answer = httpx.get(door.url, headers=headers, timeout=_SECONDS, verify=False, trust_env=False)  # noqa: S501
        except httpx.TransportError:
            continue
        if door.what != "ingress" or answer.status_code not in _NOBODY:
            return True
    return False


@contextmanager
def best(doors: Sequence[Door], front: Front, namespace: str, forward: Forward) -> Iterator[Door]:
    """The best way in: the first that is open already, else a port-forward for as long as the block runs.

    Raises: what the forward raises.
    """
    if doors:
        yield doors[0]
        return
    service = ObjectRef(api_version="v1", kind="Service", namespace=namespace, name=front.service)
    with forward(service, front.port) as port:
        yield Door(url=f"http://127.0.0.1:{port}", what="port-forward")
