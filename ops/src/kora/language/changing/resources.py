"""The frame for requests and limits: which resource, which bound, how much, or by how much in proportion."""

import re

from kora.language.changing.configuring import take_container
from kora.language.changing.frames import Order, Slots, frame, leading
from kora.language.clauses import Clause, Found
from kora.language.intents import Unclear
from kora.language.lexer import Kind, Token
from kora.language.quantities import kubernetes_quantity
from kora.language.targets import assignment

_WHAT = r"(?P<what>cpus?|memory|mem|ram|ephemeral[- ]storage)"
_BOUND = r"(?P<bound>requests?|limits?|reservations?)"
_AMOUNT = r"(?:{un:amount})"
_IS = r"(?:(?:of|to|=|:|is|be|at|as|up to|should be|set to|a|the|exactly|with) )*"


@frame("set_resources", "set up down add scale multiply remove delete create")
def _resources(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if order.family == "create" and not (
        order.verb in {"allow", "permit"}
        and clause.has(r"(?:to )?(?:use|have|take|consume|get) (?:up to|at most|no more than|a maximum of)")
    ):
        return None
    _flagged(clause)
    bounds = order.verb in {"limit", "cap", "reserve", "allocate", "restrict"} and clause.has(r"{u:amount}")
    given = (
        order.verb in {"give", "assign"}
        and clause.has(r"{u:amount}")
        and not clause.has(r"[\w-]*(?:pvcs?|claims?|volumes?|disks?|storage)")
    )
    bounds = bounds or given
    if not (bounds or clause.has(r"cpus?|memory|mem|ram|ephemeral[- ]storage|limits|requests")) or clause.has(
        r"autoscal\w*|hpa|utili[sz]ation|quota|limitrange"
    ):
        return None
    if clause.has(r"(?:the )?default (?:cpu|memory|mem|ram|requests?|limits?)"):
        return order.ask("The defaults of a namespace are a LimitRange: create one, or edit it.", "a limit range")
    ahead = clause.left()[:1]
    if ahead and order.family in {"up", "down"} and clause.words[ahead[0]] == order.family:
        clause.claim(ahead)  # "bump up the limit"
    if order.family in {"remove", "delete"} or (order.verb in {"drop", "cut", "trim"} and not clause.has(_SOME)):
        return _unlimited(order)
    if clause.has(
        r"(?:{u:a}|{n:b} (?:cpus?|cores?)) (?:more|extra|additional|less|fewer)|(?:another|an extra|an additional) {u:c}|(?:more|extra|additional|less) (?:cpu|memory|ram|mem) (?:than|by)"
    ) or (order.verb == "add" and not clause.has(_BOUND)):
        return order.ask("To which amount, or by how many percent?", "a change of resources by an amount")
    container = take_container(clause)
    _part_amounts(clause)
    if clause.has(r"{u:amount}"):  # "a bit more memory, say 512Mi": the amount counts
        clause.take(
            r"(?:a (?:bit|little|lot) |some |slightly |much )?(?:more|less|extra|additional)(?= (?:memory|cpu|ram|mem) )"
        )
        clause.take(r"(?:, )?(?:say|like|maybe|about|around|roughly|let's say)(?= (?:to )?<u\d+>)")
    relative = _relative(order)
    if relative is not None:
        return relative | {"container": container} if isinstance(relative, dict) else relative
    found: dict[str, dict[str, str]] = {"requests": {}, "limits": {}, "": {}}
    bound = {"cap": "limits", "limit": "limits", "reserve": "requests", "allocate": "requests"}.get(order.verb, "")
    after = clause.take(r"(?:as|for) (?:the |its |their )?(?P<which>requests?|limits?)(?= )")
    bound = _bound(after.said("which")) if after else bound
    clause.take(r"from {u:old}(?= to)")
    if not clause.has(r"cpus?|memory|mem|ram|ephemeral[- ]storage"):
        lead = clause.take(r"(?:the )?(?P<which>requests?|limits?) (?:of|for|on)(?= .* (?:to|at) <u\d+>)")
        bound = _bound(lead.said("which")) if lead is not None else bound
    capped = clause.take(
        rf"(?:, |and |but )*(?:to )?(?:(?:never|not) (?:use|take|get|have|exceed|go (?:over|above))?|(?:use|take|get|have|consume))? ?(?:more than|at most|no more than|a maximum of|up to) {_AMOUNT} (?:of )?{_WHAT}"
    )
    if capped is not None:
        amount = kubernetes_quantity(capped.text("amount") or "")
        what = _what(capped.said("what"))
        if amount is None or (what == "cpu") is not (re.fullmatch(r"[\d.]+m?", amount) is not None):
            return order.ask(f"How much {what}? Say an amount with its unit, such as 500m for CPU or 512Mi for memory.")
        found["limits"][what] = amount
    last = ""
    if clause.take(r"(?:at (?:the )?most|at maximum|max|maximum|tops)(?= (?:please |now |[.!] )*$)") is not None:
        bound = bound or "limits"
    for _ in range(12):
        piece = _leftmost(
            clause,
            rf"(?:, |and |with )*(?:the |a |an |its )?{_BOUND} {_IS}{{u:amount}} (?:, |and |/ )?{{u:other}}",
            *([rf"(?:, |and |with )+(?:a |an |the |its )?{_BOUND} {_IS}{{n:amount}}"] if last == "cpu" else []),
            rf"(?:, |and |with )*(?:the |a |an |its )?{_WHAT} {_BOUND} {_IS}{_AMOUNT}",
            rf"(?:, |and |with )*(?:the |a |an |its )?{_BOUND} {_IS}{_WHAT} {_IS}{_AMOUNT}",
            rf"(?:, |and |with )*(?:the |a |an |its )?{_BOUND} {_IS}{_AMOUNT} (?:of )?{_WHAT}",
            rf"(?:, |and |with |to )*(?:a |the )?{_AMOUNT} (?:of )?{_WHAT} {_BOUND}",
            rf"(?:, |and |with )*{_BOUND} (?:of |to )?(?:- - )?(?P<pairs>(?:<a\d+>(?: , | and )?)+)",
            rf"(?:, |and |with )*{_WHAT} {_IS}{_AMOUNT} (?:for |as )?(?:the |a )?{_BOUND}",
            rf"(?:, |and |with |to )*{_WHAT} {_IS}{_AMOUNT}",
            rf"(?:, |and |with )+(?:a |an |the |its )?{_BOUND} {_IS}{{u:amount}}",
            rf"(?:, |and |with )+(?:a |an |the |its )?{{u:amount}} {_BOUND}",
            rf"(?:, |and |with |to |of |by )*{_AMOUNT} (?:of )?{_WHAT}",
            *([rf"(?:, |and |with |to |of )*{_AMOUNT}"] if after or bound or given else []),
        )
        if piece is None:
            break
        groups = piece._match.groupdict()
        bound = _bound(groups.get("bound")) or bound
        if groups.get("pairs"):  # "--limits=cpu=300m,memory=300Mi"
            for at in piece.indices:
                if clause.tokens[at].kind is not Kind.ASSIGNMENT:
                    continue
                name, value = assignment(clause.tokens[at].text)
                amount = kubernetes_quantity(value)
                if amount is None or name not in {"cpu", "memory", "ephemeral-storage"}:
                    return order.ask("Which requests and limits, and how much?", "a change of resources")
                found[bound][_what(name)] = amount
            continue
        noun = None
        if not groups.get("what"):
            noun = clause.take(rf"(?:the |its )?{_WHAT}(?: usage| use| consumption)?(?: of| for| on)?")
            clause.take(r"(?:at|to)(?= _)")
        amount = kubernetes_quantity(piece.text("amount") or "")
        by_unit = "cpu" if amount and re.fullmatch(r"[\d.]+m?", amount) else "memory"
        said = groups.get("what") or (noun.said("what") if noun is not None else "")
        what = _what(said) if said else by_unit
        if (
            amount is None
            or (what != "cpu" and re.fullmatch(r"[\d.]+m?", amount))
            or (what == "cpu" and not re.fullmatch(r"[\d.]+m?", amount))
        ):
            return order.ask(f"How much {what}? Say an amount with its unit, such as 500m for CPU or 512Mi for memory.")
        found[bound][what] = amount
        last = what
        if "other" in groups and (second := kubernetes_quantity(piece.text("other") or "")) is not None:
            other = "cpu" if re.fullmatch(r"[\d.]+m?", second) else "memory"
            if other == what:
                return order.ask("Which amount is of CPU, and which of memory?", "a change of resources")
            found[bound][other] = second
    while (pair := clause.take(rf"(?:, |and |with |the )*{_WHAT} {{a:pair}}")) is not None:  # "cpu limit=1"
        name, value = assignment(pair.text("pair") or "")
        amount, what = kubernetes_quantity(value), _what(pair.said("what"))
        if amount is None or not _bound(name.lower()):
            return order.ask("Which requests and limits, and how much?", "a change of resources")
        found[_bound(name.lower())][what] = amount
    split = clause.take(rf"(?:the )?{_WHAT} {_BOUND}")  # "set the memory limit of web to 512Mi"
    split = (
        split
        or clause.take(rf"(?:the )?{_BOUND} (?:for |of |on )?(?:the )?{_WHAT}")
        or clause.take(rf"(?:the )?{_WHAT}")
    )
    if split is not None:
        groups = split._match.groupdict()
        amount_at = clause.take(rf"(?:(?:to|of|=|:|at|up to) )+{_AMOUNT}", r"{u:amount}")
        amount = kubernetes_quantity((amount_at.text("amount") if amount_at else None) or "")
        bare = amount is not None and re.fullmatch(r"[\d.]+m?", amount) is not None
        if amount is None or bare is not (_what(groups["what"]) == "cpu"):
            return order.ask("How much? Say an amount with its unit, such as 500m or 512Mi.", "a change of resources")
        found[_bound(groups.get("bound"))][_what(groups["what"])] = amount
    clause.take(
        r"(?:the )?(?:resource |resources |cpu and memory )*(?:requests and limits|limits and requests|resources|limits|requests|resource)(?: of| for| on| to)?"
    )
    for what, amount in found[""].items():  # neither was said: both, so that what is asked for is what is had
        found["requests"].setdefault(what, amount)
        found["limits"].setdefault(what, amount)
    if not found["requests"] and not found["limits"]:
        return order.ask("Which resource, and how much?", "a change of resources")
    return {"container": container, "requests": found["requests"], "limits": found["limits"]}


_SOME = r"{unpf:amount}|half|twice|double|quarter|third|fifth|tenth"
"""What an amount or a proportion is told by."""
_SIDES = r"(?:requests?|limits?)"


def _unlimited(order: Order) -> Slots | Unclear | None:
    """Requests or limits that shall no longer be set."""
    clause = order.clause
    if clause.has(_SOME) or clause.has(r"quota|limit ?ranges?|replicas?|pods?|labels?|annotations?|env|variables?"):
        return None
    container = take_container(clause)
    remove: list[str] = []
    every = r"(?:(?:the|its|their|any|all|both|of|resource|and|,) )*"
    while (
        found := clause.take(
            rf"{every}(?P<what>{_WHAT[9:]} (?P<side>{_SIDES})(?: and (?P<other>{_SIDES}))?",
            rf"{every}(?P<side>{_SIDES})(?: and (?P<other>{_SIDES}))? (?:of|for|on) (?:the )?(?P<what>{_WHAT[9:]}(?= (?:of|from|on|for|in|_))",
            rf"{every}(?P<side>{_SIDES})(?: and (?P<other>{_SIDES}))?(?= )",
        )
    ) is not None:
        sides = [_bound(found.said(group)) for group in ("side", "other") if found.said(group)]
        what = _what(found.said("what")).replace("_", "-") if found.said("what") else ""
        remove += [f"{side}.{what}" if what else side for side in sides]
    if not remove:
        return order.ask("Which of them: requests or limits, of CPU or memory?", "a change of resources")
    clause.take(r"(?:entirely|completely|altogether|again)(?= )")
    return {"container": container, "remove": tuple(dict.fromkeys(remove))}


def _part_amounts(clause: Clause) -> None:
    """ "300m/300Mi" as the two amounts that it is."""
    for at, token in enumerate(clause.tokens):
        rest = token.text.removeprefix("/")
        if token.kind is Kind.PATH and rest != token.text and kubernetes_quantity(rest) is not None:
            clause.tokens[at] = Token(Kind.QUANTITY, rest, token.start + 1, token.end)
    clause.claim(())


def _flagged(clause: Clause) -> None:
    """kubectl's own "--limits=cpu=300m,memory=300Mi" in the words that say the same."""
    for at, token in enumerate(clause.tokens):
        key, _, value = token.text.partition("=")
        if token.kind is not Kind.ASSIGNMENT or key not in {"limits", "requests"} or "=" not in value:
            continue
        clause.tokens[at] = Token(Kind.ASSIGNMENT, value, token.start + len(key) + 1, token.end)
        clause.tokens.insert(at, Token(Kind.WORD, key, token.start, token.start + len(key)))
        clause.words[at : at + 1] = [key, value.lower()]
        clause.used.insert(at, False)
    clause.claim(())
    clause.take_all(r"- -(?= (?:limits|requests) )")


def _leftmost(clause: Clause, *patterns: str) -> Found | None:
    """Claim the match that begins first; of several there, that of the first pattern."""
    found = [each for each in map(clause.peek, patterns) if each is not None]
    if not found:
        return None
    first = min(found, key=lambda each: each.indices[0])
    clause.claim(first.indices)
    return first


def _relative(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    down = order.family == "down"
    factor: float | None = {"double": 2.0, "triple": 3.0, "quadruple": 4.0, "halve": 0.5}.get(order.verb)
    if factor is None:
        share = clause.take(r"by {p:share}")
        times = None if share else clause.take(r"(?:by )?(?:a factor of )?{f:times}")
        part = None if share or times else clause.take(r"by (?:a |one )?(?P<part>quarter|third|fifth|tenth)")
        if part is not None:
            cut = {"quarter": 0.25, "third": 1 / 3, "fifth": 0.2, "tenth": 0.1}[part.said("part")]
            factor = 1 - cut if down else 1 + cut
        double = None if share or times else clause.take(r"(?:to )?(?:twice|double)(?: as much| the amount of| of)?")
        if double is not None:
            factor = 2.0
        half = None if share or times else clause.take(r"(?:by |in )half", r"half(?: of)?(?= (?:the|its|as much) )")
        if factor is not None:
            clause.take(r"(?:down|up)(?= )")
        elif share is not None:
            piece = leading(share.text("share")) / 100
            factor = 1 - piece if down else 1 + piece
        elif times is not None:
            factor = leading(times.text("times"))
        elif half is not None:
            factor = 0.5
        elif clause.has(r"by {u:more}"):
            return order.ask("By how many percent, or to which amount?", "a change of resources")
    if factor is None:
        return None
    which: list[str] = []
    where: list[str] = []
    clause.take(r"resources(?: of| for| on)?")
    while (
        found := clause.take(r"(?:and |, |the |its )*(?P<word>cpus?|memory|mem|ram|requests?|limits?)(?: of| for| on)?")
    ) is not None:
        word = found.said("word")
        (where if _bound(word) else which).append(_bound(word) or _what(word))
    return {"factor": factor, "which": tuple(which), "where": tuple(where)}


def _bound(said: str | None) -> str:
    return (
        ""
        if not said
        else "limits"
        if said.startswith("limit")
        else "requests"
        if said.startswith(("req", "res"))
        else ""
    )


def _what(said: str) -> str:
    return "cpu" if said.startswith("cpu") else "ephemeral_storage" if said.startswith("eph") else "memory"


# --- environment ----------------------------------------------------------------------------------------------------
