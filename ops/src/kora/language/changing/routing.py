"""The frame for what an Ingress that is there routes: hosts, paths, certificates."""

import re

from kora.language.changing.frames import Order, Slots, frame, integer
from kora.language.clauses import Clause, Found
from kora.language.intents import Unclear
from kora.language.lexer import Kind, Token

_HOST_PATH = re.compile(r"((?:[a-z0-9-]+\.)+[a-z]{2,})(/[\w./-]*)")
_INGRESS = r"(?:ingress|ing|ingresses)"
_PLAIN = r"(?:<[qh]\d+>|(?!the |a |an |ingress |this |that |port |service |svc |host |https |tls |path |it |pointing |leading |going |routing |sending |forwarding |with |using |served |backed |that |which |for |so |and |to |via |on |should |must )[a-z0-9][\w.-]*)"
_TO = r"(?:(?:to|at|onto|towards|toward|by|into|for|with|which|that|and|goes|go|going|pointing|points|point|leading|leads|lead|served|serving|serves|backed|routing|routes|route|routed|send|sends|sending|forwarding|forwards|forwarded|sent|using|it|is|->|→|>|-) )+"
_HOST = r"(?:(?:the|a|an|new|another|one|more|additional|second|extra|under|on|for|with|of|at) )*(?:host ?names?|hosts?|domains?|name|rule for)?"


@frame("set_ingress", "set add remove delete switch expose create rename down")
def _routing(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if not clause.has(_INGRESS) or clause.has(
        r"labels?|annotations?|network ?polic\w+|class|controllers?|traffic|rate|timeout"
    ):
        return None
    if (
        order.family == "create"
        or (order.family == "down" and order.verb != "drop")
        or not clause.has(r"{h:host}|{s:path}|tls|https|certificates?|certs?")
    ):
        return None
    ingress = clause.take(
        rf"(?:(?:to|on|of|from|in|for|at|by|with|through|via) )?(?:the |our )?{_INGRESS}(?: rules?| object)? (?:named |called )?(?P<ingress>{_PLAIN})(?= )",
        rf"(?:(?:to|on|of|from|in|for|at|by|with|through|via) )?(?:the |our )?(?P<ingress>{_PLAIN}) {_INGRESS}(?= )",
        rf"(?:(?:to|on|of|from|in|for|at|by|with|through|via) )?(?:the |our )?{_INGRESS}(?= )",
    )
    slots = _removed(order) if order.family in {"remove", "delete", "down"} else _routed(order)
    if ingress is not None:  # the target is read by those who read every target
        for at in ingress.indices:
            clause.used[at] = False
        clause.claim(())
    return slots


def _removed(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    host = clause.take(rf"{_HOST} {{h:host}}(?: host)?(?: from| of| off)?", r"{h:host}")
    path = clause.take(r"(?:the )?(?:paths?|routes?|rule for)? ?{s:path}(?: path| route)?(?: from| of| off)?")
    if path is not None:
        return {"remove_path": path.text("path"), "host": host.text("host") if host else None}
    return {"remove_host": host.text("host")} if host is not None else None


def _routed(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    slots: Slots = {}
    secret = (
        clause.take(
            r"(?:(?:with|using|use|from|by|via|and|its|the|a|to) )*(?:(?:tls|https|ssl) )?(?:certificates?|certs?|secret)(?: (?:in|from|of))?(?: (?:the )?secret)? (?:named |called )?(?P<secret>(?:<[qh]\d+>|(?!for |of |on |in |from |secret |to |and )[a-z0-9][\w.-]*))(?= )",
            r"(?:(?:with|using|use|from|by|via|and|the) )*(?P<secret>(?!tls |the |a )[a-z0-9][\w.-]*) (?:as )?(?:the )?(?:tls )?(?:certificate|cert|secret)",
        )
        if clause.has(r"tls|https|ssl|certificates?|certs?")
        else None
    )
    if secret is not None:
        slots["tls_secret"] = secret.text("secret")
        clause.take_all(
            r"(?:(?:as|for|with|via|use|enable|turn|on|to|add|over|through|and|terminate|the|its) )*(?:tls|https|ssl)(?: on| for)?"
        )
    elif clause.has(r"tls|https|ssl|certificates?|certs?"):
        return order.ask("With which certificate? Name the TLS secret.", "an ingress")
    swapped = clause.take(rf"{_HOST}(?: from)? {{h:old}} (?:_ )*(?:to|with|by|into) {{h:new}}")
    if swapped is not None:
        return slots | {"instead_of": swapped.text("old"), "host": swapped.text("new")}
    if order.family in {"set", "rename"} and (renamed := _new_host(clause)) is not None:
        return slots | {"instead_of": "", "host": renamed}
    if clause.has(r"{i:both}"):
        _part_host(clause)
    exact = clause.take(r"(?:exact|exactly)") is not None
    host = clause.take(rf"{_HOST} {{h:host}}", r"{h:host}")
    path = clause.take(
        r"(?:(?:for|under|on|at|with|and|the|a|an|new|its|all|everything|requests|calls|another|one|more|additional|second|extra) )*(?:prefix |path |paths |route |rule |requests )*(?:(?:to|for|of|under) )?{s:path}(?: path)?",
    )
    service, port = _service(clause)
    if host is not None:
        slots["host"] = host.text("host")
    if path is not None:
        slots |= {"path": path.text("path"), "exact": exact}
    if service is not None:
        return slots | {"service": service, "port": port}
    if slots.get("tls_secret") and path is None:
        return slots
    return order.ask("To which service and port shall that lead?", "an ingress") if host or path else None


def _part_host(clause: Clause) -> None:
    """ "shop.example.com/cart" looks like an image: it is a host with a path here."""
    for at, token in enumerate(clause.tokens):
        found = _HOST_PATH.fullmatch(token.text) if token.kind is Kind.IMAGE and not clause.used[at] else None
        if found is not None:
            middle = token.start + len(found[1])
            clause.tokens[at : at + 1] = [
                Token(Kind.HOST, found[1], token.start, middle),
                Token(Kind.PATH, found[2], middle, token.end),
            ]
            clause.words[at : at + 1] = [found[1].lower(), found[2].lower()]
            clause.used[at : at + 1] = [False, False]
    clause.claim(())


def _new_host(clause: Clause) -> str | None:
    """ "change the host of ingress shop to new.example.com": the ingress is claimed, so the noun and "to" are left."""
    found = clause.peek(
        r"(?:the |its )?(?:host|hostname|host name|domain)(?: name)?(?: of| on| for)? (?:_ )*(?:to|=|:) {h:new}"
    )
    if found is None:
        return None
    clause.claim(found.indices)
    return found.text("new")


def _service(clause: Clause) -> tuple[str | None, int | None]:
    """The service behind it and its port; a name with a port looks like an image ("web:80")."""
    port: Found | None
    joint = clause.peek(rf"{_TO}(?:the )?(?:service |svc )?{{i:both}}")
    name, _, number = ((joint.text("both") if joint else None) or "").partition(":")
    if joint is not None and number.isdigit() and "/" not in name:
        clause.claim(joint.indices)
        clause.take(r"(?:service|svc)")
        return name, int(number)
    port = clause.take(r"(?:, )?(?:(?:on|at|with|using|via|its|the|and|service) )*port (?:number )?{n:port}")
    found = clause.take(
        rf"(?:, )?(?:with |and )?(?:the )?backend (?:service |svc )?(?P<service>{_PLAIN})(?= )",
        rf"{_TO}(?:the )?(?:backend )?(?:service|svc) (?:named |called )?(?P<service>{_PLAIN})(?= )",
        rf"{_TO}(?:the )?(?P<service>{_PLAIN}) (?:service|svc)(?= )",
        rf"{_TO}(?:the )?(?P<service>{_PLAIN})(?= (?:_|,|\.|$|on |at |for |with )|$| $)",
    )
    reference = None if found is not None else clause.take(rf"{_TO}{{r:service}}")
    said = (found or reference).text("service") if found or reference else None  # type: ignore[union-attr]
    return (said.rpartition("/")[2] if said else None), (integer(port.text("port")) if port else None)
