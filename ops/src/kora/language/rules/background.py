"""What a text says around its rule: who asks, why, what happens otherwise. It asks nothing of any object.

A step of `language.rules`. A sentence is background only beside one that does state the rule, and only when nothing in
it obliges, forbids or searches; a plain statement about the objects meant ("pods run as non-root") stays a part of it.
"""

from collections.abc import Sequence

from kora.language.rules.cutting import OPENERS, is_strong
from kora.language.rules.items import Item, Sort
from kora.language.rules.units import singular
from kora.language.rules.words import spoken

_DEMANDS = spoken(
    """
    only never allow allowed allowing permit permitted forbid forbidden prohibit prohibited disallow disallowed block
    blocked ban banned deny denied reject rejected refuse refused restrict restricted acceptable want expect require
    required mandate mandatory flag illegal unacceptable tolerate tolerated insist unless except
    """
)
_TENDENCIES = spoken(
    """
    can could might may would will often usually sometimes typically normally automatically default once drift risk
    happen lead leads cause causes
    """
)
_LEADS = spoken(
    """
    because since as to given considering after following due per according although though while now recently despite
    having based thanks concerning
    """
)
_PEOPLE = spoken("i i'm we we're you you're our my kubernetes attacker control")
_FOCUS = spoken(
    "focus focused limit concern interested question relevant deployed auditing reviewing looking look check review audit"
)
_HELLOS = spoken("hey hi hello okay ok well")
_GREETINGS = spoken("hey hi hello please so and also now there ok okay well")
_LAWS = spoken("guideline policy rule standard convention requirement")
_HOLDERS = spoken("container workload image volume it they these this those each every all no")


def demands(sentence: Sequence[Item]) -> bool:
    """Whether a sentence obliges, forbids or searches."""
    for index, item in enumerate(sentence):
        if is_strong(sentence, index) or item.sort is Sort.EXCEPT:
            return True
        if item.is_one("every", "each") and index + 1 < len(sentence) and sentence[index + 1].sort is Sort.KIND:
            return True  # "we want it so that every pod has …"
        if item.low in _DEMANDS and item.sort in {Sort.WORD, Sort.NEGATION, Sort.POINTER, Sort.EXCEPT}:
            return True
        if item.low in OPENERS | {"which"} and item.sort is Sort.WORD and opens_search(sentence, index):
            return True
        if item.is_one("may", "can") and any(
            each.is_one("no", "nobody", "nothing", "none") for each in sentence[:index]
        ):
            return True
        if item.is_one("may", "can") and any(each.is_one("no") for each in sentence[index + 1 : index + 4]):
            return True  # "services may use no external IP"
        if item.is_one("may", "can") and index + 1 < len(sentence):
            following = sentence[index + 1]
            if following.sort is Sort.NEGATION or (following.sort is Sort.COMPARE and following.low.startswith("not")):
                return True
        if item.is_one("sure", "let", "tell", "alert", "warn") and item.sort is Sort.WORD:
            return True
    if any(item.low in _LAWS for item in sentence) and any(item.is_one("every", "each", "all") for item in sentence):
        return True  # "our guidelines say that every deployment carries …"
    if sentence[0].low in {"who", "which", "what", "whose"}:
        return True
    first = next((item for item in sentence if item.low not in _GREETINGS and item.sort is not Sort.COMMA), sentence[0])
    return first.is_one("no", "never", "every", "all", "each", "any", "are", "is", "do", "does") or (
        first.sort is Sort.NEGATION
    )


def opens_search(sentence: Sequence[Item], index: int) -> bool:
    """Whether a verb of search is said to the reader, rather than of something ("a container that can see …")."""
    return (
        index == 0
        or sentence[index - 1].sort in {Sort.AND, Sort.COMMA, Sort.MARK}
        or (sentence[index - 1].low in _TO_THE_READER)
    )


def says_where(sentence: Sequence[Item]) -> bool:
    """Whether a sentence that tells something says where to look: "Please focus on the demo namespace"."""
    return any(item.low in _FOCUS for item in sentence)


def only_tells(sentence: Sequence[Item]) -> bool:
    """Whether a sentence that demands nothing is no statement about the objects of the rule either."""
    first = next((item for item in sentence if item.low not in {"the", "a", "an", "and", "so", "please"}), None)
    if first is None or first.low in _PEOPLE:
        return True
    if any(item.low in _TENDENCIES for item in sentence):
        return True
    if any(item.sort in {Sort.VALUE, Sort.COMPARE} for item in sentence):
        return False
    if any(item.sort is Sort.UNKNOWN for item in sentence):
        return True
    return not (first.sort in {Sort.KIND, Sort.CONCEPT, Sort.RESOURCE} or first.low in _HOLDERS)


def without_lead(sentence: list[Item]) -> list[Item]:
    """A sentence without the reason, purpose or speaker that opens it: "Because tags drift, …", "As an auditor I …"."""
    while len(sentence) > 1 and (sentence[0].low in _HELLOS or sentence[0].sort is Sort.COMMA):
        sentence = sentence[1:]
    if not sentence or sentence[0].low.split(" ")[0] not in _LEADS:
        return sentence
    if len(sentence) > 2 and sentence[0].is_one("since") and sentence[1].is_one("then"):
        return sentence[2:]
    if sentence[0].is_one("as") and len(sentence) > 1 and sentence[1].is_one("a", "an", "the", "part", "our"):
        speaker = next((i for i, item in enumerate(sentence[:12]) if item.low in {"we", "i", "you"}), None)
        comma = next((i for i, item in enumerate(sentence[:12]) if item.sort is Sort.COMMA), None)
        cut = min((place for place in (speaker, comma) if place is not None), default=None)
        return sentence if cut is None else sentence[cut + 1 :]
    for index, item in enumerate(sentence):
        if item.sort is not Sort.COMMA:
            continue
        lead, rest = sentence[:index], sentence[index + 1 :]
        if any(is_strong(lead, place) for place in range(len(lead))):
            return sentence
        last = not any(each.sort is Sort.COMMA for each in rest)
        if demands(rest) or (last and any(each.sort in {Sort.CONCEPT, Sort.RESOURCE} for each in rest)):
            return rest
    return sentence


_TO_THE_READER = spoken("know to you please then me us just also kindly and help now")
_PRONOUNS = spoken("one it them those these any that")
_BEFORE = spoken("without with lack lacking missing have has set use using define defining need needs specify no")


def with_antecedent(segment: list[Item], antecedent: Item | None) -> list[Item]:
    """A stretch whose fact is a pronoun, with the fact that it stands for: "list the deployments without one"."""
    if antecedent is None:
        return segment
    if any(item.sort in {Sort.CONCEPT, Sort.RESOURCE} for item in segment):
        ends = len(segment) > 1 and segment[-1].low in _PRONOUNS and segment[-2].low in _BEFORE
        other = antecedent.data not in [item.data for item in segment]
        return [*segment[:-1], antecedent] if ends and other else segment  # "an emptyDir without one"
    head = antecedent.low.rpartition(" ")[2]
    for index, item in enumerate(segment):  # "the allowed profiles are …" after the seccomp profile was named
        if " " in antecedent.low and item.sort is Sort.UNKNOWN and singular(item.low) == head:
            return [*segment[:index], antecedent, *segment[index + 1 :]]
    for index in range(1, len(segment)):
        if segment[index].low in _PRONOUNS and segment[index - 1].low in _BEFORE:
            if index + 1 < len(segment) and segment[index + 1].sort in {Sort.KIND, Sort.VALUE}:
                continue
            return [*segment[:index], antecedent, *segment[index + 1 :]]
    return segment
