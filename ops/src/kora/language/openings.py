"""How a clause opens: the place it speaks of ("in namespace shop, …"), verbs whose particle stands apart ("sort it out",
"take web down to 1"), and verbs that Kora knows and does not carry out. Part of `sentences`.
"""

import re

from kora.language.clauses import Clause
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind
from kora.language.vocabulary import ARTICLES, CHANGE_VERBS, PHRASAL, PREPOSITIONS, READ_VERBS, REPLICAS

_NAME = r"(?:<[qh]\d+>|[a-z0-9][\w.-]*)"
_PLACE = re.compile(
    rf"^ (?:(?:in|inside|within|for|on|under|from|at) )?(?:the |my |our )?(?:(?:namespace|ns) (?:called |named )?(?P<a>{_NAME})"
    rf"|(?P<b>{_NAME}) (?:namespace|ns)) (?:, |: |- |please |then )*|^ in (?P<c>{_NAME}) , |^ (?:- n|- - namespace) (?P<d>{_NAME}) "
)
_NO_PLACE = frozenset(
    {"the", "this", "that", "a", "my", "our", "all", "every", "each", "any", "which", "what", "new", "current"}
)
_PARTICLES = frozenset({"offline", "over", "off", "down", "out", "up", "back", "away"})
_TO_COUNT = re.compile(
    rf" (?:(?:back )?(?:up|down|back|out|in) (?:to|at) (?:exactly |just |only |a |about )*<n\d+>|(?:to|at) (?:exactly |just |only |a )*<n\d+> "
    rf"(?:running |ready )?{REPLICAS})(?= )"
)
_AWAY = re.compile(rf" <n\d+> (?:\w+ )?{REPLICAS} (?:away |off )?(?:from|of|off)(?= )")
_COUNTING = frozenset(
    {"take", "bring", "get", "put", "run", "dial", "crank", "ramp", "go", "push", "pull", "move", "knock", "spin"}
)

REFUSED: dict[str, str] = {
    "port-forward": "No connection is held open for you: run kubectl port-forward.",
    "forward": "No connection is held open for you: run kubectl port-forward.",
    "exec": "Nothing is run inside a container: use kubectl exec.",
    "ssh": "Nothing is run inside a container or on a node: use kubectl exec.",
    "backup": "Backups are not made by a sentence. Which objects shall be shown instead?",
    "migrate": "What shall be created, changed or deleted for that, step by step?",
    "rename": "Kubernetes renames nothing: what shall be created under the new name, and what deleted?",
    "mount": "What shall be mounted is a part of a workload: say it when the workload is created, or use kubectl edit.",
    "sync": "What shall be changed, in which object, to what?",
    "encrypt": "What shall be changed, in which object, to what?",
    "rebuild": "Images are not built by kora ask: see kora image.",
    "drain": "Draining evicts every pod of a node, which is not done by a sentence: cordon the node here (kora ask \"cordon NODE\"), then run kubectl drain.",
    "taint": "Taints are not set by a sentence: cordon keeps new pods off a node, kubectl taint sets a taint.",
    "evict": "Pods are not evicted by a sentence: restart or delete the pod that is meant.",
    "subscribe": "Nothing is watched for you here: see kora watch.",
}  # fmt: skip
"""Verbs that ask for something which Kora does not do by a sentence → what to say about it."""
for _same, _as in (("move", "migrate"), ("relocate", "migrate"), ("synchronize", "sync"), ("snapshot", "backup")):  # fmt: skip
    REFUSED[_same] = REFUSED[_as]
FENCING = frozenset(
    {"block", "deny", "isolate", "restrict", "forbid", "prevent", "limit", "allow", "permit", "let", "close"}
)
"""Verbs that ask for a network policy where they speak of traffic."""
_TRAFFIC = r"(?:traffic|ingress|egress|connections?|network|reach|reaching|talk|talking|connect|connecting|communicate|incoming|outgoing|inbound|outbound)"


def take_place(clause: Clause) -> tuple[str | None, Clause]:
    """The namespace that a clause opens with, and the rest of the clause."""
    match = _PLACE.match(clause.line)
    if match is None:
        return None, clause
    group = next(name for name in ("a", "b", "c", "d") if match[name])
    index = clause.indices(*match.span(group))[0]
    said = clause.words[index]
    if said in _NO_PLACE or (said,) in PHRASES or said in PREPOSITIONS:
        return None, clause
    if group == "a" and index == 1 and clause.words[0] in {"namespace", "ns"} and len(clause.words) == 2:
        return None, clause  # "namespace shop" alone is a wish to see it
    keep = clause.indices(match.end() - 1, len(clause.line))
    rest = Clause([clause.tokens[at] for at in keep], [clause.words[at] for at in keep])
    if (
        rest.tokens
        and group in {"a", "b"}
        and not match[0].startswith((" in", " within", " for", " on", " under", " from", " at"))
    ):
        return None, clause
    return clause.tokens[index].text.strip("."), rest


def apart(clause: Clause, at: int) -> tuple[str, int] | None:
    """A verb at `at` whose particle stands further on: the verb that both mean, and the particle's place (-1: none)."""
    words = clause.words
    if words[at] in _COUNTING:
        if _TO_COUNT.search(clause.line):
            return "scale", -1
        if words[at] in {"take", "knock"} and _AWAY.search(clause.line):
            off = next((i for i in range(at, len(words)) if words[i] in {"away", "off"}), -1)
            return "remove", off
    for index in range(at + 1, len(words)):
        pair = (words[at], words[index])
        if words[index] not in _PARTICLES or pair not in PHRASAL or clause.tokens[index].kind is not Kind.WORD:
            continue
        after = words[index + 1] if index + 1 < len(words) else ""
        ends = (
            not after
            or (words[index] == "off" and index > at + 1)
            or after in PREPOSITIONS
            or clause.tokens[index + 1].kind is Kind.MARK
        )
        if ends or after in {"please", "now", "again", "then", "and"}:
            return PHRASAL[pair], index
    return None


def splits(words: list[str], at: int) -> bool:
    """Whether a verb with its particle apart begins at `at` ("sort it out", "turn web off")."""
    ahead = words[at + 1 : at + 6]
    return any(word in _PARTICLES and (words[at], word) in PHRASAL for word in ahead)


def refused(clause: Clause) -> str:
    """The verb at the clause's beginning that Kora knows and does not carry out; empty when there is none."""
    if len(clause.words) < 2 or clause.tokens[0].kind is not Kind.WORD:
        return ""
    first, after = clause.words[0], clause.words[1]
    if first in FENCING and clause.has(_TRAFFIC):
        return first
    return (
        first
        if first in REFUSED
        and (after in ARTICLES or (after,) in PHRASES or after in PREPOSITIONS or len(clause.words) > 3)
        else ""
    )


def fences(clause: Clause, verb: str) -> bool:
    """Whether an order asks who may reach what."""
    return verb in FENCING and clause.has(_TRAFFIC)


def subject_last(clause: Clause, start: int) -> Clause:
    """ "In deployment api unset the variable X": what it is about stands first; readers expect it last."""
    if clause.words[start : start + 1] not in (["in"], ["on"], ["for"], ["from"], ["at"]):
        return clause
    for at in range(start + 2, min(start + 7, len(clause.words) - 1)):
        about = clause.words[start + 1 : at]
        if clause.words[at] not in {*CHANGE_VERBS, *READ_VERBS} or clause.tokens[at].kind is not Kind.WORD:
            continue
        kind = any((word,) in PHRASES for word in about)
        kind = kind or (len(about) == 1 and "-" in about[0])
        if not kind and not any(token.kind is Kind.REFERENCE for token in clause.tokens[start + 1 : at]):
            return clause
        if (clause.words[at],) in PHRASES or "," in about:
            return clause
        order = [*range(start), *range(at, len(clause.words)), *range(start, at)]
        return Clause([clause.tokens[index] for index in order], [clause.words[index] for index in order])
    return clause
