"""The Helm library where it travels compressed."""

import lzma
import tempfile
from pathlib import Path

import pytest

from kora.helm.packed import LOCATION, PACKED, unpack
from kora.kit.errors import Unavailable


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "lib.so.xz"
    file.write_bytes(lzma.compress(b"a library"))
    (tmp_path / "out").mkdir()
    monkeypatch.setenv(PACKED, str(file))
    monkeypatch.delenv(LOCATION, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "out"))
    monkeypatch.setenv(LOCATION, "")  # so that what the code sets is taken back
    return file


def test_it_is_unpacked_once_and_named(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    unpack()
    target = Path(os.environ[LOCATION])
    assert target.read_bytes() == b"a library"
    assert [each.name for each in target.parent.iterdir()] == ["lib.so"]
    monkeypatch.setenv(LOCATION, "")
    packed.unlink()
    unpack()  # what is there is used again
    assert os.environ[LOCATION] == str(target)


def test_a_library_that_was_named_is_left_alone(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LOCATION, "/opt/own.so")
    unpack()
    assert not (packed.parent / "out/lib.so").exists()


def test_a_damaged_file_is_said(packed: Path) -> None:
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(Unavailable, match="can't be unpacked"):
        unpack()
    assert not (packed.parent / "out/lib.so").exists()
