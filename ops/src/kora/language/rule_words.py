"""The vocabulary of rules: which words name which fact, on which kinds it lives, how values are compared.

Data only, read by `language.rule_scan`. Phrases are matched longest first, in the singular, hyphens read as spaces;
alternatives are separated by `|`. A fact is one of `operations.audits.facts` (a test holds the two together).
"""

from dataclasses import dataclass

from kora.domain.rules import Op


def spoken(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


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

RESOURCES = {
    "cpu": "cpu",
    "processor": "cpu",
    "memory": "memory",
    "mem": "memory",
    "ram": "memory",
    "ephemeral storage": "ephemeral-storage",
    "ephemeral": "ephemeral-storage",
}
SIDES = {"request": "requests", "limit": "limits"}
RATIOS = (
    "limit to request ratio | ratio of limit to request | limit request ratio | ratio between limit and request"
    " | ratio of their limit to their request | resource ratio | ratio of the limit to the request | request to limit"
    " ratio | ratio between their limit and request | ratio between request and limit | limit to request"
    " | memory limit to request ratio | cpu limit to request ratio | memory limit to memory request ratio"
    " | cpu limit to cpu request ratio | ratio of memory limit to memory request | ratio of cpu limit to "
    "cpu request | ratio"
)

# Words before or after a value, and what they mean for a number.
COMPARISONS: dict[Op, str] = {
    Op.BELOW: "less than | below | under | smaller than | lower than | fewer than | strictly less than | younger than",
    Op.AT_MOST: "at most | no more than | not more than | not exceed | not exceeding | up to | maximum of | max of"
    " | capped at | less than or equal to | no greater than | not greater than | no higher than | not be more than"
    " | not be greater than | not be higher than | not go over | not be above | no larger than | limited to | or less"
    " | or fewer | or below | or lower | within | shouldn't exceed | can't exceed | cannot exceed | not to exceed"
    " | mustn't exceed | may not exceed | equal to or less than | maximum | max | don't exceed | doesn't exceed"
    " | not be larger than | not be over | never exceed | not over | not above | at or below | not request more than"
    " | not have more than | not use more than | not set more than | or smaller",
    Op.ABOVE: "more than | greater than | above | over | larger than | higher than | exceed | exceeding | bigger than"
    " | beyond | in excess of",
    Op.AT_LEAST: "at least | minimum of | min of | no less than | not less than | no fewer than | not fewer than"
    " | or more | greater than or equal to | or higher | or above | not below | not be below | not be less than"
    " | no lower than | minimum | min | or greater | at or above | not be lower than | more than or equal to"
    " | not be fewer than | not have fewer than | not have less than | not be smaller than | not be under"
    " | not under",
    Op.IN: "equal to | equal | exactly | precisely",
}

NEGATIONS = """
not no never without missing lack lacking don't doesn't isn't aren't haven't hasn't cannot can't shouldn't mustn't
won't neither nor absent omit omitting forbid forbidden prohibit prohibited disallow disallowed block blocked blocking
avoid prevent prevented ban banned deny denied refuse reject rejected disable disabled disabling unset undefined none
absence fail refrain dont doesnt illegal forgot forgotten lacks
"""
# These say what must be by themselves; the others only beside a word of search.
STRONG_MODALS = """
must should shall need require mandatory ought ensure enforce mandate mustn't shouldn't cannot can't expected sure
verify confirm policy rule has-to have-to
"""
WEAK_MODALS = """
only allow allowed permit permitted forbid forbidden prohibit prohibited disallow disallowed block blocked ban banned
deny denied never may every all each always no avoid prevent reject refuse neither none restrict restricted acceptable
"""
SEARCHES = """
find identify list show report which tell detect spot locate search scan flag name who whose what display are any do
does is there print return get know
"""
# Verbs that open a check of what follows: "check that", "make sure all".
POINTERS = """
violate violating violation violator offending offender noncompliant comply compliant compliance breach breaking
satisfy follow adhere conform wrong incorrect conforming meeting meet non-compliant pass broken break
"""
BACK_REFERENCES = """
this range | that range | with this policy | violate this policy | these rule | violate our policy | meet this | these
requirement | violate the policy | violate that policy | comply with this | comply with that | violate this rule |
comply with the policy | meet that requirement | meet this requirement | meet the requirement
"""
EXCEPTIONS = """
except | except for | excluding | exclude | ignore | ignoring | apart from | but not | unless | skip | skipping | with
the exception of | aside from | besides | exempt | exempting | leaving out | leave out
"""
OTHER_THAN = """
other than | different from | outside of | outside | not in | not from | not one of | not start with | not starting
with | not be from | not come from | not coming from | not be one of
"""
REASONS = """
because | since | so that | in order to | as that could | as this | as that | as it | as they | which could | which
can | to avoid | to prevent | for security reason | for security | otherwise | to make sure that nothing | this could
| doesn't matter | does not matter | regardless of | not just | not only | rather than | instead of | no matter what |
irrespective of | whatever | for compliance | for compliance reason | since this | due to | as part of our | to reduce
| to minimize | to ensure that no | to limit the | to protect
"""
FILLERS = """
requirement requirements creating specification preventing
a an the this that these those it its it's they their them there we our us you your i my me please can could would hey
hi hello kindly just also too as well both either of for to from in on at by with within across inside into and or is
are be been being was were am do does did has have had having use uses used using run runs running ran set sets
setting specify specified specifying define defined defining declare declared configure configured configuring
configuration come coming pull pulled pulling start starting begin beginning contain containing include including
included mount mounted mounting add added adding grant granted give given expose exposed exposing enable enabled
enabling allow allowing permit permitted which who whose what any all every each some one ones more same then than so
if when where such like via through only always must should shall need required require requiring mandatory ought
ensure enforce mandate make sure check verify confirm see look inspect examine audit review find identify list show
report tell detect spot locate search scan flag name names named called display know let want wanted help currently
present presence value values key keys field spec section setting settings option explicit explicitly proper properly
valid least defined provide provided provides providing assign assigned create created deploy deployed part request
requests requested rule rules policy policies resource resources object objects kubernetes k8s cluster item items
container containers pod pods workload workloads template templates init sidecar their own access permission
permissions type mode address addresses back at allowed approved trusted following possible single exactly connect
connection connections level namespace namespaces state status true security context securitycontext metadata
annotated labeled labelled tagged label pinned attach attached bound bind binding role given associated carry carrying
appear available match matched matching up out whether about not will may might get gets be's else other others least
standard current existing entire whole new ever still made sort kind kinds live production prod team teams here's
everything anything something under our company organization internal certain specific specifically correctly
permitted acceptable unique distinct limited restrict restricted restricted prefix path registry originate originating
hosted stored sourced based sourcing fetched keep kept remain stay go going works work against ask creation deploying
attempting additionally furthermore moreover mandates matter pointing points point targeting target range xml block
final response anything important followed leading whitespace extra text determine analysis after defined being
request via them rejected designated such otherwise every resource(s) false between means e.g e.g. etc certain
approved value values allowing wanting managed specified. per number enough enforcing checking auditing ensuring
verifying examining scanning looking listing following ip format line print output system violations risk help exactly
belong belonging belongs able default user group subject system via consist consists long traffic service services app
application applications component components its system's have-to has-to
"""
