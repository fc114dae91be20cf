"""Questions that go on from the one before: "… and how many are not?", "and since when?", "and who uses them?".

Beside `language.asking.reading`, for `language.grammar`.
"""

from typing import Literal

from kora.language.asking.properties import BY_NAME
from kora.language.asking.reading import read_inspection
from kora.language.clauses import Clause
from kora.language.conditions import OPPOSITE, read_conditions
from kora.language.intents import Aspect, Inspect, Target
from kora.language.kinds import PHRASES
from kora.language.lexer import Kind
from kora.language.targets import BUILT_IN, WORKLOAD
from kora.language.vocabulary import STATES


def other_part(clause: Clause, before: Inspect) -> Inspect | None:
    """ "… and how many are not?": the same question about the rest; None for any other clause."""
    words = [word for word, token in zip(clause.words, clause.tokens, strict=True) if token.kind is Kind.WORD]
    negative = bool({"not", "aren't", "isn't", "don't", "doesn't", "others", "rest"} & set(words))
    if not negative or not before.conditions or len(before.conditions) > 1 or set(words) - _ELLIPTIC:
        return None
    counted = {"how", "many"} <= set(words)
    flipped = before.conditions[0].model_copy(update={"comparison": OPPOSITE[before.conditions[0].comparison]})
    return before.model_copy(update={"conditions": (flipped,), **({"aspect": Aspect.COUNT} if counted else {})})


def follow_up(clause: Clause, before: Inspect) -> Inspect | None:
    """ "… and how many of them are ready?", "and how often is each of them used?": the next question about the same
    objects; None for any other clause."""
    if (
        before.aspect is Aspect.STATUS
        and not set(clause.words) - _ELLIPTIC - STATES.keys() - {"?"}
        and clause.has(r"how many")
    ):
        return before  # its status says so already
    if before.aspect in _STANDS and not set(clause.words) - {"since", "when", "how", "long", "for", "is", "that", "?"}:
        if not (before.target.names or before.target.phrase) or not clause.has(r"when|long"):
            return None
        return Inspect(aspect=Aspect.PROPERTY, target=before.target, properties=("unready_since",))
    shared = clause.peek(
        r"how many (?P<what>\w+) (?:does|do|has|have|are (?:in|on)|run (?:in|on)) (?:each|every one|each one|every|they)(?: of (?:them|those|these))?"
    )
    if shared is not None and before.aspect is Aspect.LIST and (group := _EACH.get(before.target.kind or "")):
        kind = PHRASES.get((shared.said("what"),))
        if kind is not None:
            counted_in = Target(kind=kind.kind, namespace=before.target.namespace, all_namespaces=group != "workload")
            return Inspect(aspect=Aspect.COUNT, target=counted_in, group_by=group)
    if before.target.kind in BY_NAME["users"].kinds and clause.has(
        r"(?:who|what) (?:is |are )?us(?:es?|ing) (?:them|it|those)"
    ):
        return Inspect(
            aspect=Aspect.PROPERTY, target=before.target, conditions=before.conditions, properties=("users",)
        )
    if before.aspect is Aspect.LIST and before.target.kind and clause.has(r"they|them|their|these|those"):
        about = read_inspection(clause.fresh(), "", BUILT_IN, (before.target,))
        if len(about) == 1 and about[0].aspect is Aspect.PROPERTY and about[0].target.kind == before.target.kind:
            return about[0].model_copy(update={"conditions": before.conditions})
    if not clause.has(r"(?:each |any |all |one )?of (?:them|those|these)"):
        return None
    if before.aspect is Aspect.IMAGES and clause.has(r"how (?:often|many)"):
        return before.model_copy(
            update={
                "aspect": Aspect.COUNT,
                "target": before.target.model_copy(update={"kind": "Pod"}),
                "group_by": "image",
            }
        )
    if before.aspect not in {Aspect.LIST, Aspect.COUNT} or before.target.kind is None:
        return None
    fresh = clause.fresh()
    conditions = read_conditions(fresh)
    left = {fresh.words[at] for at in fresh.left() if fresh.tokens[at].kind is Kind.WORD}
    if not conditions or left - _ELLIPTIC - {"those", "these", "were", "currently", "now", "still"}:
        return None
    counted = clause.has(r"how many")
    return before.model_copy(
        update={"aspect": Aspect.COUNT if counted else Aspect.LIST, "conditions": (*before.conditions, *conditions)}
    )


_EACH: dict[str, Literal["namespace", "node", "workload"]] = {
    "Namespace": "namespace", "Node": "node", "Deployment": "workload", "StatefulSet": "workload", WORKLOAD: "workload",
}  # fmt: skip
"""By what is counted where it is asked of each object of a list."""
_STANDS = frozenset({Aspect.CAUSE, Aspect.STATUS, Aspect.HEALTH, Aspect.LIST})
_ELLIPTIC = frozenset(
    {"how", "many", "which", "what", "ones", "one", "are", "is", "do", "does", "have", "has", "not", "aren't", "isn't",
     "don't", "doesn't", "the", "others", "rest", "of", "them", "and", "about"}
)  # fmt: skip
