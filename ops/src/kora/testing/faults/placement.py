"""Nodes, scheduling and storage."""

from random import Random

from kora.domain.objects import Manifest
from kora.testing.faults.breaking import all_specs, creating, fault, name_of, unplaced
from kora.testing.objects import Scene, item, stamp


@fault("Unschedulable.Resources")
def resources(scene: Scene, workload: Manifest, random: Random) -> None:
    """More than there is."""
    name, amount = random.choice((("cpu", "64"), ("memory", "900Gi")))
    for spec in all_specs(scene, workload):
        spec["containers"][0]["resources"] = {"requests": {name: amount}}
    unplaced(
        scene,
        workload,
        f"0/1 nodes are available: 1 Insufficient {name}. preemption: 0/1 nodes are available: 1 No preemption"
        f" victims found for incoming pod.",
    )


MISFIT = (
    "0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: },"
    " 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption"
    " is not helpful for scheduling."
)


@fault("Unschedulable.NodeSelector")
def selector(scene: Scene, workload: Manifest, random: Random) -> None:
    """A label that no node has."""
    for spec in all_specs(scene, workload):
        spec["nodeSelector"] = random.choice(({"disk": "ssd"}, {"kubernetes.io/os": "linx"}))
    unplaced(scene, workload, MISFIT)


@fault("Unschedulable.Taint")
def taint(scene: Scene, workload: Manifest, random: Random) -> None:
    """Reserved or cordoned nodes."""
    words = random.choice(("1 node(s) had untolerated taint {dedicated: gpu}", "1 node(s) were unschedulable"))
    scene.of("Node")[0]["spec"] = {
        "taints": [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}],
        "unschedulable": "unsched" in words,
    }
    unplaced(
        scene,
        workload,
        f"0/1 nodes are available: {words}. preemption: 0/1 nodes are available: 1 Preemption is not helpful.",
    )


@fault("Unschedulable.Affinity")
def affinity(scene: Scene, workload: Manifest, random: Random) -> None:
    """Rules that leave nothing."""
    words = random.choice(
        (
            "didn't match pod anti-affinity rules",
            "didn't match pod affinity rules",
            "didn't match pod topology spread constraints",
            "didn't match Pod's node affinity/selector",
        )
    )
    for spec in all_specs(scene, workload):
        spec["affinity"] = {"podAntiAffinity": {}}
    unplaced(scene, workload, f"0/1 nodes are available: 1 node(s) {words}. preemption: none.")


def _claim(scene: Scene, workload: Manifest, **spec: object) -> Manifest:
    for each in all_specs(scene, workload):
        each["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    found = item("PersistentVolumeClaim", "data", scene.namespace, spec=spec, status={"phase": "Pending"})
    unplaced(
        scene, workload, "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: none."
    )
    return scene.add(found)


@fault("StorageClassMissing")
def storage_class(scene: Scene, workload: Manifest, random: Random) -> None:
    """A class that does not exist."""
    name = random.choice(("standrad", "fast-ssd", "gp3"))
    scene.event(
        _claim(scene, workload, storageClassName=name),
        "ProvisioningFailed",
        f'storageclass.storage.k8s.io "{name}" not found',
    )


@fault("VolumeUnbound")
def unbound(scene: Scene, workload: Manifest, random: Random) -> None:
    """Nothing that fits, a volume that is lost, or no claim at all."""
    made = _claim(scene, workload, storageClassName="")
    way = random.choice(("pending", "lost", "absent"))
    if way == "lost":
        made["status"]["phase"] = "Lost"
    elif way == "absent":
        scene.objects.remove(made)
        unplaced(scene, workload, 'persistentvolumeclaim "data" not found')


@fault("MountFailed")
def mount(scene: Scene, workload: Manifest, random: Random) -> None:
    """A node that can't mount."""
    creating(scene, workload)
    text = random.choice(
        (
            'MountVolume.SetUp failed for volume "d" : hostPath type check failed: /x is not a directory',
            'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) db-0',
            'MountVolume.SetUp failed for volume "d" : mount failed: exit status 32',
        )
    )
    for pod in scene.pods_of(name_of(workload)):
        scene.event(pod, random.choice(("FailedMount", "FailedAttachVolume")), text)


@fault("NodeNotReady")
def node(scene: Scene, workload: Manifest, random: Random) -> None:
    """A node that is silent, or gone."""
    if random.random() < 0.5:
        scene.of("Node")[0]["status"]["conditions"] = [
            {
                "type": "Ready",
                "status": "Unknown",
                "reason": "NodeStatusUnknown",
                "message": "Kubelet stopped posting node status.",
            }
        ]
    else:
        for pod in scene.pods_of(name_of(workload)):
            pod["spec"]["nodeName"] = "node-gone"
    for pod in scene.pods_of(name_of(workload)):
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
    first = scene.pods_of(name_of(workload))[0]
    gone = scene.pod(f"{name_of(workload)}-gone", {"metadata": first["metadata"], "spec": first["spec"]}, None, age=900)
    gone["metadata"]["ownerReferences"] = first["metadata"].get("ownerReferences", [])
    message = random.choice(
        (
            "The node was low on resource: memory.",
            "Pod ephemeral local storage usage exceeds the total limit of containers 20Mi.",
        )
    )
    gone["status"] = {"phase": "Failed", "reason": "Evicted", "message": message, "startTime": stamp(900)}
