"""Finding the tasks that a `Target` means, with the caller's eyes only.

Never guesses: the outcome says whether the tasks are certain, whether somebody has to choose, or what came near.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from taskora.assistant.builtin import vocabulary as v
from taskora.assistant.builtin.intents import Filter, Target
from taskora.assistant.builtin.matching import content, doing_of, rank, same_doing, search_key, stem
from taskora.assistant.focus import Focus
from taskora.assistant.turn import Toolbox
from taskora.language import Period
from taskora.tasks.schemas import TaskOut
from taskora.tasks.search import fold

Pool = Literal["all", "pending", "completed"]
MAX_SET = 1_000
_PAGE = 200


@dataclass
class Found:
    """`tasks` are meant for sure unless `choose` (one of them is) or `unsure` (ask before acting)."""

    tasks: list[TaskOut] = field(default_factory=list)
    choose: bool = False
    unsure: bool = False
    several: bool = False  # a set was named: acting on many is what was asked for
    everything: bool = False
    near: list[TaskOut] = field(default_factory=list)
    problem: Literal["", "no_list", "no_number", "no_referent", "none", "empty_set"] = ""
    elsewhere: list[TaskOut] = field(default_factory=list)  # matches of the wrong state ("already done")


class Resolver:
    """Resolves targets in one turn."""

    def __init__(self, box: Toolbox, focus: Focus, timezone: str) -> None:
        self._box = box
        self._focus = focus
        self._zone = ZoneInfo(timezone)

    async def resolve(self, target: Target, pool: Pool, *, verb: str = "") -> Found:
        """The tasks that `target` means; `pool` is the state that makes sense for what is to be done with them."""
        if target.but is not None:
            return await self._without(target, pool)
        if target.numbers:
            return await self._numbers(target.numbers)
        if target.ordinals or target.first or target.last:
            return await self._places(target)
        if target.newest:
            return await self._newest(target.newest)
        if target.pronoun:
            return await self._pronoun(target.pronoun)
        if target.everything:
            tasks = await self.select(Filter(status=pool))
            return Found(tasks, several=True, everything=True, problem="" if tasks else "empty_set")
        if target.where is not None:
            return await self._set(target.where, pool)
        if target.words:
            return await self._words(target, pool, verb)
        return Found(problem="no_referent")

    async def _without(self, target: Target, pool: Pool) -> Found:
        assert target.but is not None
        base = await self.resolve(replace(target, but=None), pool)
        kept = await self.resolve(target.but, "all")
        if base.problem or kept.problem not in ("", "empty_set") or kept.choose:
            return Found(problem=base.problem or "none", near=kept.near)
        spared = {task.id for task in kept.tasks}
        return replace(base, tasks=[task for task in base.tasks if task.id not in spared], everything=False)

    async def _numbers(self, numbers: tuple[int, ...]) -> Found:
        shown = self._focus.shown
        if not shown:
            tasks = await self._box.fetch(numbers)
            return Found(tasks, several=len(numbers) > 1) if len(tasks) == len(numbers) else Found(problem="no_number")
        inside = [shown[n - 1] for n in numbers if 1 <= n <= len(shown)]
        if len(inside) == len(numbers):
            return self._still_there(await self._box.fetch(inside), len(inside))
        if len(numbers) == 1:  # outside the list: at most the task's own number, and that only after asking
            return (
                Found(await self._box.fetch(numbers), unsure=True)
                if await self._box.fetch(numbers)
                else Found(problem="no_number")
            )
        return Found(problem="no_number")

    def _still_there(self, tasks: list[TaskOut], wanted: int) -> Found:
        return Found(tasks, several=wanted > 1) if tasks else Found(problem="none")

    async def _places(self, target: Target) -> Found:
        shown = self._focus.shown
        if not shown:
            just_added = self._focus.last_action == "add" and (target.ordinals == (-1,) or target.last == 1)
            return await self._pronoun("one") if just_added else Found(problem="no_list")
        if target.first or target.last:
            count = target.first or target.last
            if count > len(shown):
                return Found(problem="no_number")
            ids = shown[:count] if target.first else shown[-count:]
        else:
            if any(abs(n) > len(shown) for n in target.ordinals):
                return Found(problem="no_number")
            ids = [shown[n - 1] if n > 0 else shown[n] for n in target.ordinals]
        return self._still_there(await self._box.fetch(ids), len(ids))

    async def _newest(self, count: int) -> Found:
        result = await self._box.call("list_tasks", status="all", sort="created", limit=min(count, 25))
        return Found(list(result.tasks), several=count > 1, problem="" if result.tasks else "empty_set")

    async def _pronoun(self, pronoun: str) -> Found:
        salient, shown = self._focus.salient, self._focus.shown
        if pronoun == "one":
            ids = salient if len(salient) == 1 else shown if not salient and len(shown) == 1 else []
        elif pronoun == "many":
            ids = salient if len(salient) > 1 else shown or salient
        else:
            ids = [task_id for task_id in shown if task_id not in salient]
            ids = ids if len(salient) >= 1 else []
        tasks = await self._box.fetch(ids)
        if not tasks:
            return Found(problem="no_referent")
        return Found(tasks, several=pronoun == "many" or len(tasks) > 1)

    async def _set(self, where: Filter, pool: Pool) -> Found:
        wanted = where if where.status is not None else replace(where, status=pool)
        tasks = await self.select(wanted)
        return Found(tasks, several=True, problem="" if tasks else "empty_set")

    async def _words(self, target: Target, pool: Pool, verb: str) -> Found:
        candidates = await self._candidates(target.words, pool)
        found = self._pick(target, candidates, pool, verb)
        if found.choose and (days := target.narrowed.period) is not None:
            there = [task for task in found.tasks if task.due is not None and _inside(task.due.date, days)]
            found = Found(there, choose=len(there) > 1) if there else found
        if found.tasks and not (target.plural and not target.narrowed.empty):
            return found
        if not target.narrowed.empty and not target.literal:
            narrowed = await self._narrowed(target, pool)
            if narrowed:
                both = {task.id: task for task in [*found.tasks, *narrowed]}
                tasks = list(both.values())
                choose = len(tasks) > 1 and not target.plural
                return Found(tasks, choose=choose, several=target.plural, unsure=target.named_set)
            if found.tasks:
                return found
        pieces = await self._pieces(target, pool) if not found.tasks else None
        if pieces is not None:
            return pieces
        return found

    async def _pieces(self, target: Target, pool: Pool) -> Found | None:
        """ "the milk and the eggs": two descriptions, when the whole names nothing."""
        if target.literal:
            return None
        parts = [part for part in _split(target.words) if part]
        if not 2 <= len(parts) <= 25:
            return None
        tasks: list[TaskOut] = []
        for part in parts:
            found = self._pick(
                replace(target, words=part, plural=False, narrowed=Filter()),
                await self._candidates(part, pool),
                pool,
                "",
            )
            if len(found.tasks) != 1 or found.choose or found.unsure:
                return None
            tasks.extend(task for task in found.tasks if task.id not in {known.id for known in tasks})
        return Found(tasks, several=True)

    def _pick(self, target: Target, candidates: list[TaskOut], pool: Pool, verb: str) -> Found:
        right = [task for task in candidates if pool == "all" or task.completed == (pool == "completed")]
        if target.exact:
            same = [task for task in right if fold(task.title).strip() == fold(target.words).strip()]
            return Found(same, choose=len(same) > 1, problem="" if same else "none")
        ranked = rank(target.words, right, literal=target.literal)
        meant = [task for task in ranked.meant if not verb or _fits(verb, task)]
        if pool == "all" and len(meant) > 1:
            open_ones = [task for task in meant if not task.completed]
            meant = open_ones or meant
        if len(meant) > 1 and not target.plural and "one" in target.source.lower().split():
            seen = [task for task in meant if task.id in self._focus.shown or task.id in self._focus.salient]
            meant = seen if len(seen) == 1 else meant
        if meant:
            unsure = bool(verb) and any(_loosely(verb, task) for task in meant)
            if target.plural and len(meant) > 1:
                return Found(meant, several=True, choose=not target.every and not _same_noun(target, meant))
            return Found(meant, choose=len(meant) > 1, unsure=unsure)
        others = [task for task in candidates if task not in right]
        elsewhere = rank(target.words, others, literal=target.literal).meant
        near = [] if verb else ranked.near
        return Found(problem="none", near=near[:5], elsewhere=elsewhere)

    async def _candidates(self, words: str, pool: Pool) -> list[TaskOut]:
        """Tasks that hold all the words; when none does, those that hold some."""
        wanted = list(dict.fromkeys(search_key(word) for word in content(words)))[:8]
        if not wanted:
            return []
        result = await self._box.call(
            "list_tasks", status="all", search=" ".join(wanted)[:200], sort="manual", limit=100
        )
        found = {task.id: task for task in result.tasks}
        ranked = rank(words, found.values())
        if any(pool == "all" or task.completed == (pool == "completed") for task in ranked.meant):
            return list(found.values())
        if len(wanted) > 1:
            for word in wanted:
                more = await self._box.call("search_tasks", query=word, status="all", limit=50)
                found |= {task.id: task for task in more.tasks}
        return list(found.values())

    async def _narrowed(self, target: Target, pool: Pool) -> list[TaskOut]:
        where = target.narrowed
        return await self.select(where if where.status is not None else replace(where, status=pool))

    async def select(self, where: Filter, *, limit: int = MAX_SET, sort: str = "") -> list[TaskOut]:
        """Every task that passes the filter, in the order of the page's lists."""
        arguments = _arguments(where)
        if sort:
            arguments["sort"] = sort
        tasks: list[TaskOut] = []
        while len(tasks) < limit:
            result = await self._box.call("list_tasks", **arguments, limit=min(_PAGE, limit))
            tasks.extend(task for task in result.tasks if self._passes(task, where))
            cursor = result.data.get("next_cursor")
            if not cursor:
                break
            arguments["cursor"] = cursor
        return tasks[:limit]

    async def total(self, where: Filter) -> int | None:
        """How many tasks pass, without fetching them; None when the task list can't answer the filter alone."""
        if where.part_of_day is not None or where.dated is not None or where.words or where.period is not None:
            return None
        result = await self._box.call("list_tasks", **_arguments(where), limit=1)
        return int(result.data["total"])

    def _passes(self, task: TaskOut, where: Filter) -> bool:
        """What the task list can't ask for: part of the day, dated or not, days of completion, every word in title or
        tags."""
        if where.part_of_day is not None:
            start, end = where.part_of_day
            if task.due is None or task.due.time is None or not start <= task.due.time.hour < end:
                return False
        if where.dated is not None and (task.due is not None) != where.dated:
            return False
        if where.period is not None and where.status == "completed":
            if task.completed_at is None:
                return False
            day = task.completed_at.astimezone(self._zone).date()
            if not _inside(day, where.period):
                return False
        if where.period is not None and where.status != "completed" and task.due is None:
            return False
        if where.words:
            return rank(where.words, [task]).meant != [] or fold_in(where.words, task.description)
        return True


def _inside(day: date, days: Period) -> bool:
    return (days.start is None or day >= days.start) and (days.end is None or day <= days.end)


def fold_in(words: str, text: str) -> bool:
    """Whether every word stands in a longer text."""
    stems = {stem(word) for word in content(text)} if text else set()
    return bool(stems) and all(stem(word) in stems for word in content(words))


def _arguments(where: Filter) -> dict[str, object]:
    arguments: dict[str, object] = {"status": where.status or "all"}
    if where.overdue:
        arguments |= {"overdue": True, "status": "pending"}
    if where.tags:
        arguments["tags"] = list(where.tags)
    if where.priorities:
        arguments["priority"] = list(where.priorities)
    if where.project is not None:
        arguments["project"] = where.project
    if where.period is not None and where.status != "completed":
        if where.period.start is not None:
            arguments["due_after"] = where.period.start.isoformat()
        if where.period.end is not None:
            arguments["due_before"] = where.period.end.isoformat()
    if where.words:
        arguments["search"] = " ".join(dict.fromkeys(search_key(word) for word in content(where.words)))[:200]
    return arguments


def _split(words: str) -> list[str]:

    pieces = re.split(r"\s*(?:,|;|&|\band\b|\bplus\b)\s*", words, flags=re.IGNORECASE)
    cleaned = [
        re.sub(rf"^(?:{v.DETERMINER}) |(?: (?:{v.TASK_LOOSE}))$", "", piece.strip(), flags=re.IGNORECASE).strip()
        for piece in pieces
    ]
    return [piece for piece in cleaned if piece]


def _fits(verb: str, task: TaskOut) -> bool:
    """Whether a reported doing can close the task: its own verb must be the same errand."""
    doing = doing_of(task.title)
    return verb == "do" or not doing or same_doing(verb, doing)


_CLOSING = frozenset(
    [
        "buy",
        "get",
        "purchase",
        "grab",
        "pick",
        "do",
        "finish",
        "complete",
        "submit",
        "attend",
        "go",
        "pay",
        "book",
        "see",
        "visit",
        "make",
        "send",
        "take",
        "order",
        "clean",
        "wash",
        "file",
        "write",
        "fix",
        "repair",
        "renew",
        "return",
        "deliver",
        "read",
        "prepare",
        "have",
        "schedule",
        "handle",
        "resolve",
    ]
)


def _loosely(verb: str, task: TaskOut) -> bool:
    """A task named by a thing alone ("Keys") isn't surely closed by any doing ("I lost …")."""
    return not doing_of(task.title) and verb not in _CLOSING


def _same_noun(target: Target, meant: list[TaskOut]) -> bool:
    """ "my meetings": all of them, since the plural is the speaker's own and no title spells it so."""
    last = content(target.words)[-1] if content(target.words) else ""
    return all(last not in task.title.lower().split() for task in meant)
