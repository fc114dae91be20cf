"""One thing wrong in a scene: for every cause a function that breaks one workload the way a cluster would show it.

Each takes a scene, the name of a healthy workload in it and a source of choices, and changes objects, logs or answers.
`FAULTS` maps a cause code to its functions; the diagnosis has to name exactly that cause.
"""

import base64
import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from random import Random

from kora.cluster.port import Answer
from kora.domain.objects import Manifest
from kora.testing.objects import NOW, Scene, container, ended, item, running, stamp, waiting

Fault = Callable[[Scene, Manifest, Random], None]
FAULTS: dict[str, list[Fault]] = {}
PLACES = ("db", "orders", "cache-store", "billing")


def fault(cause: str) -> Callable[[Fault], Fault]:
    """Register a way in which a cause shows."""

    def register(function: Fault) -> Fault:
        FAULTS.setdefault(cause, []).append(function)
        return function

    return register


def _name(workload: Manifest) -> str:
    return str(workload["metadata"]["name"])


def _template(workload: Manifest) -> Manifest:
    found: Manifest = workload["spec"]["template"]["spec"]
    return found


def _specs(scene: Scene, workload: Manifest) -> list[Manifest]:
    """The pod specs of the workload and of its pods, which have to change together."""
    sets = [each["spec"]["template"]["spec"] for each in scene.of("ReplicaSet") if each["metadata"]["name"].startswith(f"{_name(workload)}-")]
    return [_template(workload), *sets, *(pod["spec"] for pod in scene.pods_of(_name(workload)))]


def _crash(scene: Scene, workload: Manifest, text: str, *, code: int = 1, index: int = 0, lived: float = 2.0) -> None:
    broken = scene.break_pods(
        _name(workload), lambda name: waiting(name, "CrashLoopBackOff", "back-off 40s restarting failed container", restarts=4, last=ended(code, lived=lived)), index=index
    )
    for pod in broken:
        scene.logs[pod["metadata"]["name"], pod["spec"]["containers"][index]["name"], True] = f"starting\n{text}\n"


def _held(scene: Scene, workload: Manifest, reason: str, message: str) -> None:
    scene.break_pods(_name(workload), lambda name: waiting(name, reason, message), phase="Pending")


def _creating(scene: Scene, workload: Manifest) -> None:
    for index in range(len(_template(workload)["containers"])):
        scene.break_pods(_name(workload), lambda name: waiting(name, "ContainerCreating"), index=index, phase="Pending")


def _pending(scene: Scene, workload: Manifest, message: str) -> None:
    for pod in scene.pods_of(_name(workload)):
        pod["spec"].pop("nodeName", None)
        pod["metadata"]["creationTimestamp"] = stamp(40)
        condition = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": message}
        pod["status"] = {"phase": "Pending", "conditions": [condition]}


def _refused(scene: Scene, workload: Manifest, message: str) -> None:
    """The controller may not create pods."""
    name = _name(workload)
    for pod in scene.pods_of(name):
        scene.objects.remove(pod)
    sets = [each for each in scene.of("ReplicaSet") if each["metadata"]["name"].startswith(f"{name}-")]
    for each in sets:
        each["status"] = {"conditions": [{"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": message}]}
    if not sets:
        if workload["kind"] == "DaemonSet":
            workload["status"] |= {"currentNumberScheduled": 0, "numberReady": 0}
        scene.event(workload, "FailedCreate", message)


@fault("OOMKilled")
def oom(scene: Scene, workload: Manifest, random: Random) -> None:
    """The kernel's kill, in a loop or once and running again."""
    for spec in _specs(scene, workload):
        spec["containers"][0]["resources"] = {"limits": {"memory": "64Mi"}}
    last = ended(137, "OOMKilled")
    again = random.choice((waiting, running))
    if again is waiting:
        scene.break_pods(_name(workload), lambda name: waiting(name, "CrashLoopBackOff", restarts=3, last=last))
    else:
        scene.break_pods(_name(workload), lambda name: running(name, age=12, ready=False, restarts=2, lastState={"terminated": last}))


@fault("OOMKilled")
def out_of_heap(scene: Scene, workload: Manifest, random: Random) -> None:
    """A run time that gives up by itself."""
    lines = ("java.lang.OutOfMemoryError: Java heap space", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "MemoryError")
    _crash(scene, workload, random.choice(lines), code=134)


@fault("CrashLoop")
def crash(scene: Scene, workload: Manifest, random: Random) -> None:
    """The program's own error."""
    lines = ("ValueError: port must be an integer", "panic: runtime error: index out of range [3]", "TypeError: x is not a function", "Exception in thread main", "")
    _crash(scene, workload, random.choice(lines), code=random.choice((1, 2, 3, 139)), index=len(_template(workload)["containers"]) - 1)


@fault("CommandInvalid")
def command(scene: Scene, workload: Manifest, random: Random) -> None:
    """What the runtime says about a start that failed."""
    core = random.choice(('exec: "serve": executable file not found in $PATH', 'exec: "/srv/run": stat /srv/run: no such file or directory', 'chdir to cwd ("/app") set in config.json failed: no such file or directory'))
    text = f"failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {core}: unknown"
    scene.break_pods(_name(workload), lambda name: waiting(name, random.choice(("CrashLoopBackOff", "RunContainerError")), text, restarts=2, last=ended(128, "StartError", message=text)))


@fault("CommandInvalid")
def command_in_shell(scene: Scene, workload: Manifest, random: Random) -> None:
    """A shell that finds nothing to run."""
    _crash(scene, workload, random.choice(("sh: gunicorn: not found", "/bin/sh: 1: node: Permission denied", "exec /app: exec format error")), code=random.choice((126, 127)), lived=0.2)


@fault("InitFailed")
def init(scene: Scene, workload: Manifest, random: Random) -> None:
    """An init container that ends with an error."""
    for spec in _specs(scene, workload):
        spec["initContainers"] = [container("migrate", port=None)]
    for pod in scene.pods_of(_name(workload)):
        pod["status"]["initContainerStatuses"] = [waiting("migrate", "CrashLoopBackOff", restarts=3, last=ended(1))]
        scene.logs[pod["metadata"]["name"], "migrate", True] = "applying 0007\nerror: duplicate column name"
    scene.break_pods(_name(workload), lambda name: waiting(name, "PodInitializing"), phase="Pending")


PULL = "Back-off pulling image {0}: ErrImagePull: rpc error: code = {1}"
ABSENT = ("NotFound desc = failed to resolve reference: docker.io/library/app:2: not found", "Unknown desc = manifest unknown")
REFUSED = ("Unknown desc = unexpected status from HEAD request: 401 Unauthorized", "Unknown desc = pull access denied, repository does not exist or may require authorization")


@fault("ImageNotFound")
def image(scene: Scene, workload: Manifest, random: Random) -> None:
    """A tag that is not there, or a registry that is not."""
    text = random.choice((*ABSENT, "Unavailable desc = dial tcp: lookup registry.example.com: no such host"))
    _held(scene, workload, random.choice(("ErrImagePull", "ImagePullBackOff")), PULL.format("app:2", text))


@fault("ImagePullDenied")
def denied(scene: Scene, workload: Manifest, random: Random) -> None:
    """A registry that says no."""
    _held(scene, workload, "ImagePullBackOff", PULL.format("app:2", random.choice(REFUSED)))


@fault("ImageNeverPull")
def never(scene: Scene, workload: Manifest, _random: Random) -> None:
    """Never-pull without the image."""
    _held(scene, workload, "ErrImageNeverPull", 'Container image "app:2" is not present with pull policy of Never')


@fault("ImageNameInvalid")
def bad_name(scene: Scene, workload: Manifest, _random: Random) -> None:
    """A name that is none."""
    _held(scene, workload, "InvalidImageName", 'Failed to apply default image tag "App::2": couldn\'t parse image name: invalid reference format')


def _missing(kind: str, env_from: str, volume: str, volume_name: str) -> Fault:
    def make(scene: Scene, workload: Manifest, random: Random) -> None:
        name = f"{_name(workload)}-settings"
        if random.random() < 0.5:
            scene.add(item(kind, f"{_name(workload)}-setting", scene.namespace, data={"A": "eA=="}))
        as_volume = random.random() < 0.5
        for spec in _specs(scene, workload):
            if as_volume:
                spec["volumes"] = [{"name": "etc", volume: {volume_name: name}}]
            else:
                spec["containers"][0]["envFrom"] = [{env_from: {"name": name}}]
        if as_volume:
            _creating(scene, workload)
            for pod in scene.pods_of(_name(workload)):
                scene.event(pod, "FailedMount", f'MountVolume.SetUp failed for volume "etc" : {kind.lower()} "{name}" not found')
        else:
            _held(scene, workload, "CreateContainerConfigError", f'{kind.lower()} "{name}" not found')

    return make


FAULTS["ConfigMapMissing"] = [_missing("ConfigMap", "configMapRef", "configMap", "name")]
FAULTS["SecretMissing"] = [_missing("Secret", "secretRef", "secret", "secretName")]


@fault("KeyMissing")
def key(scene: Scene, workload: Manifest, random: Random) -> None:
    """A key under another name."""
    kind, field = random.choice((("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")))
    scene.add(item(kind, "settings", scene.namespace, data={"LOG_LEVEL": "eA=="}))
    for spec in _specs(scene, workload):
        spec["containers"][0]["env"] = [{"name": "LOG", "valueFrom": {field: {"name": "settings", "key": "LOGLEVEL"}}}]
    _held(scene, workload, "CreateContainerConfigError", f"couldn't find key LOGLEVEL in {kind} {scene.namespace}/settings")


@fault("EnvironmentMissing")
def environment(scene: Scene, workload: Manifest, random: Random) -> None:
    """A log that names a variable which is not set."""
    name = random.choice(("DATABASE_URL", "API_KEY", "STRIPE_SECRET", "REDIS_HOST"))
    lines = (f"KeyError: '{name}'", f"Error: environment variable {name} is required", f"sh: {name}: parameter not set", f"{name} is not set", f"missing required environment variable: {name}")
    _crash(scene, workload, random.choice(lines))


@fault("Unschedulable.Resources")
def resources(scene: Scene, workload: Manifest, random: Random) -> None:
    """More than there is."""
    name, amount = random.choice((("cpu", "64"), ("memory", "900Gi")))
    for spec in _specs(scene, workload):
        spec["containers"][0]["resources"] = {"requests": {name: amount}}
    _pending(scene, workload, f"0/1 nodes are available: 1 Insufficient {name}. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.")


MISFIT = "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."


@fault("Unschedulable.NodeSelector")
def selector(scene: Scene, workload: Manifest, random: Random) -> None:
    """A label that no node has."""
    for spec in _specs(scene, workload):
        spec["nodeSelector"] = random.choice(({"disk": "ssd"}, {"kubernetes.io/os": "linx"}))
    _pending(scene, workload, MISFIT)


@fault("Unschedulable.Taint")
def taint(scene: Scene, workload: Manifest, random: Random) -> None:
    """Reserved or cordoned nodes."""
    words = random.choice(("1 node(s) had untolerated taint {dedicated: gpu}", "1 node(s) were unschedulable"))
    scene.of("Node")[0]["spec"] = {"taints": [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}], "unschedulable": "unsched" in words}
    _pending(scene, workload, f"0/1 nodes are available: {words}. preemption: 0/1 nodes are available: 1 Preemption is not helpful.")


@fault("Unschedulable.Affinity")
def affinity(scene: Scene, workload: Manifest, random: Random) -> None:
    """Rules that leave nothing."""
    words = random.choice(("didn't match pod anti-affinity rules", "didn't match pod affinity rules", "didn't match pod topology spread constraints", "didn't match Pod's node affinity/selector"))
    for spec in _specs(scene, workload):
        spec["affinity"] = {"podAntiAffinity": {}}
    _pending(scene, workload, f"0/1 nodes are available: 1 node(s) {words}. preemption: none.")


def _claim(scene: Scene, workload: Manifest, **spec: object) -> Manifest:
    for each in _specs(scene, workload):
        each["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    found = item("PersistentVolumeClaim", "data", scene.namespace, spec=spec, status={"phase": "Pending"})
    _pending(scene, workload, "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: none.")
    return scene.add(found)


@fault("StorageClassMissing")
def storage_class(scene: Scene, workload: Manifest, random: Random) -> None:
    """A class that does not exist."""
    name = random.choice(("standrad", "fast-ssd", "gp3"))
    scene.event(_claim(scene, workload, storageClassName=name), "ProvisioningFailed", f'storageclass.storage.k8s.io "{name}" not found')


@fault("VolumeUnbound")
def unbound(scene: Scene, workload: Manifest, random: Random) -> None:
    """Nothing that fits, a volume that is lost, or no claim at all."""
    made = _claim(scene, workload, storageClassName="")
    way = random.choice(("pending", "lost", "absent"))
    if way == "lost":
        made["status"]["phase"] = "Lost"
    elif way == "absent":
        scene.objects.remove(made)
        _pending(scene, workload, 'persistentvolumeclaim "data" not found')


@fault("VolumeFull")
def full(scene: Scene, workload: Manifest, random: Random) -> None:
    """A disk without space."""
    _crash(scene, workload, random.choice(("PANIC: could not write to file: No space left on device", "OSError: [Errno 28] No space left on device", "Error: ENOSPC: no space left on device, write")))


@fault("MountFailed")
def mount(scene: Scene, workload: Manifest, random: Random) -> None:
    """A node that can't mount."""
    _creating(scene, workload)
    text = random.choice(('MountVolume.SetUp failed for volume "d" : hostPath type check failed: /x is not a directory', 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-0', "MountVolume.SetUp failed for volume \"d\" : mount failed: exit status 32"))
    for pod in scene.pods_of(_name(workload)):
        scene.event(pod, random.choice(("FailedMount", "FailedAttachVolume")), text)


def _probed(scene: Scene, workload: Manifest, field: str, probe: Manifest) -> None:
    for spec in _specs(scene, workload):
        spec["containers"][0][field] = {"periodSeconds": 5, **probe}


def _unhealthy(scene: Scene, workload: Manifest, kind: str, why: str, *, killed: bool = False) -> list[Manifest]:
    status = (
        (lambda name: running(name, age=20, ready=False, restarts=4, lastState={"terminated": ended(137, ago=20, lived=20)}))
        if killed
        else (lambda name: running(name, age=200, ready=False))
    )
    broken = scene.break_pods(_name(workload), status)
    for pod in broken:
        first = pod["spec"]["containers"][0]["name"]
        scene.event(pod, "Unhealthy", f"{kind} probe failed: {why}", field=first)
        if killed:
            scene.event(pod, "Killing", f"Container {first} failed {kind.lower()} probe, will be restarted", field=first, ago=20)
    return broken


@fault("ProbeMisconfigured")
def probe_port(scene: Scene, workload: Manifest, random: Random) -> None:
    """The wrong port, while the right one answers."""
    kind, killed = random.choice((("Readiness", False), ("Liveness", True)))
    _probed(scene, workload, f"{kind.lower()}Probe", {"httpGet": {"port": 9099, "path": "/health"}})
    for pod in _unhealthy(scene, workload, kind, 'Get "http://10.0.0.5:9099/health": dial tcp 10.0.0.5:9099: connect: connection refused', killed=killed):
        port = pod["spec"]["containers"][0]["ports"][0]["containerPort"]
        scene.answers[pod["metadata"]["name"], port, "/health"] = Answer(status=200, body="ok")


@fault("ProbeMisconfigured")
def probe_path(scene: Scene, workload: Manifest, random: Random) -> None:
    """The wrong path."""
    kind, killed = random.choice((("Readiness", False), ("Liveness", True)))
    port = _template(workload)["containers"][0]["ports"][0]["containerPort"]
    _probed(scene, workload, f"{kind.lower()}Probe", {"httpGet": {"port": port, "path": "/helth"}})
    for pod in _unhealthy(scene, workload, kind, "HTTP probe failed with statuscode: 404", killed=killed):
        scene.answers[pod["metadata"]["name"], port, "/health"] = Answer(status=200, body="ok")
        scene.answers[pod["metadata"]["name"], port, "*"] = Answer(status=404, body="")


@fault("ProbeFailing")
def probe_failing(scene: Scene, workload: Manifest, random: Random) -> None:
    """An application that says itself that it is not well."""
    port = _template(workload)["containers"][0]["ports"][0]["containerPort"]
    _probed(scene, workload, "readinessProbe", {"httpGet": {"port": port, "path": "/ready"}})
    _unhealthy(scene, workload, "Readiness", random.choice(("HTTP probe failed with statuscode: 503", 'Get "http://10.0.0.5/ready": context deadline exceeded')))


@fault("StartupSlow")
def slow(scene: Scene, workload: Manifest, random: Random) -> None:
    """Killed before it ever answered."""
    kind = random.choice(("Liveness", "Startup"))
    port = _template(workload)["containers"][0]["ports"][0]["containerPort"]
    _probed(scene, workload, f"{kind.lower()}Probe", {"httpGet": {"port": port, "path": "/health"}})
    for pod in _unhealthy(scene, workload, kind, f'Get "http://10.0.0.5:{port}/health": dial tcp 10.0.0.5:{port}: connect: connection refused', killed=True):
        pod["status"]["containerStatuses"][0]["started"] = False


@fault("RolloutStuck")
def stuck(scene: Scene, workload: Manifest, _random: Random) -> None:
    """Past the deadline, for no reason that shows."""
    if workload["kind"] != "Deployment":
        for pod in scene.pods_of(_name(workload)):
            pod["metadata"]["creationTimestamp"] = stamp(4000)
            pod["status"]["conditions"] = [{"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady"}]
        return
    workload["status"]["conditions"] = [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "ReplicaSet has timed out progressing."}]


@fault("QuotaExceeded")
def quota(scene: Scene, workload: Manifest, random: Random) -> None:
    """No room in the namespace."""
    scene.add(item("ResourceQuota", "small", scene.namespace))
    _refused(scene, workload, f'pods "x" is forbidden: {random.choice(("exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4", "failed quota: small: must specify limits.cpu for: main"))}')


@fault("LimitRangeViolated")
def limit_range(scene: Scene, workload: Manifest, random: Random) -> None:
    """Out of bounds."""
    words = ("maximum memory usage per Container is 64Mi, but limit is 128Mi", "minimum cpu usage per Container is 100m, but request is 10m", "cpu max limit to request ratio per Container is 2, but provided ratio is 10.0")
    _refused(scene, workload, f'pods "x" is forbidden: {random.choice(words)}')


@fault("ServiceAccountMissing")
def account(scene: Scene, workload: Manifest, _random: Random) -> None:
    """An account that nobody made."""
    _refused(scene, workload, f'pods "x" is forbidden: error looking up service account {scene.namespace}/robot: serviceaccount "robot" not found')


@fault("AdmissionDenied")
def admission(scene: Scene, workload: Manifest, random: Random) -> None:
    """A rule that says no."""
    words = ('pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "main" must not set securityContext.privileged=true)', 'admission webhook "policy.example.com" denied the request: no owner label', "ValidatingAdmissionPolicy 'owners' with binding 'owners' denied request: no owner", 'pods "x" is forbidden: no PriorityClass with name gold was found')
    _refused(scene, workload, random.choice(words))


@fault("SecurityContextDenied")
def not_root(scene: Scene, workload: Manifest, random: Random) -> None:
    """A node that keeps its word."""
    words = ("container has runAsNonRoot and image will run as root", "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root")
    _held(scene, workload, "CreateContainerConfigError", random.choice(words))


@fault("PermissionDenied")
def rights(scene: Scene, workload: Manifest, random: Random) -> None:
    """Files, ports and API calls that are not allowed."""
    lines = ("PermissionError: [Errno 13] Permission denied: '/data/x'", "touch: /var/cache/x: Read-only file system", "Error: EACCES: permission denied, mkdir '/app/.cache'", "bind() to 0.0.0.0:80 failed (13: Permission denied)", 'pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods" in API group "" in the namespace "shop"')
    _crash(scene, workload, random.choice(lines))


@fault("DependencyUnreachable")
def dependency(scene: Scene, workload: Manifest, random: Random) -> None:
    """Somebody who is not there."""
    host = random.choice(PLACES)
    lines = (f'connection to server at "{host}" (10.9.9.9), port 5432 failed: Connection refused', f"Error: getaddrinfo ENOTFOUND {host}", f"dial tcp: lookup {host} on 10.96.0.10:53: no such host", f"Error 111 connecting to {host}:6379. Connection refused.", f"wget: bad address '{host}:8080'")
    _crash(scene, workload, random.choice(lines))


def _policy(scene: Scene, selects: str, **spec: object) -> None:
    scene.add(item("NetworkPolicy", "closed", scene.namespace, spec={"podSelector": {"matchLabels": {"app": selects}}, **spec}))


def _calls(scene: Scene, workload: Manifest) -> None:
    scene.workload("Deployment", "api-of-others")
    scene.service("api-of-others")
    for spec in _specs(scene, workload):
        spec["containers"][0]["env"] = [{"name": "API", "value": "http://api-of-others/v1"}]


@fault("DnsBlocked")
def dns(scene: Scene, workload: Manifest, random: Random) -> None:
    """Egress without port 53."""
    _calls(scene, workload)
    _policy(scene, _name(workload), policyTypes=["Egress"], egress=random.choice(([], [{"to": [{"podSelector": {"matchLabels": {"app": "api-of-others"}}}], "ports": [{"port": "http"}]}])))


@fault("NetworkPolicyBlocks")
def blocked(scene: Scene, workload: Manifest, random: Random) -> None:
    """A needed connection that no rule allows."""
    _calls(scene, workload)
    if random.random() < 0.5:
        _policy(scene, "api-of-others", policyTypes=["Ingress"], ingress=random.choice(([], [{"from": [{"podSelector": {"matchLabels": {"role": "admin"}}}]}], [{"ports": [{"port": 9}]}])))
    else:
        _policy(scene, _name(workload), policyTypes=["Egress"], egress=[{"ports": [{"port": 53, "protocol": "UDP"}]}])


@fault("ServiceNoEndpoints")
def no_endpoints(scene: Scene, _workload: Manifest, random: Random) -> None:
    """Labels that nothing has."""
    scene.service("exporter", selector=random.choice(({"component": "metrics"}, {"tier": "batch", "role": "zz"})), target=9100)


@fault("ServiceSelectorMismatch")
def service_selector(scene: Scene, workload: Manifest, random: Random) -> None:
    """A label that is off by a little."""
    name = _name(workload)
    wanted = random.choice(({"app": f"{name}s"}, {"app": name, "app.kubernetes.io/name": f"{name}-v2"}, {"App": name}))
    scene.service(f"{name}-svc", selector=wanted)


@fault("ServicePortMismatch")
def service_port(scene: Scene, workload: Manifest, random: Random) -> None:
    """A port that nobody serves."""
    scene.service(f"{_name(workload)}-svc", selector={"app": _name(workload)}, target=random.choice((9191, "web-port")))
    for pod in scene.pods_of(_name(workload)):
        scene.answers[pod["metadata"]["name"], pod["spec"]["containers"][0]["ports"][0]["containerPort"], "*"] = Answer(status=404, body="")


def _front(scene: Scene, workload: Manifest) -> str:
    name = f"{_name(workload)}-front"
    scene.service(name, selector={"app": _name(workload)}, target=_template(workload)["containers"][0]["ports"][0]["containerPort"])
    return name


@fault("IngressClassMissing")
def ingress_class(scene: Scene, workload: Manifest, random: Random) -> None:
    """No controller."""
    spec = scene.ingress("front", _front(scene, workload))["spec"]
    spec["ingressClassName"] = random.choice(("ngnix", "traefik", None))


@fault("IngressBackendMissing")
def ingress_backend(scene: Scene, workload: Manifest, random: Random) -> None:
    """No such service, or no such port."""
    name = _front(scene, workload)
    scene.ingress("front", *random.choice(((f"{name}x",), ("nowhere",)))) if random.random() < 0.6 else scene.ingress("front", name, port=8443)


@fault("TlsSecretMissing")
def tls(scene: Scene, workload: Manifest, random: Random) -> None:
    """No certificate, or only half of one."""
    if random.random() < 0.5:
        scene.add(item("Secret", "front-tls", scene.namespace, type="Opaque", data={"cert": "eA=="}))
    scene.ingress("front", _front(scene, workload), tls="front-tls")


def certificate(days: float) -> bytes:
    """A self-signed certificate that ends `days` after `NOW`."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example.com")])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(private.public_key()).serial_number(7)
    builder = builder.not_valid_before(NOW - timedelta(days=90)).not_valid_after(NOW + timedelta(days=days))
    return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@fault("CertificateExpired")
def expired(scene: Scene, workload: Manifest, random: Random) -> None:
    """A certificate whose time is over, or nearly."""
    data = {"tls.crt": base64.b64encode(certificate(random.choice((-1, -40, 3)))).decode(), "tls.key": "eA=="}
    scene.add(item("Secret", "front-tls", scene.namespace, type="kubernetes.io/tls", data=data))
    scene.ingress("front", _front(scene, workload), tls="front-tls")


@fault("JobFailed")
def job(scene: Scene, _workload: Manifest, random: Random) -> None:
    """A job at the end of its attempts, or of its time."""
    top = scene.workload("Job", "load", age=600)
    reason = random.choice(("BackoffLimitExceeded", "DeadlineExceeded", "PodFailurePolicy"))
    top["status"] = {"failed": 1, "conditions": [{"type": "Failed", "status": "True", "reason": reason, "message": "Job has failed"}]}
    pod = scene.pods_of("load")[0]
    pod["status"] |= {"phase": "Failed"}
    pod["status"]["containerStatuses"][0]["state"] = {"terminated": ended(4)}
    scene.logs[pod["metadata"]["name"], "main", False] = "Error: row 7 is not a number"


def _cron(scene: Scene, **spec: object) -> Manifest:
    return scene.add(item("CronJob", "report", scene.namespace, spec={"schedule": "0 6 * * *", "jobTemplate": {"spec": {}}, **spec}))


@fault("CronJobInvalid")
def cron(scene: Scene, _workload: Manifest, random: Random) -> None:
    """A schedule that never comes."""
    made = _cron(scene, **random.choice(({"schedule": "0 6 31 2 *"}, {"schedule": "0 0 30 feb *"}, {"startingDeadlineSeconds": 5}, {})))
    if made["spec"]["schedule"] == "0 6 * * *" and "startingDeadlineSeconds" not in made["spec"]:
        scene.event(made, "UnknownTimeZone", "invalid timeZone: Mars/Base")


@fault("CronJobSuspended")
def suspended(scene: Scene, _workload: Manifest, _random: Random) -> None:
    """Switched off."""
    _cron(scene, suspend=True)


@fault("HpaInactive")
def scaler(scene: Scene, workload: Manifest, random: Random) -> None:
    """No target, no requests, no metrics."""
    made = scene.autoscaler({**workload, "kind": "Deployment"} if workload["kind"] not in ("Deployment", "StatefulSet") else workload)
    scaling = {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric", "message": "unable to get metrics for resource cpu"}
    way = random.choice(("target", "requests", "metrics"))
    if way == "target" or workload["kind"] not in ("Deployment", "StatefulSet"):
        made["spec"]["scaleTargetRef"] |= {"name": "nobody"}
    elif way == "requests":
        _template(workload)["containers"][-1].pop("resources")
        made["status"]["conditions"] = [scaling]
    else:
        made["status"]["conditions"] = [scaling]


@fault("PdbBlocking")
def budget(scene: Scene, workload: Manifest, random: Random) -> None:
    """A budget without a budget."""
    pods = len(scene.pods_of(_name(workload)))
    for each in scene.of("PodDisruptionBudget"):
        scene.objects.remove(each)
    made = scene.budget("keep", _name(workload), pods)
    made["spec"] |= random.choice(({"maxUnavailable": 0}, {"maxUnavailable": None, "minAvailable": pods}, {"maxUnavailable": None, "minAvailable": "100%"}))
    made["status"] |= {"disruptionsAllowed": 0, "desiredHealthy": pods}


@fault("WebhookUnavailable")
def webhook(scene: Scene, workload: Manifest, random: Random) -> None:
    """Nobody behind it."""
    kind = random.choice(("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"))
    client = {"service": {"namespace": scene.namespace, "name": "guard"}}
    scene.add(item(kind, "guard", None, webhooks=[{"name": "guard.example.com", "failurePolicy": "Fail", "clientConfig": client, "rules": [{"resources": ["pods"]}]}]))
    if random.random() < 0.5:
        _refused(scene, workload, 'Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: Post "https://guard.shop.svc:443/x": service "guard" not found')


@fault("NodeNotReady")
def node(scene: Scene, workload: Manifest, random: Random) -> None:
    """A node that is silent, or gone."""
    if random.random() < 0.5:
        scene.of("Node")[0]["status"]["conditions"] = [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}]
    else:
        for pod in scene.pods_of(_name(workload)):
            pod["spec"]["nodeName"] = "node-gone"
    for pod in scene.pods_of(_name(workload)):
        pod["status"]["conditions"] = [{"type": "Ready", "status": "False", "reason": "NodeNotReady"}]


@fault("NodePressure")
def pressure(scene: Scene, _workload: Manifest, random: Random) -> None:
    """A node that runs short."""
    kind = random.choice(("MemoryPressure", "DiskPressure", "PIDPressure"))
    for each in scene.of("Node")[0]["status"]["conditions"]:
        if each["type"] == kind:
            each |= {"status": "True", "reason": f"KubeletHas{kind}", "message": "kubelet has pressure"}


@fault("Evicted")
def evicted(scene: Scene, workload: Manifest, random: Random) -> None:
    """A pod that had to go."""
    first = scene.pods_of(_name(workload))[0]
    gone = scene.pod(f"{_name(workload)}-gone", {"metadata": first["metadata"], "spec": first["spec"]}, None, age=900)
    gone["metadata"]["ownerReferences"] = first["metadata"].get("ownerReferences", [])
    message = random.choice(("The node was low on resource: memory.", "Pod ephemeral local storage usage exceeds the total limit of containers 20Mi."))
    gone["status"] = {"phase": "Failed", "reason": "Evicted", "message": message, "startTime": stamp(900)}


@fault("RestartTrend")
def restarts(scene: Scene, workload: Manifest, random: Random) -> None:
    """Restarts that add up."""
    for pod in scene.pods_of(_name(workload)):
        pod["status"]["containerStatuses"][0] = running(pod["spec"]["containers"][0]["name"], age=900, restarts=random.randint(5, 9), lastState={"terminated": ended(1, ago=905, lived=1200)})


@fault("CpuThrottled")
def throttled(scene: Scene, workload: Manifest, random: Random) -> None:
    """Always at the limit."""
    for spec in _specs(scene, workload):
        spec["containers"][0]["resources"] = {"limits": {"cpu": "100m"}}
    for pod in scene.pods_of(_name(workload)):
        usage = [{"name": pod["spec"]["containers"][0]["name"], "usage": {"cpu": random.choice(("99m", "98500u", "100000000n"))}}]
        scene.add(item("PodMetrics", pod["metadata"]["name"], scene.namespace, containers=usage))


@fault("Drift")
def drift(scene: Scene, workload: Manifest, random: Random) -> None:
    """Changed by hand after Helm."""
    wanted = {key: workload[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": {"name": _name(workload)}}
    wanted = json.loads(json.dumps(wanted))
    changed = random.choice(("image", "deleted"))
    if changed == "image":
        wanted["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example.com/app:0.9"
    else:
        wanted["kind"], wanted["apiVersion"], wanted["metadata"]["name"], wanted["spec"] = "Service", "v1", "gone", {"ports": []}
    release = {"name": "shop", "namespace": scene.namespace, "version": 2, "manifest": json.dumps(wanted)}
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode()))).decode()
    scene.add(item("Secret", "sh.helm.release.v1.shop.v2", scene.namespace, type="helm.sh/release.v1", data={"release": packed}))


@fault("FinalizerStuck")
def finalizer(scene: Scene, _workload: Manifest, random: Random) -> None:
    """Something that can't go."""
    kind = random.choice(("ConfigMap", "Service", "PersistentVolumeClaim", "Ingress"))
    marks = {"deletionTimestamp": stamp(200), "finalizers": ["example.com/clean-up"]}
    scene.add(item(kind, "held", scene.namespace, metadata=marks, spec={}, status={"phase": "Bound"}))

