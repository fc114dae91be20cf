"""Nodes, scheduling and storage."""

from kora.domain.findings import Severity
from kora.operations.diagnose.cause import Cause, Level

CAUSES = (
    Cause(
        "Unschedulable.Resources", Level.CONTAINER, Severity.CRITICAL, "No node has enough left for the pod",
        "`kubectl describe pod POD` shows `Insufficient cpu`, `Insufficient memory`, `Too many pods` or no free port.",
        "The pod requests more than any node has free, or more than any node has at all.",
        "Says what is asked and what is there; rolls back when an older revision serves.",
        "Lower the requests, remove something, or add a node.",
    ),
    Cause(
        "Unschedulable.NodeSelector", Level.CONTAINER, Severity.CRITICAL, "No node has the labels that the pod wants",
        "`didn't match Pod's node affinity/selector`, and the pod has a `nodeSelector`.",
        "The label is misspelt, has another value, or the node that had it is gone.",
        "Names the label and proposes the near one that a node has; rolls back when an older revision serves.",
        "Correct the selector, or label a node.",
    ),
    Cause(
        "Unschedulable.Taint", Level.CONTAINER, Severity.CRITICAL, "Every node has a taint that the pod does"
                                                                   " not tolerate",
        "`had untolerated taint`; `kubectl describe node NODE` lists the taints. A cordoned node counts as tainted.",
        "Nodes are reserved, cordoned or being drained.",
        "Names node and taint; nodes are never changed by itself.",
        "Add a toleration if the pod belongs there, remove the taint, or `kubectl uncordon NODE`.",
    ),
    Cause(
        "Unschedulable.Affinity", Level.CONTAINER, Severity.CRITICAL, "Affinity rules leave no node for the pod",
        "`didn't match pod affinity rules`, `anti-affinity rules`, `topology spread constraints` or node affinity.",
        "Required rules contradict the nodes or pods that are there: more replicas than nodes under"
        " anti-affinity, say.",
        "Names the rule; rolls back when an older revision serves.",
        "Make the rule preferred instead of required, run fewer replicas, or add nodes.",
    ),
    Cause(
        "StorageClassMissing", Level.NAMESPACE, Severity.CRITICAL, "A claim names a storage class that does not exist",
        "`kubectl describe pvc NAME` shows `storageclass.storage.k8s.io \"NAME\" not found`.",
        "The class is misspelt or absent in this cluster; or the claim names none and there is no default class.",
        "Names the near class, else the default one. A claim's class can't be changed; recreating an unbound, empty"
        " claim needs an approval.",
        "Recreate the claim with a class that exists, or create the class.",
    ),
    Cause(
        "VolumeUnbound", Level.CONNECTION, Severity.CRITICAL, "A claim has no volume",
        "`kubectl get pvc` shows `Pending` or `Lost`, or the claim that a pod mounts does not exist.",
        "No volume fits (size, access mode, class, selector), the provisioner does not answer, or the claim is absent.",
        "Tells a person; claims and volumes are never changed by itself.",
        "Create the claim or a fitting volume, or look at the provisioner.",
    ),
    Cause(
        "VolumeFull", Level.CONNECTION, Severity.CRITICAL, "A volume has no space left",
        "The log says `No space left on device`.",
        "The application wrote until its volume was full.",
        "Tells a person; data is never deleted.",
        "Delete what is not needed, or enlarge the claim where its class allows expansion.",
    ),
    Cause(
        "MountFailed", Level.CONTAINER, Severity.CRITICAL, "A volume can't be mounted",
        "`kubectl describe pod POD` shows `FailedMount` or `FailedAttachVolume`; the pod stays in `ContainerCreating`.",
        "The path, the driver, the file system or the server behind the volume is not as the pod expects, or another"
        " node still holds it.",
        "Tells a person, with the message of the node.",
        "Correct the volume, start its driver, or wait until the other node lets go.",
    ),
    Cause(
        "NodeNotReady", Level.MACHINE, Severity.CRITICAL, "A node is not ready",
        "`kubectl get nodes` shows `NotReady`, or pods are bound to a node that does not exist any more.",
        "The kubelet stopped, the machine is down, or its network is.",
        "Names the pods on it; nodes are never changed by itself.",
        "Start the node, or delete it so that its pods move.",
    ),
    Cause(
        "NodePressure", Level.MACHINE, Severity.CRITICAL, "A node runs out of memory, disk or process ids",
        "`kubectl describe node NODE` shows `MemoryPressure`, `DiskPressure` or `PIDPressure`.",
        "The node evicts pods and takes no new ones until the pressure is gone.",
        "Names the pods on it; nodes are never changed by itself.",
        "Free space or memory on the node, or move something away.",
    ),
    Cause(
        "Evicted", Level.BEHAVIOUR, Severity.WARNING, "A pod was evicted from its node",
        "`kubectl get pods` shows `Evicted`; `kubectl describe pod POD` says for what.",
        "The node was short of something, or the pod used more ephemeral storage than it may.",
        "Names what ran short.",
        "Set requests that match the use, bound `emptyDir` sizes, and delete the evicted pods.",
    ),
)  # fmt: skip
