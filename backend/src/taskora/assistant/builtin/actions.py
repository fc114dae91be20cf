"""What the built-in engine does for each intent: resolves, asks when it isn't sure, calls tools, says what happened."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from taskora.assistant.builtin import words as w
from taskora.assistant.builtin.drafting import TITLE_MOST, draft, only_due, updates
from taskora.assistant.builtin.intents import (
    Add,
    Change,
    Complete,
    Delete,
    Filter,
    NewTask,
    OfferAdd,
    Query,
    Reopen,
    Target,
    Undo,
    Update,
)
from taskora.assistant.builtin.matching import compare, content, rank, stem
from taskora.assistant.builtin.resolve import Found, Pool, Resolver
from taskora.assistant.builtin.surroundings import Surroundings
from taskora.assistant.focus import Focus
from taskora.assistant.tools import MAX_BATCH
from taskora.assistant.turn import Toolbox
from taskora.kit.errors import TaskoraError
from taskora.tasks.schemas import Due, TaskOut
from taskora.tasks.search import fold

_POOLS: dict[str, Pool] = {"complete": "pending", "reopen": "completed", "delete": "all", "update": "all"}
_VERBS = {"complete": "complete", "reopen": "reopen", "delete": "delete", "update": "change"}
_DONE = {"complete": "Completed", "reopen": "Reopened", "delete": "Deleted", "update": "Updated"}
_MISSING = {
    "when": "When should {name} be due?",
    "title": "What should {name} be called?",
    "description": "What should the note on {name} say?",
    "priority": "Which priority should {name} get: low, medium, high or urgent?",
    "project": "Which project should {name} move to?",
    "recurrence": "How often should {name} repeat?",
}


@dataclass
class Actions:
    """The work of one turn. `focus` is brought up to date as things happen; `said` and `suggestions` become the
    reply."""

    box: Toolbox
    focus: Focus
    around: Surroundings
    message: str = ""
    said: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    undid: bool = False

    def say(self, text: str) -> None:
        """Add a paragraph to the reply."""
        if text and text not in self.said:
            self.said.append(text)

    @property
    def _resolver(self) -> Resolver:
        return Resolver(self.box, self.focus, self.around.timezone)

    def _list(self, tasks: list[TaskOut]) -> str:
        return w.numbered(tasks, self.around.now, self.around.timezone)

    # Adding -----------------------------------------------------------------------------------------------------
    async def add(self, intent: Add) -> None:
        """Make the tasks, or ask what to call the one that was asked for."""
        if not intent.items:
            self.focus.pending = {"kind": "fill", "op": "add"}
            self.say("What should the task be called?")
            return
        await self.make([draft(item, self.around) for item in intent.items])
        if intent.overflow:
            self.say(f"I took the first {len(intent.items)}; {intent.overflow} more didn't fit. Send the rest again.")

    async def make(self, drafts: list[dict[str, Any]]) -> None:
        """Create tasks from drafted arguments."""
        made: list[TaskOut] = []
        for arguments in drafts:
            try:
                result = await self.box.call("add_task", **arguments)
            except TaskoraError as error:
                self.say(f"I couldn't add {w.quoted(arguments['title'])}: {error.message}")
                continue
            made.extend(result.tasks)
        if not made:
            return
        self._notice(made, "add")
        if len(made) == 1:
            self.say(f"Added {self._described(made[0])}.")
        else:
            self.focus.shown = [task.id for task in made]
            self.say(f"Added {w.count(len(made))}:\n{self._list(made)}")

    def _described(self, task: TaskOut) -> str:
        shown = w.line(task, self.around.now, self.around.timezone)
        _, dash, rest = shown.partition(" — ")
        return w.quoted(task.title) + (f", {rest}" if dash else "")

    def offer(self, intent: OfferAdd) -> None:
        """Something that sounds like a task: ask whether to add it."""
        arguments = draft(intent.item, self.around)
        self.focus.pending = {"kind": "offer", "drafts": [arguments]}
        self.say(f"Shall I add {w.quoted(arguments['title'])} to your tasks?")
        self.suggestions.extend(("Yes, add it", "No"))

    # Asking -----------------------------------------------------------------------------------------------------
    async def query(self, intent: Query) -> None:
        """List or count."""
        where = intent.where
        total = await self._resolver.total(where) if intent.count else None
        if total is not None:
            label = _label(where)
            self.say(f"You have {total} {label if total != 1 else label.replace('tasks', 'task', 1)}.")
            return
        tasks = await self._resolver.select(where, sort=_sort(where))
        if not tasks and where.words and where.status == "pending":
            tasks = await self._resolver.select(replace(where, status="all"))
        if not tasks and where.words:
            found = await self.box.call("search_tasks", query=" ".join(content(where.words))[:200], limit=5)
            if found.tasks:
                self._show(list(found.tasks))
                self.say(f"Nothing matches “{where.words}” exactly. These come near:\n{self._list(list(found.tasks))}")
                return
        if intent.limit and not intent.count:
            tasks = tasks[: intent.limit]
        label = _label(where)
        if not tasks:
            self.say(f"You have no {label}." if label != "tasks" else "You have no tasks yet. Tell me what to add.")
            self.focus.shown = []
            return
        label = label if len(tasks) != 1 else label.replace("tasks", "task", 1)
        if intent.count:
            self.say(f"You have {len(tasks)} {label}.")
            self.focus.salient = [task.id for task in tasks]
            return
        self._show(tasks[: w.SHOWN_MOST])
        self.say(f"Here {'is' if len(tasks) == 1 else 'are'} your {label}:\n{self._list(tasks)}")

    def _show(self, tasks: list[TaskOut]) -> None:
        self.focus.shown = [task.id for task in tasks]
        self.focus.salient = [task.id for task in tasks]
        self.focus.last_action = "list"

    async def show(self, target: Target) -> None:
        """Details of one task."""
        found = await self._resolver.resolve(target, "all")
        if found.problem or not found.tasks:
            self._not_found(target, found, "show")
            return
        if len(found.tasks) > 1:
            self._show(found.tasks[: w.SHOWN_MOST])
            self.say(f"These match:\n{self._list(found.tasks)}")
            return
        task = found.tasks[0]
        self.focus.salient = [task.id]
        lines = [f"**{task.title}**", "Done" if task.completed else "Not done yet"]
        if task.due is not None:
            lines.append(f"Due {w.due_words(task.due, self.around.now, self.around.timezone)}")
        if task.recurrence is not None:
            lines.append(f"Repeats {w.repeat_words(task)}")
        lines.append(f"Priority: {task.priority.value}")
        if task.project is not None:
            lines.append(f"Project: {task.project.name}")
        if task.tags:
            lines.append("Tags: " + ", ".join(task.tags))
        lines.extend(f"{'✓' if step.completed else '○'} {step.title}" for step in task.steps)
        if task.description:
            lines.append(f"Note: {task.description}")
        self.say(lines[0] + "\n" + "\n".join(f"- {text}" for text in lines[1:]))

    async def names(self, kind: str) -> None:
        """The tags or the projects."""
        result = await self.box.call(f"list_{kind}")
        found: list[str] = result.data[kind]
        self.say(f"Your {kind}: {', '.join(found)}." if found else f"You have no {kind} yet.")

    # Changing ---------------------------------------------------------------------------------------------------
    async def complete(self, intent: Complete) -> None:
        """Tick what is meant."""
        found = await self._resolver.resolve(intent.target, "pending", verb=intent.verb if intent.verb != "do" else "")
        if intent.verb and found.problem in ("none", "no_referent") and not found.elsewhere and not found.near:
            self.say("I found no open task for that, so I changed nothing.")
            return
        await self._settle("complete", intent.target, found, sure=intent.sure)

    async def reopen(self, intent: Reopen) -> None:
        """Reopen what is meant."""
        await self._settle(
            "reopen", intent.target, await self._resolver.resolve(intent.target, "completed"), sure=intent.sure
        )

    async def delete(self, intent: Delete) -> None:
        """Delete what is meant; more than one only after a yes."""
        found = await self._resolver.resolve(intent.target, "all")
        await self._settle("delete", intent.target, found, sure=intent.sure)

    async def update(self, intent: Update) -> None:
        """Change what is meant: the first way of cutting the sentence whose target exists."""
        first: tuple[Target, Found, Change] | None = None
        for target, change in intent.options:
            if target.empty:
                continue
            found = await self._resolver.resolve(target, "pending" if not target.words else "all")
            if found.problem == "no_referent" and change.correction:
                found = await self._corrected(change)
            if found.tasks and not found.problem:
                await self._settle("update", target, found, change=change, sure=intent.sure)
                return
            if first is None or (found.near and not first[1].near):
                first = (target, found, change)
        if intent.otherwise is not None and (first is None or not first[1].near):
            await self.add(intent.otherwise)
            return
        if first is None:
            self.say("Which task do you mean, and what should change?")
            return
        await self._settle("update", first[0], first[1], change=first[2], sure=intent.sure)

    async def _corrected(self, change: Change) -> Found:
        """ "make that almond milk" after several were added: the one that shares a word with the correction."""
        wanted = {stem(word) for word in content(change.correction or "")}
        tasks = await self.box.fetch(self.focus.salient)
        sharing = [task for task in tasks if wanted & {stem(word) for word in content(task.title)}]
        return Found(sharing) if len(sharing) == 1 else Found(problem="no_referent")

    async def _settle(
        self, op: str, target: Target, found: Found, *, change: Change | None = None, sure: bool = True
    ) -> None:
        """Act on what was found, or ask."""
        if found.problem or not found.tasks:
            self._unfound(op, target, found, change)
            return
        tasks = found.tasks
        if found.choose:
            self.ask_which(op, tasks, change)
            return
        own_title = len(tasks) == 1 and self._is_title(tasks[0], target)
        many = len(tasks) > 1
        if not sure or found.unsure or own_title or found.everything or (op == "delete" and many):
            self.ask_sure(op, tasks, change)
            return
        if many and not found.several:
            self.ask_which(op, tasks, change)
            return
        await self.perform(op, tasks, change)

    def _is_title(self, task: TaskOut, target: Target) -> bool:
        """Whether the request is itself the name of the task ("cancel gym membership"): it may mean the doing."""
        title, said = fold(task.title), fold(self.message)
        return len(title.split()) > 1 and title in said and bool(target.words) and title not in fold(target.words)

    def ask_which(self, op: str, tasks: list[TaskOut], change: Change | None) -> None:
        """Several match: show them and wait for a choice."""
        tasks = tasks[: w.SHOWN_MOST]
        self.focus.shown = [task.id for task in tasks]
        self.focus.salient = [task.id for task in tasks]
        self.focus.pending = {"kind": "choose", "op": op, "ids": self.focus.shown, "change": _stored(change)}
        self.say(f"Which one should I {_VERBS[op]}?\n{self._list(tasks)}")
        self.suggestions.extend(_choices(tasks))

    def ask_sure(self, op: str, tasks: list[TaskOut], change: Change | None) -> None:
        """Worth a question first: show what would happen and wait for a yes."""
        self.focus.pending = {
            "kind": "confirm", "op": op, "ids": [task.id for task in tasks], "change": _stored(change)
        }  # fmt: skip
        self.focus.salient = [task.id for task in tasks]
        if len(tasks) == 1:
            self.say(f"Should I {_VERBS[op]} {w.quoted(tasks[0].title)}?")
        else:
            self.say(f"Should I {_VERBS[op]} these {len(tasks)} tasks?\n{self._list(tasks)}")
        self.suggestions.extend((f"Yes, {_VERBS[op]} {'it' if len(tasks) == 1 else 'them'}", "No"))

    def _unfound(self, op: str, target: Target, found: Found, change: Change | None) -> None:
        if found.elsewhere and op in ("complete", "reopen"):
            state = "already done" if op == "complete" else "still open"
            self.focus.salient = [task.id for task in found.elsewhere]
            self.say(
                f"{w.names(found.elsewhere)} {'is' if len(found.elsewhere) == 1 else 'are'} {state}; nothing to change."
            )
            return
        near = [task for task in found.near if op not in ("complete",) or not task.completed]
        if near:
            self.focus.pending = {
                "kind": "choose" if len(near) > 1 else "confirm",
                "op": op,
                "ids": [task.id for task in near],
                "change": _stored(change),
            }
            self.focus.shown = self.focus.salient = [task.id for task in near]
            said = target.words or target.source
            if len(near) == 1:
                self.say(f"I found no task called “{said}”. Did you mean {w.quoted(near[0].title)}?")
                self.suggestions.extend((f"Yes, {_VERBS[op]} it", "No"))
            else:
                self.say(f"I found no task called “{said}”. Did you mean one of these?\n{self._list(near)}")
                self.suggestions.extend(_choices(near))
            return
        self._not_found(target, found, op)

    def _not_found(self, target: Target, found: Found, op: str) -> None:
        said = target.source or target.words
        messages = {
            "no_list": "I haven't shown you a list yet, so I don't know which one that is. Say “show my tasks” first.",
            "no_number": f"I don't see {said or 'that number'} among your tasks, so I changed nothing. Say “show my "
            f"tasks” to see them.",
            "no_referent": "I'm not sure which task you mean. Tell me its name.",
            "empty_set": "There are no such tasks, so there is nothing to do.",
        }
        self.say(messages.get(found.problem, f"I found no task matching “{said}”, so I changed nothing."))
        self.suggestions.append("Show my tasks")

    # Performing -------------------------------------------------------------------------------------------------
    async def perform(self, op: str, tasks: list[TaskOut], change: Change | None = None) -> None:
        """Do it. The tasks are certain."""
        if op == "update":
            assert change is not None
            await self._change(tasks, change)
            return
        if op in ("complete", "reopen"):
            wanted = [task for task in tasks if task.completed != (op == "complete")]
            if not wanted:
                self.focus.salient = [task.id for task in tasks]
                self.say(
                    f"{w.names(tasks)} {'is' if len(tasks) == 1 else 'are'} "
                    f"{'already done' if op == 'complete' else 'still open'}."
                )
                return
            tasks = wanted
        if len(tasks) == 1:
            tool = {"complete": "complete_task", "reopen": "reopen_task", "delete": "delete_task"}[op]
            result = await self.box.call(tool, task_id=tasks[0].id)
            following = result.data.get("next_due")
            tail = f" The next one is due {self._next_due(following)}." if following else ""
        else:
            await self._bulk(op, tasks)
            tail = ""
        self._notice(tasks, op)
        self.say(f"{_DONE[op]} {w.names(tasks) if len(tasks) <= 5 else w.count(len(tasks))}.{tail}")

    def _next_due(self, due: dict[str, Any]) -> str:
        return w.due_words(Due.model_validate(due), self.around.now, self.around.timezone)

    async def _bulk(self, action: str, tasks: list[TaskOut], **values: Any) -> None:
        for start in range(0, len(tasks), MAX_BATCH):
            batch = [task.id for task in tasks[start : start + MAX_BATCH]]
            await self.box.call("bulk_tasks", action=action, task_ids=batch, **values)

    async def _change(self, tasks: list[TaskOut], change: Change) -> None:
        missing = _missing(change)
        if missing is not None:
            self.focus.pending = {
                "kind": "fill", "op": "update", "ids": [task.id for task in tasks], "field": missing
            }  # fmt: skip
            self.focus.salient = [task.id for task in tasks]
            self.say(
                _MISSING[missing].format(name=w.names(tasks))
                if missing in _MISSING
                else f"What should I change about {w.names(tasks)}?"
            )
            return
        if len(tasks) > 1 and (change.title or change.correction):
            self.ask_which("update", tasks, change)
            return
        changed: list[TaskOut] = []
        for task in tasks:
            arguments = updates(change, task, self.around)
            if isinstance(arguments, str):
                self.say(arguments)
                continue
            steps = [{"add_step": w.sentence_case(name)[:TITLE_MOST]} for name in change.steps]
            latest: list[TaskOut] = []
            for values in [arguments, *steps] if arguments else steps or [arguments]:
                tool = "reschedule_task" if only_due(values) else "update_task"
                latest = list((await self.box.call(tool, task_id=task.id, **values)).tasks)
            changed.extend(latest)
        if not changed:
            return
        self._notice(changed, "update")
        self.say(self._changed_words(tasks, changed, change))

    def _changed_words(self, before: list[TaskOut], after: list[TaskOut], change: Change) -> str:
        if len(after) > 1:
            return f"Updated {w.count(len(after))}:\n{self._list(after)}"
        old = next(task for task in before if task.id == after[0].id)
        new = after[0]
        if old.title != new.title:
            return f"Renamed {w.quoted(old.title)} to {self._described(new)}."
        if change.description is not None and new.description != old.description:
            return f"Noted on {w.quoted(new.title)}: {new.description[:200]}"
        if change.steps:
            added = [w.quoted(step.title) for step in new.steps[-len(change.steps) :]]
            return f"Added the step{'s' if len(added) > 1 else ''} {', '.join(added)} to {w.quoted(new.title)}."
        if old == new:
            return f"{w.quoted(new.title)} was like that already."
        return f"Updated {self._described(new)}."

    def _notice(self, tasks: list[TaskOut], action: str) -> None:
        self.focus.salient = [task.id for task in tasks]
        self.focus.last_action = action

    # Undo -------------------------------------------------------------------------------------------------------
    async def undo(self, intent: Undo) -> None:
        """Take back what the last acting turn did; without one, the person's last change."""
        if intent.redo:
            wanted: list[int | None] = list(reversed(self.focus.undone))
            if not wanted:
                self.say("There is nothing to redo.")
                return
        else:
            mine: list[int | None] = [*reversed(self.box.changes or self.focus.changes)]
            if not mine and intent.times == 1:
                await self._ask_undo()
                return
            wanted = mine if intent.times == 1 else [None] * intent.times
        await self.take_back(wanted, redo=intent.redo)

    async def _ask_undo(self) -> None:
        """Nothing was changed in this conversation: the last change was made elsewhere, so name it and ask."""
        last = await self.box.last_change()
        if last is None:
            self.say("There is nothing to undo.")
            return
        self.focus.pending = {"kind": "undo", "change_id": last[0]}
        self.say(f"Your last change was: {last[1]}. Should I undo it?")
        self.suggestions.extend(("Yes, undo it", "No"))

    async def take_back(self, wanted: list[int | None], *, redo: bool = False) -> None:
        """Undo these changes in this order."""
        undone: list[int] = []
        summaries: list[str] = []
        for change_id in wanted:
            try:
                result = await self.box.call("undo", **({"change_id": change_id} if change_id is not None else {}))
            except TaskoraError as error:
                if not summaries:
                    self.say(error.message)
                break
            summaries.append(str(result.data["summary"]))
            if result.change_id is not None:
                undone.append(result.change_id)
        self.undid = True
        if summaries:
            self.focus.changes = [] if not redo else undone
            self.focus.undone = undone if not redo else []
            self.focus.last_action = "undo"
            self.say(f"{'Redone' if redo else 'Undone'}: {'; '.join(summaries)}.")


def _missing(change: Change) -> str | None:
    for name in ("when", "title", "description", "priority", "project", "recurrence"):
        if getattr(change, name) == "":
            return name
    return "anything" if change == Change() else None


def _stored(change: Change | None) -> dict[str, Any] | None:
    return asdict(change) if change is not None else None


def restored(stored: dict[str, Any] | None) -> Change | None:
    """The change that `_stored` packed into the focus."""
    if stored is None:
        return None
    known = {name: stored[name] for name in Change.__dataclass_fields__ if name in stored}
    values: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in known.items()}
    return Change(**values)


def _choices(tasks: list[TaskOut]) -> list[str]:
    """Buttons for a choice: the names, or the numbers where names are alike."""
    titles = [task.title for task in tasks[:6]]
    if len(set(titles)) < len(titles) or any(len(title) > 60 for title in titles):
        return [f"Number {n}" for n in range(1, len(titles) + 1)]
    return titles


def _sort(where: Filter) -> str:
    if where.status == "completed":
        return "completed"
    return "due" if where.period is not None or where.overdue else "manual"


def _label(where: Filter) -> str:
    parts = []
    if where.overdue:
        parts.append("overdue")
    elif where.status in ("pending", "completed"):
        parts.append(where.status)
    if where.priorities:
        parts.append("urgent" if where.priorities == ("urgent",) else f"{' or '.join(where.priorities)} priority")
    parts.append("tasks")
    if where.project is not None:
        parts.append(f"in {where.project}")
    if where.tags:
        parts.append("tagged " + ", ".join(where.tags))
    if where.period is not None:
        parts.append(("done " if where.status == "completed" else "due ") + where.period.text.removeprefix("due "))
    if where.words:
        parts.append(f"matching “{where.words}”")
    return " ".join(parts)


__all__ = ["Actions", "NewTask", "compare", "rank", "restored"]
