"""The guides, performed: every `sh` block of docs/KUBERNETES.md and docs/HELM.md in one shell, from top to bottom.

They work in namespaces with fixed names, so this runs only where those don't exist, and removes them afterwards. The
images must be on the node under the chart's own version, as the guides tell to load them.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from cluster.programs import CHART, missing_images, run
from cluster.releases import IMAGES, Report

ROOT = Path(__file__).parents[2]
NAMESPACES = ("taskora", "store", "external")


def commands(guide: str) -> str:
    """The guide's blocks, each line of them told before it is done."""
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    return "set -euo pipefail\nset -x\n" + "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


@pytest.fixture(autouse=True)
def free_names(cluster: None) -> Iterator[None]:
    """The namespaces of the guides: free before, gone after."""
    version = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"]
    if missing := missing_images(*(f"taskora-{part}:{version}" for part in IMAGES)):
        pytest.skip(f"no node holds {missing[0]}: the guides tell to load the images under this tag")
    taken = {name for name in NAMESPACES if f"namespace/{name}\n" in run("kubectl", "get", "namespaces", "-o", "name")}
    if taken:
        pytest.skip(f"the namespaces {', '.join(sorted(taken))} exist already and the guides would change them")
    yield
    run("kubectl", "delete", "namespace", *NAMESPACES, "--ignore-not-found", "--timeout=180s", seconds=200)


@pytest.mark.parametrize("guide", ["KUBERNETES.md", "HELM.md"])
def test_every_command_of_the_guide_works_as_it_stands(guide: str, report: Report) -> None:
    done = subprocess.run(
        ["bash", "-c", commands(guide)], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    said = done.stdout[-3000:] + done.stderr[-6000:]
    assert done.returncode == 0, f"{guide}: the last command failed\n{said}"
    report(f"docs/{guide}", f"{len(re.findall(r'^(kubectl|helm|curl) ', commands(guide), re.MULTILINE))} commands")
