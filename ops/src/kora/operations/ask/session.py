"""One request from its text to answers and to a draft of a plan. Front doors reach it through `tools.ask`.

Reading and planning only: nothing here has the means to change a cluster.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from kora.cluster.port import ClusterReader
from kora.domain.actors import Actor
from kora.domain.objects import ObjectRef
from kora.helm.port import HelmEngine
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.language.asking.spelling import respelled
from kora.language.asking.times import seconds_since
from kora.language.grammar import read
from kora.language.intents import Aspect, Inspect, Target
from kora.operations.ask import changes, reads
from kora.operations.ask.answer import Answer, age_text
from kora.operations.ask.binding import ANY_KIND, Binder
from kora.operations.ask.changes.workspace import HANDLERS, Workspace
from kora.operations.ask.errors import NotUnderstood
from kora.operations.ask.reads.registry import READERS
from kora.operations.ask.understanding import Understanding
from kora.operations.diagnose.fields import name_of
from kora.operations.plans.effects import World
from kora.operations.plans.make import Draft, make_plan

READING = frozenset({"inspect", "audit"})
HOLD_SECONDS = 5


@dataclass
class Planned:
    """A draft with what is said about it."""

    draft: Draft
    commands: list[str]
    notes: list[str]


_EVERYWHERE = frozenset(
    {
        Aspect.LIST, Aspect.COUNT, Aspect.IMAGES, Aspect.PROPERTY, Aspect.USAGE, Aspect.STATUS, Aspect.DESCRIBE,
        Aspect.LOGS, Aspect.MANIFEST, Aspect.ENVIRONMENT, Aspect.DEPENDENTS, Aspect.HISTORY, Aspect.PORTS, Aspect.VALUE,
    }
)  # fmt: skip
"""Questions that are asked of the whole cluster when the namespace at hand holds nothing."""
_TIMED = frozenset({Aspect.LOGS, Aspect.EVENTS, Aspect.CHANGES, Aspect.HEALTH, Aspect.CAUSE})
"""Questions whose answers can be limited to a stretch of time."""
_CLUSTER_WIDE = frozenset(
    {"Node", "Namespace", "PersistentVolume", "StorageClass", "ClusterRole", "ClusterRoleBinding"}
)


class Session:
    """One prompt on one cluster."""

    def __init__(
        self,
        reader: ClusterReader,
        prompt: str,
        *,
        namespace: str | None = None,
        choices: Mapping[str, str] | None = None,
        understanding: Understanding | None = None,
    ) -> None:
        """`namespace`: of ``-n``. `choices`: see `Binder`. `understanding`: who reads prompts, else rules."""
        self.reader, self.prompt = reader, prompt
        self.reading = (understanding or Understanding()).read(prompt, reader.kinds)
        self.request = self.reading.request
        self.binder = Binder(reader, namespace or self.request.namespace, choices)

    @property
    def changes(self) -> bool:
        """Whether something shall be changed (and everything was understood)."""
        return self.request.changes and not self.request.unclear

    def require_understood(self) -> None:
        """Raises: NotUnderstood, naming what was understood and what not."""
        if not self.request.unclear and self.request.steps:
            return
        lines = []
        for each in self.request.unclear:
            heard = f" (understood: {each.understood})" if each.understood else ""
            lines.append(f"Not understood: “{each.text}”{heard}. {each.question}".strip())
        if not lines:
            lines.append("Not understood: nothing here asks to show or to change something.")
        heard_steps = ", ".join(step.intent.replace("_", " ") for step in self.request.steps)
        if heard_steps:
            lines.append(f"Understood: {heard_steps}.")
        lines.append("Nothing was changed.")
        if self.reading.note and self.reading.usage is not None:
            lines.append(self.reading.note)
        details: dict[str, Any] = {"unclear": [each.model_dump() for each in self.request.unclear]}
        if self.reading.note:
            details["model"] = self.reading.note
        raise NotUnderstood(" ".join(lines), details=details)

    # --- reading ------------------------------------------------------------------------------------------------

    def answer(self) -> Answer:
        """Every question of the request, in order; read once more with slips of the keyboard put right when it was not
        understood or nothing was found.

        Raises: NotUnderstood, TargetMissing and what the cluster says.
        """
        if self.request.unclear or not self.request.steps:
            mended = self._mended()
            if mended is not None:
                return mended
        found, whole = self._answer()
        return found if whole else self._mended() or found

    def _mended(self) -> Answer | None:
        text, changed = respelled(self.prompt, self._names())
        request = read(text) if changed else None
        asks = (
            request is not None and bool(request.steps) and not (request.unclear or request.changes or request.explain)
        )
        if request is None or not asks:
            return None
        try:
            before, self.request = self.request, request
            found, _ = self._answer()
        except KoraError:
            return None  # the words as they were typed are answered then
        finally:
            self.request = before
        if not found.found:
            return None
        said = ", ".join(f"“{wrong}” as “{right}”" for wrong, right in changed.items())
        return replace(found, text=f"{found.text}\n(Read {said}.)")

    def _names(self) -> frozenset[str]:
        """Words of names at hand, which are no slips."""
        pool = [each for kind in ANY_KIND for each in self.binder.every(kind, self.binder.space(Target()))]
        pool += self.binder.every("Namespace", None)
        return frozenset(word for each in pool for word in re.split(r"[._-]+", name_of(each).lower()))

    def _answer(self) -> tuple[Answer, bool]:
        """The answer, and whether every question of the request found what it is about."""
        self.require_understood()
        if self.request.explain:
            return self.explanation(), True
        reads.load()
        found = [self._one(step) for step in self.request.steps if step.intent in READING]
        return combined(found), all(each.found for each in found)

    def _one(self, step: Any) -> Answer:
        if isinstance(step, Inspect):
            return self._noted(self._placed(step))
        name = "kora.operations.ask.auditing"
        if find_spec(name) is None:
            raise NotUnderstood("Rules are not checked by this command yet. Nothing was changed.")
        result: Answer = import_module(name).answer_audit(self.binder, step)
        return result

    def _noted(self, question: Inspect) -> Answer:
        """The answer, with what it left out of the question: a time, a number, a word that names nothing."""
        notes = []
        said = question.not_applied
        span = seconds_since(said, clock.now()) if said is not None and question.aspect in _TIMED else None
        if said is not None and span is not None:
            question = question.model_copy(update={"since_seconds": round(span), "not_applied": None})
            notes.append(f"“{said}” was taken as the last {age_text(span)} (times are UTC).")
        elif said is not None:
            notes.append(f"“{said}” was not applied: the answer is not limited to it.")
        if question.since_seconds and question.aspect in {Aspect.HEALTH, Aspect.CAUSE}:
            notes.append(
                f"This is how it stands now, not only what began in the last {age_text(question.since_seconds)}."
            )
        self.binder.passed_over.clear()
        answer = self._anywhere(question)
        if self.binder.passed_over and answer.found:
            words = ", ".join(f"“{each}”" for each in dict.fromkeys(self.binder.passed_over))
            notes.append(f"{words} names nothing here and was passed over.")
        return replace(answer, text="\n".join([answer.text, *(f"({each})" for each in notes)]))

    def _anywhere(self, question: Inspect) -> Answer:
        """The answer; of the whole cluster where no namespace was said and the one at hand holds nothing of it."""
        answer = READERS[question.aspect](self.binder, question)
        target = question.target
        said = target.namespace or target.all_namespaces or self.binder.given or target.kind in _CLUSTER_WIDE
        counted = answer.data if question.aspect is Aspect.COUNT and isinstance(answer.data, dict) else {}
        nothing = not answer.found or not counted.get("of", 1)
        if said or not nothing or question.aspect not in _EVERYWHERE:
            return answer
        wider = question.model_copy(update={"target": target.model_copy(update={"all_namespaces": True})})
        everywhere = READERS[question.aspect](self.binder, wider)
        if not everywhere.found:
            return answer
        here = self.binder.space(target)
        return replace(everywhere, text=f"None in namespace {here}; in the whole cluster:\n{everywhere.text}")

    def _placed(self, question: Inspect) -> Inspect:
        """ "In backend" is a namespace where there is one of that name, else what runs under it."""
        target = question.target
        if not target.namespace and not target.kind and (target.names or target.phrase):
            return self._within(question)
        if not target.namespace or target.names or target.phrase:
            return question
        space = ObjectRef(api_version="v1", kind="Namespace", name=target.namespace)
        if self.reader.get(space) is not None:
            return question
        instead = target.model_copy(update={"namespace": None, "phrase": target.namespace})
        if not self.binder.find(instead.model_copy(update={"kind": None}), ANY_KIND):
            return question
        return question.model_copy(update={"target": instead})

    def _within(self, question: Inspect) -> Inspect:
        """ "The images in dev": a name that only a namespace has is where to look."""
        target = question.target
        said = target.names[0] if len(target.names) == 1 else target.phrase if not target.names else None
        if said is None or question.aspect not in _EVERYWHERE or question.aspect in {Aspect.STATUS, Aspect.DESCRIBE}:
            return question
        if self.reader.get(ObjectRef(api_version="v1", kind="Namespace", name=said)) is None:
            return question
        if self.binder.find(target, ANY_KIND):
            return question
        inside = target.model_copy(update={"names": (), "phrase": None, "namespace": said})
        if question.aspect is Aspect.LIST:
            inside = inside.model_copy(update={"kind": "Pod"})
        return question.model_copy(update={"target": inside})

    def explanation(self) -> Answer:
        """How it would be done; nothing is done."""
        changes.load()
        work = Workspace(self.binder)
        try:
            self._carry(work)
        except KoraError as error:
            steps = ", ".join(step.intent.replace("_", " ") for step in self.request.steps)
            return Answer(f"That would be: {steps}. It can't be worked out here: {error.message}")
        goal = "; then ".join(work.goals)
        return Answer(
            "\n".join([f"To {goal}, run the command below, or ask for it. Nothing was changed.", *work.notes]),
            work.commands,
        )

    # --- changing -----------------------------------------------------------------------------------------------

    def plan(self, actor: Actor, helm: HelmEngine | None = None) -> Planned:
        """All changing steps as one plan.

        Raises: NotUnderstood, TargetMissing, TargetAmbiguous, ChangeImpossible, and as `make_plan`.
        """
        self.require_understood()
        changes.load()
        work = Workspace(self.binder)
        self._carry(work)
        goal = "; ".join(work.goals) or self.prompt
        if self.reading.model is not None:
            goal += f" (read from the prompt by the language model {self.reading.model})"
        if work.notes:  # what a person should know before the yes
            goal += f" ({' '.join(dict.fromkeys(work.notes))})"
        draft = make_plan(
            World(self.reader, helm),
            work.wishes(),
            goal=goal,
            actor=actor,
            postconditions=work.postconditions,
            judged=work.judged,
            hold_seconds=HOLD_SECONDS,
        )
        return Planned(
            replace(draft, read_by=self.reading.model, preview=self.request.dry_run, guess=work.guess),
            work.commands,
            work.notes,
        )

    def _carry(self, work: Workspace) -> None:
        for step in self.request.steps:
            if step.intent in READING:
                continue
            handler = HANDLERS.get(step.intent)
            if handler is None:
                raise NotUnderstood(
                    f"“{step.intent.replace('_', ' ')}” is not carried out by this command yet. Nothing was changed."
                )
            handler(work, step)


def combined(found: Sequence[Answer]) -> Answer:
    """Several answers as one; one that says the same as another counts once."""
    found = list({each.text: each for each in found}.values())
    if len(found) == 1:
        return found[0]
    return Answer(
        "\n\n".join(each.text for each in found),
        list(dict.fromkeys(command for each in found for command in each.commands)),
        [each.data for each in found],
        found=any(each.found for each in found),
        violations=[one for each in found for one in each.violations],
    )
