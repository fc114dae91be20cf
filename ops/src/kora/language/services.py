"""Frames for what is no workload: the type and ports of a Service, the schedule of a cron job, a run of it now."""

import re

from kora.language.changes import Order, Slots, frame, integer
from kora.language.clauses import Clause
from kora.language.intents import Unclear

_TYPES = {"n": "NodePort", "l": "LoadBalancer", "c": "ClusterIP"}
_TYPE = r"(?P<type>node ?-?port|load ?-?balancer|cluster ?-?ip)"
_SERVICE = r"(?:service|services|svc)"


@frame("set_service", "set switch patch add up down")
def _set_service(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if not clause.has(_SERVICE) or clause.has(r"selector|traffic|labels?|annotations?|service account|session"):
        return None
    clause.take(rf"(?:back )?from (?:a |an |type )*{_TYPE.replace('?P<type>', '?:')}(?= )")
    found = clause.take(
        rf"(?:(?:a|an|the|to|of|into|as|be|is|its|with|service|kubernetes) )*(?:service )?type (?:(?:to|of|=|:|as|is|be) )*{_TYPE}(?: type| service)?",
        rf"(?:(?:a|an|to|into|as|be|become|of type|type|use|the) )+{_TYPE}(?: type| service)?",
    )
    clause.take(r"(?:the )?(?:service )?type(?: of| for)?(?= )")
    node = clause.take(r"(?:(?:and|with|on|at|to|the|its|a|,) )*node ?-?port (?:(?:to|=|:|of|number|is|on) )*{n:port}")
    clause.take(r"from (?:port )?{n:old}(?= to )")
    target = clause.take(
        r"(?:(?:and|with|the|its|,|a) )*(?:target|container|pod) ?-?ports? (?:of |for |on )?(?P<mid>(?:(?:the )?[\w-]+ )*?)(?:(?:to|=|:|is|as) )+{n:port}"
    )
    port = _port(clause)
    if found is None and port is None and target is None and node is None:
        return None
    clause.take(rf"(?:the )?(?:port|type)(?: of| for| on)?(?= (?:the |_ )?{_SERVICE})")
    return {
        "type": _TYPES[found.said("type")[0]] if found else None,
        "port": port,
        "target_port": integer(target.text("port")) if target else None,
        "node_port": integer(node.text("port")) if node else None,
    }


def _port(clause: Clause) -> int | None:
    if not clause.has(r"ports?"):
        return None
    found = clause.take(
        r"(?:(?:and|with|the|its|,|a|to|on|use|listen on|service) )*ports? (?:(?:to|=|:|is|number) )*{n:port}"
    )
    if found is None:  # "change the port of service api to 8080"
        verb = clause.take(r"(?:the )?(?:service )?port (?:of|for|on|in)(?= )")
        found = clause.take(r"to (?:port )?{n:port}") if verb else None
    return integer(found.text("port")) if found else None


@frame("set_schedule", "set resume switch")
def _set_schedule(order: Order) -> Slots | Unclear | None:
    from kora.language.creation.scan import Scan
    from kora.language.creation.schedules import read_schedule

    clause = order.clause
    if not clause.has(r"cron ?jobs?|schedule|cj") or clause.has(r"autoscal\w*|image|suspend\w*|paused"):
        return None
    left = clause.left()
    match = re.search(r" (?:to|so (?:that )?it runs?|(?:should )?run|at|=|:|every) ", clause.line)
    if match is None or not left:
        return None
    indices = [index for index in clause.indices(match.start(), len(clause.line)) if not clause.used[index]]
    tail = " ".join(
        f'"{clause.tokens[at].text}"' if clause.tokens[at].kind == "quoted" else clause.tokens[at].text
        for at in indices
    )
    scan = Scan(re.sub(r"^(?:to|so(?: that)? it runs?|run|at|=|:) ", "", tail))
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
    if not clause.has(r"cron ?jobs?|cj|{r:reference}") or clause.has(
        r"{i:image}|{q:text}|image|named|called|that|every|schedule"
    ):
        return None
    clause.take(r"(?:a |one )?(?:manual |single |new )*(?:run|job|execution)(?: of| from| for)(?= )")
    clause.take(r"off")
    clause.take_all(
        r"(?:right )?now|once|manually|immediately|by hand|one time|ad hoc|outside (?:of )?(?:its|the) schedule|as a job"
    )
    return {}
