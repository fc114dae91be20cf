"""Another type or port of a Service, another schedule of a cron job, one run of a cron job now."""

import copy

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Exists
from kora.kit import clock
from kora.language import intents
from kora.operations.ask.changes.rollouts import where
from kora.operations.ask.changes.workspace import Workspace, handles
from kora.operations.ask.errors import ChangeImpossible
from kora.operations.diagnose.fields import dig, has_condition, name_of, namespace_of

_LONGEST_NAME = 52
"""Characters of a job's name that leave room for the suffixes of its pods."""


@handles("set_service")
def set_service(work: Workspace, intent: intents.SetService) -> None:
    """Change the type or a port; what was not said stays.

    Raises: ChangeImpossible when there are several ports and none was named, or a node port has no place.
    """
    for item in work.binder.several(intent.target, ("Service",)):
        live = work.current(item)
        kind = intent.type or str(dig(live, "spec", "type") or "ClusterIP")
        ports = dig(live, "spec", "ports") or []
        if intent.add_port is not None:
            _add_port(work, item, intent.add_port, intent.target_port)
            continue
        if len(ports) != 1 and any(each is not None for each in (intent.port, intent.target_port, intent.node_port)):
            raise ChangeImpossible(f"{where(item)} has {len(ports)} ports; say the change of each with kubectl edit.")
        if intent.node_port is not None and kind not in {"NodePort", "LoadBalancer"}:
            raise ChangeImpossible(f"{where(item)} is a {kind}: only a NodePort or LoadBalancer has a node port.")

        def change(wanted: Manifest, kind: str = kind) -> None:
            wanted["spec"]["type"] = kind
            port = wanted["spec"]["ports"][0] if wanted["spec"].get("ports") else {}
            if intent.port is not None:
                port.setdefault("targetPort", port.get("port"))  # the pods go on listening where they do
                port["port"] = intent.port
            if intent.target_port is not None:
                port["targetPort"] = intent.target_port
            if intent.node_port is not None:
                port["nodePort"] = intent.node_port
            if kind == "ClusterIP":
                for each in wanted["spec"].get("ports") or ():
                    each.pop("nodePort", None)

        work.edit(item, change, "change the service, as asked")
        if not any(has_condition(pod, "Ready") for pod in work.binder.pods_of(item)):
            ref = ObjectRef.of(item)  # it had nobody to answer before: that is no fault of this change
            work.expect([ref], [Exists(target=ref)])
            work.notes.append(f"{where(item)} has no ready endpoints, before as after.")
        if kind != "ClusterIP" and intent.type and dig(live, "spec", "type") != kind:
            work.notes.append(f"{where(item)} will be reachable from outside the cluster.")
        said = [f"type {kind}"] if intent.type else []
        said += [f"port {intent.port}"] if intent.port is not None else []
        said += [f"target port {intent.target_port}"] if intent.target_port is not None else []
        said += [f"node port {intent.node_port}"] if intent.node_port is not None else []
        work.tell(f"set {', '.join(said)} on {where(item)}", f"kubectl edit {where(item)}")


def _add_port(work: Workspace, item: Manifest, port: int, target: int | None) -> None:
    """One more port; several ports need names, so those without one get theirs.

    Raises: ChangeImpossible when the port is there already.
    """
    if port in [each.get("port") for each in dig(item, "spec", "ports") or ()]:
        raise ChangeImpossible(f"{where(item)} has port {port} already. Nothing was changed.")

    def change(wanted: Manifest) -> None:
        ports = wanted["spec"].setdefault("ports", [])
        for each in ports:
            each.setdefault("name", f"port-{each['port']}")
        ports.append({"name": f"port-{port}", "port": port, "targetPort": target if target is not None else port})

    work.edit(item, change, f"one more port, {port}, as asked")
    if target is None:
        work.notes.append(f"Port {port} leads to port {port} of the pods: no other was said.")
    work.tell(f"add port {port} to {where(item)}", f"kubectl edit {where(item)}")


@handles("set_schedule")
def set_schedule(work: Workspace, intent: intents.SetSchedule) -> None:
    """Another schedule."""
    for item in work.binder.several(intent.target, ("CronJob",)):
        now = dig(work.current(item), "spec", "schedule")

        def change(wanted: Manifest) -> None:
            wanted["spec"]["schedule"] = intent.schedule

        work.edit(item, change, f"change the schedule from {now} to {intent.schedule}, as asked")
        work.tell(
            f"change the schedule of {where(item)} from {now} to {intent.schedule}",
            f'kubectl patch {where(item)} -p \'{{"spec":{{"schedule":"{intent.schedule}"}}}}\'',
        )


@handles("run_job")
def run_job(work: Workspace, intent: intents.RunJob) -> None:
    """A job from the cron job's own template, as ``kubectl create job --from`` makes it."""
    for item in work.binder.several(intent.target, ("CronJob",)):
        live = work.current(item)
        name = f"{name_of(item)[: _LONGEST_NAME - 12]}-{int(clock.now().timestamp())}"
        template = copy.deepcopy(dig(live, "spec", "jobTemplate") or {})
        metadata = template.get("metadata") or {}
        manifest: Manifest = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {
                "name": name,
                "namespace": namespace_of(item),
                "labels": dict(metadata.get("labels") or {}),
                "annotations": {**(metadata.get("annotations") or {}), "cronjob.kubernetes.io/instantiate": "manual"},
            },
            "spec": template.get("spec") or {},
        }
        work.create(manifest, f"one run of {where(item)}, as asked")
        work.tell(
            f"run {where(item)} once as job/{name}",
            f"kubectl create job {name} --from=cronjob/{name_of(item)} -n {namespace_of(item)}",
        )
