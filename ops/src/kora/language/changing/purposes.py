"""Why something is asked for ("to handle more traffic", "because it is slow") and only-if guards ("if it is not ready").

A purpose changes nothing about what is asked; it is claimed so that it counts as understood. A guard is kept apart: the
grammar turns it into a condition on the target as it stands now, or refuses the order.
"""

import re

from kora.language.clauses import Clause
from kora.language.lexer import Kind
from kora.language.vocabulary import CHANGE_VERBS, CONDITIONAL, SCHEDULED

_AIMS = (
    "handle|support|serve|meet|cope|deal|save|reduce|free|make|keep|avoid|improve|ensure|allow|let|enable|apply|pick|reflect|"
    "reload|refresh|prevent|get|see|match|accommodate|absorb|sustain|balance|spread|release|reclaim|fix|address|resolve|solve|"
    "mitigate|debug|test|clear|give|help|relieve|take|survive|process|speed|stop|recover"
)
_TO_THE_END = re.compile(
    rf" (?:, )?(?:(?:in order |so as )?to (?:{_AIMS})|because(?: of)?|due to|owing to|as (?:it|they|we|the \w+) (?:is|are|has|have|"
    r"need|needs|can't|keeps?)|since (?:it|they|we|the \w+) (?:is|are|has|have|need|needs|can't|keeps?)|so (?:that )?(?:we|it|they|"
    r"users|i|you|everyone|the \w+) (?:can|will|could|do|does|don't|stays?|is|are|has|have|gets?|handles?|picks?|works?|runs?|"
    r"keeps?|survives?)) (?P<tail>.*)$"
)
_RESULT = re.compile(r" (?:, )?so(?: that)? (?P<tail>.+ )$")
_REASON = re.compile(
    r" , (?P<tail>(?:the |our |its |this |that |it |it's |they |we |we're )(?:[\w-]+ ){0,4}?(?:is|are|was|were|has|have|had|keeps?|gets?|seems?|looks?|getting) [^<>]*)$"
)
"""What is told after the order: "roll api back, the last release is bad"."""
_FORBIDDING = frozenset(
    [
        "not",
        "no",
        "never",
        "only",
        "except",
        "but",
        "don't",
        "leave",
        "alone",
        "keep",
        "untouched",
        "unless",
        "must",
        "mustn't",
        "should",
        "shouldn't",
        "isn't",
        "aren't",
        "to",
    ]
)
_FOR = re.compile(
    r" for (?:the |our |some |a |better |more |higher |high |peak |extra |increased |heavy |heavier |upcoming |expected |additional |"
    r"improved |busy |holiday |black )*(?:traffic|load|loads|demand|peak|testing|debugging|performance|reliability|redundancy|"
    r"availability|resilience|resiliency|safety|event|launch|sale|users|stability|throughput|ha|maintenance|workload spike|"
    r"spike|season|troubleshooting|security|convenience|friday)(?= )"
)
_PLACE = re.compile(r" (?:in|on|for|from|under) (?:the )?(?:namespace |ns |[\w-]+ namespace )| - (?:n|- namespace) ")
_TELLING = frozenset(
    {Kind.NUMBER, Kind.QUANTITY, Kind.PERCENT, Kind.FACTOR, Kind.IMAGE, Kind.ASSIGNMENT, Kind.QUOTED, Kind.DURATION}
)
_VALUED = frozenset({"set", "add", "patch", "env", "label", "annotate", "remove", "switch", "up", "down"})
"""Families whose orders may be worded with the words of a purpose: there a value must have been said before it."""


def claim_purpose(clause: Clause, verb: str) -> None:
    """Claim what an order is for. A tail with a number, a value, a condition or a time is left to be explained."""
    while (match := _FOR.search(clause.line)) is not None:
        clause.claim(clause.indices(*match.span()))
    match = _TO_THE_END.search(clause.line)
    if CHANGE_VERBS.get(verb) == "fix":  # whatever a cure is for, it is found by looking
        match = _RESULT.search(clause.line) or match
    if match is None and (reason := _REASON.search(clause.line)) is not None:
        words = set(reason["tail"].split())
        match = None if words & _FORBIDDING else reason
    if match is None:
        return
    end = match.end()
    place = _PLACE.search(clause.line, match.start("tail") - 1)
    if place is not None:
        end = place.start()
    indices = clause.indices(match.start(), end)
    before = [token.kind for token in clause.tokens[: indices[0]]] if indices else []
    if CHANGE_VERBS.get(verb) in _VALUED and not set(before) & _TELLING:
        return
    told = any(clause.tokens[index].kind in _TELLING for index in indices)
    if not told and not {clause.words[index] for index in indices} & (CONDITIONAL | SCHEDULED):
        clause.claim(indices)


_GUARD = re.compile(r" (?:, )?(?:but |and )?(?:only )?(?P<word>if|unless) (?P<rest>.*)$")


def cut_guard(clause: Clause) -> tuple[Clause, Clause | None]:
    """The order without "if …" or "unless …" at its end, and that guard (its first word says which)."""
    match = _GUARD.search(clause.line)
    if match is None or not match["rest"].strip():
        return clause, None
    start = clause.indices(match.start("word"), match.end())
    before = clause.indices(0, match.start() + 1)
    rest = Clause([clause.tokens[at] for at in start], [clause.words[at] for at in start])
    order = Clause([clause.tokens[at] for at in before], [clause.words[at] for at in before])
    order.claim([new for new, at in enumerate(before) if clause.used[at]])
    return order, rest
