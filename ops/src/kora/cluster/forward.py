"""Port forwarding from this machine to the ready pods behind a Service.

A local listener on the loopback address; each connection goes to a pod that is ready at that moment, so the forward
follows a rollout or a killed pod. Runs in a thread with an event loop of its own, because the library is asynchronous
and the rest of Kora is not.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kora.cluster.port import ClusterReader
from kora.domain.objects import ObjectRef
from kora.kit.errors import Invalid, NotFound, Retryable

_START_SECONDS = 15.0


def pod_port(reader: ClusterReader, service: ObjectRef, port: int) -> int:
    """The container port behind a Service's port.

    Raises:
        NotFound: no such Service, no such port, or a named port that no ready pod has.
    """
    manifest = reader.get(service)
    if manifest is None:
        raise NotFound(f"There is no {service}.")
    listed = manifest["spec"].get("ports") or []
    found = next((each for each in listed if each["port"] == port), None)
    if found is None:
        raise NotFound(f"{service} has no port {port}; it has {', '.join(str(each['port']) for each in listed)}.")
    target = found.get("targetPort", port)
    if isinstance(target, int):
        return target
    selector = ",".join(f"{key}={value}" for key, value in (manifest["spec"].get("selector") or {}).items())
    for pod in reader.list("v1", "Pod", service.namespace, labels=selector):
        for container in pod["spec"]["containers"]:
            for each in container.get("ports") or []:
                if each.get("name") == target:
                    return int(each["containerPort"])
    raise NotFound(f"No pod behind {service} has a port called {target}.")


@contextmanager
def forwarded(
    reader: ClusterReader,
    service: ObjectRef,
    port: int,
    *,
    local_port: int | None = None,
    kubeconfig: Path | None = None,
    context: str | None = None,
) -> Iterator[int]:
    """Listen on 127.0.0.1 while the block runs, and give the local port (None: a free one).

    Raises:
        NotFound: no such Service or port. Invalid: the local port is taken. Retryable: it does not start in time.
    """
    remote = pod_port(reader, service, port)
    local = local_port or _free_port()
    if local_port and not _is_free(local_port):
        raise Invalid(f"The port {local_port} of this machine is taken.", fix="give another one with --port")
    worker = _Worker(service, remote, local, kubeconfig, context)
    worker.start()
    try:
        worker.wait_until_started()
        yield local
    finally:
        worker.end()


class _Worker:
    """The event loop of one forward."""

    def __init__(
        self, service: ObjectRef, remote: int, local: int, kubeconfig: Path | None, context: str | None
    ) -> None:
        self._thread = threading.Thread(target=self._run, daemon=True, name=f"forward-{service.name}")
        self._service, self._remote, self._local = service, remote, local
        self._kubeconfig, self._context = str(kubeconfig) if kubeconfig else None, context
        self._loop = asyncio.new_event_loop()
        self._started, self._failure = threading.Event(), ""
        self._ending: asyncio.Event | None = None

    def start(self) -> None:
        """Begin in the background."""
        self._thread.start()

    def _run(self) -> None:
        self._loop.set_exception_handler(lambda loop, happened: None)  # one broken connection ends itself alone
        try:
            self._loop.run_until_complete(self._serve())
        except Exception as error:  # handed to the thread that waits in `wait_until_started`
            self._failure = f"{type(error).__name__}: {error}"
        finally:
            self._started.set()
            self._loop.close()

    async def _serve(self) -> None:
        import kr8s.asyncio
        from kr8s.asyncio.objects import Service
        from kr8s.asyncio.portforward import PortForward

        class _ToReadyPods(PortForward):  # type: ignore[misc, unused-ignore]
            async def _sync_sockets(self, reader: Any, writer: Any) -> None:
                self.pod = None  # choose anew for every connection
                await super()._sync_sockets(reader, writer)

        api = await kr8s.asyncio.api(kubeconfig=self._kubeconfig, context=self._context)
        service = await Service.get(self._service.name, namespace=self._service.namespace, api=api)
        self._ending = asyncio.Event()
        async with _ToReadyPods(service, self._remote, local_port=self._local):
            self._started.set()
            await self._ending.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def wait_until_started(self) -> None:
        """Until it listens.

        Raises:
            Retryable: it failed, or takes too long.
        """
        if not self._started.wait(_START_SECONDS) or self._failure:
            why = self._failure or "it did not start in time"
            raise Retryable(f"No port-forward to {self._service}: {why}", fix="kora status")

    def end(self) -> None:
        """Stop listening."""
        if self._ending is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(timeout=5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
