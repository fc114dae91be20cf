"""New objects: no word of a request is lost, rights are never wider than said, verbs make the right kind."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.kit.errors import Invalid
from kora.language.creating import read_manifest
from kora.language.creation.rights import read_rights
from kora.language.grammar import read
from kora.language.intents import Unclear
from kora.operations.manifests import Built, build_all

NAMES = st.sampled_from(
    ["green", "small", "cache", "fast", "web", "edge", "orders", "team-a", "data", "zk", "alpha-dev", "live", "front"]
)
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete")


def built(text: str) -> Built | None:
    """The objects; None where the request is unclear or lacks something."""
    intents, _ = read_manifest(text)
    if isinstance(intents, Unclear):
        return None
    try:
        return build_all(intents)
    except Invalid:
        return None


@settings(max_examples=80, deadline=None)
@given(
    st.lists(NAMES, min_size=3, max_size=3, unique=True),
    st.sampled_from(
        [
            "create deployment {0} with image nginx:1.27 and deployment {1} with image nginx:1.26 in namespace {2}",
            "create namespaces {0}, {1} and {2}",
            "create a limit range {0} in namespaces {1} and {2} with max memory 512Mi per container",
            "make a pod {0} with containers named {1} (nginx:1.27) and {2} (busybox:1.36)",
            "let users {0} and {1} read pods in namespace {2}",
            "create a service account {0} in namespace {1} and a config map {2} with a=b",
            "run redis 7 as {0} in namespace {1} with label tier={2}",
        ]
    ),
)
def test_no_name_is_lost(names: list[str], text: str) -> None:
    made = built(text.format(*names))
    if made is not None:
        shown = json.dumps(list(made))
        for name in names:
            assert f'"{name}"' in shown, text.format(*names)


@pytest.mark.parametrize(
    "text",
    [
        "create a pod web with image nginx:1.27 and frobnication",
        "create a deployment web with image nginx:1.27 in the style of zarquon",
        "create a config map c with a=b for the wombat",
        "create a service web for app=web on port 80 unless zog",
    ],
)
def test_a_word_that_no_pattern_knows_makes_a_request_unclear(text: str) -> None:
    intents, _ = read_manifest(text)
    assert isinstance(intents, Unclear), intents


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(VERBS), min_size=1, max_size=4, unique=True),
    st.lists(st.sampled_from(VERBS), min_size=1, max_size=3, unique=True),
    st.sampled_from(["but not {}", "but never {}", ", not {}"]),
)
def test_what_is_excepted_is_not_granted(said: list[str], taken: list[str], words: str) -> None:
    text = f"user ann may {', '.join(said)} pods in dev {words.format(' or '.join(taken))} them"
    made = built(text)
    if made is None:
        return
    granted = {verb for each in made if each["kind"] == "Role" for rule in each["rules"] for verb in rule["verbs"]}
    assert granted <= set(said) - set(taken), text


def test_rights_are_told_apart_by_their_verbs() -> None:
    rights = read_rights("service account ci in namespace build may manage deployments and read pods in namespace prod")
    assert [(each.kind, each.name, each.home) for each in rights.subjects] == [("ServiceAccount", "ci", "build")]
    assert rights.places == ["prod"]
    assert [each.resources for each in rights.rules] == [["deployments"], ["pods"]]
    assert "delete" in rights.rules[0].verbs
    assert rights.rules[1].verbs == ["get", "list", "watch"]
    assert not rights.left


def test_everything_but_one_verb_is_written_out() -> None:
    rights = read_rights("let bob do everything but delete in namespace lab")
    assert rights.rules[0].resources == ["*"]
    assert "delete" not in rights.rules[0].verbs
    assert "*" not in rights.rules[0].verbs


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("run busybox:1.36 every night at 2 to print 'hi'", ["CronJob"]),
        ("run fluentd:v1.17 on every node", ["DaemonSet"]),
        ("run perl:5.34 once with the command 'perl -v'", ["Job"]),
        ("run redis 7", ["Deployment"]),
        ("route shop.example.com to service web port 80", ["Ingress"]),
        ("store A=1 and B=2 in a config map named c", ["ConfigMap"]),
        ("keep at least 2 pods of deployment web available during node drains", ["PodDisruptionBudget"]),
        ("limit namespace dev to 4 CPUs and 8Gi of memory", ["ResourceQuota"]),
        ("only pods labelled app=api may reach pods labelled app=db on port 5432", ["NetworkPolicy"]),
    ],
)
def test_the_verb_says_what_is_made(text: str, kinds: list[str]) -> None:
    made = built(text)
    assert made is not None
    assert [each["kind"] for each in made] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "pod web with image nginx:1.27 is crashing",
        "deployment web with image nginx:1.27 keeps restarting",
        "pods with image nginx:1.27 in namespace shop",
        "which pod runs image nginx:1.27?",
        "deployment web",
    ],
)
def test_talk_of_what_is_there_creates_nothing(text: str) -> None:
    assert not [each for each in read(text).steps if each.intent in {"create", "grant"}]


def test_a_description_without_a_verb_is_an_order_for_it() -> None:
    steps = read("pod web with image nginx:1.27, listening on port 80, cpu limit 100m").steps
    assert [each.intent for each in steps] == ["create"]


def test_a_value_that_two_readers_took_parts_of_is_unclear() -> None:
    made = built(
        "create a deployment cms with image ghost:5 using the claim up at /var/lib/ghost and "
        "env url=https://a.b.example"
    )
    assert made is None or "https://a.b.example" in json.dumps(list(made))
    assert made is None or "\\u0000" not in json.dumps(list(made))


def test_a_port_and_where_it_leads_are_one_port() -> None:
    made = built("expose the web deployment inside the cluster on port 8080, forwarding to the container's port 80")
    assert made is not None
    assert [(each["port"], each["targetPort"]) for each in made[0]["spec"]["ports"]] == [(8080, 80)]


def test_each_of_several_workloads_gets_its_own_service() -> None:
    made = built("Create deployments till (nginx:1.27) and shelf (httpd:2.4), each with a service on port 80")
    assert made is not None
    assert [(each["kind"], each["metadata"]["name"]) for each in made] == [
        ("Deployment", "till"),
        ("Service", "till"),
        ("Deployment", "shelf"),
        ("Service", "shelf"),
    ]
    assert [each["spec"]["selector"]["app"] for each in made if each["kind"] == "Service"] == ["till", "shelf"]


def test_a_service_that_could_lead_to_two_workloads_is_asked_about() -> None:
    assert built("Create two pods till and shelf with image redis:7 and one service called front on port 80") is None


@pytest.mark.parametrize("joint", [" and ", ", "])
def test_two_programs_in_one_order_are_two_deployments(joint: str) -> None:
    made = built(f"Run till with nginx:1.27{joint}shelf with httpd:2.4 in depot")
    assert made is not None
    assert [each["metadata"]["name"] for each in made] == ["till", "shelf"]
    assert {each["metadata"]["namespace"] for each in made} == {"depot"}
    assert all(len(each["spec"]["template"]["spec"]["containers"]) == 1 for each in made)


def test_a_place_before_a_colon_is_no_label() -> None:
    made = built(
        "Create a network policy called fence in east: outgoing traffic may go to pods of the namespace west only"
    )
    assert made is not None
    spec = made[0]["spec"]
    assert made[0]["metadata"]["namespace"] == "east"
    assert spec["podSelector"] == {}
    assert spec["policyTypes"] == ["Egress"]
    assert "ingress" not in spec


@pytest.mark.parametrize(
    "said", ["on port 53 over UDP and TCP", "on port 53 (UDP and TCP)", "on port 53, both TCP and UDP"]
)
def test_both_protocols_of_dns_belong_to_it(said: str) -> None:
    made = built(
        "In namespace east add a network policy called fence: outgoing traffic may go to "
        f"namespace west only, plus DNS {said}."
    )
    assert made is not None
    ports = [port for rule in made[0]["spec"]["egress"] for port in rule.get("ports", ())]
    assert sorted((port["port"], port["protocol"]) for port in ports) == [(53, "TCP"), (53, "UDP")]


def test_a_letter_before_an_image_is_a_containers_name() -> None:
    made = built("Create a pod named duo with two containers: a (nginx) and b (busybox, command sleep 3600)")
    assert made is not None
    assert [each["name"] for each in made[0]["spec"]["containers"]] == ["a", "b"]


def test_what_makes_it_ready_is_a_probe() -> None:
    made = built(
        "Create a deployment gate with image nginx:1.27 on port 8080; it is ready when "
        "/healthz on 8080 answers, checked every 5 seconds"
    )
    assert made is not None
    probe = made[0]["spec"]["template"]["spec"]["containers"][0]["readinessProbe"]
    assert probe["httpGet"] == {"path": "/healthz", "port": 8080}
    assert probe["periodSeconds"] == 5


def test_replicas_said_before_the_kind_and_a_claim_for_each_pod() -> None:
    made = built(
        "Deploy a 5-replica StatefulSet vault in namespace east (already available) with "
        "image redis:7, each pod mounting a 1Gi PVC at /data"
    )
    assert made is not None
    assert [each["kind"] for each in made if each["kind"] != "Service"] == ["StatefulSet"]
    found = next(each for each in made if each["kind"] == "StatefulSet")
    assert found["metadata"]["name"] == "vault"
    assert found["spec"]["replicas"] == 5
    assert found["spec"]["template"]["spec"]["containers"][0]["volumeMounts"][0]["mountPath"] == "/data"


def test_keys_that_are_mounted_are_no_variables() -> None:
    made = built("Create a pod easel from nginx:alpine; every key of config map tone is mounted below /etc/tones")
    assert made is not None
    container = made[0]["spec"]["containers"][0]
    assert "envFrom" not in container
    assert container["volumeMounts"][0]["mountPath"] == "/etc/tones"


@pytest.mark.parametrize(
    "text",
    [
        "My service account scout in east should be able to read pods there, nothing more. "
        "Create the role and the binding for it.",
        "Service account scout in namespace east should be able to read pods and nothing "
        "else. Please create a role and role binding.",
    ],
)
def test_the_role_and_the_binding_are_what_a_grant_makes(text: str) -> None:
    [step] = read(text).steps
    assert step.intent == "grant"
    assert (step.subject, step.namespace, step.resources) == ("scout", "east", ("pods",))
    assert set(step.verbs) == {"get", "list", "watch"}


@pytest.mark.parametrize(
    "text",
    [
        "In the east namespace, run a pod called relay with two gizmos:\n1. one must "
        "frobnicate\n2. the other should wobble",
        "Create a pod named relay which must never wobble and should only frobnicate",
        "Please add a network policy called fence: outgoing frobnication may only go to wobbles",
    ],
)
def test_an_order_for_a_named_object_is_never_a_rule(text: str) -> None:
    request = read(text)
    assert not request.steps
    assert request.unclear


def test_names_that_are_verbs_elsewhere_stay_names_in_a_list() -> None:
    steps = read("cart, checkout and search should each have 2 replicas").steps
    assert [(each.intent, each.target.phrase, each.to) for each in steps] == [
        ("scale", name, 2) for name in ("cart", "checkout", "search")
    ]


@pytest.mark.parametrize("text", ["don't restart api, only web", "do not restart api; restart only web"])
def test_what_shall_not_be_touched_is_no_rule(text: str) -> None:
    request = read(text)
    assert not request.steps
    assert request.unclear


@pytest.mark.parametrize("space", ["cache", "db", "lib", "web"])
def test_a_plain_word_in_the_place_behind_a_name_is_the_namespace(space: str) -> None:
    made = built(f"Create a pod reader in {space} as user 1000 from alpine:3.20 sleeping forever")
    assert made is not None
    assert made[0]["metadata"]["namespace"] == space


@pytest.mark.parametrize("word", ["memory", "parallel", "base64", "python"])
def test_other_words_behind_in_are_no_namespaces(word: str) -> None:
    assert built(f"Create a pod reader in {word} with image redis:7") is None


def test_the_other_side_of_a_policy_may_be_in_another_namespace() -> None:
    made = built(
        "Create a network policy called fence in namespace db: "
        "only pods labelled app=api in namespace backend may reach port 5432"
    )
    assert made is not None
    assert made[0]["metadata"]["namespace"] == "db"
    [rule] = made[0]["spec"]["ingress"]
    assert rule["from"] == [
        {
            "podSelector": {"matchLabels": {"app": "api"}},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "backend"}},
        }
    ]


@pytest.mark.parametrize("does", ["waits 5 seconds", "sleeps 5 seconds", "sleeps for 5 seconds"])
def test_what_an_announced_init_container_does_is_its_own(does: str) -> None:
    made = built(f"Create a pod easel with image nginx:1.27 and an init container that {does} with busybox:1.36")
    assert made is not None
    spec = made[0]["spec"]
    assert [each.get("command") for each in spec["containers"]] == [None]
    assert [each["command"] for each in spec["initContainers"]] == [["sleep", "5"]]


def test_a_wish_that_nothing_runs_so_stays_a_rule() -> None:
    [step] = read("make sure nothing in prod runs as root").steps
    assert step.intent == "audit"
