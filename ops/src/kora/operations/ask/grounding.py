"""Whether a reading that a language model made stands in the person's own words.

A model may arrange what was said, never add to it. Every name, image, value and number of its reading has to be found
in the prompt; wide or destructive meanings ("all", "everywhere", deletions, kinds that hold credentials or data) need a
word that says so; and a prompt that forbids, supposes or sets a condition is no order, whatever the model makes of it.
What is not grounded makes the whole reading worthless: `complaint` says why.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from kora.domain.objects import ObjectRef
from kora.language.intents import Request
from kora.language.kinds import BY_KIND, KINDS, plural
from kora.language.quantities import kubernetes_quantity
from kora.language.sentences import Mood, sentences
from kora.language.vocabulary import (
    CHANGE_VERBS,
    CONDITIONAL,
    FORMS,
    NEGATIONS,
    NUMBER_WORDS,
    PHRASAL,
    SCHEDULED,
)
from kora.policy.kinds import why_guarded

MOST_STEPS = 12
_HOLDING = CONDITIONAL | SCHEDULED | (NEGATIONS - {"stop"})
_READS = frozenset({"inspect", "audit", "wait"})
_HELD_BACK = frozenset({Mood.NEGATED, Mood.CONDITIONAL, Mood.HYPOTHETICAL})
_FACTORS = {
    2.0: {"double", "doubled", "twice"}, 3.0: {"triple", "tripled"}, 4.0: {"quadruple"}, 0.5: {"half", "halve"},
}  # fmt: skip
_UNIT_SECONDS = {
    "second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "m": 60, "hour": 3600, "hr": 3600, "h": 3600, "day": 86400,
    "d": 86400, "week": 604800, "month": 2592000,
}  # fmt: skip
# How a model has to say something is its own affair: these name no thing and no amount.
_FORM = frozenset(
    [
        "intent",
        "aspect",
        "field",
        "comparison",
        "sort_by",
        "descending",
        "what",
        "which",
        "where",
        "subject_kind",
        "rule",
    ]
)
_WIDE: dict[str, frozenset[str]] = {
    "every": frozenset({"all", "every", "each", "everything", "any", "both", "whole"}),
    "all_namespaces": frozenset({"namespaces", "everywhere", "cluster", "anywhere", "clusterwide", "all"}),
    "cluster_wide": frozenset({"cluster", "clusterwide", "everywhere", "namespaces"}),
    "resume": frozenset({"resume", "continue", "unpause", "unsuspend", "reactivate", "reenable", "enable", "unfreeze"}),
}
_LOOKING = {"get": {"get"}, "list": {"list"}, "watch": {"watch"}}
_VIEWING = frozenset({"view", "read", "see", "look", "inspect", "readonly", "viewer", "reading", "viewing"})
_SQUEEZED = frozenset({"type", "pull_policy", "source", "protocol"})
_SECONDS_FIELDS = ("seconds", "value")
_UNSAID_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Pod", "Job", "CronJob", "Service"})


class Said:
    """The words and amounts of one prompt."""

    def __init__(self, text: str) -> None:
        self.low = text.lower()
        self.words = frozenset(re.findall(r"[a-z0-9]+", self.low))
        spelled = re.findall(r"[a-z]+(?:'[a-z]+)?", self.low.replace("’", "'"))
        self.held_back = any(word in _HOLDING or word.endswith("n't") for word in spelled)
        self.squeezed = re.sub(r"[^a-z0-9]", "", self.low)
        amounts = re.findall(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text)
        self.numbers = {float(number) for number, _ in amounts if len(number) < 16}
        self.numbers |= {float(NUMBER_WORDS[word]) for word in self.words & NUMBER_WORDS.keys()}
        self.quantities = {kubernetes_quantity(number + unit) for number, unit in amounts} | {
            kubernetes_quantity(f"{number} {unit}") for number, unit in amounts
        }
        self.seconds = {
            float(number) * factor
            for number, unit in amounts
            if len(number) < 16 and (factor := _UNIT_SECONDS.get(unit.lower().removesuffix("s") or unit.lower()))
        } | {float(factor) for word, factor in _UNIT_SECONDS.items() if len(word) > 3 and word in self.words}
        self.families = {
            CHANGE_VERBS.get(base, "") for word in self.words if (base := FORMS.get(word, word)) in CHANGE_VERBS
        } | {
            CHANGE_VERBS.get(verb, verb)
            for phrase, verb in PHRASAL.items()
            if re.search(rf"\b{' '.join(map(re.escape, phrase))}\b", self.low)
        }

    def holds(self, value: str) -> bool:
        """Whether `value` stands in the prompt as a whole word or name."""
        plain = value.strip().lower()
        return bool(plain) and bool(re.search(rf"(?<![a-z0-9]){re.escape(plain)}(?![a-z0-9])", self.low))

    def holds_words(self, value: str) -> bool:
        """Whether all words of a description were said."""
        parts = re.findall(r"[a-z0-9]+", value.lower())
        return bool(parts) and all(part in self.words or plural(part) in self.words for part in parts)

    def holds_number(self, value: float) -> bool:
        """Whether a number, an amount of seconds or a factor was said."""
        if value in self.numbers or -value in self.numbers or value in self.seconds:
            return True
        if self.words & _FACTORS.get(value, set()):
            return True
        return any(abs(abs(value - 1) * 100 - said) < 0.001 for said in self.numbers) and bool(
            re.search(r"%|percent", self.low)
        )

    def names_kind(self, kind: str) -> bool:
        """Whether a word for this kind was said."""
        known = BY_KIND.get(kind)
        words = known.words if known else (kind.lower(),)
        return any(self.holds(form) for word in words for form in (word, plural(word)))


def complaint(request: Request, text: str) -> str | None:
    """Why the reading `request` of the prompt `text` can't be trusted; None when every part of it was said."""
    said = Said(text)
    if len(request.steps) > MOST_STEPS:
        return f"it has more than {MOST_STEPS} steps"
    changing = [step for step in request.steps if step.intent not in _READS]
    if changing and (said.held_back or any(sentence.mood in _HELD_BACK for sentence in sentences(text))):
        return "the prompt forbids something or sets a condition, so it is no plain order"
    if request.namespace is not None and not said.holds(request.namespace):
        return f"the namespace {request.namespace!r} was not said"
    for step in request.steps:
        given = step.model_dump(mode="python", exclude_defaults=True)
        found = _step_complaint(step.intent, given, said) or _unsaid(given, said)
        if found:
            return found
    return None


def _step_complaint(intent: str, given: dict[str, Any], said: Said) -> str | None:
    if intent == "delete" and not said.families & {"delete", "remove"}:
        return "nobody spoke of deleting"
    if intent == "create":
        if given.get("fields"):
            return "it holds settings that can't be held against the prompt"
        if not said.names_kind(given["kind"]) and given["kind"] not in {"Deployment", "Pod"}:
            return f"no {given['kind']} was spoken of"
    if intent == "grant":
        return _grant_complaint(given, said)
    return None


def _grant_complaint(given: dict[str, Any], said: Said) -> str | None:
    for verb in given.get("verbs", ()):
        looking = verb in _LOOKING and said.words & (_VIEWING | _LOOKING[verb])
        if not looking and verb not in said.words:
            return f"the permission {verb!r} was not asked for"
    for resource in given.get("resources", ()):
        words = {word for entry in KINDS if plural(entry.kind.lower()) == resource for word in entry.words}
        if not said.holds(resource) and not any(said.holds(form) for word in words for form in (word, plural(word))):
            return f"access to {resource!r} was not asked for"
    return None


def _unsaid(given: dict[str, Any], said: Said) -> str | None:
    for path, value in _leaves(given):
        field = next((each for each in reversed(path) if not each.isdigit()), "")
        if field in _FORM or path[0] in {"verbs", "resources", "verb", "resource"}:
            continue
        if isinstance(value, bool):
            wide = _WIDE.get(field)
            if value and wide is not None and not said.words & wide:
                return f"{field.replace('_', ' ')!r} was not said"
        elif field == "kind":
            if not _kind_may_stand(value, said):
                return f"no {value} was spoken of"
        elif isinstance(value, int | float):
            if not said.holds_number(float(value)):
                return f"the number {value:g} was not said"
        elif not _TESTS.get(field, _is_said)(said, str(value)):
            return f"{_shown(str(value))} was not said"
    return None


def _kind_may_stand(kind: str, said: Said) -> bool:
    """A kind that was not said may only be one that people leave out, and none that is touchy."""
    if said.names_kind(kind):
        return True
    guarded = why_guarded(ObjectRef(api_version="v1", kind=kind, namespace="any", name="any"))
    return guarded is None and (kind in _UNSAID_KINDS or kind == "Workload" or kind not in BY_KIND)


def _is_said(said: Said, value: str) -> bool:
    quantity = kubernetes_quantity(value)
    if value == "config_map":
        return _is_squeezed(said, value)
    return said.holds(value) or (quantity is not None and quantity in said.quantities)


def _is_subject(said: Said, value: str) -> bool:
    return all(
        said.holds(part) for part in value.split(":") if part not in {"system", "serviceaccount", "serviceaccounts"}
    )


def _is_squeezed(said: Said, value: str) -> bool:
    return re.sub(r"[^a-z0-9]", "", value.lower()) in said.squeezed


_TESTS: dict[str, Callable[[Said, str], bool]] = {
    "phrase": Said.holds_words,
    "subject": _is_subject,
    "contains": lambda said, value: value == "error" or said.holds(value),
    "value": lambda said, value: said.holds_words(value) or _is_said(said, value),
    **dict.fromkeys(_SQUEEZED, _is_squeezed),
}


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that is no container, with the way to it; the keys of free mappings count as values, too."""
    if isinstance(value, dict):
        free = path and path[-1] in {"labels", "annotations", "env", "values", "data", "selector"}
        for key, inner in value.items():
            if free:
                yield (*path, "key"), key
            yield from _leaves(inner, (*path, path[-1] if free else str(key)))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(index)))
    elif value is not None:
        yield path, value


def _shown(value: str) -> str:
    plain = "".join(each if each.isprintable() else "?" for each in value)
    return repr(plain[:60])
