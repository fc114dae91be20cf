"""A value that a chart's schema refuses is answered with what the schema allows."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.helm.command import CommandEngine
from kora.helm.library import LibraryEngine
from kora.helm.port import HelmEngine
from kora.helm.schema import advice
from kora.kit.errors import Invalid

TASKORA = Path(__file__).parents[3] / "helm/taskora"
SCHEMA = TASKORA / "values.schema.json"


@pytest.fixture(params=["library", "helm", "helm3"])
def engine(request: pytest.FixtureRequest) -> HelmEngine:
    if request.param == "library":
        return LibraryEngine(offline=True)
    if not shutil.which(request.param):
        pytest.skip(f"the program {request.param} is not on the PATH")
    return CommandEngine(request.param, offline=True)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"backend": {"replicas": 11}}, "backend.replicas may be 1 to 10, or left empty (not 11)"),
        ({"frontend": {"replicas": "many"}}, "frontend.replicas may be 1 to 10, or left empty"),
        (
            {"frontend": {"service": {"type": "Nodeport"}}},
            "frontend.service.type may be one of ClusterIP, NodePort, LoadBalancer",
        ),
        ({"backend": {"replica": 2}}, "there is no backend.replica: write backend.replicas"),
        ({"zzz": 2}, "there is no zzz: leave it out"),
    ],
)
def test_every_engine_says_what_is_allowed(engine: HelmEngine, values: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid) as caught:
        engine.render(str(TASKORA), "taskora", "shop", values)
    assert told in str(caught.value.fix)
    assert caught.value.exit_code == 2


def test_the_words_of_older_helm_are_read_too() -> None:
    said = "values don't meet the specifications: taskora: - backend.replicas: Must be less than or equal to 10"
    assert advice(said, SCHEMA) == "correct the chart's values: backend.replicas may be 1 to 10, or left empty"
    said = "taskora: - (root): Additional property ingres is not allowed"
    assert advice(said, SCHEMA) == "correct the chart's values: there is no ingres: write ingress"


def test_what_the_schema_does_not_tell_is_left_in_helms_words(tmp_path: Path) -> None:
    said = "shop: - at '/a/0/b': does not fit - at '': missing property 'c'"
    assert advice(said, tmp_path / "none.json") is None
    schema = tmp_path / "values.schema.json"
    schema.write_text("{}")
    assert advice(said, schema) == "correct the chart's values: a.0.b: does not fit; c has to be given"
    assert advice("chart.yaml is missing", schema) is None


def test_references_and_lists_are_followed(tmp_path: Path) -> None:
    port = {"type": "integer", "minimum": 1, "maximum": 65535}
    listed = {"type": "array", "items": {"$ref": "#/$defs/port"}}
    schema = tmp_path / "values.schema.json"
    schema.write_text(json.dumps({"$defs": {"port": port}, "properties": {"ports": listed}}))
    said = "shop: - at '/ports/1': maximum: got 70000, want 65535"
    assert advice(said, schema) == "correct the chart's values: ports.1 may be 1 to 65535 (not 70000)"


@given(st.text(max_size=200))
def test_no_sentence_of_helm_breaks_it(said: str) -> None:
    for text in (said, f"- at '{said}': {said}", f"- {said}: {said}"):
        found = advice(text, SCHEMA)
        assert found is None or found.startswith("correct the chart's values: ")
