"""Orders that don't begin with "create a …" brought into the one form that the rest reads.

``deploy redis:7 as a StatefulSet``, ``expose it on port 80``, ``and mount it in a new pod``, ``bind it to the group x``.
"""

import re
from collections.abc import Callable, Sequence

from kora.language.creation.frames import framed, itemized, reachable
from kora.language.creation.grants import looks_like_grant
from kora.language.creation.heads import heads
from kora.language.creation.images import versioned
from kora.language.creation.kubectl import is_command
from kora.language.creation.nouns import KIND, KIND_WORDS
from kora.language.intents import Create, Grant, Intent

_IMAGE = r"(?P<image>[a-z0-9][\w./-]*\w(?::\d+/[\w./-]*\w)?(?::[\w][\w.-]*\w|:\w)?)"
_RUNNERS = "Deployment|StatefulSet|DaemonSet|Pod|Job|CronJob|stateful set|daemon set|cron job"
_NAME = r"[\"'`]?(?P<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)[\"'`]?"
_KINDS_IN_USE = r"(?:pods?|deployments?|stateful ?sets?|daemon ?sets?|(?:cron ?)?jobs?)"
_STATE_PROBES = {
    "ready": "readiness",
    "alive": "liveness",
    "live": "liveness",
    "healthy": "liveness",
    "started": "startup",
}
_COUNTS_AS = (
    r"(?:is|becomes?|counts? as|should be|must be|(?:is|should be) (?:considered|deemed|taken for|regarded as))\s+"
)
_ASKED = (
    r"(?:(?:the\s+)?(?:http\s+)?(?:get\s+|request\s+(?:to\s+|for\s+)?|path\s+|endpoint\s+)*[\"'`]?(?P<path>/[\w./-]*\w|/(?=\s))[\"'`]?(?:\s+(?:on|at)\s+(?:port\s+)?(?P<port>\d{2,5}))?"
    r"|(?:the\s+)?(?:command\s+)?(?P<cmd>`[^`\n]+`|'[^'\n]+'|\"[^\"\n]+\")"
    r"|(?:the\s+|its\s+)?(?:tcp\s+)?port\s+(?P<tcp>\d{2,5}))"
)
_ANSWERS = (
    r"(?:(?:can be\s+)?(?:answers|responds|replies|works|succeeds|reached|is reachable|is open|is available|is up|accepts (?:tcp )?connections|exits? (?:with )?(?:0|zero)"
    r"|returns? (?:a |an )?(?:http )?(?:status )?(?:200|ok|0|zero)|(?:answers|responds|replies) with (?:a |an )?(?:http )?(?:status )?(?:200|ok))(?: ok)?)"
)


def _told_probe(found: re.Match[str]) -> str:
    """``ready once GET /ready on port 80 answers`` as a readiness probe."""
    asks = (
        f"on path {found['path']}" + (f" port {found['port']}" if found["port"] else "")
        if found["path"]
        else f"that runs the command {found['cmd']}"
        if found["cmd"]
        else f"on tcp port {found['tcp']}"
    )
    return f", with a {_STATE_PROBES[found['state'].lower()]} probe {asks}"


_REWRITES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        # "in shop: outgoing traffic may go …": a place, and no label
        (
            rf"\b(?:in|for)\s+(?!namespace\b){_NAME}\s*:\s+(?=(?:all\s+|only\s+|any\s+|no\s+)?(?:outgoing|incoming|outbound|inbound|ingress|egress|traffic|pods|nothing|everything|allow|deny|block|dns)\b)",
            r"in namespace \g<name>, ",
        ),
        # "in namespace x (already available)"
        (r"\s*\((?:it |which |this )?(?:is |are )?already (?:available|there|exists?|existing|present|created)\)", ""),
        # "a 5-replica StatefulSet db"
        (
            rf"\ban? (?P<n>\d+)[- ]replicas? (?P<kind>{_RUNNERS})(?P<named>\s+(?:(?:named|called)\s+|(?!with\b|in\b|on\b|and\b|using\b|of\b|running\b|from\b|for\b|that\b|which\b|to\b)){_NAME}(?![\w-]))?",
            r"a \g<kind>\g<named> with \g<n> replicas",
        ),
        # "create a namespace qa and put a limit of 20 pods on it"
        (
            r"(?:,?\s+and\s+|[.;]\s+)(?:please\s+)?(?:put|set|impose|place)\s+an?\s+(?:limit|cap|maximum|ceiling)\s+of\s+(?P<what>\d[^.;\n]*?)\s+on\s+(?:it|(?:the|that|this)\s+namespace)(?=\s*(?:[.;]|$))",
            r". Create a resource quota with at most \g<what>",
        ),
        # "it is ready when /healthz on 8080 answers, checked every 5 seconds"
        (
            rf"[,;.]?\s*(?:(?:and|which|that)\s+)*(?:it|the (?:pod|container|app|application|server))?\s*(?:{_COUNTS_AS})?(?P<state>ready|alive|live|healthy|started)\s+(?:only\s+)?(?:when(?:ever)?|once|if|as long as|as soon as|while)\s+{_ASKED}\s+{_ANSWERS}(?:,?\s+(?:and\s+)?(?:is\s+)?(?:checked|probed|asked|polled)(?=\s+every\b))?",
            _told_probe,
        ),
        # "run fluentd as a DaemonSet called x with image fluent/fluentd:v1"
        (
            rf"\b(?:deploy|run|launch|start|install|create)\s+(?:the\s+)?{_IMAGE}\s+as\s+an?\s+(?P<kind>{_RUNNERS})\b(?=[^;\n]*\bimage\s+[\"'`]?[\w.-]+[/:][\w/])",
            r"create a \g<kind>",
        ),
        # "deploy redis:7 as a StatefulSet named cache"
        (
            rf"\b(?:deploy|run|launch|start|install|create)\s+(?:the\s+)?(?:image\s+)?{_IMAGE}(?:\s+(?:image|container))?(?:\s+in it)?\s+as\s+an?\s+(?P<kind>{_RUNNERS})\b",
            r"create a \g<kind> using image \g<image>",
        ),
        # "deploy redis:7 as statefulset cache"
        (
            rf"\b(?:deploy|run|launch|start|install)\s+(?:the\s+)?(?:image\s+)?{_IMAGE}(?:\s+(?:image|container))?\s+as\s+(?:the\s+)?(?P<kind>{_RUNNERS})\s+(?:named\s+|called\s+)?(?!with\b|in\b|on\b|and\b|using\b){_NAME}(?![\w-])",
            r"create a \g<kind> named \g<name> using image \g<image>",
        ),
        # "and mount it in a new pod named proxy at /etc/x"
        (
            rf"(?:,?\s*(?:and|then)\s+)?\b(?P<do>mount|use|load|consume|inject|reference|attach|expose)\s+(?P<what>(?:all of )?it|(?:all of )?them|everything in it|this [\w ]{{2,20}}?|that [\w ]{{2,20}}?)\s+(?P<how>(?:read-only )?(?:at|under) [\"'`]?/[\w./-]+[\"'`]? |read-only |as (?:an? )?(?:volumes?|env(?:ironment)?[ -]?(?:variables?|vars?)) )?(?:in|into|inside|to|on|onto|by|from|within)\s+(?P<head>an?\s+(?:new\s+)?(?:[^.;,\n]|\.(?=\w)){{0,40}}?\b{_KINDS_IN_USE}(?:\s+(?:(?:named|called)\s+|(?!at\b|as\b|with\b|using\b|running\b|that\b|which\b|from\b|in\b|of\b|on\b|for\b|and\b))[\"'`]?[\w.-]*\w[\"'`]?)?(?:\s*\([^)\n]*\))?)",
            r". Create \g<head> that \g<do>s \g<what> \g<how>",
        ),
        # "both as environment of a pod x"
        (
            rf",?\s*(?:and\s+)?(?:both|all)(?:\s+of\s+them)?\s+(?:used\s+|loaded\s+)?as\s+(?:the\s+|its\s+)?env\w*(?:[ -]?var\w*)?\s+(?:of|in|for)\s+(?P<head>an?\s+(?:new\s+)?[^.;,\n]{{0,30}}?\b{_KINDS_IN_USE}\b(?:\s+(?:named\s+|called\s+)?[\"'`]?[\w-]+[\"'`]?(?=\s+(?:with|running|using|that|from|of)\b|\s*[(,.]))?)",
            r". Create \g<head> that loads all keys as environment variables",
        ),
        # "a service account x … and bind it to cluster role edit in namespace y"
        (
            r"(?P<sa>\bservice ?-?account\s+(?:named\s+|called\s+)?[\"'`]?(?P<who>[a-z0-9][\w.-]*)[\"'`]?[^.;\n]*?),?\s+(?:and|then)\s+(?:bind|tie|link|attach)\s+(?:it|this|that)\s+to\s+(?:the\s+)?(?:existing\s+|built-in\s+)?(?P<role>(?:cluster ?-?)?role\s+[\"'`]?[\w-]+[\"'`]?|[\"'`]?[\w-]+[\"'`]?\s+(?:cluster ?-?)?role)(?P<where>\s+in\s+(?:the\s+)?namespace\s+[\w-]+)?",
            r"\g<sa>. Create a role binding\g<where> that binds the \g<role> to the service account \g<who>",
        ),
        # "and bind it to the group qa with a role binding called x"
        (
            r"(?:,?\s*(?:and|then)\s+)?\b(?:bind|attach|assign|grant|give|tie|link)\w*\s+(?P<what>it|this(?: role)?|that(?: role)?|the(?: cluster ?)?(?: ?role)?|the role)\s+to\s+(?P<who>[^.;\n]*?)\s*,?\s*\b(?:with|via|using|through|by(?: means of)?|in)\s+(?:an?|the)\s+(?P<binding>(?:cluster[ -]?)?(?:role[ -]?)?binding)(?P<name>\s+(?:(?:named|called)\s+)?(?!in\b|for\b|and\b|then\b|there\b)[\"'`]?[\w.:-]*\w[\"'`]?)?",
            r". Create a \g<binding>\g<name> that binds it to \g<who>",
        ),
        # "a role … bound to the service account x"
        (
            r"(?<=\brole\b)(?P<rights>[^.;\n]*?),?\s+(?:and\s+|which is\s+|that is\s+)?(?:bound|assigned|attached|tied)\s+to\s+(?P<who>(?:the\s+|my\s+|our\s+|an?\s+)?(?:[\w.@:-]+\s+)?(?:service ?-?account|user|group|sa)\b)",
            r"\g<rights>. Create a role binding that binds it to \g<who>",
        ),
        # "and bind it to the user x"
        (
            r"(?:,?\s*(?:and|then)\s+|[,;]\s*(?:and\s+|then\s+)?|(?<=\.)\s+)(?:(?:assign|tie|link)\s+(?:it|this(?: role)?|that(?: role)?|the role)|bind(?:\s+(?:it|this(?: role)?|that(?: role)?|the role))?)\s+to\s+(?=the |a |user|group|service|sa )",
            r". Create a role binding that binds it to ",
        ),
        # "expose it on port 80 with a LoadBalancer service"
        (
            r"\bexpose\s+(?:it|them|the (?:deployment|pods?|app(?:lication)?))\s+(?P<how>.*?)\s*(?:with|via|using|through|as|by|behind)\s+an?\s+(?P<type>(?:\w+[ -]?){0,2}?)\s*service\b",
            r"create a \g<type> service \g<how> ",
        ),
        (
            r"\bexpos(?:e|es|ing)\s+(?:it|them|this|that|the (?:deployment|pods?|app(?:lication)?))\s+(?P<how>(?:(?:internally|externally|only|inside|within|to|the|rest|of|cluster|also|world)\s+)*(?:on|at|via|through|using)\s+(?:service\s+)?(?:port|ports|\d))",
            r"create a service \g<how>",
        ),
    )
)
_NAMED_DEPLOY = re.compile(
    rf"^\s*(?:please\s+|can you\s+|could you\s+)*(?:deploy|launch|run|start|roll out|install)\s+(?:(?:a|an|the|my|our)\s+)?(?:app(?:lication)?\s+|service\s+|workload\s+)?(?:(?:named|called)\s+)?{_NAME}\s+(?:app(?:lication)?\s+|service\s+|backend\s+|frontend\s+)?(?:using|with|from|based on)\s+(?:the\s+)?(?:container\s+|docker\s+)?(?:image\s+)?(?P<image>[\"'`]?[a-z0-9][\w./-]*(?::\d+/[\w./-]*\w)?:\w(?:[\w.-]*\w)?[\"'`]?|[\"'`]?[a-z0-9][\w.-]*/[\w./-]*\w[\"'`]?)",
    re.IGNORECASE,
)
_IMAGED = rf"{_NAME.replace('name>', 'name%d>')}\s+(?:with|using|from)\s+(?:image\s+)?(?P<image%d>[a-z0-9][\w./-]*:[\w][\w.-]*\w|[a-z0-9][\w./-]*:\w)"
_TWO_DEPLOYS = re.compile(
    rf"^\s*(?:please\s+)?(?:deploy|launch|run|start)\s+{_IMAGED % (1, 1)}\s*(?:,|,?\s+and)\s+{_IMAGED % (2, 2)}(?![\w:/])",
    re.IGNORECASE,
)
"""``run cart with nginx:1.27 and search with httpd:2.4``: one deployment each."""
_PLAIN_DEPLOY = re.compile(
    rf"^\s*(?:please\s+)?(?:deploy|launch)\s+(?:(?:a|an|the)\s+)?(?:(?:container\s+|docker\s+)?image\s+)?{_IMAGE}(?=\s+(?:with|in|on|into|using|and|to|listening|scaled|as|named|called|under|exposing|having|at|across)\b|\s*[.,:]|\s*$)",
    re.IGNORECASE,
)


_ACCOUNT = re.compile(
    rf"\bservice ?-?account\s+(?:named\s+|called\s+)?(?!and\b|that\b|for\b|in\b|with\b){_NAME}", re.IGNORECASE
)
_APPOSED = re.compile(
    rf"(?P<what>\b(?:two|three|four|five|\d)\s+(?:new\s+)?(?:{KIND})s?),\s+(?=[a-z0-9][a-z0-9-]*(?:,\s*[a-z0-9][a-z0-9-]*)*,?\s+and\s+[a-z0-9][a-z0-9-]*\b)",
    re.IGNORECASE,
)
"""``two pods, ping and pong``: their names."""
_ANAPHORA = re.compile(
    r"(?P<lead>^|[.;\n]\s*)(?:please\s+|so\s+|then\s+|can you\s+|could you\s+)*(?:create|make|set up|add)\s+(?:it|this|that|them|both|these)(?:\s+for\s+(?:me|us|them))?(?:\s+first)?\s*(?:,?\s*(?:and|then)\s+|[.,;]\s*)",
    re.IGNORECASE,
)
"""``Please create it and …``: an order about what was asked for already."""
_NEEDS = re.compile(
    r"^\s*(?:the|our|my|this|their)\s+(?:[\w-]+\s+){0,3}?(?:teams?|projects?|company|group|department|squad|developers?|people|engineers?|colleagues)\s+(?:needs?|wants?|requires?|asked for|would like|could use)\s+",
    re.IGNORECASE,
)
_PODS_OF = re.compile(
    rf"(?P<start>^\s*|\.\s+)(?:the\s+|all\s+)?(?:pods|replicas|instances|containers)\s+(?:of|in|from)\s+(?=(?:an?|the|one)\s+(?:new\s+)(?:{_RUNNERS})\b)",
    re.IGNORECASE,
)
_RENAMED = re.compile(
    rf"[.;,]?\s*(?:and\s+)?(?:please\s+)?(?:call|name)\s+(?:the|this|that)\s+service\s+{_NAME}(?![\w-])", re.IGNORECASE
)
_BY_TYPE = re.compile(
    r"\b(an?|one)\s+(load ?-?balancer|node ?-?port|cluster ?-?ip)(?=\s+(?:on|for|in front|that|which|at|exposing|listening|named|called|with|of port)\b|\s*[,.;]|\s*$)",
    re.IGNORECASE,
)
"""A Service by its type alone: ``a LoadBalancer on 443``."""
_LET_IT = re.compile(
    r"(?:\s*,)?\s+(?:and\s+|then\s+|which\s+|that\s+)*(?:(?:let|allow|permit|enable|authori[sz]e)s?\s+(?:it|them|(?:this|that|the)(?: new)?(?: service)? account)\s+(?:to\s+)?|(?:give|grant)s?\s+(?:it|(?:this|that|the)(?: new)?(?: service)? account)\s+(?:permissions?\s+to\s+|the right to\s+)?|(?:which|that)\s+(?:can|may|is allowed to)\s+)(?=(?:cluster[ -]?wide\s+)?(?:get|list|watch|create|update|patch|delete|read|view|manage|edit|write|full|admin)\b)", re.IGNORECASE)  # fmt: skip


_BIND_BOTH = re.compile(
    r"(?:,?\s*(?:and|then)\s+|[.;,]\s*)(?:then\s+)?(?:bind|tie|link|connect)\s+(?:the two|both|them|the (?:one|role) to the (?:other|account|service account))(?:\s+together)?(?=\s*(?:[.,;]|$))",
    re.IGNORECASE,
)


def plain_order(text: str) -> str:
    """Orders that name no object in front, in the one form that the rest reads."""
    text = _BY_TYPE.sub(r"\1 \2 service", versioned(text))
    text = _APPOSED.sub(r"\g<what> named ", text, count=1)
    text = _ANAPHORA.sub(r"\g<lead>", text)
    text = _NEEDS.sub("We need ", text, count=1)
    text = _PODS_OF.sub(r"\g<start>create ", text, count=1)
    text = re.sub(r"\bbehind (?=an? (?:[\w-]+ ){0,3}service\b)", "with ", text, flags=re.IGNORECASE)
    renamed = _RENAMED.search(text)
    if renamed is not None and re.search(r"\bexpose\b", text, re.IGNORECASE):
        text = f"{text[: renamed.start()]} (service named {renamed['name']}){text[renamed.end() :]}"
    account = _ACCOUNT.search(text)
    if account is not None and re.search(r"role", text, re.IGNORECASE) is None:
        text = _LET_IT.sub(f". Allow the service account {account['name']} to ", text, count=1)
    if account is not None:
        text = _BIND_BOTH.sub(". Create a role binding", text, count=1)
    for pattern, put in _REWRITES:
        text, times = pattern.subn(put, text)
        text = re.sub(r"(?<=\S) {2,}", " ", text) if times else text
    text = framed(itemized(reachable(text)))
    two = _TWO_DEPLOYS.match(text)
    if two is not None and not {two["name1"], two["name2"]} & {"one", "it", "them", *KIND_WORDS}:
        return itemized(
            f"create deployments {two['name1']} ({two['image1']}) and {two['name2']} ({two['image2']})"
            + text[two.end() :]
        )
    named = _NAMED_DEPLOY.match(text)
    if named is not None and named["name"].lower() not in KIND_WORDS and ":" not in named["name"]:
        return f"create a deployment named {named['name']} using image {named['image']}" + text[named.end() :]
    found = _PLAIN_DEPLOY.match(text)
    if found is not None and found["image"].lower() not in KIND_WORDS and not heads(text):
        base = found["image"].rsplit("/", 1)[-1].split(":")[0].lower()
        called = re.match(rf"\s+(?:as|under the name|named|called)\s+{_NAME}(?![\w-])", text[found.end() :])
        if called is not None and called["name"] not in {"a", "an", "the", "user"}:
            return (
                f"create a deployment named {called['name']} using image {found['image']}"
                + text[found.end() + called.end() :]
            )
        text = f"create a deployment named {base} using image {found['image']}" + text[found.end() :]
    return text


_ASKS = re.compile(
    r"(?:^|[.;:!?,\n]|\b(?:and|then|please|to|you|kindly|me|me to|us|also|now|can|could|would|first|lets|let's|just|simply|namespace [\w\"'`-]+|goal|task|objective)\b)[\s*#\d.)(>-]*"
    r"(?:(?:please|kindly|also|now|then|just|me|quickly)\s+)*"
    r"(?:create|make|deploy|add|set ?up|setup|provision|generate|define|write|build|spin up|launch|run|start|install|stand up|bring up|produce|prepare|draft|give|"
    r"(?:i|we)(?:'d| would| will|'ll)? (?:need|want|like|require)(?: to (?:have|get|see))?|(?:need|want|new))\b|\b(?:an?|one) new " + rf"(?:{KIND})\b", re.IGNORECASE)  # fmt: skip
_ASKS_HOW = re.compile(
    r"^\W*(?:how|what|why|which|when|where|who|is|are|does|do|did|has|have|show|list|describe|explain|check|audit)\b|\bwhat (?:would|will) happen\b",
    re.IGNORECASE,
)


_BY_NAMED = re.compile(
    r"\b(?:with|using|via|through|by)\s+(?:means of\s+)?an?\s+[\w -]{3,30}?\s+(?:named|called)\b|^\s*(?:schedule|block|allow|isolate|autoscale|only|deny|forbid|permit|restrict|reject)\b",
    re.IGNORECASE,
)


def asks_for_new(text: str) -> bool:
    """Whether the text looks like an order for new objects, and not like a question or a look at what is there."""
    if is_command(text):
        return True
    if _ASKS_HOW.search(text) is not None or text.rstrip().endswith("?"):
        return False
    return (_ASKS.search(text) or _BY_NAMED.search(text)) is not None or gives(text) or framed(text, new=True) != text


def gives(text: str) -> bool:
    """Whether the text gives somebody rights, and no rule is meant: see `looks_like_grant`."""
    return looks_like_grant(text) and re.search(r"network ?-?polic", text, re.IGNORECASE) is None


_SPELLED = re.compile(
    rf"^(?!\s*(?:the|our|my|this|that|its|their|these|those)\b)\s*(?:(?:please|canary|new|task|todo|a|an|one|two|three|four|five|six|\d|now|ok|okay)\b[\s:,]*)*(?:[a-z-]+ ){{0,2}}?(?P<kind>{KIND})\b\s*(?:(?:named|called)\s+)?(?:{_NAME})?\s*(?:[,:(]|\b(?:with|using|running|that|which|from|in|at|on|every|for|of|allowing|granting|image|and)\b)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?<!that )(?<!which )(?<!it )\b(?:(?:is|are|was|were)(?!\s+(?:taken|called|named|mounted|read|kept|served|made|to|in|on|at)\b)|keeps?\s+\w+ing|fails|failing|crash\w*|stuck|pending|evicted|doesn't|don't|isn't|aren't|can't|won't|broken|unhealthy|why|errors?|issues?|problem|status|older|newer|still|currently|anymore|full|done|exceeded|exhausted|used up|too)\b",
    re.IGNORECASE,
)
"""A state of what is there: then nothing new is described."""


_COUNTED = re.compile(r"^\s*(?:two|three|four|five|six|\d)\b", re.IGNORECASE)


def spells_out(text: str) -> bool:
    """Whether the text begins as the description of one new object does: "pod web with image nginx:1.27, …"."""
    found = _SPELLED.match(text)
    return (
        found is not None
        and (re.search(r"(?<!s)s$", found["kind"].lower()) is None or _COUNTED.match(text) is not None)
        and _TOLD.search(text) is None
        and "?" not in text
    )


def is_whole(made: Sequence[Intent]) -> bool:
    """Whether everything that such objects can't do without was said, so that they are no mention of what is there."""
    told = [each for each in made if getattr(each, "kind", "") not in {"Namespace", "ServiceAccount"}]
    return bool(told) and all(
        isinstance(each, Grant)
        or (isinstance(each, Create) and bool(each.name or each.kind in _NAMED_AFTER) and _whole(each))
        for each in told
    )


_NAMED_AFTER = frozenset({"ResourceQuota", "LimitRange", "PodDisruptionBudget", "RoleBinding", "Ingress"})
"""Kinds that are named after their namespace, their goal or their host when no name was said."""
_TELLING: dict[str, Callable[[Create], bool]] = {
    "Service": lambda each: (
        bool(each.fields.get("external_name"))
        or (bool(each.ports) and (bool(each.selector) or any(port.target for port in each.ports)))
    ),
    "ConfigMap": lambda each: bool(each.data),
    "ResourceQuota": lambda each: bool(each.fields.get("hard")),
    "LimitRange": lambda each: any(len(said) > 1 for said in each.fields.get("limits") or []),
    "Role": lambda each: bool(each.fields.get("rules")),
    "ClusterRole": lambda each: bool(each.fields.get("rules")),
    "Ingress": lambda each: bool(each.fields.get("rules")),
    "PersistentVolumeClaim": lambda each: bool(each.fields.get("size")),
    "Secret": lambda each: bool(each.data),
    "PriorityClass": lambda each: "value" in each.fields,
    "NetworkPolicy": lambda each: bool(each.fields.get("ingress") or each.fields.get("egress")),
}


def _whole(each: Create) -> bool:
    if each.containers:
        return all(one.image for one in each.containers)
    telling = _TELLING.get(each.kind)
    return telling(each) if telling is not None else sum(bool(value) for value in each.fields.values()) > 1


_BY_ROLE = re.compile(
    r",?\s*(?:by|through|via|using|with)\s+(?:creating|making|setting up|adding|means of)?\s*(?:an?\s+|the\s+)?(?:necessary\s+|appropriate\s+|matching\s+)?(?:cluster\s?)?role\s*(?:,|and|&)\s*(?:an?\s+|the\s+)?(?:matching\s+|corresponding\s+)?(?:cluster\s?)?(?:role\s?)?binding(?:\s+for (?:it|that|this|them))?(?=\s*(?:[.,;]|$|in\b))", re.IGNORECASE)  # fmt: skip


_MAKE_ROLE = re.compile(
    r"(?<=[.;])\s*(?:please\s+)?(?:create|make|add|set up|generate|provide)\s+(?:(?:an?|the|any|all)\s+)?(?:(?:needed|necessary|required|appropriate|matching)\s+)?(?:cluster\s?)?role\s*(?:,|and|&|plus)\s*(?:(?:an?|the)\s+)?(?:matching\s+)?(?:cluster\s?)?(?:role\s?)?binding(?:\s+for\s+(?:it|that|this|them))?\s*\.?\s*$", re.IGNORECASE)  # fmt: skip
_NO_MORE = re.compile(r",?\s*(?:and|but)?\s*nothing\s+(?:more|else)(?=\s*(?:[.;]|$))", re.IGNORECASE)
"""What is not granted is not allowed anyway."""


def orders_role(text: str) -> bool:
    """Whether the text says who may do what and then orders the role and the binding for it."""
    return gives(text) and _MAKE_ROLE.search(text) is not None


def without_means(text: str) -> str:
    """A grant without what every grant has anyway: "by creating a role and a role binding", "and nothing more"."""
    return _NO_MORE.sub("", _MAKE_ROLE.sub("", _BY_ROLE.sub(" ", text)))
