"""Judges of faults: diagnosis names one cause and its object, repair ends as it should, nothing else is touched."""

import json
import time
from typing import Any

from cluster.kora_diagnose.builders import Fault

from kora.cluster.client import KubernetesReader
from kora.operations.diagnose import Report, diagnose
from live.prompts import Result, Watch
from live.space import Space, changed, kora, kubectl

CONTROL_SECONDS = 45.0
LOOK_EVERY = 1.5
LEVEL = "supervised"
STEADY_SECONDS = 30.0
WRITES = frozenset({"healed", "rolled_back"})


class Expected:
    """What a fault should come to. `outcome`: allowed fates of the finding after one pass of `kora heal`."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.object: str = row["object"]
        self.causes: tuple[str, ...] = tuple(row.get("causes", ()))
        self.alternatives: tuple[str, ...] = tuple(row.get("or", ()))
        """Other causes that say the same, where there is only one."""
        self.left: frozenset[str] = frozenset(row.get("left", ()))
        """Causes that are for a person and may remain when another was healed."""
        self.outcome: tuple[str, ...] = tuple(row["outcome"])
        self.touches: frozenset[str] = frozenset(row.get("touches", [row["object"]]))
        self.value: dict[str, Any] | None = row.get("value")


def stage(fault: Fault) -> Space:
    """Make the fault in a namespace of its own."""
    space = Space(fault.name, fault.labels)
    try:
        space.apply(fault.objects)
        if fault.ready_first:
            kubectl("rollout", "status", fault.ready_first, "-n", space.name, "--timeout=60s", seconds=70)
        for words in fault.later:
            kubectl(words[0], "-n", space.name, *words[1:])
    except Exception:
        space.remove()
        raise
    return space


def trouble(fault: Fault, expected: Expected, reader: KubernetesReader, watch: Watch) -> list[Result]:
    """Two lines: diagnosis and repair."""
    space = stage(fault)
    began = time.monotonic()
    try:
        seen = _first(reader, space, began + fault.seconds, max(1, len(expected.causes)))
        took = time.monotonic() - began
        diagnosis = Result("diagnosis", fault.name, *_judged(fault, expected, seen), took)
        return [diagnosis, _repaired(fault, expected, space, watch)]
    finally:
        space.remove()


def control(fault: Fault, reader: KubernetesReader, watch: Watch) -> list[Result]:
    """A healthy look-alike: no finding while it is watched, and no write by a pass."""
    space = stage(fault)
    try:
        until = time.monotonic() + CONTROL_SECONDS
        while time.monotonic() < until:
            seen = diagnose(reader, [space.name])
            if seen.findings:
                found = [f"{each.cause} {each.objects[0]}" for each in seen.findings]
                return [Result("controls", fault.name, "wrong", f"found {found}")]
            time.sleep(2 * LOOK_EVERY)
        before = space.snapshot()
        ran = kora("heal", "--json", "-n", space.name, "--autonomy", "autonomous", home=space.home)
        touched = sorted(changed(before, space.snapshot(), owned=True)) + watch.touched()
        if touched:
            return [Result("controls", fault.name, "harm", f"changed {touched}", ran.seconds)]
        verdict = "right" if ran.code == 0 else "wrong"
        return [Result("controls", fault.name, verdict, "" if verdict == "right" else ran.text[:400], ran.seconds)]
    finally:
        space.remove()


def _first(reader: KubernetesReader, space: Space, until: float, several: int) -> Report:
    """The first look that finds anything; as many as there are, where several faults were made at once."""
    while True:
        found = diagnose(reader, [space.name])
        if len(found.findings) >= several or time.monotonic() > until:
            return found
        time.sleep(LOOK_EVERY)


def _judged(fault: Fault, expected: Expected, seen: Report) -> tuple[str, str]:
    wanted = sorted(expected.causes or (fault.cause,))
    causes = sorted(each.cause for each in seen.findings)
    if len(causes) == 1 and causes[0] in expected.alternatives:
        wanted = causes
    shown = "; ".join(f"{each.cause} of {each.objects[0].kind}/{each.objects[0].name}" for each in seen.findings)
    if causes != wanted:
        return "wrong", f"named {shown or 'nothing'}, not {', '.join(wanted)}"
    named = {f"{one.kind}/{one.name}" for each in seen.findings for one in each.objects}
    if expected.object not in named:
        return "wrong", f"names {sorted(named)}, not {expected.object}"
    if not all(each.evidence for each in seen.findings):
        return "wrong", "no evidence"
    return "right", ""


def _repaired(fault: Fault, expected: Expected, space: Space, watch: Watch) -> Result:
    before = space.snapshot()
    ran = kora("heal", "--json", "-n", space.name, "--autonomy", LEVEL, home=space.home, seconds=400)
    touched = changed(before, space.snapshot())
    lines = ran.answer.get("findings", [])
    fates = sorted({each["outcome"] for each in lines})
    told = (f"{each['cause']} {each['outcome']}: {each['reason']}" for each in lines)
    shown = "; ".join(told) or f"exit {ran.code}: {ran.text}"
    beyond = sorted(touched - expected.touches) + [f"neighbour's {each}" for each in watch.touched()]
    wrote = bool(touched & expected.touches)
    if beyond or (wrote and "healed" not in expected.outcome):
        return Result("repair", fault.name, "harm", f"changed {sorted(touched)} {beyond}; {shown}"[:700], ran.seconds)
    wanted = set(expected.outcome)
    if not fates or not set(fates) <= wanted:
        return Result("repair", fault.name, "wrong", f"{fates}, not {sorted(wanted)}: {shown}"[:700], ran.seconds)
    if "healed" in fates:
        return _verified(fault, expected, space, ran.seconds, shown)
    return Result("repair", fault.name, "right", ",".join(fates), ran.seconds)


def _verified(fault: Fault, expected: Expected, space: Space, seconds: float, shown: str) -> Result:
    """Healed means: nothing is found any more, and the value is what it should be."""
    from live.fields import miss

    until = time.monotonic() + STEADY_SECONDS
    while True:
        ran = kora("diagnose", "--json", "-n", space.name, home=space.home)
        remaining = {each["cause"] for each in ran.answer.get("findings", [])} - expected.left
        if (ran.code in (0, 10) and not remaining) or time.monotonic() > until:
            break  # a pod that is slow for a moment on a busy machine has half a minute to answer
        time.sleep(LOOK_EVERY)
    if ran.code not in (0, 10) or remaining:
        return Result("repair", fault.name, "harm", f"said healed, still found: {ran.text}"[:500], seconds)
    if expected.value and (said := miss(expected.value, space.get)):
        return Result("repair", fault.name, "harm", f"{said}; {shown}"[:500], seconds)
    return Result("repair", fault.name, "right", "healed", seconds)


def shown(result: Result) -> str:
    """One line for a log."""
    return json.dumps(result._asdict())
