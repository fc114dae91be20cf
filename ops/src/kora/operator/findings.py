"""Findings as objects: one `Finding` a cause, made when it shows up, told what became of it, resolved when it is gone.

The book is the operator's memory between two looks. It writes only what differs from what it wrote before; what changes
with every look (counts, ages) is written at most once a minute.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kora.cluster.errors import ObjectMissing, ObjectMoved
from kora.cluster.records import RecordWriter
from kora.domain.findings import Finding
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Evidence
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.kit.redaction import redact_text
from kora.operations.diagnose.causes import PASSING
from kora.operations.heal.report import Fate, Line
from kora.operator.resources import (
    CAUSE_LABEL,
    FINDING,
    FINDING_LABEL,
    SUMMARY_LONGEST,
    FateName,
    FindingPhase,
    FindingSpec,
    FindingStatus,
    Proof,
    Target,
    manifest,
    spelled,
)
from kora.policy.document import API_VERSION

RETENTION = timedelta(hours=24)
"""How long a resolved finding stays to be read."""
DETAILS_EVERY, SEEN_EVERY = 60.0, 300.0
"""Seconds between two writes of what changes all the time."""
_CLOSED_BY_ITSELF = frozenset({None, Fate.ESCALATED, Fate.WAITING, Fate.OBSERVED, Fate.FAILED, Fate.DENIED})

_PROVEN = frozenset({Fate.HEALED, Fate.ROLLED_BACK, Fate.FAILED})
"""What may still be told of a finding that is gone: how a repair of it ended."""

Key = tuple[str, str]
"""Namespace and id."""


@dataclass
class Note:
    """One finding as the operator knows it."""

    finding: Finding
    first_seen: datetime
    last_seen: datetime
    began: float
    """On the monotonic clock, when this process saw it first."""
    resolved_at: datetime | None = None
    fate: Fate | None = None
    reason: str = ""
    plan: str | None = None
    spec: dict[str, Any] = field(default_factory=dict)
    """As it was written last; empty before the first time."""
    status: dict[str, Any] = field(default_factory=dict)
    details_at: float = float("-inf")
    seen_at: float = float("-inf")

    @property
    def active(self) -> bool:
        """Whether the cause is still there."""
        return self.resolved_at is None


class FindingBook:
    """All findings of the namespaces that are looked at.

    home: the operator's own namespace, for findings about the cluster. on_trouble: told about writes that failed.
    """

    def __init__(self, records: RecordWriter, home: str, on_trouble: Callable[[KoraError], None]) -> None:
        self._records, self._home, self._on_trouble = records, home, on_trouble
        self._notes: dict[Key, Note] = {}

    def key(self, finding: Finding) -> Key:
        """Where the object of a finding lives, and its name."""
        return finding.objects[0].namespace or self._home, finding.id

    def notes(self) -> list[tuple[Key, Note]]:
        """Everything known, resolved ones included."""
        return sorted(self._notes.items(), key=lambda each: each[0])

    def active(self, namespace: str | None = None) -> list[Note]:
        """What is wrong now, in one namespace or everywhere."""
        return [each for key, each in self.notes() if each.active and namespace in (None, key[0])]

    def note(self, key: Key) -> Note | None:
        """One finding."""
        return self._notes.get(key)

    def restore(self, objects: Iterable[Manifest]) -> None:
        """Take over what an earlier process wrote down."""
        for each in objects:
            key = each["metadata"]["namespace"], each["metadata"]["name"]
            if key not in self._notes and (note := _restored(each)) is not None:
                self._notes[key] = note

    def take(self, seen: Mapping[Key, Finding], unsure: Callable[[str], bool]) -> tuple[list[Note], list[Note]]:
        """The result of a look: gives what is new and what is gone. `unsure` says of a namespace that it was not looked
        at, so that nothing in it is taken for gone."""
        now = clock.now()
        fresh: list[Note] = []
        for key, finding in seen.items():
            note = self._notes.get(key)
            if note is None or not note.active:
                note = Note(finding, now, now, clock.monotonic(), spec=note.spec if note else {})
                self._notes[key] = note
                fresh.append(note)
            note.finding, note.last_seen = finding, now
        gone = [
            note for key, note in self._notes.items() if note.active and key not in seen and not unsure(key[0])
        ]  # fmt: skip
        for note in gone:
            note.resolved_at = now
            if note.fate in _CLOSED_BY_ITSELF:
                note.fate, note.reason = Fate.RESOLVED, _gone(note, now)
        return fresh, gone

    def tell(self, lines: Iterable[Line]) -> list[Note]:
        """What became of findings in a pass; gives those whose fate is another now."""
        changed = []
        for line in lines:
            note = self._notes.get(self.key(line.finding))
            if note is None or (not note.active and line.fate not in _PROVEN):
                continue  # a pass that began before it was gone has nothing to add
            plan = (line.plan or {}).get("id") or note.plan
            if (note.fate, note.plan) != (line.fate, plan):
                changed.append(note)
            note.fate, note.reason, note.plan = line.fate, line.reason, plan
        return changed

    def flush(self) -> None:
        """Write what differs; what fails is tried again at the next flush."""
        for key, note in self.notes():
            try:
                if note.resolved_at is not None and clock.now() - note.resolved_at > RETENTION:
                    self._records.delete(_ref(key))
                    del self._notes[key]
                else:
                    self._write(key, note)
            except KoraError as error:
                self._on_trouble(error)

    def _write(self, key: Key, note: Note) -> None:
        now = clock.monotonic()
        spec = _spec(note.finding).written()
        due = now - note.details_at >= DETAILS_EVERY
        if not note.spec or _essence(spec) != _essence(note.spec) or (note.active and due and spec != note.spec):
            self._write_spec(key, note, spec)
            note.details_at = now
        status = _status(note).written()
        moved = {**status, "lastSeen": None} != {**note.status, "lastSeen": None}
        if moved or (note.active and now - note.seen_at >= SEEN_EVERY):
            try:
                self._records.set_status(_ref(key), dict.fromkeys(_FIELDS) | status)
            except ObjectMissing:  # somebody deleted it: it is made again at the next flush
                note.spec, note.status = {}, {}
                return
            note.status, note.seen_at = status, now

    def _write_spec(self, key: Key, note: Note, spec: dict[str, Any]) -> None:
        if not note.spec:
            labels = {FINDING_LABEL: key[1], CAUSE_LABEL: note.finding.cause}
            try:
                self._records.create(manifest(FINDING, key[1], key[0], _spec(note.finding), labels=labels))
            except ObjectMoved:  # it is there from an earlier time
                self._records.patch(_ref(key), {"spec": spec})
        else:
            try:
                self._records.patch(_ref(key), {"spec": spec})
            except ObjectMissing:
                note.spec, note.status = {}, {}
                return
        note.spec = spec


def _gone(note: Note, now: datetime) -> str:
    if note.finding.cause not in PASSING:
        return "It is gone."
    return f"Kubernetes mended it by itself within {(now - note.first_seen).total_seconds():.0f} s."


def _ref(key: Key) -> ObjectRef:
    return ObjectRef(api_version=API_VERSION, kind=FINDING.kind, namespace=key[0], name=key[1])


def _essence(spec: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if name not in ("summary", "evidence", "objects")}


def _spec(finding: Finding) -> FindingSpec:
    return FindingSpec(
        id=finding.id,
        cause=finding.cause,
        severity=finding.severity,
        verdict=finding.verdict,
        objects=tuple(Target.model_validate(each.model_dump()) for each in finding.objects[:50]),
        summary=cut(redact_text(finding.summary)),
        evidence=tuple(Proof(source=each.source[:253], text=cut(redact_text(each.text))) for each in finding.evidence),
        fix_command=None if finding.fix_command is None else cut(redact_text(finding.fix_command)),
    )


_FIELDS = tuple(each.alias or name for name, each in FindingStatus.model_fields.items())
"""Statuses are merged into what is there: a field that is gone (a cause came back) has to be sent as null."""


def _status(note: Note) -> FindingStatus:
    return FindingStatus(
        phase=FindingPhase.ACTIVE if note.active else FindingPhase.RESOLVED,
        first_seen=note.first_seen,
        last_seen=note.last_seen,
        resolved_at=note.resolved_at,
        fate=None if note.fate is None else FateName(spelled(note.fate)),
        reason=cut(redact_text(note.reason)),
        plan=note.plan,
        conditions=(),
    )


def cut(text: str, longest: int = SUMMARY_LONGEST) -> str:
    """A text that fits into its field."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


_FATES = {spelled(each): each for each in Fate}


def _restored(item: Manifest) -> Note | None:
    """What an object says; None when it is none of ours."""
    try:
        spec = FindingSpec.model_validate(item.get("spec") or {})
        status = FindingStatus.model_validate(item.get("status") or {})
    except ValueError:
        return None
    finding = Finding(
        id=spec.id,
        cause=spec.cause,
        severity=spec.severity,
        objects=tuple(ObjectRef.model_validate(each.model_dump()) for each in spec.objects),
        summary=spec.summary,
        evidence=tuple(Evidence(source=each.source, text=each.text) for each in spec.evidence),
        verdict=spec.verdict,
        fix_command=spec.fix_command,
    )
    first = status.first_seen or clock.now()
    return Note(
        finding,
        first,
        status.last_seen or first,
        float("-inf"),
        status.resolved_at,
        None if status.fate is None else _FATES.get(status.fate.value),
        status.reason,
        status.plan,
        dict(item.get("spec") or {}),
        dict(item.get("status") or {}),
    )
