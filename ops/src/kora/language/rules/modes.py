"""What a stretch of a rule is: an obligation, a search for offenders, a definition of what breaks or keeps the rule.

A step of `language.rules` behind `cutting`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kora.language.rules.conditions import main_verb
from kora.language.rules.cutting import OPENERS, is_strong
from kora.language.rules.items import Item, Sort
from kora.language.rules.scan import WEAK
from kora.language.rules.words import spoken


def _pairs(lows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words with the next but one: "will (be) rejected"."""
    return zip(lows, lows[2:], strict=False)


_REPORTED = spoken(
    "cleaned reported flagged listed identified shown found highlighted surfaced called detected printed"
)


def _reported(lows: Sequence[str]) -> int | None:
    """Where "… has to be reported" begins: what stands before it describes offenders."""
    banned = _banned_as_a_whole(lows)
    if banned is not None:
        return banned
    for index in range(2, len(lows)):
        named = lows[index] in {"violation", "violating"} and not any(
            low not in {"as", "well", "too", "also", "here", "."} for low in lows[index + 1 :]
        )
        if named and {"is", "are", "count", "counts"} & set(lows[index - 2 : index]):
            return next(i for i in range(index - 2, index) if lows[i] in {"is", "are", "count", "counts"})
        told = lows[index - 1] in {"is", "are", "get", "count", "counts"}
        if told and lows[index] in _REPORTED | {"rejected"} and index + 1 == len(lows):
            return index - 1
        if (
            lows[index] in _REPORTED
            and lows[index - 1] == "be"
            and lows[index - 2] in {"must", "should", "shall", "to"}
        ):
            return index - (3 if lows[index - 2] == "to" else 2)
    return None


def _banned_as_a_whole(lows: Sequence[str]) -> int | None:
    """ "Using images with the tag x, or no tag, is prohibited": the ban is about all of it, its own "no" included."""
    end = len(lows) - 1 if lows and lows[-1] in _OUTLAWED else None
    if end is None or end < 2 or lows[end - 1] not in {"is", "are"} or lows[0] not in _DOING:
        return None
    return end - 1 if {"no", "without", "not"} & set(lows[: end - 1]) else None


_OUTLAWED = spoken("prohibited forbidden banned disallowed illegal unacceptable")
_DOING = spoken("using running mounting adding setting having exposing use having")


def conditions_met(segment: Sequence[Item]) -> list[Item]:
    """What a stretch of the mode ``compliant`` asks for."""
    when = _compliant(segment)
    if when is None:
        return list(segment)
    met = segment[when + 1 :]  # "if it has A, or if it has B": the word again says nothing new
    return [item for i, item in enumerate(met) if not (i and item.low in _WHEN and met[i - 1].sort is Sort.OR)]


def described(segment: Sequence[Item]) -> list[Item]:
    """What a stretch of the mode ``rejected`` says of offenders."""
    place = _reported([item.low for item in segment])
    if place is None:
        place = next(i for i, item in enumerate(segment) if item.is_one("will"))
    return list(segment[:place])


_BANNING = spoken(
    "minimize minimise avoid prevent disallow forbid prohibit block ban deny refuse reject stop eliminate"
)


_MET = spoken(
    "compliant comply complies conforms conform passes pass meets meet satisfies satisfy follows follow acceptable"
)


_FINE = spoken("fine ok okay good alright legal")


_WHEN = spoken("if when whenever once")


def _compliant(segment: Sequence[Item]) -> int | None:
    """Where the conditions begin of what is compliant: "a deployment complies when it has …"; None: nothing is said so."""
    said = [item.text.lower() for item in segment]
    place = next(
        (i for i, low in enumerate(said) if low in _MET or (low in _FINE and said[i - 1 : i] in (["is"], ["are"]))),
        None,
    )
    if place is None or any(item.sort is Sort.NEGATION for item in segment[:place]):
        return None
    when = next((i for i in range(place, len(segment)) if segment[i].low in _WHEN), None)
    return None if when is None or when > place + 6 else when


def mode_of(segment: Sequence[Item]) -> str:
    """``must``, ``search``, or what says when a rule is broken (``definition``, ``rejected``) or kept (``compliant``)."""
    lows = [item.low for item in segment]
    if _reported(lows) is not None:
        return "rejected"
    if any(pair in {("will", "rejected"), ("will", "denied"), ("will", "blocked")} for pair in _pairs(lows)):
        return "rejected"
    if segment[0].sort is Sort.NEGATION and segment[0].low in _BANNING:
        return "must"
    if (met := _compliant(segment)) is not None:
        return "must" if met == 0 else "compliant"
    if lows[0] in {"if", "when"} and any(item.sort is Sort.POINTER for item in segment):
        return "definition"
    for index, item in enumerate(segment):
        if item.sort is Sort.POINTER and any(low in {"if", "when", "whenever"} for low in lows[index + 1 : index + 6]):
            return "definition"
    if any(is_strong(segment, index) for index in range(len(segment))):
        return "must"
    if lows[0] in {"check", "verify", "confirm", "ensure", "make", "see", "enforce", "whether", "audit", "review"}:
        opening = lows[1:6]
        if lows[0] in {"ensure", "make", "enforce"} or any(word in {"all", "every", "each", "no"} for word in opening):
            return "must"
        if "that" in opening[:2] and "any" not in opening:
            return "must"
    if (
        lows[0] not in OPENERS
        and any(item.sort is Sort.NEGATION for item in segment)
        and {"allow", "allowing", "permit", "want", "allowed"} & set(lows)
    ):
        return "must"
    asking = lows[0] in OPENERS | {"which", "who", "is", "are", "do", "does"}
    if not asking and any(first in {"is", "are"} and second in _BANNED for first, second in pairwise(lows)):
        return "must"
    if lows[0] in {"are", "is"} and lows[1:2] == ["there"] and not {"no", "not"} & set(lows[2:4]):
        return "search"
    if lows[0] in OPENERS or any(low in _ASKS for low in lows[:4]):
        return "search"
    if lows[:3] == ["let", "me", "know"] and not {"that", "all", "every", "each"} & set(lows[3:6]):
        return "search"
    if _only_described(segment) or _points_out(segment):
        return "search"
    weak = [low for low in lows if low in WEAK and low not in {"may", "allow", "permit", "any"}]
    if weak:
        return "must"
    for index, item in enumerate(segment[:4]):
        if item.sort in {Sort.KIND} or item.low in {"container", "workload", "one", "image"}:
            following = lows[index + 1 : index + 2]
            if following and following[0] in {
                "without",
                "with",
                "that",
                "running",
                "using",
                "missing",
                "lacking",
                "which",
                "whose",
            }:
                return "search"
    return "must"


def _points_out(segment: Sequence[Item]) -> bool:
    """Whether a stretch asks for some of the objects: "point out the ones where …"."""
    relatives = {"that", "which", "whose", "where", "with", "without"}
    pairs = pairwise(segment)
    picks = any(first.is_one("one", "those", "any") and second.low in relatives for first, second in pairs)
    return picks and segment[0].sort in {Sort.WORD, Sort.UNKNOWN, Sort.AND}


def _only_described(segment: Sequence[Item]) -> bool:
    """Whether a stretch is a description and no statement: "every workload whose containers have …"."""
    start = next((i for i, item in enumerate(segment[:4]) if item.low in {"that", "which", "whose"}), None)
    if start is None or not start or main_verb(segment) is not None:
        return False
    held = segment[start - 1].sort is Sort.KIND or segment[start - 1].low in {"container", "workload", "one", "image"}
    obliging = {"only", "never", "may", "can", "always", "must"}
    return held and not any(item.low in obliging or item.sort is Sort.COMMA for item in segment)


_ASKS = spoken("which any who whose anything anyone anybody something someone")


_BANNED = spoken("disallowed forbidden prohibited banned denied blocked rejected illegal unacceptable not")
