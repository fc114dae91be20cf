"""The chart rendered in this process by Helm's own library: what `helm template` would print, in a millisecond.

Skipped with a plain sentence where that library is missing; nothing here needs a cluster or a helm program.
"""

import functools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm/taskora"

# Profile -> (values file, release name, namespace): the defaults, what the chart ships, and what CI adds.
PROFILES: dict[str, tuple[str | None, str, str]] = {
    "default": (None, "taskora", "taskora"),
    "dev": ("values-dev.yaml", "taskora", "taskora"),
    "prod": ("values-prod.yaml", "taskora", "taskora"),
    "todo-app": ("examples/todo-app.yaml", "todo-app", "default"),
    "two-releases-backend": ("examples/two-releases-backend.yaml", "backend", "default"),
    "two-releases-frontend": ("examples/two-releases-frontend.yaml", "frontend", "default"),
    "everything": ("ci/everything-values.yaml", "taskora", "taskora"),
    "frontend-alone": ("ci/frontend-alone-values.yaml", "page", "taskora"),
    "backend-alone": ("ci/backend-alone-values.yaml", "server", "taskora"),
    "database-alone": ("ci/database-alone-values.yaml", "store", "taskora"),
    "throwaway": ("ci/throwaway-values.yaml", "taskora", "taskora"),
}


@dataclass(frozen=True)
class Manifests:
    """What one rendering gave."""

    objects: list[dict[str, Any]]
    notes: str

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [item for item in self.objects if item["kind"] == kind]

    def one(self, kind: str, ending: str = "") -> dict[str, Any]:
        """The only object of a kind whose name ends like this."""
        found = [item for item in self.all(kind) if item["metadata"]["name"].endswith(ending)]
        assert len(found) == 1, f"{kind} *{ending}: {[item['metadata']['name'] for item in found]}"
        return found[0]

    def part(self, kind: str, component: str) -> dict[str, Any]:
        """The only object of a kind that belongs to a part."""
        found = [i for i in self.all(kind) if i["metadata"]["labels"]["app.kubernetes.io/component"] == component]
        assert len(found) == 1, f"{kind} of {component}: {[item['metadata']['name'] for item in found]}"
        return found[0]

    def kinds(self) -> set[str]:
        return {item["kind"] for item in self.objects}

    def pods(self) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Name of the owner, metadata and spec of every pod that the objects would make."""
        found = []
        for item in self.objects:
            if item["kind"] in ("Deployment", "StatefulSet", "Job"):
                template = item["spec"]["template"]
                found.append((f"{item['kind']}/{item['metadata']['name']}", template["metadata"], template["spec"]))
            elif item["kind"] == "Pod":
                found.append((f"Pod/{item['metadata']['name']}", item["metadata"], item["spec"]))
        return found

    def containers(self) -> list[tuple[str, dict[str, Any]]]:
        """Every container of every pod, init containers too."""
        return [
            (f"{owner}/{container['name']}", container)
            for owner, _, spec in self.pods()
            for container in [*spec.get("initContainers", []), *spec["containers"]]
        ]


@pytest.fixture(scope="session")
def helm() -> Any:
    """Helm's library, or a skip."""
    return pytest.importorskip(
        "helm_python", reason="helm-python-sdk is not installed here: nothing can render the chart"
    )


@pytest.fixture(scope="session")
def chart(helm: Any) -> Iterator[Any]:
    with helm.Chart.load(CHART) as loaded:
        yield loaded


Render = Callable[..., Manifests]


@pytest.fixture(scope="session")
def render(helm: Any, chart: Any) -> Render:
    """`render({...}, "a.b=1")`: the chart with these values and settings like the ones after --set."""

    def rendered(
        values: dict[str, Any] | None = None,
        *settings: str,
        release: str = "taskora",
        namespace: str = "taskora",
        upgrade: bool = False,
    ) -> Manifests:
        merged = json.loads(json.dumps(values or {}))
        for setting in settings:
            merge(merged, helm.parse_set_string(setting))
        texts = chart.render(merged, name=release, namespace=namespace, is_upgrade=upgrade, is_install=not upgrade)
        notes = texts.pop("taskora/templates/NOTES.txt")
        objects = [item for text in texts.values() for item in yaml.load_all(text, Loader=StrictLoader) if item]
        return Manifests(objects, notes)

    return rendered


@pytest.fixture(scope="session")
def profile(render: Render) -> Callable[..., Manifests]:
    """`profile("prod", "a.b=1")`: one of PROFILES, with further settings."""
    cache: dict[tuple[str, ...], Manifests] = {}

    def rendered(name: str, *settings: str) -> Manifests:
        key = (name, *settings)
        if key not in cache:
            file, release, namespace = PROFILES[name]
            cache[key] = render(profile_values(file), *settings, release=release, namespace=namespace)
        return cache[key]

    return rendered


@pytest.fixture(params=sorted(PROFILES))
def profile_name(request: pytest.FixtureRequest) -> str:
    """Each profile in turn."""
    name: str = request.param
    return name


@pytest.fixture
def manifests(profile: Callable[..., Manifests], profile_name: str) -> Manifests:
    """Each profile in turn, rendered."""
    return profile(profile_name)


@pytest.fixture(scope="session")
def refuse(helm: Any, render: Render) -> Callable[..., str]:
    """`refuse("a.b=1")`: the message with which Helm refuses these settings."""

    def refused(*settings: str, values: dict[str, Any] | None = None) -> str:
        with pytest.raises(helm.HelmError) as failure:
            render(values, *settings)
        return str(failure.value)

    return refused


def profile_values(file: str | None) -> dict[str, Any]:
    if file is None:
        return {}
    values: dict[str, Any] = yaml.safe_load((CHART / file).read_text(encoding="utf-8"))
    return values


def merge(base: dict[str, Any], over: dict[str, Any]) -> None:
    """Lay `over` onto `base`, as a later --set does."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value


# The C parser where PyYAML has it: most of the time of this suite goes into parsing.
class StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as Kubernetes wants it: a key that comes twice is an error, not a quiet replacement."""


def _unique_map(loader: StrictLoader, node: yaml.MappingNode) -> dict[str, Any]:
    keys = [key.value for key, _ in node.value]
    assert len(keys) == len(set(keys)), f"keys that come twice: {keys}"
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_map)


# Kinds that are no part of Kubernetes; their own projects hold the schemas.
FOREIGN_KINDS = {"HTTPRoute", "AgentPolicy"}


@pytest.fixture(scope="session")
def validate() -> Callable[[dict[str, Any], str], bool]:
    """`validate(object, "1.35")` against the API's own schema, unknown fields refused; False for foreign kinds."""
    package = pytest.importorskip(
        "kubernetes_validate", reason="kubernetes-validate is not installed here: no schemas of the Kubernetes API"
    )
    # The package reads a file of some megabytes per object; once per version is enough.
    package.utils.schema_contents = functools.cache(package.utils.schema_contents)

    def validated(item: dict[str, Any], version: str) -> bool:
        if item["kind"] in FOREIGN_KINDS:
            return False
        try:
            package.validate(item, version, strict=True)
        except package.ValidationError as error:
            path = ".".join(str(step) for step in error.path)
            raise AssertionError(
                f"{item['kind']} {item['metadata']['name']} {version}: {path}: {error.message}"
            ) from None
        return True

    return validated


@pytest.fixture(scope="session")
def values_file() -> Callable[[str], tuple[str | None, str, str]]:
    """Values file, release name and namespace of a profile."""
    return PROFILES.__getitem__
