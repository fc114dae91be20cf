"""A prompt as clauses with a mood: orders, questions, how-to questions, negations, conditions, plain statements.

Only an order may become a change. An order is an imperative or one of its polite, passive or wishing forms, which are
turned round here so that every reader sees the verb first: "could the backend please be scaled to 5" → scale …
"""

import re
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum

from kora.language.boundaries import POLITE, VERBS, cut_clauses
from kora.language.changing.correcting import corrected
from kora.language.changing.gapping import completed, expanded, headed
from kora.language.changing.purposes import claim_purpose, cut_guard
from kora.language.clauses import Clause
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind, Token, tokens
from kora.language.openings import apart, refused, subject_last, take_place
from kora.language.quantities import joined
from kora.language.verbless import verb_of
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


_COUNTED = rf"{REPLICAS}|{{i:image}}|{{u:amount}}|cpu|memory|version"
"""What a bare wish with a number can be about ("web deployment, 4 replicas please")."""
_SURE = re.compile(
    r"^ (?:(?:make|be) (?:sure|certain)|make it so|ensure|see to it|guarantee)(?: that)? (?!all |every |each |any |no |none )(?P<np>(?:(?:the|our|my|a) )?(?:[\w.-]+ |<[rq]\d+> ){1,6}?)"
    r"(?P<verb>(?:always )?(?:has|have|gets?|runs?(?: on| with)?|uses?|is set to|are set to|is scaled to|keeps?|is at|is running|are running)(?: (?:exactly|with|at|only|always))*) (?=<[nuip]\d+>|(?:(?:the|a|an) )?(?:env|environment|variable|label|annotation)(?: variable)? <a\d+>)"
)
_CAUSED = re.compile(
    r"^ (?:tell|ask|get|want|force|instruct|require|expect) (?!me |us )(?P<np>(?:(?:the|our|my|a) )?(?:[\w.-]+ |<[rq]\d+> ){1,6}?)"
    r"(?P<verb>to (?:be|have|run|use|become|scale to|go to|be scaled to|run with|run on)(?: (?:exactly|at|with|up|down|only|always))*) (?=<[nuip]\d+>)"
)
"""An order told to its object: "tell web to be three replicas"."""
_DATA = re.compile(r" (?:says?|said|saying|reads?|printed|wrote|logged|logs?|message|error|output|text|line) : ")
_HOW_TO = re.compile(
    r"^ (?:(?:(?:can|could|would) you )?(?:please )?(?:tell|show|teach|explain)(?: to)?(?: me| us)? )?(?:how (?:do|does|can|could|would|should|might) "
    r"(?:i|we|you|one|someone|somebody)|how to|(?:what|which) (?:is |would be |'s )?(?:the )?(?:right |best |kubectl )*"
    r"(?:command|way|commands|steps?)(?: line)?(?: do| does| can| should| would| will)?(?: i| we| you)?(?: use| need| run)?"
    r"(?: to| for| do| would)?|what's the (?:right |best |kubectl )*(?:command|way)(?: to| for)?|is there (?:a|any) (?:way|"
    r"command) (?:to|of)|(?:show|tell|give) (?:me )?(?:the |a )?(?:kubectl )?command (?:to|for|that)"
    r"|what kubectl command\w*) "
)
_HYPOTHETICAL = re.compile(
    r"^ (?:before (?:you|we|i) (?:do|change|apply|touch|start) (?:anything|something|it)(?: else)?(?: ,)? )?"
    r"(?:(?:(?:please |and )*(?:tell|show) (?:me|us) )?what (?:would|will|could|might)? ?(?:happens?|changes?(?= if )|be (?:different|affected))|what if|suppose|supposing|imagine|assume|assuming|should (?:i|we)|"
    r"(?:would|is) it (?:be )?(?:enough|sufficient|necessary|needed|required|safe|ok|okay|wise|possible|better|worth|good|bad|dangerous|risky|sensible|advisable|"
    r"useful|help\w*)|do (?:i|we) (?:need|have) to|may (?:i|we)|would you (?:recommend|suggest|"
    r"advise)|do you (?:think|recommend|suggest)|what would|is there any (?:need|reason|point)|(?:someone|somebody|he|she|"
    r"they|a colleague|my colleague|i|we) (?:\w+ )?(?:just )?(?:(?!need |feed |speed |exceed )\w+ed|said|says|told|wants?ed|did|tried|made)"
    r"|i (?:was|am) (?:told|thinking|wondering|considering|planning)|i wonder|i'm (?:thinking|wondering|considering)"
    r"|(?:maybe|perhaps|possibly) (?:we|i|you) (?:should|could|might)|we (?:could|might)|i (?:could|might)|in theory"
    r"|theoretically|hypothetically|for example|e\.g\.) "
)
_WISH = re.compile(
    r"^ (?:(?:i|we)(?:'d| would) (?:be |really |very |so |much )*(?:grateful|glad|happy|thankful|appreciate it|love it|pleased)"
    r"|it (?:would|'d|might) be (?:really |very |so )*(?:great|nice|good|awesome|helpful|lovely|cool|perfect|best)) if "
    r"(?:you|we|someone|somebody) (?:could |would |can )?(?:please )?|^ would you mind "
)
_GERUND = re.compile(
    r"^ (?:would|will|does|could|might|should) (?P<verb2>[a-z]+ing) (?P<rest2>.+?) (?:help|hurt|fix it|fix this|work|matter|break anything|solve it|suffice)(?: .*)? (?:\? )?$"
    r"|^ what(?:'s| is| would be| will be)? (?:the )?(?:effects?|impact|results?|consequences?|outcome) of (?P<verb3>[a-z]+ing) (?P<rest3>.+?) (?:\? )?$|^ (?:(?:please |and )*(?:show|tell)(?: me| us)? )?(?:what|how) (?:would )?(?P<verb>[a-z]+ing) (?P<rest>.+?) (?:would|will|does|might|could) (?:change|do|mean|cause|affect|break|bring|look like)(?: to .*)? (?:\? )?$"
)
"""What a change would do, with its verb as a noun: "show me what scaling web to 7 would change"."""
_OPINION = re.compile(
    r"^ (?:(?:and|but|so|well|,) )*(?:(?:i|we) (?:think|believe|guess|suspect|assume|fear|suppose|noticed?|see|saw|heard)|apparently|it (?:looks|seems|appears)(?: like| as if)?|(?:rumou?r|word) has it"
    r"|(?:my |a |one |some |the |our )*(?:colleague|boss|team|user|customer|friend|manager|client|someone|somebody|people|they|users|customers)s? (?:says?|said|claims?|claimed|thinks?|reports?|reported|told (?:me|us)|complains?|mentioned|believes?)) (?:that )?(?!<q)"
)
"""What a person says is so, or has heard: no order, whatever its words."""
_POLITE_ORDER = re.compile(
    r"^ (?:(?:we|you|i) (?:should|must|need to|have to|ought to|'d better|could|can)|it (?:would|might|is)|let's|maybe|perhaps) "
)
_FRONTED = re.compile(
    r"^ (?:since|until|on|in|at|from|to|for|under|by|with|as|of|behind|against) (?:when|which|what|whom|whose|how (?:long|many|much)) "
)
"""A question that opens with the preposition of its question word ("on which node …", "since when …")."""
_NEGATED = re.compile(
    r"^ (?:(?:please|and|but|just|also|,|so) )*(?:don't|do not|dont|never|avoid|refrain from|no need to|there is no need to"
    r"|there's no need to|not|nothing|under no circumstances|without|no|you (?:must|should|may|can) ?not|you "
    r"(?:mustn't|shouldn't|can't)|i (?:don't|do not) (?:want|need)(?: you)?(?: to)?|we (?:don't|do not) (?:want|need)"
    r"(?: you)?(?: to)?|cancel|forget|abort|ignore) "
)
_MODAL = r"(?:should|must|shall|ought to|needs? to|has to|have to|is to|are to|to|needs?|requires?|should now|must now|wants? to)"
_PASSIVE = re.compile(rf" (?P<modal>{_MODAL}) (?:please )?(?:be |get |become )?(?P<verb>[a-z]+)(?= )")
_NEEDS = re.compile(
    r" (?P<modal>(?:now |really |also |both |all |only |just )?(?:needs?|requires?|(?:should|must|shall) (?:each |all |both )?(?:have|run|get))) (?:exactly |at least )?(?=<[nu]|(?:(?:a|an|the|new|another|additional|extra) )*(?:(?:key|entry|label|annotation|variable|env|environment|var) )*<a\d+>)"
)
_BECOMES = re.compile(
    rf" (?P<modal>{_MODAL} (?:now )?(?:be|become|equal|read|say)) (?=(?:set to |equal to |exactly |at )?<[niupqas]\d+>|(?:a |an |of type )+(?:node ?-?port|load ?-?balancer|cluster ?-?ip) )"
)
_SERVED = re.compile(
    rf" (?P<modal>{_MODAL} (?:be |get )?(?:\w+ )?(?:by|with|on|across|over|from)) (?=(?:exactly |at least )?<n\d+> (?:\w+ )?{REPLICAS} )"
)
_POINTED = re.compile(r" (?P<mark>- >|= >|→|:|=) (?=<[nui]\d+>(?: \w+)? $)")
"""An assignment in a few words ("deployment/web -> 4 replicas", "cpu request of web: 250m")."""
_PROBED = re.compile(r" (?P<mark>:) (?=(?:http |get |tcp |port )*(?:<s\d+>|(?:tcp|port) (?:port )?<n\d+>))")
_LISTED = re.compile(r" : (?=(?:[a-z]+ ){0,2}<[nuiaq]\d+>)")
_LISTABLE = r"env|environment|variables?|labels?|annotations?|requests?|limits?|schedule|image|replicas"
"""What a list of values after a colon may be of ("environment of worker: QUEUE=fast")."""
_COULD = re.compile(
    rf"^ (?P<could>could|can|may) (?:the |our |my )?(?:[\w.-]+ |<[rq]\d+> ){{1,4}}?(?P<verb>get|have|receive|be given|run (?:with|on)) (?=(?:another )?<n\d+> (?:\w+ )?{REPLICAS} |<u\d+> )"
)
_AGAIN = re.compile(
    r" (?P<tail>(?:(?:up and|back) )*(?:running|working|going|healthy|online|up|ready|alive|back)(?: (?:again|properly|correctly|please|now|asap))*) (?:\. )?$"
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
    cut = headed(completed(cut_clauses(corrected(_prepared(text)))))
    whole = [(part, asked) for clause, asked in cut for part in expanded(clause)]
    found = [_placed(clause, asked) for clause, asked in whole]
    return [each for each in found if each is not None]


_WHAT_THEN = re.compile(
    r"^ (?P<if>if .+?)(?: ,)? (?P<what>(?:then )?what (?:would |will |does |might )?happens?(?: then)?) (?:\? )?$"
)


def _question_first(clause: Clause) -> Clause:
    """ "If I delete pod db-0, what happens?" with its question first."""
    found = _WHAT_THEN.match(clause.line)
    if found is None:
        return clause
    order = [*clause.indices(*found.span("what")), *clause.indices(*found.span("if"))]
    return Clause([clause.tokens[at] for at in order], [clause.words[at] for at in order])


def _placed(clause: Clause, asked: bool) -> Sentence | None:
    """The clause without the place that it opens with ("in namespace shop, …")."""
    polite = POLITE.match(clause.line)
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
    return _named_so(_without_echo(Clause(cut, words)))


def _without_echo(whole: Clause) -> Clause:
    """ "the persistent volume claim (PVC)": a kind that is said once more in brackets names nothing."""
    dropped: set[int] = set()
    for at in range(1, len(whole.words) - 2):
        again = PHRASES.get((whole.words[at + 1],))
        if whole.words[at] != "(" or whole.words[at + 2] != ")" or again is None:
            continue
        ahead = (PHRASES.get(tuple(whole.words[max(0, at - size) : at])) for size in (4, 3, 2, 1))
        if any(each is not None and each.kind == again.kind for each in ahead):
            dropped |= {at, at + 1, at + 2}
    kept = [at for at in range(len(whole.tokens)) if at not in dropped]
    return Clause([whole.tokens[at] for at in kept], [whole.words[at] for at in kept]) if dropped else whole


_WITH_NAME = re.compile(
    r" (?P<lead>(?:with|by|of|under|has|having) (?:the |a )?)(?P<name>names?)(?: (?P<link>of|is|:))? (?=<q\d+> |[a-z0-9][\w.]*-[\w.-]+ )"
)


def _named_so(whole: Clause) -> Clause:
    """ "a pod with the name web-1" as "a pod named web-1"."""
    dropped: set[int] = set()
    for match in _WITH_NAME.finditer(whole.line):
        dropped.update(whole.indices(*match.span("lead")))
        dropped.update(whole.indices(*match.span("link")) if match["link"] else ())
        whole.words[whole.indices(*match.span("name"))[0]] = "named"
    if not dropped:
        return whole
    kept = [at for at in range(len(whole.tokens)) if at not in dropped]
    return Clause([whole.tokens[at] for at in kept], [whole.words[at] for at in kept])


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
            return _with_verb(_without_if(_rest(clause)) if mood is Mood.HYPOTHETICAL else _rest(clause), mood, asked)
    opinion = _OPINION.match(clause.line)
    if opinion is not None and not _POLITE_ORDER.match(clause.line[opinion.end() - 1 :]):
        clause.claim(clause.indices(0, opinion.end() - 1))
        return Sentence(_rest(clause), Mood.STATEMENT, asked=False)
    looked = _GERUND.match(clause.line)
    form = next((name for name in ("", "2", "3") if looked is not None and looked["verb" + name]), "")
    if looked is not None and FORMS.get(looked["verb" + form]) in CHANGE_VERBS:
        at = clause.indices(*looked.span("verb" + form))[0]
        end = clause.indices(*looked.span("rest" + form))[-1] + 1
        order = Clause(clause.tokens[at:end], [FORMS[looked["verb" + form]], *clause.words[at + 1 : end]])
        return _with_verb(order, Mood.HYPOTHETICAL, asked)
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
    polite = POLITE.match(clause.line)
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
        question = asked or first in QUESTION_WORDS or _FRONTED.match(clause.line) is not None
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
    if clause.fresh().has(_RUNS_ON):
        return False  # when a job runs is its schedule
    if clause.has(
        r"autoscal\w*|hpa|cron ?jobs?|schedule|probes?|readiness|liveness"
    ):  # "when CPU is above 70 %" is what an autoscaler is for
        return False
    words = {
        word
        for at, (word, token) in enumerate(zip(clause.words, clause.tokens, strict=True))
        if token.kind is Kind.WORD
        and not (word == "before" and at == len(clause.words) - 1)
        and not (word.endswith("ly") and clause.words[at - 1 : at] == ["the"])  # "the nightly report" is one by name
        and not (at and (clause.words[at - 1],) in PHRASES)  # a name follows a kind
    }
    return bool(words & (CONDITIONAL | SCHEDULED)) or _AT_SCHEDULE.search(line) is not None


def _without_if(clause: Clause) -> Clause:
    """ "if I scaled web to 5" with its verb first and in its basic form, as an order has it."""
    received = _IF_IT.match(clause.line) if clause.tokens else None
    if received is not None:  # "if web got 3 more replicas"
        clause.claim([*clause.indices(0, received.start("np")), *clause.indices(*received.span("verb"))])
        left = clause.left()
        verb = "remove" if received["verb"] == "lost" else "add" if received["verb"] in {"got", "gained"} else "set"
        tokens, words = [clause.tokens[at] for at in left], [clause.words[at] for at in left]
        at = clause.indices(*received.span("verb"))[0]
        return Clause([clause.tokens[at], *tokens], [verb, *words])
    opened = _IF_ONE.match(clause.line) if clause.tokens else None
    if opened is None:
        return clause
    at = len(clause.indices(0, opened.end()))
    verb = FORMS.get(clause.words[at], clause.words[at]) if at < len(clause.words) else ""
    if verb not in CHANGE_VERBS or CHANGE_VERBS[verb] in {"delete", "remove"}:
        return clause  # what would be lost is for a question to say
    return Clause(clause.tokens[at:], [verb, *clause.words[at + 1 :]])


_IF_IT = re.compile(
    r"^ (?:if )?(?P<np>(?:(?:the|our|my) )?(?:(?!i |we |you )[\w.-]+ |<[rq]\d+> ){1,4}?)(?P<verb>got|gained|lost|had|ran|ran with|was scaled to|were scaled to|went to|dropped to) (?=(?:another )?<[nui]\d+>)"
)
_IF_ONE = re.compile(
    r"^ (?:it (?:do|change|mean|cause|affect) )?(?:(?:if|when|should) )?(?:i|we|you|one|someone|somebody|they) (?:would |were to |was to |had |did |just |simply |now )*"
)


def _with_verb(clause: Clause, mood: Mood, asked: bool) -> Sentence:
    """A how-to question and the like: the verb is read so that the command can be explained."""
    if len(clause.words) > 1 and clause.words[0] == "to":
        clause = Clause(clause.tokens[1:], clause.words[1:])
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
    caused = _CAUSED.match(clause.line)
    if caused is not None:
        clause.claim([*clause.indices(0, caused.start("np")), *clause.indices(*caused.span("verb"))])
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


_INTRANSITIVE = frozenset({"run", "have", "use", "scale", "restart", "drop", "grow", "shrink", "increase", "decrease"})
"""Verbs that a thing does by itself: "the number of pods should drop to one"."""
_FINITE = frozenset(
    [
        "should",
        "must",
        "shall",
        "needs",
        "has",
        "is",
        "are",
        "was",
        "were",
        "may",
        "could",
        "would",
        "keeps",
        "does",
        "isn't",
        "hasn't",
    ]
)
"""What follows a noun and no verb: "report should run every day"."""
_RUNS_ON = r"(?:should|must|shall|ought to|has to|have to|needs? to|jobs?|cronjob) (?:only )?(?:to )?run (?:every|each|at|on|daily|hourly|weekly|nightly|monthly|once)"


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
    if words[0] in VERBS and not (words[1:2] and words[1] in _FINITE and words[0] not in {"let", "make", "see"}):
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
    if not asked and (verb := verb_of(clause)):
        return Sentence(clause, Mood.ORDER, verb, asked)
    if wanted is not None:  # "I need cart to drop to 2 pods"
        for at, word in enumerate(clause.words[:-1]):
            if (
                word == "to"
                and 0 < at <= 5
                and clause.words[at + 1] in CHANGE_VERBS
                and clause.words[at + 1] not in {"have", "use"}
            ):
                clause.claim([at, at + 1])
                return Sentence(clause, Mood.ORDER, clause.words[at + 1], asked)
    for pattern in (_SERVED, _LISTENS):
        if (found := pattern.search(clause.line)) is not None:
            clause.claim(clause.indices(found.start("modal"), found.end("modal")))
            return Sentence(clause, Mood.ORDER, "set", asked)
    if not asked and clause.has(r"readiness|liveness|startup") and (told := _PROBED.search(clause.line)) is not None:
        clause.claim(clause.indices(*told.span("mark")))
        return Sentence(clause, Mood.ORDER, "set", asked)
    if not asked and clause.has(_LISTABLE) and (colon := _LISTED.search(clause.line)) is not None:
        clause.claim(clause.indices(colon.start(), colon.end() - 1)[-1:])
        return Sentence(clause, Mood.ORDER, "set", asked)
    if (
        not asked
        and clause.has(r"hpa|autoscaler|autoscaling")
        and clause.has(r"{p:share}")
        and (
            clause.has(r"{n:count}")
            or (clause.has(r"target") and not clause.has(r"is|was|has|sits|reached|says|shows"))
        )
    ):
        return Sentence(clause, Mood.ORDER, "autoscale", asked)
    if not asked and clause.has(_COUNTED) and (arrow := _POINTED.search(clause.line)) is not None:
        marks = clause.indices(*arrow.span("mark"))
        signed = clause.tokens[marks[-1] + 1].text.startswith(("+", "-"))  # "deployment auth: +1 replica"
        if not signed:
            clause.words[marks[-1]] = "to"
        clause.claim(marks if signed else marks[:-1])
        return Sentence(clause, Mood.ORDER, "set", asked)
    become = _BECOMES.search(clause.line)
    if become is not None:
        modal = clause.indices(become.start("modal"), become.end("modal"))
        clause.claim(modal[:-1])
        clause.words[modal[-1]] = "to"  # "has to become seven" sets it to seven
        clause.claim(())
        if clause.words[modal[-1] + 1 : modal[-1] + 2] in (["set"], ["at"], ["exactly"], ["equal"]):
            clause.claim(modal[-1:])
        return Sentence(clause, Mood.ORDER, "set", asked)
    need = _NEEDS.search(clause.line)
    if need is not None:
        clause.claim(clause.indices(need.start("modal"), need.end("modal")))
        return Sentence(clause, Mood.ORDER, "set", asked)
    match = _PASSIVE.search(clause.line)
    if match is not None:
        said = match["verb"]
        verb = PARTICIPLES.get(said, said if said in _INTRANSITIVE else "")
        indices = clause.indices(*match.span())
        if verb == "roll" and clause.words[indices[-1] + 1 : indices[-1] + 2] == ["back"]:
            verb, indices = "rollback", [*indices, indices[-1] + 1]
        if (
            verb in READ_VERBS
            and clause.has(r"(?:readiness|liveness|startup)")
            and clause.has(r"{s:path}|{n:port}|{q:command}")
        ):
            verb = "set"  # "readiness of api should be checked at /ready"
        if verb in VERBS or verb in {"run", "have", "rollback"}:
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
