"""Containers and their volumes."""

import re
from typing import Any

from kora.language.intents import ContainerSpec, MountSpec, PortSpec, ProbeSpec, Resources
from kora.operations.manifests.drafts import Draft, Incomplete

_SOURCES = {"secret": ("secretRef", "secretKeyRef"), "config_map": ("configMapRef", "configMapKeyRef")}


def container(draft: Draft, spec: ContainerSpec, name: str) -> dict[str, Any]:
    """One container as the API writes it.

    Raises:
        Incomplete: no image was said.
    """
    if not spec.image:
        which = f"container {spec.name} of the {draft.create.kind}" if spec.name else draft.create.kind
        raise Incomplete(f"Which image shall the {which} {draft.create.name or ''} run?".replace("  ", " "))
    made: dict[str, Any] = {"name": name, "image": spec.image}
    if spec.pull_policy:
        made["imagePullPolicy"] = spec.pull_policy
    if spec.command:
        made["command"] = list(spec.command)
    if spec.args:
        made["args"] = list(spec.args)
    if spec.ports:
        made["ports"] = [_port(each) for each in spec.ports]
    if spec.env_from:
        made["envFrom"] = [{_SOURCES[source][0]: {"name": object_name}} for source, object_name in spec.env_from]
    env: list[dict[str, Any]] = [{"name": key, "value": value} for key, value in spec.env.items()]
    env += [
        {"name": variable, "valueFrom": {_SOURCES[source][1]: {"name": object_name, "key": key}}}
        for variable, source, object_name, key in spec.env_keys
    ]
    env += [{"name": variable, "valueFrom": _own_field(path)} for variable, path in spec.env_fields]
    if env:
        made["env"] = env
    resources = {
        which: _resources(each)
        for which, each in (("requests", spec.requests), ("limits", spec.limits))
        if _resources(each)
    }
    if resources:
        made["resources"] = resources
    for field, probe in (
        ("livenessProbe", spec.liveness),
        ("readinessProbe", spec.readiness),
        ("startupProbe", spec.startup),
    ):
        if probe is not None:
            made[field] = probe_of(probe, field)
    if spec.mounts:
        made["volumeMounts"] = [_mount(each) for each in spec.mounts]
    return made


def _own_field(path: str) -> dict[str, Any]:
    """What a pod tells about itself: a field, or (``limits.cpu``) a resource of the container."""
    if path.startswith(("limits.", "requests.")):
        return {"resourceFieldRef": {"resource": path}}
    return {"fieldRef": {"fieldPath": path}}


def _port(spec: PortSpec) -> dict[str, Any]:
    made: dict[str, Any] = {"containerPort": spec.port}
    if spec.name:
        made["name"] = spec.name
    if spec.host_port is not None:
        made["hostPort"] = spec.host_port
    if spec.protocol != "TCP":
        made["protocol"] = spec.protocol
    return made


def _resources(spec: Resources) -> dict[str, str]:
    said = {"cpu": spec.cpu, "memory": spec.memory, "ephemeral-storage": spec.ephemeral_storage}
    return {key: value for key, value in said.items() if value is not None}


def probe_of(spec: ProbeSpec, field: str) -> dict[str, Any]:
    """A probe as the API writes it.

    Raises:
        Incomplete: it isn't said what the probe asks.
    """
    made: dict[str, Any] = {}
    if spec.command:
        made["exec"] = {"command": list(spec.command)}
    elif spec.path is not None:
        if spec.port is None:
            raise Incomplete(f"Which port shall the {field} ask for {spec.path}?")
        made["httpGet"] = {"path": spec.path, "port": spec.port}
    elif spec.tcp_port is not None or spec.port is not None:
        made["tcpSocket"] = {"port": spec.tcp_port if spec.tcp_port is not None else spec.port}
    else:
        raise Incomplete(f"What shall the {field} ask: an HTTP path, a TCP port or a command?")
    times = {
        "initialDelaySeconds": spec.initial_delay_seconds,
        "periodSeconds": spec.period_seconds,
        "timeoutSeconds": spec.timeout_seconds,
        "failureThreshold": spec.failure_threshold,
        "successThreshold": spec.success_threshold,
    }
    return made | {key: value for key, value in times.items() if value is not None}


# --- volumes --------------------------------------------------------------------------------------------------------


def volume_name(mount: MountSpec) -> str:
    """The volume's name: as said, or after what it is made of."""
    raw = (
        mount.volume
        or mount.source_name
        or ("data" if mount.source in {"claim_template", "empty_dir"} else mount.source)
    )
    return re.sub(r"[^a-z0-9-]+", "-", raw.lower()).strip("-")[:63] or "data"


def _mount(mount: MountSpec) -> dict[str, Any]:
    if not mount.path:
        raise Incomplete(f"Where shall the volume {volume_name(mount)} be mounted?")
    made: dict[str, Any] = {"name": volume_name(mount), "mountPath": mount.path}
    if mount.read_only:
        made["readOnly"] = True
    if mount.sub_path:
        made["subPath"] = mount.sub_path
    return made


def volumes(mounts: list[MountSpec]) -> list[dict[str, Any]]:
    """The pod's volumes for all mounts of its containers; templates of claims are the StatefulSet's."""
    made: dict[str, dict[str, Any]] = {}
    for mount in mounts:
        if mount.source == "claim_template":
            continue
        name = volume_name(mount)
        source: dict[str, Any] = {
            "empty_dir": lambda each: {
                "emptyDir": {
                    **({"medium": "Memory"} if each.in_memory else {}),
                    **({"sizeLimit": each.size} if each.size else {}),
                }
            },
            "config_map": lambda each: {"configMap": {"name": each.source_name}},
            "secret": lambda each: {"secret": {"secretName": each.source_name}},
            "claim": lambda each: {"persistentVolumeClaim": {"claimName": each.source_name}},
            "host_path": lambda each: {"hostPath": {"path": each.source_name}},
        }[mount.source](mount)
        if name not in made or made[name].get("emptyDir") == {}:
            made[name] = {"name": name, **source}
    return list(made.values())
