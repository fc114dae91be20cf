"""The Minikube guides and script against the checkout: what they name must exist; the script must start anywhere."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
K8S = ROOT / "k8s"
SCRIPT = K8S / "minikube-setup.sh"
GUIDES = [K8S / "README.md", K8S / "TROUBLESHOOTING.md", K8S / "CHECKLIST.md"]
OUR_FOLDERS = ("helm", "k8s", "backend", "frontend", "docs", "tests", "scripts")
BASH = shutil.which("bash") or "bash"


def commands(guide: Path) -> list[str]:
    """What a reader would type: fenced console blocks line by line (continuations joined), and code in running text."""
    text = guide.read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    fenced = [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    return fenced + [code.replace("\\|", "|") for code in inline]


def script(*arguments: str, path: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINIKUBE_")}
    environment |= settings | ({"PATH": path} if path else {})
    return subprocess.run([BASH, str(SCRIPT), *arguments], capture_output=True, text=True, timeout=60, env=environment)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_files_and_verbs_that_a_guide_names_exist(guide):
    verbs = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named_paths, named_verbs = set(), set()
    for command in commands(guide):
        named_verbs |= set(re.findall(r"(?:^|&& )make ([a-z-]+)", command))
        named_paths |= set(re.findall(rf"(?<![\w/.-])((?:{'|'.join(OUR_FOLDERS)})/[\w./-]*\w)", command))
    assert named_paths, "no path found: the pattern has gone blind"
    assert {path for path in named_paths if not (ROOT / path).exists()} == set()
    assert named_verbs - verbs == set()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_values_that_a_guide_sets_are_in_the_chart(guide):
    values = yaml.safe_load((ROOT / "helm/taskora/values.yaml").read_text(encoding="utf-8"))
    for command in commands(guide):
        for path in re.findall(r"--set(?:-string)? ([\w.]+)=", command):
            place = values
            for key in path.split("."):
                assert key in place, f"{path} in: {command}"
                place = place[key]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_options_of_the_script_that_a_guide_names_are_in_its_help(guide):
    known = set(re.findall(r"--[a-z-]+", script("--help").stdout))
    for command in commands(guide):
        if command.startswith("k8s/minikube-setup.sh"):
            own = command.split(" -- ")[0]
            assert set(re.findall(r"--[a-z-]+", own)) - known == set(), command


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_links_between_the_guides_lead_somewhere(guide):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", guide.read_text(encoding="utf-8")):
        assert (guide.parent / target).exists(), target


def test_the_checklist_accounts_for_every_task():
    table = (K8S / "CHECKLIST.md").read_text(encoding="utf-8").split("## Where each task")[1]
    named = set()
    for cell in re.findall(r"^\| (T[^|]+) \|", table, re.MULTILINE):
        for part in cell.split(","):
            numbers = [int(number) for number in re.findall(r"T(\d+)", part)]
            named |= set(range(numbers[0], numbers[-1] + 1))
    assert named == set(range(1, 75))


def test_there_are_enough_entries_and_each_says_how_to_get_out():
    entries = re.split(r"^### ", (K8S / "TROUBLESHOOTING.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(entries) >= 18
    assert [entry.splitlines()[0] for entry in entries if "**Fix**" not in entry or "**Cause**" not in entry] == []


def test_the_script_is_sound_and_helps():
    subprocess.run([BASH, "-n", str(SCRIPT)], check=True, timeout=30)
    assert os.access(SCRIPT, os.X_OK)
    outcome = script("--help")
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert "Exit status" in outcome.stdout


def test_a_dry_run_shows_every_step_without_any_of_the_programs(tmp_path):
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("bash", "dirname", "cat", "tr", "uname", "env"):
        found = shutil.which(name)
        assert found, name
        (bare / name).symlink_to(found)
    outcome = script("--dry-run", "--dev", "--docker-env", path=str(bare))
    assert outcome.returncode == 0, outcome.stderr
    shown = [line for line in outcome.stdout.splitlines() if line.startswith("+ ")]
    order = [
        "minikube --profile minikube start",
        "addons enable storage-provisioner",
        "addons enable metrics-server",
        "addons enable ingress",
        "addons enable dashboard",
        "docker-env",
        "docker build",
        "create namespace taskora",
        "upgrade --install taskora",
        "test taskora",
    ]
    places = [next(i for i, line in enumerate(shown) if text in line) for text in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("8g", "8192mb"), ("3500", "3500mb"), ("4096MB", "4096mb"), ("6GiB", "6144mb")],
)
def test_sizes_come_from_the_environment_and_the_arguments_win(given, expected):
    start = next(line for line in script("--dry-run", MINIKUBE_MEMORY=given).stdout.splitlines() if " start " in line)
    assert f"--memory {expected}" in start
    start = next(
        line
        for line in script("--dry-run", "--memory", "3g", "--cpus", "2", MINIKUBE_MEMORY=given).stdout.splitlines()
        if " start " in line
    )
    assert "--cpus 2 --memory 3072mb" in start


@pytest.mark.parametrize(
    "arguments", [["--nonsense"], ["--cpus"], ["--cpus", "many"], ["--memory", "lots"], ["--timeout", "soon"]]
)
def test_wrong_arguments_are_refused_with_a_next_step(arguments):
    outcome = script("--dry-run", *arguments)
    assert outcome.returncode == 2
    assert "Next: k8s/minikube-setup.sh --help" in outcome.stderr


STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$(basename "$0") $*" in
  *availableReplicas*) echo 1 ;;
  *docker*info*) echo "4 17179869184 /" ;;
  *status*) echo "Running Running" ;;
  *storageclass*) echo "standard (default)" ;;
  *"get service"*) echo taskora-frontend ;;
  *"minikube"*ip) echo 192.0.2.1 ;;
  "kora --version") echo "kora 0.1.0" ;;
  "kora up"*) echo "said by kora" >&2; exit "$KORA_ENDS" ;;
esac
"""
NEEDED = (
    "bash",
    "sh",
    "env",
    "dirname",
    "basename",
    "cat",
    "tr",
    "uname",
    "awk",
    "df",
    "head",
    "grep",
    "sleep",
    "timeout",
)


def setup_elsewhere(tmp_path, *arguments, kora=None):
    """The script in a checkout of its own, on a machine whose Docker, Minikube, kubectl, Helm and Kora are stubs. Gives
    how it ended and what it called. `kora` is what `kora up` ends with; None: there is no Kora."""
    for folder in ("bin", "k8s", "helm/taskora", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(SCRIPT, tmp_path / "k8s")
    for name in NEEDED:
        if found := shutil.which(name):
            (tmp_path / "bin" / name).symlink_to(found)
    stubs = [tmp_path / "bin" / name for name in ("docker", "minikube", "kubectl", "helm")]
    for stub in [*stubs, *([tmp_path / ".venv/bin/kora"] if kora is not None else [])]:
        stub.write_text(STUB)
        stub.chmod(0o755)
    calls = tmp_path / "calls"
    calls.touch()
    settings = {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path), "CALLS": str(calls), "KORA_ENDS": str(kora)}
    command = [BASH, str(tmp_path / "k8s/minikube-setup.sh"), *arguments]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=30, env=settings)
    return outcome, calls.read_text(encoding="utf-8")


def test_the_application_is_handed_over_to_kora_where_it_is(tmp_path):
    outcome, calls = setup_elsewhere(tmp_path, kora=0)
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    assert f"kora up {tmp_path} --context minikube --namespace taskora --yes\n" in calls
    assert "docker build" not in calls
    assert "upgrade --install" not in calls
    assert calls.index("kora up") < calls.index("test taskora"), "it is tried out afterwards all the same"
    assert "Taskora runs" in outcome.stdout


@pytest.mark.parametrize(
    ("arguments", "kora", "reason"),
    [
        ((), None, "make kora installs it"),
        (("--dev",), 0, "--dev was given"),
        (("--", "--set", "x=y"), 0, "-- was given"),
        (("--by-hand",), 0, ""),
    ],
)
def test_the_manual_way_is_the_fallback_and_says_so(tmp_path, arguments, kora, reason):
    outcome, calls = setup_elsewhere(tmp_path, *arguments, kora=kora)
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    assert "kora up" not in [" ".join(line.split()[:2]) for line in calls.splitlines()]
    assert "docker build" in calls
    assert "upgrade --install taskora" in calls
    assert ("the manual way" in outcome.stdout) == bool(reason)
    assert reason in outcome.stdout


@pytest.mark.parametrize(("kora", "expected"), [(20, 5), (22, 5), (24, 6), (1, 6), (31, 7), (69, 3), (130, 130)])
def test_what_kora_up_ends_with_is_told_and_keeps_its_class(tmp_path, kora, expected):
    outcome, calls = setup_elsewhere(tmp_path, kora=kora)
    assert outcome.returncode == expected
    assert "said by kora" in outcome.stderr
    assert "test taskora" not in calls
    if expected != 130:
        assert "Next: " in outcome.stderr


def test_deleting_needs_a_yes():
    outcome = script("--delete")
    assert outcome.returncode == 2
    assert "--yes" in outcome.stderr


def test_a_missing_program_is_named_with_the_way_to_get_it(tmp_path):
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("bash", "dirname", "tr", "uname"):
        (bare / name).symlink_to(str(shutil.which(name)))
    outcome = script("--check", path=str(bare))
    assert outcome.returncode == 3
    assert "docker is not installed" in outcome.stderr
    assert "Next: install Docker" in outcome.stderr
