"""ZIP files: backups of many tables, and bombs that are refused before they go off."""

import pytest

from taskora.transfer.errors import FileTooLarge, FileUnreadable
from taskora.transfer.formats import archive


def test_a_backup_with_one_table_a_project(read, zipped) -> None:
    header = "TYPE,CONTENT,PRIORITY,INDENT\n"
    result = read(
        zipped({"Home [1].csv": header + "task,A,4,1\n", "Work [2].csv": header + "task,B,4,1\ntask,,4,1\n"}), "b.zip"
    )
    assert [(task.title, task.project) for task in result.tasks] == [("A", "Home"), ("B", "Work")]
    assert [(problem.file, problem.line) for problem in result.parsed.problems] == [("Work [2].csv", 3)]


def test_what_unpacks_to_too_much_is_refused(read, zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(FileTooLarge):
        read(zipped({"a.csv": "title\n" + "0" * 900_000, "b.csv": "title\n" + "0" * 900_000}), "bomb.zip")


def test_sizes_that_a_zip_claims_are_not_believed(read, zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1_000)
    data = bytearray(zipped({"a.csv": "title\n" + "0" * 50_000}))
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises((FileTooLarge, FileUnreadable)):
        read(bytes(data), "liar.zip")


def test_too_many_files_are_refused(read, zipped) -> None:
    with pytest.raises(FileTooLarge):
        read(zipped({f"{number}.csv": "title\nA\n" for number in range(archive.MAX_MEMBERS + 1)}), "many.zip")


@pytest.mark.parametrize("cut", [10, 40, 80])
def test_a_damaged_zip_is_refused(read, zipped, cut: int) -> None:
    with pytest.raises(FileUnreadable):
        read(zipped({"a.csv": "title\nA\n"})[:-cut], "cut.zip")


def test_a_zip_without_tables_is_refused(read, zipped) -> None:
    with pytest.raises(FileUnreadable):
        read(zipped({"picture.png": b"\x89PNG"}), "x.zip")


def test_a_protected_zip_is_refused(read, zipped) -> None:
    data = bytearray(zipped({"a.csv": "title\nA\n"}))
    data[6] |= 1  # the flag in the file's header …
    data[data.rfind(b"PK\x01\x02") + 8] |= 1  # … and in the directory
    with pytest.raises(FileUnreadable, match="password"):
        read(bytes(data), "locked.zip")


def test_names_that_climb_are_only_names(read, zipped) -> None:
    result = read(zipped({"../../etc/Home.csv": "TYPE,CONTENT,PRIORITY,INDENT\ntask,A,4,1\n"}), "climb.zip")
    assert [(task.title, task.project) for task in result.tasks] == [("A", "Home")]


def test_an_archive_in_an_archive_is_not_opened(read, zipped) -> None:
    inner = zipped({"a.csv": "title\nA\n"})
    with pytest.raises(FileUnreadable):
        read(zipped({"inner.zip": inner}), "outer.zip")
