"""The log's folder: several writers, one chain, one file at a time, nothing believed that was not written through.

    audit.jsonl              the open segment, one record a line
    audit-0000000001.jsonl   closed segments, named by their first record
    head                     one block that says where the log ends (see `chain`)
    checkpoints.jsonl        every thousandth record's hash
    unfinished-0000000042    the torn line that a crash left where record 42 should stand; a note in the log names it
    lock                     whoever holds it (flock) may write

Appending: take the lock → read the head → compare it with the file → announce the record's hash in the head (synced) →
write the line (synced) → say in the head that it is there. A crash between any two of these leaves a log that verifies
and that the next writer can go on with; what it found is recorded as a note. Anything that a crash can't explain makes
`append` refuse, and with it every write that wanted to be recorded.
"""

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kora.audit.chain import HEAD_BYTES, Checkpoint, Head, seal, verify
from kora.audit.records import AuditBroken, AuditEntry, AuditRecord, AuditUnavailable, VerifyReport
from kora.domain.actors import Actor, Surface
from kora.domain.risk import Risk
from kora.kit import clock
from kora.kit.ids import digest
from kora.kit.redaction import redact

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEGMENT_BYTES = 8 * 1024 * 1024
CHECKPOINT_EVERY = 1000
LOCK_SECONDS = 10.0


class AuditLog:
    """An append-only, hash-chained log in `folder` (made on the first record, 0700).

    Every method may be called from several processes and threads at once.

    `durable=False` leaves syncing to the operating system: a power cut may then cost the last records, which the next
    `verify` reports. `key` signs the checkpoints.
    """

    def __init__(
        self,
        folder: Path,
        *,
        key: "Ed25519PrivateKey | None" = None,
        durable: bool = True,
        segment_bytes: int = SEGMENT_BYTES,
        checkpoint_every: int = CHECKPOINT_EVERY,
    ) -> None:
        self.folder = folder
        self._key, self._durable = key, durable
        self._segment_bytes, self._checkpoint_every = segment_bytes, checkpoint_every
        self._ours: tuple[bytes, Head] | None = None  # the head as this writer left it

    # --- writing ----------------------------------------------------------------------------------------------------

    def append(self, entry: AuditEntry) -> AuditRecord:
        """Redact, chain and write one record; it is on the disk when this returns.

        Raises:
            AuditUnavailable: the folder can't be written, the disk is full, another writer holds the lock for longer
                than ten seconds, or the end of the log is not the one that was written.
        """
        return self._append(entry, mark=False)

    def checkpoint(self, actor: Actor) -> AuditRecord:
        """Record that somebody wanted a checkpoint here, and make it (signed, when there is a key).

        Raises:
            AuditUnavailable: as `append`.
        """
        entry = AuditEntry(
            actor=actor, tool="audit.checkpoint", risk=Risk.READ, phase="note", result="A checkpoint was asked for."
        )
        return self._append(entry, mark=True)

    def _append(self, entry: AuditEntry, *, mark: bool) -> AuditRecord:
        fields = redact(entry.model_dump(mode="json"))
        try:
            with self._locked() as folder:
                head = self._recovered(folder, self._read_head(folder))
                record, _ = self._write(folder, head, fields, mark=mark)
        except OSError as problem:
            raise AuditUnavailable(
                f"The audit log in {self.folder} can't be written: {problem.strerror or problem}. Nothing was changed.",
                fix=_FIXES.get(problem.errno or 0, f"Make {self.folder} writable for this user."),
            ) from problem
        return AuditRecord.model_validate(record)

    @contextmanager
    def _locked(self) -> Iterator[Path]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Opened anew each time: a lock belongs to the open file, so threads and forked children exclude each other too.
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _take(lock, self.folder)
            yield self.folder
        finally:
            os.close(lock)

    def _write(
        self, folder: Path, head: Head, fields: dict[str, Any], *, mark: bool = False
    ) -> tuple[dict[str, Any], Head]:
        if head.log_bytes >= self._segment_bytes:
            head = self._rotate(folder, head)
        place = {"version": 1, "sequence": head.count + 1, "time": _moment(), "previous": head.last}
        fields = {**fields, **place}
        line, own = seal(fields)
        announced = head.model_copy(update={"next": own})
        self._write_head(folder, announced, durable=self._durable)
        try:
            self._add(folder / "audit.jsonl", line, head.log_bytes)
        except OSError:
            if _size(folder / "audit.jsonl") == head.log_bytes:
                self._write_head(folder, head, durable=False)  # the line was taken back, so nothing is pending
            raise
        return {**fields, "hash": own}, self._finish(folder, head, own, len(line), mark=mark)

    def _finish(self, folder: Path, head: Head, own: str, length: int, *, mark: bool = False) -> Head:
        """Say in the head that the record is there; after a power cut the announcement still tells the same."""
        done = Head(
            count=head.count + 1,
            last=own,
            line_bytes=length,
            log_bytes=head.log_bytes + length,
            checkpoint=head.checkpoint,
            checkpoint_bytes=head.checkpoint_bytes,
        )
        if mark or done.count % self._checkpoint_every == 0:
            done = self._mark(folder, done)
        self._write_head(folder, done, durable=False)
        return done

    def _mark(self, folder: Path, head: Head) -> Head:
        mark = Checkpoint(count=head.count, last=head.last, time=_moment(), previous=head.checkpoint)
        if self._key is not None:
            mark = mark.signed(self._key)
        line = mark.sealed() + b"\n"
        self._add(folder / "checkpoints.jsonl", line, head.checkpoint_bytes)
        return head.model_copy(update={"checkpoint": mark.hash, "checkpoint_bytes": head.checkpoint_bytes + len(line)})

    def _add(self, path: Path, line: bytes, size: int) -> None:
        """Write `line` at `size`, the end of the file; on failure the file is as long as before."""
        is_new = size == 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            try:
                written = os.write(handle, line)
                if written != len(line):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if self._durable:
                    os.fdatasync(handle)
            except OSError:
                with suppress(OSError):  # then the head goes on announcing the line, as after a crash
                    os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)
        if is_new and self._durable:
            _sync_folder(path.parent)

    def _rotate(self, folder: Path, head: Head) -> Head:
        first = _first_sequence(folder / "audit.jsonl")
        fresh = head.model_copy(update={"log_bytes": 0, "line_bytes": 0})
        self._write_head(folder, head, durable=self._durable)  # what `_was_rotated` goes by after a power cut
        os.rename(folder / "audit.jsonl", folder / f"audit-{first:010d}.jsonl")
        self._write_head(folder, fresh, durable=self._durable)
        _sync_folder(folder)
        return fresh

    # --- the head ---------------------------------------------------------------------------------------------------

    def _read_head(self, folder: Path) -> Head:
        try:
            data = _head_bytes(folder)
        except FileNotFoundError:
            if _segments(folder) or (folder / "checkpoints.jsonl").exists():
                raise self._distrusted("its head is missing") from None
            fresh = Head()
            self._write_head(folder, fresh, durable=self._durable)
            return fresh
        if self._ours is not None and self._ours[0] == data:
            return self._ours[1]
        if not data and not _segments(folder):
            return Head()  # a crash or a full disk right after the file was made
        head = Head.read(data)
        if head is None:
            raise self._distrusted("its head is damaged")
        return head

    def _write_head(self, folder: Path, head: Head, *, durable: bool) -> None:
        handle = os.open(folder / "head", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            block = head.block()
            if os.pwrite(handle, block, 0) != HEAD_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if durable:
                os.fdatasync(handle)
            self._ours = block, head
        finally:
            os.close(handle)

    def _recovered(self, folder: Path, head: Head) -> Head:
        """The head to go on from. What a crash left behind is settled and noted first."""
        path = folder / "audit.jsonl"
        size = _size(path)
        if head.next is None and size == 0 and head.log_bytes and _was_rotated(folder, head):
            return head.model_copy(update={"log_bytes": 0, "line_bytes": 0})
        if head.next is None and size == head.log_bytes and self._ours is not None and self._ours[1] is head:
            return head  # nobody else has written since
        rest = _read_from(path, head.log_bytes - head.line_bytes) if size else b""
        last, rest = rest[: head.line_bytes], rest[head.line_bytes :]
        if size < head.log_bytes or (last and not _is_record(last, head.last)):
            raise self._distrusted("its last record is not the one that was written")
        if head.next is None and not rest:
            return head
        return self._settle(folder, head, rest)

    def _settle(self, folder: Path, head: Head, rest: bytes) -> Head:
        """`rest` stands behind the last finished record: an announced one, whole or torn, or somebody's addition."""
        if head.next is None or (b"\n" in rest and not _is_record(rest, head.next)):
            raise self._distrusted("something was added behind its last record")
        marks = folder / "checkpoints.jsonl"
        if marks.exists():
            os.truncate(marks, head.checkpoint_bytes)
        if rest.endswith(b"\n"):  # the record is whole; only the head did not say so yet
            return self._finish(folder, head, head.next, len(rest))
        settled = head.model_copy(update={"next": None})
        if not rest:
            return settled
        kept = folder / f"unfinished-{head.count + 1:010d}"
        kept.touch(mode=0o600)
        kept.write_bytes(rest)
        os.truncate(folder / "audit.jsonl", head.log_bytes)
        self._write_head(folder, settled, durable=self._durable)
        return self._write(folder, settled, _recovery_note(rest, kept.name))[1]

    def _distrusted(self, why: str) -> AuditUnavailable:
        return AuditUnavailable(
            f"The audit log in {self.folder} is refused: {why}. Nothing was changed.",
            fix="Run `kora audit verify` to see where it breaks, keep the folder as evidence, and move it aside to "
            "begin a new log.",
        )

    # --- reading ----------------------------------------------------------------------------------------------------

    def records(self, since: int = 1) -> Iterator[AuditRecord]:
        """Records from number `since` on, oldest first. Reads without the lock; ends before an unfinished line.

        Raises:
            AuditBroken: a line is no record.
        """
        for path in _segments(self.folder):
            yield from read_records(path, since)

    def verify(self, key: "Ed25519PublicKey | None" = None) -> VerifyReport:
        """Check the whole folder (see `chain.verify`). A folder that isn't there is an intact log of 0 records."""
        if not self.folder.is_dir():
            return verify([], None, None)
        try:
            with self._locked() as folder:  # or a record that is being written would look like a crash
                return self._verify(folder, key)
        except PermissionError:
            return self._verify(self.folder, key)  # whoever may only read verifies without it

    def verify_copy(self, file: Path) -> VerifyReport:
        """Check a file that stands alone. When it is a copy of this log, this log's head says where it must end."""
        data = file.read_bytes()
        report = verify([data], None, None, alone=True)
        mine = next(iter(_segments(self.folder)), None)
        first = data.partition(b"\n")[0]
        if not report.intact or mine is None or not first:
            return report
        with mine.open("rb") as own:
            if own.readline().rstrip(b"\n") != first:
                return report
        state = Head.read(_head_bytes(self.folder)) if (self.folder / "head").exists() else None
        if state is None or report.records >= state.count:
            return report
        return report.model_copy(
            update={
                "intact": False,
                "broken_at": report.records + 1,
                "reason": f"it is missing: the log that this file was copied from has {state.count} records",
                "notes": (),
            }
        )

    def _verify(self, folder: Path, key: "Ed25519PublicKey | None") -> VerifyReport:
        segments = (path.read_bytes() for path in _segments(folder))
        head = _head_bytes(folder) if (folder / "head").exists() else None
        return verify(segments, head, _bytes_of(folder / "checkpoints.jsonl"), key)


def read_records(path: Path, since: int = 1) -> Iterator[AuditRecord]:
    """The records of one file from number `since` on; ends before an unfinished line.

    Raises:
        AuditBroken: a line is no record.
    """
    with path.open("rb") as lines:
        for line in lines:
            if not line.endswith(b"\n"):
                return
            try:
                record = AuditRecord.model_validate_json(line)
            except ValueError as problem:
                raise AuditBroken(
                    f"A line in {path.name} is no record.", fix="Run `kora audit verify` to see which."
                ) from problem
            if record.sequence >= since:
                yield record


_FIXES = {
    errno.ENOSPC: "Free some disk space, then try again.",
    errno.EDQUOT: "Free some of your disk quota, then try again.",
    errno.EFBIG: "Raise the limit on file sizes (`ulimit -f`), then try again.",
    errno.EROFS: "Point KORA_HOME at a folder on a file system that can be written.",
}


def _take(lock: int, folder: Path) -> None:
    """Wait for the lock, ten seconds at most. In real time: other processes don't share the clock of a test."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise AuditUnavailable(
                    f"Another process has held the audit log in {folder} for {LOCK_SECONDS:.0f} s.",
                    fix="See which process holds it (`fuser` on the file `lock`), end it, then try again.",
                ) from None
            time.sleep(0.001)
        else:
            return


def _moment() -> str:
    return clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_record(line: bytes, expected: str) -> bool:
    """Whether `line`, newline included, is the record with this hash."""
    try:
        fields = json.loads(line)
        sealed, own = seal({key: value for key, value in fields.items() if key != "hash"})
    except (ValueError, AttributeError, RecursionError):
        return False
    return own == expected and sealed == line


def _recovery_note(rest: bytes, kept_as: str) -> dict[str, Any]:
    entry = AuditEntry(
        actor=Actor(name="kora", surface=Surface.CLI),
        tool="audit.recover",
        risk=Risk.READ,
        phase="note",
        arguments={"unfinished_bytes": len(rest), "sha256": digest(rest), "kept_as": kept_as},
        result="A writer stopped in the middle of a line. The line was set aside; it is no record.",
    )
    return entry.model_dump(mode="json")


def _segments(folder: Path) -> list[Path]:
    """The log's files, oldest first, the open one last."""
    opened = folder / "audit.jsonl"
    return sorted(folder.glob("audit-*.jsonl")) + ([opened] if opened.exists() else [])


def _was_rotated(folder: Path, head: Head) -> bool:
    """Whether a writer closed the segment and stopped before it could say so."""
    closed = sorted(folder.glob("audit-*.jsonl"))
    if not closed or closed[-1].stat().st_size != head.log_bytes:
        return False
    return _is_record(_read_from(closed[-1], head.log_bytes - head.line_bytes), head.last)


def _size(path: Path) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def _first_sequence(path: Path) -> int:
    with path.open("rb") as lines:
        return int(json.loads(lines.readline())["sequence"])


def _read_from(path: Path, start: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, start))
        return file.read()


def _head_bytes(folder: Path) -> bytes:
    with (folder / "head").open("rb") as file:
        return file.read(HEAD_BYTES + 1)  # one more than it may have


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
