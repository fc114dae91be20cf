"""One prompt to one `Request`: the front door of the language. Pure; nothing is looked up and nothing is changed.

Principle of coverage: every word of a changing clause must have been understood by some part of the grammar; a word
that was not could change the meaning, so then nothing is changed and the answer says which word it was. With anything
unclear in a prompt that asks for a change, no part of it is carried out.
"""

from collections.abc import Mapping
from typing import Any, Literal

from kora.language.asking.following import follow_up, other_part
from kora.language.asking.phrases import noun_phrases
from kora.language.asking.reading import read_inspection
from kora.language.changing.canaries import read_canary
from kora.language.changing.complaints import read_complaint, sufferer_of
from kora.language.changing.guarding import read_guarding
from kora.language.changing.holding import hold_conditions, hold_prohibitions, keeps_to, target_of
from kora.language.changing.reading import AMOUNTS, COUNTS, ON_WORKLOADS, ChangeReader
from kora.language.clauses import Clause
from kora.language.conditions import GUARDS, guard_conditions, read_conditions
from kora.language.coverage import restricts
from kora.language.creating import read_spelled, read_whole
from kora.language.deciding import (
    definite,
    is_sure,
    may_be_new,
    not_made,
    only_looks,
    orders_new,
    picks,
    rule_of,
    saved_to,
    shows,
    what_needs,
)
from kora.language.intents import Aspect, Audit, Grant, Inspect, Request, Target, Unclear, Wait
from kora.language.kinds import BY_KIND, plural
from kora.language.lexer import Kind
from kora.language.obligations import obliges, picks_some, speaks_of_all, states_law
from kora.language.openings import REFUSED, fences
from kora.language.remarks import (
    DRY,
    LOOKS_BACK,
    ONE_TIME,
    OWN_DOING,
    PREVIEW,
    QUALITY,
    REFERS,
    REPORTS,
    TELLS,
    TOLD,
)
from kora.language.sentences import Mood, Sentence, sentences
from kora.language.targets import BUILT_IN, WORKLOAD, Kinds, take_namespace
from kora.language.vocabulary import (
    CHANGE_VERBS,
    CREATE_VERBS,
    FILLERS,
    FORMS,
    PRONOUNS,
    READ_VERBS,
    WAIT_VERBS,
)
from kora.language.wishes import as_order

_ABOUT = frozenset({"for", "in", "on", "regarding", "concerning", "about", "at", "with"})
"""What a clause opens with that only says what the rest is about."""


def read(text: str, *, kinds: Mapping[tuple[str, ...], str] | None = None) -> Request:
    """What `text` asks for. `kinds`: more words for kinds (from the cluster's discovery) → canonical kind.

    Never raises on any text.
    """
    known: Kinds = BUILT_IN if not kinds else {**kinds, **BUILT_IN}
    text = as_order(text, known)
    reading = _Reading(text, known)
    for sentence in sentences(text):
        reading.add(sentence)
    found = reading.request()
    for whole in (read_complaint, read_canary):
        if (told_at_length := whole(text, known, found)) is not None:
            return told_at_length
    if REPORTS.search(text):  # who wants offenders listed holds objects against a rule, and wants nothing changed
        return Request(steps=(Audit(rule=text),), report_format="violating")
    spelled = read_spelled(text) if not (found.changes or only_looks(text)) else None
    if spelled is not None:
        return Request(steps=tuple(spelled), save_to=found.save_to or saved_to(text), dry_run=found.dry_run)
    ordered = orders_new(text, known)
    if (
        not ordered
        and (speaks_of_all(text) or (not definite(found) and obliges(text)))
        and (rule := rule_of(text, stated=True)) is not None
    ):
        return rule
    made = read_whole(text) if may_be_new(found, text) else None
    if made is not None and not (
        shows(found, text) and any(each.intent == "create" and not each.name for each in made)
    ):
        return Request(steps=tuple(made), save_to=found.save_to or saved_to(text), dry_run=found.dry_run)
    if ordered and not found.changes and not found.explain:
        return found.model_copy(update={"steps": (), "unclear": (not_made(text),)})
    if picks(found) and picks_some(text) and (rule := rule_of(text, stated=True)) is not None:
        return rule
    told = found.changes or bool(reading.forbidden and found.steps) or any(is_sure(step, text) for step in found.steps)
    law = speaks_of_all(text) or (not found.changes and states_law(text))
    if law and not found.explain:  # a rule that is not understood is no question, and no order
        return Request(steps=(Audit(rule=text),), report_format="violating" if "violating" in text.lower() else None)
    if told:
        return found
    return rule_of(text, stated=reading.spares()) or found


_SUBJECTS: dict[str, Literal["ServiceAccount", "User", "Group"]] = {
    "serviceaccount": "ServiceAccount", "user": "User", "group": "Group",
}  # fmt: skip


class _Reading:
    """The clauses of one prompt, read one after the other."""

    def __init__(self, text: str, kinds: Kinds) -> None:
        self.text, self.kinds = text, kinds
        self.changes = ChangeReader(text, kinds)
        self.steps: list[Any] = []
        self.unclear: list[Unclear] = []
        self.notes: list[str] = []
        self.previous: tuple[Target, ...] = ()
        self.namespace: str | None = None
        self.everywhere = False
        self.explain = False
        self.place: str | None = None
        self.preview = False
        """Whether it was asked what a change would do: its plan is shown, and never carried out."""
        self.topic: tuple[Target, ...] = ()
        self.spaces: set[str | None] = set()
        """Where the things are that the prompt tells about."""
        self.background: list[Inspect] = []
        self.told: list[Sentence] = []
        self.unread: list[Sentence] = []
        self.heads: list[Sentence] = []
        """Single words ahead of orders: names of what the orders are about, or not understood."""
        self.forbidden: list[Sentence] = []
        self.conditional: list[Sentence] = []

    def add(self, sentence: Sentence) -> None:
        """Read one clause."""
        self.place = sentence.place or self.place
        if not sentence.clause.tokens:
            return
        if sentence.mood in {Mood.ORDER, Mood.STATEMENT} and not sentence.asked and self._guards(sentence):
            return
        if sentence.mood is Mood.STATEMENT:
            self.spaces.add(take_namespace(sentence.clause.fresh(), self.kinds)[0])
        match sentence.mood:
            case Mood.ORDER:
                self._order(sentence)
            case Mood.QUESTION | Mood.STATEMENT:
                self._question(sentence)
            case Mood.HOW_TO:
                self._how_to(sentence)
            case Mood.NEGATED:
                self.forbidden.append(sentence)
                if not self.steps:
                    self._point_at(sentence.clause)
            case Mood.CONDITIONAL:
                self.conditional.append(sentence)
                if not sentence.verb:
                    self._point_at(sentence.clause)
            case Mood.HYPOTHETICAL:
                self._hypothetical(sentence)

    def _guards(self, sentence: Sentence) -> bool:
        """Whether the clause wishes that pods stay available: that is a budget."""
        budget = read_guarding(sentence.clause, self.kinds)
        if budget is not None:
            self._keep([budget])
        return budget is not None

    def _point_at(self, clause: Clause, skipped: int = 1) -> None:
        """What a leading "if deployment web has …" speaks of is "it" in the order that follows; its first words are
        `skipped`."""
        fresh = clause.fresh()
        fresh.claim(range(skipped))
        read_conditions(fresh)
        named = [each.target for each in noun_phrases(fresh, self.kinds) if each.named]
        if len(named) == 1:
            self.previous = (named[0],)

    def request(self) -> Request:
        """Everything together."""
        self.steps = [self._beside(step) for step in self.steps]
        if not self.steps and not self.unclear:
            self.steps.extend(self.background)
        about = {target.phrase for step in self.steps if (target := target_of(step)) is not None}
        self.unread += [each for each in self.heads if each.clause.text not in about]
        if not self.steps or any(not isinstance(step, Inspect) for step in self.steps):
            for (
                sentence
            ) in self.unread:  # beside a question it is background; beside a change it could be a restriction
                self._unclear(sentence, "", "Say what to do or what to show, for example: show …, scale …, why is …")
            for sentence in self.told:
                if self.steps and restricts(sentence.clause) and not keeps_to(sentence, self.steps):
                    self._unclear(sentence, "something that the change should keep to", "Say it as part of the change.")
        unclear, notes = hold_conditions(self.steps, self.conditional)
        self.unclear, self.notes = [*self.unclear, *unclear], [*self.notes, *notes]
        unclear, notes = hold_prohibitions(self.steps, self.forbidden, self.kinds, doubtful=bool(self.unclear))
        self.unclear, self.notes = [*self.unclear, *unclear], [*self.notes, *notes]
        makes = any(step.intent in {"create", "grant"} for step in self.steps)
        return Request(
            steps=tuple(self.steps),
            unclear=tuple(self.unclear),
            namespace=self.namespace,
            save_to=saved_to(self.text) if makes else None,
            dry_run=self.preview or bool(DRY.search(self.text)),
            explain=self.explain,
            notes=tuple(self.notes),
        )

    def _beside(self, step: Any) -> Any:
        """A switch to a side that only its colour names happens where the prompt says that its sides are."""
        spaces = self.spaces - {None}
        if step.intent != "switch_traffic" or step.service != Target() or len(spaces) != 1:
            return step
        return step.model_copy(update={"service": Target(namespace=next(iter(spaces)))})

    def spares(self) -> bool:
        """Whether the prompt says above all what not to touch: "don't restart api, only web" is no rule."""
        return any(CHANGE_VERBS.get(each.verb) in ONE_TIME for each in self.forbidden)

    # --- moods --------------------------------------------------------------------------------------------------

    def _order(self, sentence: Sentence) -> None:
        clause, verb = sentence.clause, sentence.verb
        if fences(clause.fresh(), verb) and verb not in CREATE_VERBS:
            self._take(self.changes.made(sentence, f"create a network policy that {verb}s"))
            return
        if self.steps and not set(clause.fresh().words) - QUALITY:
            self.notes.append(f"kept by every rollout: {clause.text}")
            return
        if CHANGE_VERBS.get(verb) == "rollback" and OWN_DOING.search(clause.fresh().line):
            self._unclear(
                sentence, "taking back a plan", "kora plans lists what was changed; kora undo ID takes one back."
            )
            return
        if verb == "leave" and not self.steps:
            self._unclear(sentence, "something that shall stay as it is", "What shall be changed?")
            return
        if verb in REFUSED and CHANGE_VERBS.get(verb, "drain") == "drain":
            self._unclear(sentence, f"the verb “{verb}”", REFUSED[verb])
            return
        if verb in WAIT_VERBS:
            rest = clause.fresh()
            timed = any(token.kind in {Kind.DURATION, Kind.NUMBER} for token in rest.tokens)
            bounded = rest.has(r"up to|at most|max\w*|no longer than|timeout(?: of)?")
            orders = any(
                FORMS.get(word) in CHANGE_VERBS and word not in CHANGE_VERBS
                for word in rest.words
                if word.endswith("ing")
            )
            if (timed and not bounded) or orders:
                self.conditional.append(sentence)
                return
            self.steps.append(Wait(target=self.previous[0] if self.previous else Target()))
            return
        if verb in {"keep", "leave"} and self.steps and not TELLS.search(sentence.clause.line):
            self.forbidden.append(sentence)  # "delete the deployment but keep its service"
            return
        if verb in CHANGE_VERBS or verb in CREATE_VERBS:
            if self._checks_after(sentence):
                return
            self._guarded(sentence)
            return
        if verb in READ_VERBS and self.steps and self._checks_after(sentence):
            return
        if verb in {"diagnose", "debug", "troubleshoot", "investigate", "check", "look", "find"} and not clause.left():
            return  # "diagnose and repair the ledger": what follows says what
        found = read_inspection(clause, verb, self.kinds, self.previous, asked=sentence.asked)
        if [each.aspect for each in found] == [Aspect.HEALTH] and found[0].target == Target() and self.previous:
            found = [Inspect(aspect=Aspect.CAUSE, target=each) for each in self.previous]  # "find out what is wrong"
        if not found:
            self._unclear(sentence, "", "What shall be shown: a kind, a name, logs, events, usage, permissions …?")
        self._keep(found)

    def _checks_after(self, sentence: Sentence) -> bool:
        """ "make sure it is ready" after a change is what every plan verifies anyway."""
        if self.steps and not isinstance(self.steps[-1], Inspect) and self._only_looks_back(sentence):
            self.steps.append(Wait(target=self.previous[0] if self.previous else Target()))
            return True
        if (
            self.steps
            and not isinstance(self.steps[-1], Inspect)
            and sentence.clause.fresh().has(
                r"(?:when|once|as soon as|if|whether) (?:it|they|that|this|everything|the \w+)(?:'s| is| are| has| have)? (?:been )?(?:ready|up|done|finished|complete\w*|healthy|rolled out|running|available|settled|worked)"
            )
        ):
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
            token.kind is Kind.MARK or (token.kind is Kind.WORD and (word in LOOKS_BACK or word in named))
            for token, word in zip(clause.tokens, clause.words, strict=True)
        )

    def _question(self, sentence: Sentence) -> None:
        clause = sentence.clause
        if sentence.mood is Mood.STATEMENT and not self._speaks_of_something(clause):
            return
        before = self.steps[-1] if self.steps else None
        told = bool(self.background) or isinstance(before, Inspect)
        if sentence.mood is Mood.QUESTION and told and not set(clause.words) - REFERS:
            if not self.steps:
                self.steps.extend(self.background)
            return
        if not set(clause.words) - FILLERS - {"why", "?"} and not isinstance(before, Inspect) and self.previous:
            self.steps.append(Inspect(aspect=Aspect.CAUSE, target=self.previous[0]))
            return
        if isinstance(before, Inspect) and not set(clause.words) - FILLERS - {"why", "?"}:
            self.steps.append(Inspect(aspect=Aspect.CAUSE, target=before.target, conditions=before.conditions))
            return
        if (
            isinstance(before, Inspect)
            and (rest := other_part(clause, before) or follow_up(clause, before)) is not None
        ):
            if rest != before:
                self.steps.append(rest)
            return
        found = read_inspection(clause, "", self.kinds, self.previous, asked=sentence.asked)
        if sentence.mood is Mood.STATEMENT:  # background: what it speaks of may be "it" later
            if found and (found[0].target.names or found[0].target.phrase):
                self.previous = tuple(each.target for each in found)
                if (
                    clause.words[0] in _ABOUT
                    or len(clause.tokens) <= 3
                    or (len(found) == 1 and TOLD.match(clause.fresh().line))
                ):
                    self.topic = self.previous
            self._background(sentence, found)
            if (sufferer := sufferer_of(sentence, self.kinds)) is not None and not self.steps:
                self.topic = self.previous = (sufferer,)
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
            fresh = sentence.clause.fresh()
            if (stated := TOLD.match(fresh.line)) is not None:  # background, unless it restricts a change
                self.told.append(sentence)
                if not self.steps:  # its subject is "it" in what follows
                    subject = fresh.indices(0, stated.end() - 1)[:-1]
                    self._point_at(Clause([fresh.tokens[at] for at in subject], [fresh.words[at] for at in subject]), 0)
                    self.topic = self.previous
            elif len(sentence.clause.tokens) == 1 and not self.steps:  # "backend: restart it"
                self.topic = self.previous = (Target(phrase=sentence.clause.text),)
                self.heads.append(sentence)
            else:
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
            if PREVIEW.match(self.text):
                self.preview = True
            else:
                self.explain = True
            self._change(sentence)
            return
        found = read_inspection(sentence.clause, sentence.verb, self.kinds, self.previous, asked=True)
        if found:
            gone = any(
                CHANGE_VERBS.get(FORMS.get(word, word)) in {"delete", "remove"} for word in sentence.clause.words
            )
            self._keep([what_needs(each) if gone else each for each in found])
        else:
            self._unclear(
                sentence, "a question about what would be", "Ask for the change itself, or what is there now."
            )

    # --- changes ------------------------------------------------------------------------------------------------

    def _change(self, sentence: Sentence) -> None:
        spoken_of = next((word for each in self.told for word in each.clause.words if word in AMOUNTS), None)
        alone = not set(sentence.clause.words) & (AMOUNTS | COUNTS)
        if CHANGE_VERBS.get(sentence.verb) == "multiply" and spoken_of is not None and alone:
            self._unclear(sentence, "a multiple of something", f"Of what: the number of replicas, or the {spoken_of}?")
            return
        self._take(self.changes.read(sentence, self.previous, self.topic))

    def _take(self, found: list[Any] | Unclear) -> None:
        if isinstance(found, list):
            self._keep(found)
        else:
            self.unclear.append(found)

    def _missing_right(self, sentence: Sentence) -> list[Any]:
        """The grant that "fix it" asks for after a question why somebody may not do something: just that right."""
        asked = self.steps[-1] if self.steps else None
        if CHANGE_VERBS.get(sentence.verb) != "fix" or not isinstance(asked, Inspect):
            return []
        if asked.aspect is not Aspect.PERMISSIONS or not asked.verb or not asked.resource or not asked.subject:
            return []
        kind, _, name = asked.subject.partition(":")
        known = _SUBJECTS.get(kind)
        entry = BY_KIND.get(asked.resource)
        if (
            known is None
            or entry is None
            or set(sentence.clause.words) - FILLERS - PRONOUNS - {sentence.verb, "?", "."}
        ):
            return []
        return [
            Grant(
                subject_kind=known, subject=name, verbs=(asked.verb,), resources=(plural(entry.words[0]),),
                namespace=asked.target.namespace,
            )
        ]  # fmt: skip

    def _guarded(self, sentence: Sentence) -> None:
        """An order, perhaps with "if …" before or after it: a guard on its own target as that stands now is a condition
        on it; any other is refused."""
        leading = self.conditional[-1] if self.conditional and not self.conditional[-1].verb else None
        guard = sentence.guard or (
            leading.clause if leading is not None and leading.clause.words[0] in GUARDS else None
        )
        if granted := self._missing_right(sentence):
            self._keep(granted)
            return
        known = len(self.steps)
        self._change(sentence)
        added = self.steps[known:]
        if guard is None or not added:
            if sentence.guard is not None:
                self.conditional.append(sentence)
            return
        target = target_of(added[0])
        bare = "replicas" if added[0].intent == "scale" else None
        conditions = guard_conditions(guard, target, self.kinds, bare=bare) if target is not None else None
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

    # --- keeping ------------------------------------------------------------------------------------------------

    def _keep(self, steps: list[Any]) -> None:
        steps = [self._placed(step) for step in steps]
        self.steps.extend(steps)
        named = [target for step in steps if (target := target_of(step)) is not None]
        if any(each.names or each.phrase or each.labels for each in named):
            self.previous = (
                tuple(
                    each.model_copy(update={"kind": WORKLOAD})
                    if each.kind is None and step.intent in ON_WORKLOADS
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
