"""A file to drafts: finds out what it is and hands it to the module of its format."""

from typing import Literal

from taskora.transfer.errors import FileTooLarge, FileUnreadable
from taskora.transfer.formats import archive, generic, own, todoist
from taskora.transfer.portable import Parsed, Reader
from taskora.transfer.tables import Line, decode, read_lines, sniff_delimiter

Kind = Literal["auto", "todoist", "csv", "taskora"]

MAX_TASKS = 20_000
OWN_JSON = "taskora.json"
OWN_CSV = "tasks.csv"


def parse(data: bytes, file_name: str, kind: Kind, reader: Reader, *, project: str | None = None) -> Parsed:
    """Read an uploaded file. Pure and slow for large files: run it in a thread.

    `project` is where rows go that name none. Raises FileUnreadable, FileTooLarge.
    """
    if not data.strip():
        raise FileUnreadable("The file is empty.")
    if archive.is_zip(data):
        parsed = _zip(data, kind, reader, project)
    else:
        parsed = _single(data, file_name, kind, reader, project, file=None)
    if len(parsed.drafts) > MAX_TASKS:
        raise FileTooLarge(f"The file holds {len(parsed.drafts):,} tasks; at most {MAX_TASKS:,} come in at once.")
    return parsed


def _zip(data: bytes, kind: Kind, reader: Reader, project: str | None) -> Parsed:
    members = archive.read_members(data)
    by_name = {name.rsplit("/", 1)[-1]: content for name, content in members.items()}
    # Our own export tells everything twice: the JSON is the complete one.
    for name in (OWN_JSON, OWN_CSV):
        if name in by_name and kind in ("auto", "taskora"):
            return _single(by_name[name], name, "taskora", reader, project, file=None)
    tables = {name: content for name, content in members.items() if name.lower().endswith(".csv") and content.strip()}
    if not tables:
        raise FileUnreadable("The ZIP holds no CSV file and no Taskora export.")
    whole: Parsed | None = None
    for name, content in tables.items():
        part = _single(content, name, kind, reader, project, file=name)
        whole = part if whole is None else _joined(whole, part)
    assert whole is not None
    return whole


def _joined(whole: Parsed, part: Parsed) -> Parsed:
    whole.columns |= part.columns
    for name in ("ignored_columns", "drafts", "projects", "tags", "filters", "problems"):
        getattr(whole, name).extend(getattr(part, name))
    whole.ignored_columns = list(dict.fromkeys(whole.ignored_columns))
    if len(whole.drafts) > MAX_TASKS:
        raise FileTooLarge(f"The files hold more than {MAX_TASKS:,} tasks; import them one by one.")
    return whole


def _single(data: bytes, name: str, kind: Kind, reader: Reader, project: str | None, *, file: str | None) -> Parsed:
    text, encoding = decode(data)
    if text.lstrip()[:1] in ("{", "[") and kind in ("auto", "taskora") and not name.lower().endswith(".csv"):
        parsed = Parsed(kind="taskora", encoding=encoding)
        own.read_json(text, parsed, file=file)
        return parsed
    return _table(text, encoding, name, kind, reader, project, file)


def _table(
    text: str, encoding: str, name: str, kind: Kind, reader: Reader, project: str | None, file: str | None
) -> Parsed:
    delimiter = sniff_delimiter(text, _known_cells)
    lines = list(_bounded(text, delimiter))
    first = next((line for line in lines if not line.blank), Line(1, []))
    below = [line for line in lines if line.number > first.number]
    found = _kind_of(first.cells) if kind == "auto" else kind
    parsed = Parsed(kind=found, encoding=encoding, delimiter=delimiter)
    if found == "taskora":
        if not own.is_own_csv(first.cells):
            raise FileUnreadable("This is not a Taskora export. Choose the kind “csv” for other tables.")
        own.read_csv(below, first, parsed, file=file)
    elif found == "todoist":
        if not todoist.is_todoist(first.cells):
            raise FileUnreadable("This is not a Todoist file: its first row must name TYPE, CONTENT and INDENT.")
        todoist.read(below, first, parsed, reader, file=file, project=project or todoist.project_of(name))
    else:
        generic.read(lines, parsed, reader, file=file, project=project)
    return parsed


def _kind_of(header: list[str]) -> Literal["todoist", "csv", "taskora"]:
    if own.is_own_csv(header):
        return "taskora"
    return "todoist" if todoist.is_todoist(header) else "csv"


def _known_cells(cells: list[str]) -> int:
    return generic.known_headers(cells) + 10 * (own.is_own_csv(cells) or todoist.is_todoist(cells))


def _bounded(text: str, delimiter: str) -> list[Line]:
    lines = []
    for line in read_lines(text, delimiter):
        lines.append(line)
        # Blank rows and notes count too, but a table may be sparse.
        if len(lines) > 5 * MAX_TASKS:
            raise FileTooLarge(f"The file has more than {5 * MAX_TASKS:,} rows. Split it.")
    return lines
