"""Scores the built-in assistant on corpus.jsonl by what happens to the tasks. Run: .venv/bin/python
evals/assistant/score.py

Each line of the corpus: `have` (tasks before: titles or task objects), `say` (messages of one conversation), and the
effect of the whole conversation: `added` (tasks with the fields that matter), `completed`, `reopened`, `deleted`
(titles), `changed` {old title: {field: value}}. What isn't named must not happen. In a message, `{Title}` stands for
that task's id.

right: exactly that effect. wrong: too little happened. harm: something happened that nobody asked for.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from taskora import settings as settings_module
from taskora.kit.clock import use_clock
from taskora.storage import Base, Database
from taskora.web.app import create_app

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)  # a Wednesday
CORPUS = Path(__file__).with_name("corpus.jsonl")
_FIELDS = ("title", "description", "completed", "priority", "tags", "project", "due", "recurrence", "steps")


@dataclass
class Outcome:
    """How one case went."""

    case: dict[str, Any]
    verdict: str
    detail: str
    replies: list[str]


def _plain(task: dict[str, Any]) -> dict[str, Any]:
    """A task with simple values: due as text, project as name, recurrence as rule."""
    due, project, rule = task["due"], task["project"], task["recurrence"]
    return {
        **{name: task[name] for name in ("title", "description", "completed", "priority", "tags")},
        "due": None if due is None else due["date"] + (f"T{due['time']}" if due["time"] else ""),
        "project": project["name"] if project else None,
        "recurrence": rule["rrule"] if rule else None,
        "steps": [step["title"] for step in task["steps"]],
    }


def effect(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[str, Any]:
    """What happened between two states of the list."""
    old = {task["id"]: _plain(task) for task in before}
    new = {task["id"]: _plain(task) for task in after}
    found: dict[str, Any] = {"added": [], "completed": [], "reopened": [], "deleted": [], "changed": {}}
    for task_id, task in new.items():
        if task_id not in old:
            found["added"].append(task)
            continue
        was = old[task_id]
        if was["completed"] != task["completed"]:
            found["completed" if task["completed"] else "reopened"].append(was["title"])
        changed = {name: task[name] for name in _FIELDS if name != "completed" and was[name] != task[name]}
        if changed:
            found["changed"][was["title"]] = changed
    found["deleted"] = [task["title"] for task_id, task in old.items() if task_id not in new]
    return found


def judge(case: dict[str, Any], found: dict[str, Any]) -> tuple[str, str]:
    """(verdict, what differs)."""
    missing, extra = [], []
    for kind in ("completed", "reopened", "deleted"):
        wanted = Counter(case.get(kind, []))
        got = Counter(found[kind])
        missing += [f"{kind} {title}" for title in wanted - got]
        extra += [f"{kind} {title}" for title in got - wanted]
    left = list(found["added"])
    for wanted_task in case.get("added", []):
        match = next((t for t in left if all(_same(t[name], value) for name, value in wanted_task.items())), None)
        if match is None:
            missing.append(f"added {wanted_task}")
        else:
            left.remove(match)
    extra += [f"added {task}" for task in left]
    wanted_changes = case.get("changed", {})
    for title, fields in wanted_changes.items():
        got_fields = found["changed"].get(title, {})
        for name, value in fields.items():
            if not _same(got_fields.get(name, "(unchanged)"), value):
                missing.append(f"{title}.{name} = {value!r}, is {got_fields.get(name, '(unchanged)')!r}")
        extra += [f"{title}.{name} = {got_fields[name]!r}" for name in got_fields.keys() - fields.keys()]
    extra += [
        f"changed {title}: {found['changed'][title]}" for title in found["changed"].keys() - wanted_changes.keys()
    ]
    if extra:
        return "harm", "; ".join([*extra, *(f"missing: {m}" for m in missing)])
    return ("wrong", "; ".join(missing)) if missing else ("right", "")


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, list) and isinstance(got, list):
        return sorted(map(str, got)) == sorted(map(str, wanted))
    return bool(got == wanted)


async def run_case(client: httpx.AsyncClient, case: dict[str, Any], number: int) -> Outcome:
    """Play one conversation as a new person."""
    body = {"name": "Eval", "email": f"eval{number}@example.org", "password": "plum-tree-47-river"}
    session = (await client.post("/api/auth/signup", json=body)).json()
    path, headers = f"/api/{session['user']['id']}", {"Authorization": f"Bearer {session['access_token']}"}
    client.cookies.clear()
    ids: dict[str, int] = {}
    for task in case.get("have", []):
        wanted = {"title": task} if isinstance(task, str) else dict(task)
        done = wanted.pop("completed", False)
        made = await client.post(f"{path}/tasks", json=wanted, headers=headers)
        assert made.status_code == 201, made.text
        ids[made.json()["title"]] = made.json()["id"]
        if done:
            await client.patch(f"{path}/tasks/{made.json()['id']}/complete", headers=headers)
    before = (await client.get(f"{path}/tasks?limit=200", headers=headers)).json()["items"]
    conversation, replies = None, []
    for message in case["say"]:
        for title, task_id in ids.items():
            message = message.replace("{" + title + "}", str(task_id))
        request = {"message": message} | ({"conversation_id": conversation} if conversation else {})
        answer = await client.post(f"{path}/chat", json=request, headers=headers)
        if answer.status_code != 200:
            return Outcome(case, "harm", f"{answer.status_code} {answer.text}", replies)
        conversation = answer.json()["conversation_id"]
        replies.append(answer.json()["response"])
    after = (await client.get(f"{path}/tasks?limit=200", headers=headers)).json()["items"]
    return Outcome(case, *judge(case, effect(before, after)), replies)


async def score(cases: list[dict[str, Any]]) -> list[Outcome]:
    """Play all cases against a fresh application on a temporary database."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/eval.db"
        database = Database(url)
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        settings = settings_module.load(
            {},
            database_url=url,
            better_auth_secret="r7Jq0vY2mXk9TzB4hLwPdN5sGcA8eUfQ",
            chat_rate_limit=0,
            signup_rate_limit=0,
        )
        app = create_app(settings, database)
        with use_clock(lambda: NOW):
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://eval") as client:
                outcomes = [await run_case(client, case, number) for number, case in enumerate(cases)]
        await database.close()
    return outcomes


def main() -> None:
    """Print the figures, and every case that isn't right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--quiet", action="store_true", help="only the figures")
    options = parser.parse_args()
    cases = [json.loads(line) for line in options.corpus.read_text(encoding="utf-8").splitlines() if line.strip()]
    outcomes = asyncio.run(score(cases))
    for outcome in outcomes:
        if outcome.verdict != "right" and not options.quiet:
            print(f"{outcome.verdict.upper():6} {' / '.join(outcome.case['say'])}")
            print(f"       {outcome.detail}")
            print(f"       said: {' | '.join(reply.splitlines()[0] for reply in outcome.replies[-1:])}")
    counts = Counter(outcome.verdict for outcome in outcomes)
    total = len(outcomes)
    print(
        f"{total} cases: "
        + ", ".join(f"{kind} {counts[kind]} ({counts[kind] / total:.1%})" for kind in ("right", "wrong", "harm"))
    )
    sys.exit(0 if counts["harm"] == 0 else 1)


if __name__ == "__main__":
    main()
