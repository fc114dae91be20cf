"""kubectl's own commands for new objects: ``kubectl create deployment web --image=nginx --replicas=2``, ``kubectl run``.

A command is read as kubectl reads it: words and flags, by the table of its object. A flag that stands in no table makes
it unclear; nothing is guessed from it. The door for `reading`, before any sentence is looked for.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kora.language.intents import ContainerSpec, Create, Intent, PortSpec, Unclear

_OPENING = re.compile(
    r"^\s*(?:(?:please|kindly|run|execute|do|now|can you|could you|the command|this command)\b[\s:,]*)*[`\"']?\$?\s*(?:kubectl|k)\s+(?:(?:-n|--namespace)[ =]\S+\s+)?(?P<verb>create|run|expose|autoscale)\b", re.IGNORECASE)  # fmt: skip
_EVERYWHERE = {"-n": "namespace", "--namespace": "namespace", "-l": "labels", "--labels": "labels"}
_MEANINGLESS = frozenset({"--save-config", "--record", "-o", "--output", "--validate"})
_SHELL = re.compile(r"[|<>;&$]|\n")


@dataclass
class _Command:
    words: list[str]
    flags: dict[str, list[str]]
    inner: list[str]
    """What stands behind ``--``."""

    def one(self, flag: str) -> str | None:
        """The value of a flag that is given once."""
        found = self.flags.pop(flag, None)
        if found is not None and len(found) > 1:
            raise _Unread(f"--{flag}")
        return found[0] if found else None

    def every(self, flag: str) -> list[str]:
        """All values of a flag that may be repeated; commas part them too."""
        return [part for each in self.flags.pop(flag, []) for part in each.split(",") if part]

    def whole(self, flag: str) -> int | None:
        """A flag that is a whole number."""
        text = self.one(flag)
        if text is not None and not re.fullmatch(r"-?\d+", text):
            raise _Unread(f"--{flag}={text}")
        return None if text is None else int(text)

    def on(self, flag: str) -> bool:
        """A flag that is a switch."""
        return (self.one(flag) or "false").lower() in {"", "true"}

    def name(self) -> str:
        if not self.words:
            raise _Unread("the name")
        return self.words.pop(0)


class _Unread(Exception):
    """A part of the command that is not understood."""


def is_command(text: str) -> bool:
    """Whether the text is a command of kubectl that makes something new."""
    return _OPENING.match(text) is not None


def read_command_line(text: str) -> list[Intent] | Unclear:
    """The object that the command makes."""
    line = text[text.lower().index("kubectl") :] if "kubectl" in text.lower() else text
    line = line.strip().strip("`").rstrip("`.").strip()
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", line)
    if _SHELL.search(bare):
        return Unclear(text=text, question="One kubectl command at a time, without pipes or redirects, please.")
    try:
        command = _parsed(shlex.split(line)[1:])
        verb = command.name().lower()
        namespace = command.one("namespace")
        if "dry-run" in command.flags:
            return Unclear(text=text, question="--dry-run is an option here: kora ask --dry-run, or kora manifest.")
        labels = _pairs(command.every("labels"), "labels")
        made = _VERBS[verb](command)
        if command.words or command.flags or command.inner:
            rest = [*command.words, *(f"--{each}" for each in command.flags), *command.inner]
            raise _Unread(" ".join(rest))
    except _Unread as error:
        return Unclear(text=str(error), question=f"What is meant by “{error}” in this command?")
    except ValueError:
        return Unclear(text=text, question="Where does the quoted text of this command end?")
    wide = made.kind in {"Namespace", "ClusterRole", "ClusterRoleBinding", "PriorityClass"}
    return [made.model_copy(update={"namespace": None if wide else namespace, "labels": {**made.labels, **labels}})]


def _parsed(argv: list[str]) -> _Command:
    words: list[str] = []
    flags: dict[str, list[str]] = {}
    inner: list[str] = []
    at = 0
    while at < len(argv):
        word = argv[at]
        at += 1
        if word == "--":
            inner = argv[at:]
            break
        if not word.startswith("-"):
            words.append(word)
            continue
        key, equals, value = word.partition("=")
        if not equals and key.lstrip("-") not in _SWITCHES and at < len(argv) and not argv[at].startswith("-"):
            value = argv[at]
            at += 1
        if key in _MEANINGLESS:
            continue
        flags.setdefault(_EVERYWHERE.get(key, key.lstrip("-")), []).append(value)
    return _Command(words, flags, inner)


_SWITCHES = frozenset({"command", "global-default", "save-config", "record", "append-hash", "rm", "stdin", "tty"})


def _pairs(values: list[str], what: str) -> dict[str, str]:
    made = {}
    for each in values:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise _Unread(f"--{what} {each}")
        made[key] = value
    return made


def _data(command: _Command) -> dict[str, str]:
    """Values given on the command line; files are not read."""
    values = command.flags.pop("from-literal", [])
    return _pairs([each.strip("\"'") for each in values], "from-literal")


def _ports(command: _Command) -> tuple[PortSpec, ...]:
    text = command.one("port")
    if text is None:
        return ()
    if not text.isdigit():
        raise _Unread(f"--port={text}")
    return (PortSpec(port=int(text)),)


def _deployment(command: _Command) -> Create:
    name = command.name()
    container = ContainerSpec(image=command.one("image"), ports=_ports(command), command=tuple(command.inner))
    command.inner = []
    return Create(kind="Deployment", name=name, replicas=command.whole("replicas"), containers=(container,))


def _run(command: _Command) -> Create:
    name = command.name()
    fields: dict[str, Any] = {}
    restart = command.one("restart")
    if restart is not None:
        fields["restart_policy"] = restart
    said = tuple(command.inner)
    command.inner = []
    as_command = command.on("command")
    container = ContainerSpec(
        image=command.one("image"),
        ports=_ports(command),
        env=_pairs(command.every("env"), "env"),
        command=said if as_command else (),
        args=() if as_command else said,
    )
    return Create(kind="Pod", name=name, containers=(container,), fields=fields)


def _job(command: _Command) -> Create:
    name = command.name()
    container = ContainerSpec(image=command.one("image"), command=tuple(command.inner))
    command.inner = []
    return Create(kind="Job", name=name, containers=(container,))


def _cron_job(command: _Command) -> Create:
    made = _job(command)
    schedule = command.one("schedule")
    restart = command.one("restart")
    fields = {"schedule": schedule, **({"restart_policy": restart} if restart else {})} if schedule else {}
    return made.model_copy(update={"kind": "CronJob", "fields": fields})


def _secret(command: _Command) -> Create:
    kind = command.name()
    if kind != "generic":
        raise _Unread(f"secret {kind}")
    name, typed = command.name(), command.one("type")
    return Create(kind="Secret", name=name, data=_data(command), fields={"type": typed} if typed else {})


_SERVICES = {"clusterip": "ClusterIP", "nodeport": "NodePort", "loadbalancer": "LoadBalancer"}


def _service(command: _Command) -> Create:
    kind = command.name().lower()
    name = command.name()
    if kind == "externalname":
        return Create(
            kind="Service", name=name, fields={"type": "ExternalName", "external_name": command.one("external-name")}
        )
    if kind not in _SERVICES:
        raise _Unread(f"service {kind}")
    ports = []
    for each in command.every("tcp"):
        port, _, target = each.partition(":")
        if not port.isdigit() or (target and not target.isdigit()):
            raise _Unread(f"--tcp={each}")
        ports.append(PortSpec(port=int(port), target=int(target) if target else None))
    node = command.whole("node-port")
    if node is not None and len(ports) == 1:
        ports = [ports[0].model_copy(update={"node_port": node})]
    elif node is not None:
        raise _Unread("--node-port")
    headless = command.one("clusterip")
    if headless is not None and headless.lower() != "none":
        raise _Unread(f"--clusterip={headless}")
    fields: dict[str, Any] = {"type": _SERVICES[kind], **({"headless": True} if headless else {})}
    return Create(kind="Service", name=name, ports=tuple(ports), selector={"app": name}, fields=fields)


def _quota(command: _Command) -> Create:
    hard = _pairs(command.every("hard"), "hard")
    scopes = command.every("scopes")
    return Create(
        kind="ResourceQuota", name=command.name(), fields={"hard": hard, **({"scopes": scopes} if scopes else {})}
    )


def _role(kind: str) -> Callable[[_Command], Create]:
    def read(command: _Command) -> Create:
        rules: dict[str, Any] = {"verbs": command.every("verb"), "resources": command.every("resource")}
        names = command.every("resource-name")
        if not rules["verbs"] or not rules["resources"]:
            raise _Unread("a role without --verb or --resource")
        made = []
        for each in rules["resources"]:
            resource, _, group = each.partition(".")
            made.append(
                {
                    "verbs": rules["verbs"],
                    "resources": [resource],
                    **({"group": group} if group else {}),
                    **({"resource_names": names} if names else {}),
                }
            )
        plain = all("group" not in one for one in made)
        together = {**made[0], "resources": [one["resources"][0] for one in made]}
        return Create(kind=kind, name=command.name(), fields={"rules": [together] if plain else made})

    return read


def _binding(kind: str) -> Callable[[_Command], Create]:
    def read(command: _Command) -> Create:
        role, cluster = command.one("role"), command.one("clusterrole")
        subjects: list[dict[str, Any]] = []
        for each in command.every("serviceaccount"):
            namespace, colon, name = each.partition(":")
            if not colon:
                raise _Unread(f"--serviceaccount={each}")
            subjects.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
        subjects += [{"kind": "User", "name": each} for each in command.every("user")]
        subjects += [{"kind": "Group", "name": each} for each in command.every("group")]
        if (role is None) == (cluster is None) or not subjects or (role and kind == "ClusterRoleBinding"):
            raise _Unread("a binding needs one role and whom it is for")
        fields = {
            "role": role or cluster,
            "role_kind": "Role" if role else "ClusterRole",
            "subjects": subjects,
        }
        return Create(kind=kind, name=command.name(), fields=fields)

    return read


def _budget(command: _Command) -> Create:
    fields: dict[str, Any] = {}
    for flag, slot in (("min-available", "min_available"), ("max-unavailable", "max_unavailable")):
        text = command.one(flag)
        if text is not None:
            fields[slot] = int(text) if text.isdigit() else text
    return Create(
        kind="PodDisruptionBudget",
        name=command.name(),
        fields=fields,
        selector=_pairs(command.every("selector"), "selector"),
    )


def _priority(command: _Command) -> Create:
    fields: dict[str, Any] = {"value": command.whole("value"), "global_default": command.on("global-default")}
    policy, description = command.one("preemption-policy"), command.one("description")
    if policy is not None and policy not in {"Never", "PreemptLowerPriority"}:
        raise _Unread(f"--preemption-policy={policy}")
    fields |= {"never_preempt": policy == "Never", **({"description": description} if description else {})}
    return Create(kind="PriorityClass", name=command.name(), fields=fields)


_RULE = re.compile(r"^(?P<host>[^/=]*)(?P<path>/[^=*]*)(?P<prefix>\*?)=(?P<service>[a-z0-9-]+):(?P<port>[\w-]+)(?:,tls(?:=(?P<tls>[\w.-]+))?)?$")  # fmt: skip


def _ingress(command: _Command) -> Create:
    rules: dict[str | None, list[dict[str, Any]]] = {}
    secrets: list[str] = []
    for each in command.flags.pop("rule", []):
        found = _RULE.match(each)
        if found is None:
            raise _Unread(f"--rule={each}")
        port = found["port"]
        rules.setdefault(found["host"] or None, []).append(
            {
                "path": found["path"],
                "type": "Prefix" if found["prefix"] else "Exact",
                "service": found["service"],
                "port": int(port) if port.isdigit() else port,
            }
        )
        secrets += [found["tls"]] if found["tls"] else []
    if len(set(secrets)) > 1:
        raise _Unread("more than one TLS secret")
    ingress_class = command.one("class")
    fields: dict[str, Any] = {"rules": [{"host": host, "paths": paths} for host, paths in rules.items()]}
    fields |= {"class": ingress_class} if ingress_class else {}
    fields |= {"tls_secret": secrets[0]} if secrets else {}
    return Create(kind="Ingress", name=command.name(), fields=fields)


_OBJECTS: dict[str, Callable[[_Command], Create]] = {
    "deployment": _deployment,
    "deploy": _deployment,
    "namespace": lambda command: Create(kind="Namespace", name=command.name()),
    "ns": lambda command: Create(kind="Namespace", name=command.name()),
    "serviceaccount": lambda command: Create(kind="ServiceAccount", name=command.name()),
    "sa": lambda command: Create(kind="ServiceAccount", name=command.name()),
    "configmap": lambda command: Create(kind="ConfigMap", data=_data(command), name=command.name()),
    "cm": lambda command: Create(kind="ConfigMap", data=_data(command), name=command.name()),
    "secret": _secret,
    "service": _service,
    "svc": _service,
    "job": _job,
    "cronjob": _cron_job,
    "cj": _cron_job,
    "quota": _quota,
    "resourcequota": _quota,
    "role": _role("Role"),
    "clusterrole": _role("ClusterRole"),
    "rolebinding": _binding("RoleBinding"),
    "clusterrolebinding": _binding("ClusterRoleBinding"),
    "poddisruptionbudget": _budget,
    "pdb": _budget,
    "priorityclass": _priority,
    "pc": _priority,
    "ingress": _ingress,
    "ing": _ingress,
}


def _create(command: _Command) -> Create:
    kind = command.name().lower()
    if kind not in _OBJECTS:
        raise _Unread(kind)
    return _OBJECTS[kind](command)


_TARGETS = {"deployment": "Deployment", "deploy": "Deployment", "statefulset": "StatefulSet", "sts": "StatefulSet", "replicaset": "ReplicaSet", "rs": "ReplicaSet"}  # fmt: skip


def _target(command: _Command) -> tuple[str, str]:
    """``deployment web``, ``deploy/web``: the kind and the name."""
    kind, slash, name = command.name().partition("/")
    if not slash:
        name = command.name()
    if kind.lower() not in _TARGETS:
        raise _Unread(kind)
    return _TARGETS[kind.lower()], name


def _expose(command: _Command) -> Create:
    kind, name = _target(command)
    ports, target = _ports(command), command.one("target-port")
    typed = command.one("type") or "ClusterIP"
    if typed.lower() not in _SERVICES:
        raise _Unread(f"--type={typed}")
    if target is not None and ports:
        ports = (ports[0].model_copy(update={"target": int(target) if target.isdigit() else target}),)
    fields: dict[str, Any] = {"type": _SERVICES[typed.lower()], "workload": {"name": name, "kind": kind.lower()}}
    return Create(kind="Service", name=command.one("name") or name, ports=ports, fields=fields)


def _autoscale(command: _Command) -> Create:
    kind, name = _target(command)
    fields: dict[str, Any] = {"target": {"name": name, "kind": kind}}
    for flag, slot in (("min", "min"), ("max", "max"), ("cpu-percent", "cpu_percent")):
        value = command.whole(flag)
        if value is not None:
            fields[slot] = value
    return Create(kind="HorizontalPodAutoscaler", name=command.one("name") or name, fields=fields)


_VERBS: dict[str, Callable[[_Command], Create]] = {
    "create": _create,
    "run": _run,
    "expose": _expose,
    "autoscale": _autoscale,
}
