"""Settings of the API that rules name by their field or by its words: where each stands, what it takes.

Data only. Every line becomes a `Concept` of `concepts` whose phrases are made of the field's name in words
("shareProcessNamespace" → "share process namespace"), besides those that stand behind `;`. Source of names, types and
defaults: the Kubernetes API reference. Settings with a fact of their own are in `concepts`, which go first.

A line: path, type, default after `=`, more phrases after `;`. Types: flag, number, text (a name or one of a few words,
which stand after the colon), list, is (only whether it is there).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

POD_FIELDS = """
shareProcessNamespace flag =false ; process namespace sharing | shared process namespace | share a process namespace | share process namespace
hostUsers flag =true ; user namespace of the host | host user namespace
dnsPolicy text:ClusterFirst,ClusterFirstWithHostNet,Default,None =ClusterFirst ; dns policy
dnsConfig is ; dns configuration | custom dns config | dns config
enableServiceLinks flag =true ; service link
setHostnameAsFQDN flag =false
schedulerName text =default-scheduler ; custom scheduler | scheduler
nodeName text ; assigned directly to a node | fixed node
hostAliases is ; host alias | entry in /etc/hosts
activeDeadlineSeconds number
preemptionPolicy text:Never,PreemptLowerPriority
priority number ; pod priority
readinessGates is
overhead is
hostname text ; pod hostname
subdomain text
automountServiceAccountToken flag
securityContext.runAsGroup number ; pod group id
securityContext.supplementalGroups number ; supplemental group | supplementary group
securityContext.fsGroupChangePolicy text:OnRootMismatch,Always
securityContext is ; pod security context | pod level security context
"""
CONTAINER_FIELDS = """
workingDir text ; working directory
terminationMessagePolicy text:File,FallbackToLogsOnError =File
terminationMessagePath text
lifecycle.postStart is ; post start hook | poststart hook | poststart
lifecycle is ; lifecycle handler
args is ; argument | command line argument
securityContext is ; container security context | container level security context
envFrom is
resources.claims is ; resource claim
stdinOnce flag =false
volumeMounts is ; volume mount | mount a volume | mounted volume
volumeDevices is ; block device | raw block device
resizePolicy is
"""
WORKLOAD_FIELDS = {
    "Deployment": """
spec.progressDeadlineSeconds number =600 ; progress deadline
spec.minReadySeconds number =0 ; minimum ready second
spec.paused flag =false
spec.strategy.rollingUpdate.maxSurge number ; max surge | maximum surge
spec.strategy.rollingUpdate.maxUnavailable number ; max unavailable | maximum unavailable
""",
    "StatefulSet": """
spec.serviceName text ; headless service name | governing service
spec.podManagementPolicy text:OrderedReady,Parallel =OrderedReady
spec.updateStrategy.type text:RollingUpdate,OnDelete =RollingUpdate ; update strategy | strategy | updatestrategy
spec.volumeClaimTemplates is ; volume claim template | persistent storage | persistent volume claim
spec.minReadySeconds number =0
spec.persistentVolumeClaimRetentionPolicy.whenDeleted text:Retain,Delete =Retain ; claim retention policy
""",
    "DaemonSet": """
spec.updateStrategy.type text:RollingUpdate,OnDelete =RollingUpdate ; update strategy | strategy | updatestrategy
spec.minReadySeconds number =0
spec.updateStrategy.rollingUpdate.maxUnavailable number ; max unavailable | maximum unavailable
spec.revisionHistoryLimit number =10 ; revision history
""",
    "CronJob": """
spec.startingDeadlineSeconds number ; deadline | starting deadline | start deadline | deadline for starting
spec.successfulJobsHistoryLimit number =3 ; successful job history limit | successful job history | successful job | history of successful job | successful job kept
spec.failedJobsHistoryLimit number =1 ; failed job history limit | failed job history | failed job | history of failed job | failed job kept
spec.timeZone text ; time zone | timezone | explicit time zone
spec.jobTemplate.spec.ttlSecondsAfterFinished number ; ttl
spec.jobTemplate.spec.backoffLimit number =6 ; backoff limit
spec.jobTemplate.spec.activeDeadlineSeconds number ; active deadline
""",
    "Job": """
spec.parallelism number =1
spec.completions number =1
spec.completionMode text:NonIndexed,Indexed =NonIndexed
spec.suspend flag =false ; suspended
spec.backoffLimit number =6 ; backoff limit | retry limit
spec.activeDeadlineSeconds number ; active deadline
""",
    "Service": """
spec.sessionAffinity text:ClientIP,None =None ; session affinity | sticky session
spec.externalTrafficPolicy text:Local,Cluster ; external traffic policy
spec.internalTrafficPolicy text:Local,Cluster =Cluster
spec.externalName text ; external name target | point to | point at | external hostname
spec.publishNotReadyAddresses flag =false ; not ready address
spec.ipFamilyPolicy text:SingleStack,PreferDualStack,RequireDualStack
spec.loadBalancerClass text ; load balancer class
spec.loadBalancerIP text ; load balancer ip
spec.allocateLoadBalancerNodePorts flag =true
spec.healthCheckNodePort number
spec.clusterIP text ; cluster ip address
""",
    "Ingress": """
spec.defaultBackend is ; default backend | default back end | catch all backend
""",
    "NetworkPolicy": """
spec.policyTypes list:Ingress,Egress ; policy type
spec.ingress is ; ingress rule | inbound rule
spec.egress is ; egress rule | outbound rule
""",
    "PersistentVolumeClaim": """
spec.volumeMode text:Filesystem,Block =Filesystem
spec.volumeName text
spec.dataSource is
spec.selector is
""",
    "PersistentVolume": """
spec.persistentVolumeReclaimPolicy text:Retain,Delete,Recycle =Delete ; reclaim policy
spec.storageClassName text ; storage class | storageclass | storage class name
spec.accessModes list:ReadWriteOnce,ReadWriteMany,ReadOnlyMany,ReadWriteOncePod ; access mode
spec.capacity.storage number ; capacity | size | storage capacity
spec.hostPath is ; hostpath | host path | hostpath volume | local directory of the node
spec.volumeMode text:Filesystem,Block =Filesystem
spec.nfs is
spec.nodeAffinity is
""",
    "StorageClass": """
reclaimPolicy text:Retain,Delete =Delete ; reclaim policy
allowVolumeExpansion flag =false ; volume expansion | allow expansion | allow volume expansion | expandable
provisioner text
volumeBindingMode text:Immediate,WaitForFirstConsumer =Immediate ; binding mode
mountOptions is
""",
    "ServiceAccount": """
automountServiceAccountToken flag =true ; automount service account token | automount token | mount api token | api token | automount | automount api token | automatically mount api token | mount token | token | automatically mount token | token automounting | automounting | automounting of api token | automount api credential
secrets is ; token secret | mountable secret | long lived token
imagePullSecrets is ; pull secret
""",
    "Secret": """
type text ; type
immutable flag =false
""",
    "ConfigMap": """
immutable flag =false
binaryData is
""",
    "HorizontalPodAutoscaler": """
spec.metrics is ; metric
spec.behavior is ; scaling behavior | behaviour | scaling behaviour
spec.behavior.scaleDown.stabilizationWindowSeconds number ; scale down stabilization window | stabilization window
spec.behavior.scaleDown is ; scale down behavior | scale down policy
spec.scaleTargetRef.kind text ; kind of the target | target kind
spec.scaleTargetRef.name text ; target name
""",
    "PodDisruptionBudget": """
spec.selector is ; selector | label selector
spec.unhealthyPodEvictionPolicy text:AlwaysAllow,IfHealthyBudget ; unhealthy pod eviction policy
""",
    "IngressClass": """
spec.controller text ; controller
""",
    "PriorityClass": """
value number ; priority value | value
globalDefault flag =false ; global default
preemptionPolicy text:Never,PreemptLowerPriority =PreemptLowerPriority
""",
    "Node": """
spec.unschedulable flag =false ; cordoned
spec.taints is ; taint
status.nodeInfo.kubeletVersion text ; kubelet version
""",
}
_PROBES = {"livenessProbe": "liveness", "readinessProbe": "readiness", "startupProbe": "startup"}
_PROBE_FIELDS = """
initialDelaySeconds number =0 ; initial delay | delay
periodSeconds number =10 ; period | interval
timeoutSeconds number =1 ; timeout
failureThreshold number =3 ; failure threshold
successThreshold number =1 ; success threshold
httpGet.path text ; path | http path
httpGet.port number ; port
httpGet is ; http get | http
exec is ; exec command | exec | command
tcpSocket is ; tcp socket | tcp
grpc is
"""
_LINE = re.compile(
    r"(?P<path>\S+)\s+(?P<type>[a-z]+)(?::(?P<words>\S+))?(?:\s+=(?P<default>\S+))?(?:\s+;\s*(?P<said>.*))?"
)


@dataclass(frozen=True, slots=True)
class ApiField:
    """One setting: the group of elements that has it, its kinds (none: every kind with pods), path, type, words."""

    group: str
    kinds: tuple[str, ...]
    path: str
    type: str
    words: tuple[str, ...]
    default: str | None
    phrases: tuple[str, ...]


def spelled(path: str) -> str:
    """The last part of a path in words: ``spec.progressDeadlineSeconds`` → progress deadline seconds."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", path.rpartition(".")[2]).lower()


def _read(text: str, group: str, kinds: tuple[str, ...] = ()) -> Iterator[ApiField]:
    for line in text.strip().splitlines():
        match = _LINE.fullmatch(line.strip())
        assert match is not None, line
        name, tail = spelled(match["path"]), match["path"].rpartition(".")[2].lower()
        lone = {"value", "type", "number", "data"} & {name}
        phrases = [
            *([] if lone else [name, tail]),
            *(part.strip() for part in (match["said"] or "").split("|") if part.strip()),
        ]
        if name.endswith(" seconds"):
            phrases.append(name.removesuffix(" seconds"))
        words = tuple(match["words"].split(",")) if match["words"] else ()
        unique = tuple(dict.fromkeys(phrases))
        yield ApiField(group, kinds, match["path"], match["type"], words, match["default"], unique)


def _probe_fields() -> Iterator[ApiField]:
    """Details of probes, each said with the probe's name before or behind it."""
    for field, probe in _PROBES.items():
        for made in _read(_PROBE_FIELDS, "container"):
            said = [
                phrase
                for part in made.phrases
                for phrase in (f"{probe} probe {part}", f"{part} of the {probe} probe", f"{part} for the {probe} probe")
            ]
            yield ApiField(made.group, (), f"{field}.{made.path}", made.type, made.words, made.default, tuple(said))


def _all() -> Iterator[ApiField]:
    yield from _read(POD_FIELDS, "pod")
    yield from _read(CONTAINER_FIELDS, "container")
    yield from _probe_fields()
    for kind, text in WORKLOAD_FIELDS.items():
        yield from _read(text, "object", (kind,))


API_FIELDS: tuple[ApiField, ...] = tuple(_all())
"""Every setting of the tables."""
PROBE_FIELDS: tuple[ApiField, ...] = tuple(_read(_PROBE_FIELDS, "container"))
"""Details of any probe, by their path inside it."""
DEFAULTS: dict[tuple[str, str], str] = {
    (field.group, field.path): field.default for field in API_FIELDS if field.default is not None
}
"""What silence means: by group and path. Kinds that share a path share its default."""
