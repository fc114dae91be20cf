"""What the API server and its helpers refuse or hold."""

import base64
import gzip
import json
from random import Random

from kora.domain.objects import Manifest
from kora.testing.faults.breaking import fault, name_of, refused
from kora.testing.objects import Scene, item, stamp


@fault("QuotaExceeded")
def quota(scene: Scene, workload: Manifest, random: Random) -> None:
    """No room in the namespace."""
    scene.add(item("ResourceQuota", "small", scene.namespace))
    words = (
        "exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4",
        "failed quota: small: must specify limits.cpu for: main",
    )
    refused(scene, workload, f'pods "x" is forbidden: {random.choice(words)}')


@fault("LimitRangeViolated")
def limit_range(scene: Scene, workload: Manifest, random: Random) -> None:
    """Out of bounds."""
    words = (
        "maximum memory usage per Container is 64Mi, but limit is 128Mi",
        "minimum cpu usage per Container is 100m, but request is 10m",
        "cpu max limit to request ratio per Container is 2, but provided ratio is 10.0",
    )
    refused(scene, workload, f'pods "x" is forbidden: {random.choice(words)}')


@fault("ServiceAccountMissing")
def account(scene: Scene, workload: Manifest, _random: Random) -> None:
    """An account that nobody made."""
    refused(
        scene,
        workload,
        f'pods "x" is forbidden: error looking up service account {scene.namespace}/robot: serviceaccount'
        f' "robot" not found',
    )


@fault("AdmissionDenied")
def admission(scene: Scene, workload: Manifest, random: Random) -> None:
    """A rule that says no."""
    words = (
        'pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "main" must'
        " not set securityContext.privileged=true)",
        'admission webhook "policy.example.com" denied the request: no owner label',
        "ValidatingAdmissionPolicy 'owners' with binding 'owners' denied request: no owner",
        'pods "x" is forbidden: no PriorityClass with name gold was found',
    )
    refused(scene, workload, random.choice(words))


@fault("WebhookUnavailable")
def webhook(scene: Scene, workload: Manifest, random: Random) -> None:
    """Nobody behind it."""
    kind = random.choice(("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"))
    client = {"service": {"namespace": scene.namespace, "name": "guard"}}
    scene.add(
        item(
            kind,
            "guard",
            None,
            webhooks=[
                {
                    "name": "guard.example.com",
                    "failurePolicy": "Fail",
                    "clientConfig": client,
                    "rules": [{"resources": ["pods"]}],
                }
            ],
        )
    )
    if random.random() < 0.5:
        refused(
            scene,
            workload,
            'Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: Post'
            ' "https://guard.shop.svc:443/x": service "guard" not found',
        )


@fault("Drift")
def drift(scene: Scene, workload: Manifest, random: Random) -> None:
    """Changed by hand after Helm."""
    wanted = {key: workload[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": {"name": name_of(workload)}}
    wanted = json.loads(json.dumps(wanted))
    changed = random.choice(("image", "deleted"))
    if changed == "image":
        wanted["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example.com/app:0.9"
    else:
        wanted["kind"], wanted["apiVersion"], wanted["metadata"]["name"], wanted["spec"] = (
            "Service",
            "v1",
            "gone",
            {"ports": []},
        )
    release = {"name": "shop", "namespace": scene.namespace, "version": 2, "manifest": json.dumps(wanted)}
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode()))).decode()
    scene.add(
        item(
            "Secret", "sh.helm.release.v1.shop.v2", scene.namespace, type="helm.sh/release.v1", data={"release": packed}
        )
    )


@fault("FinalizerStuck")
def finalizer(scene: Scene, _workload: Manifest, random: Random) -> None:
    """Something that can't go."""
    kind = random.choice(("ConfigMap", "Service", "PersistentVolumeClaim", "Ingress"))
    marks = {"deletionTimestamp": stamp(200), "finalizers": ["example.com/clean-up"]}
    scene.add(item(kind, "held", scene.namespace, metadata=marks, spec={}, status={"phase": "Bound"}))
