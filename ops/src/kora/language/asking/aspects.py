"""What a question is about: rules over its words, and the everyday words that carry no name. Tables for `inspecting`."""

from dataclasses import dataclass

from kora.language.intents import Aspect
from kora.language.rules.words import spoken

EVERYDAY = spoken(
    """
    what what's whats which who whose why why's where where's when how how's is are am was were does do did has have
    had being been be can could would will should may might there any anything something wrong going happening happen
    happened show list get display tell find check describe print view see look give me i us we you my our have many
    much number total status state states statuses details detail detailed information info overview summary name names
    about right doing do fine ok okay kubernetes k8s exist exists existing available running deployed currently need
    needs want know like please result results output full complete quick brief their its it's them if whether or not
    that which so far also along together along including include up out down over current actual new recent
    recently last latest time times each per long since ago using used use with without problem problems issue issues
    error errors failing fails fail failed broken reason cause root causes explain understand analyze analyse
    investigate debug troubleshoot diagnose seems seem looks keeps keep getting gets got stuck live alive well good bad
    normal correctly properly everything all every things thing set sort sorted order ordered by highest lowest most
    least top group i.e e.g hogging broke break breaks breaking fire burning acting misbehaving attention worry worrying worrisome usage consumption consuming consume consumes uses eating taking more than between list listing grouped
    exactly specific certain let letting work works working start starting starts started come coming side looking
    healthy unhealthy ready pulling containers' cluster's pods' table wide yaml json format human readable form having
    point experience experiencing trouble behave behaving happens try trying application's one ones real restarted
    restarts restarting crashing crash crashed crashes crashloop crashloopbackoff pending respond causing caused causes cause trigger triggered triggers run runs ran
    responding accessible serving unavailable available slow first failure failures overall general
    everyone someone somebody nobody please thanks hello kindly quickly frequently often always never still yet just
    only even too very really actually same different other others another such more less few several various able
    unable possible impossible recommend recommended suggest optimize optimise optimal helm release releases chart
    summarize summarise identify confirm verify ensure sure make these those this across entire whole
    succeed succeeds succeeded complete completes completed finish finishes finished done pass passes passed alive dead
    red who's there's came went anywhere somewhere elsewhere fit fits night morning evening afternoon weekend die dies died ask asks killed kills expire expires expired expiring expiry expiration
    exactly roughly anybody anyone kinda sort-of ping hey hi hello yo maybe perhaps lately
    hosts host domain domains moment green newer rolled rolling older deleted removed idea clue owns owned managed manages taint taints scheduler kubelet say says said summary rundown diff differ differs difference differences between weird strange odd unusual off suspicious container containers keeping preventing stopping holding blocking reachable exposed
    can't couldn't cannot won't doesn't don't isn't aren't wasn't hasn't haven't because due
    configuration configurations config settings setting contents content exact each today now yesterday minute minutes
    hour hours day days week weeks month months age ages size sizes currently assigned attached associated related respective
    """
)
GENERIC_NOUNS = frozenset(
    {
        "resources",
        "resource",
        "objects",
        "object",
        "components",
        "items",
        "stuff",
        "instances",
        "replica",
        "replicas",
        "minimum",
        "maximum",
        "desired",
    }
)


NAMES_TOO = spoken(
    "debug settings config results result test health data search list check count view time works start auth"
)
"""Everyday words that are names right before a kind."""


@dataclass(frozen=True)
class Rule:
    """Where the pattern stands in a clause, the question is about the aspect."""

    aspect: Aspect
    pattern: str


_USED = r"(?:secrets?|config ?maps?|cms?|pvcs?|(?:persistent )?(?:volume )?claims?|service ?accounts?)"
USED_BY = (
    rf"{_USED} (?:(?:that|which|is|are|get|gets|being|currently|actually|all|been) )*"
    r"(?:used|mounted|referenced|consumed|needed|required|injected|read|loaded) (?:by|into|inside|in)"
    r"(?! (?:nothing|nobody|no|any\w*|something|somebody|pods?|workloads?|deployments?|the|our|this|my|all|which|what|whom|namespace)(?: cluster)? (?:\?|$|_|use|namespace))"
    rf"|(?:which|what) {_USED} (?:does|do|did|is|are|will) (?!there|all|in )(?:[\w.-]+ )+?(?:use|using|mount|mounting|reference|referencing|consume|consuming|need|needing|require|read|reading|load|loading)(?= (?:\?|$|_))"
)
"""What something uses, in the passive and in the active: the objects listed are of the first kind, what is named is
their user."""
# The first rule that matches decides; more special ones stand first.
RULES: tuple[Rule, ...] = (
    Rule(Aspect.CONTEXT, r"version of (?:kubernetes|k8s)|(?:cluster|kubernetes|server|k8s)(?:'s| is)? version"),
    Rule(Aspect.DESCRIBE, r"how (?:much|many) (?:cpus?|memory|ram|cores?|resources) (?:is|are|may|can|does|do|did) (?!i |we |nodes? |the nodes? |the cluster |this cluster ).*(?:(?:allowed|permitted) to|limited to|capped at|ask for|request|reserve|at most)|how (?:much|many) (?:cpus?|memory|ram|cores?) (?:may|can) (?!i |we |nodes? |the nodes? |the cluster ).* (?:use|have|take|get|consume)"),
    Rule(Aspect.CONNECTIVITY, r"(?:who|what|(?:which|what) (?:\w+ )?(?:pods?|workloads?|deployments?|services?|apps?|applications?|namespaces?)) (?:else )?(?:can|could|may|(?:is|are) (?:able|allowed|permitted) to) (?:reach|connect to|talk to|talk with|communicate with|call|contact)(?= )"),
    Rule(Aspect.PERMISSIONS, r"(?:what|which \w+) (?:may|can) i (?:do|access|see|change)|(?:what|which \w+) (?:may|can|is|are) (?:[\w.-]+ ){1,4}?(?:allowed to )?(?:do|delete|create|edit|change|touch|access|read)(?= )|who (?:can|could|may|is allowed to|is able to|has (?:the )?(?:right|rights|permissions?|access|\w+[- ]?admin))"
         r"|who (?:has|have|got|are|is|holds?) (?:the )?(?:all |full |cluster )?(?:admins?|cluster[- ]admins?|administrators?|root|superusers?|full access|(?:cluster[- ])?admin(?:istrator)? (?:rights?|access|permissions?|privileges))(?= )|(?:can|may|could|is|are) (?:anyone|anybody|someone|somebody|everyone|everybody|any (?:user|service account|account|one))(?: \w+)?(?: in [\w.-]+| in _| _ _)* (?:allowed to |able to )?(?:get|list|watch|create|update|patch|delete|read|see|edit|modify|view|exec|remove|scale|deploy|restart)|(?:which|what) (?:cluster ?)?roles? (?:grant|grants|allow|allows|let|lets|give|gives|permit|permits|can|include|includes|have|has)(?= )(?!.*exist)|(?:what|which) (?:users?|accounts?|service accounts?|subjects?|people|groups?) (?:can|may|are allowed to|is allowed to|could)"
         r"|(?:can|may|could|might) (?:the |our )?(?!i |we |you |the |our |it |they )[\w.-]+ (?:get|list|watch|create|update|patch|delete|read|edit|modify|exec|scale) (?:[\w-]+ ){0,2}?(?:pods?|deployments?|secrets?|services?|config ?maps?|nodes?|namespaces?|jobs?|logs?|ingresses|roles?|statefulsets?|pvcs?)|(?:can|could|may|is|would) (?:the |our )?(?!i |we |you |it |they |kora )[\w.-]+ (?:allowed to |able to |permitted to )?(?:deploy|roll out|release|ship|exec|port-forward)(?= (?:to|in|into|here|there|anything|stuff|things|_|\?|$|apps?|workloads?|anywhere))|(?:can|could|may) (?:the |our )?(?!i |we |you |it |they |kora )[\w.-]+ (?:restart|scale|roll back|rollback) (?:pods?|deployments?|things|workloads?|anything|stuff|apps?)(?= )|who is (?!on |allowed|able|using|running|who|responsible|the |my |our |this |that |there)[\w.-]+(?= (?:\?|$|_))|why (?:can't|cannot|can not|may not|couldn't) (?:i|we|[\w.-]+) (?:get|list|watch|create|update|patch|delete|read|see|edit|view|exec)\w* .*(?:service ?account|sa|user|role|permission|token)|why (?:is|am|are) .*not (?:allowed|permitted|authori[sz]ed) to|(?:what|which) (?:cluster ?)?roles? (?:does|do|is|are) (?!.*exist).*(?:have|has|hold|bound|assigned|granted)|(?:users?|accounts?|service ?accounts?|subjects|people|groups?) (?:that|who|which) (?:can|may|could|are allowed)|permissions?|rbac|privileges|allowed to|able to|access rights|able to (?:delete|create|list|get|read|update|patch|watch)"
         r"|(?:can|may|is) (?:the )?(?:user|group|service account|serviceaccount|sa) {value:s}|(?:can|may) (?:the )?{value:s2} (?:service account|serviceaccount|sa|user|group)"
         r"|(?:can|may) i (?:get|list|watch|create|update|patch|delete|read|see|edit|modify|view|exec|remove|scale)|(?:what|which) (?:\w+ )?can (?!i see|you).*(?:do|access)|what is .*allowed|authorized to|has access to|have access to"),
    Rule(Aspect.CONNECTIVITY, r"connectivity (?:from|between|to)|(?:reachable|accessible|contactable|resolvable|be (?:reached|accessed|called|contacted)) (?:from|by)(?! outside| the outside| the internet| the world| everywhere| anywhere)|(?:can|could|may|does|do|is|are|whether|if|that|able|why can't|why doesn't) (?!i |we |you |users )(?:[\w-]+ |<\w\d+> |_ )+?(?:reach|connect|talk|communicate|access|call|contact|resolve)"
         r"|network path|connection between"),
    Rule(Aspect.CHANGES, r"(?:what|which \w+|anything|something|who) (?:has |have |was |were |got |been |is |are |recently |just |lately |last )*(?:changed|updated|modified|deployed|rolled out|released|altered)(?! (?:in|on) (?:the )?(?:image|node))|when (?:was|were|did|has|have) (?!.*\b(?:start|end|finish|run|ran|fail)).*(?:deployed|changed|updated|released|modified|rolled|touched|scaled|edited|altered|patched)|who (?:made|did|applied|pushed) .*changes?|(?:last|latest|most recent) change|(?:recent|latest|last) (?:changes|deployments made|deploys|rollouts|modifications|updates)|change history|(?:the |any |all |recent )?changes(?= (?:to|of|in|on|made|since|before|after|for|around) )|what changes|what(?:'s| is) new|who (?:has |have )?(?:just |last )?(?:restarted|scaled|deleted|edited|touched|deployed|rolled|released|created|made)(?! (?:the )?(?:pod|owner))|(?:was|were|has|have) (?!there)(?:[\w.-]+ ){1,3}?(?:been )?(?:scaled|changed|updated|edited|modified|redeployed|touched|altered)(?= (?:\?|$|_|today|yesterday|recently|lately|since|in|this|at|by))|(?:did|has|have) (?:anyone|anybody|someone|somebody|who) (?:\w+ )?(?:scal|chang|updat|deploy|touch|restart|edit|delet|roll|modif|releas)\w*"),
    Rule(Aspect.KINDS, r"api[- ]?resources?|(?:what|which|all|list) (?:resource |custom resource )?(?:kinds|types|crds)(?: of (?:resources|objects))?(?: (?:does|do|are|is|can|exist|in)|$)|api versions"),
    Rule(Aspect.HISTORY, r"what (?:did|does|has) .*(?:rollout|deploy|deployment|release|revision|update|upgrade) .*chang\w*|(?:rollout |revision |deployment |release )?histor(?:y|ies)|revisions?|previous versions|(?:previous|earlier|former|prior|last|older) (?:container )?images?(?! pull)|(?:image|version|tag)s? (?:did|was|were|had|has|have) .*(?:before|previously|earlier|formerly|beforehand|originally)"),
    Rule(Aspect.EVENTS, r"(?:warning |recent |cluster |last |latest )*events?|what (?:has |just )?happened|probe failures?|failed probes?"),
    Rule(Aspect.LOGS, r"(?:last|first|final|newest) (?:<n\d+> )?(?:log )?lines?(?= (?:of|from) )|logs?|logging|stack ?traces?|log (?:lines|output|entries|messages)|console output|output (?:of|from)|(?:what|anything) (?:has |have |did |does )?.*(?:print|printed|prints|output|outputs|wrote|write|writes)(?= |$)|(?:has|have|did|does) (?:the |my |our )?(?!scheduler|kubelet|controller|kubernetes|autoscaler)[\w.-]+ (?:\w+ )?(?:print|log|wr[io]t|output)\w*|(?:last|latest|recent|newest|any|all|first) errors?(?= (?:of|from|in|by) )|errors? (?:that )?(?:the |our )?[\w.-]+ (?:has |have )?(?:logged|printed|thrown?|threw|raised|reported|wrote|spat)|stdout|stderr|exceptions?|error messages?|errors? (?:are|is|do|does|did|has|have)|(?:what|which|any) errors?"),
    Rule(Aspect.EVENTS, r"what (?:did|does|do|has) (?:the )?(?:scheduler|kubelet|controller|control plane|kubernetes|autoscaler)(?: manager)? (?:say|said|report|reported|complain\w*|think|do)|warnings?(?= (?:about|for|on|of|in|from|_)|$)"),
    Rule(Aspect.CAUSE, r"what (?:killed|crashed|broke|stopped|restarted|(?:took|brought) down)|(?:what|which) .*complain\w*|what(?:'s| is|s)? (?:up(?= $| with)|going on|happening|the deal|not right|off) (?:with|at|in)|why|root cause|what(?:'s| is| has gone| went|s)? (?:is )?(?:wrong|causing|the (?:problem|issue|matter|cause|reason|trouble))|what went wrong|what's up with|what is up with|up with the"
         r"|diagnos\w*|troubleshoot\w*|(?<!pod )(?<!service )(?<!deployment )(?<!job )debug\w*(?! (?:pod|service|deployment|job)s?(?= |$))|investigate|(?:problem|issue|trouble|wrong) (?:with|in)|reason (?:for|why|that|behind)|how come|figure out"
         r"|what (?:causes|caused|prevents|is preventing|keeps|made|makes|stops|is (?:keeping|stopping|holding)|holds|blocks|is blocking|could be|could|might be|might) ?(?:causing)?(?= |$)|explain (?:the |this |that )?(?:error|problem|failure|crash|issue)|anything wrong with|is (?:there )?(?:something|anything) (?:wrong|broken|off) (?:with|about|in)|explain why|what (?:is|are|'s) (?:[\w.-]+ ){1,4}?(?:waiting|stuck|blocked|hanging) (?:for|on|by)|what (?:does|do) (?:[\w.-]+ ){1,4}?wait (?:for|on)"),
    Rule(Aspect.IMAGES, r"(?:container |docker )?images?|(?:which|what) (?:image )?(?:version|tag)s?|image tags?|registries|registry"),
    Rule(Aspect.CAPACITY, r"capacity|allocatable|headroom|how (?:much|many) (?:cpus?|memory|ram|cores|pods?) (?:does|do|has|have|is|are|can|fit) (?:[\w-]+ )*?(?:nodes?(?:-\w+)?|worker|cluster|machines?)|how (?:much|many) (?!(?:of )?(?:the |our |my |these )?(?:\w+ )?(?:deployments?|services?|statefulsets?|daemonsets?|replicas|endpoints|jobs|pods are not) ).*(?:left|free|available|remaining|unreserved|unallocated|unused|spare|room)|(?:free|spare|available|remaining|unused) (?:cpu|memory|resources|capacity)|(?:cpus?|memory|ram|room|capacity|pods?|resources) (?:are |is )?(?:free|left|available|remaining|spare|unallocated)|how full|room for|how many (?:more |other |additional )?(?:\w+ )*?(?:pods?|replicas|instances) (?:would |could |can |still |will )?fits?(?= )|(?:will|would|does|do|can|could) .*fits?(?= |$)|enough (?:resources|cpu|memory|capacity)|node resources|bottlenecks?|(?:running )?(?:out of|short of|low on) (?:resources|cpu|memory|space|capacity)|overcommit\w*"),
    Rule(Aspect.USAGE, r"(?:average|mean|peak) (?:cpu|memory|ram)|(?:cpu|memory|ram|mem|resource|resources) (?:usage|consumption|utili[sz]ation|use|consumers?|hogs?|load|metrics|hungry|heavy|pressure|trends?)"
         r"|(?:usage|consumption|utili[sz]ation|metrics)|(?:uses?|using|consum\w+|eat\w*|tak\w+|hog\w*|need\w*) (?:up )?(?:the )?(?:most|least|highest|more|too much|so much|all|lots of|much|a lot of|<p\d+>|(?:of )?(?:cpu|memory|ram))"
         r"|top (?:pods?|nodes?|<n\d+>)(?! .*(?:restarts?|age|oldest|newest|size|replicas|storage|restarted))|(?:most|least|highest|lowest|how much) (?:cpu|memory|ram|resources?)|hungriest|heaviest|busiest|biggest (?:consumers?|users?)|(?:by|sorted by|order(?:ed)? by) (?:cpu|memory|ram)|(?:hitting|near|close to|over|exceeding|approaching|reaching|at) (?:their |its |the )?(?:resource |memory |cpu )?limits?|resource allocation|right-?siz\w*|(?:recommend|suggest)\w* .*(?:limits|requests|resources)"),
    Rule(Aspect.ENVIRONMENT, r"env|environment(?: variables?| vars?)?|env ?vars?|variables?"),
    Rule(Aspect.ENDPOINTS, r"endpoints?|(?:what|which) pods? (?:does|do|is|are) .*(?:service|svc|behind|select\w*|route)|behind (?:the )?.*(?:service|svc)|backs? the|select(?:s|ed) by|(?:routing|sending|forwarding) (?:any )?traffic|traffic to|traffic (?:get\w*|reach\w*|flow\w*|rout\w*|arriv\w*)"),
    Rule(Aspect.LIST, USED_BY),
    Rule(Aspect.DEPENDENTS, r"(?:who|what|which (?:\w+ ){1,2}?|anyone|anybody|something|anything)(?: else)? ?(?:talks?|connects?|calls?|speaks?|sends? requests)(?: (?:to|with))?(?= )|(?:things?|objects?|everything|anything|workloads?|pods?|deployments?) (?:that|which) (?:mounts?|uses?|references?|reads?|needs?|depends? on)|(?:what|who) (?:would |will )?(?:happens?|breaks?|suffers?) (?:if|when)|(?:which|what) (?:ingress(?:es)?|routes?|autoscalers?|hpas?) (?:point|lead|route|send|go|forward|scale|target)\w*|(?:affected|impacted|break|breaks|lost)(?= (?:if|when|by) )|(?:what |who |which (?:\w+ )?|anything |anyone |something |nothing |any \w+ )(?:is |are |still |currently |actually |else )*(?:uses?|using|depends?|mounts?|mounting|references?|referencing|refers?|consumes?|needs?|relies|rely|reads?|reading|loads?|loading|injects?)(?! logs?| (?:my |our |some |any )?attention)|depend(?:s|ents?|encies)? on|used by|referenced by|mounted by|in use by|depend on|(?:is|are) .* (?:in use|used|unused|mounted|referenced)|dependents"),
    Rule(Aspect.PORTS, r"(?:target |container |node |service )?ports?|(?:what|which|the)(?: is|'s)?(?: the)? node ?ports?(?! services?)|how (?:can|do) (?:i|we) (?:reach|access|connect)|addresse?s?|urls?|expos(?:ed|es)|reachable|(?:cluster|external|load ?balancer) ?ips?|ip address\w*|hostnames?"),
    Rule(Aspect.MANIFEST, r"yaml|manifest|json|definition|full spec|spec(?:ification)?|source of|(?:contents?|values?|data) (?:of|in) (?:the )?.*(?:config ?maps?|cm)|(?:config ?maps?|cm) .*(?:contents?|data|values?)|what(?:'s| is) (?:stored )?(?:in|inside) (?:the )?.*(?:config ?map|cm)"),
    Rule(Aspect.CONTEXT, r"(?:which|what) (?:kubernetes )?(?:cluster|context|version)|kubernetes version|cluster (?:info|information|version|name|details)|server version|current context|version of (?:the )?(?:kubernetes|cluster|server|k8s)|who am i|whoami|am i (?:connected|talking|logged in)|api server"),
    Rule(Aspect.COUNT, r"how many|(?<!restart )(?<!replica )(?:the )?count(?! of restarts)|(?<!by )(?<!by the )(?<!by their )(?:total )?number of|total number"),
    Rule(Aspect.HEALTH, r"(?:everything|all|all good|things|anything) (?:is |are )?(?:still )?(?:ok|okay|healthy|fine|well|good|up|alright|running|working|in order|green)|(?:is|are) (?:everything|all|things|anything|the cluster|my cluster|our cluster|this cluster|it all|there any)(?: .*)? (?:ok|okay|healthy|fine|well|good|up|alright|running|working|ready|in order|green|wrong|broken|problems?|issues?|failing|unhealthy|down)"
         r"|health(?: ?checks?| status| report| overview| summary)?|unhealthy|any (?:problems?|issues?|trouble|failures?)|(?:everything|anything|all|whatever)(?: that| which| what)?(?: is|'s| are)? ?(?:not|isn't|ain't|n't) (?:green|ok|okay|healthy|ready|running|well|fine|working|good|right|up)|(?:anything|something|what(?:'s| is)?) (?:is |currently |now )?(?:on fire|burning|acting up|misbehaving|melting\w*|that needs (?:my |our )?attention|needs? (?:my |our |some )?attention|i should (?:know|worry|look)\w*|we should (?:know|worry|look)\w*|to worry about|worrying|worrisome|out of order|sick)|(?:are|is) (?:we|it|everything|things|all)(?: all)? (?:good|ok|okay|safe|clear|fine|ready|set) to (?:deploy|go|ship|release|roll out|launch)|anything (?:wrong|broken|failing|red|unusual|weird|strange|odd|suspicious|off)|something (?:wrong|broken)|(?:is|are) .* (?:ok|okay|healthy|fine|well|alright|working|in good shape)"
         r"|how (?:is|are|'s|does|do) .*(?:doing|cluster|look|everything)|how's .*(?:doing|look\w*)|overview|summary|summari[sz]e|rundown|what(?:'s| is)? (?:broken|failing|unhealthy|not working|going wrong)|sanity"),
    Rule(Aspect.DESCRIBE, r"describe|details?|detailed|everything (?:(?:there is|you know|you have|we have|we know|to know) )*(?:about|on)|all about|more (?:about|information|info)|information (?:about|on)|tell me (?:about|more)|(?:how|what) (?:is|are) .* configured|configurations?(?: of)?|inspect|info (?:about|on)|explain|commands?|args|arguments|entrypoint|(?:readiness|liveness|startup)|limits?|requests?|(?:which|what|how many|list|show) (?:\w+ )?containers(?= (?:does|do|are|is|in|of|has|have|run|inside))|containers (?:of|in|inside)|probes?|strategy|(?<!with )(?<!with their )(?<!with all )(?<!the )labels|what (?:are )?(?:the |its |their )?(?:labels|annotations)|(?:labels|annotations) (?:on|of) (?:the )?(?:node|pod|deployment|service|namespace)|what labels|(?<!with )(?<!with their )annotations|selectors?|schedule|config(?! ?maps?)|settings|tolerations|taints?|affinity|mounts|volumes mounted|security ?contexts?"),
    Rule(Aspect.STATUS, r"status(?:es)?|state|(?:is|are) .* (?:ready|running|up|available|deployed|rolled out|finished|done|complete|rolling|paused|reachable|responding|succeed\w*)|ready|rollout|progress|how (?:is|are|far)|doing|uptime|running (?:ok|fine|properly|correctly)|(?:current )?(?:replicas?|replica counts?|instances)"),
)  # fmt: skip
VERB_ASPECTS = {
    "describe": Aspect.DESCRIBE, "inspect": Aspect.DESCRIBE, "diagnose": Aspect.CAUSE, "debug": Aspect.CAUSE,
    "troubleshoot": Aspect.CAUSE, "investigate": Aspect.CAUSE, "count": Aspect.COUNT, "explain": Aspect.DESCRIBE,
    "analyze": Aspect.CAUSE, "analyse": Aspect.CAUSE, "history": Aspect.HISTORY, "tail": Aspect.LOGS,
    "compare": Aspect.DESCRIBE, "dump": Aspect.MANIFEST, "grep": Aspect.LOGS,
}  # fmt: skip

# The nouns by which each aspect is spoken of: no names beside its pattern.
SPOKEN: dict[Aspect, frozenset[str]] = {
    aspect: spoken(words)
    for aspect, words in {
        Aspect.IMAGES: "image images container containers docker version versions tag tags registry registries",
        Aspect.LOGS: """print printed prints wrote write writes outputs log logs logging line lines container message messages exception exceptions trace stack output
            say says responses response entries entry warnings warning stacktrace traceback""",
        Aspect.EVENTS: "event events warning warnings probe probes readiness liveness startup check checks oomkilled",
        Aspect.HISTORY: "image images before previously earlier previous former formerly history rollout revision revisions version versions",
        Aspect.USAGE: """hog hogs biggest largest smallest greatest workload workloads consumer consumers cpu memory ram mem resource resources metrics utilization utilisation hungriest heaviest busiest
            load eater eaters user users limit limits request requests allocation trend trends near close hitting pressure takes take together total average mean peak all much compared what they it use uses than""",
        Aspect.CAPACITY: """unreserved unallocated unused still cpu memory ram resource resources capacity free left room allocatable headroom remaining spare
            enough bottleneck bottlenecks utilization usage space pod pods""",
        Aspect.ENVIRONMENT: """defined come comes declared env environment variable variables vars var value values secret secrets injected exists
            configmap""",
        Aspect.PORTS: """port ports nodeport address addresses url urls ip ips exposed expose exposes reach access connect
            clusterip external internal hostname hostnames number open opened closed listening""",
        Aspect.ENDPOINTS: """pod pods back backs backing endpoint endpoints behind select selects selected backs route
            routes traffic routing sending""",
        Aspect.MANIFEST: "manifest definition spec specification source data contents values",
        Aspect.HEALTH: "health check checks report probe probes",
        Aspect.DESCRIBE: """path command commands args arguments entrypoint configured configuration config information container containers limits requests limit request memory cpu resource
            probe probes readiness liveness startup strategy labels annotations selector selectors schedule settings mounts
            volumes mounted affinity tolerations""",
        Aspect.DEPENDENTS: """talks connects calls speaks happens away dies die things goes affected impacted break breaks lost deleted delete deleting removed remove removing went depends depend dependents point points lead leads route routes send sends go goes forward forwards at to mounts mount mounted references reference uses referenced relies
            unused""",
        Aspect.CONTEXT: "cluster context version kubernetes k8s control plane server connected talking api",
        Aspect.COUNT: "carry carries hold holds run runs host hosts count number",
        Aspect.STATUS: "rollout progress replica replicas count counts instances minimum maximum desired",
        Aspect.CAUSE: "went gone complain complains complaining about probe probes readiness liveness startup traffic container containers latency",
        Aspect.CHANGES: "last made did applied pushed changes change changed deployments rollouts updates deployed",
        Aspect.PROPERTY: """certificate certificates cert certs autoscaled scaled route routes routed send sends sent traffic request requests reserve reserves ask asks claim point points lead leads forward forwards select selects target targets
            pods pod class use uses used left taken free remaining consumed available own terminate terminates shut stop scale scales bind binds permit permits allow allows tolerate tolerates again automatically behind it that fire due disrupted evicted missing lost lose end ended exit exited terminated encrypted served secured over created made account identity size volume backed""",
        Aspect.VALUE: "value values setting key say says hold holds stored entry set secret password what",
        Aspect.KINDS: "api resource resources kinds types versions custom crds crd",
        Aspect.CONNECTIVITY: "connectivity network path traffic connection reach talk communicate",
    }.items()
}  # fmt: skip
