"""Frames for who gets the requests: canaries, switches of a Service, new Services in front of a workload."""

from kora.language.changing.frames import Order, Slots, frame, integer, leading
from kora.language.clauses import Clause, Found
from kora.language.intents import Unclear
from kora.language.vocabulary import REPLICAS


@frame("canary", "create add set rollout image expose")
def _canary(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if not clause.has(r"canary"):
        return None
    named = clause.take(r"(?:named|called|with (?:the )?name(?: of)?) {name:name}")
    image = clause.take(
        r"(?:with|using|running|to|at|of|on|for|that runs|which runs|uses)? ?(?:the )?(?:new )?(?:container )?(?:image|version)? ?{i:image}"
    )
    tag = (
        None
        if image
        else clause.take(
            r"(?:with|using|running|to|of|at|on)? ?(?:the )?(?:new )?(?:image )?(?:version|tag|release) {value:tag}",
            r"(?:with|using|running|on|at|of|to) (?P<tag><n\d+>|v?\d+\.[\w.-]*)(?= (?!pods?|replicas?|instances?|percent|%))",
        )
    )
    percent = clause.take(
        r"(?:(?:that |which )?(?:receives?|receiving|gets?|getting|takes?|taking|with|for|to|of|about|handling|handles|serving|serves|sending|on) )*"
        r"(?:about |around |roughly )?{p:percent}(?: of)?(?: the| all)?(?: live)?(?: traffic| requests| load| users)?(?: to it)?"
    )
    count = clause.take(rf"(?:with|of|running|at|having)? ?{{n:count}} ?(?:{REPLICAS})?")
    clause.take(
        r"(?:a |the )?(?:new )?canary (?:deployment|release|rollout|version|instance|copy)?(?: ?(?:of|for|to|beside|alongside|next to|from))?"
    )
    clause.take(
        r"behind the same service", r"(?:using|with) the same service", r"as (?:a )?canary", r"alongside|beside|next to"
    )
    if image is None and tag is None:
        return order.ask("Which image or tag shall the canary run?", "a canary")
    return {
        "name": named.text("name") if named else None,
        "image": image.text("image") if image else None,
        "tag": tag.text("tag") if tag else None,
        "replicas": integer(count.text("count")) if count else None,
        "percent": round(leading(percent.text("percent"))) if percent else None,
    }


@frame("switch_traffic", "switch set patch rollout", target="service", needs_target=False)
def _switch(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if clause.has(r"(?:to|into|from) (?:a |type )?(?:node ?-?port|load ?-?balancer|cluster ?-?ip)"):
        return None
    if not clause.has(r"traffic|selector|service|svc|requests|users"):
        return None
    if clause.has(r"{p:share}|{f:times}|half"):
        return order.ask(
            "A Service sends no share of its traffic: which pods, or a canary of how many?", "a switch of traffic"
        )
    if order.family != "switch" and not clause.has(r"traffic|selector|point|route|(?:to|from) (?:the )?(?:green|blue)"):
        return None
    clause.take(
        r"(?:all |the |live |production |user )*(?:traffic|requests|users)(?: going| flowing)?(?: of| for| from(?= (?:the )?(?:service|svc))| through| on| to(?= (?:the )?(?:service|svc)))?"
    )
    clause.take(r"(?:the )?selectors?(?: of| for| on| in)?")
    clause.take(
        r"(?:away )?from (?:the )?(?:old )?(?:{a:a}|{name:b} (?:deployment|version|pods|environment|one)|{name:c}(?= (?:to|over)))(?: deployment| version| pods| environment)?"
    )
    clause.take(r"(?:to )?(?:point|route|select|direct|send)(?:s|ing)?(?= )")
    clause.take(r"(?:back|over)(?= (?:over )?to )")
    clause.take(r"over(?= to)", r"so (?:that )?it (?:points|routes|selects)(?= to)")
    to = clause.take(
        r"(?:to|at|towards|onto|select) (?:the )?(?:new )?(?:pods |deployment |version |one )?(?:labell?ed (?:as |with )?|with (?:the )?(?:labels? )?|of |of the |from |from the |called |named )?"
        r"(?:{a:pair}|{r:ref}|{name:to})(?P<tail> deployment| version| pods| environment| one| release| stack)?(?: instead)?"
    )
    if to is None:
        return order.ask("To which pods: a deployment, or a label such as version=green?", "a switch of traffic")
    pair = to.text("pair")
    return {"to": pair or to.text("ref") or to.text("to"), "to_is_label": pair is not None}


_FORWARDS = (
    r"(?:(?:and|,|which|that) )*(?:(?:is|are|gets?) )?(?:(?:forward|go|point|lead|map|rout|direct|connect|target|send)(?:s|es|ing|ed|e|ped|ping)? ?"
    r"(?:it |traffic |requests )?(?:on )?(?:to|onto)|targets?|targeting|to)"
)
"""From a service's port to the port of the pods."""


@frame("expose", "expose create add set")
def _expose(order: Order) -> Slots | Unclear | None:
    clause = order.clause
    if order.family == "set":
        if (
            not clause.has(r"{n:port}")
            or clause.take(r"(?:available|reachable|accessible)(?= )") is None
            or clause.has(r"services?|svc|replicas")
        ):
            return None
    elif order.family != "expose":
        if not clause.has(r"(?:service|svc|nodeport|loadbalancer|clusterip)"):
            return None
        of = r"(?:for|exposing|that exposes|which exposes|to expose|in front of|pointing (?:to|at)|on top of) (?:the )?"
        if not clause.has(rf"{of}(?:{{name:a}} )?(?:deployment|statefulset|daemonset|pod|app|workload|{{r:b}})"):
            return None
    slots = _service_slots(order)
    clause.take(
        r"(?:as|via|through|with|using|by)? ?(?:a |an |the )?(?:new )?(?:kubernetes |internal |external )?(?:service|svc)(?: for| in front of| exposing| that exposes| which exposes| to expose| pointing to| pointing at)?"
    ) if order.family != "expose" or clause.has(
        r"(?:as|via|through|with|using|by|a) (?:a |an |the )?(?:new )?(?:service|svc)"
    ) else None
    return slots


def _service_slots(order: Order) -> Slots | Unclear:
    clause = order.clause
    outside = clause.take(
        r"(?:externally|publicly|(?:to|on|from) the (?:outside|internet|world|public)(?: world)?|outside (?:of )?the cluster)"
    )
    if outside and not clause.has(r"node ?-?port|load ?-?balancer"):
        return order.ask("Through a NodePort or a LoadBalancer?", "a Service that is reached from outside")
    inside = clause.take(
        r"(?:only )?(?:internally|(?:inside|within|in) (?:of )?the cluster(?: only)?|cluster[- ]internal(?:ly)?)"
    )
    found = clause.take(r"(?:with )?(?:a )?node ?-?port (?:number )?(?:of |= |: |on )?{n:port}")
    node_port = integer(found.text("port")) if found else None
    found = clause.take(
        r"(?:(?:as|via|through|with|using|by|of|a|an|type|service type|of type) )*(?P<type>node ?-?port|load ?-?balancer|cluster ?-?ip)(?: service| type| svc)?",
    )
    kind = {"n": "NodePort", "l": "LoadBalancer", "c": "ClusterIP"}[found.said("type")[0]] if found else None
    if inside is not None and kind in {"NodePort", "LoadBalancer"}:
        return order.ask("Inside of the cluster alone, or from outside too?", "a Service")
    kind = kind or ("ClusterIP" if inside is not None else None)
    flags = _flags(clause)
    if flags is None:
        return order.ask("Which port? Say 'on port 80' or 'port 80 to target port 8080'.", "a Service")
    named = clause.take(
        r"(?:with|as|by|through|via|using) (?:a |the )?(?:service |svc )(?:named |called |name )?{name:name}(?= (?:on|at|with|_|in|$)|$)",
        r"as (?!a |an |the |service |svc |node|load|cluster)(?:{q:name}|(?P<plain>[a-z][\w]*(?:-[\w]+)+))",
        r"(?:service |svc )?(?:named|called) (?!{name:x} (?:deployment))(?P<name>(?:<[qh]\d+>|[a-z0-9][\w.-]*))"
        if clause.has(
            r"(?:service|svc|_) (?:named|called)|(?:named|called) {name:n} (?:on|for|that|_|with)|as .* (?:named|called)"
        )
        else r"\0",
    )
    target = clause.take(
        r"(?:,? ?and )?(?:to |with |forwarding to |targeting |-> |→ |going to |pointing to |mapped to |mapping to |that maps to |leading to )?(?:the |a )?(?:container|target|targetport|pod|backend|application|app) ?-?(?:port )?(?:of |= |: |number )?{n:port}",
        rf"{_FORWARDS} (?:port )?{{n:port}}(?= |$)" if clause.has(rf"ports? {{n:a}} {_FORWARDS}") else r"\0",
    )
    mapped = clause.take(r"(?:on |at |with )?(?:ports? )?{o:ports}")
    port = clause.take(
        r"(?:on|at|through|using|with|via|over|listening on)? ?(?:the |a )?(?:service )?(?:tcp )?ports? (?:of |= |: |number )?{n:port}",
        r"(?:on|at) {n:port}",
    )
    ports: tuple[Slots, ...] = ()
    target_port = integer(target.text("port")) if target else integer(flags.get("target-port"))
    kind = kind or _TYPES.get(flags.get("type", "").lower())
    if mapped is not None:
        left, _, right = (mapped.text("ports") or "").partition("/")[0].partition(":")
        ports = ({"port": int(left), "target": int(right) if right else None, "node_port": node_port},)
    elif port is not None or target_port is not None or "port" in flags:
        number = integer(port.text("port")) if port else integer(flags.get("port")) or target_port
        ports = ({"port": number, "target": target_port, "node_port": node_port},)
    elif node_port is not None:
        return order.ask("On which port does the Service listen?", "a NodePort Service")
    if node_port is not None and kind is None:
        kind = "NodePort"
    return {"type": kind, "name": _named(named) or flags.get("name"), "ports": ports}


def _named(found: Found | None) -> str | None:
    if found is None:
        return None
    return found.text("name") or (found.text("plain") if "plain" in found._match.re.groupindex else None)


_TYPES = {"nodeport": "NodePort", "loadbalancer": "LoadBalancer", "clusterip": "ClusterIP"}


def _flags(clause: Clause) -> dict[str, str] | None:
    """kubectl's own flags in a sentence ("--type=NodePort --port=80"); None when one is not known."""
    flags: dict[str, str] = {}
    for found in clause.take_all(r"(?:with |and |, )*(?:- - )?{a:pair}"):
        key, _, value = (found.text("pair") or "").partition("=")
        name = key.strip().lower().replace("targetport", "target-port")
        if name not in {"type", "port", "target-port", "name"} or (name == "type" and value.lower() not in _TYPES):
            return None
        flags[name] = value.strip()
    return flags
