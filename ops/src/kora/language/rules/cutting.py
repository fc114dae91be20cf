"""Cutting the text of a rule: sentences, stretches that state one thing, clauses; and what each stretch is.

A step of `language.rules`: reports and reasons are left out here, obligations told from searches.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kora.language.lexer import Kind, Token
from kora.language.rules.items import Item, Sort
from kora.language.rules.scan import IMPLIED, STRONG
from kora.language.rules.term import NEED_VALUES
from kora.language.rules.units import CONCEPT_PHRASES
from kora.language.rules.words import spoken

EXAMPLE = re.compile(r"\((?:e\.?g|i\.?e|for example|for instance)\b[^()]*\)", re.IGNORECASE)


REGEX = re.compile(
    r"((?:regex|regexp|regular expression|pattern)[: ]+(?:of |is )?)([^\s`'\"]*[\^$\[\\*+|][^\s`'\"]*)(?=[\s]|$)",
    re.IGNORECASE,
)
"""A regular expression that stands there without quotes."""
ANCHORED = re.compile(r"((?<=[\s(]))(\^[^\s`'\"]+)(?=[\s]|$)")
"""One that begins with its anchor."""


INDEX = re.compile(r"(?<=\w)\[(?:\*|\d*)\]\.")
"""The mark of a list inside a path: ``containers[*].image``."""


def quoted_regex(match: re.Match[str]) -> str:
    """A regular expression in quotes, without the bracket or full stop of the sentence around it."""
    body, tail = match[2], ""
    while len(body) > 1 and (body[-1] in ".,;" or (body[-1] == ")" and body.count(")") > body.count("("))):
        body, tail = body[:-1], body[-1] + tail
    return f"{match[1]}`{body}`{tail}"


def blank(match: re.Match[str]) -> str:
    """An example in brackets, as white space of the same length."""
    return " " * len(match.group())


def without_report(found: Sequence[Token]) -> list[Token]:
    """Tokens without the form of the report ("VIOLATING: <name>"), which is no part of the rule."""
    kept: list[Token] = []
    skip_line = False
    for index, token in enumerate(found):
        if token.line_start or (token.text == "." and skip_line):
            skip_line = False
        following = found[index + 1].text if index + 1 < len(found) else ""
        if token.low == "violating" and following == ":":
            skip_line = True
        if skip_line or (token.kind is Kind.QUOTED and token.low.startswith("violating")):
            continue
        kept.append(token)
    return kept


def sentences(scanned: Sequence[Item], text: str) -> Iterator[list[Item]]:
    """Sentences end at a full stop, a question mark, a blank line."""
    current: list[Item] = []
    last_end = 0
    for item in scanned:
        start = text.find(item.text.split(" ")[0], last_end) if item.text else last_end
        if current and "\n\n" in text[last_end : max(start, last_end)].replace(" ", ""):
            yield current
            current = []
        last_end = item.end
        if item.sort is Sort.MARK and item.text in {".", "?", "!"}:
            if current:
                yield current
            current = []
        else:
            current.append(item)
    if current:
        yield current


def elaborates(sentence: Sequence[Item]) -> bool:
    """Whether a sentence only talks about the rule before it ("It ensures …"): no value, no number, no kind."""
    telling = {Sort.VALUE, Sort.NUMBER, Sort.COMPARE, Sort.RESOURCE}
    return sentence[0].low in {"it", "this"} and not any(
        item.sort in telling or (item.sort is Sort.CONCEPT and item.data.fact not in NEED_VALUES) for item in sentence
    )


OPENERS = spoken(
    """
    find identify list show report tell detect spot locate flag check verify ensure confirm audit inspect review
    examine look scan search enforce see alert warn indicate
    """
)


_AHEAD = 80
"""How far behind a colon a statement is looked for: reading stays linear."""


def segments(sentence: Sequence[Item]) -> Iterator[list[Item]]:
    """Stretches of a sentence that open with a verb of search or check, or with "which"."""
    current: list[Item] = []
    for index, item in enumerate(sentence):
        noun = index and sentence[index - 1].low in {
            "a",
            "an",
            "the",
            "approved",
            "allowed",
            "this",
            "following",
            "our",
            "policy",
            "rule",
            "it",
            "specified",
            "provided",
            "given",
            "permitted",
            "that",
        }
        noun = noun or _obliged(sentence, index)
        listed = index + 1 < len(sentence) and sentence[index + 1].sort in {Sort.OR, Sort.COMMA, Sort.AND}
        opens = item.low in OPENERS and item.sort is Sort.WORD and not noun and not (current and listed)
        # "tell me which", "and which of them": but not "pods which".
        opens |= item.is_one("which", "whether") and (
            not current
            or current[-1].sort in {Sort.AND, Sort.COMMA}
            or current[-1].low in {"me", "know", "us", "of", "see"}
        )
        opens |= _asks_for_list(sentence, index)
        opens |= item.is_one("make") and index + 1 < len(sentence) and sentence[index + 1].is_one("sure")
        opens |= item.text == ";" or (item.text == ":" and _states(sentence[index + 1 : index + _AHEAD]))
        opens |= _second_statement(current, sentence, index) or _states_in_brackets(sentence, index)
        if opens and current:
            yield current
            current = []
        current.append(item)
    if current:
        yield current


def _asks_for_list(sentence: Sequence[Item], index: int) -> bool:
    """Whether a noun asks for the objects: "I'd like a report of pods that …"."""
    if not sentence[index].is_one("list", "name", "report", "overview", "summary") or index + 1 >= len(sentence):
        return False
    led = index and sentence[index - 1].low in {"a", "an", "the", "all"}
    obliged = any(is_strong(sentence, place) for place in range(index, len(sentence)))
    return bool(led) and sentence[index + 1].is_one("of") and not obliged


def _states_in_brackets(sentence: Sequence[Item], index: int) -> bool:
    """Whether brackets open here that hold a statement of their own: "(an empty selector isn't allowed)"."""
    if sentence[index].text != "(":
        return False
    end = next((i for i in range(index, min(index + _AHEAD, len(sentence))) if sentence[i].text == ")"), None)
    inside = sentence[index + 1 : end] if end is not None else []
    denied = any(item.sort is Sort.NEGATION for item in inside) and any(
        item.is_one("allowed", "permitted") for item in inside
    )
    return _facts(inside) and (denied or any(is_strong(inside, place) for place in range(len(inside))))


def _second_statement(current: Sequence[Item], sentence: Sequence[Item], index: int) -> bool:
    """Whether a whole statement with objects of its own begins here: "A must …, and every B with … must …"."""
    item = sentence[index]
    flagged = item.sort is Sort.CONCEPT and bool(item.data.value)  # "…, and load balancer services must …"
    if not index or not (flagged or item.low in {"a", "an", "every", "each", "all", "any", "no"}):
        return False
    if sentence[index - 1].sort not in {Sort.AND, Sort.COMMA} or index + 1 >= len(sentence):
        return False
    following = sentence[index + 1]
    holder = following.sort is Sort.KIND or following.low in {"container", "pod", "image", "workload"}
    rest, current = sentence[index : index + _AHEAD], current[-_AHEAD:]
    own = any(is_strong(rest, place) for place in range(len(rest)))
    told = any(is_strong(current, i) or current[i].sort is Sort.NEGATION for i in range(len(current)))
    return holder and own and _facts(rest) and _facts(current) and told


def _obliged(sentence: Sequence[Item], index: int) -> bool:
    """Whether a verb is what the objects must do ("must look like an address"), rather than the reader."""
    before = [item.low for item in sentence[max(0, index - 3) : index]]
    while before and before[-1] in {"not", "never", "only", "also"}:
        before.pop()
    return bool(before) and before[-1] in _OBLIGING and before[-2:-1] != ["you"]


_OBLIGING = spoken("must should shall may can cannot mustn't shouldn't can't")


def with_heading(sentence: list[Item]) -> Iterator[tuple[list[Item], list[Item] | None]]:
    """A sentence as it is, or cut at the colon before a statement that stands by itself: the part before comes with
    that statement."""
    place = next((index for index, item in enumerate(sentence) if item.text == ":"), None)
    rest = sentence[place + 1 :] if place else []
    while rest and rest[0].low in {"please", "so", "thus"}:
        rest = rest[1:]
    if place and rest and rest[0].low not in {"they", "it", "their", "its"}:
        searched = rest[0].low in OPENERS | {"which"} and rest[0].sort is Sort.WORD and _facts(rest)
        if searched or _states(rest):
            yield sentence[:place], rest
            yield rest, None
            return
    yield sentence, None


def names_topic(heading: Sequence[Item]) -> bool:
    """Whether what stands before a colon only names the fact that the statement behind it is about: "AppArmor: …"."""
    facts = [item for item in heading if item.sort is Sort.CONCEPT]
    small = {"the", "a", "policy", "rule", "on", "for", "about", "our", "profile", "setting"}
    return len(facts) == 1 and not facts[0].data.value and all(item in facts or item.low in small for item in heading)


def only_mentions(segment: Sequence[Item]) -> bool:
    """Whether a stretch says what to look at and not what for: "check runAsNonRoot in demo"."""
    if not segment or segment[0].low not in _LOOKING:
        return False
    rest = [item for item in segment[1:] if item.sort not in {Sort.MARK, Sort.COMMA}]
    small = {"the", "a", "an", "their", "its", "of", "in", "on", "for", "each", "every", "all", "setting", "field"}
    facts = [item for item in rest if item.sort in {Sort.CONCEPT, Sort.RESOURCE}]
    plain = {Sort.CONCEPT, Sort.RESOURCE, Sort.KIND, Sort.AND, Sort.UNKNOWN}
    return bool(facts) and rest[0] in facts and all(item.sort in plain or item.low in small for item in rest)


_LOOKING = spoken("check verify review inspect audit examine")


def each_denied(sentence: list[Item]) -> list[list[Item]]:
    """ "no budget may have A, and none may have B", "no budgets with A, and no budgets with B": two sentences."""
    kind = next((i for i in range(1, len(sentence)) if sentence[i].sort is Sort.KIND), None)
    if kind is None or not sentence[kind - 1].is_one("no"):
        return [sentence]
    for index in range(kind + 2, len(sentence) - 1):
        item, following = sentence[index], sentence[index + 1]
        joined = sentence[index - 1].sort is Sort.AND or sentence[index - 1].text == ";"
        none = item.low == "none" and following.is_one("may", "must", "can", "should")
        again = item.is_one("no") and following.sort is Sort.KIND and following.data == sentence[kind].data
        if joined and (none or again) and _facts(sentence[:index]) and _facts(sentence[index:]):
            subject = sentence[kind - 1 : kind + 1]
            behind = sentence[index + 1 if none else index + 2 :]
            first = sentence[: index - 1]
            return [first[:-1] if first[-1].sort is Sort.COMMA else first, *each_denied([*subject, *behind])]
    return [sentence]


def _facts(stretch: Sequence[Item]) -> bool:
    return any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in stretch)


def _states(stretch: Sequence[Item]) -> bool:
    """Whether what stands behind a colon is a statement by itself rather than a list of values."""
    said = any(is_strong(stretch, index) for index in range(len(stretch)))
    said |= any(item.low in _TELLING for item in stretch)
    counted = any(item.sort is Sort.COMPARE for item in stretch) and any(
        item.sort is Sort.NUMBER or item.is_one("one", "single") for item in stretch
    )
    implied = any(
        item.sort is Sort.VALUE and (item.low in IMPLIED or _API_VERSION.match(item.text)) for item in stretch
    )
    return said and (_facts(stretch) or counted or implied)


_TELLING = spoken(
    """
    nothing nobody none neither allowed permitted forbidden only no allow permit never prohibited banned disallowed denied illegal unacceptable
    """
)


def refers_back(segment: Sequence[Item]) -> bool:
    """Whether a search only repeats what was required before: "that are missing these probes"."""
    facts = {Sort.CONCEPT, Sort.RESOURCE}
    pairs = pairwise(segment)
    return any(first.low in {"these", "those", "such"} and second.sort in facts for first, second in pairs)


_API_VERSION = re.compile(r"^(?:[a-z0-9.-]+/)?v\d+(?:(?:alpha|beta)\d+)?$")
_OF_THE_HOST = {"host", "host's", "node", "node's"}
_HOST_PATH = CONCEPT_PHRASES[("hostpath",)][0]
_PULLING = spoken("pull pulls pulled pulling")
_IMAGE = CONCEPT_PHRASES[("image",)][0]
_VERSION_FACT = next(each for each in CONCEPT_PHRASES[("apiversion",)] if each.fact == "api_version")


def with_implied(segment: list[Item], topic: Item | None = None) -> list[Item]:
    """A stretch with the fact that its values imply: "must not add SYS_ADMIN" speaks of capabilities. `topic`: the
    fact that was spoken of before, which may take the value as well."""
    if any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in segment):
        return _with_capabilities(segment)
    taken = {word.lower() for word in topic.data.words} if topic is not None and topic.sort is Sort.CONCEPT else set()
    if topic is not None and any(item.low in taken for item in segment):  # "AppArmor: RuntimeDefault is required"
        first = next(i for i, item in enumerate(segment) if item.low in taken)
        return [*segment[:first], replace(topic, text=""), *segment[first:]]
    pulled = next((i for i, item in enumerate(segment) if item.low in _PULLING), None)
    if pulled is not None and any(item.sort is Sort.VALUE for item in segment[pulled:]):
        return [*segment[: pulled + 1], Item(Sort.CONCEPT, "image", "", _IMAGE), *segment[pulled + 1 :]]
    hosted = [i for i, item in enumerate(segment) if item.text.lower() in _OF_THE_HOST]
    paths = [i for i, item in enumerate(segment) if item.sort is Sort.VALUE and item.text.startswith("/")]
    if hosted and paths:  # "mount /etc from the host"
        named = Item(Sort.CONCEPT, "host path", "", _HOST_PATH)
        lead = [item for i, item in enumerate(segment[: paths[0]]) if i not in hosted]
        return [*lead, named, *(item for i, item in enumerate(segment) if i >= paths[0] and i not in hosted)]
    for index, item in enumerate(segment):
        concept = IMPLIED.get(item.low) if item.sort is Sort.VALUE else None
        if item.sort is Sort.VALUE and _API_VERSION.match(item.text):
            concept = _VERSION_FACT
        if concept is not None:
            return [*segment[:index], Item(Sort.CONCEPT, concept.fact, "", concept), *segment[index:]]
    return segment


def _with_capabilities(segment: list[Item]) -> list[Item]:
    """A stretch about something else in which capabilities are added, or access modes demanded, by name alone."""
    tagged = False
    for index, item in enumerate(segment):
        if item.sort is Sort.CONCEPT:
            tagged = str(item.data.fact).startswith(("image.tag", "image.explicit", "image.digest"))
        if item.low in _PULLING and tagged and any(each.sort is Sort.VALUE for each in segment[index : index + 3]):
            return [*segment[: index + 1], Item(Sort.CONCEPT, "image", "", _IMAGE), *segment[index + 1 :]]
    words = {word.lower() for item in segment if item.sort is Sort.CONCEPT for word in item.data.words}
    for index, item in enumerate(segment):
        implied = IMPLIED.get(item.low) if item.sort is Sort.VALUE else None
        if implied is None or item.low in words or not index:
            continue
        added = implied.fact == "capabilities.add" and segment[index - 1].low in _ADDING
        owed = implied.fact != "capabilities.add" and segment[index - 1].is_one("be", "use", "only")
        if added or owed:
            return [*segment[:index], Item(Sort.CONCEPT, implied.fact, "", implied), *segment[index:]]
    return segment


_ADDING = spoken("add adds adding added grant grants use uses request requests")


def points_back(segment: Sequence[Item]) -> bool:
    """Whether a stretch only asks for the names of offenders."""
    facts = [item for item in segment if item.sort in {Sort.CONCEPT, Sort.RESOURCE}]
    values = any(item.sort in {Sort.VALUE, Sort.NUMBER} for item in segment)
    named = all(item.sort is Sort.CONCEPT and item.data.fact == "name" for item in facts)
    pointers = [item for item in segment if item.sort is Sort.POINTER]
    last = [item.low for item in segment if item.sort is not Sort.MARK][-3:]
    if named and not values and last[-1:] in (["it"], ["them"], ["one"]) and set(last) & _WITHOUT:
        return True  # "name those lacking it"
    return bool(pointers) and (named or (not values and any(" " in item.low for item in pointers)))


_WITHOUT = spoken("without lacking missing lack")


def is_strong(stretch: Sequence[Item], index: int) -> bool:
    """Whether this item says what must be."""
    item = stretch[index]
    if item.low in {"has", "have"} and index + 2 < len(stretch) and stretch[index + 1].is_one("to"):
        return not (index and stretch[index - 1].low in {"i", "we", "you"})
    if item.low not in STRONG or item.sort not in {Sort.WORD, Sort.NEGATION}:
        return False
    before = stretch[index - 1].low if index else ""
    if before == "we" and item.is_one("must", "should", "shall", "cannot", "mustn't", "shouldn't", "can't"):
        return True
    if before in {"i", "we", "you"} and not item.is_one("require", "enforce", "mandate", "demand"):
        return False  # "you must print one line" is about the report
    if item.is_one("sure", "verify", "confirm", "policy", "rule", "expected"):
        return False
    if item.is_one("required"):
        return before in {"is", "are", "be", "not"} or index + 1 == len(stretch)
    return True


_RESET = spoken(
    """
    are is has have with using use uses run running set setting that which whose having allow
    """
)
_MODALS = spoken(
    """
    must should shall may need can
    """
)


def clauses(segment: Sequence[Item]) -> Iterator[tuple[list[Item], bool]]:
    """Stretches of one polarity, with whether "or" joins them to what came before."""
    current: list[Item] = []
    by_or = False
    index = 0
    while index < len(segment):
        item = segment[index]
        bullet = item.line_start and item.text in {"-", "*", "•"}
        if item.sort in {Sort.AND, Sort.OR, Sort.COMMA} or item.text in {";", "—", "–"} or bullet:
            place = index + 1
            joined_or = item.sort is Sort.OR
            while place < len(segment) and (
                segment[place].sort in {Sort.AND, Sort.OR}
                or segment[place].low in {"also", "they", "it", "then", "who"}
            ):
                joined_or |= segment[place].sort is Sort.OR
                place += 1
            further = _obliges_again(current, segment[place : place + 6])
            further |= _denies_of_it(current, segment[index + 1 : place + 5])
            further |= bool(current) and current[-1].low in _POSTPOSED and _facts(segment[place : place + 4])
            if place < len(segment) and (
                further or _starts_clause(current, segment[place], bullet or item.text == ";")
            ):
                yield current, by_or
                current, by_or, index = [], joined_or, place
                continue
        if item.sort is Sort.NEGATION and item.low in _LACKING and _states_fact(current) and _facts(segment[index:]):
            yield current, by_or  # "must have a budget without a maximum": the one, and not the other
            current, by_or = [], False
        current.append(item)
        index += 1
    yield current, by_or


def _denies_of_it(current: Sequence[Item], following: Sequence[Item]) -> bool:
    """Whether something is denied of what was demanded: "must set a user, and this must not be 0"."""
    opened = any(item.is_one("it", "they", "this", "that") for item in following[:3])
    denied = any(item.sort is Sort.NEGATION for item in following)
    plain = _states_fact(current) and following[-1:] != [] and not _facts(following)
    return opened and denied and plain


_POSTPOSED = spoken("required mandatory needed forbidden prohibited banned disallowed")


def _obliges_again(current: Sequence[Item], following: Sequence[Item]) -> bool:
    """Whether another fact with a "must" of its own follows: "…, and its cpu limit must not be set"."""
    modal = next((i for i, item in enumerate(following) if item.low in _MODALS), None)
    if modal is None or not _facts(following[:modal]) or not _facts(current):
        return False
    joined = any(item.sort in {Sort.AND, Sort.OR, Sort.COMMA} for item in following[:modal])
    return not joined and any(item.low in _MODALS for item in current)


_LACKING = spoken("without lacking")


def _states_fact(stretch: Sequence[Item]) -> bool:
    """Whether a stretch states a fact without a negation."""
    return _facts(stretch) and not any(item.sort is Sort.NEGATION for item in stretch)


def _starts_clause(current: Sequence[Item], item: Item, forced: bool) -> bool:
    said = any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} for each in current)
    if not said:
        return False
    if forced or item.sort is Sort.NEGATION or item.low in _MODALS:
        return True
    negated = any(each.sort is Sort.NEGATION for each in current)
    modal = any(each.low in _MODALS | {"cannot", "mustn't", "shouldn't", "can't"} for each in current)
    return negated and not modal and item.low in _RESET
