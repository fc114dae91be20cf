"""kora.yaml: what is accepted, and how a wrong entry is named."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.kit.errors import Misconfigured
from kora.operations.deploy.configuration import find, load, parse

ROOT = Path(__file__).parents[4]
SMALL = "name: shop\nservices: {web: {build: {}, port: 8080}}\n"


def test_the_smallest_file() -> None:
    application = parse(SMALL, Path("/x"))
    assert application.target == "shop"
    assert application.folder == Path("/x")
    assert application.built["web"].dockerfile == "Dockerfile"


def test_taskoras_own_file_is_valid_and_its_paths_exist() -> None:
    application = load(ROOT / "kora.yaml")
    assert set(application.built) == {"backend", "frontend"}
    for build in application.built.values():
        assert (ROOT / build.context / build.dockerfile).is_file()
    assert application.chart is not None
    assert (ROOT / application.chart.path / "Chart.yaml").is_file()
    assert {"page", "sign up", "create a task", "chat adds a task"} <= {step.name for step in application.smoke}


@pytest.mark.parametrize(
    ("text", "path", "fix"),
    [
        ("name: shop\n", "services", "is missing"),
        ("name: Shop!\nservices: {web: {build: {}}}\n", "name", "pattern"),
        ("name: shop\nservices: {web: {build: {}, prot: 80}}\n", "services.web.prot", "no such entry"),
        ("name: shop\nservices: {web: {port: 80}}\n", "services.web", "either build or image"),
        ("name: shop\nservices: {web: {image: redis}}\n", "services.web", "name a tag"),
        ("name: shop\nservices: {web: {image: 'redis:latest'}}\n", "services.web", "latest"),
        ("name: shop\nservices: {web: {build: {}, port: 99999}}\n", "services.web.port", "65535"),
        (SMALL + "chart: {path: x}\n", "chart.images", "web"),
        (SMALL + "front: {service: page, port: 80}\n", "front.service", "page"),
        (SMALL + "smoke: [{name: a, path: nothing}]\n", "smoke.0.path", "pattern"),
        (SMALL + "folder: /etc\n", "folder", "no such entry"),
        ("name: shop\nservices: {web: {build: {}, secrets: [KEY]}}\n", "services.web.secrets", "KEY"),
        (SMALL + "secrets: {name: s, keys: {K: {generate: hex, optional: true}}}\n", "secrets.keys.K", "one of"),
    ],
)
def test_a_wrong_entry_is_named_with_its_path(text: str, path: str, fix: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        parse(text, Path())
    assert path in caught.value.message
    assert fix in caught.value.message
    assert caught.value.exit_code == 78


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "\t"])
def test_what_is_no_settings_at_all(text: str) -> None:
    with pytest.raises(Misconfigured):
        parse(text, Path())


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with suppress(Misconfigured):
        parse(text, Path())


def test_the_file_is_found_from_a_folder_below(tmp_path: Path) -> None:
    (tmp_path / "kora.yaml").write_text(SMALL)
    (tmp_path / "a/b").mkdir(parents=True)
    assert find(tmp_path / "a/b") == tmp_path / "kora.yaml"
    with pytest.raises(Misconfigured, match=r"no kora\.yaml") as caught:
        find(Path("/"))
    assert caught.value.fix == "kora init"
