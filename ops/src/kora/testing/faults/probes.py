"""Probes."""

from random import Random

from kora.cluster.port import Answer
from kora.domain.objects import Manifest
from kora.testing.faults.breaking import all_specs, fault, name_of, spec_of
from kora.testing.objects import Scene, ended, running


def _probed(scene: Scene, workload: Manifest, field: str, probe: Manifest) -> None:
    for spec in all_specs(scene, workload):
        spec["containers"][0][field] = {"periodSeconds": 5, **probe}


def _unhealthy(scene: Scene, workload: Manifest, kind: str, why: str, *, killed: bool = False) -> list[Manifest]:
    status = (
        (
            lambda name: running(
                name, age=20, ready=False, restarts=4, lastState={"terminated": ended(137, ago=20, lived=20)}
            )
        )
        if killed
        else (lambda name: running(name, age=200, ready=False))
    )
    broken = scene.break_pods(name_of(workload), status)
    for pod in broken:
        first = pod["spec"]["containers"][0]["name"]
        scene.event(pod, "Unhealthy", f"{kind} probe failed: {why}", field=first)
        if killed:
            scene.event(
                pod, "Killing", f"Container {first} failed {kind.lower()} probe, will be restarted", field=first, ago=20
            )
    return broken


@fault("ProbeMisconfigured")
def probe_port(scene: Scene, workload: Manifest, random: Random) -> None:
    """The wrong port, while the right one answers."""
    kind, killed = random.choice((("Readiness", False), ("Liveness", True)))
    _probed(scene, workload, f"{kind.lower()}Probe", {"httpGet": {"port": 9099, "path": "/health"}})
    for pod in _unhealthy(
        scene,
        workload,
        kind,
        'Get "http://10.0.0.5:9099/health": dial tcp 10.0.0.5:9099: connect: connection refused',
        killed=killed,
    ):
        port = pod["spec"]["containers"][0]["ports"][0]["containerPort"]
        scene.answers[pod["metadata"]["name"], port, "/health"] = Answer(status=200, body="ok")


@fault("ProbeMisconfigured")
def probe_path(scene: Scene, workload: Manifest, random: Random) -> None:
    """The wrong path."""
    kind, killed = random.choice((("Readiness", False), ("Liveness", True)))
    port = spec_of(workload)["containers"][0]["ports"][0]["containerPort"]
    _probed(scene, workload, f"{kind.lower()}Probe", {"httpGet": {"port": port, "path": "/helth"}})
    for pod in _unhealthy(scene, workload, kind, "HTTP probe failed with statuscode: 404", killed=killed):
        scene.answers[pod["metadata"]["name"], port, "/health"] = Answer(status=200, body="ok")
        scene.answers[pod["metadata"]["name"], port, "*"] = Answer(status=404, body="")


@fault("ProbeFailing")
def probe_failing(scene: Scene, workload: Manifest, random: Random) -> None:
    """An application that says itself that it is not well."""
    port = spec_of(workload)["containers"][0]["ports"][0]["containerPort"]
    _probed(scene, workload, "readinessProbe", {"httpGet": {"port": port, "path": "/ready"}})
    _unhealthy(
        scene,
        workload,
        "Readiness",
        random.choice(
            ("HTTP probe failed with statuscode: 503", 'Get "http://10.0.0.5/ready": context deadline exceeded')
        ),
    )


@fault("StartupSlow")
def slow(scene: Scene, workload: Manifest, random: Random) -> None:
    """Killed before it ever answered."""
    kind = random.choice(("Liveness", "Startup"))
    port = spec_of(workload)["containers"][0]["ports"][0]["containerPort"]
    _probed(scene, workload, f"{kind.lower()}Probe", {"httpGet": {"port": port, "path": "/health"}})
    for pod in _unhealthy(
        scene,
        workload,
        kind,
        f'Get "http://10.0.0.5:{port}/health": dial tcp 10.0.0.5:{port}: connect: connection refused',
        killed=True,
    ):
        pod["status"]["containerStatuses"][0]["started"] = False
