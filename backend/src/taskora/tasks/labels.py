"""Names to rows: the projects and tags that a change mentions, looked up once and created where they are new."""

from collections.abc import Iterable, Sequence
from typing import Any

from taskora.tasks import repository
from taskora.tasks.errors import ProjectNotFound
from taskora.tasks.journal import POSITION_STEP, PROJECTS, TAGS, TASK_TAGS, Journal, Row
from taskora.tasks.schemas import ProjectInputRef
from taskora.tasks.search import fold_name


class Labels:
    """The projects and tags that one change needs. Fill it with `load`, then ask."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._projects_by_id: dict[int, Row] = {}
        self._projects_by_key: dict[str, Row] = {}
        self._tags: dict[str, Row] = {}

    async def load(
        self, projects: Iterable[Any], tag_lists: Iterable[Sequence[str]], *, create_tags: bool = True
    ) -> None:
        """Look up what is mentioned; names that nobody has yet become new projects and tags.

        Raises ProjectNotFound for an id that isn't the owner's.
        """
        ids: set[int] = set()
        names: dict[str, str] = {}
        for value in projects:
            if isinstance(value, str):
                names.setdefault(fold_name(value), value)
            elif value is not None:
                ids.add(value.id if isinstance(value, ProjectInputRef) else int(value))
        session, user_id = self._journal.session, self._journal.user_id
        self._projects_by_id = await repository.projects_by_id(session, user_id, ids)
        if len(self._projects_by_id) < len(ids):
            raise ProjectNotFound(details={"field": "project"})
        self._projects_by_key = await repository.projects_by_key(session, user_id, names)
        await self._create_projects([name for key, name in names.items() if key not in self._projects_by_key])
        wanted = {fold_name(name): name for tags in tag_lists for name in reversed(tags)}
        self._tags = await repository.tags_by_key(session, user_id, wanted)
        if create_tags:
            await self._create_tags([name for key, name in wanted.items() if key not in self._tags])

    def project(self, value: Any) -> Row | None:
        """The row of a project that was written as id, name or {id, name}; None for the Inbox."""
        if value is None:
            return None
        if isinstance(value, str):
            return self._projects_by_key[fold_name(value)]
        return self._projects_by_id[value.id if isinstance(value, ProjectInputRef) else int(value)]

    def tags(self, names: Sequence[str]) -> list[Row]:
        """The rows of tags by name, in order, each once; unknown names are left out when they weren't created."""
        keys = dict.fromkeys(fold_name(name) for name in names)
        return [self._tags[key] for key in keys if key in self._tags]

    async def _create_projects(self, names: Sequence[str]) -> None:
        if not names:
            return
        last = await last_position(self._journal)
        new = [
            new_project(self._journal, name, last + POSITION_STEP * place) for place, name in enumerate(names, start=1)
        ]
        for row in await self._journal.insert(PROJECTS, new):
            self._projects_by_key[row["name_key"]] = row

    async def _create_tags(self, names: Sequence[str]) -> None:
        for row in await self._journal.insert(TAGS, [new_tag(self._journal, name) for name in names]):
            self._tags[row["name_key"]] = row


async def last_position(journal: Journal) -> float:
    """The position of the last project, 0 without any."""
    rows = await repository.projects(journal.session, journal.user_id)
    return max((row["position"] for row in rows), default=0.0)


def new_project(journal: Journal, name: str, position: float, color: str | None = None) -> Row:
    """A project row to insert."""
    return {
        "user_id": journal.user_id,
        "name": name,
        "name_key": fold_name(name),
        "color": color,
        "archived": False,
        "position": position,
        "created_at": journal.now,
        "updated_at": journal.now,
    }


def new_tag(journal: Journal, name: str, color: str | None = None) -> Row:
    """A tag row to insert."""
    return {
        "user_id": journal.user_id,
        "name": name,
        "name_key": fold_name(name),
        "color": color,
        "created_at": journal.now,
    }


def link_rows(task_id: int, tags: Sequence[Row]) -> list[Row]:
    """The task_tags rows that put `tags` on a task, in order."""
    return [{"task_id": task_id, "tag_id": tag["id"], "rank": rank} for rank, tag in enumerate(tags)]


async def set_tags(journal: Journal, links: Sequence[Row], wanted: Sequence[Row]) -> bool:
    """Make the links of one task equal `wanted`; whether anything changed."""
    current = {link["tag_id"]: link for link in links}
    kept = {link["tag_id"] for link in wanted}
    gone = [link for link in links if link["tag_id"] not in kept]
    new = [link for link in wanted if link["tag_id"] not in current]
    moved = [(current[link["tag_id"]], link) for link in wanted if link["tag_id"] in current]
    moved = [(old, link) for old, link in moved if old["rank"] != link["rank"]]
    await journal.delete(TASK_TAGS, gone)
    await journal.insert(TASK_TAGS, new)
    await journal.update(TASK_TAGS, moved)
    return bool(gone or new or moved)
