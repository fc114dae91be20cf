"""The pages of the causes are those of the registry."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_the_pages_on_disk_are_those_of_the_registry() -> None:
    spec = importlib.util.spec_from_file_location("cause_reference", ROOT / "scripts" / "cause_reference.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    folder = ROOT / "docs" / "reference" / "causes"
    on_disk = {path.name: path.read_text("utf-8") for path in folder.glob("*.md")}
    assert on_disk == script.pages(), "run make gen"
