"""Plans on disk: one file a plan under ``$KORA_HOME/plans``, written whole and atomically, locked while somebody works
on it. What can't be read is said, never skipped; what does not match its hash is refused.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from kora.domain.plans import Action, Approval, Plan, PlanState, Postcondition
from kora.kit import clock
from kora.kit.ids import digest
from kora.operations.plans.diff import Diff
from kora.operations.plans.errors import PlanBusy, PlanCorrupted, PlanMissing, PlansUnwritable, PlanTampered

FORMAT = 1

Event = Literal["intend", "done", "not_done", "undo_intend", "undo_done", "note"]


class JournalEntry(BaseModel):
    """One line of what happened. An `intend` is on disk before its effect begins, a `done` after it ended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    event: Event
    step: int = -1
    effect: Action | None = None
    """The resolved action (see `effects.resolve`)."""
    before: str | None = None
    """The object's version before; None when it was absent."""
    after: str | None = None
    uid: str | None = None
    content: str | None = None
    """Digest of the object's content after the step."""
    fields: str | None = None
    """Digest of the fields that the step's undo would touch, as the step left them."""
    text: str = ""


class PlanRecord(BaseModel):
    """A plan with everything that became of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    plan: Plan
    hash: str
    state: PlanState = PlanState.PROPOSED
    diff: str
    diff_digest: str
    approval: Approval | None = None
    used_at: datetime | None = None
    """When the approval was used; it can't be used again."""
    journal: tuple[JournalEntry, ...] = ()
    healthy_before: tuple[Postcondition, ...] = ()
    """What held before the plan was applied, and must hold again after it was rolled back."""
    reason: str = ""
    """Why it ended as it did."""
    undo_of: str | None = None
    updated_at: datetime

    def but(self, **changes: object) -> "PlanRecord":
        """A copy with changes."""
        return self.model_copy(update=changes)

    def write_down(self, event: Event, **fields: object) -> "PlanRecord":
        """A copy with one more line in the journal."""
        entry = JournalEntry.model_validate({"at": clock.now(), "event": event, **fields})
        return self.but(journal=(*self.journal, entry))


@dataclass(frozen=True)
class Damaged:
    """A file in the plans' folder that is no usable plan."""

    file: Path
    reason: str


class PlanStore:
    """The plans of one `home` folder. Used by several processes at once."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "plans"

    def add(self, plan: Plan, diff: Diff, *, undo_of: str | None = None) -> PlanRecord:
        """Store a new plan as proposed.

        Raises:
            PlansUnwritable: the folder or the disk does not take it; PlanBusy: the id exists.
        """
        if self._file(plan.id).exists():
            raise PlanBusy(f"There is a plan {plan.id} already. Make the plan again.")
        record = PlanRecord(
            plan=plan,
            hash=plan.hash,
            diff=diff.text,
            diff_digest=diff.digest,
            undo_of=undo_of,
            updated_at=clock.now(),
        )
        return self.save(record)

    def save(self, record: PlanRecord) -> PlanRecord:
        """Write the record durably; whoever reads sees the old one or the new one."""
        record = record.but(updated_at=clock.now())
        file = self._file(record.plan.id)
        part = file.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(record.model_dump_json(indent=1).encode())
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(file)
            self._sync_folder()
        except OSError as error:
            raise PlansUnwritable(
                f"The plan could not be stored in {self.folder} ({error.strerror}).",
                fix="Free disk space, or set KORA_HOME to a folder that can be written.",
            ) from error
        return record

    def holds(self, plan_id: str) -> bool:
        """Whether there is a file of that plan, readable or not.

        Raises:
            PlanMissing: it is no id.
        """
        return self._file(plan_id).exists()

    def load(self, plan_id: str) -> PlanRecord:
        """Read one plan.

        Raises:
            PlanMissing, PlanCorrupted, PlanTampered.
        """
        return self._read(self._file(plan_id))

    def everything(self) -> tuple[tuple[PlanRecord, ...], tuple[Damaged, ...]]:
        """All plans, newest first, and the files that are none."""
        records: list[PlanRecord] = []
        damaged: list[Damaged] = []
        for file in sorted(self.folder.glob("*.json")):
            try:
                records.append(self._read(file))
            except (PlanCorrupted, PlanTampered) as error:
                damaged.append(Damaged(file, error.message))
        records.sort(key=lambda record: record.plan.made_at, reverse=True)
        return tuple(records), tuple(damaged)

    @contextmanager
    def lock(self, plan_id: str, *, seconds: float = 0.0) -> Iterator[PlanRecord]:
        """The plan, for one process alone. The system frees the lock when the process dies, however it dies.

        Raises:
            PlanBusy: another process has it (still, after `seconds`). And what `load` raises.
        """
        self.load(plan_id)
        file = self._file(plan_id).with_suffix(".lock")
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PlansUnwritable(f"The plan could not be locked in {self.folder} ({error.strerror}).") from error
        try:
            _acquire(descriptor, plan_id, seconds)
            yield self.load(plan_id)
        finally:
            os.close(descriptor)

    @contextmanager
    def deciding(self, *, seconds: float = 10.0) -> Iterator[None]:
        """For one at a time, until it is stored what was decided: limits on rates look at what was decided before.

        Raises:
            PlanBusy: another decision takes longer than `seconds`. PlansUnwritable.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.folder / "deciding.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PlansUnwritable(f"Nothing could be locked in {self.folder} ({error.strerror}).") from error
        try:
            _acquire(descriptor, "another decision", seconds)
            yield
        finally:
            os.close(descriptor)

    def _file(self, plan_id: str) -> Path:
        if not plan_id.replace("-", "").isalnum():
            raise PlanMissing(f"{plan_id!r} is not the id of a plan.", fix="See the plans: kora plans")
        return self.folder / f"{plan_id}.json"

    def _read(self, file: Path) -> PlanRecord:
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            raise PlanMissing(f"There is no plan {file.stem}.", fix="See the plans: kora plans") from None
        except OSError as error:
            raise PlanCorrupted(f"The plan's file {file} can't be read ({error.strerror}).") from error
        try:
            record = PlanRecord.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "its start"
            raise PlanCorrupted(
                f"The plan's file {file} is damaged ({first['msg']} at {where}); it is not used.",
                fix=f"Make the plan again, and delete {file}.",
            ) from error
        if record.plan.hash != record.hash or record.plan.id != file.stem:
            raise PlanTampered(
                f"The plan in {file} is not the one that was made: its hash does not match. It is not used.",
                fix=f"Make the plan again, and delete {file}.",
            )
        if digest(record.diff.encode()) != record.diff_digest:
            raise PlanTampered(f"The diff in {file} is not the one that was made. The plan is not used.")
        return record

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _acquire(descriptor: int, plan_id: str, seconds: float) -> None:
    ends = time.monotonic() + seconds  # real time: other processes do not know a test's clock
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= ends:
                raise PlanBusy(f"Another process is working on {plan_id}.", fix="Look again: kora plans") from None
            time.sleep(0.05)
