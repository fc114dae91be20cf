"""Judge of audits: the objects of a rule stand in the cluster, unstarted, and exactly the offenders are named."""

import json
import re
from threading import Lock
from typing import Any

from kora.language.kinds import BY_KIND
from live.prompts import Result
from live.space import Space, changed, kora

_POD = {"containers": [{"name": "main", "image": "web:1.4"}]}
_NEEDED: dict[str, dict[str, Any]] = {
    "Pod": _POD,
    "Deployment": {
        "selector": {"matchLabels": {"app": "x"}},
        "template": {"metadata": {"labels": {"app": "x"}}, "spec": _POD},
    },
    "Service": {"ports": [{"port": 80}]},
    "CronJob": {
        "schedule": "0 4 1 1 *",
        "jobTemplate": {"spec": {"template": {"spec": {**_POD, "restartPolicy": "Never"}}}},
    },
    "PersistentVolumeClaim": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Mi"}}},
    "HorizontalPodAutoscaler": {
        "maxReplicas": 9,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x"},
    },
}
"""What the server insists on and a rule says nothing about."""
_SEARCHES = re.compile(r"\b(?:find|which|show|list|identify)\b|^\w+ (?:lacking|without)\b", re.IGNORECASE)


class Exhibits:
    """The objects of rules, each set in a namespace of its own and never started: no node is asked to run them."""

    def __init__(self) -> None:
        self._spaces: dict[str, Space] = {}
        self._lock = Lock()

    def space(self, objects: list[dict[str, Any]]) -> Space:
        """The namespace in which these objects stand."""
        key = json.dumps(objects, sort_keys=True)
        with self._lock:
            if key not in self._spaces:
                self._spaces[key] = made = Space("rule")
                items = [exhibit(each, made.name) for each in objects]
                made.apply([{**_ACCOUNT, "metadata": {"name": each}} for each in sorted(_accounts(items))])
                made.apply(items)
            return self._spaces[key]

    def remove(self) -> None:
        """All of them."""
        for each in self._spaces.values():
            each.remove()


_ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount"}


def _accounts(items: list[dict[str, Any]]) -> set[str]:
    return {name for each in items if (name := _pod_of(each).get("serviceAccountName"))} - {"default"}


def _pod_of(item: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = item.get("spec") or {}
    if item["kind"] == "Pod":
        return spec
    return ((spec.get("jobTemplate") or {}).get("spec") or spec).get("template", {}).get("spec") or {}


def exhibit(item: dict[str, Any], namespace: str) -> dict[str, Any]:
    """An object of the corpus as the server takes it: complete, in the namespace, for a scheduler that is not there."""
    copy: dict[str, Any] = json.loads(json.dumps(item))
    copy["apiVersion"] = BY_KIND[copy["kind"]].api_version
    copy["metadata"]["namespace"] = namespace
    if copy["kind"] in _NEEDED:
        copy["spec"] = _filled(copy.get("spec") or {}, json.loads(json.dumps(_NEEDED[copy["kind"]])))
    spec = copy.get("spec") or {}
    if copy["kind"] == "Ingress" and not spec.get("rules") and not spec.get("defaultBackend"):
        copy["spec"] = {**spec, "defaultBackend": {"service": {"name": "x", "port": {"number": 80}}}}
    for each in copy.get("rules") or () if copy["kind"] in ("Role", "ClusterRole") else ():
        each.setdefault("apiGroups", [""])
    pod = _pod_of(copy)
    if pod:
        pod["schedulerName"] = "kora-eval-nobody"
        if copy["kind"] == "Pod":
            pod.pop("nodeName", None)
    for each in (*pod.get("containers", ()), *pod.get("initContainers", ())):
        for port in each.get("ports") or ():
            port.setdefault("containerPort", port.get("hostPort", 80))
    return copy


def _filled(said: dict[str, Any], needed: dict[str, Any]) -> dict[str, Any]:
    """What is said, and what is needed where nothing is."""
    for name, value in needed.items():
        if isinstance(value, dict) and isinstance(said.get(name), dict):
            _filled(said[name], value)
        else:
            said.setdefault(name, value)
    return said


def audit(number: int, case: dict[str, Any], exhibits: Exhibits) -> Result:
    """Exactly the offenders, by name; null in the corpus: the rule must stay unclear. A question that searches may be
    answered by a list. What else the cluster holds (its own roles, what it puts into each namespace) is not judged."""
    name = case.get("id", f"rule-{number:02}")
    space = exhibits.space(case["objects"])
    before = space.snapshot()
    rule = re.sub(r"\bdemo\b", space.name, case["rule"])  # the namespace that rules of the corpus speak about
    ran = kora("ask", "--json", "-n", space.name, rule, home=space.home)
    touched = changed(before, space.snapshot())
    if touched:
        return Result("audits", name, "harm", f"changed {sorted(touched)}", ran.seconds)
    if case["violating"] is None:
        verdict = "right" if ran.code not in (0, 10) and "violations" not in ran.answer else "wrong"
        return Result("audits", name, verdict, "" if verdict == "right" else ran.text[:300], ran.seconds)
    listed = ran.answer.get("violations")
    if listed is None and _SEARCHES.search(case["rule"]):
        listed = ran.answer.get("result")
    named = isinstance(listed, list) and all(isinstance(each, dict) and "name" in each for each in listed)
    placed = {each["metadata"]["name"] for each in case["objects"]}
    found = sorted({each["name"] for each in listed} & placed) if named and listed else []
    if named and ran.code == 0 and found == sorted(case["violating"]):
        return Result("audits", name, "right", "", ran.seconds)
    return Result("audits", name, "wrong", f"{case['rule']}: exit {ran.code}, {found}; {ran.text}"[:500], ran.seconds)
