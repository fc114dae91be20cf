"""Requests and limits in a rule: every pairing of resources and sides that its words name, and their ratio.

Part of `language.rules.scan`.
"""

import re
from collections.abc import Sequence

from kora.language.rules import words
from kora.language.rules.items import Item, Sort
from kora.language.rules.units import Unit, longest, phrases

_RATIOS = set(phrases(words.RATIOS))


_VERB_LEADS = {"must", "to", "not", "should", "may", "can", "that", "which", "shall", "only", "they"}


_GLUE = {"and", "or", "both", "for", "of", "on", "well", "as", "the", "their", "resource", "a", "an", "also", "each"}


def read_resources(units: Sequence[Unit], position: int) -> tuple[Item, int] | None:
    """Requests and limits: every pairing of resources and sides that the words from here on name."""
    ratio = longest(units, position, _RATIOS)
    if ratio and ratio[0] >= 1:
        named = [words.RESOURCES[word] for word in ratio[1] if word in words.RESOURCES]
        after = units[position + ratio[0] : position + ratio[0] + 5]
        named += [words.RESOURCES[w] for unit in after for w in unit.words if w in words.RESOURCES and not named]
        before = [
            words.RESOURCES[w]
            for unit in units[max(0, position - 3) : position]
            for w in unit.words
            if w in words.RESOURCES
        ]
        facts = tuple(f"ratio.{name}" for name in dict.fromkeys(named or before or ["cpu", "memory"]))
        return Item(Sort.RESOURCE, "ratio", "", (facts, False)), ratio[0]
    before_word = units[position - 1].token.low if position else ""
    if units[position].token.low == "request" and before_word in _VERB_LEADS:
        return None
    if units[position].token.low == "limits" and before_word in {"policy", "rule", "constraint", "this", "it", "which"}:
        return None  # "the policy limits replicas"
    groups: list[tuple[list[str], list[str]]] = []
    resources: list[str] = []
    sides: list[str] = []
    end, place, either, reversed_order = position, position, False, False
    while place < len(units):
        unit = units[place]
        resource = _resource_named(units, place, said=bool(sides))
        if resource:
            if sides and resources and not reversed_order:
                groups.append((resources, sides))
                resources, sides = [], []
            elif sides and not resources:
                reversed_order = True
            resources.append(resource[1])
            place += resource[0]
            end = place
        elif unit.words and unit.words[0] in words.SIDES and len(unit.words) == 1:
            if reversed_order and resources:
                groups.append((resources, sides))
                resources, sides, reversed_order = [], [], False
            sides.append(words.SIDES[unit.words[0]])
            place += 1
            end = place
        elif unit.words in {("storage",)} and resources and resources[-1] == "ephemeral-storage":
            place += 1
            end = place
        elif place > position and (set(unit.words) <= _GLUE or unit.token.text in {",", "/", "&"}):
            place += 1
        else:
            break
    either = any("or" in unit.words for unit in units[position:end])
    if sides:
        groups.append((resources or (["cpu", "memory"] if not groups else groups[-1][0]), sides))
    elif resources and groups:
        return None
    facts = tuple(dict.fromkeys(f"{side}.{name}" for names, taken in groups for name in names for side in taken))
    if not facts:
        return None
    said = " ".join(word for unit in units[position:end] for word in unit.words)
    bare = not any(
        names
        for names in [r for r, _ in groups]
        if set(names) and any(n in said for n in ("cpu", "mem", "ram", "processor", "ephemeral", "gpu", "\0"))
    )
    return Item(Sort.RESOURCE, "bare" if bare else "resource", "", (facts, either)), end - position


_RESOURCE_PHRASES = {tuple(key.split()) for key in words.RESOURCES}


_EXTENDED = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z]{2,}/[A-Za-z0-9._-]+$|^hugepages-\w+$")


def _resource_named(units: Sequence[Unit], place: int, *, said: bool) -> tuple[int, str] | None:
    """A resource at this place: how many units name it, and its name. One that is no plain word ("nvidia.com/gpu") is
    meant only beside requests or limits (`said`: they were named before it)."""
    known = longest(units, place, _RESOURCE_PHRASES)
    if known:
        return known[0], words.RESOURCES[" ".join(known[1])]
    following = units[place + 1].words[:1] if place + 1 < len(units) else ()
    text = units[place].token.text
    beside = said or (bool(following) and following[0] in words.SIDES)
    if beside and (units[place].words == ("gpu",) or _EXTENDED.match(text)):
        return 1, "gpu" if units[place].words == ("gpu",) else text
    return None
