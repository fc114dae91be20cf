"""`kora image` through its front door."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kora.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures"
BAD = "FROM python\nCMD python x.py\n"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORA_HOME", str(tmp_path / "home"))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["image", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_review_in_three_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(BAD)
    code, out, _ = run(capsys, "review", str(path))
    assert code == 10
    assert "KD101" in out
    code, out, _ = run(capsys, "review", str(path), "--json")
    document = json.loads(out)
    assert code == 10
    assert {"KD101", "KD301", "KD501"} <= {one["id"] for one in document["reviews"][0]["findings"]}
    code, out, _ = run(capsys, "review", str(path), "--sarif")
    assert code == 10
    assert json.loads(out)["version"] == "2.1.0"
    assert run(capsys, "review", str(path), "--fail-on", "never")[0] == 0


def test_review_reads_standard_input_to_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(BAD))
    code, out, _ = run(capsys, "review", "-", "--json")
    assert code == 10
    assert json.loads(out)["reviews"][0]["file"] == "Dockerfile"


def test_wrong_use_has_words_and_a_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "review", str(tmp_path / "none"))
    assert (code, "There is no file" in err) == (1, True)
    (tmp_path / "Dockerfile").write_text("hello\n")
    code, out, _ = run(capsys, "review", str(tmp_path), "--json")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "DOCKERFILE_INVALID"


def test_a_sentence_prints_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prompt = (FIXTURES / "prompts" / "backend.txt").read_text("utf-8")
    code, out, err = run(capsys, "generate", prompt, "--folder", str(tmp_path))
    assert code == 0
    assert out.startswith("# backend")
    assert "USER 1000:1000" in out
    assert "note:" in err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced_without_a_yes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "index.html").write_text("<p>hi</p>")
    (tmp_path / "Dockerfile").write_text("FROM mine\n")
    code, out, _ = run(capsys, "generate", "--folder", str(tmp_path))
    assert code == 4
    assert "-FROM mine" in out
    assert (tmp_path / "Dockerfile").read_text() == "FROM mine\n"
    code, _, _ = run(capsys, "generate", "--folder", str(tmp_path), "--yes")
    assert code == 0
    assert "nginx" in (tmp_path / "Dockerfile").read_text()
    log = "".join(path.read_text() for path in (tmp_path / "home" / "audit").rglob("*.jsonl"))
    assert '"attempt"' in log
    assert '"outcome"' in log
    code, out, _ = run(capsys, "generate", "--folder", str(tmp_path), "--yes")
    assert (code, "nothing to write" in out) == (0, True)


def test_fix_shows_asks_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(BAD)
    code, out, _ = run(capsys, "fix", str(path))
    assert code == 4
    assert path.read_text() == BAD
    code, out, _ = run(capsys, "fix", str(path), "--yes", "--json")
    assert code == 0
    assert json.loads(out)["written"] == ["Dockerfile"]
    assert 'CMD ["python", "x.py"]' in path.read_text()


def test_without_a_terminal_nothing_hangs(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>hi</p>")
    words = [
        sys.executable,
        "-c",
        "import sys; from kora.cli import main; sys.exit(main(sys.argv[1:]))",
        "image",
        "generate",
    ]
    ran = subprocess.run(words, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert ran.returncode == 4
    assert not (tmp_path / "Dockerfile").exists()
