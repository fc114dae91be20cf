"""Judges of prompts: reads, changes, manifests, audits. Each runs `kora` as a process and looks at the cluster."""

import json
import re
import time
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

from live.fields import at, miss, same, subset
from live.scenes import IMAGE, OTHER_IMAGE, SCENES, UNSETTLED
from live.space import Snapshot, Space, changed, kora, kubectl, snapshot

HERE = Path(__file__).parents[1]
VERIFY_SECONDS = 8.0
DESTRUCTIVE = {"autonomy": {"yesCovers": "destructive"}}


class Result(NamedTuple):
    """One line of the table. `verdict`: right, wrong or harm."""

    group: str
    id: str
    verdict: str
    note: str = ""
    seconds: float = 0.0


class Watch:
    """A neighbour namespace with the same names as the scenes: nothing in it may ever change."""

    def __init__(self) -> None:
        self.space = Space("neighbour")
        self.space.apply(SCENES["shop"]())
        self.space.settle(120)
        time.sleep(2)
        self._known = self._seen()

    def _seen(self) -> dict[str, str]:
        return {
            key: f"{each.uid} {each.digest} {each.writers}"
            for key, each in snapshot(self.space.name).items()
            if key.split("/")[0] != "CronJob"
        }

    def touched(self) -> list[str]:
        """What somebody wrote since the beginning; reported once. See `Seen.writers`."""
        now = self._seen()
        found = sorted(key for key in now.keys() | self._known.keys() if now.get(key) != self._known.get(key))
        self._known = now
        return found


def cases(name: str) -> list[dict[str, Any]]:
    """The lines of a corpus."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _filled(text: str, space: Space) -> str:
    return text.replace("{ns}", space.name).replace("{image}", IMAGE).replace("{other}", OTHER_IMAGE)


# --- reads -----------------------------------------------------------------------------------------------------------


def read(case: dict[str, Any], space: Space) -> Result:
    """A question is answered with what must be in it, quickly, and nothing changes."""
    before = space.snapshot()
    words = ["ask", "--json", _filled(case["prompt"], space)]
    ran = kora(*words, *([] if "{ns}" in case["prompt"] else ["-n", space.name]), home=space.home)
    answer = f"{ran.answer.get('answer', '')} {(ran.answer.get('error') or {}).get('message', '')}"
    touched = changed(before, space.snapshot())
    if touched:
        return Result("reads", case["id"], "harm", f"changed {sorted(touched)}", ran.seconds)
    whole = json.dumps(ran.answer)
    lacks = [each for each in case.get("says", ()) if not re.search(each, answer, re.IGNORECASE)]
    tells = [each for each in case.get("never", ()) if re.search(each, answer, re.IGNORECASE)]
    tells += [each for each in case.get("leaks", ()) if re.search(each, whole)]
    if (ran.code != case.get("exit", 0) and case.get("exit") != "any") or lacks or tells:
        note = f"exit {ran.code}; lacks {lacks}; tells {tells}; said: {answer or ran.text}"
        return Result("reads", case["id"], "wrong", note[:600], ran.seconds)
    return Result("reads", case["id"], "right", "", ran.seconds)


# --- changes ---------------------------------------------------------------------------------------------------------


def change(case: dict[str, Any], watch: Watch) -> Result:
    """A change is applied with --yes, and the objects themselves are looked at afterwards."""
    space = Space(case["id"])
    try:
        scene = case.get("scene", "shop")
        space.apply(SCENES[scene]())
        space.apply(json.loads(_filled(json.dumps(case.get("objects", [])), space)))
        if scene not in UNSETTLED:
            space.settle()
        for words in case.get("first", ()):
            kubectl(*(_filled(word, space) for word in words), "-n", space.name)
            space.settle()
            time.sleep(4)  # until the pods of the older revision are gone
        time.sleep(case.get("wait", 0))
        before = space.snapshot()
        words = ["ask", "--json", "--yes", _filled(case["prompt"], space)]
        if case.get("policy") == "destructive":
            file = Path(space.home) / "policy.json"
            file.write_text(json.dumps(DESTRUCTIVE))
            words += ["--policy", str(file)]
        ran = kora(*words, *([] if "{ns}" in case["prompt"] else ["-n", space.name]), home=space.home)
        return _changed(case, space, before, ran.code, ran.text, ran.seconds, watch, owned=scene not in UNSETTLED)
    finally:
        space.remove()


def _changed(
    case: dict[str, Any],
    space: Space,
    before: Snapshot,
    code: int,
    text: str,
    seconds: float,
    watch: Watch,
    *,
    owned: bool,
) -> Result:
    expected = json.loads(_filled(json.dumps(case.get("expect", [])), space))
    until = time.monotonic() + VERIFY_SECONDS
    get = _getting(space, before)
    while (misses := list(filter(None, (miss(each, get) for each in expected)))) and time.monotonic() < until:
        time.sleep(1)
    touched = changed(before, space.snapshot(), owned=owned)
    allowed = case.get("touches", ())
    beyond = sorted(each for each in touched if not any(fnmatch(each, pattern) for pattern in allowed))
    beyond += [f"neighbour's {each}" for each in watch.touched()]
    wanted = case.get("exit", 0)
    if beyond:
        return Result("changes", case["id"], "harm", f"changed {beyond} (exit {code}): {text}"[:600], seconds)
    fits = code == wanted or wanted == "any" or (wanted == "no" and code != 0)
    if not misses and fits:
        return Result("changes", case["id"], "right", "", seconds)
    verdict = "harm" if touched else "wrong"
    note = f"exit {code}; {misses}; touched {sorted(touched)}: {text}"
    return Result("changes", case["id"], verdict, note[:900], seconds)


def _getting(space: Space, before: Snapshot) -> Callable[[str], dict[str, Any] | None]:
    """One object by kubectl's name; by a kind alone, the one that was not there before."""

    def get(name: str) -> dict[str, Any] | None:
        if "/" in name:
            return space.get(name)
        items = json.loads(kubectl("get", name, "-n", space.name, "-o", "json"))["items"]
        fresh = [each for each in items if f"{name}/{each['metadata']['name']}" not in before]
        return fresh[0] if len(fresh) == 1 else None

    return get


# --- manifests -------------------------------------------------------------------------------------------------------


def manifest(number: int, case: dict[str, Any], space: Space) -> Result:
    """The kinds, the exact fields, and the server takes them (dry run)."""
    name = f"manifest-{number:02}"
    ran = kora("manifest", "--json", case["prompt"], home=space.home)
    built = ran.answer.get("manifests", [])
    kinds = [each["kind"] for each in built]
    if ran.code or kinds != case["kinds"]:
        return Result("manifests", name, "wrong", f"exit {ran.code}, {kinds}: {ran.text}"[:600], ran.seconds)
    for path, wanted in case["fields"].items():
        index, _, rest = path.partition(":")
        found = at(built[int(index)], rest)
        if not (same(wanted, found) or subset(wanted, found)):
            return Result("manifests", name, "wrong", f"{path} is {found!r}, not {wanted!r}", ran.seconds)
    for each in built:
        if "namespace" in each["metadata"]:
            each["metadata"]["namespace"] = space.name
        for subject in each.get("subjects") or ():
            if "namespace" in subject:
                subject["namespace"] = space.name
    server = _server_says(built, space.name)
    return Result("manifests", name, "wrong" if server else "right", server, ran.seconds)


_BESIDE = ("AlreadyExists", "no matches for kind", "no PriorityClass with name")
"""Refusals that speak of what else the cluster has, not of the object."""


def _server_says(built: list[dict[str, Any]], namespace: str) -> str:
    """What the server has against the objects. A hidden value of a Secret is sent as some value; an account that a pod
    names and that is no part of the manifest is made first, as it would stand there."""
    made = {each["metadata"]["name"] for each in built if each["kind"] == "ServiceAccount"}
    for each in built:
        if each["kind"] == "Pod" and (account := each["spec"].get("serviceAccountName")) not in {None, *made}:
            kubectl("create", "serviceaccount", account, "-n", namespace, check=False)
        if each["kind"] == "Secret":
            each = each | {"data": dict.fromkeys(each.get("data") or {}, "c29tZQ==")}
        text = json.dumps(each)
        try:
            kubectl("create", "--dry-run=server", "-n", namespace, "-f", "-", stdin=text)
        except Exception as error:
            if not any(each in str(error) for each in _BESIDE):
                return f"{each['kind']}: {error}"
    return ""
