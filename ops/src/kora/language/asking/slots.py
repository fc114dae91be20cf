"""The slots of a question beside its target: since when, how many lines, which text, which container, in which order.

Part of `language.asking.reading`.
"""

import re
from typing import Any

from kora.language.clauses import Clause
from kora.language.intents import Aspect
from kora.language.quantities import seconds

_ONE = r"(?:running |failed |pending )?(?:pod|deployment|node|service|job|statefulset|namespace|secret|config ?map|workload|replica ?set|ingress|pvc|claim)"
"""One object of a kind: "the newest pod"."""
VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
"""An environment variable by its look."""
_WHOSE_LOGS = r"logs? (?:of|from|in) (?:the )?\S+ (?:.* )?for|(?!the |my |all |our |these |those |for )\S+ logs? for"
"""The logs of something that is named: what follows "for" is then what to look for in them."""


def read_slots(clause: Clause, aspect: Aspect | None, verb: str) -> dict[str, Any]:
    """Claim the slots of an aspect: time, lines, texts to look for, container, order and number."""
    slots: dict[str, Any] = {}
    since = (
        clause.take(
            r"(?:(?:in|from|within|during|over|for|since|of) )*(?:the )?(?:last|past|previous) (?:{d:time}|(?P<unit>minute|hour|day|week))",
            r"since {d:time} ago",
        )
        if aspect in {Aspect.LOGS, Aspect.EVENTS, Aspect.HEALTH, Aspect.CAUSE, Aspect.CHANGES}
        else None
    )
    if since is not None:
        unit = since._match.groupdict().get("unit")
        slots["since_seconds"] = round(seconds(f"1 {unit}" if unit else since.text("time") or "") or 0) or None
    if since is None and aspect is Aspect.CHANGES and clause.take(r"(?:today|in the last day)") is not None:
        slots["since_seconds"] = 86400
    if aspect is Aspect.LOGS:
        if clause.take(
            r"(?:from |of )?(?:the )?previous(?= (?:container )?(?:logs?|log lines|output))",
            r"(?:from |of )?(?:the )?(?:previous|crashed|last) (?:container|instance|run|pod instance)(?:'s)?",
            r"(?:the )?previous(?= [\w-]+ (?:container|instance|run))",
            r"before (?:it|the) crash\w*",
            r"- p",
        ):
            slots["previous"] = True
        lines = clause.take(
            r"(?:the )?(?:last|latest|most recent|final) {n:count}(?: log)?(?: lines?| entries)?(?: of| from)?",
            r"{n:count} (?:log )?lines?(?: of| from)?",
            r"(?:the )?(?:last|final) (?P<one>line)(?: of| from)?",
        )
        if lines is not None:
            slots["limit"] = int(float(lines.text("count") or 1)) or None
        searched = clause.take(
            r"(?:for|containing|contain|contains|mentioning|mention|mentions|matching|about|including|regarding|say about) (?!the |my |our |all |pods? |this |that |it |in |me |pod$)(?P<plain>[a-z0-9][\w.-]*)(?= (?:in|from|of|within|_))"
            if verb in {"grep", "search", "find", "filter"}
            else r"(?:say|says|mention|mentions|contain|contains|containing|mentioning|tell us|filtering for|filter for|filtered by) (?:about )?(?!error|warning|exception|anything|the )(?P<plain>[a-z0-9][\w.-]*)(?= )"
        )
        if searched is None and clause.has(r"(?:in|from) (?:the |our )?(?:\S+ ){1,2}logs? about"):
            searched = clause.take(r"about (?P<plain>[a-z0-9][\w.-]*)(?= (?:\?|$))")
        if searched is None and verb in {"grep", "search", "filter"} and clause.has(_WHOSE_LOGS):
            searched = clause.take(r"for (?!error|warning|exception|anything)(?P<plain>[a-z0-9][\w.-]*)(?= $)")
        if searched is not None:
            slots["contains"] = clause.tokens[searched.indices[-1]].text
        noun = clause.take(
            r"(?:any|all|the|every|show|find|see|for) (?P<plain>(?!errors?|warnings?|exceptions?|failures?|problems?|the|last|latest|lines?|recent|logs?)[a-z]{4,}?)s?(?= (?:in|from) (?:the )?(?:\S+ ){0,2}logs?)"
        )
        if noun is not None and "contains" not in slots:
            slots["contains"] = noun.said("plain")
        quoted = clause.take(
            r"(?:(?:containing|contain|contains|mentioning|mention|mentions|matching|with|for|about|that say|saying|including) )(?:the (?:text|word|string|phrase) )?{q:text}"
        )
        if quoted is not None:
            slots["contains"] = quoted.text("text")
        elif "contains" not in slots and clause.take(
            r"(?:any |recent |the |latest |last |all )*(?:errors?|exceptions?|failures?|problems?|stack ?traces?|error (?:messages|lines)|warnings?)(?= |$)"
        ):
            slots["contains"] = "error"
        clause.take(
            r"(?:recent |the |latest |last |container |pod |application |app )*(?:logs?|log (?:lines|output|messages|entries))(?: of| from| for| in)?"
        )
        container = clause.take(
            r"(?:in|of|from|for) (?:the )?container (?:named |called )?{name:name}",
            r"(?:in|of|from|for) (?:the )?{name:name} container",
            r"container (?!logs?|in|of|for)(?:named |called )?{name:name}",
            r"(?<='s )(?P<name>[a-z0-9][\w.-]*) container",
        )
        if container is not None:
            slots["container"] = container.text("name")
    if aspect is Aspect.ENVIRONMENT:
        for index, token in enumerate(clause.tokens):
            if VARIABLE.fullmatch(token.text):
                slots["contains"] = token.text
                clause.claim([index])
    if aspect in {Aspect.USAGE, Aspect.LIST, None, Aspect.STATUS, Aspect.CAPACITY, Aspect.IMAGES}:
        slots |= _sorting(clause, aspect)
    if aspect is Aspect.EVENTS:
        clause.take(
            r"(?:, )?(?:with )?(?:the )?(?:newest|latest|youngest|most recent|oldest|last)(?: ones?)? (?:first|on top|at the top)"
        )
    if aspect is Aspect.EVENTS and clause.has(r"warnings?|errors?"):
        slots["contains"] = "warning"
        clause.take(r"(?:warnings?|errors?)")
    return slots


def _sorting(clause: Clause, aspect: Aspect | None) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    shown = clause.take_all(
        r"(?:with|including|and|along with|together with) (?:all |their |its |the )*(?P<what>labels|annotations)(?= )"
    )
    if shown:
        slots["show"] = tuple(each.said("what") for each in shown)
    limit = clause.take(
        r"(?:the )?(?:top|first|biggest|largest) {n:count}",
        r"(?:the )?(?P<order>newest|latest|youngest|oldest|most recent) {n:count}",
        *(
            [
                r"(?:the )?{n:count}(?= (?:[\w-]+ )?(?:pods?|deployments?|nodes?|workloads?|jobs?|services?|namespaces?|pvcs?|containers?|events?) )"
            ]
            if clause.has(r"most|least|highest|lowest|biggest|largest|smallest|oldest|newest|fewest|latest|youngest")
            else []
        ),
        r"(?:the )?{n:count} (?:most|biggest|largest|heaviest|top|hungriest|oldest|newest|youngest)",
    )
    shown_first = clause.take(
        r"(?:, )?(?:with )?(?:the )?(?P<order>newest|latest|youngest|most recent|oldest)(?: ones?)? (?:first|on top|at the top)"
    )
    if shown_first is not None:
        slots |= {"sort_by": "age", "descending": shown_first.said("order") == "oldest"}
    if limit is not None:
        slots["limit"] = int(float(limit.text("count") or 0)) or None
        order = limit._match.groupdict().get("order")
        if order:
            slots |= {"sort_by": "age", "descending": order == "oldest"}
            return slots
    if aspect is Aspect.USAGE:
        slots["sort_by"] = (
            "cpu" if clause.has(r"cpu|processor|cores?") and not clause.has(r"memory|ram|mem") else "memory"
        )
        slots["descending"] = not clause.has(r"least|lowest|smallest")
        return slots
    led = clause.fresh().has(r"sort|order|rank") or limit is not None  # "top 3 by restarts", "sort them by age"
    lead = r"(?:(?:sorted|ordered|sort|order|ranked)(?: them)? )" + ("?" if led else "")
    found = clause.take(
        lead
        + r"by (?:their |its |the )?(?:number of )?(?P<key>cpu|memory|replicas|size|restart counts?|restarts?|age|name|creation time|creation timestamp|creation)(?: usage)?"
    )
    words = {
        "cpu": "cpu",
        "memory": "memory",
        "rest": "restarts",
        "age": "age",
        "name": "name",
        "crea": "age",
        "repl": "replicas",
        "size": "size",
    }
    if found is not None:
        key = next(value for word, value in words.items() if found.said("key").startswith(word))
        slots |= {"sort_by": key, "descending": key not in {"name"}}
    elif (
        most := clause.take(
            r"(?:with |have |has |having |runs? |running |hosts? |hosting )?(?:the )?(?P<how>most|fewest|least|highest|lowest|largest|biggest|smallest)(?: number of| amount of| count of)? (?P<what>replicas|instances|pods|storage|size)(?: count)?"
        )
    ) is not None or (
        most := clause.take(
            r"(?:the )?(?P<how>biggest|largest|smallest)(?P<what>)(?= (?:pvcs?|claims?|volumes?|persistent))",
            r"(?<= is )(?:the )?(?P<how>biggest|largest|smallest)(?P<what>)(?: one)?(?= (?:\?|_|$))",
        )
    ) is not None:
        what = most.said("what") or "size"
        key = {"replicas": "replicas", "instances": "replicas", "pods": "pods"}.get(what, "size")
        slots |= {"sort_by": key, "descending": most.said("how") not in {"fewest", "least", "lowest", "smallest"}}
        if clause.has(r"(?:which|what) (?!are)") and slots.get("limit") is None:
            slots["limit"] = 5
    elif (
        one := clause.take(
            rf"(?:the )?(?P<how>newest|youngest|latest|most recent|most recently created|oldest|longest[- ]running)(?= {_ONE} )"
        )
    ) is not None:
        oldest = one.said("how").startswith(("oldest", "longest"))
        slots |= {"sort_by": "age", "descending": oldest, "limit": slots.get("limit") or 1}
    elif clause.take(r"(?:the )?(?:oldest|longest[- ]running)"):
        slots |= {"sort_by": "age", "descending": True}
    elif clause.take(
        r"(?:the )?(?:newest|youngest|most recent|latest|most recently created)(?= (?:pods?|deployments?|jobs?|\w+s) )"
    ):
        slots |= {"sort_by": "age", "descending": False}
    elif clause.take(
        r"(?:with |have |has |having )?(?:the )?(?:most|highest|more) (?:number of )?restarts?(?: counts?)?",
        r"restarts? the most|restarted the most|restarted most(?: often)?",
    ):
        slots |= {"sort_by": "restarts", "descending": True}
    return slots
