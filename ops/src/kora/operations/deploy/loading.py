"""Which way images take to a recognised cluster, and the user's own choice before that."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from kora.images.loaders import (
    CommandLoader,
    ContainerdLoader,
    K3dLoader,
    KindLoader,
    MinikubeLoader,
    RegistryLoader,
    SharedLoader,
    containerd_socket,
)
from kora.images.port import ImageEngine, Loader
from kora.kit.errors import Unavailable
from kora.operations.deploy.providers import Kind, Provider


class Way(BaseModel):
    """What the user chose; nothing means: by the kind of the cluster."""

    model_config = ConfigDict(frozen=True)

    registry: str | None = None
    command: str | None = None


def choose_loader(provider: Provider, engine: ImageEngine, way: Way) -> Loader:
    """The loader for a cluster.

    Raises:
        Unavailable: this kind of cluster can only be reached in a way that the user has to name.
        Invalid: the registry or command that was named is not usable.
    """
    if way.command:
        return CommandLoader(way.command)
    if way.registry:
        return RegistryLoader(engine, way.registry)
    make = _BY_KIND.get(provider.kind)
    if make is None:
        raise Unavailable(
            f"Nobody told how images reach this cluster ({provider.kind}: {provider.why}).",
            fix="kora up --registry HOST/PATH, or --load-command '… {image}'",
        )
    return make(provider, engine)


_BY_KIND: dict[Kind, Callable[[Provider, ImageEngine], Loader]] = {
    Kind.MINIKUBE: lambda provider, engine: MinikubeLoader(provider.cluster),
    Kind.KIND: lambda provider, engine: KindLoader(provider.cluster, provider.nodes),
    Kind.K3D: lambda provider, engine: K3dLoader(provider.cluster, provider.nodes),
    Kind.DOCKER_DESKTOP: lambda provider, engine: SharedLoader(engine),
    Kind.THIS_HOST: lambda provider, engine: ContainerdLoader(engine, containerd_socket(), provider.nodes[0]),
}

PROGRAMS: dict[Kind, str] = {
    Kind.MINIKUBE: MinikubeLoader.program,
    Kind.KIND: KindLoader.program,
    Kind.K3D: K3dLoader.program,
    Kind.THIS_HOST: ContainerdLoader.program,
}
"""What must be on the PATH for a kind of cluster."""
