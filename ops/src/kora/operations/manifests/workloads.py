"""Pods, and everything that makes pods."""

import re
import shlex
from typing import Any

from kora.language.intents import ContainerSpec, MountSpec, PortSpec
from kora.operations.manifests.containers import container, volume_name, volumes
from kora.operations.manifests.drafts import Draft, Incomplete, builds
from kora.operations.manifests.placement import placement
from kora.operations.manifests.security import secure_container, secure_pod

LOG_FILES = {
    "nginx": ("/var/log/nginx", {"": "access.log", "access": "access.log", "error": "error.log"}),
    "httpd": ("/usr/local/apache2/logs", {"": "access_log", "access": "access_log", "error": "error_log"}),
}
"""Where well-known images write the logs of requests: folder, file by what was asked for."""


def image_name(image: str) -> str:
    """``registry/team/web:1.2`` → ``web``, fit for a container's name."""
    base = image.split("@")[0].rsplit("/", 1)[-1].split(":")[0].lower()
    return re.sub(r"[^a-z0-9-]+", "-", base).strip("-")[:63] or "main"


def _names(draft: Draft, containers: list[ContainerSpec]) -> list[str]:
    used: set[str] = set()
    names: list[str] = []
    for index, each in enumerate(containers):
        alone = len(containers) == 1
        wanted = each.name or (
            draft.name
            if alone and len(draft.name) <= 63 and "." not in draft.name
            else image_name(each.image or "main")
        )
        while wanted in used:
            wanted = f"{wanted}-{index + 1}"
        used.add(wanted)
        names.append(wanted)
    return names


def pod_spec(draft: Draft) -> dict[str, Any]:
    """The spec of the pods of a workload.

    Raises:
        Incomplete: an image, a mount path or what a probe asks was not said.
    """
    fields = draft.fields
    said = list(draft.create.containers) or [ContainerSpec()]
    if fields.get("containers_said"):
        raise Incomplete(f"Which images shall the {fields['containers_said']} containers run?")
    names = _names(draft, said)
    said = _sharing(draft, said, names)
    said = _log_readers(draft, said, names)
    said = _waiting(draft, said, names)
    mounts = [mount for each in said for mount in each.mounts]
    main: list[dict[str, Any]] = []
    early: list[dict[str, Any]] = []
    for each, name in zip(said, names, strict=True):
        made = container(draft, each, name)
        secure_container(draft, made)
        if name in (fields.get("sidecars") or ()):
            made["restartPolicy"] = "Always"
            early.append(made)
        elif each.init:
            early.append(made)
        else:
            main.append(made)
    if not main:
        raise Incomplete(f"Which image shall the {draft.create.kind} {draft.name} run beside its init container?")
    spec: dict[str, Any] = {}
    if fields.get("service_account"):
        spec["serviceAccountName"] = fields["service_account"]
    if early:
        spec["initContainers"] = early
    spec["containers"] = main
    if made_volumes := volumes(mounts):
        spec["volumes"] = made_volumes
    for slot, key in (
        ("restart_policy", "restartPolicy"),
        ("node_selector", "nodeSelector"),
        ("node_name", "nodeName"),
        ("priority_class", "priorityClassName"),
        ("grace_seconds", "terminationGracePeriodSeconds"),
        ("host_network", "hostNetwork"),
        ("tolerations", "tolerations"),
        ("dns_policy", "dnsPolicy"),
        ("hostname", "hostname"),
    ):
        if slot in fields:
            spec[key] = fields[slot]
    if fields.get("nameservers"):
        spec["dnsConfig"] = {"nameservers": fields["nameservers"]}
    if fields.get("host_pid"):
        spec["hostPID"] = True
    if fields.get("host_ipc"):
        spec["hostIPC"] = True
    if fields.get("pull_secrets"):
        spec["imagePullSecrets"] = [{"name": each} for each in fields["pull_secrets"]]
    spec |= placement(draft, selector(draft))
    secure_pod(draft, spec)
    return spec


def _sharing(draft: Draft, said: list[ContainerSpec], names: list[str]) -> list[ContainerSpec]:
    """A volume that all containers share."""
    shared = draft.fields.get("shared_volume")
    if not shared:
        return said
    path = shared.get("path")
    if path is None:
        known = [
            LOG_FILES[image_name(each.image)][0] for each in said if each.image and image_name(each.image) in LOG_FILES
        ]
        wants_logs = draft.fields.get("log_readers") or shared.get("logs_of") or "log" in shared["name"]
        path = (
            known[0]
            if known and wants_logs
            else f"/{shared['name']}"
            if re.fullmatch(r"[a-z0-9-]+", shared["name"])
            else "/shared"
        )
        draft.note(f"The shared volume {shared['name']} is mounted at {path}: no path was said.")
    mounted = []
    for each in said:
        if any(volume_name(mount) == shared["name"] or mount.path == path for mount in each.mounts):
            mounted.append(each)
            continue
        mount = MountSpec(path=path, volume=shared["name"], source="empty_dir")
        mounted.append(each.model_copy(update={"mounts": (*each.mounts, mount)}))
    return mounted


def _log_readers(draft: Draft, said: list[ContainerSpec], names: list[str]) -> list[ContainerSpec]:
    """Containers that follow another's logs get the command for it, when it is known where that one writes them."""
    made = list(said)
    for reader in draft.fields.get("log_readers") or []:
        at = names.index(reader["reader"]) if reader["reader"] in names else len(made) - 1
        if made[at].command or made[at].args:
            continue
        writer = _writer(reader, made, names, at)
        if writer is None:
            raise Incomplete(f"Which file shall the container {names[at]} read?")
        folder, files = LOG_FILES[image_name(writer.image or "")]
        mounted = next((mount.path for mount in made[at].mounts), folder)
        file = f"{mounted.rstrip('/')}/{files[reader['which']]}"
        made[at] = made[at].model_copy(update={"command": ("sh", "-c", f"touch {file}; exec tail -F {file}")})
        draft.note(f"{names[at]} follows {file}.")
    return made


def _writer(reader: dict[str, Any], made: list[ContainerSpec], names: list[str], at: int) -> ContainerSpec | None:
    for index, each in enumerate(made):
        known = each.image is not None and image_name(each.image) in LOG_FILES
        if index != at and known and reader.get("of") in {None, names[index], image_name(each.image or "")}:
            return each
    return next(
        (each for index, each in enumerate(made) if index != at and each.image and image_name(each.image) in LOG_FILES),
        None,
    )


def _waiting(draft: Draft, said: list[ContainerSpec], names: list[str]) -> list[ContainerSpec]:
    """``start A only after B is ready``: A waits, in its own shell, until B's port answers."""
    made = list(said)
    for late, early in draft.fields.get("waits") or []:
        if late not in names or early not in names:
            raise Incomplete(f"Which containers are meant: {late} and {early} are not among {', '.join(names)}.")
        at, first = names.index(late), made[names.index(early)]
        port = (
            first.ports[0].port
            if first.ports
            else (first.readiness.tcp_port or first.readiness.port)
            if first.readiness
            else None
        )
        if port is None:
            raise Incomplete(f"On which port does the container {early} answer when it is ready?")
        if first.readiness is None:
            from kora.language.intents import ProbeSpec

            made[names.index(early)] = first.model_copy(
                update={"readiness": ProbeSpec(tcp_port=int(port), period_seconds=2)}
            )
            draft.note(f"{early} got a readiness probe on port {port}.")
        command = made[at].command
        if not command:
            raise Incomplete(f"Which command does the container {late} run? It has to wait for {early} before it.")
        line = command[2] if len(command) == 3 and command[1] == "-c" else "exec " + shlex.join(command)
        waiting = f"until nc -z 127.0.0.1 {port}; do sleep 1; done; {line}"
        made[at] = made[at].model_copy(update={"command": ("sh", "-c", waiting)})
        draft.note(f"{late} waits in its own shell (nc) until {early} answers on port {port}.")
    return made


def selector(draft: Draft) -> dict[str, str]:
    """The labels by which a workload finds its pods."""
    if draft.create.selector:
        return dict(draft.create.selector)
    labels = draft.create.labels
    return {"app": labels["app"]} if "app" in labels else {"app": draft.name}


def _labels(draft: Draft) -> dict[str, str]:
    return {**selector(draft), **draft.create.labels}


def _template(draft: Draft, **more: Any) -> dict[str, Any]:
    spec = pod_spec(draft)
    spec.update(more)
    return {"metadata": {"labels": _labels(draft)}, "spec": spec}


@builds("Pod")
def pod(draft: Draft) -> dict[str, Any]:
    """A single pod."""
    body: dict[str, Any] = {"spec": pod_spec(draft)}
    if not draft.create.labels:
        body["__labels__"] = {"app": draft.name}
    return body


_PACES = {
    "Deployment": {"max_surge": "maxSurge", "max_unavailable": "maxUnavailable"},
    "DaemonSet": {"max_surge": "maxSurge", "max_unavailable": "maxUnavailable"},
    "StatefulSet": {"max_unavailable": "maxUnavailable", "partition": "partition"},
}
"""What can be said of a rolling update, by kind."""


def _strategy(draft: Draft, other: str) -> dict[str, Any]:
    """How new pods take the place of old ones; `other` is the one way of the kind besides rolling updates.

    Raises:
        Incomplete: the kind doesn't know that way.
    """
    fields, kind = draft.fields, draft.create.kind
    rolling = {key: fields[slot] for slot, key in _PACES[kind].items() if slot in fields}
    wanted = fields.get("strategy") or ("RollingUpdate" if rolling else None)
    if wanted not in {None, "RollingUpdate", other}:
        raise Incomplete(f"A {kind} is updated by RollingUpdate or {other}. Which of them shall {draft.name} use?")
    if wanted == other and rolling:
        raise Incomplete(f"{other} has no pace. Shall {draft.name} use a rolling update instead?")
    return {} if wanted is None else {"type": wanted, **({"rollingUpdate": rolling} if rolling else {})}


def _revisions(draft: Draft) -> dict[str, Any]:
    fields = draft.fields
    made = {}
    for slot, key in (("revision_history", "revisionHistoryLimit"), ("min_ready_seconds", "minReadySeconds")):
        if slot in fields:
            made[key] = fields[slot]
    return made


@builds("Deployment")
def deployment(draft: Draft) -> dict[str, Any]:
    """A Deployment; one replica when none was said."""
    fields = draft.fields
    if draft.create.replicas is None:
        draft.note("One replica: no number was said.")
    spec: dict[str, Any] = {"replicas": 1 if draft.create.replicas is None else draft.create.replicas}
    spec["selector"] = {"matchLabels": selector(draft)}
    if "progress_deadline" in fields:
        spec["progressDeadlineSeconds"] = fields["progress_deadline"]
    if strategy := _strategy(draft, "Recreate"):
        spec["strategy"] = strategy
    spec |= _revisions(draft)
    spec["template"] = _template(draft)
    return {"spec": spec, "__labels__": _labels(draft)}


@builds("ReplicaSet")
def replica_set(draft: Draft) -> dict[str, Any]:
    """A ReplicaSet."""
    draft.note("A ReplicaSet alone can't roll out a new image; a Deployment can.")
    return {
        "spec": {
            "replicas": 1 if draft.create.replicas is None else draft.create.replicas,
            "selector": {"matchLabels": selector(draft)},
            "template": _template(draft),
        },
        "__labels__": _labels(draft),
    }


@builds("StatefulSet")
def stateful_set(draft: Draft) -> dict[str, Any]:
    """A StatefulSet with its claims, and its headless Service unless one was named."""
    fields = draft.fields
    service = fields.get("service_name")
    spec: dict[str, Any] = {
        "serviceName": service or draft.name,
        "replicas": 1 if draft.create.replicas is None else draft.create.replicas,
        "selector": {"matchLabels": selector(draft)},
        "template": _template(draft),
    }
    if strategy := _strategy(draft, "OnDelete"):
        spec["updateStrategy"] = strategy
    spec |= _revisions(draft)
    if fields.get("parallel"):
        spec["podManagementPolicy"] = "Parallel"
    templates = []
    for mount in (
        mount for each in draft.create.containers for mount in each.mounts if mount.source == "claim_template"
    ):
        claim: dict[str, Any] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": mount.size}}}
        if mount.storage_class:
            claim["storageClassName"] = mount.storage_class
        templates.append({"metadata": {"name": volume_name(mount)}, "spec": claim})
    if templates:
        spec["volumeClaimTemplates"] = templates
    body: dict[str, Any] = {"spec": spec, "__labels__": _labels(draft)}
    ports = [port for each in draft.create.containers for port in each.ports]
    if fields.get("service_port") and not ports:
        ports = [PortSpec(port=fields["service_port"])]
    wanted = fields.get("service_wanted")
    if service is None or wanted:
        headless: dict[str, Any] = {"clusterIP": "None", "selector": selector(draft)}
        if ports:
            headless["ports"] = [
                {"name": each.name or f"port-{each.port}", "port": each.port, "targetPort": each.port} for each in ports
            ]
        metadata: dict[str, Any] = {"name": service or draft.name, "labels": _labels(draft)}
        if namespace := draft.create.namespace or draft.defaults.namespace:
            metadata["namespace"] = namespace
        body["__also__"] = [{"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": headless}]
        if service is None:
            draft.note(f"A headless Service {draft.name} was added: a StatefulSet needs one for the names of its pods.")
    return body


@builds("DaemonSet")
def daemon_set(draft: Draft) -> dict[str, Any]:
    """A DaemonSet."""
    spec: dict[str, Any] = {"selector": {"matchLabels": selector(draft)}}
    if strategy := _strategy(draft, "OnDelete"):
        spec["updateStrategy"] = strategy
    spec |= _revisions(draft) | {"template": _template(draft)}
    return {"spec": spec, "__labels__": _labels(draft)}


def _job_spec(draft: Draft) -> dict[str, Any]:
    fields = draft.fields
    spec: dict[str, Any] = {}
    for slot, key in (
        ("completions", "completions"),
        ("parallelism", "parallelism"),
        ("backoff_limit", "backoffLimit"),
        ("deadline", "activeDeadlineSeconds"),
        ("ttl", "ttlSecondsAfterFinished"),
    ):
        if slot in fields:
            spec[key] = fields[slot]
    if fields.get("indexed"):
        spec["completionMode"] = "Indexed"
    policy = fields.get("restart_policy")
    if policy == "Always":
        raise Incomplete("A job's pods can't restart always. Shall they restart on failure or never?")
    if policy is None:
        draft.note("restartPolicy: OnFailure, as jobs need one and none was said.")
    pods = pod_spec(draft)
    pods["restartPolicy"] = policy or "OnFailure"
    spec["template"] = {"metadata": {"labels": _labels(draft)}, "spec": pods}
    return spec


@builds("Job")
def job(draft: Draft) -> dict[str, Any]:
    """A Job."""
    return {"spec": _job_spec(draft), "__labels__": _labels(draft)}


@builds("CronJob")
def cron_job(draft: Draft) -> dict[str, Any]:
    """A CronJob."""
    fields = draft.fields
    spec: dict[str, Any] = {"schedule": draft.need("schedule", f"When shall the CronJob {draft.name} run?")}
    for slot, key in (
        ("time_zone", "timeZone"),
        ("concurrency", "concurrencyPolicy"),
        ("suspend", "suspend"),
        ("starting_deadline", "startingDeadlineSeconds"),
        ("successful_history", "successfulJobsHistoryLimit"),
        ("failed_history", "failedJobsHistoryLimit"),
    ):
        if slot in fields:
            spec[key] = fields[slot]
    spec["jobTemplate"] = {"spec": _job_spec(draft)}
    return {"spec": spec, "__labels__": _labels(draft)}
