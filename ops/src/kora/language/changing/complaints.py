"""Complaints: what is wrong is told in one place and the wish to have it mended in another ("The job x keeps failing.
Please investigate and fix it so that it completes."). Part of `grammar`, tried before its reading of a fix is taken.

What is meant is found in this order: what the order itself names, the host that a quoted message names, what the sentences
before it name, the namespace they speak of. Quoted messages are data: nothing else is read from them. A clause that holds
a value, a condition or a thing that is left over is not read here.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from kora.language.asking.phrases import noun_phrases
from kora.language.changing.grievances import IF_YOU_CAN, is_plain, places_in, read_grievance, spares
from kora.language.clauses import Clause
from kora.language.intents import Fix, Request, Target, Unclear
from kora.language.lexer import Kind
from kora.language.sentences import Mood, Sentence, sentences
from kora.language.targets import Kinds, take_bare_space, take_namespace
from kora.language.vocabulary import CHANGE_VERBS

_LOOKS = frozenset(
    {"diagnose", "debug", "troubleshoot", "investigate", "check", "look", "find", "figure", "help", "see"}
)
"""What is done before something is mended; `fix` does it anyway."""
_SYMPTOM = (
    r"(?:health ?-?check|health|liveness|readiness|startup|probe|image|image ?-?pull|pull|crash|crashing|crash ?-?loop|"
    r"crashloopbackoff|imagepullbackoff|errimagepull|oom|oomkilled|memory|cpu|network|networking|connection|connectivity|"
    r"connect|dns|scheduling|pending|storage|volume|mount|permission|permissions|access|rbac|config|configuration|selector|"
    r"port|routing|traffic|endpoint|endpoints|rollout|start-?up|restart|restarting|reachability|root|underlying|current|"
    r"same|whole|actual|following|above|obvious|recurring|annoying|resulting)"
)
_TROUBLE = (
    r"(?:issues?|problems?|errors?|faults?|bugs?|troubles?|failures?|misconfigurations?|crash(?:es|ing|loop)?|outages?|"
    r"cause|breakage|symptoms?|mess|situation)"
)
_TROUBLED = (
    rf"(?:the |this |that |these |those |its |their |any |all |my |our )*(?:{_SYMPTOM} )*{_TROUBLE}"
    r"(?: (?:with|in|of|on|for|at|around|about|affecting)(?= ))?"
)
_WHY = r"(?:the reason )?(?:why|that)(?= )"
_RESULT = r"(?:, )?(?:so|such that|in order to|until|in a way that) [^<>]*"
_SAID_ALREADY = frozenset(
    [
        "it",
        "them",
        "that",
        "this",
        "these",
        "those",
        "everything",
        "please",
        "pls",
        "now",
        "again",
        "asap",
        "too",
        "also",
        "for",
        "me",
        "us",
        "i",
        "can",
        "could",
        "would",
        "you",
        "the",
        "and",
        ",",
        ".",
        "!",
        "?",
        ";",
        ":",
        "if",
        "possible",
        "as",
        "soon",
        "immediately",
        "quickly",
        "directly",
        "properly",
        "once",
        "all",
        "thanks",
        "thank",
        "then",
        "just",
        "kindly",
        "help",
    ]
)
_INTRODUCED = re.compile(
    r"^ (?:(?:hi|hey|hello|so|well|ok|okay|currently|right now|lately|since \w+) ,? ?)*"
    r"(?P<whole>there(?: is|'s| seems to be| must be) (?:something|anything) (?:wrong|off|odd|fishy|strange|not right)(?: going on)? (?:with|in)|"
    r"there (?:is|are|'s|seems to be|appears to be)|there's|(?:i|we)(?: have|'ve got| got| run| am running| are running)|"
    r"(?:something|anything|there)(?:'s| is| seems| seems to be)? (?:wrong|off|odd|fishy|a problem|an issue|not right)(?: going on)? (?:with|in)|"
    r"(?:it )?(?:looks|seems|appears) like|"
    r"(?:users?|people|clients?|customers?|we|i|nobody|no one|everyone)(?:'re| are| is)? "
    r"(?:can't|can ?not|cannot|unable to|could not|couldn't|not able to|struggling to) (?:reach|access|connect to|use|open|load|get to|talk to|call)|"
    r"(?:nobody|no one|none of (?:us|them|our users)) can (?:reach|access|connect to|use|open|load|get to|talk to|call)) "
)
_ASKED = (
    r"(?:what(?:'s| is| could be| might be)|tell me what(?:'s| is)) (?:wrong|going on|up|the matter|the problem|the issue|happening|broken) "
    r"(?:with|in|on)|why (?:is|are|does|do|can't|won't|did|has|have|isn't|doesn't)"
)
_LOOKING = (
    r"^ (?:please )?(?:work|figure|find|look|track|get|dig|see) (?:out|into|down|to the bottom|what|why)(?= )[^<>]*$"
)
_A = re.compile(r"^(?: _)* (?:a|an|one of|some|something|things|everything|stuff)(?= )")
_SAYS = re.compile(
    r" (?:(?:which|that|who) )?(?:is|are|'s|was|were|isn't|aren't|has|have|had|hasn't|keeps?|won't|will not|can't|cannot|can not|"
    r"doesn't|don't|does not|do not|never|fails?|failed|crash(?:es|ed)|stopped|stays?|goes|gets?|got|refuses?|seems?|looks?|"
    r"appears?|shows?|reports?|says?|throws?|restarts?|hangs?|died|dies|runs|ran|running|crashing|failing|stuck|broken|down|not)(?= )"
)
_SEEMS = re.compile(r"\b(?:seems?|appears?) to (be|have)\s+", re.I)
_ASIDE = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))(?: (?!the |our |my )\w+)?\s*[,!.:]\s*|"
    r",\s*(?:i|we) (?:think|believe|guess|suspect|assume|reckon|suppose)\b[^.;!?,]*(?=,)",
    re.I,
)
"""A greeting, and what somebody believes to be the cause: the diagnosis looks for itself."""
_KEEP_OFF = re.compile(
    r"[,;.]?\s*\b(?:(?:but|and|just|please)\s+)*(?:(?:keep (?:your )?)?(?:hands|fingers) off(?: of)?|"
    r"(?:stay|keep) (?:away|clear) (?:from|of)|steer clear of|do(?:n't| not) go near|without touching|keep out of)\s+",
    re.I,
)
"""Other words for "don't touch"."""
_SUPPOSED = re.compile(
    r"\b(?:suppos(?:e|ing)|imagine|assum(?:e|ing)|what if|hypothetical(?:ly)?|in theory|theoretically|for example|e\.g\.|"
    r"maybe|perhaps|might|wonder(?:ing)?|should (?:i|we)|how (?:do|can|would|should) (?:i|we|one))\b",
    re.I,
)
"""Nothing that is so now, and nothing that is ordered."""
_NAMED = re.compile(r"\b(?:with|by|under)\s+(?:the\s+)?name(?:\s+of)?\s+|\bwhose\s+name\s+is\s+", re.I)
_HOST = re.compile(r"(?<![\w.-])([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.svc\b")
_MESSAGE = re.compile(r"(?s)(?P<mark>[\"'`“‘])(?P<said>[^\"'`“”‘’\n]*\s[^\"'`“”‘’\n]*)[\"'`”’](?!\w)")
_VALUES = frozenset({Kind.NUMBER, Kind.QUANTITY, Kind.PERCENT, Kind.FACTOR, Kind.IMAGE, Kind.ASSIGNMENT, Kind.DURATION})


def read_complaint(text: str, kinds: Kinds, found: Request) -> Request | None:
    """The one fix that a complaint asks for; None when the text is no complaint, says more than that, or was understood
    already.

    found: what the reading of each clause by itself made of it.

    Never raises on any text.
    """
    messages = [match["said"] for match in _MESSAGE.finditer(text)]
    plain = _SEEMS.sub(lambda seems: "is " if seems[1] == "be" else "has ", _MESSAGE.sub(" that ", text))
    plain = _KEEP_OFF.sub(". Don't touch ", _ASIDE.sub("", plain))
    told = sentences(_NAMED.sub("named ", plain))
    precise = _pointed_at(told, messages, kinds, found)
    if not _is_doubtful(precise or found, told, kinds):
        return precise
    if any(step.intent not in {"fix", "inspect"} for step in found.steps):
        return precise
    at_large = None if _SUPPOSED.search(text) else read_grievance(told, kinds)
    if at_large is not None:
        return Request(steps=(at_large,))
    kept = [each for each in told if spares(each, each.clause.fresh().line)]
    if kept and any(step.intent == "fix" for step in (precise or found).steps):
        question = "What shall be mended, and what is not to be touched? Say both in words of their own."
        return Request(unclear=(Unclear(text=kept[0].clause.text, understood="fix", question=question),))
    return precise


def _is_doubtful(request: Request, told: Sequence[Sentence], kinds: Kinds) -> bool:
    """Whether it is not sure that what was read is what the complaint is about."""
    fixes = [step for step in request.steps if step.intent == "fix"]
    if request.unclear or len(fixes) != 1:
        return True
    target = fixes[0].target
    if any(spares(each, each.clause.fresh().line) for each in told):
        return True
    said = (*target.names, *((target.phrase,) if target.phrase else ()))
    if any(" " in each or is_plain(each, kinds) for each in said) or not (said or target.namespace):
        return True
    places = [place for each in told for place in places_in(each.clause.fresh(), kinds)]
    if target.kind is None and not target.namespace and places == list(said):
        return True
    if target.namespace is not None or target.all_namespaces:
        return bool(target.kind == "Node" and target.namespace)
    explicit = any(take_namespace(each.clause.fresh(), kinds)[0] for each in told)
    return explicit or any(place not in said for place in places)


def _pointed_at(told: Sequence[Sentence], messages: Sequence[str], kinds: Kinds, found: Request) -> Request | None:
    """The fix of the one thing that the sentences point at."""
    fixes = [step for step in found.steps if step.intent == "fix"]
    if not fixes and (found.changes or not found.unclear):
        return None
    orders = [each for each in told if each.mood is Mood.ORDER and CHANGE_VERBS.get(each.verb) == "fix"]
    others = [each for each in told if each not in orders]
    if not orders or not all(map(_is_background, others)):
        return None
    own = _ordered(orders[-1], kinds)
    if own is None or any(_ordered(each, kinds) is None for each in orders):
        return None
    about, roundabout = own
    told_of = [each for each in others if each.mood in {Mood.STATEMENT, Mood.QUESTION} and not _only_looks(each)]
    spoken = [_spoken_of(each, kinds) for each in told_of]
    if not (found.unclear or roundabout or messages or any(each.introduced for each in spoken)):
        return None  # "fix web": the reading of every order is enough
    space = about.namespace or next((each.target.namespace for each in reversed(spoken) if each.target.namespace), None)
    target = _meant(about, messages, spoken)
    if target is None:
        vague = [each.said for each in spoken if not each.sure]
        wide = any(not (step.target.names or step.target.phrase) for step in fixes)
        return Request(unclear=(_which(vague[0]),)) if vague and wide else None
    target = target.model_copy(update={"namespace": target.namespace or space})
    if not found.unclear and [step.target for step in fixes] == [target]:
        return None
    return Request(steps=(Fix(target=target),))


def _which(said: str) -> Unclear:
    return Unclear(text=said, understood="fix", question="Which object is meant? Name it, such as deployment/web.")


def _is_background(sentence: Sentence) -> bool:
    if sentence.mood is Mood.CONDITIONAL:
        return not set(sentence.clause.words) - IF_YOU_CAN
    if sentence.mood in {Mood.STATEMENT, Mood.QUESTION}:
        return not sentence.verb or sentence.mood is Mood.QUESTION
    return sentence.mood is Mood.ORDER and sentence.verb in _LOOKS


def _only_looks(sentence: Sentence) -> bool:
    """ "Work out the cause": no thing that is spoken of."""
    return re.search(_LOOKING, sentence.clause.fresh().line) is not None


def _ordered(sentence: Sentence, kinds: Kinds) -> tuple[Target, bool] | None:
    """What the order itself names (possibly nothing), and whether it is worded roundabout; None when it says more."""
    clause = sentence.clause
    fresh = Clause(clause.tokens, clause.words)
    fresh.claim(index for index, used in enumerate(clause.used) if used)
    if sentence.guard is not None or any(token.kind in _VALUES for token in fresh.tokens):
        return None
    namespace, everywhere = take_namespace(fresh, kinds)
    roundabout = fresh.take(_TROUBLED) is not None
    why = (
        fresh.take(_WHY)
        if not roundabout
        else fresh.take(r"that(?= (?:is|are|keeps?|makes?|causes?|stops?|prevents?) )")
    )
    if why is not None:
        roundabout |= _cut_predicate(fresh)
    roundabout |= fresh.take(_RESULT) is not None
    left = [index for index in fresh.left() if fresh.words[index] not in _SAID_ALREADY]
    if not left:
        pronoun = any(word in {"it", "them", "this", "that"} for word in fresh.words)
        return Target(namespace=namespace, all_namespaces=everywhere), roundabout or not pronoun
    named = [each.target for each in noun_phrases(fresh, kinds) if each.named]
    if len(named) != 1 or not roundabout or not _is_sure(named[0]):
        return None
    return named[0].model_copy(update={"namespace": namespace, "all_namespaces": everywhere}), True


def _cut_predicate(clause: Clause) -> bool:
    """Claim "… isn't accessible", "… keeps restarting" to the end; whether there was such a thing."""
    match = _SAYS.search(clause.line)
    if match is None:
        return False
    clause.claim(clause.indices(match.start(), len(clause.line)))
    return True


def _is_sure(target: Target) -> bool:
    """Whether a phrase surely names one object: by a name of its own, or a kind with one word."""
    return bool(target.names) or bool(target.kind and target.phrase and " " not in target.phrase)


class _Spoken(NamedTuple):
    """What a sentence is about."""

    target: Target
    introduced: bool
    said: str
    sure: bool
    """Whether it names one thing, or speaks of one without a name ("an app in shop"): else it is not known what is meant."""


def _spoken_of(sentence: Sentence, kinds: Kinds) -> _Spoken:
    clause = sentence.clause.fresh()
    namespace, _ = take_namespace(clause, kinds)
    if namespace and "'" in namespace:  # "the shop namespace won't start"
        clause = sentence.clause.fresh()
        found = clause.take(r"(?:in |of |from )?(?:the )?{name:space} (?:namespace|ns)")
        namespace = found.text("space") if found is not None else None
    intro = _INTRODUCED.search(clause.line)
    if intro is not None:
        clause.claim(clause.indices(intro.start("whole"), intro.end("whole")))
    clause.take(_ASKED)
    unnamed = _A.search(clause.line) is not None
    _cut_predicate(clause)
    namespace = namespace or take_bare_space(clause, kinds)
    named = [each.target for each in noun_phrases(clause, kinds) if each.named]
    if unnamed:  # "a web application": what it is like, not what it is called
        named = [each for each in named if each.names]
    target = named[0] if named else Target()
    if target.kind == "Namespace":
        target = Target(namespace=target.names[0] if target.names else target.phrase)
    sure = unnamed or target.names != () or " " not in (target.phrase or "")
    target = target.model_copy(update={"namespace": target.namespace or namespace})
    return _Spoken(target, intro is not None, sentence.clause.text, sure)


def sufferer_of(sentence: Sentence, kinds: Kinds) -> Target | None:
    """What a statement of trouble is about ("billing in shop crashes"): "it" in an order that follows."""
    line = sentence.clause.fresh().line
    if _SAYS.search(line) is None or _TROUBLES.search(line) is None or _INTRODUCED.search(line) is not None:
        return None
    spoken = _spoken_of(sentence, kinds)
    target = spoken.target
    said = (*target.names, *((target.phrase,) if target.phrase else ()))
    sure = spoken.sure and len(said) == 1 and not any(is_plain(each, kinds) for each in said)
    return target if sure and target.namespace else None


_TROUBLES = re.compile(
    r" (?:crash\w*|fail\w*|dies|dying|restart\w*|hangs?|hanging|runs? out of|ran out of|out of memory|killed|oomkilled|stuck|"
    r"broken|down|slow|unreachable|unhealthy|pending|not (?:ready|starting|running|working|responding|reachable)|"
    r"(?:won't|doesn't|does not|can't|cannot) (?:start|come up|run|work|respond|answer)) "
)


def _meant(about: Target, messages: Sequence[str], spoken: Sequence[_Spoken]) -> Target | None:
    if about.names or about.phrase:
        return about
    hosts = dict.fromkeys(pair for message in messages for pair in _HOST.findall(message))
    if len(hosts) == 1:
        ((name, space),) = hosts
        return Target(kind="Service", names=(name,), namespace=space)
    if not all(each.sure for each in spoken):
        return None
    named = [each.target for each in spoken if each.target.names or each.target.phrase]
    if named:
        return named[-1]
    spaces = {each.namespace for each in (about, *(each.target for each in spoken)) if each.namespace}
    return Target(namespace=spaces.pop()) if len(spaces) == 1 else None
