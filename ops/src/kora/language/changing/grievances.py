"""Complaints at large: a wish to have something mended beside sentences that tell what is seen, in any words ("Users get
error 502 when they open the shop in mall. Can you get it working again?"). Part of `complaints`, when no clause says by
itself what is meant.

A complaint is data: nothing in it is carried out. Only what it may speak of is gathered: phrases that may name objects,
kinds, words that may name a namespace. Which of them do is for the cluster to say (`operations.ask.changes.meaning`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kora.language.asking.aspects import EVERYDAY
from kora.language.clauses import CODES, Clause
from kora.language.intents import Fix, Target
from kora.language.lexer import Kind
from kora.language.rules.words import spoken
from kora.language.sentences import Mood, Sentence
from kora.language.targets import Kinds, take_namespace
from kora.language.vocabulary import CHANGE_VERBS, CREATE_VERBS, FILLERS, PREPOSITIONS, PRONOUNS, STATES, is_known

_POINTER = r"(?:it|this|that|them|these|those|things|everything|all of (?:it|them|this)|both|all|whatever[\w ]*|what(?:ever)? (?:you can|is broken|is wrong))"
_AGAIN = (
    r"(?:(?:to )?(?:back|up|up and running|work|working|run|running|start|starting|come|come up|go|going|finish|complete|"
    r"succeed|stop|serve|serving|answer|answering|respond|responding|behave|pass|online|live|alive|healthy|ready|available|"
    r"reachable|normal|again|right|well|fine|okay|ok|good|properly|completely|fully|entirely|normally|correctly|on track|"
    r"scheduled|connected|stop \w+ing|in order|in shape|to life|together|fixed|sorted|solved|resolved|repaired|mended|away|gone|happen no more))"
)
_LEAD = (
    r"(?:(?:and|so|then|,|;|-|please|pls|kindly|could you|can you|would you|will you|you|just|also|now|asap|urgently|"
    r"i want you to|we need you to|help(?: me| us)?(?: to)?|try to|(?:investigate|diagnose|debug|troubleshoot|check|"
    r"analy[sz]e|look into|look at|find out why|find the cause|figure out why)(?: it| this| that)? and) )*"
)
_TAIL = (
    r"(?: (?:please|pls|asap|for (?:me|us)|now|today|will you|would you|if (?:you can|possible)|"
    r"as (?:soon|fast|quickly|well) as (?:you can|possible)|quickly|immediately|soon|thanks|thank you|all|too|first|"
    r"once and for all|whatever you can|,|!|\?|\.))*"
)
_NAMED = r"(?:(?:the|our|my|their|its|that|this|those|these) )?(?P<np>(?:[\w.'-]+ |<[qrh]\d+> ){1,5}?)"
_WORKING = re.compile(
    rf"^ {_LEAD}(?:get|make|bring|put|set|have|help|let|keep) (?:(?P<it>{_POINTER}) |{_NAMED})(?P<again>{_AGAIN}(?: {_AGAIN})*){_TAIL} $"
)
_CARE = re.compile(
    rf" {_LEAD}(?:take care of|do something (?:about|against)|see to|deal with|handle|attend to|look after|look into|sort out|"
    rf"clean up|fix|repair|mend|solve|resolve|heal|cure|correct|rectify|remedy|address|tackle) ?(?:{_POINTER}|the (?:problem|issue|cause|matter|situation|trouble|mess)s?)?{_TAIL} $"
)
_ASKED = re.compile(
    r"^ (?:(?:and|so|,|but) )*(?:why|how come|what's|what is|what are|what could|what might|what causes|what happened|whats|any (?:idea|clue)|do you know|"
    r"can you (?:see|tell)|could you (?:see|tell|find)|is (?:it|there|this|something|anything)|who|which|that|whose|where) "
)
"""A question about the trouble, or a relative clause."""
_LOOKED = re.compile(
    r"^ (?:_ )*(?:(?:please|and|then|,|help|me|us|to) )*(?:(?:diagnose|debug|troubleshoot|investigate|analy[sz]e|check|examine|inspect|(?:have|take) a (?:quick |closer )?look|look|find|figure|work|see|track|dig|get to|trace)\b[^<>]*)?$"
)
_SPARING = re.compile(
    r"^ (?:(?:but|and|,|please|just|also) )*(?:leave|keep|(?:don't |do not )?(?:touch|change|modify|alter|touching|changing|modifying)|"
    r"without (?:touching|changing|modifying)|hands off|not) (?P<what>.+?)(?: (?:alone|untouched|unchanged|as (?:it|they) (?:is|are)|out of (?:it|this)|in peace|please))* $"
)
_ALONE = re.compile(
    r" (?:leave|keep) .* (?:alone|untouched|unchanged|as (?:it|they) (?:is|are)|out of (?:it|this)|in peace) "
)
_OBLIGED = re.compile(
    r" (?:should|must|shall|needs? to|has to|have to|ought to|needs|requires?) (?:now |only |always )?(?:be |have |get |run |use |become )*(?:set to |at |with |exactly )*<[nupfiaq]\d+> "
)
"""A value that something is to have: an order in disguise, not a symptom."""
_IN = re.compile(
    r" (?:in|within|inside|of|from|to|on|at|namespace|ns) (?:(?:the|our|my|namespace|ns) )*(?P<word>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|<[qh]\d+>)(?= )"
)
_PLAIN = (
    EVERYDAY
    | FILLERS
    | PREPOSITIONS
    | PRONOUNS
    | STATES.keys()
    | CHANGE_VERBS.keys()
    | spoken(
        """
        i we you they he she it me us them who can't cannot couldn't won't don't doesn't didn't isn't aren't wasn't weren't hasn't
        haven't hadn't any no not never none nothing nobody without since while when because although though but than
        then there here today yesterday morning night week hour hours minute minutes second seconds day days forever ago
        keep keeps dying dies die died hang hangs hanging hung say says said show shows showed complain complains report
        reports reported see sees seen reach reaches talk talks connect connects open opens load loads answer answers
        answered refuse refuses refused wait waits waited time timeout timed times stop stops stopped stay stays go goes
        gone went come comes came begin begins began finish finishes finished end ends ended create created creating
        happen happens kill killed kills terminate terminated oom oomkilled imagepullbackoff errimagepull
        createcontainerconfigerror containercreating evicted unschedulable crashloopbackoff backoff back loop loops
        page pages site website app apps application applications system cluster thing things stuff team users user
        customer customers client clients people browser connection connections request requests traffic access disk
        memory cpu space limit limits small big large low high slow slowly fast down broken bad wrong strange weird odd
        error errors code status response responses log logs message messages release deploy deployed upgrade update
        updated rollout change changed last latest new old version first again over properly suddenly completely totally
        terribly extremely somehow apparently obviously still anymore certificate certificates health check checks probe
        name named called think believe guess suspect heard noticed every each few several many much more most some
        and that's there's what's i'm we're we've i've serve serves served unreachable reachable unavailable forbidden denied
        allowed permitted failing autoscaling autoscaler scaling dns network networking running run runs works worked work
        """
    )
)
"""Words that tell how things are, or bind the others together; no name."""


_UNNAMED = spoken(
    "morning afternoon evening night week weekend today yesterday team folks all users user customers customer clients people nobody everybody someone somebody browser dns something things thing "
    "version memory cpu limit limits certificate volume disk network connection connections forbidden requests traffic page"
)
"""Words that no reader should take for the name of what is broken."""
IF_YOU_CAN = spoken(
    "if yes true broken wrong really something anything case the you can could possible so needed necessary that's is it feasible able to do please"
) | {","}
"""A condition that only is polite."""


_NO_PLACE = (EVERYDAY | FILLERS | PREPOSITIONS | PRONOUNS | STATES.keys()) | spoken(
    "memory cpu disk space error errors order time behalf crashloopbackoff imagepullbackoff containercreating init"
)
"""What may follow a preposition and is no namespace."""


@dataclass
class _Gathered:
    mentions: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    namespace: str | None = None


def read_grievance(told: Sequence[Sentence], kinds: Kinds) -> Fix | None:
    """The fix that the sentences ask for together; None when they ask for something else too, or for no mending.

    Never raises on any text.
    """
    background, spared = _Gathered(), _Gathered()
    own: list[_Gathered] = []
    complains = wished = False
    for sentence in told:
        line = sentence.clause.fresh().line
        background.namespace = background.namespace or sentence.place
        if _OWNED.search(line) or _BUT.search(line):
            return None
        if spares(sentence, line):
            before = len(spared.mentions) + len(spared.kinds)
            _gather(_inside(sentence, *_span(_SPARING, line, "what")), kinds, spared)
            if len(spared.mentions) + len(spared.kinds) == before or any(
                map(is_known, " ".join(spared.mentions).split())
            ):
                return None  # a property ("don't change its image"): what a cure will change is not known yet
            continue
        wish = _wish(sentence, line)
        if wish is None and not _is_background(sentence, line):
            return None
        if wish is None:
            if sentence.mood is Mood.ORDER and (looked_at := take_namespace(sentence.clause.fresh(), kinds)[0]):
                complains, background.namespace = True, background.namespace or looked_at
            elif not _only_looks(sentence, line):
                complains = True
                _gather(sentence.clause.fresh(), kinds, background)
            continue
        wished = True
        if wish.named is not None and not _names(_gather(wish.named, kinds, _Gathered()), wish.named, own):
            return None
        if wish.told is not None:
            complains = True
            _gather(wish.told, kinds, background)
    return _together(own, background, spared) if wished and complains else None


def _names(found: "_Gathered", clause: Clause, own: list["_Gathered"]) -> bool:
    """Whether an order names an object or none at all; what is a part of one ("fix the probe") is another order."""
    own.append(found)
    rest = {clause.words[index] for index in clause.left()} - FILLERS - PRONOUNS - _VAGUE
    return bool(found.mentions or found.kinds) or not rest


def _together(own: Sequence[_Gathered], background: _Gathered, spared: _Gathered) -> Fix | None:
    named = [each for each in own if each.mentions or each.kinds]
    mentions = [each for found in named for each in found.mentions] or background.mentions
    kinds = [each for found in named for each in found.kinds] or background.kinds
    every = (*own, background)
    namespace = next((each.namespace for each in every if each.namespace), None)
    places = [each for found in every for each in found.places]
    if not (mentions or kinds or places or namespace):
        return None
    only = list(dict.fromkeys(kinds))
    left_alone = (*spared.mentions, *(kind for kind in spared.kinds if not spared.mentions))
    return Fix(
        target=Target(kind=only[0] if len(only) == 1 else None, namespace=namespace),
        mentions=tuple(dict.fromkeys(mentions)),
        places=() if namespace else tuple(dict.fromkeys(places)),
        spared=left_alone,
    )


def spares(sentence: Sentence, line: str) -> bool:
    """Whether a clause says what shall stay as it is: "leave the database alone", "don't touch api"."""
    if sentence.mood is Mood.ORDER and sentence.verb in {"leave", "keep"}:
        return _SPARING.match(line) is not None and _ALONE.search(line) is not None
    return sentence.mood is Mood.NEGATED and sentence.verb in _TOUCHING and _SPARING.match(line) is not None


class _Wish(NamedTuple):
    """A clause that wishes something mended: what it names itself, and what it tells before that."""

    named: Clause | None = None
    told: Clause | None = None


def _wish(sentence: Sentence, line: str) -> _Wish | None:
    fixes = CHANGE_VERBS.get(sentence.verb) == "fix"
    guarded = sentence.guard is not None and bool(set(sentence.guard.words) - IF_YOU_CAN)
    if guarded or sentence.mood not in {Mood.ORDER, Mood.STATEMENT, Mood.CONDITIONAL, Mood.QUESTION}:
        return None
    working = _WORKING.match(line)
    if working is not None:
        return _Wish(named=None if working["it"] else _inside(sentence, *working.span("np")))
    if sentence.mood is Mood.CONDITIONAL and not (fixes and _SOON.search(line)):
        return None
    cared = _CARE.search(line)
    if cared is not None and (fixes or sentence.mood is not Mood.ORDER or cared.start() == 0):
        before = line[: cared.start()].strip()
        return _Wish(told=_inside(sentence, 0, cared.start()) if before and not fixes else None)
    if not fixes or sentence.mood is not Mood.ORDER:
        return None
    order = sentence.clause.fresh()
    order.claim(index for index, used in enumerate(sentence.clause.used) if used)
    return None if any(each.kind in _VALUES for each in order.tokens) else _Wish(named=order)


def _inside(sentence: Sentence, start: int, end: int) -> Clause:
    """A part of the clause: the rest is claimed."""
    clause = sentence.clause.fresh()
    line = clause.line
    inside = set(clause.indices(start, end)) if line else set()
    clause.claim(index for index in clause.left() if index not in inside)
    return clause


def _span(pattern: re.Pattern[str], line: str, group: str) -> tuple[int, int]:
    match = pattern.match(line)
    return match.span(group) if match is not None else (0, 0)


def _is_background(sentence: Sentence, line: str) -> bool:
    """Whether a clause only tells or asks about the trouble."""
    match sentence.mood:
        case Mood.STATEMENT:
            return _OBLIGED.search(line) is None
        case Mood.HYPOTHETICAL:  # "we deployed a new version": what somebody did
            return not sentence.verb and not sentence.asked
        case Mood.QUESTION:
            return _ASKED.match(line) is not None
        case Mood.CONDITIONAL:
            return not sentence.verb and (not set(sentence.clause.words) - IF_YOU_CAN or _BEGAN.match(line) is not None)
        case Mood.NEGATED:  # "nothing answers" tells what is, "don't restart" what shall not be
            return not sentence.verb and re.match(r" [a-z]+(?<!s)s ", line) is not None
        case Mood.ORDER:
            changes = (sentence.verb in CREATE_VERBS or sentence.verb in CHANGE_VERBS) and sentence.verb != "have"
            return not changes and _LOOKED.match(line) is not None
        case _:
            return False


def _only_looks(sentence: Sentence, line: str) -> bool:
    """ "Work out the cause": no thing that is spoken of."""
    if sentence.mood is Mood.ORDER or (sentence.mood is Mood.CONDITIONAL and _BEGAN.match(line) is None):
        return True
    return _LOOKED.match(line) is not None and _ASKED.match(line) is None


_OWNED = re.compile(
    r" (?!(?:today|yesterday|tonight|morning|afternoon|evening|night|noon|week|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend|now|what|that|there|it|who|here|where|how|why|let|something|everything|nothing|he|she)'s )[\w-]+'s (?=\w)"
)
""" "The cart team's old service": what belongs to somebody is not called like them."""
_BUT = re.compile(r" (?:except|excepting|apart from|other than|besides|aside from|but not|all but) ")
"""An exception, which the reading of the order has to keep."""
_BEGAN = re.compile(r" (?:after|since|when|whenever|while|as|ever since|every time) ")
"""When the trouble shows or began."""
_TOUCHING = frozenset({"", "touch", "change", "modify", "alter", "leave", "keep"})
_SOON = re.compile(r" as (?:soon|fast|quickly|well) as | if (?:you can|possible) ")
_VAGUE = spoken(
    """
    issue issues problem problems error errors fault faults trouble troubles cause causes reason root underlying situation mess
    matter wrong whatever everything anything something you can could broken all things thing failing again for me us so
    """
)
_VALUES = frozenset({Kind.NUMBER, Kind.QUANTITY, Kind.PERCENT, Kind.FACTOR, Kind.IMAGE, Kind.ASSIGNMENT, Kind.DURATION})


def is_plain(word: str, kinds: Kinds) -> bool:
    """Whether a word tells how things are, rather than what something is called."""
    return word.lower() in _UNNAMED or (word.lower(),) in kinds


def places_in(clause: Clause, kinds: Kinds) -> list[str]:
    """Words after a preposition of place that may name a namespace."""
    found = [clause.indices(*match.span("word"))[0] for match in _IN.finditer(clause.line)]
    return [
        clause.tokens[at].text for at in found if clause.words[at] not in _NO_PLACE and not _kind_at(clause, kinds, at)
    ]


def _gather(clause: Clause, kinds: Kinds, into: _Gathered) -> _Gathered:
    namespace, _ = take_namespace(clause, kinds)
    if namespace is not None:
        into.namespace = into.namespace or namespace
    into.places += places_in(clause, kinds)
    into.mentions += _phrases(clause, kinds, into.kinds)
    return into


def _phrases(clause: Clause, kinds: Kinds, found: list[str]) -> Iterator[str]:
    """Runs of words that may be names; the kinds between them go to `found`."""
    run: list[str] = []
    index, count = 0, len(clause.tokens)
    while index < count:
        length = 0 if clause.used[index] else _kind_at(clause, kinds, index)
        token = clause.tokens[index]
        names = token.kind in {Kind.QUOTED, Kind.HOST, Kind.REFERENCE} and " " not in token.text
        word = clause.words[index]
        if length:
            found.append(kinds[tuple(clause.words[index : index + length])])
        if (
            length
            or clause.used[index]
            or names
            or token.kind.value in {"mark"}
            or CODES.get(token.kind)
            or word in _PLAIN
        ):
            if run:
                yield " ".join(run)
            run = []
            if names and not clause.used[index]:
                yield token.text.rpartition("/")[2]
        else:
            run.append(token.text)
        index += max(1, length)
    if run:
        yield " ".join(run)


def _kind_at(clause: Clause, kinds: Kinds, index: int) -> int:
    """How many words from here are the word for a kind; 0: none."""
    for length in (3, 2, 1):
        words = tuple(clause.words[index : index + length])
        if len(words) == length and words in kinds and not any(clause.used[index : index + length]):
            return length
    return 0
