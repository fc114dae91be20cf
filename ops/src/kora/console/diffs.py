"""A plan's diff in parts, so that the page can colour it without reading it: a block an object, lines by kind."""

from typing import Any

_KINDS = {"+": "added", "-": "removed", "@": "place", " ": "same"}


def parts(diff: str) -> list[dict[str, Any]]:
    """``[{title, verb, lines: [{kind, text}], added, removed}]``; the text of `operations.plans.diff`, nothing lost but
    the file names that unified diffs repeat."""
    blocks: list[dict[str, Any]] = []
    for line in diff.splitlines():
        if line.startswith("# ") or not blocks:
            verb, _, title = line.removeprefix("# ").partition(" ")
            known = verb in ("create", "change", "delete", "release")
            blocks.append({"verb": verb if known else "note", "title": title if known else line.removeprefix("# ")})
            blocks[-1] |= {"lines": [], "added": 0, "removed": 0}
            continue
        block = blocks[-1]
        if line.startswith(("--- ", "+++ ")) and line.endswith((" (now)", " (then)")) and not block["added"]:
            continue
        kind = _KINDS.get(line[:1], "same")
        block["lines"].append({"kind": kind, "text": line[1:] if kind != "place" else line})
        if kind in ("added", "removed"):
            block[kind] += 1
    return [each for each in blocks if each["title"] or each["lines"]]
