"""How one thing stands to others, which of two bounds is enough, and what a question left out: asked of the shop."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kora.domain.objects import Manifest
from kora.language.asking.spelling import respelled
from kora.language.asking.times import seconds_since
from kora.language.grammar import read
from kora.language.intents import Inspect
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map, deployment, secret, service

from .conftest import Asking

_RBAC = "rbac.authorization.k8s.io/v1"


def _object(kind: str, name: str, version: str, namespace: str = "shop", **parts: Any) -> Manifest:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **parts}


@pytest.fixture
def street(shop: FakeCluster) -> FakeCluster:
    """The shop with a till that names its parts, ways in, rights, storage, and another till in a second namespace."""
    till = deployment("till", replicas=2)
    container = till["spec"]["template"]["spec"]["containers"][0]
    container["env"] = [{"name": "LEDGER_URL", "value": "http://shop-backend:80/ledger"}]
    container["envFrom"] = [{"configMapRef": {"name": "colours"}}]
    till["spec"]["template"]["spec"]["serviceAccountName"] = "cashier"
    other = deployment("till", namespace="annex", replicas=1)
    other["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "LEDGER_URL", "value": "http://old:80"}]
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "till", "port": {"number": 80}}}}
    lost = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "nowhere", "port": {"number": 80}}}}
    rules = [{"host": "till.example.com", "http": {"paths": [path]}}]
    tls = [{"hosts": ["till.example.com"], "secretName": "till-tls"}]
    role = _object("Role", "deployer", _RBAC, rules=[
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["create", "patch"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]},
    ])  # fmt: skip
    binding = _object("RoleBinding", "cashiers", _RBAC,
                      roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "deployer"},
                      subjects=[{"kind": "ServiceAccount", "name": "cashier", "namespace": "shop"}])  # fmt: skip
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "3Gi"}}}
    annex: Manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "annex"}}
    for item in (
        annex, till, other, service("till", selector={"app": "till"}),
        secret("till-tls", {"tls.crt": ""}), secret("spare", {}),
        _object("Ingress", "street", "networking.k8s.io/v1", spec={"rules": rules, "tls": tls}),
        _object("Ingress", "alley", "networking.k8s.io/v1",
                spec={"rules": [{"host": "alley.example.com", "http": {"paths": [lost]}}]}),
        role, binding, _object("ServiceAccount", "cashier", "v1"),
        _object("PersistentVolumeClaim", "crate", "v1", spec=claim, status={"phase": "Pending"}),
        _object("ResourceQuota", "shelf", "v1", spec={"hard": {"pods": "9"}},
                status={"hard": {"pods": "9"}, "used": {"pods": "4"}}),
        config_map("colours", {"door": "green"}, namespace="annex"),
    ):  # fmt: skip
        shop.add(item)
    shop.settle()
    return shop


@pytest.mark.parametrize(
    ("prompt", "said", "unsaid"),
    [
        ("what does the till talk to?", ["service/shop-backend", "settings of container"], ["database"]),
        ("what does till need?", ["configmap/colours", "serviceaccount/cashier"], ["secret/db"]),
        ("who talks to shop-backend?", ["deployment/till"], ["deployment/ledger"]),
        ("is the till protected by a network policy?", ["none"], ["close-database"]),
        ("is database protected by a network policy", ["close-database"], []),
        ("are the pods of till spread over nodes", ["node(s)", "2 on"], []),
        ("is till reachable from outside", ["yes", "ingress/street", "till.example.com/"], []),
        ("is the ledger reachable from outside", ["no:"], ["ingress/street"]),
        ("which ingress leads to till", ["ingress/street"], ["alley"]),
        ("is the ingress for till.example.com set up", ["ingress/street"], ["alley"]),
        ("does alley.example.com work?", ["there is no service nowhere"], []),
        ("are there any secrets nobody uses", ["spare"], ["till-tls"]),
        ("what uses till-tls", ["ingress/street"], []),
        ("can cashier deploy to shop", ["Yes", "create", "patch", "No: no role lets", "update"], []),
        ("can the till read secrets", ["Yes", "cashier"], []),
        ("can nobody-here read secrets", ["There is no service account, workload or user"], ["Yes"]),
        ("which roles grant access to secrets", ["role/deployer"], []),
        ("how close is the namespace to its quota", ["4 of 9 used, 5 left"], []),
        ("is anything waiting for a volume", ["crate", "pending", "nobody"], []),
        ("how much storage do the pvcs in shop request", ["3Gi together"], []),
        ("which pvc is the largest", ["crate"], []),
        ("how does till in shop differ from the one in annex", ["shop-backend", "http://old:80", "replicas"], []),
        ("how many replicas of frobnicator are there", ["frobnicator"], ["There are 0"]),
        ("why is frobnicator failing", ["There is no object 'frobnicator'"], ["log reports"]),
        ("what are the depndencies of till", ["shop-backend"], []),
        ("wich deployments are there", ["till", "Read “wich” as “which”"], []),
        ("show the nightly backup cron job", ["“nightly” names nothing here"], []),
        ("which deployments have more than one volume mount", ["more than one"], []),
    ],
)
def test_the_answer_is_about_what_was_asked(
    street: FakeCluster, asking: Asking, prompt: str, said: list[str], unsaid: list[str]
) -> None:
    outcome = asking(prompt)
    assert outcome.error is None, outcome
    assert [each for each in said if each not in outcome.answer] == [], outcome.answer
    assert [each for each in unsaid if each in outcome.answer] == [], outcome.answer


@pytest.mark.parametrize(
    ("prompt", "values", "either"),
    [
        ("which pods are pending or failed", [("is", "pending|failed")], False),
        ("which pods are not running or completed", [("is_not", "running"), ("is_not", "succeeded")], False),
        ("which pods restarted more than 5 times or are pending", [("more", 5.0), ("is", "pending")], True),
        ("which pods are running and ready", [("is", "running"), ("is", "ready")], False),
    ],
)
def test_or_needs_one_of_both(prompt: str, values: list[tuple[str, str | float]], either: bool) -> None:
    (step,) = read(prompt).steps
    assert isinstance(step, Inspect)
    assert [(each.comparison.value, each.value) for each in step.conditions] == values
    assert step.either is either


_NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("since noon", 22.5),
        ("since 09:00", 1.5),
        ("after 8am", 2.5),
        ("since midnight", 10.5),
        ("since yesterday", 34.5),
    ],
)
def test_a_moment_of_the_day_is_the_last_one_that_is_over(said: str, hours: float) -> None:
    assert seconds_since(said, _NOW) == hours * 3600


@given(st.text(max_size=40))
def test_no_text_for_a_moment_lies_in_the_future(said: str) -> None:
    found = seconds_since(said, _NOW)
    assert found is None or found >= 0


@example("=wih")
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz -./:='", max_size=60))
def test_names_and_marks_are_never_respelled(text: str) -> None:
    words = frozenset(text.split()) | frozenset(part for word in text.split() for part in word.split("'"))
    assert respelled(text, words)[0] == text


def test_one_slip_is_put_right_and_no_more() -> None:
    assert respelled("shwo me the evnets of mailr", frozenset({"mailr"}))[0] == "show me the events of mailr"
    assert respelled("restrat web-1 in prdo/a", frozenset())[0].endswith("web-1 in prdo/a")
