"""Amounts of resources with the words around them: "4 CPU requests", "default memory limit 512Mi", "at most 10 pods".

A text is cut into pieces (an amount, a resource, what it bounds) and clauses (commas, "and"). In a clause an amount has
one resource; a bound said before it holds for the clauses that follow until another is said, one said behind it for its
own clause alone, or, where only bounds count, for the bare amounts right before it ("10m CPU, 16Mi memory requested").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kora.language.creation.scan import Scan, cpu, memory, number
from kora.language.vocabulary import NUMBER_WORDS

_UNIT = r"(?:[KMGTPE]i(?:B|b)?|[kKMGT][bB]?|m|millicores?|millicpus?|kibibytes?|mebibytes?|gibibytes?|kilobytes?|megabytes?|gigabytes?|terabytes?|gigs?|megs?)"
_WORDS = "|".join(sorted((word for word in NUMBER_WORDS if word not in {"nil", "none", "no"}), key=len, reverse=True))
COMPUTE = {
    "cpu": r"v?cpus?(?: cores?)?|cores?|cpu time|millicores?(?: of cpu)?",
    "ephemeral-storage": r"ephemeral[ -]?storage",
    "storage": r"(?:persistent )?(?:storage|disk(?: space)?)(?: requests)?",
    "memory": r"memory|mem|ram",
}
"""Resources that have a quantity."""


@dataclass
class Amount:
    """One amount; `bound` is what it bounds (``requests``, ``max`` …), empty when that was not said."""

    resource: str
    text: str
    bounds: tuple[str, ...]
    span: tuple[int, int]

    @property
    def value(self) -> str:
        """In Kubernetes' notation."""
        if self.resource == "cpu":
            return cpu(self.text)
        return memory(self.text) if self.resource in COMPUTE else str(number(self.text.strip()))


def read_amounts(
    scan: Scan,
    bounds: dict[str, str],
    objects: dict[str, str] | None = None,
    *,
    carry: bool = True,
    bound_only: bool = False,
) -> list[Amount]:
    """Every amount of the text; it is claimed with the words that explain it.

    carry: whether a bare number may be of the resource that was said before it. bound_only: leave amounts of which it
    isn't said what they bound.

    bounds: what an amount may bound → the words for it, the more special first. objects: things that are counted → words.
    """
    resources = {**(objects or {}), **COMPUTE}
    named = {f"r{at}": key for at, key in enumerate(resources)}
    bounding = {f"b{at}": key for at, key in enumerate(bounds)}
    piece = re.compile(
        r"(?<![\w.-])(?:"
        + "|".join(f"(?P<{group}>{bounds[key]})" for group, key in bounding.items())
        + "|"
        + "|".join(f"(?P<{group}>{resources[key]})" for group, key in named.items())
        + rf"|[\"'`]?(?P<amount>\d+(?:\.\d+)?\s?{_UNIT}?(?![\w.]*\w)|\b(?:{_WORDS})\b(?=\s+\w))[\"'`]?"
        + r")(?![\w])|(?P<stop>[.;:](?=\s|$)|\n)|(?P<comma>,|/|\band\b|\bor\b|\bplus\b|\bwith\b|\bbut\b|\+)",
        re.IGNORECASE,
    )
    made: list[Amount] = []
    clause = _Clause()
    carried: tuple[str, ...] = ()
    resource: str | None = None
    bare: list[tuple[Amount, list[tuple[int, int]]]] = []  # what was said right before and bounds nothing yet

    def close() -> None:
        nonlocal carried, clause, resource
        told = clause.amounts(carried, resource if carry else None)
        if bound_only and told and clause.trailing and not clause.leading:
            # "10m CPU, 16Mi memory requested": what is said behind a list is said of all of it
            for amount, spans in bare:
                if amount.resource not in {each.resource for each in told}:
                    made.append(replace(amount, bounds=tuple(dict.fromkeys(clause.trailing))))
                    for start, end in spans:
                        scan.claim(start, end)
        if told and not told[0].bounds:
            bare.extend((each, clause.spans) for each in told)
        else:
            bare.clear()
        made.extend(each for each in told if each.bounds or not bound_only)
        carried, resource = clause.leading or carried, clause.resource or resource
        for start, end in clause.spans if told and (told[0].bounds or not bound_only) else ():
            scan.claim(start, end)
        clause = _Clause(
            waiting=() if clause.found else clause.trailing, waiting_resource=None if clause.found else clause.resource
        )

    for found in list(piece.finditer(scan.rest)):
        kind = str(found.lastgroup)
        if kind in {"comma", "stop"}:
            if clause.found or (kind == "stop" and found[0] != ":") or found[0] in {",", ";", ".", "\n"}:
                close()
            if kind == "stop" and found[0] != ":":
                carried, resource = (), None
        elif kind in bounding:
            clause.bound(bounding[kind], found.span())
        elif kind in named:
            if clause.full(named[kind]):
                close()
            clause.named(named[kind], found.span())
        else:
            if clause.found and clause.resource is not None and not clause.pairs:
                close()
            clause.amount(found["amount"], found.span())
    close()
    return made


class _Clause:
    """The pieces between two commas."""

    def __init__(self, waiting: Iterable[str] = (), waiting_resource: str | None = None) -> None:
        self.leading: tuple[str, ...] = tuple(waiting)
        self.trailing: tuple[str, ...] = tuple(waiting)
        self.found: list[tuple[str, tuple[int, int]]] = []
        self.resource: str | None = waiting_resource
        self.spans: list[tuple[int, int]] = []
        self.pairs = False

    def bound(self, bound: str, span: tuple[int, int]) -> None:
        self.spans.append(span)
        self.trailing = (*self.trailing, bound)
        if not self.found:
            self.leading = (*self.leading, bound)

    def full(self, resource: str) -> bool:
        """Whether a resource more would be one too many."""
        return bool(self.found) and self.resource is not None

    def named(self, resource: str, span: tuple[int, int]) -> None:
        self.spans.append(span)
        self.resource = resource

    def amount(self, text: str, span: tuple[int, int]) -> None:
        self.spans.append(span)
        self.found.append((text, span))

    def amounts(self, carried: tuple[str, ...], resource: str | None) -> list[Amount]:
        made = []
        for text, span in self.found:
            unit = re.sub(r"[\d.\s]", "", text).lower()
            which = self.resource
            if which is None:
                which = (
                    "cpu"
                    if unit.startswith("m") and unit[:2] not in {"mi", "mb", "me"}
                    else "memory"
                    if unit and unit in _MEMORY
                    else resource
                )
            if which is not None:
                made.append(Amount(which, text, tuple(dict.fromkeys(self.trailing or carried)), span))
        return made


_MEMORY = frozenset(["ki", "mi", "gi", "ti", "kib", "mib", "gib", "tib", "k", "g", "t", "kb", "mb", "gb", "tb", "gigabytes", "gigabyte", "megabytes", "megabyte", "gig", "gigs", "meg", "megs"])  # fmt: skip
