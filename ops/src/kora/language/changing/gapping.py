"""What a person leaves out in a second part: "scale web to 3 and api to 5", "change the image to x:2 and the replicas to 4
for deployment web". Each part becomes a clause of its own with the verb, and the object, that it shares.
"""

import re

from kora.language.clauses import Clause
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind
from kora.language.rules.words import spoken

_VALUE = r"<[nuipfa]\d+>"
_SECOND = re.compile(
    rf" (?:(?:, )?and|,) (?P<part>(?:the |its )?(?!to |then )(?:[a-z][\w.-]* |<[rq]\d+> ){{1,4}}?(?:to|at|=) (?P<value>{_VALUE}))(?= )"
)
_FIRST = re.compile(rf" (?:to|at|=) (?:{_VALUE})(?: (?:replicas?|pods?|instances?))?(?= )")
_SHARING = spoken("scale set change update modify adjust configure increase decrease raise reduce lower bump")
_ONE_FRAME = spoken(
    "cpu memory mem ram limit limits request requests min max minimum maximum probe surge unavailable maxsurge maxunavailable port"
)
"""Properties that one frame reads together."""
_PROPERTIES = spoken(
    "replicas replica count number image tag version memory cpu limit limits request requests port type revision mem "
    "readiness liveness probe minimum maximum min max target"
)


def expanded(clause: Clause) -> list[Clause]:
    """The clauses that `clause` stands for: itself, or one for each part."""
    at = next((index for index, word in enumerate(clause.words[:6]) if word in _SHARING), None)
    if at is None:
        return [clause]
    first = _FIRST.search(clause.line)
    second = _SECOND.search(clause.line, first.end() - 1) if first is not None else None
    if first is None or second is None:
        return [clause]
    head = clause.indices(0, second.start() + 1)
    part = clause.indices(second.start("part"), second.end("part"))
    tail = list(range(part[-1] + 1, len(clause.tokens)))
    if {*_said(clause, part), *_said(clause, head)} & _ONE_FRAME:
        return [clause]
    if _is_property(clause, part) != _is_property(clause, [index for index in head if index > at]):
        return [clause]
    if _is_property(clause, part):  # the object is shared: it stands at one end alone
        named = _names_object(clause, head[at + 1 :])
        shared = [index for index in tail if clause.tokens[index].kind is not Kind.MARK]
        pieces = [head if named else [*head, *shared], [at, *part, *shared]]
        if named:
            pieces[1] = [at, *part, *_object(clause, head[at + 1 :]), *shared]
    else:
        pieces = [head, [at, *part, *tail]]
    made = [_of(clause, piece) for piece in pieces]
    return [made[0], *expanded(made[1])]


def _said(clause: Clause, indices: list[int]) -> set[str]:
    return {clause.words[index] for index in indices}


def _of(clause: Clause, indices: list[int]) -> Clause:
    return Clause([clause.tokens[at] for at in indices], [clause.words[at] for at in indices])


def _is_property(clause: Clause, indices: list[int]) -> bool:
    words = [clause.words[index] for index in indices]
    stop = next((at for at, word in enumerate(words) if word in {"to", "at", "=", "of", "for", "on"}), len(words))
    return any(word in _PROPERTIES for word in words[:stop])


def _names_object(clause: Clause, indices: list[int]) -> bool:
    return bool(_object(clause, indices))


def _object(clause: Clause, indices: list[int]) -> list[int]:
    """The places of "of deployment web", "on web", "deployment/web" before the value."""
    for at, index in enumerate(indices):
        if clause.words[index] in {"to", "at", "="} and clause.tokens[index].kind is Kind.WORD:
            return []
        if clause.tokens[index].kind is Kind.REFERENCE:
            return [index]
        if clause.words[index] in {"of", "for", "on", "in"} or (clause.words[index],) in PHRASES:
            found = []
            for each in indices[at:]:
                if clause.words[each] in {"to", "at", "="}:
                    break
                found.append(each)
            return found
    return []
