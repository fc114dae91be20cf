"""One changing clause to its steps: the frames are tried in turn, then what makes something new. Part of `grammar`.

Principle of coverage: every word of the clause must have been understood by some part of the grammar (`coverage`); a word
that was not could change the meaning, so then the clause is `Unclear` and names it.
"""

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kora.language.changing import (  # noqa: F401  (they register their frames)
    configuring,
    placing,
    probing,
    resources,
    routing,
    services,
    sourcing,
    tenancy,
    traffic,
)
from kora.language.changing.frames import FRAMES, Frame, Order, order_of
from kora.language.conditions import read_conditions, read_restrictions
from kora.language.coverage import flags, partial, unexplained
from kora.language.intents import Intent, Target, Unclear
from kora.language.lexer import tokens
from kora.language.openings import REFUSED
from kora.language.sentences import Sentence
from kora.language.targets import (
    BUILT_IN,
    WORKLOAD,
    Kinds,
    TargetReader,
    assignment,
    take_bare_space,
    take_contrast,
    take_exceptions,
    take_namespace,
)
from kora.language.vocabulary import CREATE_VERBS

# Where two frames fit, the one named first is meant.
_PRIORITY = (
    "cordon", "copy", "revoke", "set_quota", "set_ingress", "set_pod", "set_data", "canary", "autoscale", "set_probe", "set_strategy", "resize", "set_resources", "set_env", "set_metadata", "switch_traffic",
    "run_job", "set_schedule", "set_service", "expose", "pause", "roll_back", "set_image", "restart", "scale", "fix", "delete",
)  # fmt: skip
_ORDERED = sorted(FRAMES, key=lambda frame: _PRIORITY.index(frame.model))
_INTENT: TypeAdapter[Intent] = TypeAdapter(Intent)
_CLAIM = "PersistentVolumeClaim"
_SUBJECT = r"(?:users?|groups?|service ?accounts?|sa|serviceaccounts?)"
_MAY = (
    r"(?:(?:\w+[- ])?access(?: to| for)?|permissions?|rights?|privileges?|cluster-?admin|(?:able|allowed|permission) to|"
    r"(?:the )?(?:\w+ )?(?:cluster ?)?roles?)"
)
_DO = r"(?:read|view|list|get|watch|create|delete|update|edit|patch|see|manage|deploy|exec)"
ANYTHING = frozenset(
    {"everything", "anything", "something", "nothing", "stuff", "things", "cluster", "all", "whatever"}
)
"""Words for everything at once."""


ON_WORKLOADS = frozenset(
    {
        "scale",
        "restart",
        "set_image",
        "set_resources",
        "set_env",
        "set_pod",
        "set_probe",
        "autoscale",
        "roll_back",
        "canary",
        "set_strategy",
    }
)
"""What is done to workloads alone, so that "it" is one afterwards."""
_KINDS: dict[str, frozenset[str]] = {
    "set_service": frozenset({"Service"}), "switch_traffic": frozenset({"Service"}), "set_data": frozenset({"ConfigMap", "Secret"}),
    "set_ingress": frozenset({"Ingress"}), "set_quota": frozenset({"ResourceQuota"}), "copy": frozenset({"ConfigMap"}),
    "revoke": frozenset({"Role", "ClusterRole"}),
    "resize": frozenset({"PersistentVolumeClaim", "Pod", "StatefulSet", "Deployment"}), "set_schedule": frozenset({"CronJob"}), "cordon": frozenset({"Node"}),
    "run_job": frozenset({"CronJob"}),
}  # fmt: skip
"""What is done to one kind alone."""
AMOUNTS = frozenset(
    {"memory", "cpu", "cpus", "mem", "ram", "limit", "limits", "request", "requests", "storage", "size"}
)
"""Words of what a workload has beside its number of replicas."""
COUNTS = frozenset({"replicas", "replica", "pods", "instances", "copies", "count"})
_IMPLYING = frozenset({"roll_back", "fix"})
"""What is asked for of the thing that was just spoken of ("the release of api is broken, go back one version")."""
_OF_THEIR_OWN = frozenset({"delete", "set_metadata"})
"""What is done to an object itself, so that the pods of a workload are not the workload."""
_PARTS = r"(?:pods?|containers?|replicas?|instances?)"
"""What belongs to a workload; "the pods of web" are none by the name web."""
_VALUED = frozenset({"scale", "set_resources", "set_image", "resize", "set_service"})
_OLD_VALUE = (
    r"(?:, )?(?:instead of|rather than|up from|down from|and not|not)(?: the)?(?: current| old| present| previous)? "
    r"(?:<[nuipf]\d+>|one|what it has(?: now)?|what it is(?: now)?)(?: (?:replicas?|pods?|instances?))?(?= |$)"
)
"""What the value was, or shall not be."""
_NO_PODS = frozenset(
    {"ConfigMap", "Secret", "Node", "Namespace", "Ingress", "PersistentVolumeClaim", "PersistentVolume", "ServiceAccount",
     "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "NetworkPolicy", "ResourceQuota", "LimitRange",
     "StorageClass", "IngressClass", "PodDisruptionBudget", "PriorityClass", "Event"}
)  # fmt: skip


class ChangeReader:
    """Reads the changing clauses of one prompt."""

    def __init__(self, text: str, kinds: Kinds) -> None:
        self.text, self.kinds = text, kinds
        self.previous: tuple[Target, ...] = ()
        self.topic: tuple[Target, ...] = ()

    def read(self, sentence: Sentence, previous: tuple[Target, ...], topic: tuple[Target, ...]) -> list[Any] | Unclear:
        """The steps of the clause. `previous`: what "it" is; `topic`: what the prompt said it is about."""
        self.previous, self.topic = previous, topic
        order = order_of(sentence.clause, sentence.verb, previous)
        if self._grants(order):
            return self.made(sentence, "allow" if order.verb == "let" else "grant")
        snapshot = (list(order.clause.used), list(order.clause.words), list(order.clause.tokens))
        question: Unclear | None = None
        for each in _ORDERED:
            if order.family not in each.families:
                continue
            order.clause.used, order.clause.words = list(snapshot[0]), list(snapshot[1])
            order.clause.tokens = list(snapshot[2])
            order.clause.claim(())
            found = self._framed(each, order)
            if isinstance(found, list):
                return found
            question = question or found
        order.clause.used, order.clause.words = list(snapshot[0]), list(snapshot[1])
        order.clause.tokens = list(snapshot[2])
        order.clause.claim(())
        if self._may_create(order, question):
            created = self._created(sentence)
            if isinstance(created, list):
                return created
            made = sentence.verb in CREATE_VERBS or order.clause.fresh().has(r"(?:an?|new) [a-z]")
            question = question or (created if made else None)
        return question or Unclear(
            text=sentence.clause.text,
            understood=f"the verb “{sentence.verb}”",
            question=REFUSED.get(sentence.verb, "What exactly shall be changed, and to what?"),
        )

    def _may_create(self, order: Order, question: Unclear | None) -> bool:
        """Whether the clause may ask for something new: a verb of making, or one of changing that no frame had."""
        if order.verb in {"make", "keep", "have", "change", "modify"} and not order.clause.fresh().has(r"an?|new|one"):
            return False
        return order.verb in CREATE_VERBS or (order.family in {"add", "set", "create"} and question is None)

    def made(self, sentence: Sentence, opening: str) -> list[Any] | Unclear:
        """The clause as something new, worded with another opening in place of its verb."""
        found = self._created(sentence, opening)
        return found or Unclear(text=sentence.clause.text, question="What exactly shall be made?")

    def _grants(self, order: Order) -> bool:
        """Whether somebody shall be allowed something ("give user jane access to …", "let the service account ci …")."""
        if order.verb not in {"give", "let", "assign", "make", "add", "enable", "set"}:
            return False
        clause = order.clause
        if clause.has(r"labels?|annotations?|variables?|env|image|probe|{i:image}|{a:pair}"):
            return False
        subject = clause.has(_SUBJECT)
        return (subject and clause.has(rf"{_MAY}|{_DO}")) or (
            order.verb in {"give", "let"}
            and clause.has(r"(?:\w+[- ])?(?:access|permissions?|rights|privileges|(?:able|allowed) to)")
        )

    def _framed(self, each: Frame, order: Order) -> list[Any] | Unclear | None:
        """One frame tried: intents, a question, or None when it is not this one."""
        clause = order.clause
        namespaced = not (
            each.model in {"delete", "set_metadata"}
            and clause.has(r"(?:the )?(?:namespaces? {name:x}|{name:y} namespaces?)")
        )
        if clause.take(r"(?:in|inside|within|to) (?:it|there|that namespace|that one)(?= $| ,| \.)") is not None:
            space = next(
                (target for target in self.previous if target.kind == "Namespace" and len(target.names) == 1), None
            )
            if space is None:
                return order.ask("Where? Name the namespace.", each.model.replace("_", " "))
            here = space.names[0]
        else:
            here = None
        namespace, everywhere = (
            (None, False)  # a copy's namespace is where it goes
            if each.model == "copy"
            else take_namespace(
                clause, self.kinds, keep_object=not namespaced or each.model in {"delete", "set_metadata"}
            )
        )
        restricted = read_restrictions(clause) if each.model != "autoscale" else ()
        namespace = namespace or here
        if each.model in _VALUED:
            clause.take(_OLD_VALUE)
        slots = each.read(order)
        if slots is None or isinstance(slots, Unclear):
            return slots
        conditions = (*restricted, *read_conditions(clause))
        excluded = take_exceptions(clause)
        contrasted = take_contrast(clause)
        if clause.fresh().has(r"and|,|all|both|every"):
            clause.take(r"(?:each|apiece)(?= (?:$|,|\.|!|_|please|now)|$)")  # every object gets the same anyway
        kinds = self.kinds if each.model != "resize" else {**self.kinds, ("claim",): _CLAIM, ("claims",): _CLAIM}
        if each.model in {"run_job", "set_schedule"}:
            kinds = {**kinds, ("job",): "CronJob", ("jobs",): "CronJob"}
        clause.take(
            r"(?:everything|all)(?= (?:(?:that|which) (?:is |are )?|that's )?(?:labell?ed |with (?:the )?labels? ))"
        )
        if each.model in _OF_THEIR_OWN and clause.has(rf"{_PARTS} (?:of|behind|belonging to|owned by|managed by|from)"):
            return order.ask("Which ones? Name them, or what they belong to.", each.model.replace("_", " "))
        if (flag := flags(clause)) is not None:
            return order.ask(
                f"The flag {flag} is not carried out here; say what is meant.", each.model.replace("_", " ")
            )
        if any(token.text == "*" and not clause.used[at] for at, token in enumerate(clause.tokens)):
            return order.ask("Which ones? Name them: a pattern picks nothing here.", each.model.replace("_", " "))
        if (some := partial(clause)) is not None:
            return order.ask(f"Which ones? “{some}” does not say.", each.model.replace("_", " "))
        counted = clause.take(r"(?:the|these|those|our|my) {n:count}(?= [a-z]+s )")
        reader = TargetReader(kinds, self.previous, heads=each.model not in _OF_THEIR_OWN)
        place = take_bare_space(clause, self.kinds) if namespace is None else None
        targets = reader.read(clause, namespace or place, everywhere)
        if not targets and not reader.left_over and place is None and clause.fresh().has(r"its|their|it|them|they"):
            targets = [each.model_copy(update={"namespace": namespace or each.namespace}) for each in self.previous]
        if any(_unfit(each.model, target.kind) for target in targets):
            return None
        if counted is not None and counted.text("count") != str(sum(len(target.names) or 1 for target in targets)):
            return order.ask("Which ones? As many are not named.", each.model.replace("_", " "))
        strange = next((word for target in targets for word in unexplained(target)), None)
        if strange is not None:
            targets, reader.left_over = [], strange
        if not targets and reader.left_over:
            return Unclear(
                text=reader.left_over,
                understood=f"{each.model.replace('_', ' ')}",
                question=f"The words “{reader.left_over}” were not understood, and they could change what is meant.",
            )
        if not targets and place is not None:
            targets = [Target(phrase=place)]
        implied = each.model in _IMPLYING and len(self.previous) == 1
        if not targets and not reader.pronoun and not reader.left_over and implied:
            targets = [
                target.model_copy(update={"namespace": namespace or target.namespace}) for target in self.previous
            ]
        if not targets and not reader.pronoun and not reader.left_over and self.topic:
            targets = [target.model_copy(update={"namespace": namespace or target.namespace}) for target in self.topic]
        if (
            reader.pronoun
            and _several(targets)
            and not clause.fresh().has(r"them|they|their|both|all|these|those|each")
        ):
            return order.ask("Which one? More than one was named before.", each.model.replace("_", " "))
        if not targets:
            if reader.pronoun or not each.needs_target or each.model == "fix":
                targets = (
                    [Target(namespace=namespace or place, all_namespaces=everywhere)] if not reader.pronoun else []
                )
            if not targets:
                return order.ask("Which one? Name the object, such as deployment/web.", each.model.replace("_", " "))
        if any(_same_name(target, contrasted) for target in targets) or (contrasted and any(map(_wide, targets))):
            return order.ask("Which ones, and which ones not?", each.model.replace("_", " "))
        if excluded and everywhere:
            return order.ask("Which namespaces? Name them one by one.", each.model.replace("_", " "))
        bare = [target for target in targets if not _says_which(target)]
        if (
            bare
            and each.model == "resize"
            and len(self.previous) == 1
            and clause.fresh().has(r"(?:this|that|the) pod|its")
        ):
            bare, targets = [], [self.previous[0]]  # the claim that the pod which was spoken of mounts
        if bare and each.needs_target and each.model != "fix" and not conditions:
            return order.ask(
                f"Which {(bare[0].kind or 'object').lower()}? Name it, or say all of them.",
                each.model.replace("_", " "),
            )
        if excluded:
            targets = [each.model_copy(update={"excluding": excluded}) for each in targets]
        if any(
            {(target.phrase or "").lower(), *(target.phrase or "").lower().split()} & ANYTHING for target in targets
        ):
            return order.ask(
                "Which objects? Name them: everything at once is not changed by a sentence.",
                each.model.replace("_", " "),
            )
        return self._intents(each, slots, targets, conditions, order)

    def _intents(
        self, each: Frame, slots: dict[str, Any], targets: list[Target], conditions: Any, order: Order
    ) -> list[Any] | Unclear:
        found: list[Any] = []
        for target in targets:
            if each.model not in {"delete", "fix"} and conditions:
                target = target.model_copy(update={"where": conditions})
            given = {"intent": each.model, each.target: target, **slots}
            if each.model == "switch_traffic":
                given |= self._switch_sides(slots, target)
                given.pop("to_is_label", None)
            if each.model in {"delete", "fix"}:
                given["conditions"] = conditions
            try:
                found.append(_INTENT.validate_python(given))
            except ValidationError as error:
                first = error.errors(include_url=False)[0]
                return order.ask(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.", each.model.replace("_", " "))
        return found

    def _switch_sides(self, slots: dict[str, Any], service: Target) -> dict[str, Any]:
        said = str(slots["to"])
        if slots["to_is_label"]:
            key, value = assignment(said)
            return {"to": Target(labels={key: value}), "service": service}
        if "/" in said:
            return {"to": Target(kind="Deployment", names=(said.partition("/")[2],)), "service": service}
        sure = bool(re.search(r"[-\d]", said))
        return {"to": Target(names=(said,)) if sure else Target(phrase=said), "service": service}

    def _created(self, sentence: Sentence, opening: str | None = None) -> list[Any] | Unclear | None:
        """What the builder's reader makes of the clause; `opening` stands for its verb, if given."""
        clause = sentence.clause
        if not clause.tokens:
            return None
        start = min(token.start for token in clause.tokens)
        end = max(token.end for token in clause.tokens)
        text = self.text
        if opening is not None:
            verb = next((token for token in clause.tokens if clause.used[clause.tokens.index(token)]), clause.tokens[0])
            text = (
                text[: verb.start]
                + opening
                + (_infinitive(text[verb.end :]) if opening == "allow" else text[verb.end :])
            )
            start, end = min(start, verb.start), end + len(text) - len(self.text)
        if not text[:start].strip():
            start = 0
        cut = [token for token in tokens(text) if start <= token.start < end]
        result = import_module("kora.language.creating").read_create(cut, text)
        return result if isinstance(result, Unclear) else list(result)


def _infinitive(text: str) -> str:
    """ "the account ci read pods" → "the account ci to read pods"."""
    return re.sub(rf"(?<!\bto)\s+(?={_DO}\b)", " to ", text, count=1)


def _unfit(model: str, kind: str | None) -> bool:
    """Whether a change can't be meant of a kind."""
    if kind is None or kind == WORKLOAD:
        return False
    if model in _KINDS:
        return kind not in _KINDS[model]
    return model in ON_WORKLOADS | {"expose"} and kind in _NO_PODS


def _says_which(target: Target) -> bool:
    """Whether a target says which objects are meant, by more than their kind."""
    return bool(target.names or target.phrase or target.labels or target.every or target.where)


def _same_name(target: Target, words: Sequence[str]) -> bool:
    """Whether a target is one of those that were said not to be meant."""
    named = {each.lower() for each in (*target.names, *((target.phrase,) if target.phrase else ()))}
    kinds = {BUILT_IN[(each.lower(),)] for each in words if (each.lower(),) in BUILT_IN}
    return bool(named & {each.lower() for each in words}) or (bool(kinds) and target.kind in {None, WORKLOAD, *kinds})


def _wide(target: Target) -> bool:
    """Whether a target may hold several objects that nobody named."""
    return bool(target.every or target.labels or target.where)


def _several(targets: Sequence[Target]) -> bool:
    """Whether "it" could be more than one of them."""
    return sum(max(len(each.names), 1) for each in targets) > 1
