"""The vocabulary of rules: which words name which fact, what kinds a fact lives on, how values are compared.

Data only. A phrase is matched longest first on lower-case words in the singular; `Concept.facts` says which facts it
stands for and `presence` what "has it" means for that fact.
"""

from dataclasses import dataclass, field

from kora.domain.rules import Op

POD_OWNERS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet")
SCALED = ("Deployment", "StatefulSet")


@dataclass(frozen=True)
class Concept:
    """Something that rules speak about.

    `presence`/`value`: the test that says "it is so" without further values, for example privileged → in ("true",).
    `takes`: whether values may follow (names, prefixes, numbers); `value_op` compares them.
    """

    fact: str
    phrases: tuple[str, ...]
    kinds: tuple[str, ...] = POD_OWNERS
    presence: Op = Op.PRESENT
    value: tuple[str, ...] = ()
    value_op: Op = Op.IN
    keyed: bool = False
    numeric: bool = False
    also: tuple[str, ...] = field(default=())
    """Further facts that the same words stand for (all of them)."""


def _flag(fact: str, *phrases: str, true: str = "true") -> Concept:
    return Concept(fact, phrases, presence=Op.IN, value=(true,))


CONCEPTS: tuple[Concept, ...] = (
    # images
    Concept(
        "image",
        (
            "image",
            "container image",
            "repository",
            "repo",
            "registry",
            "image registry",
            "image repository",
            "docker registry",
            "container registry",
            "image name",
        ),
        value_op=Op.PREFIX,
    ),
    Concept("image.explicit_tag", ("tag", "image tag", "version tag"), value_op=Op.IN),
    Concept(
        "image.digest", ("digest", "image digest", "sha256", "sha256 digest", "image by digest", "pinned by digest")
    ),
    Concept("image.pull_policy", ("pull policy", "imagepullpolicy", "image pull policy")),
    # probes
    Concept("probe.liveness", ("liveness probe", "livenessprobe", "liveness check", "liveness")),
    Concept("probe.readiness", ("readiness probe", "readinessprobe", "readiness check", "readiness")),
    Concept("probe.startup", ("startup probe", "startupprobe", "startup check", "startup")),
    Concept("probe.liveness", ("health probe", "probe", "health check", "healthcheck"), also=("probe.readiness",)),
    Concept("lifecycle.pre_stop", ("prestop hook", "prestop", "pre-stop hook")),
    # security of a container
    _flag("privileged", "privileged", "privileged mode", "privileged container", "as privileged", "privileged: true"),
    _flag(
        "privilege_escalation",
        "privilege escalation",
        "allowprivilegeescalation",
        "escalate privilege",
        "escalate their privilege",
        "escalation of privilege",
        "gain more privilege",
    ),
    _flag(
        "read_only_root",
        "read-only root filesystem",
        "readonlyrootfilesystem",
        "read only root filesystem",
        "read-only root file system",
        "read only root file system",
        "read-only root",
        "read-only filesystem",
        "readonly root filesystem",
        "immutable root filesystem",
    ),
    _flag(
        "read_only_root",
        "writable root filesystem",
        "writable root file system",
        "writable root",
        "write to their root filesystem",
        true="false",
    ),
    _flag(
        "root_user", "root", "as root", "root user", "run as root", "running as root", "uid 0", "user 0", "user id 0"
    ),
    _flag(
        "root_user",
        "non-root",
        "nonroot",
        "non-root user",
        "runasnonroot",
        "as non-root",
        "run as non-root",
        "unprivileged user",
        "non root",
        "non root user",
        true="false",
    ),
    Concept("user", ("runasuser", "user id", "uid"), numeric=True),
    Concept("seccomp", ("seccomp profile", "seccomp", "seccompprofile")),
    Concept("proc_mount", ("proc mount", "procmount")),
    Concept(
        "capabilities.drop",
        (
            "drop capability",
            "dropped capability",
            "drop all capability",
            "drop linux capability",
            "capability dropped",
            "drop",
        ),
        value_op=Op.CONTAINS,
    ),
    Concept(
        "capabilities.add",
        (
            "capability",
            "linux capability",
            "added capability",
            "add capability",
            "additional capability",
            "extra capability",
        ),
        value_op=Op.ONLY,
    ),
    _flag("stdin", "stdin", "standard input"),
    _flag("tty", "tty", "interactive tty", "interactive terminal", "terminal"),
    Concept("host_port", ("host port", "hostport", "port on the host", "port of the host"), numeric=True),
    Concept("container_port", ("container port", "containerport"), numeric=True),
    Concept(
        "env.secret",
        (
            "environment variable from secret",
            "secret as environment variable",
            "secret in environment variable",
            "env from secret",
            "secret as env var",
            "secret through environment variable",
            "secret exposed as environment variable",
        ),
    ),
    Concept("env.config_map", ("configmap as environment variable", "env from configmap", "configmap", "config map")),
    Concept("env", ("environment variable", "env var", "env variable", "env"), keyed=True),
    # pods
    _flag(
        "host_network",
        "host network",
        "hostnetwork",
        "host networking",
        "node network",
        "network of the host",
        "host's network",
        "host network namespace",
    ),
    _flag("host_pid", "host pid", "hostpid", "host process namespace", "host pid namespace", "pid namespace"),
    _flag("host_ipc", "host ipc", "hostipc", "host ipc namespace", "ipc namespace"),
    _flag(
        "token_mount",
        "automount service account token",
        "service account token",
        "automountserviceaccounttoken",
        "automount",
        "automatic mounting of service account token",
        "serviceaccount token",
        "api token",
        "automount the service account token",
        "token automounting",
        "mount service account token",
        "automatically mount service account token",
        "automount their service account token",
        "automatically mount the service account token",
        "automount of the service account token",
        "automount their serviceaccount token",
        "auto-mount service account token",
    ),
    Concept(
        "service_account",
        ("service account", "serviceaccount", "service account name"),
        presence=Op.NOT_IN,
        value=("default",),
    ),
    _flag("service_account", "default service account", "default serviceaccount", true="default"),
    Concept("priority_class", ("priority class", "priorityclass", "priorityclassname")),
    Concept("node_selector", ("node selector", "nodeselector"), keyed=True),
    Concept("affinity", ("affinity", "anti-affinity", "pod anti-affinity")),
    Concept("topology_spread", ("topology spread", "topology spread constraint")),
    Concept("tolerations", ("toleration",)),
    Concept("pull_secrets", ("image pull secret", "imagepullsecret", "pull secret")),
    Concept("restart_policy", ("restart policy", "restartpolicy")),
    Concept("grace_period", ("grace period", "termination grace period"), numeric=True),
    Concept("sysctls", ("sysctl", "kernel parameter"), value_op=Op.ONLY),
    Concept("fs_group", ("fsgroup", "fs group"), numeric=True),
    Concept(
        "volume.host_path",
        (
            "hostpath",
            "host path",
            "hostpath volume",
            "host filesystem",
            "host directory",
            "host file system",
            "file system of the node",
            "node's filesystem",
        ),
    ),
    Concept("volume.type", ("volume type", "type of volume", "volume"), value_op=Op.ONLY),
    # any object
    Concept("labels", ("label",), kinds=(), keyed=True),
    Concept("annotations", ("annotation",), kinds=(), keyed=True),
    Concept("owner", ("owner reference", "ownerreference", "controller", "owning controller"), kinds=("Pod",)),
    Concept("finalizers", ("finalizer",), kinds=()),
    Concept("api_version", ("api version", "apiversion"), kinds=()),
    # workloads
    Concept(
        "replicas", ("replica", "replica count", "number of replica", "instance", "copy"), kinds=SCALED, numeric=True
    ),
    Concept(
        "strategy", ("update strategy", "rollout strategy", "deployment strategy", "strategy"), kinds=("Deployment",)
    ),
    Concept("revision_history", ("revision history", "revision history limit"), kinds=SCALED, numeric=True),
    # services and ingresses
    Concept("service.type", ("service type", "type"), kinds=("Service",)),
    _flag("service.type", "load balancer", "loadbalancer", true="LoadBalancer"),
    _flag("service.type", "node port", "nodeport", true="NodePort"),
    _flag("service.type", "clusterip", "cluster ip", true="ClusterIP"),
    Concept("service.external_ips", ("external ip", "externalip"), kinds=("Service",), value_op=Op.ONLY),
    Concept("service.selector", ("selector",), kinds=("Service",)),
    Concept("service.source_ranges", ("source range", "loadbalancersourcerange"), kinds=("Service",)),
    Concept("service.port_name", ("port name", "named port"), kinds=("Service",)),
    Concept(
        "ingress.wildcard", ("wildcard host", "wildcard hostname", "wildcard", "wildcard domain"), kinds=("Ingress",)
    ),
    Concept(
        "ingress.tls",
        ("tls", "https", "tls configuration", "tls section", "ssl", "certificate", "tls secret"),
        kinds=("Ingress",),
    ),
    Concept(
        "ingress.host", ("host", "hostname", "host name", "ingress host", "domain"), kinds=("Ingress",), value_op=Op.IN
    ),
    Concept("ingress.class", ("ingress class", "ingressclassname"), kinds=("Ingress",)),
    # scaling, disruption, storage
    Concept(
        "hpa.min",
        ("minimum replica", "minreplica", "min replica", "minimum number of replica"),
        kinds=("HorizontalPodAutoscaler",),
        numeric=True,
    ),
    Concept(
        "hpa.max",
        ("maximum replica", "maxreplica", "max replica", "maximum number of replica"),
        kinds=("HorizontalPodAutoscaler",),
        numeric=True,
    ),
    Concept(
        "pdb.max_unavailable",
        ("maxunavailable", "max unavailable", "maximum unavailable"),
        kinds=("PodDisruptionBudget",),
        numeric=True,
    ),
    Concept(
        "pdb.min_available",
        ("minavailable", "min available", "minimum available"),
        kinds=("PodDisruptionBudget",),
        numeric=True,
    ),
    Concept("storage_class", ("storage class", "storageclass", "storageclassname"), kinds=("PersistentVolumeClaim",)),
    Concept(
        "claim.size",
        ("size", "storage request", "requested storage", "capacity"),
        kinds=("PersistentVolumeClaim",),
        numeric=True,
    ),
    Concept("access_modes", ("access mode", "accessmode"), kinds=("PersistentVolumeClaim",), value_op=Op.ONLY),
    Concept("cron.schedule", ("schedule",), kinds=("CronJob",)),
    Concept("cron.concurrency", ("concurrency policy", "concurrencypolicy"), kinds=("CronJob",)),
    _flag("cron.suspended", "suspended", "suspend"),
    Concept(
        "job.deadline", ("active deadline", "activedeadlinesecond", "deadline"), kinds=("Job", "CronJob"), numeric=True
    ),
    Concept("job.ttl", ("ttl", "ttlsecondsafterfinished"), kinds=("Job", "CronJob"), numeric=True),
)

RESOURCE_WORDS = {
    "cpu": "cpu",
    "cpus": "cpu",
    "processor": "cpu",
    "memory": "memory",
    "mem": "memory",
    "ram": "memory",
    "ephemeral-storage": "ephemeral-storage",
}
SIDE_WORDS = {"request": "requests", "requests": "requests", "limit": "limits", "limits": "limits"}

# Words before or after a value, and what they mean for a number.
COMPARISONS: tuple[tuple[tuple[str, ...], Op], ...] = tuple(
    sorted(
        (
            (tuple(phrase.split()), op)
            for op, phrases in {
                Op.BELOW: (
                    "less than",
                    "below",
                    "under",
                    "smaller than",
                    "lower than",
                    "fewer than",
                    "strictly less than",
                    "younger than",
                ),
                Op.AT_MOST: (
                    "at most",
                    "no more than",
                    "not more than",
                    "not exceed",
                    "not exceeding",
                    "up to",
                    "maximum of",
                    "a maximum of",
                    "max",
                    "maximum",
                    "capped at",
                    "less than or equal to",
                    "no greater than",
                    "not greater than",
                    "no higher than",
                    "not be more than",
                    "not be greater than",
                    "not be higher than",
                    "not go over",
                    "not be above",
                    "no larger than",
                    "limited to",
                    "or less",
                    "or fewer",
                    "or below",
                    "within",
                    "shouldn't exceed",
                    "can't exceed",
                    "cannot exceed",
                    "not to exceed",
                    "mustn't exceed",
                    "may not exceed",
                    "equal to or less than",
                ),
                Op.ABOVE: (
                    "more than",
                    "greater than",
                    "above",
                    "over",
                    "larger than",
                    "higher than",
                    "exceed",
                    "exceeds",
                    "exceeding",
                    "bigger than",
                    "beyond",
                ),
                Op.AT_LEAST: (
                    "at least",
                    "minimum of",
                    "a minimum of",
                    "min",
                    "minimum",
                    "no less than",
                    "not less than",
                    "no fewer than",
                    "not fewer than",
                    "or more",
                    "greater than or equal to",
                    "or higher",
                    "or above",
                    "not below",
                    "not be below",
                    "not be less than",
                    "no lower than",
                ),
                Op.IN: ("equal to", "equals", "exactly", "set to", "equal"),
            }.items()
            for phrase in phrases
        ),
        key=lambda pair: -len(pair[0]),
    )
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NEGATIONS = _words(
    """
    not no never without missing lack lacks lacking don't doesn't don’t doesn’t isn't aren't haven't hasn't
    cannot can't shouldn't mustn't won't neither absent omit omits omitting forgot forbid forbids forbidden
    prohibit prohibits prohibited disallow disallows disallowed block blocks blocked blocking avoid prevent
    prevents prevented ban bans banned deny denies denied refuse reject disable disables disabled disabling
    unset undefined free
    """
)
OBLIGATIONS = _words(
    """
    must should shall need needs require requires required requiring mandatory ought has ensure ensures enforce
    enforces enforcing only allowed allow allows permitted permit policy forbid forbids forbidden prohibit
    prohibits prohibited disallow disallows disallowed block blocks blocking banned ban bans mandate mandates
    cannot can't shouldn't mustn't may never every all each always expected standard rule
    """
)
SEARCHES = _words(
    """
    find identify list show report which tell check detect spot locate search scan audit inspect look flag give
    name any who see review verify determine print output return
    """
)
# Words by which a later sentence only points back at the rule that was stated.
POINTERS = _words(
    """
    violate violates violating violation violations violators offending offender offenders noncompliant non-
    compliant comply complies compliant compliance fail fails failing break breaks breaking breach meet meets
    satisfy satisfies follow follows adhere conform other others else otherwise wrong incorrect
    """
)
