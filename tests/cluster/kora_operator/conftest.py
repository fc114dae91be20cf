"""The operator installed from its charts in namespaces of its own, which go at the end with all that is in them."""

from collections.abc import Iterator

import pytest
from cluster.kora_operator.installation import (
    IMAGE,
    TAG,
    Kora,
    Namespace,
    delete_namespaces,
    install_definitions,
    new_namespace,
)
from cluster.programs import missing_images
from cluster.releases import RESTRICTED

RIGHTS = ["rights.helmReleases=true", "rights.clusterScoped=true", "rights.secrets=true"]


@pytest.fixture(scope="session")
def definitions(cluster: None) -> None:
    """Kora's kinds."""
    install_definitions()


@pytest.fixture(scope="session")
def image(cluster: None) -> None:
    """A node holds the operator's image."""
    if "/" not in IMAGE and missing_images(f"{IMAGE}:{TAG}"):
        pytest.skip(f"no node holds the image {IMAGE}:{TAG}: build it (make images), load it, or set KORA_IMAGE_TAG")


@pytest.fixture(scope="module")
def spaces(definitions: None) -> Iterator[dict[str, Namespace]]:
    """The operator's namespace, Taskora's, a neighbour's that is looked after, and one that nobody names."""
    made: dict[str, Namespace] = {}
    try:
        for topic in ("system", "app", "shop", "other"):
            made[topic] = new_namespace(topic, *([RESTRICTED] if topic == "app" else []))
        yield made
    finally:
        delete_namespaces(*(each.name for each in made.values()))


@pytest.fixture(scope="module")
def kora(image: None, spaces: dict[str, Namespace]) -> Iterator[Kora]:
    """The operator, supervised, over Taskora's and the neighbour's namespace."""
    made = Kora(spaces["system"], (spaces["app"].name, spaces["shop"].name), settings=list(RIGHTS))
    made.install("supervised")
    try:
        yield made
    finally:
        made.uninstall()
