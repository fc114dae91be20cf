"""Cutting the text of a rule: sentences, stretches that state one thing, clauses; and what each stretch is.

A step of `language.rules`: reports and reasons are left out here, obligations told from searches.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kora.language.lexer import Kind, Token
from kora.language.rules.items import Item, Sort
from kora.language.rules.scan import IMPLIED, STRONG, WEAK
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


def without_reasons(sentence: Sequence[Item]) -> list[Item]:
    """A sentence without why it is wanted: from "because" up to a "but" or the end."""
    kept: list[Item] = []
    skipping = False
    for index, item in enumerate(sentence):
        if item.is_one("so") and not any(is_strong(sentence, place) for place in range(index, len(sentence))):
            break  # "so finished ones get cleaned up"
        if item.sort is Sort.REASON and index and sentence[index - 1].is_one("same"):
            kept.append(item)  # "the same as that of another" compares
            continue
        if item.sort is Sort.REASON and not index:
            kept.append(item)  # a reason that opens its sentence ends nowhere: it stays, and is not understood
            continue
        skipping = (skipping or item.sort is Sort.REASON) and item.text.lower() != "but"
        if not skipping:
            kept.append(item)
    return kept


def without_asides(sentence: Sequence[Item]) -> list[Item]:
    """A sentence without what only explains a fact in brackets: "HostProcess containers (Windows)"."""
    kept: list[Item] = []
    index = 0
    while index < len(sentence):
        end = next((i for i in range(index, len(sentence)) if sentence[i].text == ")"), None)
        if sentence[index].text == "(" and end is not None and _explains(sentence[index + 1 : end], kept):
            index = end + 1
            continue
        kept.append(sentence[index])
        index += 1
    return kept


def without_instances(sentence: Sequence[Item]) -> list[Item]:
    """A sentence without examples of how something happens: "privilege escalation, such as via set-user-ID mode, …"."""
    for index in range(1, len(sentence) - 1):
        if not (sentence[index].is_one("such") and sentence[index + 1].is_one("as")):
            continue
        before = next((item for item in reversed(sentence[:index]) if item.sort is Sort.CONCEPT), None)
        if before is None or before.data.keyed or before.data.value_op:
            continue
        end = next((i for i in range(index + 2, len(sentence)) if _ends_instances(sentence, i)), len(sentence))
        if not any(item.sort in {Sort.VALUE, Sort.NUMBER, Sort.CONCEPT} for item in sentence[index:end]):
            enclosed = sentence[index - 1].sort is Sort.COMMA
            return [*sentence[: index - enclosed], *sentence[end + enclosed :]]
    return list(sentence)


def _ends_instances(sentence: Sequence[Item], index: int) -> bool:
    return sentence[index].sort is Sort.COMMA or is_strong(sentence, index)


def _explains(aside: Sequence[Item], before: Sequence[Item]) -> bool:
    matter = {Sort.EXCEPT, Sort.NEGATION, Sort.COMPARE, Sort.NUMBER, Sort.RESOURCE, Sort.OTHER_THAN}
    if any(item.sort in matter or item.is_one("only") for item in aside):
        return False
    last = next((item for item in reversed(before) if item.sort is Sort.CONCEPT), None)
    return last is not None and bool(last.data.value)


def elaborates(sentence: Sequence[Item]) -> bool:
    """Whether a sentence only talks about the rule before it ("It ensures …"): no value, no number, no kind."""
    telling = {Sort.VALUE, Sort.NUMBER, Sort.COMPARE, Sort.RESOURCE}
    return sentence[0].low in {"it", "this"} and not any(
        item.sort in telling or (item.sort is Sort.CONCEPT and item.data.fact not in NEED_VALUES) for item in sentence
    )


_EXEMPT = spoken("don't doesn't needn't dont doesnt")


def with_exempted(sentence: list[Item]) -> tuple[list[Item], list[Item]]:
    """A sentence, and who its end says owes nothing: "… need a budget; single-replica ones don't"."""
    body = sentence[:-1]
    if len(sentence) < 4 or sentence[-1].low not in _EXEMPT:
        return sentence, []
    place = next(
        (i for i in range(len(body) - 1, 0, -1) if body[i].text in {";", ","} or body[i].low in {"but", "while"}), None
    )
    if place is None or not any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in body[place:]):
        return sentence, []
    return body[:place], body[place + 1 :]


def without_gloss(sentence: Sequence[Item]) -> list[Item]:
    """A sentence whose brackets say in facts what the words before them say in other words: "services with external
    traffic (NodePort or LoadBalancer)" are services of those types."""
    start = next((i for i, item in enumerate(sentence) if item.text == "("), None)
    end = next((i for i, item in enumerate(sentence) if item.text == ")"), None)
    if start is None or end is None or end < start:
        return list(sentence)
    inside = sentence[start + 1 : end]
    if not any(item.sort is Sort.CONCEPT and item.data.value for item in inside):
        return _without_measure(sentence, start, end)
    if any(item.sort in {Sort.NEGATION, Sort.EXCEPT, Sort.REASON} or item.is_one("only") for item in inside):
        return list(sentence)
    first = start
    while first and sentence[first - 1].sort in {Sort.WORD, Sort.UNKNOWN} and not is_strong(sentence, first - 1):
        first -= 1
    run = sentence[first:start]
    if not any(item.sort is Sort.UNKNOWN for item in run):
        return _without_measure(sentence, start, end)
    lead = [item for item in run[:1] if item.low in {"with", "using", "that", "of", "have", "having", "use"}]
    return [*sentence[:first], *lead, *inside, *sentence[end + 1 :]]


def _without_measure(sentence: Sequence[Item], start: int, end: int) -> list[Item]:
    """ "a high UID (10000 or above)": the number says what the word before the fact means."""
    fact = sentence[start - 1] if start else None
    adjective = sentence[start - 2] if start > 1 else None
    numbers = any(item.sort is Sort.NUMBER for item in sentence[start:end])
    if not (fact and adjective and numbers and fact.sort is Sort.CONCEPT and fact.data.numeric):
        return list(sentence)
    if adjective.sort is not Sort.UNKNOWN:
        return list(sentence)
    return [*sentence[: start - 2], fact, *sentence[start + 1 : end], *sentence[end + 1 :]]


_EXEMPTED = spoken("exempt exempted excluded excepted")


def with_exception_first(sentence: list[Item]) -> list[Item]:
    """A sentence whose exception stands before its word ("X are exempt; …", "(X excluded)") with the word first."""
    for index, item in enumerate(sentence):
        if item.sort is not Sort.EXCEPT or item.text.lower() not in _EXEMPTED or not index:
            continue
        before = sentence[index - 1]
        if before.is_one("is", "are", "be"):
            start = max((i + 1 for i in range(index) if sentence[i].text in {";", "("}), default=0)
            stop = index - 1
        elif before.sort in {Sort.UNKNOWN, Sort.VALUE} and any(each.text == "(" for each in sentence[:index]):
            start = max(i + 1 for i in range(index) if sentence[i].text == "(")
            stop = index
        else:
            continue
        return [*sentence[:start], item, *sentence[start:stop], *sentence[index + 1 :]]
    return sentence


_MEANING = spoken("i.e i.e. ie meaning namely")


def without_gist(sentence: Sequence[Item]) -> list[Item]:
    """A sentence without what only sums up what it goes on to say: "must be internal, i.e. carry the annotation …"."""
    place = next((i for i, item in enumerate(sentence) if item.low in _MEANING), None)
    if place is None or not any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in sentence[place:]):
        return list(sentence)
    following = sentence[place + 1 : place + 2]
    relative = bool(following) and following[0].is_one("that", "which", "those")
    opens = (lambda i: sentence[i].is_one("that", "which")) if relative else (lambda i: is_strong(sentence, i))
    modal = next((i for i in range(place - 1, -1, -1) if opens(i)), None)
    between = sentence[modal + 1 : place] if modal is not None else []
    plain = {Sort.WORD, Sort.UNKNOWN, Sort.COMMA, Sort.MARK, *([Sort.NEGATION, Sort.CONCEPT] if relative else [])}
    if modal is None or any(item.sort not in plain or _says_much(item) for item in between):
        return list(sentence)
    return [*sentence[: modal + (not relative)], *sentence[place + 1 :]]


def _says_much(item: Item) -> bool:
    return item.sort is Sort.CONCEPT and item.data.fact not in NEED_VALUES


OPENERS = spoken(
    """
    find identify list show report tell detect spot locate flag check verify ensure confirm audit inspect review
    examine look scan search enforce see alert warn indicate
    """
)


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
        opens |= item.text == ";" or (item.text == ":" and _states(sentence[index + 1 :]))
        opens |= _second_statement(current, sentence, index)
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


def _second_statement(current: Sequence[Item], sentence: Sequence[Item], index: int) -> bool:
    """Whether a whole statement with objects of its own begins here: "A must …, and every B with … must …"."""
    item = sentence[index]
    if not index or item.low not in {"a", "an", "every", "each", "all", "any", "no"}:
        return False
    if sentence[index - 1].sort not in {Sort.AND, Sort.COMMA} or index + 1 >= len(sentence):
        return False
    following = sentence[index + 1]
    holder = following.sort is Sort.KIND or following.low in {"container", "pod", "image", "workload"}
    rest = sentence[index:]
    own = any(is_strong(rest, place) for place in range(len(rest)))
    return (
        holder and own and _facts(rest) and _facts(current) and any(is_strong(current, i) for i in range(len(current)))
    )


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
    allowed permitted forbidden only no allow permit never prohibited banned disallowed denied illegal unacceptable
    """
)


def refers_back(segment: Sequence[Item]) -> bool:
    """Whether a search only repeats what was required before: "that are missing these probes"."""
    facts = {Sort.CONCEPT, Sort.RESOURCE}
    pairs = pairwise(segment)
    return any(first.low in {"these", "those", "such"} and second.sort in facts for first, second in pairs)


_API_VERSION = re.compile(r"^(?:[a-z0-9.-]+/)?v\d+(?:(?:alpha|beta)\d+)?$")
_VERSION_FACT = next(each for each in CONCEPT_PHRASES[("apiversion",)] if each.fact == "api_version")


def with_implied(segment: list[Item]) -> list[Item]:
    """A stretch with the fact that its values imply: "must not add SYS_ADMIN" speaks of capabilities."""
    if any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in segment):
        return segment
    for index, item in enumerate(segment):
        concept = IMPLIED.get(item.low) if item.sort is Sort.VALUE else None
        if item.sort is Sort.VALUE and _API_VERSION.match(item.text):
            concept = _VERSION_FACT
        if concept is not None:
            return [*segment[:index], Item(Sort.CONCEPT, concept.fact, "", concept), *segment[index:]]
    return segment


def points_back(segment: Sequence[Item]) -> bool:
    """Whether a stretch only asks for the names of offenders."""
    facts = [item for item in segment if item.sort in {Sort.CONCEPT, Sort.RESOURCE}]
    values = any(item.sort in {Sort.VALUE, Sort.NUMBER} for item in segment)
    named = all(item.sort is Sort.CONCEPT and item.data.fact == "name" for item in facts)
    pointers = [item for item in segment if item.sort is Sort.POINTER]
    return bool(pointers) and (named or (not values and any(" " in item.low for item in pointers)))


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
    if before in {"i", "we", "you"} and not item.is_one("require", "enforce", "mandate"):
        return False  # "you must print one line" is about the report
    if item.is_one("sure", "verify", "confirm", "policy", "rule", "expected"):
        return False
    if item.is_one("required"):
        return before in {"is", "are", "be", "not"} or index + 1 == len(stretch)
    return True


def _pairs(lows: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Words with the next but one: "will (be) rejected"."""
    return zip(lows, lows[2:], strict=False)


_REPORTED = spoken("reported flagged listed identified shown found highlighted surfaced called detected printed")


def _reported(lows: Sequence[str]) -> int | None:
    """Where "… has to be reported" begins: what stands before it describes offenders."""
    for index in range(2, len(lows)):
        named = lows[index] in {"violation", "violating"} and index + 1 == len(lows)
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


def conditions_met(segment: Sequence[Item]) -> list[Item]:
    """What a stretch of the mode ``compliant`` asks for."""
    when = _compliant(segment)
    return list(segment) if when is None else list(segment[when + 1 :])


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
_WHEN = spoken("if when whenever once")


def _compliant(segment: Sequence[Item]) -> int | None:
    """Where the conditions begin of what is compliant: "a deployment complies when it has …"; None: nothing is said so."""
    place = next((i for i, item in enumerate(segment) if item.text.lower() in _MET), None)
    if place is None or any(item.sort is Sort.NEGATION for item in segment[:place]):
        return None
    when = next((i for i in range(place, len(segment)) if segment[i].low in _WHEN), None)
    return None if when is None or when > place + 3 else when


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
    if lows[0] == "any" and any(first in {"is", "are"} and second in _BANNED for first, second in pairwise(lows)):
        return "must"
    if lows[0] in OPENERS or any(low in _ASKS for low in lows[:4]):
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


_ASKS = spoken("which any who whose anything anyone anybody something someone")
_BANNED = spoken("disallowed forbidden prohibited banned denied blocked rejected illegal unacceptable not")


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
            if place < len(segment) and _starts_clause(current, segment[place], bullet or item.text == ";"):
                yield current, by_or
                current, by_or, index = [], joined_or, place
                continue
        current.append(item)
        index += 1
    yield current, by_or


def _starts_clause(current: Sequence[Item], item: Item, forced: bool) -> bool:
    said = any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} for each in current)
    if not said:
        return False
    if forced or item.sort is Sort.NEGATION or item.low in _MODALS:
        return True
    negated = any(each.sort is Sort.NEGATION for each in current)
    modal = any(each.low in _MODALS | {"cannot", "mustn't", "shouldn't", "can't"} for each in current)
    return negated and not modal and item.low in _RESET
