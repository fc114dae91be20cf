"""Wishes about how many pods stay up while others go ("make sure that at least 2 web pods are always available"): a
PodDisruptionBudget for the workload that is named. Part of `grammar`; pure.
"""

import re

from kora.language.clauses import Clause
from kora.language.intents import Create, Target
from kora.language.lexer import Kind
from kora.language.targets import WORKLOAD, Kinds, TargetReader, take_bare_space, take_namespace
from kora.language.vocabulary import FILLERS

_UP = r"(?:available|up(?: and running)?|running|alive|ready|healthy|online|in service|around|there|working)"
_KEPT = r"(?:always |must |should |shall |has to |have to |needs? to )*(?:stays?|remains?|keeps?|is|are|be) (?:always |kept |left )*"
_LEAST = re.compile(
    rf"^ (?:(?:please|and|that|always|there) )*(?P<ensure>(?:(?:make|be) (?:sure|certain)|ensure|guarantee|keep|see to it|i want|we want|i need|we need)(?: that)? )?"
    rf"(?:there (?:is|are) )?(?:always )?(?P<how>at least|no less than|no fewer than|a minimum of) (?P<count><[np]\d+>|one) (?:of (?:the |its )?)?(?P<who>.+?) (?P<kept>{_KEPT})?(?P<up>{_UP})(?P<tail> .*)?$"
)
_MOST = re.compile(
    r"^ (?:(?:please|and|that|always) )*(?P<ensure>(?:(?:make|be) (?:sure|certain)|ensure|guarantee|see to it|let)(?: that)? )?"
    r"(?:at most|no more than|never more than|only|not more than) (?P<count><[np]\d+>|one) (?P<who>.+?) (?:may |can |must |should |shall |is allowed to |are allowed to )?"
    r"(?:be |is |are |go |goes )?(?P<up>down|unavailable|missing|evicted|disrupted|offline|gone|out)(?P<tail> .*)?$"
)
_WHEN = re.compile(
    r"(?:during|in|through|while|when|even during) (?:a |any |the |voluntary |node |cluster |planned |every )*(?:maintenance|disruptions?|drains?|draining|upgrades?|"
    r"updates?|evictions?|(?:is|are|nodes?) .*)|at (?:all times|a time|any time|once|the same time)|always|all the time|simultaneously|together|at any (?:moment|point)"
)
_NOUNS = re.compile(
    r"(?:pods?|replicas?|instances?|copies) (?:of|from|for)(?= )|(?:the )?(?:pods?|replicas?|instances?|copies)(?= |$)"
)


def read_guarding(clause: Clause, kinds: Kinds) -> Create | None:
    """The budget that a clause wishes for; None when it is no such wish, or holds a word that was not understood.

    A plain statement counts only where it says that pods *stay* available: what is so now is no wish.
    """
    fresh = clause.fresh()
    least = _LEAST.search(fresh.line)
    found = least or _MOST.search(fresh.line)
    stays = r"stay|remain|keep|always" if least is not None else r"stay|remain|keep|always|must|may|can|should|shall"
    if found is None or not (found["ensure"] or re.search(stays, fresh.line)):
        return None
    if least is not None and least["ensure"] and least["ensure"].startswith("keep") and least["kept"]:
        return None
    who, tail = fresh.indices(*found.span("who")), fresh.indices(*found.span("tail")) if found["tail"] else []
    told = Clause([fresh.tokens[at] for at in who], [fresh.words[at] for at in who])
    rest = Clause([fresh.tokens[at] for at in tail], [fresh.words[at] for at in tail])
    space = take_namespace(rest, kinds)[0] or take_namespace(told, kinds)[0]
    rest.take(_WHEN.pattern)
    space = space or take_bare_space(rest, kinds)
    left = {rest.words[at] for at in rest.left() if rest.tokens[at].kind is not Kind.MARK}
    if left - FILLERS:
        return None
    pods = told.take(_NOUNS.pattern)
    targets = TargetReader(kinds).read(told, space, False)
    if len(targets) != 1 or told.left() or not (targets[0].names or targets[0].phrase):
        return None
    target = targets[0]
    if target.kind not in {None, WORKLOAD, "Deployment", "StatefulSet", "Pod"} or (
        pods is None and target.kind is None
    ):
        return None
    return _budget(target, found["count"], fresh, least is not None)


def _budget(target: Target, count: str, clause: Clause, least: bool) -> Create:
    text = "1" if count == "one" else clause.tokens[int(count[2:-1])].text
    value: int | str = int(text) if text.isdigit() else text.replace(" percent", "%").replace(" ", "")
    kind = target.kind if target.kind in {"Deployment", "StatefulSet"} else "Deployment"
    name = target.names[0] if target.names else "-".join((target.phrase or "").lower().split())
    fields = {"min_available" if least else "max_unavailable": value, "workload": {"name": name, "kind": kind}}
    return Create(kind="PodDisruptionBudget", namespace=target.namespace, fields=fields)
