"""CSV, both ways: bytes to rows with their line numbers, rows to text that a spreadsheet can't mistake for formulas.

Formula safety: a spreadsheet runs a cell that starts with `=`, `+`, `-`, `@` (or their full-width forms, or a control
character), so `protect` puts an apostrophe before such a text and `unprotect` takes it off again. Leading blanks and
apostrophes count as part of the start, which makes the pair exact: `unprotect(protect(text)) == text` for every text.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from taskora.transfer.errors import FileUnreadable

_ACTIVE = re.compile(r"['\s]*[=+\-@＝＋－＠\t\r\n]")
_DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_ROWS = 20
# A cell longer than this is no task any more; the csv module's own limit is 131,072.
MAX_CELL = 100_000

# Tried in this order; Windows-1252 is what "Latin-1" files really are, and Latin-1 itself accepts every byte.
_FALLBACK_ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a table: the line of the file on which it starts (from 1), and its cells."""

    number: int
    cells: list[str]

    @property
    def blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(cell.strip() for cell in self.cells)


def protect(text: str) -> str:
    """A cell that spreadsheets show and don't run."""
    return "'" + text if _ACTIVE.match(text) else text


def unprotect(cell: str) -> str:
    """The text that `protect` was given."""
    return cell[1:] if cell.startswith("'") and _ACTIVE.match(cell, 1) else cell


def write_row(cells: Sequence[object]) -> str:
    """One CSV record (RFC 4180, CRLF); None is an empty cell, texts are protected, numbers and booleans written
    plainly.
    """
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow([_cell(value) for value in cells])
    return buffer.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return protect(value) if isinstance(value, str) else str(value)


def pack(values: Sequence[str]) -> str:
    """Several texts in one cell, as a line of CSV: a text that holds a comma or quote is quoted."""
    if not values:
        return ""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="").writerow(values)
    return buffer.getvalue()


def unpack(cell: str) -> list[str]:
    """The texts that `pack` was given; blanks around commas are forgiven, and a line's end separates like a comma."""
    lines = io.StringIO(cell, newline="")
    return [value.strip() for row in csv.reader(lines, skipinitialspace=True) for value in row if value.strip()]


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the encoding that was guessed.

    A byte-order mark decides; then zero bytes in every second place mean UTF-16; then UTF-8, and what isn't valid
    UTF-8 is Windows-1252 or Latin-1. Raises FileUnreadable for text with NUL characters (a binary file).
    """
    text, encoding = _decoded(data)
    if "\x00" in text:
        raise FileUnreadable("This is not a text file. Choose a CSV file, a JSON file or a ZIP of them.")
    return text, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), encoding
    sample = data[:2000]
    if len(sample) >= 4 and sample.count(0) > len(sample) // 4:
        little = sample[1::2].count(0) >= sample[0::2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        return _strict(data, encoding), encoding
    for encoding in _FALLBACK_ENCODINGS[:-1]:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode(_FALLBACK_ENCODINGS[-1]), _FALLBACK_ENCODINGS[-1]


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"The file says that it is {encoding}, but it is damaged. Save it as UTF-8.") from error


def read_lines(text: str, delimiter: str) -> Iterator[Line]:
    """The records of a CSV text, blank ones included. Raises FileUnreadable naming the line where quoting breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileUnreadable(f"Line {last + 1} can't be read: {error}. Is a quotation mark missing?") from error
        yield Line(last + 1, cells)
        last = reader.line_num


def sniff_delimiter(text: str, likes: Callable[[list[str]], int]) -> str:
    """The delimiter under which the first rows look most like a table.

    `likes` counts the cells of a row that are known column names; that weighs most, then how many rows have as many
    columns as the first one, then how many columns there are.
    """

    def quality(delimiter: str) -> tuple[int, int, int]:
        rows = []
        try:
            for line in read_lines(text[:200_000], delimiter):
                if not line.blank:
                    rows.append(line.cells)
                if len(rows) >= _SNIFFED_ROWS:
                    break
        except FileUnreadable:
            return (0, 0, 0)
        if not rows:
            return (0, 0, 0)
        width = len(rows[0])
        alike = sum(len(row) == width for row in rows) if width > 1 else 0
        return max(likes(row) for row in rows), alike, width

    return max(_DELIMITERS, key=quality)
