"""A second opinion: what k8sgpt or KRR say, laid beside what Kora itself finds. Reading and comparing only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kora.adapters.k8sgpt import Complaint
from kora.adapters.krr import Recommendation
from kora.domain.findings import Finding
from kora.domain.quantities import cpu_text, memory_text


@dataclass(frozen=True)
class Agreement:
    """Both found fault with the same object; whether for the same reason is for a person to see."""

    complaint: Complaint
    finding: Finding


@dataclass(frozen=True)
class Opinions:
    """Two diagnoses of the same cluster."""

    both: tuple[Agreement, ...]
    theirs: tuple[Complaint, ...]
    ours: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "both": [
                {"object": str(each.complaint), "k8sgpt": list(each.complaint.texts), "kora": each.finding.cause,
                 "finding": each.finding.id}
                for each in self.both
            ],
            "only_k8sgpt": [{"object": str(each), "k8sgpt": list(each.texts)} for each in self.theirs],
            "only_kora": [
                {"object": str(each.objects[0]), "kora": each.cause, "finding": each.id} for each in self.ours
            ],
        }  # fmt: skip

    def lines(self) -> list[str]:
        """For people."""
        said = [f"both       {each.complaint}: {each.finding.cause}; {_first(each.complaint)}" for each in self.both]
        said += [f"k8sgpt     {each}: {_first(each)}" for each in self.theirs]
        said += [f"Kora       {each.objects[0]}: {each.cause}; {each.summary}" for each in self.ours]
        return said or ["Neither found anything."]


def compare_findings(complaints: Sequence[Complaint], findings: Sequence[Finding]) -> Opinions:
    """Match complaints with findings by object, or by the owner that k8sgpt names."""
    both: list[Agreement] = []
    theirs: list[Complaint] = []
    for complaint in complaints:
        keys = {(complaint.kind, complaint.namespace, complaint.name)}
        if complaint.parent is not None:
            keys.add((complaint.parent[0], complaint.namespace, complaint.parent[1]))
        matching = [
            each for each in findings if any((ref.kind, ref.namespace, ref.name) in keys for ref in each.objects)
        ]
        both += [Agreement(complaint, each) for each in matching]
        theirs += [] if matching else [complaint]
    agreed = {each.finding.id for each in both}
    return Opinions(tuple(both), tuple(theirs), tuple(each for each in findings if each.id not in agreed))


@dataclass(frozen=True)
class Sizing:
    """One value of one container: now known to both, to one, or to none."""

    container: str
    side: str
    resource: str
    theirs: float | None
    ours: float | None
    known: tuple[bool, bool]
    """Whether KRR and whether Kora has a recommendation."""

    @property
    def agree(self) -> bool:
        """Both recommend, within a fifth of each other."""
        if not all(self.known):
            return False
        if self.theirs is None or self.ours is None:
            return self.theirs is self.ours
        return abs(self.theirs - self.ours) <= 0.2 * max(abs(self.theirs), abs(self.ours))

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        shown = (self.theirs if self.known[0] else "?", self.ours if self.known[1] else "?")
        place = {"container": self.container, "side": self.side, "resource": self.resource}
        return place | {"krr": shown[0], "kora": shown[1], "agree": self.agree}

    def line(self) -> str:
        """For people."""
        texts = [
            _amount(self.resource, value) if known else "?"
            for value, known in zip((self.theirs, self.ours), self.known, strict=True)
        ]
        verdict = "agree" if self.agree else "differ" if all(self.known) else "one opinion"
        return f"{self.container}  {self.side} {self.resource}: KRR {texts[0]}, Kora {texts[1]}  ({verdict})"


def compare_sizes(theirs: Sequence[Recommendation], ours: Sequence[Recommendation]) -> list[Sizing]:
    """Every value that one of them recommends, side by side."""
    left, right = {each.key: each.values for each in theirs}, {each.key: each.values for each in ours}
    found = []
    for key in sorted(left.keys() | right.keys()):
        mine, yours = right.get(key, {}), left.get(key, {})
        name = f"{key[0].lower()}/{key[2]} -n {key[1]} {key[3]}"
        for side, resource in sorted(mine.keys() | yours.keys()):
            where = (side, resource)
            known = (where in yours, where in mine)
            found.append(Sizing(name, side, resource, yours.get(where), mine.get(where), known))
    return found


def _first(complaint: Complaint) -> str:
    return complaint.texts[0] if complaint.texts else "no reason given"


def _amount(resource: str, value: float | None) -> str:
    if value is None:
        return "none"
    return cpu_text(value) if resource == "cpu" else memory_text(int(value))
