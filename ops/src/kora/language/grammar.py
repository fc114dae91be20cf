"""One prompt to one `Request`: the front door of the language. Pure; nothing is looked up and nothing is changed.

Principle of coverage: every word of a changing clause must have been understood by some part of the grammar; a word
that was not could change the meaning, so then nothing is changed and the answer says which word it was. With anything
unclear in a prompt that asks for a change, no part of it is carried out.
"""

import re
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kora.language import configuring as _configuring  # noqa: F401  (registers its frames)
from kora.language import services as _services  # noqa: F401
from kora.language.aspects import EVERYDAY
from kora.language.changes import FRAMES, Frame, Order, order_of
from kora.language.clauses import Clause
from kora.language.conditions import GUARDS, guard_conditions, read_conditions, read_restrictions
from kora.language.coverage import partial, unexplained
from kora.language.creating import read_whole
from kora.language.inspecting import read_inspection
from kora.language.intents import Aspect, Audit, Inspect, Intent, Request, Target, Unclear, Wait
from kora.language.lexer import Kind, tokens
from kora.language.obligations import obliges
from kora.language.openings import REFUSED, fences
from kora.language.phrases import noun_phrases
from kora.language.sentences import Mood, Sentence, sentences
from kora.language.targets import (
    BUILT_IN,
    WORKLOAD,
    Kinds,
    TargetReader,
    assignment,
    take_bare_space,
    take_exceptions,
    take_namespace,
)
from kora.language.vocabulary import (
    CHANGE_VERBS,
    CREATE_VERBS,
    FILLERS,
    PREPOSITIONS,
    PRONOUNS,
    READ_VERBS,
    STATES,
    WAIT_VERBS,
)

# Where two frames fit, the one named first is meant.
_PRIORITY = (
    "canary", "autoscale", "set_probe", "resize", "set_resources", "set_env", "set_metadata", "switch_traffic",
    "run_job", "set_schedule", "set_service", "expose", "pause", "roll_back", "set_image", "restart", "scale", "fix", "delete",
)  # fmt: skip
_ORDERED = sorted(FRAMES, key=lambda frame: _PRIORITY.index(frame.model))
_INTENT: TypeAdapter[Intent] = TypeAdapter(Intent)
_CLAIM = "PersistentVolumeClaim"
_ON_WORKLOADS = frozenset(
    {"scale", "restart", "set_image", "set_resources", "set_env", "set_probe", "autoscale", "roll_back", "canary"}
)
"""What is done to workloads alone, so that "it" is one afterwards."""
_SURE = frozenset(
    {
        Aspect.CONTEXT,
        Aspect.LOGS,
        Aspect.EVENTS,
        Aspect.USAGE,
        Aspect.PERMISSIONS,
        Aspect.CAUSE,
        Aspect.HISTORY,
        Aspect.CAPACITY,
        Aspect.ENDPOINTS,
    }
)
"""Questions that no rule is worded like."""
_ANYTHING = frozenset(
    {"everything", "anything", "something", "nothing", "stuff", "things", "cluster", "all", "whatever"}
)
_LOOKED_AT = frozenset(
    {"endpoints", "used", "autoscaler", "budget", "service", "restarts", "age", "replicas", "state", "node", "type"}
)
_OBLIGES = re.compile(
    r"\b(?:must|should|shall|violat\w*|compl\w*|polic\w*|requir\w*|rules?|ensure|allowed|audit|standards?)\b", re.I
)
_STATED = re.compile(
    r"\b(?:check|verify|ensure|make sure|confirm|see|tell me|audit)\b[^.?!]*?\b(?:all|every|each|no|none of|any)\b.*\b(?:ha(?:s|ve)|use[sd]?|run|"
    r"define[sd]?|set|specify|specifies|come|are|is|do(?:es)?)\b",
    re.I | re.S,
)
"""A rule told as something to check; what it means is for `language.rules` to say."""
_ABOUT = frozenset({"for", "in", "on", "regarding", "concerning", "about", "at", "with"})
"""What a clause opens with that only says what the rest is about."""
_SUBJECT = r"(?:users?|groups?|service ?accounts?|sa|serviceaccounts?)"
_MAY = (
    r"(?:(?:\w+[- ])?access(?: to| for)?|permissions?|rights?|privileges?|cluster-?admin|(?:able|allowed|permission) to|"
    r"(?:the )?(?:\w+ )?(?:cluster ?)?roles?)"
)
_DO = r"(?:read|view|list|get|watch|create|delete|update|edit|patch|see|manage|deploy|exec)"
_TELLS = re.compile(r" <[nuipfaq]\d+> ")
_LOOKS_BACK = EVERYDAY | FILLERS | PREPOSITIONS | PRONOUNS | CREATE_VERBS | STATES.keys() | {
    "replicas", "pods", "pod", "service", "deployment", "endpoints", "registered", "rollout", "rolled", "completes",
    "complete", "completed", "succeeds", "succeeded", "successful", "successfully", "terminated", "gracefully", "traffic",
    "serving", "scaled", "change", "applied", "and", "excess", "old", "becomes", "become", "back", "finish", "finishes",
    "finished", "verify", "check", "progress", "effect", "took", "new", "until", "instances", "image", "version", "worked",
}  # fmt: skip
"""Words of a check that looks back at the change before it."""
_DRY = re.compile(
    r"\b(?:dry[- ]?run|without applying|don'?t apply|just (?:show|tell) me what would (?:change|happen)|what would change)\b",
    re.I,
)
_SAVE = re.compile(
    r"\b(?:save|write|store|put|output)\s+(?:(?:it|them|this|that|the|manifests?|yaml|file|files|result|output)\s+)*(?:to|in|into|as|at|under)\s+[\"'`]?([\w./~-]*/[\w./-]+|[\w-]+\.ya?ml)[\"'`]?",
    re.I,
)


def read(text: str, *, kinds: Mapping[tuple[str, ...], str] | None = None) -> Request:
    """What `text` asks for. `kinds`: more words for kinds (from the cluster's discovery) → canonical kind.

    Never raises on any text.
    """
    known: Kinds = BUILT_IN if not kinds else {**kinds, **BUILT_IN}
    reading = _Reading(text, known)
    for sentence in sentences(text):
        reading.add(sentence)
    found = reading.request()
    if obliges(text) and (rule := _rule(text, stated=True)) is not None:
        return rule
    if _may_be_new(found) and (made := read_whole(text)) is not None:
        return Request(steps=tuple(made), save_to=found.save_to or _saved_to(text), dry_run=found.dry_run)
    told = found.changes or any(_sure(step, text) for step in found.steps)
    return found if told else _rule(text) or found


def _may_be_new(found: Request) -> bool:
    """Whether a prompt could as a whole ask for something new: its clauses say nothing else beyond doubt."""
    if found.explain:
        return False
    if found.unclear:
        return True
    return not found.steps or all(step.intent in {"create", "grant", "wait", "inspect"} for step in found.steps)


def _saved_to(text: str) -> str | None:
    saved = _SAVE.search(text)
    return saved[1] if saved else None


def _sure(step: Any, text: str) -> bool:
    """Whether a question is one beyond doubt, and no rule."""
    if not isinstance(step, Inspect):
        return False
    if step.aspect in _SURE:
        return True
    listed = step.aspect in {Aspect.LIST, Aspect.COUNT} and step.target.kind is not None and bool(step.conditions)
    return listed and all(each.field in _LOOKED_AT for each in step.conditions) and not _OBLIGES.search(text)


def _rule(text: str, *, stated: bool = False) -> Request | None:
    """A prompt that states a rule to hold objects against; `language.rules` says so when it is there.

    stated: whether it is known to be worded as one.
    """
    if find_spec("kora.language.rules") is None:
        return None
    rules = import_module("kora.language.rules")
    looks = getattr(rules, "looks_like_rule", None)
    if looks is None:
        return None
    if not (stated or looks(text)) and not (_STATED.search(text) and not isinstance(rules.read_rule(text), Unclear)):
        return None
    if stated and isinstance(rules.read_rule(text), Unclear):
        return None
    wants_lines = "violating" in text.lower()
    return Request(steps=(Audit(rule=text),), report_format="violating" if wants_lines else None)


class _Reading:
    """The clauses of one prompt, read one after the other."""

    def __init__(self, text: str, kinds: Kinds) -> None:
        self.text, self.kinds = text, kinds
        self.steps: list[Any] = []
        self.unclear: list[Unclear] = []
        self.notes: list[str] = []
        self.previous: tuple[Target, ...] = ()
        self.namespace: str | None = None
        self.everywhere = False
        self.explain = False
        self.place: str | None = None
        self.topic: tuple[Target, ...] = ()
        self.background: list[Inspect] = []
        self.told: list[Sentence] = []
        self.unread: list[Sentence] = []
        self.forbidden: list[Sentence] = []
        self.conditional: list[Sentence] = []

    def add(self, sentence: Sentence) -> None:
        """Read one clause."""
        self.place = sentence.place or self.place
        if not sentence.clause.tokens:
            return
        match sentence.mood:
            case Mood.ORDER:
                self._order(sentence)
            case Mood.QUESTION | Mood.STATEMENT:
                self._question(sentence)
            case Mood.HOW_TO:
                self._how_to(sentence)
            case Mood.NEGATED:
                self.forbidden.append(sentence)
            case Mood.CONDITIONAL:
                self.conditional.append(sentence)
                if not sentence.verb:
                    self._point_at(sentence.clause)
            case Mood.HYPOTHETICAL:
                self._hypothetical(sentence)

    def _point_at(self, clause: Clause) -> None:
        """What a leading "if deployment web has …" speaks of is "it" in the order that follows."""
        fresh = clause.fresh()
        fresh.claim([0])
        read_conditions(fresh)
        named = [each.target for each in noun_phrases(fresh, self.kinds) if each.named]
        if len(named) == 1:
            self.previous = (named[0],)

    def request(self) -> Request:
        """Everything together."""
        if not self.steps and not self.unclear:
            self.steps.extend(self.background)
        if not self.steps or any(not isinstance(step, Inspect) for step in self.steps):
            for (
                sentence
            ) in self.unread:  # beside a question it is background; beside a change it could be a restriction
                self._unclear(sentence, "", "Say what to do or what to show, for example: show …, scale …, why is …")
            for sentence in self.told:
                if self.steps and restricts(sentence.clause):
                    self._unclear(sentence, "something that the change should keep to", "Say it as part of the change.")
        self._hold_conditions()
        self._hold_prohibitions()
        makes = any(step.intent in {"create", "grant"} for step in self.steps)
        return Request(
            steps=tuple(self.steps),
            unclear=tuple(self.unclear),
            namespace=self.namespace,
            save_to=_saved_to(self.text) if makes else None,
            dry_run=bool(_DRY.search(self.text)),
            explain=self.explain,
            notes=tuple(self.notes),
        )

    # --- moods --------------------------------------------------------------------------------------------------

    def _order(self, sentence: Sentence) -> None:
        clause, verb = sentence.clause, sentence.verb
        if fences(clause.fresh(), verb) and verb not in CREATE_VERBS:
            self._made_of(sentence, f"create a network policy that {verb}s")
            return
        if verb in REFUSED:
            self._unclear(sentence, f"the verb “{verb}”", REFUSED[verb])
            return
        if verb in WAIT_VERBS:
            self.steps.append(Wait(target=self.previous[0] if self.previous else Target()))
            return
        if verb in {"keep", "leave"} and self.steps and not _TELLS.search(sentence.clause.line):
            self.forbidden.append(sentence)  # "delete the deployment but keep its service"
            return
        if verb in CHANGE_VERBS or verb in CREATE_VERBS:
            if self._checks_after(sentence):
                return
            self._guarded(sentence)
            return
        if verb in READ_VERBS and self.steps and self._checks_after(sentence):
            return
        found = read_inspection(clause, verb, self.kinds, self.previous, asked=sentence.asked)
        if not found:
            self._unclear(sentence, "", "What shall be shown: a kind, a name, logs, events, usage, permissions …?")
        self._keep(found)

    def _checks_after(self, sentence: Sentence) -> bool:
        """ "make sure it is ready" after a change is what every plan verifies anyway."""
        if self.steps and not isinstance(self.steps[-1], Inspect) and self._only_looks_back(sentence):
            self.steps.append(Wait(target=self.previous[0] if self.previous else Target()))
            return True
        waits = (
            r"(?:sure|certain|that)?.*(?:is|are|be|becomes?|has|have|gets?) (?:\w+ )?(?:ready|running|up|healthy|rolled out|complete\w*|available|finished|done|successful\w*)"
            r"|(?:rollout|deployment|it|they|pods|that) .*(?:completes?|succeeds?|finish\w*|worked|success\w*|status)|(?:the )?rollout(?: status)?|that it worked"
        )
        if (
            self.steps
            and not isinstance(self.steps[-1], Inspect)
            and sentence.verb in {"make", "ensure", "verify", "check", "confirm", "watch", "monitor"}
            and sentence.clause.fresh().has(waits)
        ):
            self.steps.append(Wait(target=self.previous[0] if self.previous else Target()))
            return True
        return False

    def _only_looks_back(self, sentence: Sentence) -> bool:
        """Whether a check names nothing that the change before did not name ("verify the new replicas are healthy")."""
        if sentence.verb not in {"make", "ensure", "verify", "check", "confirm", "watch", "monitor"}:
            return False
        clause = sentence.clause.fresh()
        named = {word for each in self.previous for word in (*each.names, *(each.phrase or "").lower().split())}
        return all(
            token.kind is Kind.MARK or (token.kind is Kind.WORD and (word in _LOOKS_BACK or word in named))
            for token, word in zip(clause.tokens, clause.words, strict=True)
        )

    def _question(self, sentence: Sentence) -> None:
        clause = sentence.clause
        if sentence.mood is Mood.STATEMENT and not self._speaks_of_something(clause):
            return
        before = self.steps[-1] if self.steps else None
        if not set(clause.words) - FILLERS - {"why", "?"} and not isinstance(before, Inspect) and self.previous:
            self.steps.append(Inspect(aspect=Aspect.CAUSE, target=self.previous[0]))
            return
        if isinstance(before, Inspect) and not set(clause.words) - FILLERS - {"why", "?"}:
            self.steps.append(Inspect(aspect=Aspect.CAUSE, target=before.target, conditions=before.conditions))
            return
        found = read_inspection(clause, "", self.kinds, self.previous, asked=sentence.asked)
        if sentence.mood is Mood.STATEMENT:  # background: what it speaks of may be "it" later
            if found and (found[0].target.names or found[0].target.phrase):
                self.previous = tuple(each.target for each in found)
                if clause.words[0] in _ABOUT:
                    self.topic = self.previous
            self._background(sentence, found)
            return
        if not found:
            self._unclear(
                sentence, "a question", "What is it about: a kind, a name, logs, events, usage, permissions …?"
            )
        self._keep(found)

    def _speaks_of_something(self, clause: Clause) -> bool:
        return any(word not in FILLERS for word in clause.words)

    def _background(self, sentence: Sentence, found: list[Inspect]) -> None:
        """A bare noun phrase ("pods not running", "logs of web") is a wish to see it; a sentence about how things are,
        alone, is a wish to know why."""
        found = [each for each in found if each.aspect is not Aspect.LIST or each.target.kind or each.target.names]
        if not found:
            self.unread.append(sentence)
            return
        self.told.append(sentence)
        self.notes.append(f"background: {sentence.clause.text}")
        self.background.extend(found)

    def _how_to(self, sentence: Sentence) -> None:
        if sentence.verb in CHANGE_VERBS or sentence.verb in CREATE_VERBS:
            self.explain = True
            self._change(sentence)
            return
        found = read_inspection(sentence.clause, sentence.verb, self.kinds, self.previous, asked=True)
        if not found:
            self._unclear(sentence, "a question about how something is done", "What shall be done, to which object?")
        self._keep(found)

    def _hypothetical(self, sentence: Sentence) -> None:
        if sentence.verb in CHANGE_VERBS or sentence.verb in CREATE_VERBS:
            self.explain = True
            self._change(sentence)
            return
        found = read_inspection(sentence.clause, sentence.verb, self.kinds, self.previous, asked=True)
        if found:
            self._keep(found)
        else:
            self._unclear(
                sentence, "a question about what would be", "Ask for the change itself, or what is there now."
            )

    # --- changes ------------------------------------------------------------------------------------------------

    def _change(self, sentence: Sentence) -> None:
        order = order_of(sentence.clause, sentence.verb)
        if self._grants(order):
            self._made_of(sentence, "grant")
            return
        snapshot = (list(order.clause.used), list(order.clause.words))
        question: Unclear | None = None
        for each in _ORDERED:
            if order.family not in each.families:
                continue
            order.clause.used, order.clause.words = list(snapshot[0]), list(snapshot[1])
            order.clause.claim(())
            found = self._framed(each, order)
            if isinstance(found, list):
                self._keep(found)
                return
            question = question or found
        order.clause.used, order.clause.words = list(snapshot[0]), list(snapshot[1])
        order.clause.claim(())
        if sentence.verb in CREATE_VERBS or (order.family in {"add", "set", "create"} and question is None):
            created = self._created(sentence)
            if isinstance(created, list):
                self._keep(created)
                return
            question = question or created
        if question is not None:
            self.unclear.append(question)
        else:
            self._unclear(sentence, f"the verb “{sentence.verb}”", "What exactly shall be changed, and to what?")

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

    def _made_of(self, sentence: Sentence, opening: str) -> None:
        """Read the clause as something new, worded with another opening in place of its verb."""
        made = self._created(sentence, opening)
        if isinstance(made, list):
            self._keep(made)
        else:
            self.unclear.append(made or Unclear(text=sentence.clause.text, question="What exactly shall be made?"))

    def _guarded(self, sentence: Sentence) -> None:
        """An order, perhaps with "if …" before or after it: a guard on its own target as that stands now is a condition
        on it; any other is refused."""
        leading = self.conditional[-1] if self.conditional and not self.conditional[-1].verb else None
        guard = sentence.guard or (
            leading.clause if leading is not None and leading.clause.words[0] in GUARDS else None
        )
        known = len(self.steps)
        self._change(sentence)
        added = self.steps[known:]
        if guard is None or not added:
            if sentence.guard is not None:
                self.conditional.append(sentence)
            return
        target = _target_of(added[0])
        conditions = guard_conditions(guard, target, self.kinds) if target is not None else None
        if len(added) != 1 or conditions is None or added[0].intent == "create":
            del self.steps[known:]
            if sentence.guard is not None:
                self.conditional.append(sentence)
            return
        assert target is not None
        guarded = target.model_copy(update={"where": (*target.where, *conditions)})
        slot = "target" if hasattr(added[0], "target") else "service"
        self.steps[-1] = added[0].model_copy(update={slot: guarded})
        self.previous = (guarded,)
        if leading is not None and sentence.guard is None:
            self.conditional.remove(leading)

    def _framed(self, each: Frame, order: Order) -> list[Any] | Unclear | None:
        """One frame tried: intents, a question, or None when it is not this one."""
        clause = order.clause
        namespaced = not (
            each.model in {"delete", "set_metadata"}
            and clause.has(r"(?:the )?(?:namespaces? {name:x}|{name:y} namespaces?)")
        )
        namespace, everywhere = take_namespace(
            clause, self.kinds, keep_object=not namespaced or each.model in {"delete", "set_metadata"}
        )
        restricted = read_restrictions(clause) if each.model != "autoscale" else ()
        slots = each.read(order)
        if slots is None or isinstance(slots, Unclear):
            return slots
        conditions = (*restricted, *read_conditions(clause))
        excluded = take_exceptions(clause)
        kinds = self.kinds if each.model != "resize" else {**self.kinds, ("claim",): _CLAIM, ("claims",): _CLAIM}
        if (some := partial(clause)) is not None:
            return order.ask(f"Which ones? “{some}” does not say.", each.model.replace("_", " "))
        reader = TargetReader(kinds, self.previous)
        place = take_bare_space(clause, self.kinds) if namespace is None else None
        targets = reader.read(clause, namespace or place, everywhere)
        if not targets and not reader.left_over and place is None and clause.fresh().has(r"its|their|it|them|they"):
            targets = [each.model_copy(update={"namespace": namespace or each.namespace}) for each in self.previous]
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
        if excluded:
            targets = [each.model_copy(update={"excluding": excluded}) for each in targets]
        if any((target.phrase or "").lower() in _ANYTHING for target in targets):
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
        if find_spec("kora.language.creating") is None or not clause.tokens:
            return None
        start = min(token.start for token in clause.tokens)
        end = max(token.end for token in clause.tokens)
        text = self.text
        if opening is not None:
            verb = next((token for token in clause.tokens if clause.used[clause.tokens.index(token)]), clause.tokens[0])
            text = text[: verb.start] + opening + text[verb.end :]
            start, end = min(start, verb.start), end + len(text) - len(self.text)
        if not text[:start].strip():
            start = 0
        cut = [token for token in tokens(text) if start <= token.start < end]
        result = import_module("kora.language.creating").read_create(cut, text)
        return result if isinstance(result, Unclear) else list(result)

    # --- keeping ------------------------------------------------------------------------------------------------

    def _keep(self, steps: list[Any]) -> None:
        steps = [self._placed(step) for step in steps]
        self.steps.extend(steps)
        named = [target for step in steps if (target := _target_of(step)) is not None]
        if any(each.names or each.phrase or each.labels for each in named):
            self.previous = (
                tuple(
                    each.model_copy(update={"kind": WORKLOAD})
                    if each.kind is None and step.intent in _ON_WORKLOADS
                    else each
                    for step, each in zip(steps, named, strict=True)
                    if each.names or each.phrase or each.labels
                )
                if len(named) == len(steps)
                else tuple(each for each in named if each.names or each.phrase or each.labels)
            )

    def _placed(self, step: Any) -> Any:
        """The step in the namespace that the prompt opened with, when it names none of its own."""
        if self.place is None:
            return step
        if hasattr(step, "namespace") and step.namespace is None and step.intent in {"create", "grant"}:
            return step.model_copy(update={"namespace": self.place})
        update = {
            slot: target.model_copy(update={"namespace": self.place})
            for slot in ("target", "service")
            if isinstance(target := getattr(step, slot, None), Target)
            and target.namespace is None
            and not target.all_namespaces
        }
        return step.model_copy(update=update)

    def _unclear(self, sentence: Sentence, understood: str, question: str) -> None:
        self.unclear.append(Unclear(text=sentence.clause.text, understood=understood, question=question))

    def _hold_conditions(self) -> None:
        """A condition or a time anywhere in a prompt that changes something: nobody would watch over it."""
        changes = any(step.intent not in {"inspect", "audit", "wait"} for step in self.steps)
        for sentence in self.conditional:
            if changes or not self.steps or sentence.verb or sentence.guard:
                self._unclear(
                    sentence, "an order with a condition or a time",
                    "Conditions and times are not carried out: nobody would watch over them. Ask for the change itself.",
                )  # fmt: skip
            else:
                self.notes.append(f"only a condition: {sentence.clause.text}")

    def _spares(self, sentence: Sentence, changes: list[Any]) -> bool:
        """Whether what shall not be touched is something else than what is changed: then the plan keeps it anyway."""
        clause = sentence.clause.fresh()
        clause.take_all(
            r"(?:touch|touching|change|changing|modify|modifying|affect|affecting|remove|removing|delete|deleting|restart|restarting|keep|leave|its|their)"
        )
        spared = TargetReader(self.kinds).read(clause, None, False)
        targets = [target for step in changes if (target := _target_of(step)) is not None]
        if (
            set(clause.words) & _ANYTHING
            or not spared
            or not targets
            or any(each.every or each.labels or each.where for each in targets)
        ):
            return False
        if any(not (each.names or each.phrase or each.kind) for each in spared):
            return False
        changed = {word.lower() for each in targets for word in (*each.names, *(each.phrase or "").split())}
        kinds = {each.kind for each in targets}
        return all(
            not changed & {word.lower() for word in (*each.names, *(each.phrase or "").split())}
            and (each.names or each.phrase or each.kind not in kinds)
            for each in spared
        )

    def _hold_prohibitions(self) -> None:
        """A "don't" beside an order: kept when the plan keeps it anyway, else nothing is done at all."""
        changes = [step for step in self.steps if step.intent not in {"inspect", "audit", "wait"}]
        for sentence in self.forbidden:
            words = set(sentence.clause.words)
            general = not (
                words
                - FILLERS
                - {
                    "change",
                    "touch",
                    "modify",
                    "do",
                    "make",
                    "apply",
                    "anything",
                    "any",
                    "changes",
                    "else",
                    "restart",
                    "other",
                }
            )
            same = any(
                sentence.verb and sentence.verb in step.intent.replace("roll_back", "rollback") for step in changes
            )
            only_else = "else" in words or "other" in words
            if (
                changes
                and not only_else
                and not self._spares(sentence, changes)
                and (general or same or not sentence.verb)
            ):
                self.unclear.append(Unclear(
                    text=sentence.clause.text, understood="an order and a prohibition",
                    question="One part asks for a change and another forbids it. Which one counts?",
                ))  # fmt: skip
            else:
                self.notes.append(f"not done, as asked: {sentence.clause.text}")
        if self.forbidden and not self.steps and not self.unclear:
            self.unclear.append(Unclear(
                text=self.forbidden[0].clause.text, understood="something that shall not be done",
                question="Nothing was done, as asked. What shall be done or shown instead?",
            ))  # fmt: skip


def _several(targets: list[Target]) -> bool:
    """Whether "it" could be more than one of them."""
    return sum(max(len(each.names), 1) for each in targets) > 1


def _target_of(step: Any) -> Target | None:
    if step.intent == "create":
        return Target(kind=step.kind, names=(step.name,) if step.name else (), namespace=step.namespace)
    target = getattr(step, "target", None) or getattr(step, "service", None)
    return target if isinstance(target, Target) else None
