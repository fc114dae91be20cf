"""The chain itself, on bytes: how a record becomes a line, and how lines, head and checkpoints are verified.

Pure. `log` does the files; `verify` is the one code path for a log folder, for a copied file and for tests.

Three things hold each other. The *records*: canonical JSON lines, each with the hash of the one before. The *head*: one
small block, rewritten with every record, that says how many records there are; it makes a missing tail visible. Before
a record is written the head announces its hash (`next`), so that a log which ends one record early or late after a
crash is told from one that was cut or added to. The *checkpoints*: every thousandth record's hash, themselves chained,
signed when there is a key; whoever rewrites the log and its head without the key fails on them.
"""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from kora.audit.records import GENESIS, VerifyReport
from kora.kit.canonical import canonical_json, content_hash

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HEAD_BYTES = 512
"""One disk sector, so that the head is replaced in one go."""


class _Sealed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @classmethod
    def read(cls, data: bytes) -> Any:
        """The value behind sealed bytes; None when a byte is not as it was written."""
        try:
            value = json.loads(data)
            found = cls(**{key: inner for key, inner in value.items() if key != "hash"})
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None
        return found if found.sealed() == data else None

    @property
    def hash(self) -> str:
        """Over everything in it."""
        return content_hash(self.model_dump())

    def sealed(self) -> bytes:
        """Canonical bytes, with the hash."""
        return canonical_json({**self.model_dump(), "hash": self.hash})


class Head(_Sealed):
    """Where the log ends. `count`, `last` and the sizes are what was finished; `next` is what is being written."""

    version: Literal[1] = 1
    count: int = 0
    last: str = GENESIS
    next: str | None = None
    line_bytes: int = 0
    """Length of the last record's line, when it stands in the open segment."""
    log_bytes: int = 0
    """Length of the open segment."""
    checkpoint: str = GENESIS
    checkpoint_bytes: int = 0

    @classmethod
    def read(cls, data: bytes) -> "Head | None":
        """From a block of `HEAD_BYTES`; None when it is damaged."""
        if len(data) != HEAD_BYTES or not data.endswith(b"\n"):
            return None
        found: Head | None = super().read(data.rstrip(b" \n"))
        return found if found is not None and found.block() == data else None

    def block(self) -> bytes:
        """The bytes of the head file."""
        return self.sealed().ljust(HEAD_BYTES - 1) + b"\n"


class Checkpoint(_Sealed):
    """Record number `count` had the hash `last`."""

    count: int
    last: str
    time: str
    previous: str
    signature: str | None = None

    def signed(self, key: "Ed25519PrivateKey") -> "Checkpoint":
        """With an Ed25519 signature (RFC 8032), in hex, over everything else."""
        return self.model_copy(update={"signature": key.sign(self._unsigned()).hex()})

    def fits(self, key: "Ed25519PublicKey") -> bool:
        """Whether `key` signed it."""
        from cryptography.exceptions import InvalidSignature  # large, and most logs are not signed

        try:
            key.verify(bytes.fromhex(self.signature or ""), self._unsigned())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _unsigned(self) -> bytes:
        return canonical_json(self.model_dump(exclude={"signature"}))


def seal(fields: dict[str, Any]) -> tuple[bytes, str]:
    """A record's line, newline included, and its hash. `fields` are JSON types, without ``hash``."""
    own = content_hash(fields)
    return canonical_json({**fields, "hash": own}) + b"\n", own


def _unseal(line: bytes) -> dict[str, Any] | str:
    """The record in a line without its newline, or what is wrong with it."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return "it is not JSON"
    if not isinstance(fields, dict) or not isinstance(fields.get("hash"), str):
        return "it has no hash"
    try:
        expected, _ = seal({key: value for key, value in fields.items() if key != "hash"})
    except (ValueError, TypeError):
        return "it is not canonical JSON"
    return fields if expected == line + b"\n" else "its hash does not fit its content"


class _Lines:
    """Walks the segments record by record and remembers how far the chain held."""

    def __init__(self) -> None:
        self.count, self.last, self.rest = 0, GENESIS, b""
        self.problem = ""
        self.hashes: dict[int, str] = {}

    def walk(self, segments: Iterable[bytes], wanted: set[int]) -> None:
        for segment in segments:
            if self.rest:
                self.problem = "the segment before it ends in the middle of a line"
                return
            lines = segment.split(b"\n")
            self.rest = lines.pop()
            if not all(self._take(line, wanted) for line in lines):
                return

    def _take(self, line: bytes, wanted: set[int]) -> bool:
        found = _unseal(line)
        if isinstance(found, str):
            self.problem = found
        elif found.get("sequence") != self.count + 1:
            self.problem = f"its sequence is {found.get('sequence')}"
        elif found.get("previous") != self.last:
            self.problem = "it does not follow the record before it"
        else:
            self.count, self.last = self.count + 1, found["hash"]
            if self.count in wanted:
                self.hashes[self.count] = self.last
            return True
        return False


def verify(
    segments: Iterable[bytes],
    head: bytes | None,
    checkpoints: bytes | None,
    key: "Ed25519PublicKey | None" = None,
    *,
    alone: bool = False,
) -> VerifyReport:
    """Check records, head and checkpoints against each other; the first thing that is wrong is reported.

    `segments` are the contents of the log's files, oldest first; `head` and `checkpoints` are those of the files beside
    them, None when absent. `alone` says that only the records were handed over: then the end can't be confirmed, which
    the report says. With `key` every checkpoint must be signed by it.
    """
    state = None if head is None else Head.read(head)
    marks = list(_checkpoints(checkpoints or b""))
    lines = _Lines()
    lines.walk(segments, {mark.count for mark in marks if mark is not None})
    problem = _first_problem(lines, state, marks, checkpoints, key, has_head=head is not None, alone=alone)
    notes = []
    if problem is None and state is not None and state.next is not None:
        notes.append(_interrupted(lines, state))
    if problem is None and alone:
        notes.append("Only the records were checked: nothing confirms that the log does not go on after the last one.")
    return VerifyReport(
        intact=problem is None,
        records=lines.count,
        broken_at=None if problem is None else problem[0],
        reason="" if problem is None else problem[1],
        head=lines.last,
        end_confirmed=problem is None and state is not None,
        checkpoints=sum(mark is not None for mark in marks),
        signed=key is not None and problem is None and any(marks),
        notes=tuple(notes),
    )


def _checkpoints(data: bytes) -> Iterator[Checkpoint | None]:
    """Line by line; None for one that is damaged. An unfinished last line counts as damaged."""
    lines = data.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    else:
        lines[-1] += b"\n"  # no newline at its end: let it fail
    for line in lines:
        yield Checkpoint.read(line)


def _first_problem(
    lines: _Lines,
    state: Head | None,
    marks: list[Checkpoint | None],
    checkpoints: bytes | None,
    key: "Ed25519PublicKey | None",
    *,
    has_head: bool,
    alone: bool,
) -> tuple[int, str] | None:
    after = lines.count + 1
    if lines.problem:
        return after, lines.problem
    if alone:
        return (after, "its line is unfinished") if lines.rest else None
    if state is None:
        if not has_head and not lines.count and not lines.rest and not checkpoints:
            return None  # nothing was ever recorded
        return after, "the head, which says where the log ends, is " + ("damaged" if has_head else "missing")
    return _end_problem(lines, state) or _mark_problem(lines, state, marks, checkpoints or b"", key)


def _end_problem(lines: _Lines, state: Head) -> tuple[int, str] | None:
    finished = lines.count == state.count and lines.last == state.last
    if state.next is None:
        if finished and not lines.rest:
            return None
        if lines.count >= state.count:
            return state.count + 1, "it was added behind the log's back"
        return lines.count + 1, f"it is missing: the log had {state.count} records"
    written = lines.count == state.count + 1 and lines.last == state.next and not lines.rest
    if finished or written:
        return None
    if lines.count < state.count:
        return lines.count + 1, f"it is missing: the log had {state.count} records"
    return state.count + 1, "it is not the record that was announced"


def _mark_problem(
    lines: _Lines, state: Head, marks: list[Checkpoint | None], data: bytes, key: "Ed25519PublicKey | None"
) -> tuple[int, str] | None:
    before, size = GENESIS, 0
    for mark in marks:
        if size == state.checkpoint_bytes and state.next is not None:
            return None  # what follows was being written when the writer stopped
        at = lines.count if mark is None else mark.count
        if mark is None or mark.previous != before:
            return at, "a checkpoint is damaged or missing"
        if lines.hashes.get(mark.count) != mark.last:
            return at, "the checkpoint there has another hash"
        if key is not None and not mark.fits(key):
            return at, "the checkpoint there is not signed by the given key"
        before, size = mark.hash, size + len(mark.sealed()) + 1
    if (size, before) != (state.checkpoint_bytes, state.checkpoint) or size != len(data):
        return lines.count, "checkpoints are missing or were added"
    return None


def _interrupted(lines: _Lines, state: Head) -> str:
    if lines.rest:
        return f"A writer stopped in the middle of record {state.count + 1}; its unfinished line is not a record."
    if lines.count == state.count:
        return f"A writer stopped before record {state.count + 1} was written."
    return f"A writer stopped right after record {lines.count} was written."
