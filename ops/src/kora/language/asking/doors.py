"""Questions about ways in: what can be reached from outside of the cluster, and what uses a port.

Part of `language.asking.reading`; each gives a question for each kind of object that can be such a door.
"""

from typing import Any

from kora.language.clauses import Clause
from kora.language.intents import Aspect, Comparison, Condition, Inspect, Target

OUTSIDE = r"(?:(?:from |to )?(?:the )?outside(?: (?:of )?(?:the |this )?(?:cluster|world))?|externally|publicly|(?:to|from|on) the (?:internet|world|public))"
"""From where everything that is open is asked for."""
_WITH_PORT = (
    r"(?:listen(?:s|ing)? (?:on|at) |(?:(?:use|uses|using|used|listen|listens|listening|serve|serves|serving|expose|exposes|exposing|open|opens|occupies|occupying|has|have|having|"
    r"runs?|running|bound|binds|behind|on|to|with|takes|taking|at) )+(?:the )?(?:tcp |udp |target |container |service )?ports? )"
)
ON_PORT = rf"(?:what|which|who|what's|anything|something|any|list|show|find|all|services?|pods?|workloads?|deployments?) (?:[\w-]+ )*?{_WITH_PORT}{{n:port}}(?: open| already| exposed)?"
_KINDS = {"service": "Service", "services": "Service", "svc": "Service", "pod": "Pod", "pods": "Pod",
          "deployment": "Deployment", "deployments": "Deployment"}  # fmt: skip


def open_doors(place: dict[str, Any]) -> list[Inspect]:
    """The services that open a port to the outside, and the Ingresses. `place`: where, as the fields of a target."""
    opened = Condition(field="type", comparison=Comparison.IS_NOT, value="ClusterIP")
    return [
        Inspect(aspect=Aspect.LIST, target=Target(kind="Service", **place), conditions=(opened,)),
        Inspect(aspect=Aspect.LIST, target=Target(kind="Ingress", **place)),
    ]


def port_asked(clause: Clause) -> float | None:
    """The port by which objects are looked for; None in any other question. Claims nothing."""
    found = clause.peek(ON_PORT)
    return None if found is None else float(found.text("port") or 0)


def on_port(port: float, clause: Clause, place: dict[str, Any]) -> list[Inspect]:
    """What uses a port: of the kind that was said, else of any."""
    kind = next((_KINDS[word] for word in clause.words if word in _KINDS), None)
    used = Condition(field="port", comparison=Comparison.IS, value=port)
    return [Inspect(aspect=Aspect.LIST, target=Target(kind=kind, **place), conditions=(used,))]
