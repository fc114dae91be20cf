"""The real kubectl-ai as a proposer: it is asked, and every kubectl command that it wants goes through the gate.

It has no mode for that, so it gets a room of its own: a `kubectl` that writes down its arguments and does nothing and
is the only program on its PATH, a kubeconfig without a cluster, an empty home, an environment with the keys of its
models and nothing else; and it runs quietly, without permission to change anything. In that mode it stops at the first
changing command and names the commands that it wanted (``RunOnce mode cannot handle permission requests``).

It brings a shell tool of its own, which our room does not take away: it still is a foreign program that runs as the
person who starts it. That is why a person has to agree to starting it.
"""

import re
import shlex
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kora.adapters.programs import Ran, plain, run
from kora.domain.risk import Decision
from kora.kit.errors import Unavailable
from kora.kit.redaction import redact_text
from kora.policy.gate import classify

PROGRAM = "kubectl-ai"
SECONDS = 120.0
MOST_COMMANDS = 40
_MODEL_VARIABLES = re.compile(r"(?:GEMINI|OPENAI|AZURE_OPENAI|GROK|OLLAMA|LLAMACPP)_[A-Z0-9_]+")
_PASSED_ON = frozenset(
    {"LANG", "LC_ALL", "TZ", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}
)
_NO_CLUSTER = "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\ncurrent-context: ''\n"
_RECORDING = """#!/bin/sh
{ printf '%s\\0' kubectl "$@"; printf '\\036\\0'; } >> "$KORA_RECORDED"
echo 'Not carried out: this kubectl only writes down what is proposed.' >&2
exit 1
"""
_WANTED = re.compile(r"^\s*[*•-]\s+(.+)$")
_WANTED_HEAD = re.compile(r"commands? requires? (?:your )?approval", re.IGNORECASE)
_FENCED = re.compile(r"```[\w-]*\n(.*?)```", re.DOTALL)
_INLINE = re.compile(r"`(kubectl(?:-[\w-]+)?\s[^`\n]+)`")
_LINE = re.compile(r"^\s*(?:[$#>]\s*)?(kubectl\s.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Proposal:
    """One command that it wants, and what the gate says of it."""

    command: str
    decision: Decision


@dataclass(frozen=True)
class Proposals:
    """What it said, redacted, and the commands in it. Nothing of it was run."""

    text: str
    commands: tuple[Proposal, ...]


def propose(
    prompt: str,
    *,
    environment: Mapping[str, str],
    provider: str | None = None,
    model: str | None = None,
    seconds: float = SECONDS,
) -> Proposals:
    """Ask it what it would do. The prompt leaves this machine for the model that it is configured for, redacted.

    Raises:
        Unavailable: it is not there, or did not end in time.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise Unavailable(f"{PROGRAM} is not installed.", fix="k8s/README.md says how; kora ask works without it.")
    with tempfile.TemporaryDirectory(prefix="kora-kubectl-ai-") as name:
        room = Path(name)
        recorded = _furnish(room)
        surroundings = {
            key: value for key, value in environment.items() if key in _PASSED_ON or _MODEL_VARIABLES.fullmatch(key)
        }
        surroundings |= {
            "PATH": str(room / "bin"),
            "HOME": str(room / "home"),
            "XDG_CONFIG_HOME": str(room / "home"),
            "TMPDIR": str(room / "home"),
            "KUBECONFIG": str(room / "kubeconfig"),
            "KORA_RECORDED": str(recorded),
        }
        words = [program, "--quiet", "--skip-permissions=false", "--mcp-client=false", "--max-iterations=5"]
        words += [f"--kubeconfig={room / 'kubeconfig'}", f"--trace-path={room / 'home' / 'trace'}"]
        words += [f"--llm-provider={provider}"] if provider else []
        words += [f"--model={model}"] if model else []
        ran = run([*words, "--", redact_text(prompt)], seconds=seconds, environment=surroundings, folder=room / "home")
        wanted = read_recorded(recorded)
    return judged(ran, wanted)


def _furnish(room: Path) -> Path:
    for folder in ("bin", "home"):
        (room / folder).mkdir(mode=0o700)
    (room / "kubeconfig").write_text(_NO_CLUSTER, encoding="utf-8")
    kubectl = room / "bin" / "kubectl"
    kubectl.write_text(_RECORDING, encoding="utf-8")
    kubectl.chmod(0o700)
    recorded = room / "recorded"
    recorded.touch(mode=0o600)
    return recorded


def read_recorded(file: Path) -> list[list[str]]:
    """The command lines that the recording kubectl wrote down."""
    found: list[list[str]] = [[]]
    for word in file.read_bytes().decode("utf-8", "replace").split("\0"):
        if word == "\x1e":
            found.append([])
        elif word or found[-1]:
            found[-1].append(word)
    return [each for each in found if each]


def judged(ran: Ran, recorded: Sequence[Sequence[str]] = ()) -> Proposals:
    """What it printed and what it tried, as commands with the gate's decisions. A run that says nothing is a failure.

    Raises:
        Unavailable: it failed without proposing anything.
    """
    text = redact_text(f"{ran.out}\n{ran.err}".strip())
    lines = [shlex.join(words) for words in recorded] + commands_in(f"{ran.out}\n{ran.err}")
    known: dict[str, Proposal] = {}
    for line in lines:
        if line not in known and len(known) < MOST_COMMANDS:
            known[line] = Proposal(redact_text(plain(line)), classify(_words(line)))
    if ran.code and not known:
        raise Unavailable(f"{PROGRAM} failed: {text[-300:] or f'exit code {ran.code}'}", fix="Is its model configured?")
    return Proposals(text, tuple(known.values()))


def commands_in(text: str) -> list[str]:
    """The kubectl commands in a text: the ones it asks a permission for, those in fences, in backquotes, on lines of
    their own. What follows on continued lines belongs to the command."""
    joined = re.sub(r"[ \t]*\\\n\s*", " ", text)
    found = [match.strip() for line in joined.splitlines() for match in _INLINE.findall(line)]
    for block in _FENCED.findall(joined):
        found += [match.strip() for match in _LINE.findall(block)]
    outside = _FENCED.sub("\n", joined)
    found += [match.strip() for match in _LINE.findall(outside)]
    asking = False
    for line in outside.splitlines():
        wanted = _WANTED.match(line)
        if _WANTED_HEAD.search(line):
            asking = True
        elif asking and wanted:
            command = wanted[1].strip()
            found.append(command if command.startswith("kubectl") else f"kubectl {command}")
        elif line.strip():
            asking = False
    return list(dict.fromkeys(found))


def _words(line: str) -> list[str]:
    """The words of a command line; one that can't be cut is one word, which the gate denies."""
    try:
        return shlex.split(line)
    except ValueError:
        return [line]
