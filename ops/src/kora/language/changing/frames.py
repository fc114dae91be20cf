"""What a changing clause asks for: frames that read the slots of one intent each.

A frame says which verbs it belongs to, what must be in the clause for it to be meant, and how its slots are read. The
first frame that fits wins; the target is what the frame has not claimed. Frames never guess: what is missing becomes a
question.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kora.language.clauses import Clause
from kora.language.intents import Target, Unclear
from kora.language.vocabulary import CHANGE_VERBS, CREATE_VERBS, REPLICAS

Slots = dict[str, Any]


@dataclass
class Order:
    """A changing clause with its verb and the verb's family."""

    clause: Clause
    verb: str
    family: str
    previous: tuple[Target, ...] = ()
    """What was spoken of before: what "it" is."""

    def ask(self, question: str, understood: str = "") -> Unclear:
        """The clause as something unclear, with a question."""
        return Unclear(text=self.clause.text, understood=understood, question=question)


@dataclass(frozen=True)
class Frame:
    """One way to be meant: `model` is the intent's name; `read` gives slots, a question, or None (not this one)."""

    model: str
    families: frozenset[str]
    read: Callable[[Order], Slots | Unclear | None]
    target: str = "target"
    needs_target: bool = True


FRAMES: list[Frame] = []


def frame(model: str, families: str, *, target: str = "target", needs_target: bool = True) -> Callable[..., Any]:
    """Register a reader for verbs of these families."""

    def add(read: Callable[[Order], Slots | Unclear | None]) -> Callable[[Order], Slots | Unclear | None]:
        FRAMES.append(Frame(model, frozenset(families.split()), read, target, needs_target))
        return read

    return add


def order_of(clause: Clause, verb: str, previous: tuple[Target, ...] = ()) -> Order:
    """The order with its family; creating verbs have a family of their own."""
    family = CHANGE_VERBS.get(verb) or ("create" if verb in CREATE_VERBS else verb)
    return Order(clause, verb, family, previous)


GENERIC = "set up down add remove create"
_TO = r"(?:(?:back |up |down |out |in |over |all the way )*(?:to|at|=|:|with) )"
_EXACTLY = r"(?:exactly |just |only |a total of |a |be |be exactly |have |at )*"


def integer(text: str | None) -> int | None:
    """A whole number, or None."""
    return int(text) if text is not None and text.lstrip("+-").isdigit() else None


def leading(text: str | None) -> float:
    """The number that a text begins with: ``50 percent`` → 50, ``1.5x`` → 1.5; 0 without one."""
    match = re.match(r"[+-]?\d+(?:\.\d+)?", text or "")
    return float(match[0]) if match else 0.0


# --- counts ---------------------------------------------------------------------------------------------------------


@frame("scale", f"scale multiply stop {GENERIC}")
def _scale(order: Order) -> Slots | Unclear | None:
    clause, family = order.clause, order.family
    if family == "stop":
        return _stopped(order)
    more = clause.has(r"{n:more} more of") or clause.has(
        rf"(?:another {{n:a}}|{{n:b}} (?:more|additional|extra|further)) (?:\S+ ){{0,3}}?{REPLICAS}"
    )
    if family == "create" and not more and not (order.verb in {"run", "start"} and clause.has(rf"{REPLICAS} of")):
        return None
    about = rf"(?:number of |count of |amount of )?{REPLICAS}(?: counts?| numbers?)?"
    bare = order.verb in {
        "shrink",
        "grow",
        "cut",
        "reduce",
        "increase",
        "raise",
        "bring",
        "drop",
        "bump",
    } and clause.has(r"(?:to|by) {n:a}(?= (?:[.,!]|and|in|on|please|now|$)|$| $)")
    bare = bare or (order.verb in {"set", "put", "have"} and clause.has(r"at {n:a}(?= (?:please|now|[.!] )*$)"))
    bare = bare or (
        order.verb in {"shrink", "grow", "cut", "reduce", "increase", "raise", "drop", "bump"}
        and clause.has(r"by (?:(?:a )?half|{p:share})(?= (?:[.,!]|and|please|now|$)|$| $)")
    )
    if bare and clause.has(
        r"ports?|schedule|timeout|period|threshold|revision|size|volumes?|claims?|pvcs?|disks?|storage|limits?|requests?|delay|version|tag"
    ):
        bare = False
    spoken = (
        bare
        or more
        or family in {"scale", "multiply"}
        or clause.has(about)
        or (clause.has(r"{a:pair}") and _pair(clause))
    )
    if not spoken or clause.has(r"(?:cpu|memory|mem|ram|image|min|max|minimum|maximum|hpa|autoscaler|between|probe)"):
        return None
    if family in {"set", "up", "down", "add", "remove", "create"} and not clause.has(
        r"{n:a}|{p:b}|{f:c}|{a:d}|half|twice|(?:a|an|one|another) (?:\w+ )?(?:replica|pod|instance|copy)"
    ):
        return None if not clause.has(about) else order.ask("To how many replicas?", "a change of replicas")
    slots = _count(order, about)
    if isinstance(slots, dict):
        clause.take(
            r"(?:the )?(?:number|count|amount) of (?:running )?(?:replicas|pods|instances|copies)(?: of| for| in| on)?"
        )
        clause.take(
            r"(?:the )?replica (?:counts?|numbers?)(?: of| for| in| on)?",
            r"(?:the )?(?:replicas|instances|copies)(?: of| for)?",
        )
        clause.take(r"(?:horizontally|manually)")
        if order.verb in {"have", "let", "make", "get"}:
            clause.take(r"(?:to )?(?:run|have|get|be)(?= (?:with |at )?_)")
        if clause.has(r"_ (?:each|apiece|respectively)") and clause.fresh().has(r"and|,|all|both"):
            clause.take(r"(?:each|apiece)")
        for at in (clause.left()[:1], clause.left()[-1:]):  # "scale up web", "scale web down"; "in shop" is a place
            joined = bool(at) and clause.words[max(at[0] - 1, 0)] in {"and", "then"}  # "to 3 and back" says more
            if at and not joined and clause.words[at[0]] in {"up", "down", "out", "in", "back"}:
                clause.claim(at)
    return slots


_ONE_REPLICA = r"(?:replica|pod|instance|copy)"


def _pair(clause: Clause) -> bool:
    found = clause.peek(r"{a:pair}")
    return found is not None and (found.text("pair") or "").lower().replace(" ", "").startswith(
        ("replicas=", "replica=")
    )


def _count(order: Order, about: str) -> Slots | Unclear:
    clause, family = order.clause, order.family
    down = family in {"down", "remove"} or clause.has(r"down|fewer|less|in by")
    if family == "multiply":
        clause.take(
            r"(?:the )?(?:number|count|amount) of (?:running )?(?:replicas|pods|instances)",
            r"(?:the )?replicas(?: count)?",
        )
        return {"factor": {"double": 2.0, "triple": 3.0, "quadruple": 4.0, "halve": 0.5}[order.verb]}
    if _pair(clause):
        found = clause.take(r"(?:- - )?{a:pair}")
        to = integer((found.text("pair") or "").partition("=")[2].strip()) if found else None
        return {"to": to} if to is not None else order.ask("To how many replicas?")
    clause.take(rf"from {{n:old}}(?: {REPLICAS})?(?= (?:up |down )?to )")
    if (found := clause.take(rf"{_TO}?(?:twice|double) (?:as many|the|its)?(?: {REPLICAS})?")) is not None:
        return {"factor": 2.0}
    if (found := clause.take(rf"(?:by |to |in )(?:a )?half(?: (?:of )?(?:the |its )?{REPLICAS})?")) is not None:
        return {"factor": 0.5}
    if found := clause.take(
        rf"by (?:another )?{{p:share}}(?: {REPLICAS})?", rf"{{p:share}} (?:more|fewer|less)(?: {REPLICAS})?"
    ):
        share = leading(found.text("share")) / 100
        return {"factor": 1 - share if down else 1 + share}
    if found := clause.take(
        rf"{_TO}{{p:share}}(?: of (?:its|the|their) (?:current |present )?(?:size|count|{REPLICAS}))?"
    ):
        return {"factor": leading(found.text("share")) / 100}
    if found := clause.take(
        r"(?:by |to )?(?:a factor of )?{f:times}(?: as many)?(?: replicas| pods| instances)?",
        r"by a factor of {n:times}",
    ):
        return {"factor": leading(found.text("times"))}
    relative = clause.take(
        rf"(?:up |down |out |in )?by (?:another |an additional |an extra )?{{n:by}}(?: more| additional| extra| fewer| less)?(?: {REPLICAS})?",
        rf"(?:another |an additional |an extra |additional ){{n:by}}(?: more)?(?: {REPLICAS})?",
        rf"{{n:by}} (?:more|additional|extra|fewer|less|other)(?: {REPLICAS})?(?: of)?",
        *([rf"{{n:by}}(?: {REPLICAS})(?: (?:to|from))?"] if family in {"add", "remove"} else []),
        *([rf"{{n:by}} of(?: the| our| my)?(?= (?:[\w.-]+ |<[rq]\d+> ){{1,3}}?{REPLICAS} )"] if down else []),
    )
    if relative is None and family in {"add", "remove"}:
        single = clause.take(
            rf"(?:a|an|one|another|a single) (?:more |new |further |additional |extra )?{_ONE_REPLICA}(?: (?:to|from))?"
        )
        if single is not None:
            return {"by": -1 if family == "remove" else 1}
    if relative is not None:
        by = integer(relative.text("by"))
        if by is None:
            return order.ask("By how many replicas?")
        bare = (
            not down
            and not (relative.text("by") or "").startswith("+")
            and not re.search(r"up|out|another|additional|extra|more|fewer|less", relative.line)
        )
        if bare and family == "scale" and not {"up", "out"} & set(clause.words):
            return order.ask("Up or down by that many, or that many times?", "a change of the number of replicas")
        return {"by": -abs(by) if down or by < 0 else by}
    absolute = clause.take(
        rf"(?:{about} )?{_TO}{_EXACTLY}{{n:to}}(?: (?:running |ready |total |identical )*{REPLICAS})?(?: in total| total)?",
        rf"(?:{about}) (?:of |is |equal to )?{{n:to}}",
        rf"{_EXACTLY}{{n:to}} (?:running |ready |healthy )*{REPLICAS}(?: running| in total| up| total)?",
        *(
            [rf"{{n:to}} of(?: the| our| my)?(?= (?:[\w.-]+ |<[rq]\d+> ){{1,3}}?{REPLICAS} )"]
            if order.verb == "set"
            else []
        ),
        *([r"{n:to}"] if family == "scale" else []),
    )
    said = (absolute.text("to") or "") if absolute else ""
    if said.startswith(("+", "-")) and absolute is not None and re.search(r"(?:^| )to ", absolute.line):
        return order.ask("To how many replicas: a number without a sign?", "a change of replicas")
    if said.startswith(("+", "-")) and (step := integer(said)):
        return {"by": step}  # "+1 replica"
    to = integer(absolute.text("to")) if absolute else None
    if to is None or to < 0:
        return order.ask("To how many replicas?", "a change of the number of replicas")
    return {"to": to}


def _stopped(order: Order) -> Slots | Unclear | None:
    if order.clause.has(r"from [a-z]+ing|(?:using|being|getting|doing) \w+|[a-z]+ing (?:on|to|with|from)"):
        return order.ask("What shall be changed for that?", "something that shall not happen any more")
    if order.clause.has(
        r"rollout|cronjobs?|cron jobs?|cron|schedule|pods?|nodes?|cluster|jobs?|services?|namespaces?|autoscal\w+"
    ):
        return None
    order.clause.take(
        r"by (?:scaling|setting|bringing|reducing) (?:it|them|its replicas|the replicas|its replica count)(?: down)? to <n\d+>(?: replicas| pods)?"
    ) if order.clause.has(r"to {n:zero}") and _zero(order.clause) else None
    return {"to": 0}


def _zero(clause: Clause) -> bool:
    found = clause.peek(r"to {n:zero}")
    return found is not None and integer(found.text("zero")) == 0


# --- rollouts -------------------------------------------------------------------------------------------------------


@frame("restart", "restart renew rollout up delete")
def _restart(order: Order) -> Slots | None:
    clause = order.clause
    if order.family == "up":
        return None
    rolled = order.verb == "roll" and not clause.has(r"out|back|forward|to|over|{inup:value}")  # "roll the agents"
    if order.family == "rollout" and not rolled and clause.take(r"(?:out )?restart") is None:
        return None
    if order.family == "delete":
        return {} if clause.take(r"and (?:recreate|restart) (?:it|them)") else None
    clause.take(
        r"(?:with )?(?:a )?(?:rolling|rollout|graceful|clean) ?(?:restart|fashion|manner|way)?",
        r"(?:one|<n\d+>) by (?:one|<n\d+>)|pod by pod|(?:one|<n\d+>) after (?:the other|another)|(?:one|<n\d+>) at a time",
    )
    clause.take(r"(?:all )?(?:of )?(?:the )?pods (?:of|for|in|from|behind)")
    return {}


@frame("roll_back", "rollback image set switch")
def _roll_back(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    back = order.family == "rollback"
    if not back and not clause.has(
        r"previous (?:version|revision|release|rollout|state|image|deployment|one)|revision {n:a}|last (?:good|working|known good|stable) \w+"
    ):
        return None
    flag = clause.peek(r"- - {a:pair}")
    if flag is not None and (flag.text("pair") or "").replace(" ", "").startswith("to-revision="):
        clause.claim(flag.indices)
        number = integer((flag.text("pair") or "").partition("=")[2].strip())
        return {"revision": number} if number is not None else order.ask("To which revision?")
    many = clause.take(
        r"(?:back )?by (?:a |an |the )?(?P<how>single|one|{n:steps}) (?:revision|version|release|step)s?"
    )
    if many is not None and many.text("steps") not in {None, "1"}:
        return order.ask("To which revision? Say 'to revision N'.", "a roll back")
    found = clause.take(
        r"(?:back )?(?:to )?(?:the )?revision (?:number |no\.? |# )?{n:number}",
        r"(?:to )?{n:number}(?:st|nd|rd|th)? revision",
    )
    nth = (
        None
        if found
        else clause.take(
            r"(?:back )?(?:to )?(?:the |its )?(?P<nth>first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th) (?:revision|version|release|rollout)"
        )
    )
    clause.take(
        r"(?:back )?(?:to |by )?(?:the |its )?(?:previous|last|prior|earlier|preceding|former|last good|last working|one|last known good|"
        r"last stable) (?:good |working |stable |known good )?(?:version|revision|release|rollout|state|image|deployment|one)"
    )
    clause.take(
        r"(?:the )?(?:(?:last|latest|most recent|recent|bad|failed|broken|deployment|new|faulty) )*(?:rollout|release|update|change|changes|upgrade|deploy)(?: of| to| on| for| in)?"
    )
    clause.take(
        r"(?:what|whatever|the thing|everything|anything)(?: that)? (?:was|got|has been|have been|we|i|you|they)? ?(?:just |last |recently )*(?:rolled out|deployed|released|changed|shipped|updated)(?: last| recently| yesterday| today)*(?: of| to| on| for| in)?"
    )
    clause.take(
        r"(?:to )?(?:the )?(?:version|revision|release|one) before(?: that| this| it)?",
        r"(?:by )?(?:one|1|<n\d+>) (?:version|revision|release)"
        if clause.has(r"(?:one|1) (?:version|revision|release)")
        else r"\0",
    )
    if clause.has(r"{n:count} (?:versions?|revisions?|releases?)"):
        one = clause.peek(r"{n:count} (?:versions?|revisions?|releases?)")
        if one is not None and integer(one.text("count")) == 1:
            clause.claim(one.indices)
    clause.take(r"(?:everything|all)(?: of| on| in| about| for)?(?= )")
    clause.take(
        r"(?:back )?(?:to )?(?:how|what|the way|as) (?:it|they|things) (?:was|were|had been)(?: before| previously| earlier)?"
    )
    clause.take(r"back")
    if found is None and clause.has(r"to {n:a}|{i:b}|version {value:c}"):
        return order.ask(
            "To which revision? Say 'to revision N'; a tag is set with 'set the image of … to …'.", "a roll back"
        )
    if nth is not None:
        return {"revision": _ORDINALS[nth.said("nth")[:3]]}
    if order.verb == "return" and found is None and not clause.has(r"_"):
        return None
    return {"revision": integer(found.text("number")) if found else None}


_ORDINALS = {"fir": 1, "1st": 1, "sec": 2, "2nd": 2, "thi": 3, "3rd": 3, "fou": 4, "4th": 4, "fif": 5, "5th": 5}


@frame("pause", "pause resume stop set")
def _pause(order: Order) -> Slots | None:
    clause = order.clause
    if order.family == "stop" and not clause.has(r"rollout|cronjobs?|cron jobs?|cron|schedule"):
        return None
    if order.verb == "enable":
        return {"resume": True} if clause.has(r"cron ?jobs?|cron|schedule") else None
    if order.family == "set":
        found = clause.take(
            r"(?:to )?(?:be )?(?P<how>suspended|paused|unsuspended|resumed|unpaused)",
            r"suspend(?:ed)? (?:to )?(?P<how>true|false)",
        )
        if found is None:
            return None
        return {"resume": found.said("how") in {"unsuspended", "resumed", "unpaused", "false"}}
    clause.take(
        r"(?:the )?(?:rollouts?|rolling update|updates?|execution|schedule|scheduling) (?:of|for|on|in)",
        r"rollouts?(?: of)?",
        r"rolling(?: out)?(?= )",
    )
    return {"resume": order.family == "resume"}


# --- objects --------------------------------------------------------------------------------------------------------


@frame("resize", "resize scale up set add")
def _resize(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if not clause.has(r"pvcs?|claims?|volume|persistentvolumeclaims?|storage|disk"):
        return None
    found = clause.take(
        r"(?:in order )?(?:to )?(?:request|have|be|provide|hold|ask for|a size of|a capacity of|allow|up to|to|of|with|at) (?:a |the )?(?:size of |capacity of |total of |be )?{u:size}(?: of)?(?: storage| space| capacity| disk)?(?: instead of {u:old})?"
    )
    if found is None and order.verb == "give" and not clause.has(r"more|additional|extra|another"):
        found = clause.take(r"{u:size}(?: of)?(?: storage| space| capacity)?")
    more = (
        None
        if found
        else clause.take(
            r"by (?:another |an additional )?{u:size}(?: more)?(?: of storage)?",
            r"{u:size} (?:bigger|larger)",
            *(
                [r"(?:another |an additional )?{u:size}(?: more)?(?: of)?(?: storage| space| capacity)?(?: to)?"]
                if order.family == "add"
                else []
            ),
        )
    )
    clause.take(r"from {u:old}")
    if found is None and more is None:
        return order.ask("To which size, such as 10Gi?", "a larger volume claim") if order.family == "resize" else None
    clause.take(
        r"(?:the )?(?:storage |persistent |data |persistent storage )?(?:volumes?|disks?|storage)(?= (?:for|of|used by|mounted by|in|attached to|_) )"
    )
    clause.take(
        r"(?:the )?(?:size|storage(?! claim)(?: size| request| capacity)?|capacity|requested storage|space|disk)(?: of| for| on| in| requested by)?"
    )
    size = (found or more).text("size")  # type: ignore[union-attr]
    from kora.language.quantities import kubernetes_quantity

    amount = kubernetes_quantity(size or "")
    if amount is None:
        return order.ask("To which size, such as 10Gi?")
    clause.take(r"(?:used by|mounted by|attached to)(?= (?:the )?(?:[a-z]|<))")
    clause.take(r"(?:used by|for|of|mounted by|in|attached to) (?:this|that) pod")
    return {"size": amount if found else "+" + amount}


@frame("fix", "fix set")
def _fix(order: Order) -> Slots | None:
    clause = order.clause
    if (
        order.family == "set"
        and clause.take(
            r"(?:work(?:ing)?|healthy|run(?:ning)?|ready|come up|start(?:ing)?|succeed(?:ing)?|complete|finish|pass|serve|reachable|available|accessible|recover|stable)(?: again| properly| correctly)?"
        )
        is None
    ):
        return None
    clause.take(
        r"(?:whatever is|what is|what's|anything|everything|something|any|the|all)? ?(?:issues?|problems?|errors?|troubles?|wrong|broken|failures?|crash(?:es|ing)?|misconfigurations?)(?: that is| that are)?(?: with| in| of| on| for)?"
    )
    clause.take(r"(?:broken|failing|crashing|unhealthy|misconfigured|stuck|pending|faulty|bad)(?= )")
    clause.take(r"(?:that|which|what)(?:'s| is| are)(?= )", r"what's")
    clause.take(r"(?:everything|anything|whatever|it all|all of it|stuff|things)(?: here| in here| there)?")
    clause.take(
        r"so (?:that )?(?:it|they) (?:becomes?|is|are|runs?|works?|starts?|comes?|gets?)(?: up)?(?: healthy| ready| running| again| correctly| properly)*"
    )
    clause.take(
        r"(?:which|that) (?:is|are|keeps?) (?:broken|failing|crashing|unhealthy|not (?:ready|running|starting)|crashlooping|pending|in (?:a )?crashloopbackoff)"
    )
    return {}


@frame("delete", "delete remove down")
def _delete(order: Order) -> Slots | None:
    clause = order.clause
    if order.family in {"remove", "down"} and clause.has(
        r"label|labels|annotation|annotations|env|environment|variables?|limits?|requests?|probes?|image|replicas|cpu|memory|from"
    ):
        return None
    return {}
