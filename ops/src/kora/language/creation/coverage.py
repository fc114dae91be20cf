"""The last look at a reading: every number, quoted text, path, image and pair that was said has to be in the objects.

Readers claim what they understand; this holds what they made against what was said, whoever claimed it, so that no value
is lost between a pattern that matched it and a slot that it never reached.
"""

import json
import re
from collections.abc import Iterable, Sequence

from kora.language.creation.metadata import is_name
from kora.language.creation.nouns import HARMLESS, KIND_WORDS
from kora.language.creation.plain import QUALITIES, begins_more, is_plain, is_quality
from kora.language.creation.vocabulary import is_written
from kora.language.intents import Create, Intent
from kora.language.vocabulary import NUMBER_WORDS

_VALUES = re.compile(
    r"(?P<quoted>\"[^\"\n]+\"|`[^`\n]+`|“[^”\n]+”|(?<![A-Za-z0-9])'[^'\n]+'(?![A-Za-z0-9]))"
    r"|(?P<name>(?<![\w./@-])(?=[\w./:=@-]*[\d/=_-])[A-Za-z/](?:[\w./:=@*-]*[\w/])?)"
    r"|(?P<number>(?<![\w.])\d+(?:\.\d+)*)"
)
_BARE = re.compile(r"(?<![\w./:=@*'’-])[A-Za-z]{2,}(?:['’][a-z]+)?(?![\w/:=@-]|\.\w)")
_NAMED = re.compile(
    r"\b(?:named|called)\s+[\"'`“]?(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)[\"'`”]?(?![\w-])", re.IGNORECASE
)
_KIND = "|".join(re.escape(word).replace(r"\ ", "[ -]?") for word in sorted(KIND_WORDS, key=len, reverse=True))
_AFTER_KIND = re.compile(
    rf"\b(?:{_KIND})s?\s+(?P<name>{'|'.join(sorted(HARMLESS | QUALITIES))})\b(?![\w-]|\s+(?:{_KIND}|pods?|containers?)\b)",
    re.IGNORECASE,
)
"""A word that may merely tell one object from another, in the place of a name."""
_NEW_NAMED = re.compile(
    rf"\ban?\s+(?:new\s+)?(?:{_KIND})\s+(?:named|called)\s+[\"'`“]?(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)[\"'`”]?(?![\w-])", re.IGNORECASE)  # fmt: skip
"""``a deployment called relay``: an object of that very name."""
_ONE = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?![\w=:/.-]*[\w=:/])"
_SEVERAL = re.compile(
    rf"\b(?:{_KIND})s\s+(?:named\s+|called\s+)?(?P<all>{_ONE}(?:(?:,\s*(?:and\s+)?|\s+and\s+){_ONE})+)", re.IGNORECASE
)
"""Names in a row behind a plural."""
_PAIR = re.compile(r"(?<![\w./-])(?P<key>[A-Za-z][\w./-]*)=(?P<value>[A-Za-z0-9](?:[\w.-]*\w)?)(?![\w/:=])")
_NO_CONTAINERS = frozenset(
    [
        "container",
        "image",
        "sidecar",
        "init",
        "instance",
        "one",
        "replicas",
        "copies",
        "app",
        "main",
        "helper",
        "pod",
        "pods",
    ]
)
_DESCRIBED = re.compile(
    rf"\b(?:{_KIND})\s+(?P<name>(?!(?:manifest|object|resource|definition|spec|file|yaml|template|image|setup|config)\b)[a-z][a-z0-9-]*)(?=\s+(?:with|using|running) )",
    re.IGNORECASE,
)
"""A name between a kind and its description, whatever the word."""
_BEFORE_IMAGE = re.compile(r"(?<![\w./:-])(?P<name>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?) \((?=[a-z0-9][\w./-]*:[\w.-]*\w)")
"""``a cache (redis:7)``: a name before its image."""
_ITEM = re.compile(r"^[ \t]*(?:[-*•–]|\(?\d{1,2}[.):])[ \t]+", re.MULTILINE)
_QUOTED = re.compile(r"\"[^\"\n]*\"|`[^`\n]*`|“[^”\n]*”|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9])|```.*?```", re.DOTALL)
_ORDINAL = re.compile(
    r"\b(?:step|task|question|q|container|part|no\.?|#)\s*\d+\b|\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE
)
_CHUNK = re.compile(r"[A-Za-z0-9]+")
_FACTORS = (1, 60, 3600, 86400, 1000)


def _shown(intents: Sequence[Intent]) -> str:
    return json.dumps([each.model_dump(mode="json") for each in intents]).lower()


def _number_said(text: str, numbers: set[str], counts: set[int]) -> bool:
    if text in numbers or text.replace(".", "") in numbers:
        return True
    if all(part in numbers or part.lstrip("0") in numbers or not part.strip("0") for part in text.split(".")):
        return True
    amount = float(text) if text.count(".") < 2 else None
    if amount is None:
        return False
    if amount in counts:
        return True
    made = {str(int(amount * factor)) for factor in _FACTORS if float(amount * factor).is_integer()}
    return (
        bool(made & numbers) or (amount < 12 and str(int(amount) + 12) in numbers) or (amount == 12 and "0" in numbers)
    )


def missing(text: str, intents: Sequence[Intent], known: Iterable[str] = ()) -> list[str]:
    """Values of the text that none of the objects holds.

    known: words of Kubernetes that are read as something else than they are written (kinds, modes, units).
    """
    shown = _shown(intents)
    if "\\u0000" in shown:  # two readers took parts of one value
        return [next((each[0] for each in _QUOTED.finditer(text)), text)]
    numbers = set(re.findall(r"\d+", shown)) | {each.lstrip("0") or "0" for each in re.findall(r"\d+", shown)}
    chunks = set(_CHUNK.findall(shown))
    counts = {len(intents)} | {
        sum(1 for one in intents if getattr(one, "kind", None) == getattr(each, "kind", "")) for each in intents
    }
    counts |= {len(each.containers) for each in intents if isinstance(each, Create)}
    counts |= {sum(not one.init for one in each.containers) for each in intents if isinstance(each, Create)}
    words = {each.lower() for each in known}
    if '"dns": true' in shown:
        numbers.add("53")
    said = _ORDINAL.sub(" ", _ITEM.sub("", text))
    lost: list[str] = []
    for found in _VALUES.finditer(said):
        value = found[0].strip("\"'`“”")
        if found.lastgroup == "number":
            if not _number_said(value, numbers, counts):
                lost.append(value)
            continue
        if value.lower() in words or value.lower() in shown:
            continue
        if (
            found.lastgroup == "name"
            and not re.search(r"\d|[/=_]", value)
            and all(
                part in words or part in chunks or is_plain(part) or is_written(part)
                for part in value.lower().split("-")
            )
        ):
            continue  # words joined by a hyphen that the readers claimed: "memory-backed"
        if re.fullmatch(r"[A-Za-z-]+(?:/[A-Za-z-]+)+", value) and all(is_written(part) for part in value.split("/")):
            continue  # "request/limit"
        value = value.rpartition("=")[2] or value  # the key may be the name of a field
        parts = [part.lower() for part in _CHUNK.findall(value)]
        if parts and not all(
            part in chunks
            or part in words
            or (part.isdigit() and _number_said(part, numbers, counts))
            or (re.fullmatch(r"\d+[a-z]+", part) and re.sub(r"\D", "", part) in numbers)
            for part in parts
        ):
            lost.append(value)
    spaces = re.findall(
        r"\b(?:in|into|for|to|of|within|inside)\s+(?:the\s+)?(?:namespace|ns)\s+(?:named\s+|called\s+)?[\"'`]?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)",
        said,
    )
    lost += [each for each in spaces if is_name(each) and not begins_more(each) and f'"{each}"' not in shown]
    for found in _SEVERAL.finditer(said):
        names = re.findall(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.sub(r"\band\b", ",", found["all"]))
        lost += [each for each in names if _could_name(each) and not _held(each, chunks, shown)]
    lost += [
        found["name"]
        for found in _NEW_NAMED.finditer(said)
        if f'"{found["name"].lower()}"' not in shown and f':{found["name"].lower()}"' not in shown
    ]
    lost += [
        found["name"]
        for found in (*_NAMED.finditer(said), *_AFTER_KIND.finditer(said), *_DESCRIBED.finditer(said))
        if (_could_name(found["name"]) or (not begins_more(found["name"]) and is_name(found["name"])))
        and not _held(found["name"], chunks, shown)
    ]
    lost += [
        found[0] for found in _PAIR.finditer(_QUOTED.sub(" ", said)) if not _paired(found["key"], found["value"], shown)
    ]
    lost += [
        found["name"]
        for found in _BEFORE_IMAGE.finditer(said)
        if is_name(found["name"])
        and found["name"] not in _NO_CONTAINERS
        and found["name"] not in words
        and not _held(found["name"], chunks, shown)
    ]
    lost += [word for word in _unknown(said, words) if not _held(word, chunks, shown)]
    return list(dict.fromkeys(lost))


def _could_name(word: str) -> bool:
    return is_name(word) and (
        is_quality(word) or word in HARMLESS or not (is_plain(word) or is_written(word) or begins_more(word))
    )


def _paired(key: str, value: str, shown: str) -> bool:
    """Whether a pair came through as one; keys that are fields of Kubernetes are read as something else."""
    field = is_written(key) and key.lower() not in HARMLESS
    key, value = key.lower(), value.lower()
    if field and f'"{key}"' not in shown:
        return True
    together = rf'"{re.escape(key)}"(?:: "?|, "|(?:[^{{}}]{{0,40}}"values": \[[^\]]*|[^{{}}]{{0,80}}"value": )"?){re.escape(value)}'
    return re.search(together, shown) is not None or f"{key}={value}" in shown


def _held(word: str, chunks: set[str], shown: str) -> bool:
    parts = [each.lower() for each in _CHUNK.findall(word)]
    return all(part in chunks for part in parts) or word.lower() in shown


def _unknown(said: str, words: set[str]) -> list[str]:
    """Words outside quotes that neither the grammar nor the tables of plain words know."""
    bare = _QUOTED.sub(" ", said)
    found = [re.sub(r"['’]s?$", "", each[0]) for each in _BARE.finditer(bare)]
    return [
        word
        for word in found
        if word.lower() not in words
        and not is_written(word)
        and word.lower() not in NUMBER_WORDS
        and not is_plain(word)
    ]
