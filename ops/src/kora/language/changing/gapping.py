"""What a person leaves out in a second part: "scale web to 3 and api to 5", "change the image to x:2 and the replicas to 4
for deployment web". Each part becomes a clause of its own with the verb, and the object, that it shares.
"""

import re

from kora.language.clauses import Clause
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind, Token
from kora.language.rules.words import spoken

_VALUE = r"<[nuipfa]\d+>"
_SECOND = re.compile(
    rf" (?:(?:, )?and|,) (?P<part>(?:the |its )?(?!to |then )(?:[a-z][\w.-]* |<[rq]\d+> ){{1,4}}?(?:to|at|=|by) (?P<value>{_VALUE}))(?= )"
)
_FIRST = re.compile(rf" (?:to|at|=|by) (?:{_VALUE})(?: (?:replicas?|pods?|instances?))?(?= )")
_SHARING = spoken("put bring scale set change update modify adjust configure increase decrease raise reduce lower bump")
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
    if (several := _placed(clause, at) or _assigned(clause, at)) is not None:
        return several
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
        noun = [index for index in clause.indices(*first.span()) if clause.words[index] in _COUNTED]
        follows = noun if not set(_said(clause, part)) & _COUNTED else []
        pieces = [head, [at, *part, *follows, *tail]]
    made = [_of(clause, piece) for piece in pieces]
    return [made[0], *expanded(made[1])]


_SHORT = re.compile(
    r"^ (?P<np>(?:(?:the|our|my) )?(?:[\w.-]+ |<[rq]\d+> ){1,4}?)(?:needs?|wants?|could use|requires?|has too little|have too little|is short of|are short of|"
    r"runs? out of|is running out of|is low on) (?:(?:a (?:bit|little|lot)|some|much) )?(?:more )?(?P<what>memory|ram|cpu) (?:[.,] )*$"
)
_AMOUNT_OF_IT = re.compile(
    r"^ (?:(?:please|so|just|then|and) )*(?:make|give|set|raise|bump|put|increase) (?:it|them|that|this) (?:(?:to|at|up|a) )*(?P<amount><[un]\d+>(?: (?:cores?|cpus?))?) "
    r"(?:(?:please|instead|then|now|[.!]) )*$"
)


def completed(clauses: list[tuple[Clause, bool]]) -> list[tuple[Clause, bool]]:
    """ "Web needs more memory, make it 512Mi" as one order: what the amount is of was said before it."""
    found: list[tuple[Clause, bool]] = []
    for clause, asked in clauses:
        before = found[-1][0] if found else None
        short = _SHORT.match(before.line) if before is not None else None
        amount = _AMOUNT_OF_IT.match(clause.line)
        if before is None or short is None or amount is None or asked:
            found.append((clause, asked))
            continue
        at = clause.indices(*amount.span("amount"))
        near = clause.tokens[at[0]]
        tokens = [clause.tokens[0], *(before.tokens[index] for index in before.indices(*short.span("what")))]
        words = ["set", short["what"]]
        for link, piece, held in (("of", before.indices(*short.span("np")), before), ("to", at, clause)):
            tokens += [Token(Kind.WORD, link, near.start, near.start), *(held.tokens[index] for index in piece)]
            words += [link, *(held.words[index] for index in piece)]
        found[-1] = (Clause(tokens, words), asked)
    return found


_TOPIC = re.compile(
    r"^ (?:(?:for|in|on) )?(?:the )?(?:(?P<kind>[a-z]+) (?:<q\d+>|[a-z0-9][\w.-]*)|(?:<q\d+>|[a-z0-9][\w.-]*) (?P<late>[a-z]+)) $"
)
_HOLDERS = frozenset(
    {"Service", "Ingress", "ConfigMap", "Secret", "ResourceQuota", "HorizontalPodAutoscaler", "CronJob"}
)


def headed(clauses: list[tuple[Clause, bool]]) -> list[tuple[Clause, bool]]:
    """ "Service api: change the target port to 9000": what is no workload stands with the order, which tells by it what is
    asked."""
    if len(clauses) != 2:
        return clauses
    (head, _), (order, asked) = clauses
    match = _TOPIC.match(head.line)
    kind = PHRASES.get(((match["kind"] or match["late"]),)) if match is not None else None
    if kind is None or kind.kind not in _HOLDERS or order.words[:1] == ["create"] or asked:
        return clauses
    first, last = head.tokens[0], [at for at in range(len(order.tokens)) if order.tokens[at].kind is not Kind.MARK]
    link = Token(Kind.WORD, "of", first.start, first.start)
    named = [at for at in range(len(head.tokens)) if head.words[at] not in {"for", "in", "on"}]
    tokens = [*(order.tokens[at] for at in last), link, *(head.tokens[at] for at in named)]
    return [(Clause(tokens, [*(order.words[at] for at in last), "of", *(head.words[at] for at in named)]), asked)]


_PLACE = r"in (?:the )?(?:namespace )?(?!total|all|half|place|steps)(?P<place>[a-z0-9][\w.-]*|<q\d+>)(?: namespace)?"
_IN_FIRST = re.compile(
    rf" (?P<value>(?:to |at |= )?{_VALUE})(?: (?:replicas?|pods?|instances?))? (?P<where>{_PLACE})(?= )"
)
_IN_NEXT = re.compile(
    rf"^(?: ,)?(?: and)? (?P<value>(?:to |at )?{_VALUE})(?: (?:replicas?|pods?|instances?))? (?P<where>{_PLACE})(?= )"
)


def _placed(clause: Clause, at: int) -> list[Clause] | None:
    """ "scale web to 3 in dev and 5 in prod": the object is shared, the value is that of each place."""
    first = _IN_FIRST.search(clause.line)
    if first is None:
        return None
    head = clause.indices(0, first.start() + 1)
    if not head or head[-1] < at:
        return None
    pieces = [list(range(head[-1] + 1, clause.indices(*first.span())[-1] + 1))]
    end = first.end()
    while (more := _IN_NEXT.match(clause.line[end:])) is not None:
        spans = [clause.indices(end + more.start(part), end + more.end(part)) for part in ("value", "where")]
        pieces.append([index for span in spans for index in span])
        end += more.end()
    tail = clause.indices(end, len(clause.line))
    if len(pieces) < 2 or any(clause.tokens[index].kind is not Kind.MARK for index in tail):
        return None
    to = next((index for index in pieces[0] if clause.words[index] in {"to", "at"}), None)
    made = [_of(clause, [*head, *pieces[0]])]
    for piece in pieces[1:]:
        link = [to] if to is not None and clause.words[piece[0]] not in {"to", "at"} else []
        made.append(_of(clause, [*head, *link, *piece]))
    return made


_EACH = re.compile(
    r"(?:^| ,| and| , and) (?:the )?(?P<name>[a-z][\w.-]*|<[rq]\d+>) (?:to |at |: |= |- > )?(?P<value><n\d+>)(?=(?: ,| and| [.!]| $))"
)


def _assigned(clause: Clause, at: int) -> list[Clause] | None:
    """ "scale api=4, worker=2", "set replicas: api 4, worker 2": one order for each name with its number."""
    verb, rest = clause.words[at], list(range(at + 1, len(clause.tokens)))
    counts = [index for index in rest if clause.tokens[index].kind is Kind.ASSIGNMENT]
    about = {clause.words[index] for index in rest if clause.tokens[index].kind is Kind.WORD}
    replicas = bool(about & _COUNTED) or verb in {"scale", "rescale"}
    if not replicas or any(
        clause.words[index] in {"env", "label", "labels", "annotation", "annotations"} for index in rest
    ):
        return None
    if counts and about <= _COUNTED | {"and", "to", "the", "of", "for"}:
        found = []
        for index in counts:
            name, _, value = clause.tokens[index].text.partition("=")
            if not value.strip().isdigit() or name.strip().lower() in _PROPERTIES | _ONE_FRAME:
                return None
            found.append(_counted(clause, at, clause.tokens[index], name.strip(), value.strip()))
        return found
    colon = next((index for index in rest if clause.words[index] == ":"), None)
    if colon is None or not {clause.words[index] for index in rest if index < colon} <= _COUNTED | {"the", "to", "of"}:
        return None
    line = " " + " ".join(_shown(clause, index) for index in range(colon + 1, len(clause.tokens))) + " "
    parts = list(_EACH.finditer(line))
    if len(parts) < 2 or _EACH.sub("", line).strip(" .!"):
        return None
    if any(part["name"] in _PROPERTIES | _ONE_FRAME for part in parts):
        return None
    tokens = {f"<n{index}>": clause.tokens[index] for index in rest}
    return [_counted(clause, at, tokens[part["value"]], part["name"], tokens[part["value"]].text) for part in parts]


_COUNTED = frozenset({"replicas", "replica", "counts", "count", "pods", "instances"})


def _shown(clause: Clause, index: int) -> str:
    return f"<n{index}>" if clause.tokens[index].kind is Kind.NUMBER else clause.words[index]


def _counted(clause: Clause, at: int, near: Token, name: str, value: str) -> Clause:
    """ "scale NAME to VALUE" with the tokens' places near those that were written."""
    made = [
        clause.tokens[at],
        Token(Kind.WORD, name, near.start, near.end),
        Token(Kind.WORD, "to", near.start, near.end),
        Token(Kind.NUMBER, value, near.start, near.end),
    ]
    return Clause(made, ["scale", name.lower(), "to", value])


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
