"""The frame for probes: what is asked of a container, and when. Part of what `configuring` reads."""

from kora.language.changing.configuring import take_container
from kora.language.changing.frames import Order, Slots, frame, integer
from kora.language.clauses import Clause
from kora.language.intents import Unclear
from kora.language.quantities import seconds


@frame("set_probe", "set add patch up down fix create resize")
def _probe(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    kinds = r"(?P<which>readiness|liveness|startup)"
    if not clause.has(rf"{kinds}|probes?|health ?checks?"):
        return None
    if not clause.has(kinds):
        return None if order.family == "fix" else order.ask("Which probe: readiness, liveness or startup?", "a probe")
    if order.family == "fix" and not clause.has(r"{s:path}|port {n:a}|{d:b}"):
        return None
    which = []
    over_tcp = clause.has(r"tcp")
    while (
        found := clause.take(
            rf"(?:, |and |an? |the |http |https |tcp |its )*{kinds}(?: ?(?:and|,|&)(?= (?:liveness|readiness|startup)))?"
        )
    ) is not None:
        which.append(found.said("which"))
    slots = _probe_slots(clause, over_tcp=over_tcp)
    clause.take_all(
        r"(?:an? |the |http |tcp |exec )*(?:http |tcp )?(?:probes?|checks?|health ?checks?)(?: of| for| on| in)?"
    )
    clause.take_all(
        r"(?:that |which )?(?:checks?|checking|uses?|using|hits?|calls?|requests?|does|performs?|doing|performing|with)? ?(?:an? )?(?:http )?get(?: requests?)?(?: on| to| at| for)?"
    )
    if not slots:
        return order.ask("What shall it ask: a path and a port, a TCP port, or a command?", "a probe")
    return {"container": take_container(clause), **dict.fromkeys(which, slots)}


def _probe_slots(clause: Clause, *, over_tcp: bool) -> Slots:
    slots: Slots = {}
    timing = {
        "initial_delay_seconds": r"(?:the )?first (?:one |check |probe |time )?after|start(?:ing)? delay|wait(?: for)?|only starts? after|start(?:s|ing)? after|begin(?:s|ning)? after|kicks? in after|initial[- ]?delay(?:[- ]?seconds)?|initialdelayseconds|delay",
        "period_seconds": r"period(?:[- ]?seconds)?|periodseconds|interval|(?:run |check |fire |probe |checks |runs |poll )?every",
        "timeout_seconds": r"timeout(?:[- ]?seconds)?|timeoutseconds",
        "failure_threshold": r"failure[- ]?threshold|failurethreshold|failures?",
    }
    for slot, words in timing.items():
        found = clause.take(
            rf"(?:, |and |with |an? |the |of |its )*(?:{words}) (?:(?:of|to|=|:|is|at|be) )*{{nd:value}}",
            rf"(?:, |and |with |an? |after |of )*{{nd:value}} (?:second )?(?:{words})",
        )
        if found is None and clause.has(rf"(?:{words}) (?:of|for|on|in) (?:\S+ )+?to {{nd:value}}"):
            clause.take(rf"(?:the |its )?(?:{words})(?: of| for| on| in)?")
            found = clause.take(r"to {nd:value}")
        if found is not None:
            clause.take(
                r"(?:before|until) (?:it|they|the probe|probing|checking|the first (?:check|probe))(?: starts?| begins?| runs?| kicks in)?|(?:before|after) (?:starting|it starts)"
            )
            text = found.text("value") or ""
            slots[slot] = integer(text) if integer(text) is not None else round(seconds(text) or 0)
    tcp = clause.take(
        r"(?:(?:on|at|with|using|via|a|an|the|open|to|connects to|connecting to|checks|that|checking) )*tcp(?: ?-?socket)?(?: _)*(?: check| probe| connection)?(?: (?:on|at|to|of|for|=|:))*(?: port)? {n:port}"
    )
    if tcp is None and over_tcp:
        tcp = clause.take(r"(?:(?:on|at|to|of|for|port|check|probe|socket|tcp) )+{n:port}")
    if tcp is not None:
        return slots | {"tcp_port": integer(tcp.text("port"))}
    command = clause.take(
        r"(?:(?:by |that |which )?(?:running|runs|executing|executes|exec|with|using) )?(?:the )?(?:command|exec) (?:of |: |= )?{q:command}",
        r"(?:by |that |which )?(?:running|runs|run|executing|executes|calling|calls) {q:command}",
    )
    if command is not None:
        return slots | {"command": tuple((command.text("command") or "").split())}
    path = clause.take(
        r"(?:(?:on|at|to|with|using|use|from|of|path|the|a|http|get|endpoint|check|checks|hit|hits|call|calls|ask|asks|query|checking|hitting|calling|=|:|requests?|be|is|against) )*{s:path}(?: (?:path|endpoint))?"
    )
    port = clause.take(
        r"(?:, |and )*(?:(?:on|at|using|of|to|the|with|via|its) )*(?:container |http )?port (?:(?:of|=|:|to|named|called|is|be) )*(?:{n:port}|{q:named})",
        r": {n:port}",
    )
    if port is None and path is not None:  # "/healthz on 8080"
        port = clause.take(r"(?:, |and )*(?:on|at|using|via) {n:port}")
    if path is not None:
        slots["path"] = path.text("path")
    if port is not None:
        number = integer(port.text("port"))
        slots["port"] = number if number is not None else port.text("named")
    return slots
