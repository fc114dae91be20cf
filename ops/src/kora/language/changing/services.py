"""Frames beside a workload's containers: the type and ports of a Service, the schedule and a run of a cron job, the keys of a
ConfigMap, how pods are replaced, whether a node takes pods."""

import re

from kora.language.changing.configuring import rolling
from kora.language.changing.frames import Order, Slots, frame, integer
from kora.language.clauses import Clause
from kora.language.intents import Unclear
from kora.language.kinds import PHRASES
from kora.language.targets import assignment
from kora.language.vocabulary import FILLERS, PREPOSITIONS, is_known

_TYPES = {"n": "NodePort", "l": "LoadBalancer", "c": "ClusterIP"}
_TYPE = r"(?P<type>node ?-?port|load ?-?balancer|cluster ?-?ip)"
_SERVICE = r"(?:service|services|svc)"


@frame("set_service", "set switch patch add up down expose")
def _set_service(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if order.family == "expose":  # on a node's port and no other: the port of a Service that is there
        if clause.has(r"(?<!node )ports? {n:port}|{o:ports}|- -|named|called|services? for|new"):
            return None
        opened = clause.take(
            r"(?:as|through|via|on|at|with|by|using)? ?(?:a |the )?node ?-?port (?:number )?(?:of |= |: |on )?{n:port}"
        )
        return None if opened is None else {"type": "NodePort", "node_port": integer(opened.text("port"))}
    if not clause.has(_SERVICE) or clause.has(r"selector|traffic|labels?|annotations?|service account|session"):
        return None
    if clause.has(_TYPE):
        clause.take(
            r"(?:(?:so (?:that )?)?(?:it|they) (?:is|are|can be|gets?) )?(?:reachable|accessible|available|exposed|reached|visible|public)? ?(?:from |to )?(?:the )?(?:outside(?: (?:of )?the cluster| world)?|externally|publicly|internet)"
        )
        clause.take(r"(?:via|through|using|by|with)(?= (?:a |an )?(?:node ?-?port|load ?-?balancer|cluster ?-?ip))")
    clause.take(rf"(?:back )?from (?:a |an |type )*{_TYPE.replace('?P<type>', '?:')}(?= )")
    if clause.has(rf"{_TYPE} {_SERVICE} (?:\S+ )+?(?:to|into|a|as) (?:a |an |type )*{_TYPE.replace('?P<type>', '?:')}"):
        clause.take(rf"(?:the )?{_TYPE}(?= {_SERVICE} )")
    found = clause.take(
        rf"(?:(?:a|an|the|to|of|into|as|be|is|its|with|service|kubernetes) )*(?:service )?type (?:(?:to|of|=|:|as|is|be) )*{_TYPE}(?: type| service)?",
        rf"(?:(?:a|an|to|into|as|be|become|of type|type|use|the) )+{_TYPE}(?: type| service| one)?",
    )
    clause.take(r"(?:the )?(?:service )?type(?: of| for)?(?= )")
    on = clause.peek(r"on (?:port )?{n:port}") if found is not None and found.said("type").startswith("node") else None
    if on is not None and 30000 <= (integer(on.text("port")) or 0) <= 32767:  # where a node's ports are
        clause.claim(on.indices)
    else:
        on = None
    node = on or clause.take(
        r"(?:(?:and|with|on|at|to|the|its|a|,) )*node ?-?port (?:(?:to|=|:|of|number|is|on) )*{n:port}"
    )
    clause.take(r"from (?:port )?{n:old}(?= to )")
    target = clause.take(
        r"(?:(?:and|with|the|its|,|a) )*(?:target|container|pod) ?-?ports? (?:of |for |on )?(?P<mid>(?:(?:the )?[\w-]+ )*?)(?:(?:to|=|:|is|as) )+{n:port}"
    )
    target = target or clause.take(r"(?:to )?port {n:port} (?:of|on|in) (?:the |its )?(?:pods?|containers?)")
    if target is not None and "mid" in target._match.groupdict():  # what stands between names the service
        for at in clause.indices(*target._match.span("mid")):
            clause.used[at] = False
        clause.claim(())
    port = _port(clause)
    if found is None and port is None and target is None and node is None:
        return None
    clause.take(r"(?:be )?(?:reachable|accessible|available|exposed|listening|listen)(?= _)")
    clause.take(rf"(?:the )?(?:port|type)(?: of| for| on)?(?= (?:the |_ )?{_SERVICE})")
    if order.family == "add" and port is not None:
        return {"add_port": port, "target_port": integer(target.text("port")) if target else None}
    return {
        "type": _TYPES[found.said("type")[0]] if found else None,
        "port": port,
        "target_port": integer(target.text("port")) if target else None,
        "node_port": integer(node.text("port")) if node else None,
    }


def _port(clause: Clause) -> int | None:
    if not clause.has(r"ports?|listen\w*|on {n:port}"):
        return None
    found = clause.take(
        r"(?:(?:and|with|the|its|,|a|to|on|use|listen on|service) )*ports? (?:(?:to|=|:|is|number) )*{n:port}"
    )
    if found is None:
        found = clause.take(
            r"(?:(?:should|to) )?listen(?:ing)? on (?:port )?{n:port}",
            *([r"on (?:port )?{n:port}"] if clause.has(r"_ on {n:a} $|_ on port {n:b}") else []),
        )
    if found is None:
        found = clause.take(r"ports? (?:_ )*to (?:port )?{n:port}")
    if found is None:  # "change the port of service api to 8080"
        verb = clause.take(r"(?:the )?(?:service )?port (?:of|for|on|in)(?= )")
        found = clause.take(r"to (?:port )?{n:port}") if verb else None
    return integer(found.text("port")) if found else None


@frame("set_schedule", "set resume switch create")
def _set_schedule(order: Order) -> Slots | Unclear | None:
    from kora.language.creation.scan import Scan
    from kora.language.creation.schedules import read_schedule

    clause = order.clause
    runs = clause.fresh().has(
        r"(?:should|must|shall|has to|have to|needs? to|jobs?|cronjob) (?:only )?(?:to )?run (?:every|each|at|on|daily|hourly|weekly|nightly|monthly|once)"
    )
    named = order.verb == "run" and clause.has(
        r"_ (?:the )?(?!the |an? )[a-z0-9][\w.-]*(?: cron ?job)? (?:every|each|hourly|daily|nightly|weekly|monthly|at|on (?:weekdays|weekends|[a-z]+days?))"
    )
    if order.family == "create" and (not named or clause.has(r"an?|new|that|which|with|named|called|{i:image}")):
        return None
    if not (runs or named or clause.has(r"cron ?jobs?|schedule|cj")) or clause.has(
        r"autoscal\w*|image|suspend\w*|paused"
    ):
        return None
    left = clause.left()
    match = re.search(
        r" (?:schedule(?= <[nq])|_(?= (?:hourly|daily|weekly|monthly|nightly|every|each|at) )|to|so (?:that )?it runs?|(?:should )?run|at|=|:|every) ",
        clause.line,
    )
    if match is None or not left:
        return None
    indices = [index for index in clause.indices(match.start(), len(clause.line)) if not clause.used[index]]
    tail = " ".join(
        f'"{clause.tokens[at].text}"' if clause.tokens[at].kind == "quoted" else clause.tokens[at].text
        for at in indices
    )
    tail = re.sub(r"\s+instead\s*\.?$", "", tail)
    scan = Scan(re.sub(r"^(?:schedule|to|so(?: that)? it runs?|run|at|=|:) ", "", tail))
    schedule = read_schedule(scan)
    if schedule is None:
        return order.ask("Which schedule? Say it as cron fields or as in 'every day at 3am'.", "a new schedule")
    if re.search(r"\w", scan.rest) and not re.fullmatch(r"(?:\W|run|to|it|the|runs)*", scan.rest):
        return order.ask(f"The words “{scan.rest.strip()}” were not understood.", "a new schedule")
    clause.claim(indices)
    clause.take(r"(?:the )?(?:cron )?schedule(?: of| for| on)?")
    return {"schedule": schedule}


@frame("run_job", "create restart trigger set")
def _run_job(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if order.verb not in {"run", "start", "trigger", "execute", "launch", "fire", "kick"}:
        return None
    soon = clause.has(r"jobs?") and clause.has(
        r"(?:right )?now|right away|at once|immediately|once|manually|by hand|again"
    )
    soon = soon or (
        order.verb in {"run", "start"}
        and clause.has(r"once(?: now| again)?|now|again")
        and not clause.has(r"an?|the|new|with")
    )
    soon = soon or (
        order.verb in {"trigger", "execute", "fire"}
        and clause.has(r"(?:right )?now|at once|immediately|manually|by hand|once|_ (?:the )?[\w-]+(?= (?:[.!] )?$)")
    )
    if not (soon or clause.has(r"cron ?jobs?|cj|{r:reference}")) or clause.has(
        r"{i:image}|{q:text}|image|named|called|that|every|schedule"
    ):
        return None
    clause.take(r"(?:a |one )?(?:manual |single |new )*(?:run|job|execution)(?: of| from| for)(?= )")
    clause.take(r"off")
    clause.take_all(
        r"(?:right )?now|right away|at once|straight away|again|once|manually|immediately|by hand|one time|ad hoc|outside (?:of )?(?:its|the) schedule|as a job"
    )
    return {}


# --- how pods are replaced ------------------------------------------------------------------------------------------


@frame("set_strategy", "set switch patch up down")
def _set_strategy(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    pace = r"max(?:imum)?[ -]?(?:surge|unavailable)|surge"
    if not clause.has(rf"strategy|{pace}|(?:to|use|using) (?:a )?(?:recreate|rolling ?update)") and not (
        order.verb == "use" and clause.has(r"recreate|rolling ?-?updates?")
    ):
        return None
    if clause.has(r"{i:image}|images?|tag|version|replicas"):
        return None
    slots: Slots = {"type": None, **rolling(clause)}
    found = clause.take(
        r"(?:(?:to|as|with|use|using|a|an|the|be|is|of|type|=|:) )*(?P<type>recreate|rolling ?-?updates?)(?: strategy| deployment strategy| type)?"
    )
    clause.take(
        r"(?:the )?(?:deployment |update |rollout |upgrade |its )*strategy(?: type)?(?: of| for| on| in| used by)?"
    )
    clause.take(r"(?:instead of|from) (?:a )?(?:recreate|rolling ?-?updates?)")
    if found is not None:
        slots["type"] = "Recreate" if found.said("type").startswith("rec") else "RollingUpdate"
    if slots["type"] == "Recreate" and (slots["max_surge"] or slots["max_unavailable"]):
        return order.ask("A recreation has no surge: recreate, or a rolling update?", "a strategy")
    if not any(slots.values()):
        return order.ask(
            "Which strategy: RollingUpdate or Recreate, and which maxSurge or maxUnavailable?", "a strategy"
        )
    return slots


# --- config maps ----------------------------------------------------------------------------------------------------

_MAP = r"(?:config ?maps?|cm|secrets?)"
_NO_KEYS = frozenset(
    FILLERS | PREPOSITIONS | {"key", "value", "entry", "keys", "values", "data", "so", "that", "is", "be"}
)


@frame("set_data", "set add remove delete down patch switch")
def _set_data(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    named_so = clause.has(r"(?:in|from|of|to|into) (?:the )?[a-z][\w.]*-(?:config|settings|configmap|cm)")
    if not (clause.has(_MAP) or named_so) or clause.has(
        r"replicas|cpu|memory|labels?|annotations?|env|environment|variables?|deployments?|pods?|mount|volume|image|statefulsets?|immutable|ingress|tls"
    ):
        return None
    noun = r"(?:(?:the|an?|new|another|additional) )*(?:keys?|entry|entries|settings?|values?)(?: of| named| called)?"
    if order.family in {"remove", "delete", "down"}:
        held = clause.take(
            r"(?:the )?(?P<key>(?!the )(?:<q\d+>|[a-z0-9][\w.-]*)) (?:key|entry)(?: from| of| in| out of)+(?= )"
        )
        if held is not None:
            return {"remove": (held.text("key"),)}
        if clause.take(noun) is None and order.family == "delete":
            return None  # the config map itself
        found = clause.take(
            r"(?<!and )(?<!, )(?!the |config|cm )(?P<key>(?:<[qh]\d+>|[a-z0-9][\w.-]*))(?= (?:from|of|in|out) )"
        )
        key = found.text("key") if found else None
        if found is None:
            several = clause.take(
                r"(?P<first>[a-z0-9][\w.-]*)(?: (?:,|and|, and) (?!the )[a-z0-9][\w.-]*)+(?= (?:from|of|in|out) )"
            )
            if several is not None:
                return {
                    "remove": tuple(
                        clause.tokens[at].text for at in several.indices if clause.words[at] not in {",", "and"}
                    )
                }
        return {"remove": (key,)} if key else order.ask("Which key?", "a change of a config map")
    values: dict[str, str] = {}
    whole = clause.peek(
        rf"(?:the )?(?:key |value of |value for )?(?P<key>(?:<[qh]\d+>|(?!the |key )[a-z0-9][\w.-]*)) (?:in|of|inside) (?P<where>(?:the )?(?:(?:[a-z0-9][\w.-]* )?{_MAP}(?: [a-z0-9][\w.-]*)?|[a-z][\w.]*-(?:config|settings|configmap|cm|secret|credentials))) (?:_ )*(?:to|=|with) (?:the value )?{{value:value}}(?= (?:\. )?$)"
    )
    if whole is not None and whole.said("key") not in _NO_KEYS:
        where = set(clause.indices(*whole._match.span("where")))
        clause.claim([at for at in whole.indices if at not in where])
        return {"values": {whole.text("key") or "": whole.text("value") or ""}}
    apart = clause.has(r"(?:key|setting|entry|value of) [\w.-]+ (?:of|in|from) .* (?:to|=) {value:v}(?= (?:\. )?$)")
    if apart and (given := clause.take(r"(?:to|=) {value:value}(?= (?:\. )?$)")) is not None:
        named = clause.take(
            r"(?:the )?(?:key|setting|entry|value of)(?: the key)? (?P<key>[a-z0-9][\w.-]*)(?: of| in| from)?(?= )"
        )
        if named is not None:
            return {"values": {named.text("key") or "": given.text("value") or ""}}
    clause.take(r"from {value:old}(?= to )")
    clause.take(rf"{noun}(?= (?:{{a:pair}}|{{q:key}}|[\w.-]+ (?:to|=|:|is|be|with|of)))")
    for found in clause.take_all(r"(?:(?:, |and |with |so that |such that |to )+)?{a:pair}"):
        name, value = assignment(found.text("pair") or "")
        values[name] = value
    while (
        found := clause.take(
            rf"(?:, |and |with |so |that |such |the |key |set |value |entry |a )*(?!{_MAP} |in |of |to |the )(?P<key>(?:<[qh]\d+>|[a-z0-9][\w.-]*)) (?:_ )*"
            r"(?:(?:to|=|:|is|be|becomes|with|set|equal|equals|(?:the )?value(?: of)?) )+{value:value}(?= )"
        )
    ) is not None:
        name, value = found.text("key") or "", found.text("value") or ""
        if name.lower() in _NO_KEYS or (name.lower(),) in PHRASES or (is_known(name.lower()) and name == name.lower()):
            return order.ask("Which key, and which value? Say KEY=value.", "a change of a config map")
        values[name] = value
    return (
        {"values": values}
        if values
        else order.ask("Which key, and which value? Say KEY=value.", "a change of a config map")
    )


# --- nodes ----------------------------------------------------------------------------------------------------------


@frame("cordon", "drain set resume stop pause")
def _cordon(order: Order) -> Slots | None:
    clause = order.clause
    if order.verb in {"cordon", "uncordon"}:
        return {"open": order.verb == "uncordon"}
    if order.family == "drain":
        return None
    node = r"(?:node|machine|worker)s?"
    lands = clause.has(
        r"(?:new|more|further) (?:pods|workloads) (?:from )?(?:landing|being scheduled|being placed|getting scheduled|coming) (?:on|onto|to)"
    )
    if order.verb in {"keep", "stop", "halt", "disable", "hold"} and (lands or clause.has(node)):
        kept = clause.take(
            r"(?:new |any |more |further |any new )*(?:pods|workloads)(?: from)?(?: being)? (?:off|away from|scheduled (?:on|onto|to)|landing on|coming (?:on|to)|running on)(?= )",
            r"(?:new |any |more |further |any new )+(?:pods|workloads) (?:from )?(?:landing|being scheduled|being placed|getting scheduled|coming) (?:on|onto|to)(?= )",
            r"(?:from )?(?:scheduling|placing|putting)(?: (?:any |new |more )*(?:pods|workloads|anything))? (?:on|onto|to)(?= )",
            r"scheduling (?:on|onto|of|for)(?= )",
        )
        return {"open": False} if kept is not None else None
    if order.family in {"stop", "pause"}:
        return None
    if order.verb == "put" and clause.has(node):
        into = clause.take(r"(?:into|in|under) maintenance(?: mode)?")
        return {"open": False} if into is not None else None
    found = clause.take(r"(?:(?:as|to|be|again) )*(?P<how>unschedulable|schedulable|cordoned|uncordoned)(?: again)?")
    if found is None:
        return None
    return {"open": found.said("how") in {"schedulable", "uncordoned"}}
