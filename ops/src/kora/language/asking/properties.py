"""Properties of objects that a question can ask for by their noun: the account a workload runs as, the exit code of its
last run, the selector of a service, whether an Ingress has TLS. Part of `language.asking.reading`.

A table of nouns; how each is worked out stands in `operations.ask.reads.properties`. A noun is asked for in a few frames
(``the N of X``, ``X's N``, ``which N does X use``, ``does X have N``, ``list K with their N``); what is worded in no
such frame (``when was X last restarted``) has a wording of its own in the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kora.language.clauses import Clause, Found

RUNS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod")
"""Kinds that hold a pod spec, likeliest first."""
_SERVED = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class Property:
    """`noun`: how it is called; `wordings`: whole wordings that ask for it and nothing else; `kinds`: what has it.

    also_kind: the noun is a kind of its own too ("service accounts"), so that only "which N does X …" asks for it.
    """

    name: str
    noun: str
    kinds: tuple[str, ...]
    wordings: tuple[str, ...] = ()
    also_kind: bool = False


_WHEN = r"(?:when (?:was|were|did|has|have|is)|since when (?:is|are|has|have|was|were)|how long (?:ago )?(?:has|have|is|are|was|were|did|does))"
_X = r"(?:(?:the |my |our |a )?(?:[\w.-]+ |<[qhrn]\d+> ){1,4}?)"

PROPERTIES: tuple[Property, ...] = (
    Property("service_account", r"service ?accounts?", RUNS,
             (r"(?:which |what |under which |as which )?(?:service ?account|account|identity)s?(?= (?:does|do|is|are) )",), also_kind=True),
    Property("exit_code", r"(?:last )?(?:exit (?:codes?|status|reasons?)|termination reason|return code)", RUNS,
             (rf"when (?:did|was)(?= {_X}(?:last )?fail(?:ed)? )", r"how did(?= .* (?:end|exit|die|terminate)(?:ed)? )",)),
    Property("last_restart", r"(?:(?:last|latest|most recent) (?:restart(?: time| reason)?|crash))", RUNS,
             (rf"when (?:did|was|were|has|have)(?= {_X}(?:been )?(?:last |lately |previously )?(?:restart\w*|crash\w*|die|killed|oom\w*)(?: last| the last time| lately| most recently)? (?:\?|$|and |_))",
              r"when (?:was|is) (?:the )?last time(?= .*(?:restart|crash|died))")),
    Property("unready_since", r"\\0", RUNS,
             (r"since when (?:is|are|has|have|was)(?= .*(?:failing|failed|broken|down|crash\w*|not (?:ready|running|working)|unready|pending|unhealthy|stuck))",
              r"how long (?:has|have|is|are)(?= .*(?:failing|broken|down|crash\w*|not (?:ready|running|working)|unready|pending|unhealthy|stuck))")),
    Property("restarts", r"(?:number of |total )?restart counts?|number of restarts|(?:container )?restarts", RUNS,
             (rf"how (?:many times|often) (?:has|have|did|was|were)(?= {_X}(?:been )?(?:restart\w*|crash\w*|die) )", r"how many (?:container )?restarts(?: (?:does|do|did|has|have|are there|were there|happened))?")),
    Property("started", r"(?:start times?|creation (?:times?|dates?|timestamps?)|ages?|uptimes?)", (*RUNS, "Service", "ConfigMap", "Secret", "Ingress", "PersistentVolumeClaim", "Namespace", "Node"),
             (rf"how long (?:has|have|is|are)(?= {_X}(?:been )?(?:up|running|alive|around|deployed|there)(?: and running| for| now)? (?:\?|$))",
              r"how old (?:is|are)(?= )", rf"since when (?:is|are|has|have)(?= {_X}(?:been )?(?:up|running|alive|around|deployed|there) )",
              rf"when (?:was|were|did)(?= {_X}(?:created|made|started|start|installed|born|set up) )")),
    Property("next_run", r"next (?:run|execution|schedule\w*|start)", ("CronJob",),
             (rf"when (?:does|will|is|should|do)(?= {_X}(?:next )?(?:run|start|fire|due|scheduled|trigger|execute)(?: next| again| the next time)? )",
              r"when is (?:the )?next(?= (?:run|execution))", rf"how (?:long|much time)(?: is it)? (?:until|till|before)(?= {_X}(?:next )?(?:runs?|starts?|fires?)(?: again| next)? )")),
    Property("last_run", r"(?:last|latest|most recent|previous) (?:run|execution|success\w* run)", ("CronJob", "Job"),
             (rf"(?:did|has|have)(?= {_X}(?:already )?(?:run|ran|execute\w*|fire\w*|start\w*) (?:successfully |correctly |ok )?(?:last night|today|yesterday|tonight|this morning|overnight|this week|on schedule|on time|already|yet|lately|at) ?)",
              rf"(?:whether|if)(?= {_X}(?:already )?(?:run|ran|executed|fired) (?:successfully |ok )?(?:last night|today|yesterday|tonight|this morning|overnight|this week|on schedule|on time|already|yet|lately) ?)",
              rf"when (?:did|has|was)(?= {_X}(?:last )?(?:run|ran|execute\w*|succeed\w*|finish\w*|complete\w*)(?: last| the last time)? )",)),
    Property("schedule", r"(?:cron )?schedules?", ("CronJob",), (rf"how often (?:does|do|is|will|are)(?= {_X}(?:run|start|scheduled|execute\w*) )",)),
    Property("selector", r"(?:label |pod )?selectors?", ("Service", "Deployment", "StatefulSet", "DaemonSet", "NetworkPolicy", "PodDisruptionBudget")),
    Property("leads_to", r"(?:targets?|destinations?)(?! ?ports?)", ("Ingress", "Service", "HorizontalPodAutoscaler"),
             (r"(?:which|what) (?:paths?|routes?|rules) (?:does|do|is|are)(?= .*ingress)", rf"(?:what|where|who|which (?:services?|pods?|workloads?|deployments?|backends?))(?: (?:does|do|is|are|will))(?= {_X}(?:point\w* (?:to|at)|point\w*|rout\w*(?: traffic)?(?: to)?|send\w*(?: (?:its )?traffic| requests)?(?: to)?|lead\w*(?: to)?|forward\w*(?: traffic)?(?: to)?|target\w*|scal\w*|select\w*|go\w*(?: to)?) )",)),
    Property("certificate", r"(?:tls |ssl )?(?:certificates?|certs?)(?: expir(?:y|ation)(?: dates?)?| validity)", ("Secret", "Ingress"),
             (r"(?:how (?:long|soon|many days|much time)|when|until when|till when|by when|which|what|are|is|do|does|has|have|show|list|any)(?= (?:[\w.<>-]+ )*?(?:certificates?|certs?|tls)(?: [\w.<>-]+)*? (?:expir\w*|valid|run out|runs out|renewed|due|end|ends) )",
              r"(?:tls |ssl )?(?:certificates?|certs?)(?= (?:[\w.-]+ )*?(?:expir\w*|valid|run out|runs out) )")),
    Property("tls", r"(?:tls|https|ssl|certificates?)", ("Ingress",),
             (r"(?:is|are)(?= .*(?:encrypted|secured|served over https))", r"(?:use|uses|using|have|has|with|terminate|terminates|serve|serves) (?:tls|https|ssl)(?: \w+)?")),
    Property("hosts", r"host ?names?|hosts|domains?", ("Ingress",), (r"(?:which|what) (?:hosts?|domains?|host ?names?|urls?) (?:does|do|is|are)",)),
    Property("ingress_class", r"ingress class(?:es)?", ("Ingress",), also_kind=True),
    Property("storage_class", r"storage class(?:es)?", ("PersistentVolumeClaim", "PersistentVolume"), also_kind=True),
    Property("priority_class", r"priority class(?:es)?|priority|priorities", RUNS, also_kind=True),
    Property("access_modes", r"access modes?", ("PersistentVolumeClaim", "PersistentVolume")),
    Property("reclaim_policy", r"reclaim polic(?:y|ies)", ("PersistentVolume", "StorageClass")),
    Property("qos", r"(?:qos|quality of service)(?: class(?:es)?)?", ("Pod",)),
    Property("grace_period", r"(?:termination |shutdown )?grace period(?: seconds)?", RUNS, (r"how long (?:does|do|has|have)(?= .*(?:to shut down|to stop|to terminate))",)),
    Property("pull_policy", r"(?:image )?pull polic(?:y|ies)", RUNS),
    Property("pull_secrets", r"(?:image )?pull secrets?", RUNS),
    Property("restart_policy", r"restart polic(?:y|ies)", RUNS),
    Property("strategy", r"(?:update |rollout |deployment |rolling update |upgrade )?strateg(?:y|ies)", _SERVED),
    Property("user", r"(?:user id|uid|linux user|unix user)s?", RUNS, (r"(?:as )?(?:which|what) (?:user|uid|user id)(?= (?:does|do|is|are) )",)),
    Property("node_selector", r"node ?selectors?", RUNS),
    Property("tolerations", r"tolerations?", RUNS, (r"(?:which|what) taints (?:does|do)(?= .*tolerate)",)),
    Property("owner", r"owners?(?: references?)?|controllers?", ("Pod", "ReplicaSet", "Job", "PersistentVolumeClaim"),
             (r"(?:is|are)(?= (?!there |any |all |it )(?:[\w.-]+ ){1,4}?(?:managed|owned|controlled|created) by )", r"(?:who|what|which \w+) (?:owns|manages|controls|created|is responsible for|runs)(?= (?:the )?pod )",)),
    Property("finalizers", r"finalizers?", (*RUNS, "PersistentVolumeClaim", "PersistentVolume", "Namespace", "Service")),
    Property("node", r"nodes?", ("Pod", *_SERVED),
             (r"on (?:which|what) (?:node|machine|host|worker)s? (?:is|are|does|do|did|was)", rf"(?:on )?(?:which|what) (?:node|machine|host|worker)s? (?:is|are|does|do|did|was)(?= {_X}(?:\w+ )?(?:on|run\w*|land\w*|live|sit|scheduled|placed|hosted|located) )",
              rf"where (?:is|are|does|do)(?= {_X}(?:run\w*|scheduled|placed|hosted|living|live|located) )",
              r"(?:on )?(?:which|what) (?:node|machine|host|worker)s? (?:runs?|hosts?|is running|are running|is hosting)(?! the most| most| how| the fewest| the least)"), also_kind=True),
    Property("pod_ip", r"pod ips?|(?<=their )ips?(?: addresse?s?)?", ("Pod", "Service")),
    Property("autoscaler", r"(?:hpas?|autoscalers?|auto ?scaling|horizontal pod autoscalers?)", _SERVED,
             (r"how (?:many (?:replicas|pods|instances|copies)|far|high|big)(?= .*(?:scale|scaled|grow|go) (?:up |out |itself )?to )", r"(?:is|are)(?= .* (?:autoscaled|auto-scaled|auto scaled|scaled automatically) )", r"(?:autoscaled|auto-scaled|scaled automatically)"), also_kind=True),
    Property("budget", r"(?:pdbs?|(?:pod )?disruption budgets?)", _SERVED,
             (r"how many(?: pods| replicas| instances| of them)?(?= .*(?:can|could|may) (?:we|i|it|they) (?:afford to )?lose )", r"how many(?: pods| replicas| instances)?(?: of| from)?(?= .*(?:may|can|could|are allowed to) (?:be |go |become )?(?:down|unavailable|disrupted|missing|evicted|lost))",), also_kind=True),
    Property("services", r"services?", (*_SERVED, "Pod"), also_kind=True),
    Property("policies", r"network polic(?:y|ies)", (*_SERVED, "Pod"),
             (r"(?:does|do|is|are) (?:a|any|some|there a|there any) network polic(?:y|ies)(?= .*(?:select|appl|cover|affect|protect|match|guard|restrict))",), also_kind=True),
    Property("containers", r"containers?(?: names?)?", RUNS, (r"how many containers (?:does|do|are in|has|have|run in|run|are there in)",)),
    Property("init_containers", r"init ?containers?", RUNS),
    Property("command", r"(?:start(?:ing|up)? |container )?commands?|entrypoints?", RUNS),
    Property("requests", r"(?:resource |memory |cpu |cpu and memory )?(?:requests?|reservations?)", ("Pod", *RUNS),
             (r"(?:cpus?|memory|ram|resources|cpu and memory) (?:is |are |was |being )?(?:requested|reserved)(?!.* (?:node|worker|machine)s? )",)),
    Property("limits", r"(?:resource |memory |cpu |cpu and memory )?limits?", ("Pod", *RUNS)),
    Property("probes", r"(?:readiness |liveness |startup |health )?(?:probes?|health ?checks?)", RUNS),
    Property("replica_bounds", r"(?:min(?:imum)?|max(?:imum)?|lowest|highest)(?: and (?:min(?:imum)?|max(?:imum)?))?(?: number of)? (?:replicas?|pods|replica counts?)", ("HorizontalPodAutoscaler",)),
    Property("keys", r"keys", ("ConfigMap", "Secret")),
    Property("quota", r"(?:pod |cpu |memory |resource )?quota", ("ResourceQuota",),
             (r"(?:what|who|which \w+) (?:takes|uses|eats|fills|consumes|is using|is taking)(?: up)? (?:the |my |our )?(?:\w+ )?quota", r"how much (?:of )?(?:the |my |our |this )?(?:\w+ )?(?:quota|it|that)(?:'s)?(?= (?:is|are|has|have|do) .*(?:used|left|taken|consumed|remaining|free|available))",), also_kind=True),
    Property("rules", r"(?:rules|permissions|verbs)", ("Role", "ClusterRole", "NetworkPolicy"),
             (r"what (?:does|do)(?= (?:[\w.-]+ ){0,4}?(?:cluster ?)?(?:roles?|network policy|networkpolicy|netpol|policy) (?:[\w.-]+ ){0,3}?(?:allow|permit|grant|say|do|let|restrict|block) )",)),
    Property("subjects", r"subjects?|members?", ("RoleBinding", "ClusterRoleBinding"), (r"(?:who|whom|what)(?: (?:does|is|are))?(?= .*(?:role ?binding|binding|cluster ?role ?binding) .*(?:bind|bound|for|apply))",)),
    Property("provisioner", r"provisioners?", ("StorageClass",)),
    Property("capacity", r"(?:storage )?(?:sizes?|capacit(?:y|ies))", ("PersistentVolumeClaim", "PersistentVolume"), (r"how (?:big|large) (?:is|are)", r"how much (?:storage|space|disk|disk space)(?: (?:do|does|is|are|did|has|have))?(?= .*(?:pvcs?|claims?|volumes?) )")),
    Property("bound_volume", r"(?:bound |backing |underlying )(?:persistent )?volumes?(?: name)?", ("PersistentVolumeClaim",),
             (r"(?:to )?(?:which|what) (?:volume|pv)(?= (?:is|does) .*(?:claim|pvc|bound))", r"how is(?= .* bound)")),
    Property("volumes", r"(?:volume )?mounts?|(?:mounted )?volumes?", RUNS,
             (r"what(?: is|'s| are| gets)? (?:all )?mounted(?= (?:in|into|by|on) )", r"what (?:does|do)(?= .* mount )"), also_kind=True),
    Property("labels", r"labels", (*RUNS, "Node", "Namespace", "Service", "Ingress", "ConfigMap", "Secret"), (r"(?:the |all |all the )labels(?= of )",)),
    Property("annotations", r"annotations", (*RUNS, "Node", "Namespace", "Service", "Ingress"), (r"(?:which|what) annotations (?:does|do|are (?:on|set on)|is|has|have)(?= )",)),
    Property("state", r"(?:status(?:es)?|states?|phases?)", (*RUNS, "Node", "PersistentVolumeClaim")),
    Property("images", r"images?", RUNS),
    Property("ports", r"(?:container |service )?ports?", ("Service", *RUNS)),
    Property("replicas", r"replicas?|replica counts?", _SERVED),
    Property("talks_to", r"\\0", RUNS),
    Property("needs", r"\\0", RUNS),
    Property("spread", r"\\0", RUNS),
    Property("ingresses", r"ingress(?:es)?", ("Service", *RUNS), also_kind=True),
    Property("environment", r"\\0", RUNS),
    Property("outside", r"\\0", ("Service", *RUNS)),
    Property("users", r"users", ("ConfigMap", "Secret", "PersistentVolumeClaim", "ServiceAccount")),
    Property("fill", r"\\0", ("PersistentVolumeClaim",),
             (r"how full(?: is| are)?(?= .*(?:volumes?|pvcs?|claims?) )", r"how much (?:space|room|disk|storage|disk space)(?: (?:is|are|does|do|has|have))?(?= .*(?:left|used|free|taken|consumed|remaining).*(?:volumes?|pvcs?|claims?) )",
              r"how much (?:space|room|disk|storage|disk space)(?: (?:is|are|does|do|has|have))?(?= .*(?:volumes?|pvcs?|claims?) .*(?:left|used|free|taken|consumed|remaining) )")),
    Property("taints", r"taints?", ("Node",)),
    Property("kubelet", r"(?:kubelet|kubernetes|k8s) versions?", ("Node",), (r"(?:which|what) versions? of (?:kubernetes|k8s|kubelet)(?= .*nodes? )",)),
    Property("duration", r"(?:run ?times?|durations?)", ("Job",),
             (rf"how (?:long|much time) (?:did|does|do|has|have)(?= {_X}(?:take|took|taken|need|last|run|ran)(?: for)?(?: to (?:finish|complete|run))? (?:\?|$))",)),
    Property("os", r"(?:operating systems?|os(?: images?)?|kernel(?: versions?)?|architectures?|container runtimes?)", ("Node",),
             (r"(?:which|what) (?:operating systems?|os|kernel|architecture|container runtime)(?: versions?)?(?:(?: ,| and| or)+ (?:the )?(?:operating systems?|os|kernel|architecture|container runtime)(?: versions?)?)*(?= (?:do|does|is|are|has|have) )",)),
)  # fmt: skip
"""What can be asked for. Where two nouns fit, the longer match counts."""

BY_NAME = {each.name: each for each in PROPERTIES}
_OLD = frozenset(
    {
        "images",
        "ports",
        "labels",
        "annotations",
        "state",
        "replicas",
        "requests",
        "limits",
        "probes",
        "command",
        "containers",
        "strategy",
        "taints",
        "capacity",
        "keys",
        "schedule",
    }
)
"""What a question about one thing already gets with its description; asked for here as columns, sums and comparisons."""
_OFTEN = tuple(BY_NAME[name] for name in ("keys", "taints", "capacity", "schedule", "strategy"))
"""Of those, the ones that "which N does X have" asks for alone."""
_SHOWN = frozenset({"labels", "annotations"})
"""Columns that every list can show already."""
_OF_ALL = 3
"""The frame that asks for a column of a whole kind."""
_COLUMN = (
    r"(?:(?:(?:, )?(?:with|including|plus|along with|together with|showing) )+(?:all |both )?(?:their|its|the|each one's) |(?:, )?and (?:their|its) )"
    r"(?:own |current |respective |used )?"
)
_ASKED = r"(?:what|which|whose)(?:'s| is| are| was)? (?:the |its |their )?"


def take_key(clause: Clause) -> str | None:
    """Claim "the value of theme in", "the key size of": the key of a config map (or Secret) that is asked for."""
    found = clause.take(
        r"(?:the )?(?:value|setting|content|contents)s? (?:of|for|under|behind|stored under) (?:the )?(?:key |setting |variable |entry )?(?!config|the )(?P<key>[\w.-]+|<q\d+>) (?:in|of|from|inside)(?= )",
        r"(?:the )?(?:key|setting|entry) (?!of|in|is|for)(?P<key>[\w.-]+|<q\d+>) (?:in|of|from|inside|have|has|hold)(?= )",
        r"(?:is|does|was) (?:the )?(?:key |setting |value |entry )?(?!(?:it|the|a|an|there|this|that|any|everything|anything|replicas?) )(?P<key>[\w.-]+|<q\d+>) (?:(?:set to|equal to|equal|equals|configured as|still) )+(?:[\w.-]+|<\w\d+>) (?:in|of|from)(?= )",
        r"(?:the )?(?P<key>passwords?|passwd|tokens?|credentials?) (?:in|of|from|inside|stored in|held by)(?= )",
    )
    if found is None:
        return None
    return found.text("key") or found.said("key")


def take_properties(clause: Clause) -> tuple[str, ...]:
    """Claim the properties that a question asks for, in the order in which they are named; empty when it asks for none."""
    found: list[tuple[int, str]] = []
    for each in PROPERTIES:
        for wording in each.wordings:
            taken = clause.take(wording)
            if taken is not None:
                found.append((taken.indices[0] if taken.indices else 0, each.name))
                break
    if found:
        names = tuple(name for _, name in sorted(found))
        return tuple(each for each in names if each != "next_run") if "certificate" in names else names  # "run out"
    listed = take_columns(clause)
    if listed:
        return listed
    return _framed(clause)


def take_columns(clause: Clause) -> tuple[str, ...]:
    """ "list services with their selectors and ports", "the restart policy of every pod"."""
    names: list[str] = []
    first = True
    while True:
        lead = _COLUMN if first else r"(?:(?:, |and )+(?:their |its |the )?)"
        best = _longest(clause, partial(_column, lead), [each for each in PROPERTIES if each.name not in _SHOWN])
        if best is None:
            return tuple(names)
        names.append(best)
        first = False


def _column(lead: str, each: Property) -> str:
    return rf"{lead}(?:{each.noun})(?= (?:,|and|of|in|for|on|sorted|ordered|_|\.|\?)| $)"


def _framed(clause: Clause) -> tuple[str, ...]:
    """ "the N of X", "X's N", "which N does X use", "does X have an N"."""
    plain = [each for each in PROPERTIES if each.name not in _OLD]
    patterns: tuple[Callable[[Property], str | None], ...] = (
        lambda each: rf"{_ASKED}(?:{each.noun})(?= (?:do|does|did) )",
        lambda each: None if each.also_kind else rf"(?:{_ASKED})?(?:the |its |their |current )?(?:{each.noun}) (?:of|for|on|set on|set for|used by)(?= )",
        lambda each: None if each.also_kind else rf"{_ASKED}(?:{each.noun})(?= (?:is|are|has|have|was|of|for|on|in) )",
        lambda each: rf"(?:the )?(?:{each.noun}) (?:of|for) (?:every|each|all)" if each.name not in {"images", "ports"} else None,
        lambda each: rf"(?<='s )(?:{each.noun})(?= |$)",
        lambda each: rf"(?:has|have|having|got) (?:a |an |any |its own |their own |own )+(?:{each.noun})(?= (?:\?|set|configured|defined|assigned|attached|in front|_)|$)",
    )  # fmt: skip
    for at, pattern in enumerate(patterns):
        among = PROPERTIES if at == _OF_ALL else [*plain, *_OFTEN] if at == 0 else plain
        best = _longest(clause, pattern, among)
        if best is not None:
            return (best,)
    return ()


def _longest(
    clause: Clause, pattern: Callable[[Property], str | None], among: Sequence[Property] = PROPERTIES
) -> str | None:
    """Claim the longest match of the properties' patterns; its property's name."""
    best: tuple[str, Found] | None = None
    for each in among:
        text = pattern(each)
        found = clause.peek(text) if text is not None else None
        if found is not None and (best is None or len(found.indices) > len(best[1].indices)):
            best = (each.name, found)
    if best is None:
        return None
    clause.claim(best[1].indices)
    return best[0]
