"""The first step of reading a rule: tokens → items that mean something (a fact, a kind, a comparison, a negation …).

Works on the vocabulary of `language.rules.words` and the kinds of `language.kinds`; knows nothing of sentences. Every
token ends up in exactly one item, and words that nobody knows stay visible as `UNKNOWN`.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from kora.language.kinds import PHRASES, WORKLOAD_WORDS
from kora.language.lexer import Kind, Token
from kora.language.rules import words
from kora.language.rules.concepts import CONCEPTS, Concept
from kora.language.rules.schema import field_named, field_spelled, known_words, looks_like_field
from kora.language.rules.words import spoken


class Sort(StrEnum):
    """What an item does in a rule."""

    CONCEPT = "concept"
    RESOURCE = "resource"  # requests and limits; data: (facts, joined by or)
    KIND = "kind"
    COMPARE = "compare"
    NUMBER = "number"
    VALUE = "value"
    NEGATION = "negation"
    AND = "and"
    OR = "or"
    COMMA = "comma"
    EXCEPT = "except"
    OTHER_THAN = "other_than"
    REASON = "reason"
    POINTER = "pointer"
    MARK = "mark"
    WORD = "word"  # known, carries structure at most
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """One meaningful piece: `low` the words in the singular, `data` what it means, `line_start` as its first token."""

    sort: Sort
    low: str
    text: str
    data: Any = None
    line_start: bool = False
    end: int = 0

    def is_one(self, *lows: str) -> bool:
        """Whether the item is one of these words."""
        return self.low in lows


_KEPT = spoken(
    """
    always this is has does was its less us as access pass tls https dns status class
    """
)


_CONTRACTION = re.compile(r"'(?:s|re|ve|ll|d|m)$")


def singular(word: str) -> str:
    """A word's singular, good enough for matching both sides alike: policies → policy, classes → class."""
    if word in {"cpus", "gpus"}:
        return word[:-1]
    if word in _KEPT or len(word) < 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "'s")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def split_words(text: str) -> tuple[str, ...]:
    """Lower-case singular words of a phrase; hyphens separate."""
    cleaned = text.lower().replace("’", "'").replace("-", " ")
    return tuple(singular(_CONTRACTION.sub("", word)) for word in cleaned.split())


def phrases(text: str) -> list[tuple[str, ...]]:
    """The alternatives of a vocabulary entry."""
    return [split_words(part) for part in text.split("|") if part.strip()]


def word_set(text: str) -> frozenset[str]:
    """Single words, in the singular."""
    return frozenset(singular(word) for word in text.lower().split())


def _concept_index() -> dict[tuple[str, ...], list[Concept]]:
    index: dict[tuple[str, ...], list[Concept]] = {}
    for concept in CONCEPTS:
        for phrase in phrases(concept.phrases):
            index.setdefault(phrase, []).append(concept)
    return index


_NOT_KINDS = {("no",), ("deploy",), ("machine",), ("event",), ("worker",), ("po",), ("dep",)}
CONCEPT_PHRASES = _concept_index()
KIND_PHRASES = {
    phrase: entry.kind
    for phrase, entry in ((tuple(singular(w) for w in key), entry) for key, entry in PHRASES.items())
    if phrase not in _NOT_KINDS
}
_COMPARISONS = {phrase: op for op, text in words.COMPARISONS.items() for phrase in phrases(text)}
IMPLIED = {
    word.lower(): concept
    for concept in CONCEPTS
    for word in concept.words
    if concept.fact in {"capabilities.add", "access_modes", "seccomp", "strategy"}
}
"""Values that name their fact by themselves."""
_RATIOS = set(phrases(words.RATIOS))
_EXCEPTIONS, _OTHER_THAN, _REASONS = (
    set(phrases(text)) for text in (words.EXCEPTIONS, words.OTHER_THAN, words.REASONS)
)
NEGATIONS, STRONG, WEAK, SEARCHES = (
    word_set(text) for text in (words.NEGATIONS, words.STRONG_MODALS, words.WEAK_MODALS, words.SEARCHES)
)
_BACK_REFERENCES = set(phrases(words.BACK_REFERENCES))
_POINTERS = word_set(words.POINTERS)
_KNOWN = (
    frozenset(words.RESOURCES)
    | word_set(words.FILLERS)
    | NEGATIONS
    | STRONG
    | WEAK
    | SEARCHES
    | frozenset(WORKLOAD_WORDS)
)
_LONGEST = 9
NUMBERS = {
    word: str(count)
    for count, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
}
_NUMBER_KINDS = {Kind.NUMBER, Kind.PERCENT, Kind.FACTOR, Kind.QUANTITY, Kind.DURATION}
_VALUE_KINDS = {Kind.QUOTED, Kind.IMAGE, Kind.HOST, Kind.PATH, Kind.URL, Kind.CIDR, Kind.REFERENCE, Kind.ASSIGNMENT}
_CANONICAL = {word for concept in CONCEPTS for word in concept.words}
_VALUE_WORDS = {word.lower() for word in _CANONICAL}
_DISTINCT = {
    word.lower() for word in _CANONICAL if re.search(r"[a-z][A-Z]|_|\d", word) or word in {"Unconfined", "Unmasked"}
} - {"configmap", "persistentvolumeclaim"}
"""Values that are no plain words as well; the others count as values beside a fact that takes them alone."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A token with its words for matching; `bare` is a token that may take part in phrases."""

    token: Token
    words: tuple[str, ...]


def _field(text: str) -> tuple[str, ...] | None:
    """A field's path in the API (``spec.hostNetwork``, ``automountServiceAccountToken``) as a known phrase."""
    tail = text.rpartition(".")[2]
    if not (
        re.search(r"[a-z][A-Z]", text) or re.match(r"(?:\.?spec|metadata|securityContext|containers?)\b.*\.", text)
    ):
        return None
    phrase = split_words(tail)
    return phrase if phrase in CONCEPT_PHRASES else None


def merged(tokens: Sequence[Token]) -> list[Token]:
    """Tokens with the parts of an image prefix put together again: ``team`` + ``/*``."""
    whole: list[Token] = []
    for token in tokens:
        last = whole[-1] if whole else None
        if last is not None and last.end == token.start and token.kind is Kind.PATH and last.kind in _PREFIX_HEADS:
            whole[-1] = Token(Kind.IMAGE, last.text + token.text, last.start, token.end, last.line_start)
        elif last is not None and last.end == token.start and token.text == "*" and last.text.endswith("/"):
            whole[-1] = Token(Kind.IMAGE, last.text + "*", last.start, token.end, last.line_start)
        elif last is not None and last.end == token.start and _affixed(whole, tokens, token):
            whole[-1] = Token(Kind.QUOTED, last.text + token.text, last.start, token.end, last.line_start)
        elif len(whole) > 1 and _dotted(
            whole[-2], last, token
        ):  # "spec.containers" + "." + "securityContext.privileged"
            head = whole[-2]
            whole[-2:] = [Token(Kind.WORD, f"{head.text}.{token.text}", head.start, token.end, head.line_start)]
        elif token.kind is Kind.PATH and token.text.endswith(".") and len(token.text) > 1:  # the sentence's full stop
            whole.append(Token(Kind.PATH, token.text[:-1], token.start, token.end - 1, token.line_start))
            whole.append(Token(Kind.MARK, ".", token.end - 1, token.end))
        else:
            whole.append(token)
    return whole


def _dotted(head: Token, dot: Token | None, token: Token) -> bool:
    """Whether three tokens are one path of a field, cut before a capital."""
    joined = dot is not None and dot.text == "." and head.end == dot.start and dot.end == token.start
    return (
        joined and token.kind is Kind.WORD and head.text.split(".")[0] in {"spec", "metadata", "containers", "status"}
    )


def _affixed(whole: Sequence[Token], tokens: Sequence[Token], token: Token) -> bool:
    """Whether a token and the mark beside it are one value: ".example.com", "@corp.example", "acme-"."""
    if whole[-1].text in {".", "@"}:
        return _opens(whole, whole[-1])
    return token.text in {"-", "."} and _prefix_ends(whole, tokens, token)


def _prefix_ends(whole: Sequence[Token], tokens: Sequence[Token], mark: Token) -> bool:
    """Whether a mark ends a prefix that stands without quotes: "start with acme-", "start with kernel. are"."""
    opening = {each.low for each in whole[-5:-1]}
    if not opening & {"start", "starts", "starting", "begin", "begins", "beginning", "prefix", "prefixed"}:
        return False
    following = next((each for each in tokens if each.start >= mark.end), None)
    return mark.text == "-" or (following is not None and following.start > mark.end and following.text[:1].islower())


def _opens(whole: Sequence[Token], mark: Token) -> bool:
    """Whether a full stop or @ stands before its word (".example.com"), not behind one."""
    return len(whole) < 2 or whole[-2].end < mark.start


_PREFIX_HEADS = {Kind.WORD, Kind.HOST, Kind.IMAGE}


def _units(tokens: Sequence[Token]) -> list[_Unit]:
    units = []
    for token in tokens:
        if token.kind is Kind.WORD:
            units.append(_Unit(token, _field(token.text) or split_words(token.text)))
        elif field := _field(token.text):
            units.append(_Unit(token, field))
        elif token.kind is Kind.REFERENCE and all(part.isalpha() for part in token.text.split("/")):
            units.append(_Unit(token, ("\0",)))
        elif token.text == "*":
            units.append(_Unit(token, ("*",)))
        elif token.text in {"0.0.0.0/0", "::/0"}:
            units.append(_Unit(token, ("anywhere",)))
        else:
            units.append(_Unit(token, ("\0",)))  # never part of a phrase
    return units


def _longest(
    units: Sequence[_Unit], start: int, table: Container[tuple[str, ...]]
) -> tuple[int, tuple[str, ...]] | None:
    """The longest phrase of the table at `start`: how many units it takes, and the phrase."""
    best: tuple[int, tuple[str, ...]] | None = None
    spoken: tuple[str, ...] = ()
    for count in range(1, min(_LONGEST, len(units) - start) + 1):
        spoken = (*spoken, *units[start + count - 1].words)
        if "\0" in spoken:
            break
        if spoken in table:
            best = (count, spoken)
    return best


def mentioned_kinds(tokens: Sequence[Token], *, ambiguous: bool = True) -> tuple[str, ...]:
    """The kinds that a text is about, in order. A word that may be a kind or a fact ("pod disruption budget") counts as
    a kind only when no other kind is named before it, and not at all without `ambiguous`."""
    units = _units(tokens)
    found: list[str] = []
    position = 0
    subject_said, modal, joined = False, False, True
    after_kind = -1
    while position < len(units):
        low = units[position].token.low
        if low in {".", "?", ";"} or units[position].token.line_start:
            subject_said = modal = False
        modal |= low in _MODAL_WORDS and subject_said
        kind, concept = _longest(units, position, KIND_PHRASES), _longest(units, position, CONCEPT_PHRASES)
        if kind and (concept is None or concept[0] <= kind[0]):
            name = KIND_PHRASES[kind[1]]
            subject = name != "Namespace" or _general(tokens, position)
            # "pods must not mount secrets": what a predicate speaks of is no subject; "required on pods" names one.
            lead = position - 1
            while lead > 0 and units[lead].token.low in {"a", "an", "the"}:
                lead -= 1
            before = units[lead].token.low if position else ""
            object_of = modal and before not in _NAMING and not (before in _JOINING and joined)
            object_of |= (
                before == "by" and lead > 0 and units[lead - 1].token.low in _OWNED_BY
            )  # "created by a CronJob"
            joined = not object_of
            listed = lead > 0 and before in _JOINING and after_kind == lead  # "ConfigMaps and Secrets"
            if not object_of and subject and (concept is None or listed or (ambiguous and not found)):
                found.append(name)
                after_kind = position + kind[0]
            subject_said = True
            position += kind[0]
        else:
            subject_said |= concept is not None or bool(set(units[position].words) & _HOLDERS)
            position += concept[0] if concept else 1
    plain = [kind for kind in found if kind != "Namespace"]
    return tuple(dict.fromkeys(plain if found[:1] != ["Namespace"] else found[:1]))


_MODAL_WORDS = spoken("must should shall may can cannot mustn't shouldn't can't need needs have has")
_NAMING = spoken("on for in of to by within across all every each any such both")
_JOINING = spoken("and or , /")
_HOLDERS = spoken("container workload volume image")
_OWNED_BY = spoken("created owned managed controlled made scaled launched spawned started")


def _general(tokens: Sequence[Token], position: int) -> bool:
    """Whether the word "namespace" here means namespaces in general, not one that has a name."""
    before = tokens[position - 1].low if position else ""
    if before in {"every", "each", "no"}:
        return True
    general = {
        "",
        ",",
        ":",
        ".",
        "any",
        "all",
        "which",
        "find",
        "for",
        "on",
        "of",
        "list",
        "identify",
        "flag",
        "report",
        "show",
        "our",
    }
    return tokens[position].low == "namespaces" and (before in general or tokens[position].line_start)


def items(tokens: Sequence[Token], kinds: Sequence[str]) -> list[Item]:
    """Every token's meaning; `kinds` is what the text is about, which decides between meanings of a word. Where none
    fits, the other kinds of the text decide."""
    units = _units(tokens)
    found: list[Item] = []
    position = 0
    while position < len(units):
        taken = _resources(units, position) or _phrase(units, position, kinds)
        item, count = taken if taken else (_single(units[position]), 1)
        covered = tokens[position : position + count]
        found.append(
            replace(
                item,
                text=" ".join(token.text for token in covered),
                line_start=covered[0].line_start,
                end=covered[-1].end,
            )
        )
        position += count
    return found


def _widened(fitting: Sequence[Concept]) -> Concept:
    """The first meaning that fits, on every kind that has the same setting (ConfigMaps and Secrets are immutable)."""
    first = fitting[0]
    same = [each for each in fitting if replace(each, kinds=(), phrases="") == replace(first, kinds=(), phrases="")]
    if len(same) == 1 or not all(each.kinds for each in same):
        return first
    return replace(first, kinds=tuple(dict.fromkeys(kind for each in same for kind in each.kinds)))


def _borrowed(concept: Concept, phrase: tuple[str, ...], kinds: Sequence[str]) -> bool:
    """Whether a word means the fact on one kind alone: "ingress" in a network policy, "type" of a service."""
    special = concept.fact == "field.object" and phrase in KIND_PHRASES
    return (special or phrase == ("type",)) and not set(concept.kinds) & set(kinds)


def _named(units: Sequence[_Unit]) -> tuple[str, ...]:
    """Every kind that is named anywhere."""
    found = (_longest(units, position, KIND_PHRASES) for position in range(len(units)))
    return tuple(KIND_PHRASES[match[1]] for match in found if match) or ("",)


def _fits(concept: Concept, kinds: Sequence[str]) -> bool:
    named = not kinds or (tuple(kinds) == ("Namespace",) and concept.fact != "field.object")
    return named or not concept.kinds or bool(set(concept.kinds) & set(kinds))


def _phrase(units: Sequence[_Unit], position: int, kinds: Sequence[str]) -> tuple[Item, int] | None:
    """The longest phrase at this place that is a comparison, exception, fact or kind."""
    best: tuple[int, Item] | None = None

    def offer(match: tuple[int, tuple[str, ...]] | None, sort: Sort, data: Any = None) -> None:
        nonlocal best
        if match and (best is None or match[0] > best[0]):
            best = (match[0], Item(sort, " ".join(match[1]), "", data))

    reasons = _longest(units, position, _REASONS)
    offer(reasons, Sort.REASON)
    offer(_longest(units, position, _BACK_REFERENCES), Sort.POINTER)
    compare = _longest(units, position, _COMPARISONS)
    offer(compare, Sort.COMPARE, _COMPARISONS[compare[1]] if compare else None)
    offer(_longest(units, position, _OTHER_THAN), Sort.OTHER_THAN)
    offer(_longest(units, position, _EXCEPTIONS), Sort.EXCEPT)
    kind = _longest(units, position, KIND_PHRASES)
    if kind and KIND_PHRASES[kind[1]] in (*kinds, "Namespace"):
        offer(kind, Sort.KIND, KIND_PHRASES[kind[1]])
    concept = _longest(units, position, CONCEPT_PHRASES)
    if concept:
        known = [each for each in CONCEPT_PHRASES[concept[1]] if not _borrowed(each, concept[1], kinds)]
        fitting = [each for each in known if _fits(each, kinds)] or [
            each for each in known if _fits(each, _named(units))
        ]
        if fitting:
            offer(concept, Sort.CONCEPT, _widened(fitting))
    if kind:
        offer(kind, Sort.KIND, KIND_PHRASES[kind[1]])
    schema = _of_schema(units, position, kinds, best[0] if best else 0)
    return schema or ((best[1], best[0]) if best else None)


def _of_schema(units: Sequence[_Unit], position: int, kinds: Sequence[str], taken: int) -> tuple[Item, int] | None:
    """A field of the API that no table knows: by its name, or by its name in words when that is the longest match."""
    text = units[position].token.text
    if taken == 0 and looks_like_field(text):
        concept = field_named(text, kinds) or field_named(text, _named(units))
        return None if concept is None else (Item(Sort.CONCEPT, text.lower(), "", concept), 1)
    match = _longest(units, position, known_words())
    if match is None or match[0] <= max(1, taken):
        return None
    concept = field_spelled(match[1], kinds) or field_spelled(match[1], _named(units))
    return None if concept is None else (Item(Sort.CONCEPT, " ".join(match[1]), "", concept), match[0])


_VERB_LEADS = {"must", "to", "not", "should", "may", "can", "that", "which", "shall", "only", "they"}
_GLUE = {"and", "or", "both", "for", "of", "on", "well", "as", "the", "their", "resource", "a", "an", "also", "each"}


def _resources(units: Sequence[_Unit], position: int) -> tuple[Item, int] | None:
    """Requests and limits: every pairing of resources and sides that the words from here on name."""
    ratio = _longest(units, position, _RATIOS)
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


def _resource_named(units: Sequence[_Unit], place: int, *, said: bool) -> tuple[int, str] | None:
    """A resource at this place: how many units name it, and its name. One that is no plain word ("nvidia.com/gpu") is
    meant only beside requests or limits (`said`: they were named before it)."""
    known = _longest(units, place, _RESOURCE_PHRASES)
    if known:
        return known[0], words.RESOURCES[" ".join(known[1])]
    following = units[place + 1].words[:1] if place + 1 < len(units) else ()
    text = units[place].token.text
    beside = said or (bool(following) and following[0] in words.SIDES)
    if beside and (units[place].words == ("gpu",) or _EXTENDED.match(text)):
        return 1, "gpu" if units[place].words == ("gpu",) else text
    return None


def _single(unit: _Unit) -> Item:
    """The meaning of one token that is in no phrase."""
    token, low = unit.token, " ".join(unit.words)
    if token.low == "and/or":
        return Item(Sort.OR, "or", token.text)
    if token.kind in _NUMBER_KINDS:
        return Item(Sort.NUMBER, token.low, token.text, quantity(token.text))
    if token.kind in _VALUE_KINDS:
        return Item(Sort.VALUE, token.low, token.text, token.text)
    if token.kind is Kind.PORTS:
        return Item(Sort.VALUE, token.low, token.text, token.text)
    if token.kind is Kind.MARK:
        return Item(Sort.COMMA if token.text == "," else Sort.MARK, token.text, token.text)
    if token.text.startswith("CAP_") and token.low[4:] in _VALUE_WORDS:
        return Item(Sort.VALUE, token.low[4:], token.text, token.text[4:])
    if token.low in _DISTINCT or (token.low in _VALUE_WORDS and token.text.isupper()):
        return Item(Sort.VALUE, token.low, token.text, token.text)
    if token.low in _VALUE_WORDS:  # "Never": a negation unless a fact that takes it is near
        return Item(_plain(low, unit), token.low, token.text, token.text)
    if low in NUMBERS and low != "one":
        return Item(Sort.NUMBER, low, token.text, NUMBERS[low])
    sort = _plain(low, unit)
    return Item(sort, low, token.text, token.text if sort is Sort.UNKNOWN else None)


def _plain(low: str, unit: _Unit) -> Sort:
    """What a word does that is no value."""
    for sort, table in _WORD_SORTS:
        if low in table or unit.token.low in table:
            return sort
    token = unit.token.low
    parts = "-" not in token or token.partition("-")[0] in _PREFIXES  # "kube-system" is a name, not two words
    known = (parts and set(unit.words) <= _KNOWN) or token in _KNOWN or _adverb(token)
    return Sort.WORD if known else Sort.UNKNOWN


def _adverb(low: str) -> bool:
    """Whether a word says how ("automatically"): it restricts nothing, except the few that do."""
    return len(low) > 5 and low.endswith("ly") and low.isalpha() and low not in _RESTRICTING


_PREFIXES = spoken("non pre re well so in up per multi self un over top end one make")
_RESTRICTING = spoken(
    """
    hardly rarely barely scarcely nearly partly newly lately early publicly internally externally privately locally
    globally weekly daily monthly hourly yearly family assembly anomaly friendly costly likely unlikely
    """
)


_WORD_SORTS = (
    (Sort.AND, frozenset({"and", "but"})),
    (Sort.OR, frozenset({"or"})),
    (Sort.NEGATION, NEGATIONS),
    (Sort.POINTER, _POINTERS),
)


_UNITS = {"kib": "Ki", "mib": "Mi", "gib": "Gi", "tib": "Ti", "kb": "k", "mb": "M", "gb": "G", "tb": "T"}


def quantity(text: str) -> str:
    """A number in Kubernetes' notation: ``512 MiB`` → 512Mi, ``500 millicores`` → 500m, ``2x`` → 2, ``30s`` → 30."""
    match = re.match(r"([+-]?\d+(?:\.\d+)?)\s*(.*)", text)
    assert match is not None  # the lexer gives a number first
    number, unit = match[1].lstrip("+"), match[2]
    low = unit.lower()
    if low in _UNITS:
        return number + _UNITS[low]
    if low.startswith(("millicore", "millicpu")):
        return number + "m"
    if low.startswith(("vcpu", "core", "x", "times")) or low in {"s", "sec", "secs"}:
        return number
    if low in {"min", "mins", "h", "hr", "hrs"}:
        return str(int(float(number) * (60 if low.startswith("m") else 3600)))
    return number + ("%" if low in {"%", "percent"} else unit)
