"""Frames for what a namespace grants: amounts of a quota, copies of a ConfigMap, rights that are taken away."""

from kora.language.changing.frames import Order, Slots, frame
from kora.language.clauses import Found
from kora.language.intents import Unclear
from kora.language.quantities import kubernetes_quantity
from kora.language.targets import assignment

_COUNTED = {
    "pod": "pods", "service": "services", "secret": "secrets", "configmap": "configmaps", "pvc": "persistentvolumeclaims",
    "persistentvolumeclaim": "persistentvolumeclaims", "claim": "persistentvolumeclaims", "deployment": "count/deployments.apps",
    "statefulset": "count/statefulsets.apps", "job": "count/jobs.batch", "cronjob": "count/cronjobs.batch",
    "ingress": "count/ingresses.networking.k8s.io", "loadbalancer": "services.loadbalancers", "nodeport": "services.nodeports",
}  # fmt: skip
"""What a quota counts, by its word in one → its name in Kubernetes."""
_THING = (
    rf"(?P<thing>(?:{'|'.join(_COUNTED)}|config map|cron job|persistent volume claim|load balancer|node port)(?:s|es)?)"
)
_SIDED = r"(?P<side>requests?|limits?)(?: of| for)? (?P<what>cpu|memory|mem|ram|ephemeral storage)"
_SIDED_TOO = r"(?P<what>cpu|memory|mem|ram|ephemeral storage) (?P<side>requests?|limits?)"
_DOTTED = r"{h:dotted}"
_RESOURCES = frozenset({"cpu", "memory", "storage", "ephemeral-storage"})
_STORAGE = r"(?P<storage>(?:requested )?storage)"
_AMOUNTS = (_DOTTED, _SIDED, _SIDED_TOO, _THING, _STORAGE)


@frame("set_quota", "set up down scale resize create", needs_target=False)
def _quota(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if not clause.has(r"(?:[\w-]*-)?quotas?|resource ?quotas?"):
        return None
    if order.family == "create" and order.verb not in {"allow", "permit"}:
        return None
    if clause.has(r"by {nu:more}|{fp:share}|double|twice|half") or order.verb in {
        "double",
        "triple",
        "halve",
    }:
        return order.ask("To which amount?", "an amount of a quota")
    named = clause.take(
        r"(?:of|in|on|for|from|to) (?:the |our )?(?:(?:resource ?)?quota )?[a-z0-9][\w.]*-[\w.-]*(?: quota)?(?= )"
    )
    hard: dict[str, str] = {}
    clause.take(r"from (?:{u:old}|{n:old2})(?= )")
    for _ in range(12):
        found = _amount(order)
        if found is None:
            break
        key = _key(found)
        text = found.text("amount") or found.text("number") or ""
        value = kubernetes_quantity(text) or text
        if key is None or not value or value.startswith(("-", "+")):
            return order.ask(
                "Which amount of the quota? Say pods, limits.memory, requests.cpu …", "an amount of a quota"
            )
        hard[key] = value
    for pair in clause.take_all(r"(?:, |and )*{a:pair}"):
        key, value = assignment(pair.text("pair") or "")
        amount = kubernetes_quantity(value)
        if amount is None or not (key in _COUNTED.values() or key in _RESOURCES or key.partition(".")[2] in _RESOURCES):
            return order.ask(
                "Which amount of the quota? Say pods, limits.memory, requests.cpu …", "an amount of a quota"
            )
        hard[key] = amount
    if not hard:
        return order.ask("Which amount of the quota, and how much? Say, such as: pods to 100.", "an amount of a quota")
    clause.take(
        r"(?:in|of|on|for|at|with)?(?: )?(?:the |this |our )?(?:resource ?)?quotas?(?: of| for| in| on| to| at)?(?= (?:_|$|,|\.|in|of|for))"
    )
    clause.take(r"(?:namespace|ns)'?s?(?= )")
    for at in named.indices if named is not None else ():  # the target is read by those who read every target
        clause.used[at] = False
    clause.claim(())
    return {"hard": hard}


def _amount(order: Order) -> Found | None:
    """One amount with what it is of, in either order; what stands between may be claimed already."""
    clause = order.clause
    number = r"(?:{u:amount}|{n:number})"
    for what in _AMOUNTS:
        found = clause.take(
            rf"(?:, |and |the |to |up to |of |a )*{number} (?:of )?{what}(?= )",
            rf"(?:, |and |the |for |of )*{what}(?: (?:quota|in the quota|in quota|count|number|of the quota))?(?: _)* (?:(?:to|of|=|:|at|is|be) )+{number}(?= )",
            rf"(?:, |and |the |for |of )*{what}(?: quota)? {number}(?= )",
        )
        if found is not None:
            return found
    quota = clause.peek(rf"(?P<quota>(?:resource ?)?quotas?) (?:of|for|on) (?:the )?{_THING} (?:to|=|at) {number}")
    if quota is not None:
        clause.claim(quota.indices)
    return quota


def _key(found: Found) -> str | None:
    groups = found._match.groupdict()
    if groups.get("dotted"):  # dotted names look like hosts
        said = (found.text("dotted") or "").lower()
        side, _, what = said.partition(".")
        return said if side in {"limits", "requests"} and what in _RESOURCES else None
    if groups.get("storage"):
        return "requests.storage"
    if groups.get("side"):
        what = {"mem": "memory", "ram": "memory", "ephemeral storage": "ephemeral-storage"}.get(
            groups["what"], groups["what"]
        )
        return f"{groups['side'].rstrip('s')}s.{what}"
    thing = (groups.get("thing") or "").replace(" ", "")
    return next((name for word, name in _COUNTED.items() if thing in {word, word + "s", word + "es"}), None)


@frame("copy", "copy")
def _copy(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if clause.has(r"secrets?"):
        return order.ask(
            "What a Secret holds is not carried about by a sentence: create it where it is needed.", "a copy"
        )
    if not clause.has(r"config ?maps?|cm|{r:ref}"):
        return order.ask("Only a ConfigMap is copied by a sentence: say what the new object shall hold.", "a copy")
    named = clause.take(
        r"(?:as|and (?:call|name) it|under the name|named|called|with the name)(?: of)? (?:a |the )?(?:new )?(?:config ?map |cm )?{name:name}"
    )
    space = clause.take(
        r"(?:over )?(?:to|into|in) (?:the )?(?:namespace|ns) (?:named |called )?{name:space}",
        r"(?:over )?(?:to|into|in) (?:the )?{name:space} (?:namespace|ns)",
    )
    where = (
        None if space is not None else clause.take(r"(?:over )?(?:to|into) (?:a |the )?(?:new )?{name:where}(?= |$)")
    )
    if named is None and space is None and where is None:
        return order.ask("Under which name, or in which namespace?", "a copy")
    return {
        "name": named.text("name") if named else None,
        "namespace": space.text("space") if space else None,
        "to": where.text("where") if where else None,
    }


@frame("revoke", "revoke remove")
def _revoke(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if order.family == "remove" and not clause.has(r"(?:the )?(?:cluster ?)?role(?! ?binding)"):
        return None
    subject = clause.take(
        r"(?:from|of|off) (?:the )?(?P<kind>service ?account|sa|user|group) (?:named |called )?{name:who}",
        r"(?:from|of|off) (?:the )?{name:who} (?P<kind>service ?account|sa|user|group)",
        r"(?:from|off) (?:the )?{name:who}(?= (?:in|$|\.|,|_)| $|$)",
        r"(?P<kind>service ?account|sa|user|group)? ?{name:who}'s(?= )",
    )
    if subject is None:
        return order.ask("From whom, and which role?", "rights that are taken away")
    kind = {"s": "ServiceAccount", "u": "User", "g": "Group", "": None}[subject.said("kind")[:1]]
    if clause.has(r"access|rights?|permissions?|privileges?|everything|all"):
        return order.ask(
            "Which role? Name it: who can do what says kora ask “what may … do”.", "rights that are taken away"
        )
    return {"subject": (subject.text("who") or "").removesuffix("'s"), "subject_kind": kind}
