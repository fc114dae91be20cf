"""How an image gets from the local engine onto a cluster's nodes: one class for each kind of cluster.

`LOADERS` names them; `operations.deploy.providers` decides which one a cluster needs. Each tells the image id that a
node's own runtime reports, where it can be asked, so that a deployment proves what runs instead of believing it.
"""

import json
import os
import shlex
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from kora.images.port import ImageEngine, LoadFailed
from kora.images.programs import Ran, run
from kora.kit import clock
from kora.kit.errors import Invalid, Unavailable

_TRANSFER_SECONDS = 900
_ASK_SECONDS = 60
_LISTING_SECONDS = 0.5  # below the pause between two looks at a runtime
_NAMESPACE = "k8s.io"  # containerd's namespace for Kubernetes


def full_name(reference: str) -> str:
    """The name that a container runtime keeps: ``web:1`` is ``docker.io/library/web:1``."""
    first, slash, _ = reference.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return reference
    return f"docker.io/{reference}" if slash else f"docker.io/library/{reference}"


def _must(ran: Ran, what: str, fix: str | None = None) -> str:
    if ran.code:
        said = [line for line in (ran.err or ran.out).strip().splitlines() if line.strip()]
        raise LoadFailed(f"{what}: {said[-1] if said else 'no reason was given'}", fix=fix)
    return ran.out


class _Local:
    """The names stay as they are."""

    def reference(self, local: str) -> str:
        return local


class MinikubeLoader(_Local):
    """``minikube image load``, which reaches every node of a profile and every driver and runtime."""

    name: ClassVar[str] = "minikube image load"
    program: ClassVar[str] = "minikube"

    def __init__(self, profile: str) -> None:
        self._base = ["minikube", "--profile", profile, "image"]

    def load(self, local: str) -> None:
        """Bring it onto every node of the profile."""
        ran = run([*self._base, "load", local], seconds=_TRANSFER_SECONDS, fix="install minikube, or --load-command")
        _must(ran, f"minikube could not load {local}", "minikube status")

    def ids(self, local: str) -> dict[str, str | None] | None:
        """Minikube lists the images of all nodes together."""
        said = _must(run([*self._base, "ls", "--format", "json"], seconds=_ASK_SECONDS), "minikube image ls")
        listed: list[dict[str, Any]] = json.loads(said or "[]")
        found = [each["id"] for each in listed if full_name(local) in (each.get("repoTags") or [])]
        return {"*": _digest(found[0]) if found else None}


class KindLoader(_Local):
    """``kind load docker-image``."""

    name: ClassVar[str] = "kind load docker-image"
    program: ClassVar[str] = "kind"

    def __init__(self, cluster: str, nodes: Sequence[str]) -> None:
        self._cluster, self._nodes = cluster, nodes

    def load(self, local: str) -> None:
        """Bring it onto every node."""
        argv = ["kind", "load", "docker-image", local, "--name", self._cluster]
        _must(
            run(argv, seconds=_TRANSFER_SECONDS, fix="install kind"), f"kind could not load {local}", "kind get nodes"
        )

    def ids(self, local: str) -> dict[str, str | None] | None:
        """Asks each node's runtime."""
        return {node: _asked_inside(node, local) for node in self._nodes}


class K3dLoader(_Local):
    """``k3d image import``."""

    name: ClassVar[str] = "k3d image import"
    program: ClassVar[str] = "k3d"

    def __init__(self, cluster: str, nodes: Sequence[str]) -> None:
        self._cluster, self._nodes = cluster, nodes

    def load(self, local: str) -> None:
        """Bring it onto every node."""
        argv = ["k3d", "image", "import", local, "--cluster", self._cluster]
        _must(run(argv, seconds=_TRANSFER_SECONDS, fix="install k3d"), f"k3d could not import {local}", "k3d node list")

    def ids(self, local: str) -> dict[str, str | None] | None:
        """Asks each node's runtime."""
        return {node: _asked_inside(node, local) for node in self._nodes}


class ContainerdLoader(_Local):
    """An import into the containerd of a node that is this very machine (k3s, kubeadm, MicroK8s and others)."""

    name: ClassVar[str] = "containerd import"
    program: ClassVar[str] = "ctr"

    def __init__(self, engine: ImageEngine, socket: Path, node: str) -> None:
        self._engine, self._node = engine, node
        self._base = ["ctr", "--address", str(socket), "--namespace", _NAMESPACE, "images"]
        self._listed: tuple[float, dict[str, str]] | None = None

    def load(self, local: str) -> None:
        """Write an archive and import it."""
        with tempfile.TemporaryDirectory(prefix="kora-image-") as folder:
            archive = Path(folder) / "image.tar"
            self._engine.save([local], archive)
            ran = run([*self._base, "import", str(archive)], seconds=_TRANSFER_SECONDS, fix="install containerd's ctr")
            self._listed = None
            _must(ran, f"containerd could not import {local}", " ".join(self._base[:3]) + " version")

    def ids(self, local: str) -> dict[str, str | None] | None:
        """The runtime keeps a second name ``sha256:<id>`` beside each tag, with the same manifest."""
        manifests = self._manifests()
        manifest = manifests.get(full_name(local))
        ids = [name for name, other in manifests.items() if name.startswith("sha256:") and other == manifest]
        return {self._node: ids[0] if manifest and ids else None}

    def _manifests(self) -> dict[str, str]:
        """Manifest digest by name; one listing serves all images that are asked for at the same time."""
        now = clock.monotonic()
        if self._listed is None or now - self._listed[0] > _LISTING_SECONDS:
            ran = run([*self._base, "ls"], seconds=_ASK_SECONDS, fix="install containerd's ctr")
            lines = (line.split() for line in _must(ran, "ctr images ls").splitlines()[1:])
            self._listed = (now, {words[0]: words[2] for words in lines if len(words) > 2})
        return self._listed[1]


class SharedLoader(_Local):
    """Nothing to do: the cluster runs on the engine that built the image (Docker Desktop)."""

    name: ClassVar[str] = "shared engine"
    program: ClassVar[str] = ""

    def __init__(self, engine: ImageEngine) -> None:
        self._engine = engine

    def load(self, local: str) -> None:
        """Already there."""

    def ids(self, local: str) -> dict[str, str | None] | None:
        """What the engine itself holds."""
        image = self._engine.inspect(local)
        return {"*": image.id if image else None}


class RegistryLoader:
    """A push to a registry that the nodes can reach; the cluster then uses the registry's name."""

    name: ClassVar[str] = "registry push"
    program: ClassVar[str] = ""

    def __init__(self, engine: ImageEngine, registry: str) -> None:
        if not registry or "://" in registry or registry.endswith("/"):
            raise Invalid(f"{registry!r} is no registry: write host[:port][/path], such as localhost:5000/shop.")
        self._engine, self._registry = engine, registry

    def reference(self, local: str) -> str:
        """The name in the registry."""
        return f"{self._registry}/{local}"

    def load(self, local: str) -> None:
        """Name it for the registry, and push."""
        self._engine.tag(local, self.reference(local))
        self._engine.push(self.reference(local))

    def ids(self, local: str) -> dict[str, str | None] | None:
        """Nodes pull later; the running pods are the proof."""
        return None


class CommandLoader(_Local):
    """The user's own command, in which ``{image}`` stands for the reference."""

    name: ClassVar[str] = "load command"
    program: ClassVar[str] = ""

    def __init__(self, command: str) -> None:
        self._words = shlex.split(command)
        if not self._words or not any("{image}" in word for word in self._words):
            raise Invalid("The load command needs {image}.", fix='--load-command "my-tool load {image}"')

    def load(self, local: str) -> None:
        """Run it, without a shell."""
        argv = [word.replace("{image}", local) for word in self._words]
        _must(run(argv, seconds=_TRANSFER_SECONDS), f"{argv[0]} could not load {local}")

    def ids(self, local: str) -> dict[str, str | None] | None:
        """Nobody knows how to ask; the running pods are the proof."""
        return None


def _asked_inside(node: str, local: str) -> str | None:
    """The id in the runtime of a node that is itself a container of the local engine."""
    argv = ["docker", "exec", node, "crictl", "inspecti", "--output", "json", full_name(local)]
    ran = run(argv, seconds=_ASK_SECONDS)
    if ran.code:
        return None
    found: str | None = json.loads(ran.out).get("status", {}).get("id")
    return _digest(found) if found else None


def _digest(text: str) -> str:
    return text if text.startswith("sha256:") else f"sha256:{text}"


_SOCKETS = (
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/var/snap/microk8s/common/run/containerd.sock",
    "/run/k0s/containerd.sock",
)


def containerd_socket(candidates: Sequence[str] | None = None) -> Path:
    """The socket of the containerd on this machine that Kubernetes uses: the one that knows the namespace ``k8s.io``.
    CONTAINERD_ADDRESS wins, then the usual places, then ``/run/*/containerd.sock``.

    Raises:
        Unavailable: none answers, with what was tried.
    """
    named = os.environ.get("CONTAINERD_ADDRESS")
    elsewhere = sorted(str(path) for path in Path("/run").glob("*/containerd.sock"))
    tried = candidates or ([named] if named else list(dict.fromkeys([*_SOCKETS, *elsewhere])))
    for path in (Path(each) for each in tried):
        if path.is_socket():
            argv = ["ctr", "--address", str(path), "namespaces", "ls", "--quiet"]
            ran = run(argv, seconds=10, fix="install containerd's program ctr, or give --load-command")
            if ran.code == 0 and _NAMESPACE in ran.out.split():
                return path
    raise Unavailable(
        f"No containerd of Kubernetes answers on this machine; tried {', '.join(map(str, tried))}.",
        fix="set CONTAINERD_ADDRESS to its socket, or give --load-command",
    )
