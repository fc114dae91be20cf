"""Who a program talks to: declared in its settings, or named in its log; followed to a service of the cluster."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kora.domain.objects import Manifest
from kora.operations.diagnose.containers import Container, environment
from kora.operations.diagnose.fields import dig, name_of, namespace_of, nearest
from kora.operations.diagnose.graph import Graph, Key
from kora.operations.diagnose.logs import LogCause, Trouble, hosts_in

REACHABILITY = (Trouble.REFUSED, Trouble.UNRESOLVED, Trouble.SILENT)
_WORDS = {
    Trouble.REFUSED: "refuses the connection",
    Trouble.UNRESOLVED: "can't be resolved",
    Trouble.SILENT: "does not answer",
}
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^@/\s'\"]+@)?([A-Za-z0-9][\w.-]*)(?::(\d+))?")
_HOST_PORT = re.compile(r"(?<![\w/.:-])([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(\d{2,5})(?!\d)")
_BARE_HOST = re.compile(r"^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*$")
_HOST_NAME = re.compile(r"(?:^|_)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|SERVICE|URL)$")


class Dependency(NamedTuple):
    """The other side of a connection. `service` is None when it is none of the cluster's, or absent."""

    host: str
    port: int | None
    key: Key | None = None
    """The Service that the name points at, whether it exists or not; None for names outside of the cluster."""
    service: Manifest | None = None


def is_reachability(cause: LogCause) -> bool:
    """Whether a log cause is about reaching somebody else."""
    return cause.trouble in REACHABILITY


def target_of(container: Container, cause: LogCause) -> Dependency:
    """Whom a log line can't reach; settings help when the line names nobody, or an address only."""
    graph, namespace = container.graph, namespace_of(container.pod)
    named = [resolve(graph, namespace, host, port) for host, port in cause.hosts]
    for each in named:
        if each.service is not None:
            return each
    declared = list(declared_dependencies(container))
    if named and named[0].key is not None:
        return named[0]
    if not named or re.fullmatch(r"[\d.]+", named[0].host):
        for each in declared:
            if each.key is not None:
                return each
    return named[0] if named else (declared[0] if declared else Dependency("another program", None))


def resolve(graph: Graph, namespace: str | None, host: str, port: int | None) -> Dependency:
    """The service behind a host name or a cluster address, as the cluster's DNS would find it."""
    for service in graph.all("Service"):
        if host in (dig(service, "spec", "clusterIPs") or [dig(service, "spec", "clusterIP")]):
            return Dependency(name_of(service), port, ("Service", namespace_of(service), name_of(service)), service)
    for pod in graph.all("Pod"):
        if host == dig(pod, "status", "podIP"):
            return Dependency(name_of(pod), port, ("Pod", namespace_of(pod), name_of(pod)))
    if not _BARE_HOST.match(host):
        return Dependency(host, port)
    name, _, rest = host.partition(".")
    where, _, tail = rest.partition(".")
    if rest and not (tail == "" and _is_namespace(graph, where)) and not tail.startswith("svc"):
        return Dependency(host, port)
    where = where or namespace or ""
    return Dependency(host, port, ("Service", where, name), graph.find("Service", where, name))


def _is_namespace(graph: Graph, name: str) -> bool:
    return graph.find("Namespace", None, name) is not None


def declared_dependencies(container: Container) -> Iterator[Dependency]:
    """Whom a container's settings name: URLs, ``host:port`` and HOST variables in env, command and args."""
    namespace = namespace_of(container.pod)
    seen: set[str] = set()
    for host, port in _declared(container):
        if host not in seen and host != "localhost":
            seen.add(host)
            yield resolve(container.graph, namespace, host, port)


def _declared(container: Container) -> Iterator[tuple[str, int | None]]:
    values = environment(container.graph, container.pod, container.spec)
    for name, value in values.items():
        if not value:
            continue
        yield from _addresses(value)
        if _HOST_NAME.search(name) and _BARE_HOST.match(value):
            number = values.get(f"{name[: name.rfind('_') + 1]}PORT") or ""
            yield value, int(number) if number.isdigit() else None
    for word in (*(container.spec.get("command") or ()), *(container.spec.get("args") or ())):
        yield from _addresses(word)
        for named, asked in hosts_in(word):
            if container.graph.find("Service", namespace_of(container.pod), named.partition(".")[0]) is not None:
                yield named, asked


def _addresses(text: str) -> Iterator[tuple[str, int | None]]:
    for pattern in (_URL, _HOST_PORT):
        for host, port in pattern.findall(text):
            yield host, int(port) if port else None


def describe(found: Dependency, cause: LogCause) -> str:
    """One clause for a sentence."""
    port = f":{found.port}" if found.port else ""
    return f"{found.host}{port} {_WORDS[cause.trouble]}: {cause.line}"


def near_service(graph: Graph, found: Dependency) -> str | None:
    """An existing service whose name is close to the one that is absent."""
    if found.key is None or found.service is not None:
        return None
    return nearest(found.key[2], (name_of(each) for each in graph.all("Service", found.key[1])))
