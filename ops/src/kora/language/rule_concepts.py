"""What rules speak about: which phrases name which fact, and on which kinds it lives.

Data only, read by `language.rule_scan`. Phrases are matched longest first, in the singular, hyphens read as spaces;
alternatives are separated by `|`. A fact is one of `operations.audits.facts` (a test holds the two together).
"""

from dataclasses import dataclass

from kora.domain.rules import Op

POD_KINDS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
SCALED = ("Deployment", "StatefulSet")
TEMPLATES = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class Concept:
    """Something that rules speak about.

    presence, value: the test for "it is so" when nothing more is said (privileged → in ("true",)).
    value_op: how values that were said are compared; None when the concept takes none.
    keyed: values name keys (labels, annotations, environment variables).
    numeric: takes comparisons with numbers.
    optional: not being set satisfies any restriction of its values (host ports, added capabilities).
    good: whether having it is what rules ask for (probes) rather than what they forbid (privileged); None: neither.
    also: further facts that the same words stand for.
    words: values that are said without quotes, lower case → as Kubernetes writes them.
    """

    fact: str
    phrases: str
    kinds: tuple[str, ...] = POD_KINDS
    presence: Op = Op.PRESENT
    value: tuple[str, ...] = ()
    value_op: Op | None = None
    keyed: bool = False
    numeric: bool = False
    optional: bool = False
    also: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def _flag(fact: str, phrases: str, value: str = "true", kinds: tuple[str, ...] = POD_KINDS) -> Concept:
    return Concept(fact, phrases, kinds, presence=Op.IN, value=(value,))


_RBAC = ("Role", "ClusterRole")
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_CAPABILITIES = (
    "ALL NET_ADMIN NET_RAW NET_BIND_SERVICE SYS_ADMIN SYS_PTRACE SYS_TIME SYS_MODULE SYS_CHROOT SYS_BOOT CHOWN "
    "DAC_OVERRIDE FOWNER FSETID KILL MKNOD SETFCAP SETGID SETPCAP SETUID AUDIT_WRITE IPC_LOCK BPF PERFMON"
)

CONCEPTS: tuple[Concept, ...] = (
    # --- images
    Concept(
        "image",
        "image | container image | repository | repo | registry | image registry | image repository | docker registry"
        " | container registry | image name | image source | image prefix | docker image | registry prefix",
        value_op=Op.PREFIX,
    ),
    Concept(
        "image.explicit_tag",
        "tag | image tag | tagged | tagged with | tagged as | version tag | explicit tag | specific tag | "
        "explicit version tag | image version"
        " | explicit version | specific version",
        value_op=Op.IN,
        words=("latest",),
    ),
    Concept(
        "image.tag",
        "latest | latest tag | latest image | tag latest | tagged latest",
        value=("latest",),
        presence=Op.IN,
    ),
    Concept(
        "image.digest",
        "digest | image digest | sha256 | sha256 digest | pinned by digest | sha | image sha | by digest | hash"
        " | sha256 hash | pinned digest",
    ),
    Concept("image.digest", "only by tag | only by a tag | only by their tag | tag only", presence=Op.ABSENT),
    Concept(
        "image.pull_policy",
        "pull policy | imagepullpolicy | image pull policy",
        value_op=Op.IN,
        words=("Always", "IfNotPresent", "Never"),
    ),
    # --- probes and life cycle
    Concept("probe.liveness", "liveness probe | livenessprobe | liveness check | liveness"),
    Concept("probe.readiness", "readiness probe | readinessprobe | readiness check | readiness"),
    Concept("probe.startup", "startup probe | startupprobe | startup check | startup"),
    Concept("probe.liveness", "health probe | probe | health check | healthcheck", also=("probe.readiness",)),
    Concept("lifecycle.pre_stop", "prestop hook | prestop | pre stop hook | lifecycle hook"),
    # --- security of a container
    _flag("privileged", "privileged | privileged mode | privileged container | as privileged | privileged access"),
    _flag(
        "privilege_escalation",
        "privilege escalation | allowprivilegeescalation | escalate privilege | escalate their privilege"
        " | escalation of privilege | gain more privilege | allow privilege escalation | escalating privilege"
        " | gain additional privilege | escalation to root",
    ),
    _flag(
        "read_only_root",
        "read only root filesystem | readonlyrootfilesystem | read only root file system | read only root"
        " | read only filesystem | read only file system | readonly root filesystem | immutable root filesystem"
        " | root filesystem read only | root filesystem as read only | root filesystem to be read only"
        " | root filesystem is read only | root filesystem mounted as read only"
        " | root filesystem must be read only | root filesystem should be read only | root file system must "
        "be read only"
        " | root filesystem have to be read only | root filesystem must be mounted read only | root "
        "filesystem has to be read only",
    ),
    _flag(
        "read_only_root",
        "writable root filesystem | writable root file system | writable root | write to their root filesystem"
        " | write to the root filesystem | writable filesystem",
        value="false",
    ),
    _flag(
        "root_user",
        "root | as root | root user | run as root | running as root | uid 0 | user 0 | user id 0 | as the root user"
        " | as user root | superuser",
    ),
    _flag(
        "root_user",
        "non root | nonroot | non root user | runasnonroot | as non root | run as non root | unprivileged user"
        " | as a non root user | as nonroot user | as an unprivileged user | unprivileged",
        value="false",
    ),
    Concept("user", "runasuser | user id | uid | run as user", numeric=True, value_op=Op.IN),
    Concept(
        "seccomp",
        "seccomp profile | seccomp | seccompprofile | seccomp profile type",
        value_op=Op.IN,
        words=("RuntimeDefault", "Localhost", "Unconfined"),
    ),
    Concept("proc_mount", "proc mount | procmount | proc mount type", value_op=Op.IN, words=("Default", "Unmasked")),
    Concept(
        "capabilities.drop",
        "drop capability | dropped capability | drop linux capability | capability dropped | drop | drop the "
        "capability",
        value_op=Op.CONTAINS,
        words=tuple(_CAPABILITIES.split()),
    ),
    Concept(
        "capabilities.add",
        "capability | linux capability | added capability | add capability | additional capability"
        " | extra capability | add linux capability | add extra capability | kernel capability",
        value_op=Op.ONLY,
        optional=True,
        words=tuple(_CAPABILITIES.split()),
    ),
    _flag("stdin", "stdin | standard input"),
    _flag("tty", "tty | interactive tty | interactive terminal | terminal | tty session | interactive tty connection"),
    Concept(
        "host_port",
        "host port | hostport | port on the host | port of the host",
        numeric=True,
        value_op=Op.ONLY,
        optional=True,
    ),
    Concept("container_port", "container port | containerport", numeric=True, value_op=Op.ONLY, optional=True),
    Concept(
        "env.secret",
        "environment variable from secret | secret as environment variable | secret in environment variable"
        " | env from secret | secret as env var | secret through environment variable | secret in env var"
        " | secret exposed as environment variable | secret via environment variable | secret env var"
        " | environment from secret | secret in their environment",
    ),
    Concept("env.config_map", "configmap as environment variable | env from configmap"),
    Concept(
        "env", "environment variable | env var | env variable | env | environment", keyed=True, value_op=Op.CONTAINS
    ),
    Concept("command", "command | entrypoint"),
    # --- pods
    _flag(
        "host_network",
        "host network | hostnetwork | host networking | node network | network of the host | host network namespace"
        " | host network stack | network of the node | host networking mode",
    ),
    _flag(
        "host_pid",
        "host pid | hostpid | host process namespace | host pid namespace | pid namespace | host process id namespace",
    ),
    _flag("host_ipc", "host ipc | hostipc | host ipc namespace | ipc namespace"),
    Concept(
        "host_pid",
        "host namespace | namespace of the host | host process or ipc namespace",
        presence=Op.IN,
        value=("true",),
        also=("host_ipc", "host_network"),
    ),
    _flag(
        "token_mount",
        "automount service account token | service account token | automountserviceaccounttoken | automount"
        " | automatic mounting of service account token | serviceaccount token | api token | token automounting"
        " | automount the service account token | mount service account token | automounting service account token"
        " | automatically mount service account token | automount their service account token"
        " | automatically mount the service account token | automount of the service account token"
        " | auto mount service account token | mount the service account token | service account token automounting"
        " | mount a service account token | service account token mounted | automatically mounted service "
        "account token",
    ),
    Concept(
        "service_account",
        "service account | serviceaccount | service account name | serviceaccountname | dedicated service account"
        " | own service account",
        presence=Op.NOT_IN,
        value=("default",),
        value_op=Op.IN,
    ),
    _flag(
        "service_account", "default service account | default serviceaccount | service account default", value="default"
    ),
    Concept(
        "priority_class", "priority class | priorityclass | priorityclassname | priority class name", value_op=Op.IN
    ),
    Concept("node_selector", "node selector | nodeselector", keyed=True, value_op=Op.CONTAINS),
    Concept("affinity", "affinity | node affinity | affinity rule | scheduling affinity"),
    Concept("anti_affinity", "anti affinity | pod anti affinity | podantiaffinity | anti affinity rule"),
    Concept("topology_spread", "topology spread | topology spread constraint | topologyspreadconstraint"),
    Concept("tolerations", "toleration"),
    Concept("pull_secrets", "image pull secret | imagepullsecret | pull secret", value_op=Op.IN),
    Concept(
        "restart_policy",
        "restart policy | restartpolicy",
        value_op=Op.IN,
        words=("Always", "OnFailure", "Never"),
    ),
    Concept(
        "grace_period",
        "grace period | termination grace period | terminationgraceperiodsecond | shutdown grace period",
        numeric=True,
    ),
    Concept("sysctls", "sysctl | kernel parameter | unsafe sysctl", value_op=Op.ONLY, optional=True),
    Concept("fs_group", "fsgroup | fs group", numeric=True, value_op=Op.IN),
    Concept("runtime_class", "runtime class | runtimeclassname | runtimeclass", value_op=Op.IN),
    Concept(
        "volume.host_path",
        "hostpath | host path | hostpath volume | host path volume | host filesystem | host directory"
        " | host file system | file system of the node | node filesystem | directory from the host"
        " | path from the host | volume from the host",
        value_op=Op.PREFIX,
        optional=True,
    ),
    Concept(
        "volume.type",
        "volume type | type of volume | volume",
        value_op=Op.ONLY,
        optional=True,
        words=(
            "hostPath",
            "emptyDir",
            "configMap",
            "secret",
            "persistentVolumeClaim",
            "nfs",
            "projected",
            "downwardAPI",
            "csi",
            "iscsi",
        ),
    ),
    # --- any object
    Concept("labels", "label | label key", (), keyed=True, value_op=Op.CONTAINS),
    Concept("annotations", "annotation | annotation key", (), keyed=True, value_op=Op.CONTAINS),
    Concept(
        "owner",
        "owner reference | ownerreference | owning controller | managed by a controller | owned by a controller"
        " | controller | owned by a workload | naked | bare | standalone | parent controller",
        ("Pod",),
    ),
    Concept("finalizers", "finalizer", ()),
    Concept("name", "name", (), value_op=Op.PREFIX),
    Concept("api_version", "api version | apiversion", (), value_op=Op.IN),
    Concept(
        "deprecated_api",
        "deprecated api | deprecated api version | removed api version | outdated api version | deprecated apiversion"
        " | removed api | old api version | deprecated",
        (),
    ),
    # --- workloads
    Concept(
        "replicas",
        "replica | replica count | number of replica | instance | copy | spec.replicas",
        SCALED,
        numeric=True,
        value_op=Op.IN,
    ),
    Concept(
        "strategy",
        "update strategy | rollout strategy | deployment strategy | strategy | strategy type",
        ("Deployment",),
        value_op=Op.IN,
        words=("RollingUpdate", "Recreate"),
    ),
    _flag("strategy", "rolling update", "RollingUpdate", ("Deployment",)),
    Concept(
        "revision_history", "revision history | revision history limit | revisionhistorylimit", SCALED, numeric=True
    ),
    _flag("single_replica", "single replica | one replica only | only one replica | one replica", kinds=SCALED),
    # --- services and ingresses
    Concept(
        "service.type",
        "service type | type",
        ("Service",),
        value_op=Op.IN,
        words=("LoadBalancer", "NodePort", "ClusterIP", "ExternalName"),
    ),
    _flag(
        "service.type",
        "load balancer | loadbalancer | type load balancer | load balancer type",
        "LoadBalancer",
        ("Service",),
    ),
    _flag("service.type", "node port | nodeport | type node port | node port type", "NodePort", ("Service",)),
    _flag("service.type", "clusterip | cluster ip | type clusterip", "ClusterIP", ("Service",)),
    _flag("service.type", "external name | externalname | type externalname", "ExternalName", ("Service",)),
    Concept(
        "service.external_ips",
        "external ip | externalip | external ip address | spec.externalips",
        ("Service",),
        value_op=Op.ONLY,
        optional=True,
    ),
    Concept("service.selector", "selector | service selector | label selector", ("Service",)),
    Concept(
        "service.source_ranges",
        "source range | loadbalancersourcerange | allowed source range",
        ("Service",),
        value_op=Op.ONLY,
    ),
    Concept("service.port_name", "port name | named port | name for its port | name for every port", ("Service",)),
    Concept("service.port", "service port | port number | port", ("Service",), numeric=True, value_op=Op.ONLY),
    Concept(
        "ingress.wildcard",
        "wildcard host | wildcard hostname | wildcard | wildcard domain | wildcard or blank hostname"
        " | wildcard or empty host | blank hostname | empty host | empty hostname | blank host | catch all host"
        " | wildcard or blank host | wildcard or empty hostname | star host | blank or wildcard hostname"
        " | wildcard ingress host | wildcard ingress | wildcard hostname or blank hostname",
        ("Ingress",),
    ),
    Concept(
        "ingress.tls",
        "tls | https | tls configuration | tls section | ssl | certificate | tls secret | https only | tls encryption"
        " | tls termination | tls config | tls setting | spec.tls | tls block",
        ("Ingress",),
    ),
    Concept(
        "ingress.host",
        "host | hostname | host name | ingress host | domain | ingress hostname | spec.rules.host",
        ("Ingress",),
        value_op=Op.IN,
    ),
    Concept("ingress.class", "ingress class | ingressclassname | ingressclass", ("Ingress",), value_op=Op.IN),
    _flag(
        "ingress.allow_http",
        "allow http | plain http | unencrypted http | http traffic | http | insecure http",
        kinds=("Ingress",),
    ),
    # --- scaling, disruption, storage
    Concept(
        "hpa.min",
        "minimum replica | minreplica | min replica | minimum number of replica | minimum replica count",
        ("HorizontalPodAutoscaler",),
        numeric=True,
        value_op=Op.IN,
    ),
    Concept(
        "hpa.max",
        "maximum replica | maxreplica | max replica | maximum number of replica | maximum replica count",
        ("HorizontalPodAutoscaler",),
        numeric=True,
        value_op=Op.IN,
    ),
    Concept(
        "hpa.bounds",
        "replica | replica count | number of replica | minimum or maximum replica count | minimum and maximum replica"
        " | minimum or maximum replica | minimum and maximum replica count | minreplica and maxreplica",
        ("HorizontalPodAutoscaler",),
        numeric=True,
        value_op=Op.IN,
    ),
    Concept(
        "hpa.spread",
        "difference between minreplica and maxreplica | difference between maxreplica and minreplica | replica spread"
        " | gap between minreplica and maxreplica | difference between minimum and maximum replica"
        " | difference between the minimum and maximum replica | gap between minimum and maximum replica",
        ("HorizontalPodAutoscaler",),
        numeric=True,
    ),
    Concept(
        "hpa.target",
        "scale target | scaletargetref | existing target | existing workload | target workload | existing deployment"
        " | valid target | valid scaletargetref | target",
        ("HorizontalPodAutoscaler",),
    ),
    Concept(
        "pdb.max_unavailable",
        "maxunavailable | max unavailable | maximum unavailable",
        ("PodDisruptionBudget",),
        numeric=True,
        value_op=Op.IN,
    ),
    Concept(
        "pdb.min_available",
        "minavailable | min available | minimum available",
        ("PodDisruptionBudget",),
        numeric=True,
        value_op=Op.IN,
    ),
    Concept(
        "pdb.allows",
        "allow disruption | allow eviction | allow at least one disruption | voluntary disruption | permit disruption"
        " | allow voluntary disruption | allow a disruption | allow node drain",
        ("PodDisruptionBudget",),
    ),
    _flag(
        "pdb.blocks",
        "block eviction | block all eviction | block node drain | block drain | never be satisfied",
        kinds=("PodDisruptionBudget",),
    ),
    Concept(
        "storage_class",
        "storage class | storageclass | storageclassname | storage class name",
        ("PersistentVolumeClaim", "StatefulSet"),
        value_op=Op.IN,
    ),
    Concept(
        "claim.size",
        "size | storage request | requested storage | capacity | requested size | storage",
        ("PersistentVolumeClaim",),
        numeric=True,
    ),
    Concept(
        "access_modes",
        "access mode | accessmode",
        ("PersistentVolumeClaim",),
        value_op=Op.ONLY,
        words=("ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"),
    ),
    # --- jobs
    Concept("cron.schedule", "schedule", ("CronJob",), value_op=Op.IN),
    Concept(
        "cron.concurrency",
        "concurrency policy | concurrencypolicy",
        ("CronJob",),
        value_op=Op.IN,
        words=("Forbid", "Replace", "Allow"),
    ),
    _flag("cron.suspended", "suspended | suspend", kinds=("CronJob",)),
    Concept(
        "job.deadline",
        "active deadline | activedeadlinesecond | deadline | active deadline second",
        ("Job", "CronJob"),
        numeric=True,
    ),
    Concept("job.ttl", "ttl | ttlsecondsafterfinished | ttl after finishing", ("Job", "CronJob"), numeric=True),
    Concept("job.backoff", "backoff limit | backofflimit", ("Job", "CronJob"), numeric=True),
    # --- permissions
    Concept(
        "role_ref",
        "cluster admin | cluster admin role | cluster admin clusterrole",
        _BINDINGS,
        presence=Op.IN,
        value=("cluster-admin",),
    ),
    Concept(
        "subject",
        "subject | user | group | service account subject | access",
        _BINDINGS,
        value_op=Op.IN,
    ),
    _flag(
        "rule.wildcard_verbs", "wildcard verb | wildcard in verb | all verb | any verb | * verb | verb *", kinds=_RBAC
    ),
    _flag(
        "rule.wildcard_resources",
        "wildcard resource | wildcard in resource | all resource | any resource | resource *",
        kinds=_RBAC,
    ),
    _flag(
        "rule.wildcard_any",
        "wildcard permission | wildcard | wildcard in verb or resource | wildcard rule | wildcard access | "
        "wildcard verb or resource | *",
        kinds=_RBAC,
    ),
    # --- what other objects give
    Concept("has.pdb", "pdb | poddisruptionbudget | pod disruption budget | disruption budget", SCALED),
    Concept("has.hpa", "hpa | horizontalpodautoscaler | horizontal pod autoscaler | autoscaler", SCALED),
    Concept(
        "has.network_policy",
        "network policy | networkpolicy | network policy that select them",
        ("Namespace", *POD_KINDS),
    ),
    Concept(
        "has.default_deny",
        "default deny network policy | default deny | default deny networkpolicy | default deny policy",
        ("Namespace",),
    ),
    Concept("has.quota", "resource quota | resourcequota | quota", ("Namespace",)),
    Concept("has.limit_range", "limit range | limitrange", ("Namespace",)),
    Concept("has.endpoints", "endpoint | ready endpoint | backend pod | matching pod | pod behind", ("Service",)),
)
