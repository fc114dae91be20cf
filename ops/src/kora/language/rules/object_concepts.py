"""What rules speak about on any object and on kinds without pods: services, claims, autoscalers, permissions, relations.

Data only; `concepts` puts it together with what pods and containers have.
"""

from kora.domain.rules import Op
from kora.language.rules.model import POD_KINDS, SCALED, Concept, flag

WORKLOADS = tuple(kind for kind in POD_KINDS if kind != "Pod")
_RBAC = ("Role", "ClusterRole")
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")

OBJECT_CONCEPTS: tuple[Concept, ...] = (
    Concept("labels", "label | label key", (), keyed=True, value_op=Op.CONTAINS),
    Concept("template.labels", "podtemplate label", WORKLOADS, keyed=True, value_op=Op.CONTAINS),
    Concept("template.annotations", "podtemplate annotation", WORKLOADS, keyed=True, value_op=Op.CONTAINS),
    Concept("annotations", "annotation | annotation key", (), keyed=True, value_op=Op.CONTAINS),
    Concept(
        "owner",
        "naked | bare | standalone | unmanaged | orphaned | orphan | naked pod | bare pod | not managed by a controller"
        " | created directly | stand alone",
        ("Pod",),
        presence=Op.ABSENT,
    ),
    Concept(
        "owner",
        "owner reference | ownerreference | owning controller | managed by a controller | owned by a controller"
        " | controller | owned by a workload | parent controller | parent resource | higher level controller | workload controller | replicaset or deployment | controller owner",
        ("Pod",),
    ),
    Concept("namespace", "default namespace", (), presence=Op.IN, value=("default",)),
    Concept("finalizers", "finalizer", ()),
    Concept("name", "name", (), value_op=Op.PREFIX),
    Concept("api_version", "api version | apiversion", (), value_op=Op.IN),
    Concept(
        "deprecated_api",
        "deprecated api | deprecated api version | removed api version | outdated api version | deprecated apiversion"
        " | removed api | old api version | deprecated apis | removed apis",
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
    flag(
        "strategy",
        "rolling update | rolling update strategy | rollingupdate strategy",
        "RollingUpdate",
        ("Deployment",),
    ),
    Concept(
        "revision_history", "revision history | revision history limit | revisionhistorylimit", SCALED, numeric=True
    ),
    flag("single_replica", "single replica | one replica only | only one replica | one replica", kinds=SCALED),
    # --- services and ingresses
    Concept(
        "service.type",
        "service type | type",
        ("Service",),
        value_op=Op.IN,
        words=("LoadBalancer", "NodePort", "ClusterIP", "ExternalName"),
    ),
    flag(
        "service.type",
        "load balancer | loadbalancer | type load balancer | load balancer type",
        "LoadBalancer",
        ("Service",),
    ),
    flag("service.type", "node port | nodeport | type node port | node port type", "NodePort", ("Service",)),
    flag("service.type", "clusterip | cluster ip | type clusterip", "ClusterIP", ("Service",)),
    flag("service.type", "external name | externalname | type externalname", "ExternalName", ("Service",)),
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
        "tls | https | tls only | tls configuration | tls section | ssl | certificate | tls secret | https only | tls encryption"
        " | tls termination | tls config | tls setting | spec.tls | tls block",
        ("Ingress",),
    ),
    Concept(
        "ingress.host",
        "host | hostname | host name | ingress host | domain | ingress hostname | spec.rules.host",
        ("Ingress",),
        value_op=Op.IN,
    ),
    Concept("ingress.class", "ingress class | ingressclassname | ingressclass | class", ("Ingress",), value_op=Op.IN),
    flag(
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
    flag(
        "pdb.blocks",
        "block eviction | block all eviction | block node drain | block drain | never be satisfied",
        kinds=("PodDisruptionBudget",),
    ),
    flag("pdb.needs_all", "need every replica | need all replica", kinds=("PodDisruptionBudget",)),
    Concept(
        "storage_class",
        "storage class | storageclass | storageclassname | storage class name | class",
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
    flag(
        "cron.concurrency",
        "concurrent run | concurrent job | concurrent execution | overlapping run | run concurrently | overlap"
        " | overlapping execution | overlapping job | parallel run | concurrent",
        "Allow",
        ("CronJob",),
    ),
    flag("cron.suspended", "suspended | suspend", kinds=("CronJob",)),
    Concept(
        "job.deadline",
        "active deadline | activedeadlinesecond | deadline | active deadline second",
        ("Job",),
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
    flag(
        "rule.wildcard_verbs", "wildcard verb | wildcard in verb | all verb | any verb | * verb | verb *", kinds=_RBAC
    ),
    flag(
        "rule.wildcard_resources",
        "wildcard resource | wildcard in resource | all resource | any resource | resource *",
        kinds=_RBAC,
    ),
    flag(
        "rule.wildcard_any",
        "wildcard permission | wildcard | wildcard in verb or resource | wildcard rule | wildcard access | "
        "wildcard verb or resource | *",
        kinds=_RBAC,
    ),
    Concept(
        "service.node_port",
        "node port number | nodeport number | node port value | node port range",
        ("Service",),
        numeric=True,
        optional=True,
        value_op=Op.ONLY,
    ),
    flag("service.headless", "headless | headless service", kinds=("Service",)),
    Concept("service.protocol", "protocol", ("Service",), value_op=Op.IN, words=("TCP", "UDP", "SCTP")),
    Concept("service.target_port", "target port | targetport", ("Service",), numeric=True, value_op=Op.ONLY),
    Concept("service.port_count", "number of port", ("Service",), numeric=True, value_op=Op.IN),
    flag(
        "ingress.hostless",
        "without a host | without host | without any host | no host | hostless | missing host | missing hostname"
        " | without a hostname | without hostname | no hostname",
        kinds=("Ingress",),
    ),
    Concept("ingress.path", "path | url path | http path | path rule", ("Ingress",), value_op=Op.IN),
    Concept(
        "ingress.path_type",
        "path type | pathtype",
        ("Ingress",),
        value_op=Op.IN,
        words=("Prefix", "Exact", "ImplementationSpecific"),
    ),
    Concept(
        "ingress.host_path",
        "host and path combination | combination of host and path | host path combination"
        " | host and path pair | path per host | host and path together",
        ("Ingress",),
    ),
    Concept("ingress.uncovered", "host without tls | host that tls does not cover", ("Ingress",)),
    Concept("ingress.tls_secret", "tls secret name | secretname", ("Ingress",), value_op=Op.IN),
    flag(
        "netpol.all_pods",
        "empty podselector | empty pod selector | podselector that is empty | blank podselector"
        " | select all pod | select every pod | apply to all pod | match all pod | empty selector",
        kinds=("NetworkPolicy",),
    ),
    Concept("netpol.all_pods", "podselector | pod selector", ("NetworkPolicy",), presence=Op.IN, value=("false",)),
    flag(
        "netpol.open_ingress",
        "allow all ingress | allow all ingress traffic | allow all incoming traffic | ingress from anywhere"
        " | allow ingress from anywhere | allow traffic from anywhere | open ingress | traffic from anywhere | allow all traffic"
        " | ingress from everywhere | ingress from all source | allow any ingress | ingress from 0.0.0.0/0",
        kinds=("NetworkPolicy",),
    ),
    flag(
        "netpol.open_egress",
        "allow all egress | allow all egress traffic | allow all outgoing traffic | egress to anywhere"
        " | unrestricted egress | open egress | egress to all destination | allow any egress",
        kinds=("NetworkPolicy",),
    ),
    Concept("data", "key | data key | entry", ("ConfigMap", "Secret"), keyed=True, value_op=Op.CONTAINS),
    Concept(
        "quota.hard",
        "hard limit | limit on | limit for | quota for | quota on",
        ("ResourceQuota",),
        keyed=True,
        value_op=Op.CONTAINS,
    ),
    Concept(
        "hpa.target_name",
        "target name",
        ("HorizontalPodAutoscaler",),
    ),
    flag("subject.default_account", "default service account | default serviceaccount", kinds=_BINDINGS),
    Concept(
        "subject.kind",
        "subject kind | kind of subject | type of subject | subject of kind | subject of type",
        _BINDINGS,
        value_op=Op.IN,
        words=("User", "Group", "ServiceAccount"),
    ),
    flag("subject.kind", "individual user | single user | user directly", value="User", kinds=_BINDINGS),
    Concept(
        "subject",
        "anonymous | anonymous user | anonymous access | unauthenticated user | unauthenticated | unauthenticated group"
        " | anonymous or unauthenticated user | unauthenticated access | anonymous request",
        _BINDINGS,
        presence=Op.IN,
        value=("system:anonymous", "system:unauthenticated"),
    ),
    Concept("rule.verbs", "verb | rbac verb", _RBAC, value_op=Op.ONLY),
    Concept("rule.resources", "resource name in rule", _RBAC, value_op=Op.ONLY),
    Concept("rule.groups", "api group | apigroup", _RBAC, value_op=Op.ONLY),
    flag(
        "rule.wildcard_groups",
        "wildcard api group | all api group | any api group | wildcard apigroup | wildcard in api group",
        kinds=_RBAC,
    ),
    Concept("conditions", "condition", ("Node", "Pod", "Deployment"), value_op=Op.CONTAINS),
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
        "default deny network policy | default deny | default deny networkpolicy | default deny policy"
        " | network policy that deny everything by default | network policy that deny all traffic by default"
        " | network policy that deny all ingress | network policy denying all ingress | deny all network policy"
        " | network policy that deny all incoming traffic | network policy denying all traffic | default deny ingress",
        ("Namespace",),
    ),
    Concept("has.quota", "resource quota | resourcequota | quota", ("Namespace",)),
    Concept("has.limit_range", "limit range | limitrange", ("Namespace",)),
    Concept("has.endpoints", "endpoint | ready endpoint | backend pod | matching pod | pod behind", ("Service",)),
    Concept(
        "selects.pods",
        " | ".join(
            f"{verb} {some}"
            for verb in (
                "target",
                "select",
                "match",
                "route to",
                "apply to",
                "cover",
                "point at",
                "point to",
                "have matching",
            )
            for some in ("at least one pod", "a pod", "any pod", "one pod", "one or more pod", "existing pod")
        )
        + " | matching pod | selected pod | pod behind | associated deployment | associated pod"
        " | associated workload | at least one matching pod",
        ("Service", "NetworkPolicy", "PodDisruptionBudget"),
    ),
    Concept(
        "selects.pods",
        "target no pod | select no pod | match no pod | apply to no pod | cover no pod | match nothing | select nothing",
        ("Service", "NetworkPolicy", "PodDisruptionBudget"),
        presence=Op.ABSENT,
    ),
)
