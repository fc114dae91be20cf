"""What `make gen` writes is what stands in the tree."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TASKORA = Path(sys.executable).with_name("taskora")
GENERATED = {
    "frontend/openapi.json": [TASKORA, "openapi"],
    "docs/reference/api.md": [sys.executable, "scripts/api_reference.py", "frontend/openapi.json"],
    "docs/reference/errors.md": [sys.executable, "scripts/error_reference.py", "taskora"],
    "docs/reference/kora-errors.md": [sys.executable, "scripts/error_reference.py", "kora"],
}


@pytest.mark.parametrize("path", GENERATED)
def test_the_file_is_what_its_generator_prints(path: str) -> None:
    printed = subprocess.run(GENERATED[path], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert (ROOT / path).read_text(encoding="utf-8") == printed, f"{path} is out of date: run `make gen`"


def test_the_typescript_client_is_what_its_generator_prints(tmp_path: Path) -> None:
    program = ROOT / "frontend/node_modules/.bin/openapi-typescript"
    if not program.exists():
        pytest.skip("the page's packages are not installed: run `make setup`")
    written = tmp_path / "schema.d.ts"
    subprocess.run(
        [program, "openapi.json", "--default-non-nullable=false", "--output", written],
        cwd=ROOT / "frontend",
        check=True,
        capture_output=True,
    )
    assert (ROOT / "frontend/lib/api/schema.d.ts").read_text(encoding="utf-8") == written.read_text(encoding="utf-8")


@pytest.mark.parametrize("program", ["chart_docs.py", "crds.py"])
def test_the_generator_finds_nothing_out_of_date(program: str) -> None:
    """The tables and schemas of both charts; the definitions of Kora's kinds."""
    checked = subprocess.run(
        [sys.executable, f"scripts/{program}", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def test_every_chart_with_values_is_documented_by_the_generator() -> None:
    """A new chart can't slip past `chart_docs.py`: whoever has values has a generated schema."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from chart_docs import CHARTS
    finally:
        sys.path.pop(0)
    assert {path.parent for path in ROOT.glob("helm/*/values.yaml")} == set(CHARTS.values())
