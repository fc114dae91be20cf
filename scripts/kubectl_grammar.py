"""Write the gate's table of kubectl's commands and flags by asking kubectl programs for their help texts.

    python scripts/kubectl_grammar.py kubectl kubectl-1.29 … > ops/src/kora/policy/kubectl.json

Several programs give the union of what they know. A flag that takes a value in one version and none in another is an
error: the gate could not tell what the next word means.

Each flag is one of three arities. ``bool`` (``--all``, ``--all=false``), ``value`` (``--namespace x``) and
``optional`` (``--dry-run``, ``--dry-run=client``, but never ``--dry-run client``). Help texts don't tell the second
from the third, so it is tried: with ``--help`` on the line nothing is ever carried out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "KUBECONFIG": "/dev/null", "KUBECTL_KUBERC": "false"}
FLAG = re.compile(r"^\s+(?:-(?P<short>\w), )?--(?P<long>[\w-]+)=?(?P<default>.*?):\s*$")
SECTION = re.compile(r"^(?:Available Commands|.*Commands.*):$")
COMMAND = re.compile(r"^  (?P<name>[a-z][\w-]*)(?:\s{2,}.*)?$")
EXTRA: dict[tuple[str, ...], list[str]] = {(): ["help", "options"]}


def ask(program: str, *words: str) -> str:
    """What `program` prints on both streams."""
    done = subprocess.run(  # noqa: S603 - the caller names the programs
        [program, *words], capture_output=True, text=True, timeout=20, env=ENVIRONMENT, stdin=subprocess.DEVNULL
    )
    return done.stdout + done.stderr


def flags_of(program: str, path: tuple[str, ...], text: str) -> dict[str, dict[str, str]]:
    """The flags in a help text: ``{long: {"short": "n", "takes": "bool|value|optional"}}``."""
    found: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if match := FLAG.match(line):
            name = match["long"]
            if match["default"] in ("true", "false"):
                takes = "bool"
            else:
                answer = ask(program, *path, "--help", f"--{name}")
                takes = "value" if "flag needs an argument" in answer else "optional"
            found[name] = {"takes": takes} | ({"short": match["short"]} if match["short"] else {})
    return found


def children_of(text: str) -> list[str]:
    """The sub-commands that a help text lists."""
    names, inside = [], False
    for line in text.splitlines():
        if SECTION.match(line):
            inside = True
        elif not line.startswith(" ") and line.strip():
            inside = False
        elif inside and (match := COMMAND.match(line)):
            names.append(match["name"])
    return names


def aliases_of(text: str, path: tuple[str, ...]) -> list[str]:
    """Other spellings of the last word of `path`."""
    match = re.search(r"^Aliases:\n(.+)$", text, re.MULTILINE)
    return sorted({name.strip() for name in match[1].split(",")} - {path[-1]}) if match and path else []


def describe(program: str, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """One command and everything under it."""
    text = ask(program, "options") if not path else ask(program, *path, "--help")
    listing = ask(program, "--help") if not path else text
    names = children_of(listing) + EXTRA.get(path, [])
    return {
        "aliases": aliases_of(text, path),
        "flags": flags_of(program, path or ("get",), text),
        "commands": {name: describe(program, (*path, name)) for name in dict.fromkeys(names)},
    }


def merge(ours: dict[str, Any], theirs: dict[str, Any], path: str = "kubectl") -> dict[str, Any]:
    """The union of two descriptions.

    Raises:
        SystemExit: they disagree about what a flag takes.
    """
    flags = {name: dict(flag) for name, flag in ours["flags"].items()}
    for name, flag in theirs["flags"].items():
        known = flags.setdefault(name, flag)
        if known["takes"] != flag["takes"]:
            raise SystemExit(f"{path} --{name}: {known['takes']} here, {flag['takes']} there")
        if "short" in flag:
            known.setdefault("short", flag["short"])
    commands = dict(ours["commands"])
    for name, command in theirs["commands"].items():
        commands[name] = merge(commands[name], command, f"{path} {name}") if name in commands else command
    return {"aliases": sorted({*ours["aliases"], *theirs["aliases"]}), "flags": flags, "commands": commands}


def main() -> None:
    """Describe every program that is named, merge, print."""
    versions, table = [], None
    for program in sys.argv[1:] or ["kubectl"]:
        version = json.loads(ask(program, "version", "--client", "-o", "json"))["clientVersion"]["gitVersion"]
        versions.append(version.partition("-")[0])
        print(f"{program}: {version}", file=sys.stderr)  # noqa: T201
        described = describe(program)
        table = described if table is None else merge(table, described)
    document = {"versions": versions, **(table or {})}
    json.dump(document, sys.stdout, sort_keys=True, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
