"""Rules about flags that many commands share: another cluster or identity, files and addresses, output forms, dry runs.

`refusal` says why a line can't pass whatever its command does; `dry_run` whether it is one that changes nothing.
"""

import ipaddress
import re
from typing import Literal

from kora.domain.risk import Risk
from kora.policy.grammar import Line
from kora.policy.verdicts import Judgement, deny

_ELSEWHERE = {
    "kubeconfig": "another configuration",
    "context": "another context",
    "cluster": "another cluster",
    "server": "another server",
    "user": "another user",
    "username": "another user",
    "password": "another user",
    "token": "another identity",
    "as": "another identity",
    "as-group": "another identity",
    "as-uid": "another identity",
    "as-user-extra": "another identity",
    "client-certificate": "another identity",
    "client-key": "another identity",
    "certificate-authority": "another server's certificate",
    "tls-server-name": "another server's certificate",
    "insecure-skip-tls-verify": "a server that nobody checked",
    "insecure-skip-tls-verify-backend": "a server that nobody checked",
    "auth-provider": "another identity",
}
_NAMES_SUBJECTS = {("create", "rolebinding"), ("create", "clusterrolebinding"), ("set", "subject")}
"""Here ``--user`` says who gets rights, not who asks."""
_WRITES_HERE = {
    "cache-dir": "writes files on this machine",
    "profile": "writes files on this machine",
    "profile-output": "writes files on this machine",
    "output-directory": "writes files on this machine",
}
_RAW = "goes past kubectl's own meaning of the command, to any path of the API"
_EDITOR = "opens an editor, whose outcome nobody can see beforehand"
_OUTPUTS = re.compile(
    r"json|yaml|kyaml|name|wide|(?:jsonpath|jsonpath-as-json|go-template|template)(?:=.*)?|custom-columns=.*", re.DOTALL
)
_OUTPUT_FROM_FILE = re.compile(
    r"(?:jsonpath-file|go-template-file|templatefile|custom-columns-file)(?:=.*)?", re.DOTALL
)
_SHELL_OUTSIDE = re.compile(r"[|&;<>`$\\]")
_BRACED = re.compile(r"\{[^{}]*\}|\{\{.*?\}\}", re.DOTALL)
_BRACKETED = re.compile(r"\[[^\[\]]*\]")
_ESCAPED = re.compile(r"\\[.nt]")
_LOOPBACK_NAMES = {"localhost"}
_MOST_VERBOSE = 5  # from 6 on requests and answers are printed
FILES = ("filename", "kustomize", "from-file", "from-env-file", "patch-file", "cert", "key", "env-file")


def refusal(line: Line) -> Judgement | None:
    """Why the line can't pass, whatever its command does; None when nothing speaks against it."""
    for name, value in line.flags:
        if name == "user" and line.path in _NAMES_SUBJECTS:
            continue
        if name in _ELSEWHERE:
            return deny("elsewhere", f"--{name} would reach {_ELSEWHERE[name]} than the one Kora was given.")
        if name in _WRITES_HERE:
            return deny("writes-here", f"--{name} {_WRITES_HERE[name]}.", Risk.WRITE)
        if name == "raw" and line.path != ("config", "view"):
            return deny("raw", f"--raw {_RAW}.")
        if name == "edit" and line.on("edit"):
            return deny("editor", f"--edit {_EDITOR}.", Risk.WRITE)
        if name == "vmodule":
            return deny("verbose", "--vmodule can make kubectl print whole requests and answers.", Risk.SECRET)
        if name == "v" and not (value.isdigit() and int(value) <= _MOST_VERBOSE):
            return deny("verbose", f"-v {value[:10]} would print whole requests and answers.", Risk.SECRET)
        refused = _file_refused(name, value) or (name == "output" and _output_refused(line, value)) or None
        if refused:
            return refused
    if "-" in line.words:
        return deny("standard-input", "A lone - reads standard input, which the gate can't see.")
    return _dry_run_refused(line)


def _file_refused(name: str, value: str) -> Judgement | None:
    if name not in FILES:
        return None
    for each in value.split(","):
        path = each.partition("=")[2] if name in ("from-file",) and "=" in each else each
        if path == "-" or path.startswith(("/dev/", "/proc/")):
            return deny("standard-input", f"--{name} {each} reads what the gate can't see.")
        if ":" in path or _is_remote(name, path):
            return deny("remote-file", f"--{name} would load something from elsewhere, unseen.")
    return None


def _is_remote(name: str, path: str) -> bool:
    if name != "kustomize":
        return False
    first = path.split("/", 1)[0]
    return "//" in path or "?" in path or "@" in path or ("." in first.strip(".") and "/" in path)


def _output_refused(line: Line, value: str) -> Judgement | None:
    if line.path == ("kustomize",):
        return None  # a file's name; its own rule decides
    if _OUTPUT_FROM_FILE.fullmatch(value):
        return deny("local-file", "The output form reads a file of this machine.", Risk.SECRET)
    if not _OUTPUTS.fullmatch(value):
        return deny("unknown-output", f"kubectl has no output form {value[:40]!r}.", Risk.READ)
    form, _, text = value.partition("=")
    bare = (_BRACKETED if form == "custom-columns" else _BRACED).sub("", text)
    if form != value and _SHELL_OUTSIDE.search(_ESCAPED.sub("", bare)):
        return deny("shell", "The output form holds shell syntax outside of its braces.")
    return None


def _dry_run_refused(line: Line) -> Judgement | None:
    given = line.values.get("dry-run", [])
    if any(value not in ("client", "server", "none") for value in given):
        return deny("dry-run", "--dry-run is only certain as --dry-run=client or --dry-run=server.")
    if len(set(given)) > 1:
        return deny("dry-run", "--dry-run is given several times with different values.")
    return None


def dry_run(line: Line) -> Literal["client", "server"] | None:
    """Which kind of dry run the line is, if it is one. `refusal` has seen to it that the value is certain."""
    value = line.last("dry-run")
    return value if value in ("client", "server") else None  # type: ignore[return-value]


def is_loopback(address: str) -> bool:
    """Whether every address in a list binds to this machine alone."""
    return all(_one_loopback(each) for each in address.split(","))


def _one_loopback(address: str) -> bool:
    if address in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def is_remote_directory(path: str) -> bool:
    """Whether kustomize would fetch `path` from elsewhere."""
    return path == "-" or ":" in path or _is_remote("kustomize", path)
