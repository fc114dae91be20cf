"""Where a chart keeps the resources of a container: found by rendering, never by guessing from names.

Every mapping called ``resources`` in the chart's values is marked in turn, the chart is rendered, and the container
that shows the mark is the one whose resources lie there.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kora.domain.objects import Manifest
from kora.helm.port import HelmEngine
from kora.kit.errors import Invalid
from kora.kit.merge_patch import merge
from kora.operations.diagnose.fields import dig, name_of

Place = tuple[str, ...]
Owner = tuple[str, str, str]
"""Kind, name, container."""
_MARK = {"requests": {"cpu": "7m"}}


def places(helm: HelmEngine, chart: str, release: str, namespace: str, values: dict[str, Any]) -> dict[Owner, Place]:
    """For each container of the chart's workloads the path of its resources in the values, where there is one.

    Raises:
        Invalid: the chart has no values that can be read; KoraError: it can't be rendered.
    """
    whole = merge(_defaults(chart), values)
    plain = _resources(helm.render(chart, release, namespace, values))
    found: dict[Owner, Place] = {}
    for path in _paths(whole, ()):
        marked = _resources(helm.render(chart, release, namespace, merge(values, nested(path, _MARK))))
        for owner, shown in marked.items():
            if owner in plain and shown != plain[owner] and dig(shown, "requests", "cpu") == "7m":
                found.setdefault(owner, path)
    return found


def nested(path: Place, value: Any) -> dict[str, Any]:
    """``("a", "b")`` and a value as ``{"a": {"b": value}}``."""
    for name in reversed(path):
        value = {name: value}
    found: dict[str, Any] = value
    return found


def _defaults(chart: str) -> dict[str, Any]:
    file = Path(chart) / "values.yaml"
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError) as error:
        raise Invalid(f"{file} can't be read.", fix="Name the chart's folder with --chart.") from error
    if not isinstance(found, dict):
        raise Invalid(f"{file} holds no mapping.")
    return found


def _paths(values: dict[str, Any], above: Place) -> Iterator[Place]:
    for name, value in values.items():
        if isinstance(value, dict):
            if name == "resources":
                yield (*above, name)
            else:
                yield from _paths(value, (*above, name))


def _resources(manifests: list[Manifest]) -> dict[Owner, dict[str, Any]]:
    return {
        (each["kind"], name_of(each), container["name"]): container.get("resources") or {}
        for each in manifests
        for container in dig(each, "spec", "template", "spec", "containers") or ()
    }
