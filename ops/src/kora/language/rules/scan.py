"""The first step of reading a rule: tokens → items that mean something (a fact, a kind, a comparison, a negation …).

Works on the vocabulary of `language.rules.words` and the kinds of `language.kinds`; knows nothing of sentences. Every
token ends up in exactly one item, and words that nobody knows stay visible as `UNKNOWN`.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kora.domain.rules import Op
from kora.language.kinds import PHRASES, WORKLOAD_WORDS
from kora.language.lexer import Kind, Token
from kora.language.rules import words
from kora.language.rules.concepts import CONCEPTS, Concept
from kora.language.rules.items import Item, Sort
from kora.language.rules.resources import read_resources
from kora.language.rules.schema import field_named, field_spelled, known_words, looks_like_field
from kora.language.rules.units import CONCEPT_PHRASES, Unit, longest, phrases, singular, units_of, word_set
from kora.language.rules.words import spoken

_NOT_KINDS = {("no",), ("deploy",), ("machine",), ("event",), ("worker",), ("po",), ("dep",)}
KIND_PHRASES = {
    phrase: entry.kind
    for phrase, entry in ((tuple(singular(w) for w in key), entry) for key, entry in PHRASES.items())
    if phrase not in _NOT_KINDS
}
_COMPARISONS = {phrase: op for op, text in words.COMPARISONS.items() for phrase in phrases(text)}
_DENIED = {Op.ABOVE: Op.AT_MOST, Op.BELOW: Op.AT_LEAST}
_COMPARISONS |= {
    (*said, *phrase): _DENIED[op]
    for phrase, op in list(_COMPARISONS.items())
    for said in (("not",), ("no",), ("not", "be"), ("never", "be"), ("nor", "be"))
    if op in _DENIED and phrase[-1] == "than" and phrase[0] not in {"not", "no", "strictly"}
}
"""Every comparison with its "not": the "not" belongs to the number, and to nothing else in the clause."""
IMPLIED = {
    word.lower(): concept
    for concept in CONCEPTS
    for word in concept.words
    if concept.fact in {"capabilities.add", "access_modes", "seccomp", "strategy"}
}
"""Values that name their fact by themselves."""
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


def mentioned_kinds(tokens: Sequence[Token], *, ambiguous: bool = True) -> tuple[str, ...]:
    """The kinds that a text is about, in order. A word that may be a kind or a fact ("pod disruption budget") counts as
    a kind only when no other kind is named before it, and not at all without `ambiguous`."""
    units = units_of(tokens)
    found: list[str] = []
    position = 0
    subject_said, modal, joined, relative = False, False, True, False
    after_kind = -1
    while position < len(units):
        low = units[position].token.low
        if low in {".", "?", ";"} or units[position].token.line_start:
            subject_said = modal = relative = False
        modal |= low in _MODAL_WORDS and subject_said
        relative |= low in {"that", "which"} and after_kind == position
        kind, concept = longest(units, position, KIND_PHRASES), longest(units, position, CONCEPT_PHRASES)
        if kind and not _called(units, position) and (concept is None or concept[0] <= kind[0]):
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
            object_of |= relative and before in {"a", "an"}  # "pods that belong to a Job"
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
    if before in {"every", "each", "no", "all"}:
        return position < 2 or tokens[position - 2].low not in {"in", "within", "across", "inside"}
    following = tokens[position + 1].low if position + 1 < len(tokens) else ""
    if tokens[position].low == "namespace" and following in {"label", "labels", "annotation", "annotations"}:
        return True  # "the namespace label x"
    heading = any(token.text == ":" for token in tokens[position + 2 : position + 8])
    if heading and following not in _NO_PLACES and following.isalnum():
        return False  # "Namespaces dev and test: no pod may …"
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
    units = units_of(tokens)
    found: list[Item] = []
    position = 0
    while position < len(units):
        taken = _called(units, position) or read_resources(units, position) or _phrase(units, position, kinds)
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


_NO_PLACES = spoken(
    """
    must should shall may can is are has have that which with without and or named called need needs label labels
    annotation annotations in of for on to whose does do where if when unless except scope scoped
    """
)


def _called(units: Sequence[Unit], position: int) -> tuple[Item, int] | None:
    """The name behind "named" where it is a word for a kind as well: "the deployment named gateway"."""
    before = units[position - 1].token.low if position else ""
    placed = {"in", "within", "inside", "from", "the"}
    if before == "namespace" and position > 1 and units[position - 2].token.low in placed:
        token = units[position].token
        if token.kind is Kind.WORD and token.low not in _NO_PLACES:  # whatever word it is, it is the name there
            return Item(Sort.UNKNOWN, token.low, "", token.text), 1
    token = units[position].token
    following = units[position + 1].token.low if position + 1 < len(units) else ""
    if before == "in" and position > 1 and token.low in NEGATIONS and following in _MODAL_WORDS | {"", ".", "?", ","}:
        return Item(Sort.UNKNOWN, token.low, "", token.text), 1  # "every deployment in empty must …": a place
    if before not in {"named", "called"}:
        return None
    kind = longest(units, position, KIND_PHRASES)
    low = " ".join(units[position].words)
    return (Item(Sort.UNKNOWN, low, "", units[position].token.text), 1) if kind else None


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


def _named(units: Sequence[Unit]) -> tuple[str, ...]:
    """Every kind that is named anywhere."""
    found = (longest(units, position, KIND_PHRASES) for position in range(len(units)))
    return tuple(KIND_PHRASES[match[1]] for match in found if match) or ("",)


def _fits(concept: Concept, kinds: Sequence[str]) -> bool:
    named = not kinds or (tuple(kinds) == ("Namespace",) and concept.fact != "field.object")
    return named or not concept.kinds or bool(set(concept.kinds) & set(kinds))


def _phrase(units: Sequence[Unit], position: int, kinds: Sequence[str]) -> tuple[Item, int] | None:
    """The longest phrase at this place that is a comparison, exception, fact or kind."""
    best: tuple[int, Item] | None = None

    def offer(match: tuple[int, tuple[str, ...]] | None, sort: Sort, data: Any = None) -> None:
        nonlocal best
        if match and (best is None or match[0] > best[0]):
            best = (match[0], Item(sort, " ".join(match[1]), "", data))

    reasons = longest(units, position, _REASONS)
    offer(reasons, Sort.REASON)
    offer(longest(units, position, _BACK_REFERENCES), Sort.POINTER)
    compare = longest(units, position, _COMPARISONS)
    behind = units[position + compare[0]].token.low if compare and position + compare[0] < len(units) else ""
    if compare and compare[1][0] == "or" and behind == "than":
        compare = None  # "or smaller than 1Gi": a bound of its own
    offer(compare, Sort.COMPARE, _COMPARISONS[compare[1]] if compare else None)
    offer(longest(units, position, _OTHER_THAN), Sort.OTHER_THAN)
    offer(longest(units, position, _EXCEPTIONS), Sort.EXCEPT)
    kind = longest(units, position, KIND_PHRASES)
    if kind and KIND_PHRASES[kind[1]] in (*kinds, "Namespace"):
        offer(kind, Sort.KIND, KIND_PHRASES[kind[1]])
    concept = longest(units, position, CONCEPT_PHRASES)
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


def _of_schema(units: Sequence[Unit], position: int, kinds: Sequence[str], taken: int) -> tuple[Item, int] | None:
    """A field of the API that no table knows: by its name, or by its name in words when that is the longest match."""
    text = units[position].token.text
    if taken == 0 and looks_like_field(text):
        concept = field_named(text, kinds) or field_named(text, _named(units))
        return None if concept is None else (Item(Sort.CONCEPT, text.lower(), "", concept), 1)
    match = longest(units, position, known_words())
    if match is None or match[0] <= max(1, taken):
        return None
    concept = field_spelled(match[1], kinds) or field_spelled(match[1], _named(units))
    return None if concept is None else (Item(Sort.CONCEPT, " ".join(match[1]), "", concept), match[0])


def _single(unit: Unit) -> Item:
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


def _plain(low: str, unit: Unit) -> Sort:
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
