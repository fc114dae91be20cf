"""What a concept of rules is: the words for one fact, the kinds it lives on, how what is said of it is compared.

Data model of `concepts` and `object_concepts`.
"""

from dataclasses import dataclass

from kora.domain.rules import Op

POD_KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
SCALED = ("Deployment", "StatefulSet")
TEMPLATES = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class Concept:
    """Something that rules speak about.

    presence, value: the test for "it is so" when nothing more is said (privileged → in ("true",)).
    value_op: how values that were said are compared; None when the concept takes none.
    keyed: values name keys (labels, annotations, environment variables).
    numeric: takes comparisons with numbers.
    optional: not being set satisfies any restriction of its values (host ports, added capabilities).
    good: whether having it is what rules ask for (probes) rather than what they forbid (privileged); None: neither.
    also: further facts that the same words stand for.
    words: values that are said without quotes, lower case → as Kubernetes writes them.
    path: the field, for facts that read any field.
    """

    fact: str
    phrases: str
    kinds: tuple[str, ...] = POD_KINDS
    presence: Op = Op.PRESENT
    value: tuple[str, ...] = ()
    value_op: Op | None = None
    keyed: bool = False
    numeric: bool = False
    optional: bool = False
    also: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    path: str | None = None


def flag(fact: str, phrases: str, value: str = "true", kinds: tuple[str, ...] = POD_KINDS) -> Concept:
    """A concept that is true or false; `value` is what its words say."""
    return Concept(fact, phrases, kinds, presence=Op.IN, value=(value,))
