"""What happened to a list of tasks: the one thing that the assistant is judged by."""

from collections import Counter
from typing import Any


def plain(task: dict[str, Any]) -> dict[str, Any]:
    """A task with simple values: due as text, project as name, recurrence as rule."""
    due, project, rule = task["due"], task["project"], task["recurrence"]
    return {
        **{name: task[name] for name in ("title", "description", "completed", "priority")},
        "tags": sorted(task["tags"]),
        "due": None if due is None else due["date"] + (f"T{due['time']}" if due["time"] else ""),
        "project": project["name"] if project else None,
        "recurrence": rule["rrule"] if rule else None,
        "steps": [step["title"] for step in task["steps"]],
    }


def differences(case: dict[str, Any], before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[str]:
    """How the effect differs from what the case names; empty when it is exactly that and nothing else."""
    old = {task["id"]: plain(task) for task in before}
    new = {task["id"]: plain(task) for task in after}
    found: list[str] = []
    states = {"completed": [], "reopened": [], "deleted": []}  # type: dict[str, list[str]]
    for task_id, was in old.items():
        now = new.get(task_id)
        if now is None:
            states["deleted"].append(was["title"])
            continue
        if was["completed"] != now["completed"]:
            states["completed" if now["completed"] else "reopened"].append(was["title"])
        changed = {name: now[name] for name in now if name != "completed" and now[name] != was[name]}
        wanted = case.get("changed", {}).get(was["title"], {})
        if changed != {name: sorted(v) if name == "tags" else v for name, v in wanted.items()}:
            found.append(f"{was['title']}: changed {changed}, wanted {wanted}")
    for kind, titles in states.items():
        if Counter(titles) != Counter(case.get(kind, [])):
            found.append(f"{kind} {titles}, wanted {case.get(kind, [])}")
    fresh = [task for task_id, task in new.items() if task_id not in old]
    for wanted in case.get("added", []):
        match = next((task for task in fresh if all(task[name] == value for name, value in wanted.items())), None)
        if match is None:
            found.append(f"not added: {wanted}")
        else:
            fresh.remove(match)
    return found + [f"added {task}" for task in fresh]
