"""Roles, bindings, and grants to a person, a group or a service account."""

import re
from typing import Any

from kora.language.creation.metadata import is_name
from kora.language.creation.scan import Scan

VERBS = (
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
)
READ = ["get", "list", "watch"]
WRITE = ["create", "update", "patch", "delete"]
ALL = ["*"]
_WORDS: dict[str, list[str]] = {
    "read-only": READ, "readonly": READ, "read only": READ, "read": READ, "view": READ, "see": READ, "viewing": READ,
    "reading": READ, "reads": READ, "views": READ, "lists": ["list"], "gets": ["get"], "watches": ["watch"], "lookups": READ, "inspect": READ, "full": ALL, "full access": ALL, "everything": ALL, "all": ALL, "any": ALL,
    "manage": READ + WRITE, "managing": READ + WRITE, "edit": ["get", "list", "watch", "create", "update", "patch"],
    "modify": ["get", "list", "watch", "update", "patch"], "write": READ + WRITE, "admin": ALL, "administer": ALL,
    "deploy": READ + WRITE, "getting": ["get"], "listing": ["list"], "watching": ["watch"], "creating": ["create"],
    "updating": ["update"], "patching": ["patch"], "deleting": ["delete"], "remove": ["delete"], "scale": ["update", "patch"],
    "read-write": READ + WRITE, "restart": ["get", "list", "patch"], "restarting": ["get", "list", "patch"], "roll out": ["get", "list", "patch"],
    "tail": READ, "follow": READ, "inspecting": READ, "look at": READ, "check": READ, "editing": ["get", "list", "watch", "create", "update", "patch"],
    "writing": READ + WRITE, "removing": ["delete"], "scaling": ["update", "patch"], "change": ["get", "list", "watch", "update", "patch"],
    "creates": ["create"], "updates": ["update"], "deletes": ["delete"], "manages": READ + WRITE, "control": ALL,
    "port-forward": ["create"], "exec into": ["create"], "exec": ["create"],
}  # fmt: skip
RESOURCES = {
    "pods": "", "pods/log": "", "pods/exec": "", "services": "", "configmaps": "", "secrets": "", "serviceaccounts": "",
    "persistentvolumeclaims": "", "persistentvolumes": "", "namespaces": "", "nodes": "", "events": "", "endpoints": "",
    "resourcequotas": "", "limitranges": "", "replicationcontrollers": "", "pods/portforward": "",
    "deployments": "apps", "deployments/scale": "apps", "statefulsets": "apps", "daemonsets": "apps", "replicasets": "apps",
    "jobs": "batch", "cronjobs": "batch", "ingresses": "networking.k8s.io", "networkpolicies": "networking.k8s.io",
    "horizontalpodautoscalers": "autoscaling", "poddisruptionbudgets": "policy", "roles": "rbac.authorization.k8s.io",
    "rolebindings": "rbac.authorization.k8s.io", "clusterroles": "rbac.authorization.k8s.io",
    "clusterrolebindings": "rbac.authorization.k8s.io", "storageclasses": "storage.k8s.io",
    "customresourcedefinitions": "apiextensions.k8s.io", "leases": "coordination.k8s.io",
}  # fmt: skip
"""Resources that roles speak of, and their API group."""
_RESOURCE_WORDS: dict[str, str] = {each: each for each in RESOURCES}
_RESOURCE_WORDS |= {
    "pod logs": "pods/log", "logs": "pods/log", "log": "pods/log", "pod log": "pods/log", "config maps": "configmaps",
    "service accounts": "serviceaccounts", "pvcs": "persistentvolumeclaims", "persistent volume claims": "persistentvolumeclaims",
    "pvs": "persistentvolumes", "persistent volumes": "persistentvolumes", "cron jobs": "cronjobs", "stateful sets": "statefulsets",
    "daemon sets": "daemonsets", "replica sets": "replicasets", "network policies": "networkpolicies", "hpas": "horizontalpodautoscalers",
    "pdbs": "poddisruptionbudgets", "quotas": "resourcequotas", "deployment": "deployments", "pod": "pods", "service": "services",
    "secret": "secrets", "configmap": "configmaps", "config map": "configmaps", "job": "jobs", "cronjob": "cronjobs", "node": "nodes",
    "namespace": "namespaces", "ingress": "ingresses", "svc": "services", "statefulset": "statefulsets", "event": "events",
    "autoscalers": "horizontalpodautoscalers", "role bindings": "rolebindings", "cluster roles": "clusterroles", "storage classes": "storageclasses",
    "workloads": "deployments",
}  # fmt: skip
RESOURCE_WORDS, RIGHT_WORDS = frozenset(_RESOURCE_WORDS), frozenset({*VERBS, *_WORDS})
_RES = "|".join(re.escape(each).replace(r"\ ", r"[ -]?") for each in sorted(_RESOURCE_WORDS, key=len, reverse=True))
_VERB = "|".join(re.escape(each).replace(r"\ ", r"[ -]") for each in sorted({*VERBS, *_WORDS}, key=len, reverse=True))
_JOIN = r"(?:\s*(?:,|/|and|or|&|,\s*and)\s*)"
VERB_LIST = rf"(?P<verbs>(?:[\"'`]?(?:{_VERB})[\"'`]?)(?:{_JOIN}[\"'`]?(?:{_VERB})[\"'`]?)*|\*)"
RESOURCE_LIST = rf"(?P<resources>(?:(?:the |all )?[\"'`]?(?:{_RES})[\"'`]?)(?:{_JOIN}(?:the |all )?[\"'`]?(?:{_RES})[\"'`]?)*|everything|anything|all resources|any resources?|all objects|\*)"


def verbs_of(text: str) -> list[str]:
    """The API's verbs of a list in words, without doubles."""
    if text.strip() == "*":
        return ["*"]
    found: list[str] = []
    for word in re.findall(_VERB, text, re.IGNORECASE):
        low = word.lower()
        for verb in _WORDS.get(low) or _WORDS.get(low.replace("-", " ")) or [low]:
            if verb not in found:
                found.append(verb)
    return ["*"] if "*" in found else found


def resources_of(text: str) -> list[str]:
    """The API's plural names of a list in words."""
    if re.fullmatch(r"\s*(?:everything|anything|all resources|any resources?|all objects|\*)\s*", text, re.IGNORECASE):
        return ["*"]
    found: list[str] = []
    for word in re.findall(_RES, text, re.IGNORECASE):
        low = re.sub(r"\s+", " ", word.lower())
        name = (
            _RESOURCE_WORDS.get(low)
            or _RESOURCE_WORDS.get(low.replace("-", " "))
            or next(
                (
                    value
                    for key, value in _RESOURCE_WORDS.items()
                    if key.replace(" ", "") == low.replace(" ", "").replace("-", "")
                ),
                None,
            )
        )
        if name and name not in found:
            found.append(name)
    return found


_INSIDE = {
    "pods/exec": r"(?:exec(?:ing|ute)?|shell(?:ing)?|run(?:ning)? commands?)(?: commands?)?(?: into| in| inside) (?:the |all )?(?:pods?|containers?)",
    "pods/portforward": r"port-?forward(?:ing)?(?: to| into| from)? (?:the |all )?pods?",
}
"""What is done inside a pod."""


def read_rules(scan: Scan) -> list[dict[str, Any]]:
    """``may get, list and watch pods and read config maps`` → rules."""
    rules: list[dict[str, Any]] = []
    lead = r"(?:(?:that|which|can|may|allows?|allowing|to|permits?|permitting|with|and|the|permissions?|access|grants?|granting|only|be|able|it|should|verbs?|also|for|a|rights?|rules?|gives?|has|have|of|them|allowed|actions?|operations?|on|perform(?:ing)?|users?|someone|anyone|holders?|who|bearer|bound|lets?|enables?|enabling|is|are|:) )*"
    between = r"(?:,? ?(?:access|verbs?|permissions?|actions?|operations?|rights?|to|on|for|of|over|in|the|all|any|with|only|just|resources?|:|=) ?)*"
    names = r"(?:,? ?(?:(?:only )?(?:the one|those|restricted to|limited to)?(?: the)? ?(?:resource ?names?|named|called) ?[:=]? ?<name:only>))?"
    for inside, words in _INSIDE.items():
        if scan.take(rf"{lead}{words}"):
            rules.append({"verbs": ["create"], "resources": [inside]})
    for pattern in (
        rf"{lead}(?:resources?)<is>{RESOURCE_LIST},? ?(?:and |with )*(?:the )?verbs?<is>\[?{VERB_LIST}\]?{names}",
        rf"{lead}(?:verbs?(?: ?[:=])? ?)\[?{VERB_LIST}\]?{between} ?\[?{RESOURCE_LIST}\]?(?: resources?)?{names}",
        rf"{lead}{VERB_LIST}{between} ?{RESOURCE_LIST}(?: resources?| objects?)?{names}",
        rf"{lead}{RESOURCE_LIST},? ?(?:(?:with|and|the|only|for|verbs?|permissions?|access|:) ?)+{VERB_LIST}(?: verbs?| permissions?| access)?{names}",
    ):
        for each in scan.take_all(pattern):
            rule: dict[str, Any] = {"verbs": verbs_of(each["verbs"]), "resources": resources_of(each["resources"])}
            if each.groupdict().get("only"):
                rule["resource_names"] = [each["only"]]
            rules.append(rule)
    return rules


def read_role(scan: Scan) -> dict[str, Any]:
    """The slots of a Role or ClusterRole."""
    scan.take_all(r"(?:and |but )?nothing (?:else|more)(?: at all)?")  # what a role doesn't name is not allowed
    return {"fields": {"rules": read_rules(scan)}}


_SUBJECT = r"(?P<kind>service ?-?accounts?|sa|users?|groups?|person|developer|team)"


_NEXT_NAME = re.compile(
    r"(?:,\s*(?:and\s+)?|\s+and\s+)[\"'`]?(?P<name>[A-Za-z0-9](?:[\w.@:-]*[A-Za-z0-9])?)[\"'`]?(?=\s*(?:,|and\b|\.|;|$|in\b|to\b|\x00))"
)


def read_subjects(scan: Scan) -> list[dict[str, str]]:
    """Whom a binding is for."""
    found: list[dict[str, str]] = []
    lead = r"(?:(?:to|for|the|my|our|their|existing|that|which|with|and|subject|binds?|binding|bound|grants?|granting|gives?|giving|assigns?|assigning|it|role|both|a|an) ?)*"
    for pattern in (
        r"(?P<account>system:serviceaccount:[a-z0-9-]+:[a-z0-9.-]+)",
        rf"{lead}{_SUBJECT} (?:named |called )?(?P<name>[\"'`]?[A-Za-z0-9](?:[\w.@:-]*[A-Za-z0-9])?[\"'`]?)(?: (?:from|in|of) <the>(?:namespace )?<name:ns>(?: namespace)?)?",
        rf"{lead}(?P<name>[\"'`]?[A-Za-z0-9](?:[\w.@:-]*[A-Za-z0-9])?[\"'`]?) {_SUBJECT}(?: (?:from|in|of) <the>(?:namespace )?<name:ns>(?: namespace)?)?",
    ):
        for each in scan.take_all(pattern):
            groups = each.groupdict()
            if groups.get("account"):
                _, _, namespace, name = groups["account"].split(":")
                found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
                continue
            name = groups["name"].strip("\"'`")
            if not is_name(name):
                continue
            kind = re.sub(r"[ -]", "", groups["kind"].lower()).rstrip("s")
            home, _, alone = name.rpartition(":")
            if home and kind in {"serviceaccount", "sa"}:  # "staging:deployer"
                found.append({"kind": "ServiceAccount", "name": alone, "namespace": home.rpartition(":")[2]})
                continue
            subject = {
                "kind": {
                    "serviceaccount": "ServiceAccount",
                    "sa": "ServiceAccount",
                    "group": "Group",
                    "team": "Group",
                }.get(kind, "User"),
                "name": name,
            }
            if groups.get("ns") and is_name(groups["ns"]):
                subject["namespace"] = groups["ns"]
            found.append(subject)
            if (
                kind in {"user", "group"}
                and groups["kind"].lower().endswith("s")
                and each.start("kind") < each.start("name")
            ):
                position = each.end()
                while (more := _NEXT_NAME.match(scan.rest, position)) is not None and is_name(more["name"]):
                    found.append({**subject, "name": more["name"]})
                    scan.claim(*more.span())
                    position = more.end()
    return found


def read_binding(scan: Scan) -> dict[str, Any]:
    """The slots of a RoleBinding or ClusterRoleBinding."""
    fields: dict[str, Any] = {}
    lead = r"(?:(?:that|which|to|for|the|binds?|binding|bound|grants?|granting|gives?|giving|assigns?|attach(?:es)?|links?|linking|connect(?:s|ing)?|a|an|it|from|of|with|and|using|referencing|references|built-in|existing) )*"
    role = scan.take(
        rf"{lead}(?P<cluster>cluster ?)?role ?(?:named |called |:|=)? ?<name:role>(?= ?(?:to|with|for|and|,|\.|$|in))",
        rf"{lead}<name:role> (?P<cluster>cluster ?)?role(?!\w)",
    )
    if role is not None and is_name(role["role"]):
        fields["role"] = role["role"]
        fields["role_kind"] = "ClusterRole" if role["cluster"] else "Role"
    fields["subjects"] = read_subjects(scan)
    return {"fields": fields}
