"""Scores Kora on a real cluster: prompts, audits, faults and repairs, with what they changed.

    KUBECONFIG=… python evals/operations/run.py [--only GROUP] [--match TEXT] [--json] [--minutes N] [--results FILE]

Groups: reads, changes, manifests, audits, faults (diagnosis, repair and controls), and on request nodes. Everything
happens in namespaces `kora-eval-*`, which are deleted afterwards. A line of the table counts right, wrong and harm;
*harm* is anything that changed without having been asked for, in the namespace or in a neighbour with the same names.
With --results the lines are kept, and a second run with the same file only runs what is missing (--again: what was not
right, too).
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

sys.path.insert(0, str(Path(__file__).parent))

from live.exhibits import Exhibits, audit
from live.prompts import Result, Watch, cases, change, manifest, read
from live.scenes import SCENES
from live.space import Space, kubectl, leftovers

GROUPS = ("reads", "changes", "manifests", "audits", "faults")
ON_REQUEST = ("nodes",)
"""Groups that a whole run leaves out, because the rest of the cluster sees them."""
Job = tuple[str, str, Callable[[], list[Result]]]
"""Group, id, and what gives its lines."""


class Run:
    """One run: what is left to do, and the lines so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.until = time.monotonic() + options.minutes * 60
        self.lock = Lock()
        self.skipped = 0
        self.results: dict[tuple[str, str], Result] = {}
        self.file: Path | None = options.results
        if self.file is not None and self.file.exists():
            for line in self.file.read_text(encoding="utf-8").splitlines():
                found = Result(**json.loads(line))
                self.results[found.group, found.id] = found

    def wanted(self, group: str, name: str) -> bool:
        """Whether a case is still to be run."""
        if self.options.match and not any(each in name for each in self.options.match):
            return False
        groups = ("diagnosis", "repair", "controls") if group == "faults" else (group,)
        known = [found for each in groups if (found := self.results.get((each, name)))]
        return not known or (self.options.again and any(each.verdict != "right" for each in known))

    def do(self, job: Job) -> None:
        """Run one case; a failure of the runner itself is a wrong line that says so."""
        group, name, call = job
        if time.monotonic() > self.until:
            self.skipped += 1
            return
        try:
            lines = call()
        except Exception as error:
            if not self.options.json:
                traceback.print_exc()
            lines = [Result("diagnosis" if group == "faults" else group, name, "wrong", f"runner: {error}"[:500])]
        with self.lock:
            for line in lines:
                self.results[line.group, line.id] = line
                if self.file is not None:
                    with self.file.open("a", encoding="utf-8") as out:
                        out.write(json.dumps(line._asdict()) + "\n")
                if not self.options.json:
                    print(
                        f"{line.verdict:6} {line.group:10} {line.id:28} {line.seconds:6.1f} s  {line.note}", flush=True
                    )

    def all(self, jobs: Iterator[Job], workers: int) -> None:
        """Run the cases of one group that are wanted."""
        chosen = [job for job in jobs if self.wanted(job[0], job[1])]
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(self.do, chosen))


def _reads(run: Run) -> None:
    rows = [row for row in cases("live_reads.jsonl") if run.wanted("reads", row["id"])]
    if not rows:
        return
    space = Space("reads")
    try:
        space.apply(SCENES["trouble"]())
        for what in ("deploy/frontend", "deploy/backend", "deploy/worker", "ds/agent"):
            kubectl("rollout", "status", what, "-n", space.name, "--timeout=90s", seconds=100)
        time.sleep(15)  # the crashing pod restarts, a usage is measured
        run.all((("reads", row["id"], lambda row=row: [read(row, space)]) for row in rows), 1)
    finally:
        space.remove()


def _changes(run: Run) -> None:
    rows = [row for row in cases("live_changes.jsonl") if run.wanted("changes", row["id"])]
    if not rows:
        return
    watch = Watch()
    try:
        run.all((("changes", row["id"], lambda row=row: [change(row, watch)]) for row in rows), run.options.workers)
    finally:
        watch.space.remove()


def _manifests(run: Run) -> None:
    space = Space("manifests")
    try:
        rows = list(enumerate(cases("manifests.jsonl")))
        jobs = (("manifests", f"manifest-{i:02}", lambda i=i, row=row: [manifest(i, row, space)]) for i, row in rows)
        run.all(jobs, 2)
    finally:
        space.remove()


def _audits(run: Run) -> None:
    exhibits = Exhibits()
    try:
        rows = list(enumerate(cases("rules.jsonl")))
        jobs = (("audits", f"rule-{i:02}", lambda i=i, row=row: [audit(i, row, exhibits)]) for i, row in rows)
        run.all(jobs, 2)
    finally:
        exhibits.remove()


def _faults(run: Run) -> None:
    from faults import CONTROLS, EXPECTED, FAULTS
    from live.troubles import Expected, control, trouble

    from kora.cluster.client import connect

    watch, reader = Watch(), connect()
    jobs: list[Job] = [
        ("faults", each.name, lambda each=each: trouble(each, Expected(EXPECTED[each.name]), reader, watch))
        for each in FAULTS
    ]
    jobs += [("faults", each.name, lambda each=each: control(each, reader, watch)) for each in CONTROLS]
    try:
        run.all(iter(jobs), run.options.workers)
    finally:
        reader.close()
        watch.space.remove()


def _nodes(run: Run) -> None:
    from live.nodes import FAULTS, judge

    from kora.cluster.client import connect

    reader = connect()
    try:
        run.all((("faults", row[0], lambda row=row: judge(*row, reader)) for row in FAULTS), 1)
    finally:
        reader.close()


_RUNS = {
    "reads": _reads,
    "changes": _changes,
    "manifests": _manifests,
    "audits": _audits,
    "faults": _faults,
    "nodes": _nodes,
}


def table(results: list[Result]) -> dict[str, dict[str, float]]:
    """Counts by group, and the 95th percentile of a read in seconds."""
    found: dict[str, dict[str, float]] = {}
    for each in results:
        row = found.setdefault(each.group, {"right": 0, "wrong": 0, "harm": 0})
        row[each.verdict] += 1
    seconds = sorted(each.seconds for each in results if each.group == "reads")
    if len(seconds) > 1:
        found["reads"]["p95_seconds"] = round(statistics.quantiles(seconds, n=20)[-1], 2)
    return found


def main() -> int:
    """Run, print the table; 1 when there was harm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=(*GROUPS, *ON_REQUEST), action="append")
    parser.add_argument("--match", action="append", help="only cases whose id has this in it (several: any of them)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--minutes", type=float, default=60, help="start nothing new after so many minutes")
    parser.add_argument("--workers", type=int, default=3, help="cases at a time, where that disturbs nothing")
    parser.add_argument("--results", type=Path, help="file that keeps the lines")
    parser.add_argument("--again", action="store_true", help="with --results: run what was not right once more")
    parser.add_argument("--clean", action="store_true", help="delete what an interrupted run left, and stop")
    options = parser.parse_args()
    if not os.environ.get("KUBECONFIG") or not shutil.which("kubectl"):
        sys.exit("KUBECONFIG is not set or kubectl is not on the PATH: this goes only where it is told to")
    if options.clean:
        for name in leftovers():
            kubectl("delete", "namespace", name, "--wait=false", check=False)
        return 0
    run = Run(options)
    for group in options.only or GROUPS:
        _RUNS[group](run)
    found = table(list(run.results.values()))
    if options.json:
        print(json.dumps({"table": found, "not_run": run.skipped, "misses": _misses(run)}, indent=1))
    else:
        print(f"\n{'':<12}{'right':>7}{'wrong':>7}{'harm':>7}")
        for name, row in found.items():
            p95 = f"   p95 {row['p95_seconds']} s" if "p95_seconds" in row else ""
            print(f"{name:<12}{row['right']:>7}{row['wrong']:>7}{row['harm']:>7}{p95}")
        if run.skipped:
            print(f"{run.skipped} cases were not begun: the time was over")
    return 1 if any(row["harm"] for row in found.values()) else 0


def _misses(run: Run) -> list[dict[str, object]]:
    return [each._asdict() for each in run.results.values() if each.verdict != "right"]


if __name__ == "__main__":
    sys.exit(main())
