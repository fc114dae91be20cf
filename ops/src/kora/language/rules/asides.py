"""What stands beside the rule in its own sentence: reasons, examples, brackets that explain, who is exempt.

A step of `language.rules` between cutting sentences and reading them; each function gives the sentence without it.
"""

from collections.abc import Sequence

from kora.language.rules.cutting import is_strong
from kora.language.rules.items import Item, Sort
from kora.language.rules.scope import take_namespaces
from kora.language.rules.term import NEED_VALUES, NotUnderstood
from kora.language.rules.words import spoken


def without_reasons(sentence: Sequence[Item]) -> list[Item]:
    """A sentence without why it is wanted: from "because" up to a "but" or the end."""
    kept: list[Item] = []
    skipping = False
    for index, item in enumerate(sentence):
        if (
            item.is_one("so")
            and index
            and sentence[index - 1].is_one("do", "does")
            and any(is_strong(sentence, i) for i in range(index))
        ):
            raise NotUnderstood("do so")  # which of the things before?
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


_LONGEST = 120
"""How many words brackets may hold: reading stays linear."""


def without_asides(sentence: Sequence[Item]) -> list[Item]:
    """A sentence without what only explains a fact in brackets: "HostProcess containers (Windows)"."""
    kept: list[Item] = []
    index = 0
    while index < len(sentence):
        opens = sentence[index].text == "("
        end = (
            next((i for i in range(index, min(index + _LONGEST, len(sentence))) if sentence[i].text == ")"), None)
            if opens
            else None
        )
        same = kept[-1:] and end == index + 2 and sentence[index + 1].sort is Sort.CONCEPT
        if same and end is not None and any(_one_fact(each, sentence[index + 1]) for each in kept[-4:]):
            index = end + 1  # "no more than 2 failed jobs (failedJobsHistoryLimit)"
            continue
        if end is not None and _explains(sentence[index + 1 : end], kept):
            index = end + 1
            continue
        kept.append(sentence[index])
        index += 1
    return kept


def _one_fact(one: Item, other: Item) -> bool:
    return one.sort is Sort.CONCEPT and (one.data.fact, one.data.path) == (other.data.fact, other.data.path)


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
    if _describes_objects(sentence, start, end):  # "pods (node selector a=b) must …"
        return [*sentence[:start], Item(Sort.WORD, "with", "with"), *inside, *sentence[end + 1 :]]
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


def _describes_objects(sentence: Sequence[Item], start: int, end: int) -> bool:
    """Whether brackets say which objects of a kind are meant."""
    inside = sentence[start + 1 : end]
    behind = start > 0 and sentence[start - 1].sort is Sort.KIND and end + 1 < len(sentence)
    fact = bool(inside) and inside[0].sort is Sort.CONCEPT
    return behind and fact and any(item.sort is Sort.VALUE for item in inside)


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
        elif index + 1 == len(sentence) and any(each.sort is Sort.COMMA for each in sentence[:index]):
            start = max(i + 1 for i in range(index) if sentence[i].sort is Sort.COMMA)  # "…, sidecars named x excluded"
            stop = index
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
    behind = sentence[place + 1 :]
    told = next((i for i, item in enumerate(behind) if item.sort in {Sort.CONCEPT, Sort.RESOURCE}), len(behind))
    twice = any(is_strong(sentence, i) for i in range(place)) and any(is_strong(behind, i) for i in range(len(behind)))
    if twice or any(is_strong(behind, index) for index in range(told)):  # "HTTPS only, meaning they must …"
        kinds = [item for item in sentence[:place] if item.sort is Sort.KIND and item.data != "Namespace"]
        spaces = [
            item
            for name in take_namespaces(sentence[:place])[0]
            for item in (Item(Sort.WORD, "in", "in"), Item(Sort.KIND, "namespace", "namespace", "Namespace"),
                         Item(Sort.UNKNOWN, name.lower(), name, name))
        ]  # fmt: skip
        return [*kinds[:1], *spaces, *(item for item in behind if not item.is_one("they", "that"))]
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
