"""Rollouts, jobs, autoscaling, budgets, throttling."""

from random import Random

from kora.domain.objects import Manifest
from kora.testing.faults.breaking import all_specs, fault, name_of, spec_of
from kora.testing.objects import Scene, ended, item, stamp


@fault("RolloutStuck")
def stuck(scene: Scene, workload: Manifest, _random: Random) -> None:
    """Past the deadline, for no reason that shows."""
    if workload["kind"] != "Deployment":
        for pod in scene.pods_of(name_of(workload)):
            pod["metadata"]["creationTimestamp"] = stamp(4000)
            pod["status"]["conditions"] = [{"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady"}]
        return
    workload["status"]["conditions"] = [
        {
            "type": "Progressing",
            "status": "False",
            "reason": "ProgressDeadlineExceeded",
            "message": "ReplicaSet has timed out progressing.",
        }
    ]


@fault("JobFailed")
def job(scene: Scene, _workload: Manifest, random: Random) -> None:
    """A job at the end of its attempts, or of its time."""
    top = scene.workload("Job", "load", age=600)
    reason = random.choice(("BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy"))
    top["status"] = {
        "failed": 1,
        "conditions": [{"type": "Failed", "status": "True", "reason": reason, "message": "Job has failed"}],
    }
    pod = scene.pods_of("load")[0]
    pod["status"] |= {"phase": "Failed"}
    pod["status"]["containerStatuses"][0]["state"] = {"terminated": ended(4)}
    scene.logs[pod["metadata"]["name"], "main", False] = "Error: row 7 is not a number"


def _cron(scene: Scene, **spec: object) -> Manifest:
    return scene.add(
        item("CronJob", "report", scene.namespace, spec={"schedule": "0 6 * * *", "jobTemplate": {"spec": {}}, **spec})
    )


@fault("CronJobInvalid")
def cron(scene: Scene, _workload: Manifest, random: Random) -> None:
    """A schedule that never comes."""
    made = _cron(
        scene,
        **random.choice(({"schedule": "0 6 31 2 *"}, {"schedule": "0 0 30 feb *"}, {"startingDeadlineSeconds": 5}, {})),
    )
    if made["spec"]["schedule"] == "0 6 * * *" and "startingDeadlineSeconds" not in made["spec"]:
        scene.event(made, "UnknownTimeZone", "invalid timeZone: Mars/Base")


@fault("CronJobSuspended")
def suspended(scene: Scene, _workload: Manifest, _random: Random) -> None:
    """Switched off."""
    _cron(scene, suspend=True)


@fault("HpaInactive")
def scaler(scene: Scene, workload: Manifest, random: Random) -> None:
    """No target, no requests, no metrics."""
    made = scene.autoscaler(
        {**workload, "kind": "Deployment"} if workload["kind"] not in ("Deployment", "StatefulSet") else workload
    )
    scaling = {
        "type": "ScalingActive",
        "status": "False",
        "reason": "FailedGetResourceMetric",
        "message": "unable to get metrics for resource cpu",
    }
    way = random.choice(("target", "requests", "metrics"))
    if way == "target" or workload["kind"] not in ("Deployment", "StatefulSet"):
        made["spec"]["scaleTargetRef"] |= {"name": "nobody"}
    elif way == "requests":
        spec_of(workload)["containers"][-1].pop("resources")
        made["status"]["conditions"] = [scaling]
    else:
        made["status"]["conditions"] = [scaling]


@fault("PdbBlocking")
def budget(scene: Scene, workload: Manifest, random: Random) -> None:
    """A budget without a budget."""
    pods = len(scene.pods_of(name_of(workload)))
    for each in scene.of("PodDisruptionBudget"):
        scene.objects.remove(each)
    made = scene.budget("keep", name_of(workload), pods)
    made["spec"] |= random.choice(
        (
            {"maxUnavailable": 0},
            {"maxUnavailable": None, "minAvailable": pods},
            {"maxUnavailable": None, "minAvailable": "100%"},
        )
    )
    made["status"] |= {"disruptionsAllowed": 0, "desiredHealthy": pods}


@fault("CpuThrottled")
def throttled(scene: Scene, workload: Manifest, random: Random) -> None:
    """Always at the limit."""
    for spec in all_specs(scene, workload):
        spec["containers"][0]["resources"] = {"limits": {"cpu": "100m"}}
    for pod in scene.pods_of(name_of(workload)):
        usage = [
            {
                "name": pod["spec"]["containers"][0]["name"],
                "usage": {"cpu": random.choice(("99m", "98500u", "100000000n"))},
            }
        ]
        scene.add(item("PodMetrics", pod["metadata"]["name"], scene.namespace, containers=usage))
