"""A prompt as clauses with a mood: orders, questions, how-to questions, negations, conditions, plain statements.

Only an order may become a change. An order is an imperative or one of its polite, passive or wishing forms, which are
turned round here so that every reader sees the verb first: "could the backend please be scaled to 5" → scale …
"""

import re
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum

from kora.language.changing.gapping import expanded
from kora.language.changing.purposes import claim_purpose, cut_guard
from kora.language.clauses import Clause
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind, Token, tokens
from kora.language.openings import apart, refused, splits, subject_last, take_place
from kora.language.quantities import joined
from kora.language.rules.words import spoken
from kora.language.vocabulary import (
    CHANGE_VERBS,
    CONDITIONAL,
    CREATE_VERBS,
    FILLERS,
    FORMS,
    PARTICIPLES,
    PHRASAL,
    QUESTION_WORDS,
    READ_VERBS,
    REPLICAS,
    SCHEDULED,
    WAIT_VERBS,
    is_known,
    mended,
)


class Mood(StrEnum):
    """What a clause wants."""

    ORDER = "order"
    QUESTION = "question"
    HOW_TO = "how_to"  # how would one do it: explained, never done
    HYPOTHETICAL = "hypothetical"  # what if; should I
    NEGATED = "negated"  # don't
    CONDITIONAL = "conditional"  # only if
    STATEMENT = "statement"


@dataclass
class Sentence:
    """One clause with its mood and, for orders, its verb in the basic form (claimed already)."""

    clause: Clause
    mood: Mood
    verb: str = ""
    asked: bool = False
    """Whether it ended with a question mark."""
    guard: Clause | None = None
    """ "if …" or "unless …" at its end."""
    place: str | None = None
    """The namespace that it opened with; it counts for what follows too."""
    notes: list[str] = attribute(default_factory=list)


_VERBS = frozenset({*CHANGE_VERBS, *CREATE_VERBS, *READ_VERBS, *WAIT_VERBS})
_PLAIN_BREAK = frozenset(
    [
        "then",
        "also",
        "please",
        "only",
        "instead",
        "rather",
        "finally",
        "next",
        "afterwards",
        "subsequently",
        "lastly",
        "immediately",
        "just",
    ]
)
# Verbs after "and" that are hardly ever nouns; the others begin a new clause only where an object follows.
_NOUNLIKE = spoken(
    """
    scale restart tag label route move drop cut report test name watch view list limit run start stop check set
    log let hold point trace search count monitor review study double triple trim use help design draft write
    build image output detail export patch turn
    """
)
_NOT_AFTER_VERB = frozenset(
    ["count", "counts", "policy", "policies", "of", "is", "are", "was", "were", "and", "or", "limit", "limits"]
) | {",", ")"}
_KEEPS_CREATE = frozenset(
    [
        "expose",
        "scale",
        "autoscale",
        "restart",
        "rollback",
        "delete",
        "show",
        "list",
        "wait",
        "describe",
        "annotate",
        "rollout",
        "verify",
        "check",
    ]
)
_COUNTED = rf"{REPLICAS}|{{i:image}}|{{u:amount}}|cpu|memory|version"
"""What a bare wish with a number can be about ("web deployment, 4 replicas please")."""
_SURE = re.compile(
    r"^ (?:(?:make|be) (?:sure|certain)|ensure|see to it|guarantee)(?: that)? (?!all |every |each |any |no |none )(?P<np>(?:(?:the|our|my|a) )?(?:[\w.-]+ |<[rq]\d+> ){1,6}?)"
    r"(?P<verb>(?:always )?(?:has|have|gets?|runs?|uses?|is set to|are set to|is scaled to|keeps?|is at|is running|are running)(?: (?:exactly|with|at|only|always))*) (?=<[nuip]\d+>)"
)
_DATA = re.compile(r" (?:says?|said|saying|reads?|printed|wrote|logged|logs?|message|error|output|text|line) : ")
_HOW_TO = re.compile(
    r"^ (?:(?:please )?(?:tell|show|teach|explain)(?: to)?(?: me| us)? )?(?:how (?:do|does|can|could|would|should|might) "
    r"(?:i|we|you|one|someone|somebody)|how to|(?:what|which) (?:is |would be |'s )?(?:the )?(?:right |best |kubectl )*"
    r"(?:command|way|commands|steps?)(?: line)?(?: do| does| can| should| would| will)?(?: i| we| you)?(?: use| need| run)?"
    r"(?: to| for| do| would)?|what's the (?:right |best |kubectl )*(?:command|way)(?: to| for)?|is there (?:a|any) (?:way|"
    r"command) (?:to|of)|(?:show|tell|give) (?:me )?(?:the |a )?(?:kubectl )?command (?:to|for|that)"
    r"|what kubectl command\w*) "
)
_HYPOTHETICAL = re.compile(
    r"^ (?:what (?:would|will|could|might)? ?happens?|what if|suppose|supposing|imagine|assume|assuming|should (?:i|we)|"
    r"(?:would|is) it (?:be )?(?:safe|ok|okay|wise|possible|better|worth|good|bad|dangerous|risky|sensible|advisable|"
    r"useful|help\w*)|do (?:i|we) (?:need|have) to|may (?:i|we)|would you (?:recommend|suggest|"
    r"advise)|do you (?:think|recommend|suggest)|what would|is there any (?:need|reason|point)|(?:someone|somebody|he|she|"
    r"they|a colleague|my colleague|i|we) (?:\w+ )?(?:just )?(?:(?!need |feed |speed |exceed )\w+ed|said|says|told|wants?ed|did|tried|made)"
    r"|i (?:was|am) (?:told|thinking|wondering|considering|planning)|i wonder|i'm (?:thinking|wondering|considering)"
    r"|(?:maybe|perhaps|possibly) (?:we|i|you) (?:should|could|might)|we (?:could|might)|i (?:could|might)|in theory"
    r"|theoretically|hypothetically|for example|e\.g\.) "
)
_POLITE = re.compile(
    r"^ (?:(?:kubectl|k|kc|oc|and|so|then|also|please|pls|kindly|hey|hi|hello|ok|okay|kora|now|next|first|firstly|second|secondly|third|"
    r"thirdly|finally|lastly|afterwards|after that|after this|once (?:that|this|it)(?: is|'s)? (?:done|finished|complete"
    r"|completed)|when (?:that|this|it)(?:'s| is) (?:done|finished|complete|completed)|just|well|again|immediately|"
    r"quickly|simply|(?:could|can|would|will) (?:you|we|somebody|someone|anybody|anyone)(?: maybe| perhaps| possibly)?|are you able to|i want you to|i need you to|"
    r"i would like you to|i'd like you to|i want to|i need to|i would like to|i'd like to|i wish to|we need to|we want to|"
    r"we should|we must|we have to|we would like to|we'd like to|you should|you must|you need to|you have to|your task is "
    r"to|your job is to|the task is to|the goal is to|let's|lets|let us|go ahead and|make sure to|be sure to|feel free to|"
    r"try to|help me to|help me|help us|proceed to|time to|it's time to|it is time to|would you mind|do me a favou?r and|"
    r"i'm asking you to|as soon as possible|asap|at once|for me|to|,|:|-|–|—|\*|•|<n\d+> [.)]|\( <n\d+> \)) )+"
)
_WISH = re.compile(
    r"^ (?:(?:i|we)(?:'d| would) (?:be |really |very |so |much )*(?:grateful|glad|happy|thankful|appreciate it|love it|pleased)"
    r"|it (?:would|'d|might) be (?:really |very |so )*(?:great|nice|good|awesome|helpful|lovely|cool|perfect|best)) if "
    r"(?:you|we|someone|somebody) (?:could |would |can )?(?:please )?|^ would you mind "
)
_NEGATED = re.compile(
    r"^ (?:(?:please|and|but|just|also|,|so) )*(?:don't|do not|dont|never|avoid|refrain from|no need to|there is no need to"
    r"|there's no need to|not|nothing|under no circumstances|without|no|you (?:must|should|may|can) ?not|you "
    r"(?:mustn't|shouldn't|can't)|i (?:don't|do not) (?:want|need)(?: you)?(?: to)?|we (?:don't|do not) (?:want|need)"
    r"(?: you)?(?: to)?|cancel|forget|abort|ignore) "
)
_MODAL = r"(?:should|must|shall|ought to|needs? to|has to|have to|is to|are to|to|needs?|requires?|should now|must now|wants? to)"
_PASSIVE = re.compile(rf" (?P<modal>{_MODAL}) (?:please )?(?:be |get |become )?(?P<verb>[a-z]+)(?= )")
_NEEDS = re.compile(
    r" (?P<modal>(?:now |really |also )?(?:needs?|requires?|(?:should|must|shall) (?:have|run|get))) (?:exactly |at least )?(?=<[nu])"
)
_BECOMES = re.compile(
    rf" (?P<modal>{_MODAL} (?:now )?(?:be|become|equal|read|say)) (?=(?:set to |exactly |at )?<[niupqa]\d+>|(?:a |an |of type )+(?:node ?-?port|load ?-?balancer|cluster ?-?ip) )"
)
_SERVED = re.compile(
    rf" (?P<modal>{_MODAL} (?:be |get )?(?:\w+ )?(?:by|with|on|across|over|from)) (?=(?:exactly |at least )?<n\d+> (?:\w+ )?{REPLICAS} )"
)
_POINTED = re.compile(r" (?P<mark>- >|= >|→|:|=) (?=<[nui]\d+>(?: \w+)? $)")
"""An assignment in a few words ("deployment/web -> 4 replicas", "cpu request of web: 250m")."""
_LISTED = re.compile(r" : (?=(?:[a-z]+ ){0,2}<[nuiaq]\d+>)")
_LISTABLE = r"env|environment|variables?|labels?|annotations?|requests?|limits?|schedule|image|replicas"
"""What a list of values after a colon may be of ("environment of worker: QUEUE=fast")."""
_COULD = re.compile(
    rf"^ (?P<could>could|can|may) (?:the |our |my )?(?:[\w.-]+ |<[rq]\d+> ){{1,4}}?(?P<verb>get|have|receive|be given|run (?:with|on)) (?=(?:another )?<n\d+> (?:\w+ )?{REPLICAS} |<u\d+> )"
)
_AGAIN = re.compile(
    r" (?P<tail>(?:(?:up and|back) )*(?:running|working|healthy|online|up|ready|alive|back)(?: (?:again|properly|correctly|please|now|asap))*) (?:\. )?$"
)
_LISTENS = re.compile(r" (?P<modal>should|must|shall|needs? to|has to|have to) (?:listen|serve|be listening) (?=on )")
_WANTED = re.compile(r"^ (?:i|we) (?:want|need|would like|'d like|wish for|require) |^ (?:i'd|we'd) (?:like|want) ")
_DO_NOUN = re.compile(
    r"^ (?:do|perform|trigger|execute|initiate|start|run|carry out|kick off|issue|make|force) (?:a |an |the )?(?:full |clean "
    r"|quick |graceful |rolling |rollout )*(?P<noun>restart|rollback|scale ?up|scale ?down|roll back|update|upgrade|redeploy\w*|"
    r"rollout restart|scaling|redeploy) (?:of|on|for|to) "
)
_WITHOUT = re.compile(
    r" (?:, )?(?:without|with no|with zero|and no|avoiding|no) (?:any |causing |having |introducing |creating |making |"
    r"losing |deleting |adding )*(?:any |new |other |additional |extra )*(?:downtime|interruption|interruptions|outage|"
    r"disruption|service interruption|data loss)(?= )| (?:, )?without (?:creating|making|adding|introducing|deleting|losing|"
    r"touching|changing) (?:any |new |other |additional |extra |anything )*(?:resources?|objects?|data|pods?|else|new|"
    r"anything)(?= )"
)
_CONDITION_FIRST = re.compile(
    r"^ (?:and |but |then |, )*(?:if|unless|when(?! (?:was|were|did|does|is|are|has|have|will) )|whenever|until|till|while|whether|before|in case|provided|assuming|as soon as"
    r"(?! possible)|as long as|only if|except|(?:once|after)(?! (?:that|this|it)(?: is|'s)? (?:done|finished|complete)| that| this)) "
)
_AT_SCHEDULE = re.compile(
    r" (?:every|each) (?:<[dn]\d+>|(?:other )?(?:minute|hour|day|night|week|month|morning|evening|quarter|year)\w*)(?= )"
    r"| (?:at|by|around|after|before|in) (?:<[do]\d+>|<n\d+> (?:am|pm|o'clock))(?= )"
)


def sentences(text: str) -> list[Sentence]:
    """Cut and judge a prompt."""
    whole = [(part, asked) for clause, asked in _clauses(_prepared(text)) for part in expanded(clause)]
    found = [_placed(clause, asked) for clause, asked in whole]
    return [each for each in found if each is not None]


def _placed(clause: Clause, asked: bool) -> Sentence | None:
    """The clause without the place that it opens with ("in namespace shop, …")."""
    polite = _POLITE.match(clause.line)
    start = len(clause.indices(0, polite.end() - 1)) if polite is not None else 0
    ahead, rest = (
        Clause(clause.tokens[:start], clause.words[:start]),
        Clause(clause.tokens[start:], clause.words[start:]),
    )
    place, rest = take_place(rest)
    if place is None:
        return _framed(subject_last(clause, start), asked)
    if not rest.tokens:
        return Sentence(rest, Mood.STATEMENT, asked=asked, place=place)
    sentence = _framed(Clause([*ahead.tokens, *rest.tokens], [*ahead.words, *rest.words]), asked)
    if sentence is not None:
        sentence.place = place
    return sentence


def _prepared(text: str) -> Clause:
    """All tokens, with the grammar's words mended where they hold a typo, and names left alone."""
    cut = joined(tokens(text))
    words: list[str] = []
    for at, token in enumerate(cut):
        word = token.low.replace("’", "'")
        before = words[at - 1] if at else ""
        named = before in {"named", "called", "name", "-"} or (before,) in PHRASES or before in {"namespace", "app"}
        if token.kind is Kind.WORD and not named:
            plain = word.replace("-", "")
            if word.endswith("'s") and (word[:-2],) in PHRASES:
                word = word[:-2]  # "the deployment's image"
            plain = word.replace("-", "")
            word = plain if "-" in word and not is_known(word) and is_known(plain) else mended(word)
        words.append(word)
    return Clause(cut, words)


# --- cutting --------------------------------------------------------------------------------------------------------


def _clauses(whole: Clause) -> list[tuple[Clause, bool]]:
    cuts: list[tuple[int, int]] = []  # [start, end) of each clause
    start = at = 0
    creating = False
    while at < len(whole.tokens):
        ends, begins = _boundary(whole, start, at, creating)
        if begins is None:
            at += 1
            continue
        cuts.append((start, ends))
        start = at = max(begins, at + 1)
        creating = _creates(whole, start, creating)
    cuts.append((start, len(whole.tokens)))
    found = []
    for first, last in cuts:
        said = [token for token in whole.tokens[first:last] if token.kind is not Kind.MARK]
        if said and not (
            len(said) == 1 and said[0].kind is Kind.NUMBER and said[0].line_start and last < len(whole.tokens)
        ):
            asked = any(whole.tokens[index].text == "?" for index in (last, last - 1) if index < len(whole.tokens))
            found.append((Clause(whole.tokens[first:last], whole.words[first:last]), asked))
    return found


def _boundary(whole: Clause, start: int, at: int, creating: bool) -> tuple[int, int | None]:
    """Whether a clause ends at `at`: where it ends and where the next one begins."""
    token, word = whole.tokens[at], whole.words[at]
    creating = creating or (at > start and _creates(whole, start, creating))
    if token.kind is Kind.MARK and token.text in {".", ";", "!", "?"}:
        return at, at + 1 if not creating or _leaves_creation(whole, at + 1) else None
    if token.line_start and at > start:
        return at, at if not creating or _leaves_creation(whole, at) else None
    if token.text in {"-", "–", "—"} and 0 < at < len(whole.tokens) - 1 and not creating:
        apart_ = whole.tokens[at - 1].end < token.start and token.end < whole.tokens[at + 1].start
        if apart_ and _begins_clause(whole, at + 1, True):
            return at, at + 1
    kind = at - start <= 4 and any((each,) in PHRASES for each in whole.words[start:at])
    opens = kind or whole.words[start] in {"for", "on", "in", "regarding", "about"}
    topic = token.text == ":" and at > start and opens
    if topic and not creating and _begins_clause(whole, at + 1, True):
        return at, at + 1
    if token.kind in {Kind.MARK, Kind.WORD} and word in {",", "and", "then", "but", "&"} and at > start:
        after = at + 1
        joint = {word}
        while after < len(whole.words) and whole.words[after] in _PLAIN_BREAK | {"and", "but", ","}:
            joint.add(whole.words[after])
            after += 1
        if creating and not _leaves_creation(whole, after):
            return at, None
        if _begins_clause(whole, after, bool(joint & {"then", "please"})):
            return at, after
    return at, None


def _begins_clause(whole: Clause, at: int, firm: bool) -> bool:
    """Whether an order, a question or a prohibition begins here."""
    words = whole.words
    if at >= len(words) or whole.tokens[at].kind is not Kind.WORD:
        return False
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word in {"don't", "dont", "never"} or (word == "do" and after == "not"):
        return True
    if word in {"can", "could", "would", "will"} and after in {"you", "we"}:
        return True
    if word in {"leave", "keep"} and at and words[at - 1] in {"but", "and"} and after in FILLERS:
        return True
    if word in {"why", "how", "what's", "who"} or (word in {"what", "which"} and after):
        return True
    if (word, after) in PHRASAL or (splits(words, at) and after not in _NOT_AFTER_VERB):
        return True
    if word not in _VERBS:
        return False
    if after in _NOT_AFTER_VERB or not after:
        return False
    return (
        firm or word not in _NOUNLIKE or (after,) not in PHRASES or after in FILLERS or _object_follows(whole, at + 1)
    )


def _object_follows(whole: Clause, at: int) -> bool:
    token = whole.tokens[at]
    return token.kind in {Kind.QUOTED, Kind.REFERENCE} or whole.words[at] in FILLERS or (whole.words[at],) in PHRASES


def _creates(whole: Clause, start: int, before: bool) -> bool:
    """Whether the clause that begins at `start` makes something new, so that what follows belongs to it."""
    line = whole.words[start : start + 14]
    polite = re.sub(_POLITE, " ", " " + " ".join(line) + " ").split()
    while polite and polite[0] in FILLERS:
        polite.pop(0)
    if not polite:
        return before
    first, rest = polite[0], polite[1:]
    if (first, *(rest[:1])) in PHRASAL:
        first = PHRASAL[first, rest[0]].split()[0]
    if first not in CREATE_VERBS:
        return False
    return not any(word in {"canary", "autoscaler", "hpa", "horizontalpodautoscaler"} for word in rest[:6])


def _leaves_creation(whole: Clause, at: int) -> bool:
    """After a creating clause only unmistakable verbs begin something else; "set the replicas to 3" still describes."""
    while at < len(whole.words) and (whole.words[at] in _PLAIN_BREAK or whole.words[at] in {"and", ","}):
        at += 1
    if at >= len(whole.words):
        return False
    word, after = whole.words[at], whole.words[at + 1] if at + 1 < len(whole.words) else ""
    return (word in _KEEPS_CREATE or (word, after) in PHRASAL) and after not in _NOT_AFTER_VERB


# --- framing --------------------------------------------------------------------------------------------------------


def _framed(clause: Clause, asked: bool) -> Sentence | None:
    told = _DATA.search(clause.line)
    if told is not None:  # what a log or a person said is data: nothing after the colon is read as an order
        keep = len(clause.indices(0, told.end()))
        clause = Clause(clause.tokens[:keep], clause.words[:keep])
    for pattern, mood in ((_HOW_TO, Mood.HOW_TO), (_HYPOTHETICAL, Mood.HYPOTHETICAL)):
        match = pattern.match(clause.line)
        if match is not None:
            clause.claim(clause.indices(0, match.end() - 1))
            return _with_verb(_rest(clause), mood, asked)
    if _NEGATED.match(clause.line) and not re.match(r" (?:no|not|without) (?!need)", clause.line):
        match = _NEGATED.match(clause.line)
        assert match is not None
        clause.claim(clause.indices(0, match.end() - 1))
        return _with_verb(_rest(clause), Mood.NEGATED, asked)
    pleading = bool({"please", "pls", "plz"} & set(clause.words))
    clause = _without_harmless(clause)
    if not clause.tokens:
        return None
    if clause.tokens and _CONDITION_FIRST.match(clause.line) and not (asked and clause.words[0] in {"when", "while"}):
        return Sentence(clause, Mood.CONDITIONAL, asked=asked)
    wish = _WISH.match(clause.line)
    wished = wish is not None
    if wish is not None:
        clause.claim(clause.indices(0, wish.end() - 1))
        clause = _rest(clause)
    polite = _POLITE.match(clause.line)
    if polite is not None:
        clause.claim(clause.indices(0, polite.end() - 1))
        clause = _rest(clause)
        if not clause.tokens:
            return None
        if _NEGATED.match(clause.line):
            return Sentence(clause, Mood.NEGATED, asked=asked)
    sentence = _order(clause, asked, wished=wished)
    if (
        sentence is None
        and pleading
        and not asked
        and _has_number(clause.tokens)
        and clause.has(_COUNTED)
        and not clause.has(r"logs?|events?|status|lines|list|describe")
    ):  # "web deployment, 4 replicas please"
        sentence = Sentence(clause, Mood.ORDER, "set", asked)
    if sentence is None:
        first = clause.words[0]
        question = asked or first in QUESTION_WORDS
        return Sentence(clause, Mood.QUESTION if question else Mood.STATEMENT, asked=asked)
    if sentence.verb in CHANGE_VERBS:
        sentence.clause, sentence.guard = cut_guard(sentence.clause)
    if sentence.verb not in READ_VERBS | WAIT_VERBS | CREATE_VERBS and _is_conditional(sentence.clause):
        sentence.mood = Mood.CONDITIONAL
    elif sentence.verb in CHANGE_VERBS:
        claim_purpose(sentence.clause, sentence.verb)
    return sentence


def _rest(clause: Clause) -> Clause:
    left = clause.left()
    return Clause([clause.tokens[index] for index in left], [clause.words[index] for index in left])


def _without_harmless(clause: Clause) -> Clause:
    """Leave out promises that every plan keeps anyway: no downtime, nothing else touched, no new objects."""
    for match in list(_WITHOUT.finditer(clause.line)):
        clause.claim(clause.indices(*match.span()))
    return _rest(clause)


def _is_conditional(clause: Clause) -> bool:
    line = clause.line
    if clause.has(
        r"autoscal\w*|hpa|cron ?jobs?|schedule|probes?"
    ):  # "when CPU is above 70 %" is what an autoscaler is for
        return False
    words = {
        word
        for at, (word, token) in enumerate(zip(clause.words, clause.tokens, strict=True))
        if token.kind is Kind.WORD
        and not (word == "before" and at == len(clause.words) - 1)
        and not (at and (clause.words[at - 1],) in PHRASES)  # a name follows a kind
    }
    return bool(words & (CONDITIONAL | SCHEDULED)) or _AT_SCHEDULE.search(line) is not None


def _with_verb(clause: Clause, mood: Mood, asked: bool) -> Sentence:
    """A how-to question and the like: the verb is read so that the command can be explained."""
    sentence = _order(clause, asked) if clause.tokens else None
    return Sentence(clause, mood, sentence.verb if sentence else "", asked)


def _order(clause: Clause, asked: bool, *, wished: bool = False) -> Sentence | None:
    """The clause as an imperative; None when it is none."""
    could = _COULD.match(clause.line)
    if could is not None and (could["could"] == "could" or {"please", "pls", "plz"} & set(clause.words)):
        clause.claim([*clause.indices(*could.span("could")), *clause.indices(*could.span("verb"))])
        return Sentence(clause, Mood.ORDER, "give", asked)
    sure = _SURE.match(clause.line)
    if sure is not None:
        clause.claim([*clause.indices(0, sure.start("np")), *clause.indices(*sure.span("verb"))])
        return Sentence(clause, Mood.ORDER, "set", asked)
    noun = _DO_NOUN.match(clause.line)
    if noun is not None:
        verb = {"rollback": "rollback", "roll back": "rollback"}.get(noun["noun"], noun["noun"].split()[0])
        verb = "upgrade" if verb in {"update", "redeploy", "redeployment"} else verb
        clause.claim(clause.indices(0, noun.end() - 1))
        return Sentence(
            clause, Mood.ORDER, {"scaleup": "scale", "scaledown": "scale", "scaling": "scale"}.get(verb, verb)
        )
    if clause.words[0] == "leave" and len(clause.words) > 1:
        clause.claim([0])
        return Sentence(clause, Mood.ORDER, "leave", asked)
    verb, length, skipped = _verb_at(clause, wished=wished)
    if verb == "give" and clause.words[skipped + 1 : skipped + 2] in (["me"], ["us"]):
        verb = "show"
    if verb:
        clause.claim(range(skipped, skipped + length))
        return Sentence(clause, Mood.ORDER, verb, asked)
    if not asked and (strange := refused(clause)):
        clause.claim([0])
        return Sentence(clause, Mood.ORDER, strange, asked)
    return None if asked and not _WANTED.match(clause.line) else _turned(clause, asked)


def _verb_at(clause: Clause, at: int = 0, *, wished: bool = False) -> tuple[str, int, int]:
    """The verb that opens the clause: its basic form, how many tokens it takes, and where it stands."""
    while at < len(clause.tokens) and clause.tokens[at].kind is Kind.WORD and clause.words[at] in FILLERS - {"this"}:
        at += 1
    words = clause.words[at : at + 5]
    if not words or clause.tokens[at].kind is not Kind.WORD:
        return "", 0, at
    for length in (5, 4, 3, 2):
        if tuple(words[:length]) in PHRASAL and len(words) >= length:
            verb = PHRASAL[tuple(words[:length])]
            return (verb.split()[0], 1, at) if " " in verb else (verb, length, at)
    if words[0] in {"get", "bring", "make"} and len(words) > 2 and not _has_number(clause.tokens):
        again = _AGAIN.search(clause.line)
        if again is not None and (words[0] == "get" or again["tail"].split()[0] not in {"ready"}):
            clause.claim(clause.indices(*again.span("tail")))
            return "fix", 1, at
    if (parted := apart(clause, at)) is not None:
        if parted[1] >= 0:
            clause.claim([parted[1]])
        return parted[0].split()[0], 1, at
    if words[0] == "roll" and "back" in clause.words:
        clause.claim([clause.words.index("back")])
        return "rollback", 1, at
    if words[0] in _VERBS:
        return words[0], 1, at
    if wished and words[0] in FORMS and FORMS[words[0]] in CHANGE_VERBS:
        return FORMS[words[0]], 1, at
    return "", 0, at


def _turned(clause: Clause, asked: bool) -> Sentence | None:
    """Passives and wishes: "the backend should be scaled to 5", "I need web to have 3 replicas", "I want it restarted"."""
    wanted = _WANTED.match(clause.line)
    if wanted is not None:
        clause.claim(clause.indices(0, wanted.end() - 1))
        clause = _rest(clause)
    elif clause.words and clause.words[0] in QUESTION_WORDS:
        return None
    for pattern in (_SERVED, _LISTENS):
        if (found := pattern.search(clause.line)) is not None:
            clause.claim(clause.indices(found.start("modal"), found.end("modal")))
            return Sentence(clause, Mood.ORDER, "set", asked)
    if not asked and clause.has(_LISTABLE) and (colon := _LISTED.search(clause.line)) is not None:
        clause.claim(clause.indices(colon.start(), colon.end() - 1)[-1:])
        return Sentence(clause, Mood.ORDER, "set", asked)
    if (
        not asked
        and clause.has(r"hpa|autoscaler|autoscaling")
        and clause.has(r"{p:share}")
        and clause.has(r"{n:count}")
    ):
        return Sentence(clause, Mood.ORDER, "autoscale", asked)
    if not asked and clause.has(_COUNTED) and (arrow := _POINTED.search(clause.line)) is not None:
        marks = clause.indices(*arrow.span("mark"))
        clause.words[marks[-1]] = "to"
        clause.claim(marks[:-1])
        return Sentence(clause, Mood.ORDER, "set", asked)
    become = _BECOMES.search(clause.line)
    if become is not None:
        modal = clause.indices(become.start("modal"), become.end("modal"))
        clause.claim(modal[:-1])
        clause.words[modal[-1]] = "to"  # "has to become seven" sets it to seven
        clause.claim(())
        if clause.words[modal[-1] + 1 : modal[-1] + 2] in (["set"], ["at"], ["exactly"]):
            clause.claim(modal[-1:])
        return Sentence(clause, Mood.ORDER, "set", asked)
    need = _NEEDS.search(clause.line)
    if need is not None:
        clause.claim(clause.indices(need.start("modal"), need.end("modal")))
        return Sentence(clause, Mood.ORDER, "set", asked)
    match = _PASSIVE.search(clause.line)
    if match is not None:
        said = match["verb"]
        verb = PARTICIPLES.get(said, said if said in {"run", "have", "use", "scale", "restart"} else "")
        indices = clause.indices(*match.span())
        if verb == "roll" and clause.words[indices[-1] + 1 : indices[-1] + 2] == ["back"]:
            verb, indices = "rollback", [*indices, indices[-1] + 1]
        if (
            verb in READ_VERBS
            and clause.has(r"(?:readiness|liveness|startup)")
            and clause.has(r"{s:path}|{n:port}|{q:command}")
        ):
            verb = "set"  # "readiness of api should be checked at /ready"
        if verb in _VERBS or verb in {"run", "have", "rollback"}:
            clause.claim(indices)
            return Sentence(clause, Mood.ORDER, "set" if verb in {"run", "have", "use"} else verb, asked)
        if (
            match["modal"].startswith(("need", "require"))
            or clause.has(r"probes?")
            or said in {"at", "request", "limit"}
        ):
            clause.claim(indices[:1])
            return Sentence(clause, Mood.ORDER, "set", asked)
    if wanted is not None:
        for at, word in enumerate(clause.words):
            if clause.tokens[at].kind is Kind.WORD and at and word in PARTICIPLES and PARTICIPLES[word] in CHANGE_VERBS:
                clause.claim([at])
                return Sentence(clause, Mood.ORDER, PARTICIPLES[word], asked)
        pairs = any(token.kind is Kind.ASSIGNMENT for token in clause.tokens)
        return Sentence(clause, Mood.ORDER, "set" if pairs or _has_number(clause.tokens) else "show", asked)
    return None


def _has_number(found: list[Token]) -> bool:
    telling = {Kind.NUMBER, Kind.QUANTITY, Kind.IMAGE, Kind.PERCENT, Kind.FACTOR}
    return any(token.kind in telling or token.low in {"twice", "double", "half"} for token in found)
