"""values.yaml, its schema, the README and k8s/rendered say the same, and the schema is strict wherever it is ours."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "helm/taskora"


def script(name: str) -> Any:
    """A program of scripts/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def docs() -> Any:
    return script("chart_docs")


@pytest.fixture(scope="module")
def schema(chart: Any) -> dict[str, Any]:
    found: dict[str, Any] = chart.schema
    return found


def groups(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every level of the values that is ours."""
    if "properties" in schema and "default" not in schema:
        yield path, schema
        for name, child in schema["properties"].items():
            yield from groups(child, f"{path}/{name}")


def test_generated_files_are_up_to_date(docs: Any) -> None:
    for path, text in docs.generate(CHART).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: run make gen"


def test_rendered_manifests_are_up_to_date(helm: Any) -> None:
    rendered = script("chart_rendered").generate()
    for path, text in rendered.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: run make gen"
    left_over = {path.name for path in (ROOT / "k8s/rendered").iterdir()} - {path.name for path in rendered}
    assert not left_over


def test_rendered_manifests_hold_no_secret(helm: Any) -> None:
    for path in (ROOT / "k8s/rendered").glob("*.yaml"):
        kinds = [item["kind"] for item in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
        assert kinds
        assert "Secret" not in kinds
        assert "Pod" not in kinds


def test_every_level_of_ours_is_strict(schema: dict[str, Any]) -> None:
    found = dict(groups(schema))
    assert len(found) > 40
    for path, group in found.items():
        assert group["additionalProperties"] is False, path


def test_every_value_is_described_and_typed(schema: dict[str, Any]) -> None:
    for path, group in groups(schema):
        for name, child in group["properties"].items():
            if "default" in child:
                assert child["description"], f"{path}/{name}"
                assert "type" in child or "enum" in child, f"{path}/{name}"


def test_defaults_are_the_ones_of_the_values(schema: dict[str, Any], chart: Any) -> None:
    def compare(group: dict[str, Any], values: dict[str, Any]) -> None:
        assert values.keys() <= group["properties"].keys()
        for name, child in group["properties"].items():
            if "default" in child:
                assert child["default"] == values.get(name)
            else:
                compare(child, values[name])

    compare(schema, chart.values)


def test_an_unknown_key_is_refused_on_every_level(schema: dict[str, Any], refuse: Any) -> None:
    for path, _ in groups(schema):
        values: dict[str, Any] = {"surprise": 1}
        for name in reversed(path.strip("/").split("/") if path else []):
            values = {name: values}
        message = refuse(values=values)
        assert f"at '{path}'" in message
        assert "'surprise' not allowed" in message


def test_a_missing_comment_stops_the_generator(docs: Any) -> None:
    with pytest.raises(docs.ChartDocsError, match=r"line 2: a\.b has no '# --' comment"):
        docs.read_values("a:\n  b: 1\n")


def test_an_unclear_type_stops_the_generator(docs: Any) -> None:
    for text in ("# -- words\na: null\n", "# -- words\na: []\n", "# -- words\na: {}\n"):
        with pytest.raises(docs.ChartDocsError, match="say it in a '# @schema' line"):
            docs.json_schema(docs.read_values(text))


def test_an_unknown_shape_stops_the_generator(docs: Any) -> None:
    with pytest.raises(docs.ChartDocsError, match="'nonsense' is not among the shapes"):
        docs.json_schema(docs.read_values("# -- words\n# @schema {$ref: nonsense}\na: x\n"))


def test_the_table_names_every_value(schema: dict[str, Any]) -> None:
    readme = (CHART / "README.md").read_text(encoding="utf-8")
    for path, group in groups(schema):
        for name, child in group["properties"].items():
            if "default" in child:
                assert f"| `{f'{path}/{name}'.strip('/').replace('/', '.')}` |" in readme


def test_every_values_file_is_a_test_input() -> None:
    conftest = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8")
    shipped = [*CHART.glob("values-*.yaml"), *CHART.glob("examples/*.yaml"), *CHART.glob("ci/*.yaml")]
    assert len(shipped) >= 10
    for path in shipped:
        assert f'"{path.relative_to(CHART)}"' in conftest


def test_chart_and_application_have_one_version(chart: Any) -> None:
    project = (ROOT / "backend/pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{chart.metadata["appVersion"]}"' in project


def test_the_chart_can_be_a_subchart(helm: Any, tmp_path: Path) -> None:
    # Helm hands `global` to every subchart; a strict schema must know it.
    parent = tmp_path / "parent"
    (parent / "charts").mkdir(parents=True)
    (parent / "Chart.yaml").write_text("apiVersion: v2\nname: parent\nversion: 0.1.0\n")
    (parent / "values.yaml").write_text("global: {a: 1}\ntaskora: {backend: {replicas: 1}}\n")
    (parent / "charts/taskora").symlink_to(CHART)
    with helm.Chart.load(parent) as chart:
        assert "parent/charts/taskora/templates/backend/deployment.yaml" in chart.render(name="p", namespace="n")
