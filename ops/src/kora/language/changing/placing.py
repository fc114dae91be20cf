"""The frame for as whom and where pods run: service account, priority class, node selector, tolerations."""

import re

from kora.language.changing.frames import Order, Slots, frame
from kora.language.clauses import Clause
from kora.language.intents import Unclear
from kora.language.targets import assignment

_ACCOUNT = r"(?:service ?-?account|serviceaccountname|sa)"
_CLASS = r"(?:priority ?-?class|priorityclassname)"
_LINK = r"(?:(?:to|=|:|named|called|name|is|be|with|as) )*"
_USING = r"(?:(?:run|runs|running|under|with|as|using|use|uses|to|by|through|have|get) )*(?:the |its |a |an )?"
_PLAIN = r"(?P<name>(?:<[qh]\d+>|(?!the |of |for |in |on |from |used |name |to |is |and )[a-z0-9][\w.-]*))"
_NODES = r"(?:nodes?|machines?|hosts?)"
_WITH = r"(?:with|having|that have|which have|that has|labell?ed|that are labell?ed|where|carrying|whose)"
_EFFECTS = {"noschedule": "NoSchedule", "prefernoschedule": "PreferNoSchedule", "noexecute": "NoExecute"}


@frame("set_pod", "set add switch create remove delete label down")
def _placing(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    tolerates = clause.has(r"tolerat\w+")
    selects = clause.has(rf"node ?-?selectors?|nodeselector|{_NODES} {_WITH}")
    accounts, classes = clause.has(_ACCOUNT), clause.has(_CLASS)
    if order.verb in {"create", "grant", "allow", "permit", "bind", "label"} or not (
        tolerates or selects or accounts or classes
    ):
        return None
    if clause.has(
        r"(?:named|called) |{i:image}|quota|rolebindings?|role bindings?|roles?|permissions?|access|rights|limit ?ranges?"
    ):
        return None
    if order.family in {"remove", "delete", "down"}:
        return _removed(clause)
    slots: Slots = {}
    if accounts and (found := _name_of(clause, _ACCOUNT)) is not None:
        slots["service_account"] = found
    if classes and (found := _name_of(clause, _CLASS)) is not None:
        slots["priority_class"] = found
    if tolerates:
        toleration = _toleration(order)
        if isinstance(toleration, Unclear):
            return toleration
        slots |= toleration
    if selects and (pairs := _selector(clause)):
        slots["node_selector"] = pairs
    if not slots:
        return (
            order.ask("Which service account, priority class or node label? Say its name.", "where pods run")
            if (order.family == "set" and not (accounts and not clause.has(r"of|for")))
            else None
        )
    clause.take(
        r"(?:to )?(?:only |just |exclusively |be )*(?:run|runs|running|scheduled|placed|stay|live|land|go)(?= |$)"
    )
    clause.take(r"(?:only|exclusively|just)(?= |$)")
    return slots


def _removed(clause: Clause) -> Slots | None:
    found = clause.take(
        r"(?:the |its |any |all )*(?P<what>node ?-?selectors?|nodeselector|priority ?-?class)(?: of| from| on| for)?"
    )
    if found is None:
        return None
    return {"remove": ("node_selector" if found.said("what").startswith("node") else "priority_class",)}


def _name_of(clause: Clause, noun: str) -> str | None:
    """The account or class: behind its noun, ahead of it, or behind "to" at the end."""
    found = clause.take(
        rf"(?:the |its )?{noun} (?:of|for|used by|on) (?P<mid>(?:the )?(?:[\w-]+ ){{0,2}}?[\w./<>-]+) (?:to|=) (?:be )?{_PLAIN}(?= )"
    )
    if found is not None:
        mid = clause.indices(*found._match.span("mid"))
        for at in mid:
            clause.used[at] = False
        clause.claim(())
        return found.text("name")
    found = clause.take(rf"{_USING}{noun} {_LINK}{_PLAIN}(?= )") or clause.take(rf"{_USING}{_PLAIN} {noun}(?= )")
    return found.text("name") if found is not None else None


def _selector(clause: Clause) -> dict[str, str]:
    found = clause.take(
        rf"(?:(?:only|exclusively|just|always) )*(?:(?:on|onto|to|for) )*(?:the |any )?{_NODES} {_WITH} (?:the |a )?(?:labels? )?(?P<pairs><a\d+>(?: (?:,|and|, and) <a\d+>)*)",
        r"(?:(?:with|a|an|the|to|use|have) )*(?:node ?-?selectors?|nodeselector) (?:(?:of|to|=|:|on|for) )*(?P<pairs><a\d+>(?: (?:,|and|, and) <a\d+>)*)(?: to| on| for)?",
    )
    if found is None and clause.take(r"(?:the |a )?(?:node ?-?selectors?|nodeselector) (?:of|for|on)(?= )"):
        found = clause.take(r"(?:to|=) (?P<pairs><a\d+>(?: (?:,|and) <a\d+>)*)")
    if found is None:
        return {}
    places = [int(each) for each in re.findall(r"<a(\d+)>", found.said("pairs"))]
    return dict(assignment(clause.tokens[at].text) for at in places)


def _toleration(order: Order) -> Slots | Unclear:
    clause = order.clause
    found = clause.take(
        r"(?:to |a |the )?(?:tolerate|tolerates|tolerating|tolerations?(?: (?:for|of|to))?) (?:the |a |any )?(?:node )?(?:taints? )?(?P<pair>{a:one}|{i:two}|{name:key})"
    )
    if found is None:
        return order.ask("Which taint? Say key=value:effect.", "a toleration")
    said = clause.tokens[clause.indices(*found._match.span("pair"))[0]].text
    plain, _, effect = said.rpartition(":") if ":" in said else (said, "", "")
    key, value = assignment(plain) if "=" in plain else (plain, None)
    beside = clause.take(
        r"(?:with |and )?(?:the )?(?:effect )?(?P<effect>noschedule|prefernoschedule|noexecute)(?: effect)?"
    )
    effect = effect or (beside.said("effect") if beside is not None else "")
    if effect and effect.lower() not in _EFFECTS:
        return order.ask("Which effect: NoSchedule, PreferNoSchedule or NoExecute?", "a toleration")
    return {"tolerate_key": key, "tolerate_value": value, "tolerate_effect": _EFFECTS.get(effect.lower())}
