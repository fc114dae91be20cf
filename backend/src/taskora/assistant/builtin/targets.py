"""Which tasks somebody means: numbers, ordinals, pronouns, everything, sets by condition, or a description in words.

Pure: says *how* the tasks are named. Finding them is `resolve`'s work.
"""

import re
from dataclasses import replace

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.filters import read_filter
from taskora.assistant.builtin.intents import Filter, Target
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.builtin.text import QUOTE, Phrase

_NUMBER = r"(?:\d{1,15}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_ORDINAL = v.any_of(tuple(v.ORDINAL_WORDS))
_NOUN = v.TASK_LOOSE
_ON_LIST = rf"(?: (?:from|off|off of|on|in|of|out of) (?:my|the|our|that|this) (?:\w+ )?{v.LIST})?"
_LEAD = r"(?:(?:the|my|our|that|this|just|only|also|please|both|those|these) )*"

_NUMBERS = re.compile(
    rf"^{_LEAD}(?:(?:{_NOUN}|numbers?|nos?\.?|nr\.?) )?(?:(?:numbers?|nos?\.?) )?# ?(?P<hash>\d{{1,15}})"
    rf"(?P<more>(?: ?(?:,|and|&|,? and) (?:{_NOUN} )?#? ?{_NUMBER})*){_ON_LIST}$"
    rf"|^{_LEAD}(?:{_NOUN}|numbers?|nos?\.?|nr\.?)(?: (?:numbers?|nos?\.?|nr\.?))? (?P<list>{_NUMBER}(?: ?(?:,|"
    rf"and|,? and|-|to|through|thru) ?(?:{_NOUN} )?(?:numbers? )?#? ?{_NUMBER})*){_ON_LIST}$"
    rf"|^(?P<bare>\d{{1,15}}(?: ?(?:,|and|, and|-|through|thru) ?#? ?\d{{1,15}})*){_ON_LIST}$"
)
_HASHED = re.compile(rf"^{_LEAD}(?:{_NOUN} )?(?P<list>#\d{{1,15}}(?: ?(?:,|and|, and) #?\d{{1,15}})*){_ON_LIST}$")
_RANGE = re.compile(rf"(?P<a>{_NUMBER}) ?(?:-|to|through|thru) ?#?(?P<b>{_NUMBER})")
_ORDINALS = re.compile(
    rf"^{_LEAD}(?P<list>{_ORDINAL}(?:(?: {_NOUN})? ?(?:,|and|, and) (?:the )?{_ORDINAL})*)(?: {_NOUN})?{_ON_LIST}$"
)
_FIRST_LAST = re.compile(
    rf"^{_LEAD}(?P<side>first|last|final|top|bottom) (?P<n>{_NUMBER}|couple|couple of|few)(?: {_NOUN})?{_ON_LIST}$"
)
_NEWEST = re.compile(
    rf"^{_LEAD}(?:(?P<n>{_NUMBER}) )?(?:newest|latest|most recent|most recently added|just added|last added|"
    rf"last created)(?: (?P<n2>{_NUMBER}))?(?: {_NOUN})?(?: i (?:just )?(?:added|made|created))?$"
    rf"|^{_LEAD}(?:last|latest)(?: (?P<n3>{_NUMBER}))?(?: {_NOUN})? (?:that )?(?:i|you|we)(?:'ve)? (?:just "
    rf")?(?:added|made|created|put in|entered)$"
    rf"|^{_LEAD}{_NOUN} (?:that )?(?:i|you|we)(?:'ve)? just (?:added|made|created|put in|entered)$"
    rf"|^what (?:i|you|we) just (?:added|made|created)$"
)
_ONE = re.compile(
    rf"^(?:it|that|this|(?:that|this|the|the same|same) (?:one|{v.TASK}|thing)|that one there|this one here|"
    rf"the above|the above one|the aforementioned task)(?: (?:task|one))?{_ON_LIST}$"
)
_MANY = re.compile(
    rf"^(?:all )?(?:of )?(?:them|those|these)(?: (?:all|both|two|three|{_NOUN}))?$|^(?:all|both|the two|the "
    rf"three|each|every one) of (?:them|those|these)(?: {_NOUN})?$"
    rf"|^(?:those|these|both|both of those) (?:{_NOUN})$|^both$|^the (?:lot|two|three|four|five)(?: of them)?$|"
    rf"^(?:them|those|these)(?: all| both)?$"
)
_OTHER = re.compile(rf"^(?:the )?(?:other|remaining)(?: one| {v.TASK})?$|^the rest(?: of (?:them|those))?$")
_EVERYTHING = re.compile(
    rf"^(?:absolutely )?(?:everything|all|all of it|the lot|the whole lot|it all|everything on there|each and "
    rf"every {v.TASK}|every single (?:one|{v.TASK}|thing)|every (?:{v.TASK}|thing))"
    rf"(?: (?:there is|i have|i've got))?{_ON_LIST}$"
    rf"|^(?:(?:all|every|each)(?: of)? )?(?:my |the |our |those |these )?(?:entire |whole |complete )?(?:to "
    rf"?do |task )?{v.LIST}$"
    rf"|^(?:(?:all|every|each)(?: of)? )(?:my |the |our |those |these )?(?:current |existing )?{_NOUN}{_ON_LIST}$"
    rf"|^(?:my|the|our) (?:current |existing )?(?:tasks|todos|to dos|items|reminders|errands|"
    rf"chores){_ON_LIST}$|^(?:tasks|todos|to dos|items|reminders)$"
)
_BUT = re.compile(
    r"^(?P<all>.+?) ?,? (?:(?:and )?(?:except(?: for)?|but (?:please )?(?:not|do not|don't|leave|leaving|keep|"
    r"keeping|spare|skip|skipping)(?: "
    r"out| "
    r"touch|the rest)?|excluding|apart from|other than|besides|but|minus|save for|(?<=, )not)) "
    r"(?P<but>.+?)(?: (?:alone|out|as (?:it|they) (?:is|are)|as is|open|be|for now|untouched|where (?:it|they) "
    r"(?:is|are)))?$"
)
# "everything not tagged work": what the negated condition names is spared. States have words of their own.
_NEGATED = re.compile(
    rf"^(?P<all>(?:everything|anything|all|every|any)\b.*?)(?: (?:that|which)(?: is| are|'s)?)? "
    rf"(?:not|isn't|aren't|is not|are not)(?: (?:in|on|from))? (?!(?:yet )?(?:{v.DONE}|{v.NOT_DONE}|finish|complete|"
    rf"do)\b)"
    rf"(?P<but>.+)$"
)
_CALLED = re.compile(
    rf"^{_LEAD}(?:{v.TASK_LOOSE} )?(?:called|named|titled|entitled|labell?ed|that says|saying|which says|with "
    rf"the (?:title|name)|with title|that reads) (?P<words>.+)$"
)
_ABOUT = re.compile(
    rf"^{_LEAD}(?P<kind>{v.TASK_LOOSE}|stuff|anything|everything) (?:that (?:is|are|was) |which is )?(?:about|"
    rf"on|for|to|of|regarding|concerning|with|containing|mentioning|that mentions?|that contains?|related to|"
    rf"where i|that i (?:need|have) to|in which i) (?P<words>.+)$"
)
_WRAPPED = re.compile(
    rf"^(?:(?P<all>all|all of|every|each|any|both) )?(?P<det>(?:(?:the|my|our|that|this|those|these|a|an|any) "
    rf")*)(?P<words>.+?)(?P<noun> (?:{v.TASK_LOOSE}))?{_ON_LIST}$"
)
_TAIL = re.compile(
    r"(?: (?:please|thanks|thank you|for me|for now|now|right now|too|as well|also|already|anymore|any more|"
    r"again|asap|then|off|out|altogether|completely|entirely|permanently|immediately|instead))+$"
)
_PLURAL_NOUN = re.compile(
    r"(?:tasks|to ?dos|reminders|items|entries|chores|errands|things|ones|stuff|jobs|assignments)$"
)
_SPECIFIC = re.compile(r"^(?:the|my|our|that|this|those|these)\b")


def _number(word: str) -> int:
    return int(word) if word.isdigit() else v.NUMBER_WORDS.get(word, {"few": 3, "couple of": 2}.get(word, 0))


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a list such as "1, 3 and 5" or "2-4"; a range is bounded by what a batch may hold."""
    found: list[int] = []
    rest = text
    for match in _RANGE.finditer(text):
        low, high = _number(match["a"]), _number(match["b"])
        found.extend(range(low, min(high, low + 99) + 1))
        rest = rest.replace(match[0], " ")
    found.extend(_number(word) for word in re.findall(rf"\b{_NUMBER}\b", rest))
    return tuple(dict.fromkeys(found))


def read_target(words: Phrase, around: Surroundings) -> Target:
    """How `words` name tasks. An empty phrase gives an empty target."""
    words = words.trimmed()
    source = words.words
    if (tail := _TAIL.search(words.low)) and tail.start() > 0:
        words = words.cut(0, tail.start())
    if not words:
        return Target(source=source)
    if words.literal is not None:
        return Target(source=source, words=words.literal, literal=True, definite=True)
    return replace(_simple(words) or _excepting(words, around) or _described(words, around), source=source)


def _simple(words: Phrase) -> Target | None:
    low = words.low
    if match := _NUMBERS.match(low) or _HASHED.match(low):
        return Target(
            numbers=_numbers(" ".join(value for value in match.groupdict().values() if value).replace("#", " "))
        )
    if match := _NEWEST.match(low):
        count = next((value for value in match.groups() if value), "one")
        return Target(newest=_number(count) or 1)
    if match := _FIRST_LAST.match(low):
        count = _number(match["n"])
        return Target(first=count) if match["side"] in ("first", "top") else Target(last=count)
    if match := _ORDINALS.match(low):
        found = re.findall(rf"\b{_ORDINAL}\b", match["list"])
        return Target(ordinals=tuple(dict.fromkeys(v.ORDINAL_WORDS[word] for word in found)))
    if _ONE.match(low):
        return Target(pronoun="one")
    if _MANY.match(low):
        return Target(pronoun="many")
    if _OTHER.match(low):
        return Target(pronoun="other")
    if _EVERYTHING.match(low):
        return Target(everything=True)
    return None


def _excepting(words: Phrase, around: Surroundings) -> Target | None:
    match = _BUT.match(words.low) or _NEGATED.match(words.low)
    if match is None:
        return None
    base = read_target(words.group(match, "all"), around)
    named = (
        re.search(
            r" (?:but (?:please )?(?:leave|leaving|keep|keeping|spare|skip|skipping|don't touch|not)|, not) ", words.low
        )
        is not None
    )
    if not (base.everything or base.where or base.pronoun == "many" or base.plural or (named and base.words)):
        return None
    spared = words.group(match, "but")
    if spared.literal is not None:
        return replace(base, but=read_target(spared, around))
    return replace(base, but=replace(_simple(spared) or _described(spared, around), source=spared.words))


def _described(words: Phrase, around: Surroundings) -> Target:
    low = words.low
    if match := _CALLED.match(low):
        inner = words.group(match, "words")
        return Target(words=inner.literal or inner.words, literal=inner.literal is not None, definite=True)
    if (match := _ABOUT.match(low)) and not re.match(rf"^{_LEAD}(?:everything|anything|all)", low):
        inner = words.group(match, "words")
        conditions = read_filter(words, around)
        if not inner.literal and not conditions.words and not conditions.empty:
            return Target(where=conditions, plural=True)
        plural = bool(_PLURAL_NOUN.search(match["kind"])) or low.startswith("all ")
        return Target(
            words=inner.literal or inner.words, literal=inner.literal is not None, plural=plural, definite=True
        )
    return _narrow(words, around, whole=words)


def _narrow(words: Phrase, around: Surroundings, whole: Phrase) -> Target:
    """Words with or without conditions: "overdue tasks" is a set, "the milk task" one task, "my morning meetings"
    several."""
    match = _WRAPPED.match(words.low)
    if match is None:
        return Target(words=words.words)
    every = match["all"] is not None
    noun = (match["noun"] or "").strip()
    plural_noun = bool(noun) and bool(_PLURAL_NOUN.search(noun))
    inner = words.group(match, "words")
    if inner.literal is not None:
        return Target(words=inner.literal, literal=True, plural=plural_noun, definite=True)
    definite = bool(_SPECIFIC.match(match["det"].strip())) or (bool(noun) and not plural_noun)
    every = every or bool(re.match(r"(?:everything|anything|whatever)\b", inner.low))
    conditions = read_filter(words, around)
    named_set = (every or plural_noun) and bool(conditions.words) and conditions.words == inner.words
    if named_set:
        if tag := around.tag(inner.words):  # "all the shopping ones"
            conditions = replace(conditions, words="", tags=(tag,))
        elif project := around.project(inner.words):
            conditions = replace(conditions, words="", project=project)
    narrowed = conditions if replace(conditions, words="") != Filter() else Filter()
    if not narrowed.empty and not narrowed.words and (every or plural_noun) and not named_set:
        return Target(where=narrowed, plural=True)
    several = bool(match["det"].strip()) and not noun and _looks_plural(inner)
    alone = not narrowed.empty and not narrowed.words and not noun and not definite  # "clear completed"
    return Target(
        words=inner.words,
        plural=every or plural_noun or several or alone,
        every=every,
        definite=definite or every,
        narrowed=narrowed,
        named_set=named_set and not narrowed.empty and not narrowed.words,
    )


def _looks_plural(words: Phrase) -> bool:
    last = words.low.split()[-1] if words.low else ""
    return len(last) > 3 and last.endswith("s") and not last.endswith(("ss", "us", "is", "'s")) and QUOTE not in last
