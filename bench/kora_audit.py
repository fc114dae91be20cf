"""How many records a second the audit log takes, with and without waiting for the disk, and how fast it is verified.

    python bench/kora_audit.py [FOLDER]

Goal: >= 2,000 records a second without syncing; with it the disk decides. FOLDER says which disk (a temporary one by
default); a folder in memory measures no disk.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from kora.audit import AuditEntry, AuditLog
from kora.domain.actors import Actor, Surface
from kora.domain.objects import ObjectRef
from kora.domain.risk import Decision, Risk, Verdict

ENTRY = AuditEntry(
    actor=Actor(name="alex", surface=Surface.CLI, interactive=True),
    tool="cluster.scale",
    risk=Risk.WRITE,
    phase="attempt",
    tool_hash="ab" * 32,
    arguments={"name": "todo-backend", "namespace": "shop", "replicas": 5, "reason": "the queue grows"},
    decision=Decision(
        verdict=Verdict.ASK, risk=Risk.WRITE, reason="Every change waits for a person here.", rule="propose"
    ),
    approver="alex",
    plan_hash="cd" * 32,
    diff_digest="ef" * 32,
    references=(ObjectRef(api_version="apps/v1", kind="Deployment", namespace="shop", name="todo-backend"),),
    agent="KUBECTL-AI",
    prompt="scale the backend to 5",
)
GOAL = 2_000


def append(log: AuditLog, count: int) -> tuple[float, float]:
    """Records a second of wall time and of CPU time."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        log.append(ENTRY)
    return count / (time.perf_counter() - wall), count / (time.process_time() - cpu)


def main() -> None:
    where = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        for name, durable, count in (("without fsync", False, 5000), ("with fsync", True, 500)):
            log = AuditLog(Path(folder) / name, durable=durable)
            wall, cpu = append(log, count)
            goal = "" if durable else f"   goal {GOAL:,}"
            print(f"append {name:<14} {wall:>9,.0f} records/s (wall)  {cpu:>9,.0f} (CPU){goal}")
            started = time.process_time()
            report = log.verify()
            assert report.intact
            print(f"verify {name:<14} {count / (time.process_time() - started):>9,.0f} records/s (CPU)")


if __name__ == "__main__":
    main()
