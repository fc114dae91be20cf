"""A small Taskora in a namespace of its own, shipped and broken through the command line."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
KORA = [sys.executable, "-c", "import sys; from kora.cli import main; sys.exit(main())"]
NOT_SOURCE = shutil.ignore_patterns("node_modules", ".next", "out", "__pycache__", ".venv", "tests", "page", "*.log")
LITTLE = {"requests": {"cpu": "10m"}}  # a busy test cluster has more work than reservations left
SMALL = {
    "frontend": {"replicas": 1, "service": {"type": "NodePort"}, "resources": LITTLE},
    "backend": {"replicas": 1, "config": {"signupRateLimit": 0}, "resources": LITTLE},
    "database": {
        "persistence": {"size": "1Gi", "retention": {"whenDeleted": "Delete"}},
        "resources": LITTLE,
    },
    "ingress": {"enabled": False},
}


@dataclass
class Run:
    """One `kora up`: its exit code, events, and how long it took."""

    code: int
    events: list[dict[str, Any]]
    seconds: float
    errors: str

    @property
    def result(self) -> dict[str, Any]:
        return self.events[-1]

    @property
    def error(self) -> dict[str, Any]:
        found: dict[str, Any] = self.events[-1]["error"]
        return found

    def done(self, phase: str) -> dict[str, Any]:
        return next(each for each in self.events if each.get("phase") == phase and each["state"] == "done")


@dataclass
class Shop:
    """A folder with a kora.yaml, its namespace, and Kora's state for it."""

    folder: Path
    namespace: str
    home: Path
    document: dict[str, Any] = field(default_factory=dict)

    def write(self, **chart_values: Any) -> None:
        """Write kora.yaml, with further chart values on top of the small ones."""
        document = json.loads(json.dumps(self.document))
        values = document["chart"]["values"]
        for path, value in chart_values.items():
            place = values
            *folders, last = path.split("__")
            for each in folders:
                place = place.setdefault(each, {})
            place[last] = value
        (self.folder / "kora.yaml").write_text(yaml.safe_dump(document, sort_keys=False))

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*KORA, "up", str(self.folder), "--json", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "KORA_HOME": str(self.home)},
        )

    def up(self, *words: str, seconds: float = 600) -> Run:
        started = time.monotonic()
        with self.start(*words) as process:
            try:
                out, err = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=60)
        events = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        return Run(process.returncode, events, time.monotonic() - started, err)

    def kora(self, *words: str, seconds: float = 120) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "KORA_HOME": str(self.home)}
        return subprocess.run(
            [*KORA, *words], capture_output=True, text=True, timeout=seconds, env=environment, check=False
        )

    def kubectl(self, *words: str) -> str:
        ran = subprocess.run(
            ["kubectl", "--namespace", self.namespace, *words], capture_output=True, text=True, timeout=90, check=True
        )
        return ran.stdout


def new_shop(folder: Path, source: Path, home: Path) -> Shop:
    """Taskora's own kora.yaml, small, with absolute paths, in a fresh namespace."""
    document = yaml.safe_load((ROOT / "kora.yaml").read_text())
    document["namespace"] = f"kora-up-{secrets.token_hex(3)}"
    document["chart"]["path"] = str(ROOT / "helm/taskora")
    for name in ("backend", "frontend"):
        document["services"][name]["build"]["context"] = str(source / name)
    document["chart"]["values"] |= SMALL
    document["rollout_seconds"] = 240
    made = Shop(folder, document["namespace"], home, document)
    made.write()
    return made


def remove(namespace: str) -> None:
    subprocess.run(
        ["kubectl", "delete", "namespace", namespace, "--ignore-not-found", "--wait=false"],
        capture_output=True,
        timeout=60,
        check=False,
    )
