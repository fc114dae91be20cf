"""The table of the API's fields: made by its generator, and what names mean in it."""

import runpy
from pathlib import Path

import pytest

from kora.language.rules.schema import field_named, field_spelled, schema_fields

ROOT = Path(__file__).parents[4]


def test_the_table_is_what_its_generator_makes(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "scripts" / "api_fields.py"), run_name="__main__")
    table = ROOT / "ops" / "src" / "kora" / "language" / "rules" / "api_fields.txt"
    assert capsys.readouterr().out == table.read_text(encoding="utf-8"), "run scripts/api_fields.py"


@pytest.mark.parametrize(
    ("said", "kinds", "path"),
    [
        ("hostNetwork", ("Pod",), "hostNetwork"),
        ("spec.template.spec.hostNetwork", ("Deployment",), "hostNetwork"),
        ("spec.containers.terminationMessagePath", ("Pod",), "terminationMessagePath"),
        ("spec.minReadySeconds", ("Deployment",), "spec.minReadySeconds"),
        ("tolerationSeconds", ("Pod",), "tolerations[].tolerationSeconds"),
        ("podFailurePolicy", ("Job",), "spec.podFailurePolicy"),
    ],
)
def test_a_name_or_path_means_one_field(said: str, kinds: tuple[str, ...], path: str) -> None:
    concept = field_named(said, kinds)
    assert concept is not None
    assert concept.path == path


@pytest.mark.parametrize(
    ("said", "kinds"), [("frobnicate", ("Pod",)), ("minReadySeconds", ("Service",)), ("ipBlock", ("NetworkPolicy",))]
)
def test_a_name_that_means_nothing_or_several_things_means_no_field(said: str, kinds: tuple[str, ...]) -> None:
    assert field_named(said, kinds) is None


def test_a_name_in_words() -> None:
    concept = field_spelled(("progress", "deadline"), ("Deployment",))
    assert concept is not None
    assert concept.path == "spec.progressDeadlineSeconds"


def test_every_field_is_of_a_known_type() -> None:
    assert {field.type for field in schema_fields()} <= {"flag", "number", "text", "list", "map", "is"}
