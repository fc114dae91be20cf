"""Images, starts, crashes and configuration."""

from random import Random

from kora.domain.objects import Manifest
from kora.testing.faults.breaking import (
    FAULTS,
    Fault,
    all_specs,
    crashing,
    creating,
    fault,
    held,
    name_of,
    spec_of,
)
from kora.testing.objects import Scene, container, ended, item, running, waiting

PLACES = ("db", "orders", "cache-store", "billing")


@fault("OOMKilled")
def oom(scene: Scene, workload: Manifest, random: Random) -> None:
    """The kernel's kill, in a loop or once and running again."""
    for spec in all_specs(scene, workload):
        spec["containers"][0]["resources"] = {"limits": {"memory": "64Mi"}}
    last = ended(137, "OOMKilled")
    again = random.choice((waiting, running))
    if again is waiting:
        scene.break_pods(name_of(workload), lambda name: waiting(name, "CrashLoopBackOff", restarts=3, last=last))
    else:
        scene.break_pods(
            name_of(workload),
            lambda name: running(name, age=12, ready=False, restarts=2, lastState={"terminated": last}),
        )


@fault("OOMKilled")
def out_of_heap(scene: Scene, workload: Manifest, random: Random) -> None:
    """A run time that gives up by itself."""
    lines = (
        "java.lang.OutOfMemoryError: Java heap space",
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "MemoryError",
    )
    crashing(scene, workload, random.choice(lines), code=134)


@fault("CrashLoop")
def crash(scene: Scene, workload: Manifest, random: Random) -> None:
    """The program's own error."""
    lines = (
        "ValueError: port must be an integer",
        "panic: runtime error: index out of range [3]",
        "TypeError: x is not a function",
        "Exception in thread main",
        "",
    )
    crashing(
        scene,
        workload,
        random.choice(lines),
        code=random.choice((1, 2, 3, 139)),
        index=len(spec_of(workload)["containers"]) - 1,
    )


@fault("CommandInvalid")
def command(scene: Scene, workload: Manifest, random: Random) -> None:
    """What the runtime says about a start that failed."""
    core = random.choice(
        (
            'exec: "serve": executable file not found in $PATH',
            'exec: "/srv/run": stat /srv/run: no such file or directory',
            'chdir to cwd ("/app") set in config.json failed: no such file or directory',
        )
    )
    text = (
        f"failed to create containerd task: failed to create shim task: OCI runtime create failed: runc"
        f" create failed: unable to start container process: {core}: unknown"
    )
    scene.break_pods(
        name_of(workload),
        lambda name: waiting(
            name,
            random.choice(("CrashLoopBackOff", "RunContainerError")),
            text,
            restarts=2,
            last=ended(128, "StartError", message=text),
        ),
    )


@fault("CommandInvalid")
def command_in_shell(scene: Scene, workload: Manifest, random: Random) -> None:
    """A shell that finds nothing to run."""
    ends = (
        ("sh: gunicorn: not found", 127),
        ("/bin/sh: 1: node: Permission denied", 126),
        ("exec /app: exec format error", random.choice((1, 126, 255))),
    )
    text, code = random.choice(ends)
    crashing(scene, workload, text, code=code, lived=0.2)


@fault("InitFailed")
def init(scene: Scene, workload: Manifest, random: Random) -> None:
    """An init container that ends with an error."""
    for spec in all_specs(scene, workload):
        spec["initContainers"] = [container("migrate", port=None)]
    for pod in scene.pods_of(name_of(workload)):
        pod["status"]["initContainerStatuses"] = [waiting("migrate", "CrashLoopBackOff", restarts=3, last=ended(1))]
        scene.logs[pod["metadata"]["name"], "migrate", True] = "applying 0007\nerror: duplicate column name"
    scene.break_pods(name_of(workload), lambda name: waiting(name, "PodInitializing"), phase="Pending")


PULL = "Back-off pulling image {0}: ErrImagePull: rpc error: code = {1}"
ABSENT = (
    "NotFound desc = failed to resolve reference: docker.io/library/app:2: not found",
    "Unknown desc = manifest unknown",
)
REFUSED = (
    "Unknown desc = unexpected status from HEAD request: 401 Unauthorized",
    "Unknown desc = pull access denied, repository does not exist or may require authorization",
)


@fault("ImageNotFound")
def image(scene: Scene, workload: Manifest, random: Random) -> None:
    """A tag that is not there, or a registry that is not."""
    text = random.choice((*ABSENT, "Unavailable desc = dial tcp: lookup registry.example.com: no such host"))
    held(scene, workload, random.choice(("ErrImagePull", "ImagePullBackOff")), PULL.format("app:2", text))


@fault("ImagePullDenied")
def denied(scene: Scene, workload: Manifest, random: Random) -> None:
    """A registry that says no."""
    held(scene, workload, "ImagePullBackOff", PULL.format("app:2", random.choice(REFUSED)))


@fault("ImageNeverPull")
def never(scene: Scene, workload: Manifest, _random: Random) -> None:
    """Never-pull without the image."""
    held(scene, workload, "ErrImageNeverPull", 'Container image "app:2" is not present with pull policy of Never')


@fault("ImageNameInvalid")
def bad_name(scene: Scene, workload: Manifest, _random: Random) -> None:
    """A name that is none."""
    held(
        scene,
        workload,
        "InvalidImageName",
        'Failed to apply default image tag "App::2": couldn\'t parse image name: invalid reference format',
    )


def _missing(kind: str, env_from: str, volume: str, volume_name: str) -> Fault:
    def make(scene: Scene, workload: Manifest, random: Random) -> None:
        name = f"{name_of(workload)}-settings"
        if random.random() < 0.5:
            scene.add(item(kind, f"{name_of(workload)}-setting", scene.namespace, data={"A": "eA=="}))
        as_volume = random.random() < 0.5
        for spec in all_specs(scene, workload):
            if as_volume:
                spec["volumes"] = [{"name": "etc", volume: {volume_name: name}}]
            else:
                spec["containers"][0]["envFrom"] = [{env_from: {"name": name}}]
        if as_volume:
            creating(scene, workload)
            for pod in scene.pods_of(name_of(workload)):
                scene.event(
                    pod, "FailedMount", f'MountVolume.SetUp failed for volume "etc" : {kind.lower()} "{name}" not found'
                )
        else:
            held(scene, workload, "CreateContainerConfigError", f'{kind.lower()} "{name}" not found')

    return make


FAULTS["ConfigMapMissing"] = [_missing("ConfigMap", "configMapRef", "configMap", "name")]
FAULTS["SecretMissing"] = [_missing("Secret", "secretRef", "secret", "secretName")]


@fault("KeyMissing")
def key(scene: Scene, workload: Manifest, random: Random) -> None:
    """A key under another name."""
    kind, field = random.choice((("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")))
    scene.add(item(kind, "settings", scene.namespace, data={"LOG_LEVEL": "eA=="}))
    for spec in all_specs(scene, workload):
        spec["containers"][0]["env"] = [{"name": "LOG", "valueFrom": {field: {"name": "settings", "key": "LOGLEVEL"}}}]
    held(
        scene,
        workload,
        "CreateContainerConfigError",
        f"couldn't find key LOGLEVEL in {kind} {scene.namespace}/settings",
    )


@fault("EnvironmentMissing")
def environment(scene: Scene, workload: Manifest, random: Random) -> None:
    """A log that names a variable which is not set."""
    name = random.choice(("DATABASE_URL", "API_KEY", "STRIPE_SECRET", "REDIS_HOST"))
    lines = (
        f"KeyError: '{name}'",
        f"Error: environment variable {name} is required",
        f"sh: {name}: parameter not set",
        f"{name} is not set",
        f"missing required environment variable: {name}",
    )
    crashing(scene, workload, random.choice(lines))


@fault("VolumeFull")
def full(scene: Scene, workload: Manifest, random: Random) -> None:
    """A disk without space."""
    crashing(
        scene,
        workload,
        random.choice(
            (
                "PANIC: could not write to file: No space left on device",
                "OSError: [Errno 28] No space left on device",
                "Error: ENOSPC: no space left on device, write",
            )
        ),
    )


@fault("SecurityContextDenied")
def not_root(scene: Scene, workload: Manifest, random: Random) -> None:
    """A node that keeps its word."""
    words = (
        "container has runAsNonRoot and image will run as root",
        "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root",
    )
    held(scene, workload, "CreateContainerConfigError", random.choice(words))


@fault("PermissionDenied")
def rights(scene: Scene, workload: Manifest, random: Random) -> None:
    """Files, ports and API calls that are not allowed."""
    lines = (
        "PermissionError: [Errno 13] Permission denied: '/data/x'",
        "touch: /var/cache/x: Read-only file system",
        "Error: EACCES: permission denied, mkdir '/app/.cache'",
        "bind() to 0.0.0.0:80 failed (13: Permission denied)",
        'pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods" in API group'
        ' "" in the namespace "shop"',
    )
    crashing(scene, workload, random.choice(lines))


@fault("DependencyUnreachable")
def dependency(scene: Scene, workload: Manifest, random: Random) -> None:
    """Somebody who is not there."""
    host = random.choice(PLACES)
    lines = (
        f'connection to server at "{host}" (10.9.9.9), port 5432 failed: Connection refused',
        f"Error: getaddrinfo ENOTFOUND {host}",
        f"dial tcp: lookup {host} on 10.96.0.10:53: no such host",
        f"Error 111 connecting to {host}:6379. Connection refused.",
        f"wget: bad address '{host}:8080'",
    )
    crashing(scene, workload, random.choice(lines))


@fault("RestartTrend")
def restarts(scene: Scene, workload: Manifest, random: Random) -> None:
    """Restarts that add up."""
    for pod in scene.pods_of(name_of(workload)):
        pod["status"]["containerStatuses"][0] = running(
            pod["spec"]["containers"][0]["name"],
            age=900,
            restarts=random.randint(5, 9),
            lastState={"terminated": ended(1, ago=905, lived=1200)},
        )
