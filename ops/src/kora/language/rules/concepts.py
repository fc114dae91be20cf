"""What rules speak about: which phrases name which fact, and on which kinds it lives.

Data only, read by `language.rules.scan`. Phrases are matched longest first, in the singular, hyphens read as spaces;
alternatives are separated by `|`. A fact is one of `operations.audits.facts` (a test holds the two together).
"""

from collections.abc import Iterator
from dataclasses import replace

from kora.domain.rules import Op
from kora.language.rules.fields import API_FIELDS, PROBE_FIELDS, ApiField
from kora.language.rules.model import POD_KINDS, SCALED, TEMPLATES, Concept, flag
from kora.language.rules.object_concepts import OBJECT_CONCEPTS
from kora.language.rules.references import references

__all__ = ["CONCEPTS", "POD_KINDS", "SCALED", "TEMPLATES", "Concept"]

_CAPABILITIES = (
    "ALL NET_ADMIN NET_RAW NET_BIND_SERVICE SYS_ADMIN SYS_PTRACE SYS_TIME SYS_MODULE SYS_CHROOT SYS_BOOT CHOWN "
    "DAC_OVERRIDE FOWNER FSETID KILL MKNOD SETFCAP SETGID SETPCAP SETUID AUDIT_WRITE IPC_LOCK BPF PERFMON"
)

_POD_CONCEPTS: tuple[Concept, ...] = (
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
        " | sha256 hash | pinned digest | checksum | sha256 checksum | image checksum",
    ),
    Concept("image.digest", "only by tag | only by a tag | only by their tag | tag only", presence=Op.ABSENT),
    Concept(
        "image.pull_policy",
        "pull policy | imagepullpolicy | image pull policy | pullpolicy",
        value_op=Op.IN,
        words=("Always", "IfNotPresent", "Never"),
    ),
    flag("image.pull_policy", "pull always | always pull | always pull their image | always pull image", "Always"),
    # --- probes and life cycle
    Concept("probe.liveness", "liveness probe | livenessprobe | liveness check | liveness"),
    Concept("probe.readiness", "readiness probe | readinessprobe | readiness check | readiness"),
    Concept("probe.startup", "startup probe | startupprobe | startup check | startup"),
    Concept(
        "env.duplicates",
        "duplicate environment variable | duplicated environment variable | repeated environment variable",
    ),
    Concept("gpu", "gpu | graphics card"),
    Concept("age", "age", (), numeric=True, value_op=Op.IN),
    Concept("probe.liveness", "health probe | probe | health check | healthcheck", also=("probe.readiness",)),
    Concept("lifecycle.pre_stop", "prestop hook | prestop | pre stop hook | lifecycle hook"),
    # --- security of a container
    flag("privileged", "privileged | privileged mode | privileged container | as privileged | privileged access"),
    flag(
        "privilege_escalation",
        "privilege escalation | allowprivilegeescalation | escalate privilege | escalate their privilege"
        " | escalation of privilege | gain more privilege | allow privilege escalation | escalating privilege"
        " | gain additional privilege | escalation to root",
    ),
    flag(
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
    flag(
        "read_only_root",
        "writable root filesystem | writable root file system | writable root | write to their root filesystem"
        " | write to the root filesystem | writable filesystem",
        value="false",
    ),
    flag(
        "root_user",
        "root | as root | root user | run as root | running as root | uid 0 | user 0 | user id 0 | as the root user"
        " | as user root | superuser",
    ),
    flag(
        "root_user",
        "non root | nonroot | non root user | as non root | run as non root | unprivileged user"
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
    flag("stdin", "stdin | standard input"),
    flag("tty", "tty | interactive tty | interactive terminal | terminal | tty session | interactive tty connection"),
    Concept(
        "host_port",
        "host port | hostport | port on the host | port of the host",
        numeric=True,
        value_op=Op.ONLY,
        optional=True,
    ),
    Concept(
        "container_port",
        "container port | containerport | port | exposed port | port number",
        numeric=True,
        value_op=Op.ONLY,
        optional=True,
    ),
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
    Concept("command", "command | entrypoint", value_op=Op.CONTAINS),
    # --- what is counted or computed
    Concept(
        "containers.count",
        "number of container | container count | number of container per pod",
        numeric=True,
        value_op=Op.IN,
    ),
    Concept("init.count", "number of init container", numeric=True, value_op=Op.IN),
    Concept("volumes.count", "number of volume", numeric=True, value_op=Op.IN),
    flag("probes.same", "identical probe | same probe for liveness and readiness | same liveness and readiness probe"),
    flag("privileged_port", "privileged port | port below 1024 | well known port | system port"),
    Concept("restarts", "restart | restart count | restarted | number of restart", ("Pod",), numeric=True),
    Concept(
        "phase",
        "phase | pod phase | status phase",
        ("Pod", "PersistentVolumeClaim", "PersistentVolume", "Namespace"),
        value_op=Op.IN,
        words=(
            "Running",
            "Pending",
            "Succeeded",
            "Failed",
            "Unknown",
            "Bound",
            "Available",
            "Released",
            "Lost",
            "Active",
        ),
    ),
    Concept(
        "qos",
        "qos class | quality of service class | qos | quality of service",
        value_op=Op.IN,
        words=("Guaranteed", "Burstable", "BestEffort"),
    ),
    flag("qos", "best effort | best effort qos", value="BestEffort"),
    Concept("init.names", "init container to be there | any init container | initcontainer"),
    # --- more of security
    Concept("selinux.user", "selinux user | selinuxoption user", value_op=Op.IN),
    Concept("selinux.role", "selinux role | selinuxoption role", value_op=Op.IN),
    Concept(
        "selinux.user",
        "selinux user or role | selinux user and role | selinux option user or role"
        " | selinux option user and role | custom selinux user or role | user or role selinux option",
        also=("selinux.role",),
    ),
    Concept("selinux.type", "selinux type | selinuxoption type", value_op=Op.ONLY, optional=True),
    Concept(
        "selinux", "selinux option | selinux | selinuxoption | custom selinux option | selinux context | selinux label"
    ),
    flag(
        "host_process",
        "host process | hostprocess | host process container | hostprocess container | hostprocess pod"
        " | windows host process | windows hostprocess",
    ),
    flag("run_as_non_root", "runasnonroot", value="true"),
    Concept(
        "group",
        "runasgroup | group id | gid | primary group | primary group id | run as group",
        numeric=True,
        value_op=Op.IN,
    ),
    Concept(
        "apparmor",
        "apparmor profile | apparmor | app armor profile | app armor | apparmorprofile",
        value_op=Op.IN,
        words=("RuntimeDefault", "Localhost", "Unconfined"),
    ),
    Concept(
        "env.literal",
        "plain text environment variable | hard coded environment variable | literal value in environment variable"
        " | environment variable with a literal value | hardcoded environment variable | plaintext environment variable"
        " | literal environment variable value",
        keyed=False,
        value_op=Op.CONTAINS_NONE,
    ),
    Concept(
        "volume.host_path",
        "docker socket | docker sock | docker.sock | docker daemon socket | docker unix socket",
        presence=Op.MATCHES,
        value=(r".*docker\.sock",),
    ),
    Concept(
        "volume.host_path",
        "container runtime socket | cri socket | container runtime unix socket | runtime socket"
        " | container engine socket | containerd socket | crio socket | cri sock | container socket",
        presence=Op.MATCHES,
        value=(r".*(docker|containerd|crio|cri-dockerd)\.sock",),
    ),
    flag(
        "host_mount.read_only",
        "read only | mounted read only | mounted as read only | readonly | read only mount | read only volume mount",
    ),
    flag("host_mount.writable", "writable hostpath | writable host path | write access | writable", value="true"),
    Concept(
        "emptydir.limit", "size limit | sizelimit | size limited | limit on its size | limited in size", numeric=True
    ),
    Concept("emptydir.medium", "medium | memory backed | medium memory", value_op=Op.IN),
    flag("volume.type", "hostpath volume type | volume of type hostpath", value="hostPath"),
    flag("volume.type", "emptydir | empty dir | emptydir volume | empty directory volume", value="emptyDir"),
    flag("volume.type", "nfs | nfs volume | nfs share", value="nfs"),
    flag("volume.type", "projected volume", value="projected"),
    flag(
        "volume.type",
        "persistent volume claim volume | persistent volume | mount a persistentvolumeclaim | mount a pvc | mount pvc"
        " | mount a persistent volume claim | mount persistentvolumeclaim | use a persistentvolumeclaim | use a pvc"
        " | use a persistent volume claim | mount persistent volume claim",
        value="persistentVolumeClaim",
    ),
    flag("volume.type", "flexvolume | flex volume", value="flexVolume"),
    flag("volume.type", "csi volume | inline csi volume | ephemeral csi volume", value="csi"),
    flag("volume.type", "gitrepo volume | gitrepo | git repo volume", value="gitRepo"),
    flag(
        "volume.type",
        "secret volume | secret as volume | mount secret | mount a secret | mounted secret",
        value="secret",
    ),
    Concept("mount.path", "mount path | mountpath | mount point", value_op=Op.PREFIX),
    Concept("mount.sub_path", "subpath | sub path"),
    Concept(
        "port.name",
        "port name | named port | name for its port | name for every port | named container port"
        " | container port name | name for each port | port with a name | port without a name | unnamed port",
    ),
    Concept("field.pod", "ephemeral container | debug container", path="ephemeralContainers"),
    Concept("field.container", "container name | name of the container", value_op=Op.IN, path="name"),
    Concept("port.protocol", "protocol | container port protocol", value_op=Op.IN, words=("TCP", "UDP", "SCTP")),
    flag(
        "tolerates_all",
        "tolerate everything | tolerate all taint | tolerate any taint | toleration for all taint"
        " | tolerate every taint | blanket toleration | wildcard toleration",
    ),
    # --- pods
    flag(
        "host_network",
        "host network | hostnetwork | host networking | node network | network of the host | host network namespace"
        " | host network stack | network of the node | host networking mode",
    ),
    flag(
        "host_pid",
        "host pid | hostpid | host process namespace | host pid namespace | pid namespace | host process id namespace",
    ),
    flag("host_ipc", "host ipc | hostipc | host ipc namespace | ipc namespace"),
    Concept(
        "host_pid",
        "host namespace | namespace of the host | host process or ipc namespace",
        presence=Op.IN,
        value=("true",),
        also=("host_ipc", "host_network"),
    ),
    flag(
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
    flag(
        "service_account",
        "default service account | default serviceaccount | service account default | serviceaccount default",
        value="default",
    ),
    Concept(
        "priority_class", "priority class | priorityclass | priorityclassname | priority class name", value_op=Op.IN
    ),
    Concept("node_selector", "node selector | nodeselector", keyed=True, value_op=Op.CONTAINS),
    Concept("affinity", "affinity | node affinity | affinity rule | scheduling affinity"),
    Concept("anti_affinity", "anti affinity | pod anti affinity | podantiaffinity | anti affinity rule"),
    Concept(
        "topology_spread",
        "topology spread | topology spread constraint | topologyspreadconstraint",
        value_op=Op.CONTAINS,
    ),
    Concept("tolerations", "toleration | toleration key", value_op=Op.ONLY),
    Concept("tolerations", "tolerate | tolerate the taint | tolerate taint | tolerate a taint", value_op=Op.CONTAINS),
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
)


PROBE_FACTS = {
    "livenessProbe": "probe.liveness",
    "readinessProbe": "probe.readiness",
    "startupProbe": "probe.startup",
}
"""The field of every probe and the fact that says whether it is there; its settings are ``<fact>.field``."""


def _of_field(field: ApiField) -> Concept:
    """A setting of the API as a concept."""
    phrases = " | ".join(field.phrases)
    kinds = field.kinds or POD_KINDS
    probe, _, inside = field.path.partition(".")
    if field.group == "container" and probe in PROBE_FACTS and inside:
        field = replace(field, path=inside)
        fact = f"{PROBE_FACTS[probe]}.field"
    else:
        fact = f"field.{field.group}"
    if field.type == "flag":
        return Concept(fact, phrases, kinds, presence=Op.IN, value=("true",), value_op=Op.IN, path=field.path)
    if field.type == "number":
        return Concept(fact, phrases, kinds, numeric=True, value_op=Op.IN, path=field.path)
    value_op = {"text": Op.IN, "list": Op.ONLY}.get(field.type)
    return Concept(fact, phrases, kinds, value_op=value_op, words=field.words, path=field.path)


def _probe_details() -> Iterator[Concept]:
    """Settings of probes said apart from the probe: "liveness probes need an initial delay of …"."""
    for line in PROBE_FIELDS:
        yield replace(_of_field(line), fact="probe.field")


CONCEPTS: tuple[Concept, ...] = (
    *_POD_CONCEPTS,
    *OBJECT_CONCEPTS,
    *references(),
    *(_of_field(field) for field in API_FIELDS),
    *_probe_details(),
)
"""Everything that rules speak about. Where words mean several, the first that fits the kinds wins."""
