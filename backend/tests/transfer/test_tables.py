"""CSV mechanics: formula safety is exact both ways, encodings and delimiters are guessed and told."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskora.transfer.errors import FileUnreadable
from taskora.transfer.tables import decode, pack, protect, read_lines, sniff_delimiter, unpack, unprotect, write_row

ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
near_formulas = st.builds("".join, st.lists(st.sampled_from([*ACTIVE, "'", " ", "a", "1", '"', ",", "\u00a0"])))


@given(texts | near_formulas)
@example("'=1+1")
@example("' '=cmd|' /C calc'!A0")
def test_protecting_is_exact_and_never_starts_a_formula(text: str) -> None:
    cell = protect(text)
    assert unprotect(cell) == text
    assert not cell.lstrip().startswith(ACTIVE)


@given(st.lists(texts | near_formulas, min_size=1, max_size=6))
def test_a_written_row_is_read_back_cell_by_cell(cells: list[str]) -> None:
    lines = list(read_lines(write_row(cells), ","))
    assert [[unprotect(cell) for cell in line.cells] for line in lines] == [cells]
    # Another program's reader sees the same cells.
    assert [len(row) for row in csv.reader(io.StringIO(write_row(cells), newline=""))] == [len(cells)]


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), max_size=5))
def test_packed_texts_come_apart_again(values: list[str]) -> None:
    assert unpack(pack(values)) == values


def test_a_packed_name_may_hold_commas_and_quotes() -> None:
    assert unpack(pack(["Smith, John", 'the "big" one'])) == ["Smith, John", 'the "big" one']


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Übung ✓".encode(), "utf-8"),
        ("\ufeffÜbung ✓".encode(), "utf-8"),
        ("\ufeffÜbung ✓".encode("utf-16-le"), "utf-16-le"),
        ("\ufeffÜbung ✓".encode("utf-16-be"), "utf-16-be"),
        ("Übung, plain words".encode("utf-16-le"), "utf-16-le"),
        ("Übung, plain words".encode("utf-16-be"), "utf-16-be"),
        ("Übung – “ja”".encode("windows-1252"), "windows-1252"),
        (b"\xdcbung \x81", "iso-8859-1"),
    ],
)
def test_the_encoding_is_guessed_and_told(data: bytes, encoding: str) -> None:
    text, guessed = decode(data)
    assert guessed == encoding
    assert text.startswith("Übung")


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(FileUnreadable):
        decode(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))


def test_damaged_utf_16_is_refused_with_a_way_out() -> None:
    with pytest.raises(FileUnreadable, match="UTF-8"):
        decode(b"\xff\xfe\x00\xd8\x00")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_a_table(delimiter: str) -> None:
    rows = [["title", "notes"], ["a, b; c", "x"], ["d", "e, f"]]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    assert (
        sniff_delimiter(buffer.getvalue(), lambda cells: sum(cell in ("title", "notes") for cell in cells)) == delimiter
    )


def test_line_numbers_count_lines_of_the_file_not_records() -> None:
    text = 'title\n"one\ntwo"\nthree\n'
    assert [line.number for line in read_lines(text, ",")] == [1, 2, 4]


@given(st.text(alphabet=st.sampled_from("a\", '\r\n\t\x85") | st.characters()))
def test_any_cell_unpacks(cell: str) -> None:
    assert all(value == value.strip() and value for value in unpack(cell))


def test_a_line_end_separates_packed_values() -> None:
    assert unpack("a\rb\r\nc\nd") == ["a", "b", "c", "d"]
