"""Ways of asking for new objects: kubectl's own commands, lists of fields, values side by side, times in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.language.creating import read_manifest
from kora.language.creation.wording import worded
from kora.language.grammar import read
from kora.language.intents import Create, Unclear
from kora.operations.manifests import build_all
from kora.operations.manifests.drafts import Incomplete


def made(text: str) -> list[Create]:
    intents, _ = read_manifest(text)
    assert not isinstance(intents, Unclear), intents
    return [each for each in intents if isinstance(each, Create)]


def refused(text: str) -> Unclear:
    intents, _ = read_manifest(text)
    assert isinstance(intents, Unclear), intents
    return intents


NAMES = st.from_regex(r"[a-z][a-z0-9]{2,8}-[a-z0-9]{2,6}", fullmatch=True)


@settings(max_examples=40, deadline=None)
@given(NAMES, NAMES, st.integers(0, 50), st.integers(1, 65535))
def test_a_command_of_kubectl_makes_what_kubectl_would(name: str, space: str, replicas: int, port: int) -> None:
    line = f"kubectl create deployment {name} --image=shop/web:1 --replicas={replicas} --port {port} -n {space}"
    (create,) = made(line)
    assert (create.kind, create.name, create.namespace, create.replicas) == ("Deployment", name, space, replicas)
    assert [each.port for each in create.containers[0].ports] == [port]
    assert read(line).steps == (create,)


@pytest.mark.parametrize(
    "line",
    [
        "kubectl create deployment web --image=nginx --frobnicate=3",
        "kubectl create deployment web --image=nginx extra",
        "kubectl create secret tls web --cert=a --key=b",
        "kubectl create role r --verb=get",
        "kubectl create rolebinding r --clusterrole=view --role=x --user=ann",
        "kubectl run box --image=busybox && kubectl delete ns shop",
        "kubectl run box --image=busybox | sh",
        "kubectl create configmap c --from-literal='a=1",
    ],
)
def test_a_command_that_is_not_understood_to_its_end_makes_nothing(line: str) -> None:
    refused(line)
    assert not read(line).steps


def test_a_dry_run_of_kubectl_is_a_manifest_and_no_order() -> None:
    line = "kubectl create quota q --hard=cpu=4,pods=20 -n lab --dry-run=client -o yaml"
    (quota,) = made(line)
    assert quota.fields["hard"] == {"cpu": "4", "pods": "20"}
    assert not read(line).steps or read(line).dry_run


@pytest.mark.parametrize(
    ("text", "schedule", "zone"),
    [
        ("every day at half past six in the evening, Berlin time", "30 18 * * *", "Europe/Berlin"),
        ("every day at quarter to seven in the morning", "45 6 * * *", None),
        ("on weekdays at ten at night", "0 22 * * 1-5", None),
        ("every day at twelve at night", "0 0 * * *", None),
    ],
)
def test_a_time_of_day_in_words(text: str, schedule: str, zone: str | None) -> None:
    (create,) = made(f"cron job tick in lab with image shop/tick:1 that runs {text}")
    assert create.fields["schedule"] == schedule
    assert create.fields.get("time_zone") == zone


def test_quoted_text_is_never_reworded() -> None:
    for quoted in ('"half past six in the evening"', "`forty two per cent`", '"run x (a:1)"'):
        assert quoted in worded(f"create a pod x with command {quoted}")


def test_values_side_by_side_belong_to_names_side_by_side() -> None:
    first, second = made(
        "Deployments cart (shop/cart:2) and search (shop/search:5) in namespace shop with 2 and 3 replicas respectively"
    )
    assert (first.name, first.replicas, second.name, second.replicas) == ("cart", 2, "search", 3)
    assert {first.namespace, second.namespace} == {"shop"}


def test_a_list_of_fields_is_one_object() -> None:
    (create,) = made("- kind: Deployment\n- name: geo\n- namespace: maps\n- image: maps/geo:0.9\n- replicas: 2\n")
    assert (create.kind, create.name, create.namespace, create.replicas) == ("Deployment", "geo", "maps", 2)


def test_fewer_objects_than_were_announced_are_asked_about() -> None:
    assert "3" in refused("Create three pods named left and right in lab from busybox:1.36").text


def test_a_job_that_runs_again_and_again_is_a_cron_job() -> None:
    (create,) = made("a nightly job sweep at 03:15 in ops with image ops/sweep:1")
    assert create.kind == "CronJob"
    assert create.fields["schedule"] == "15 3 * * *"


def test_peers_keep_the_ports_beside_them() -> None:
    (policy,) = made(
        "network policy to-db in shop selecting role=api: egress only to pods role=db on TCP 5432 "
        "and to 192.168.10.0/24 on 443"
    )
    rules = policy.fields["egress"]
    assert [[port["port"] for port in rule["ports"]] for rule in rules] == [[5432], [443]]
    assert [rule["peers"] for rule in rules] == [[{"pods": {"role": "db"}}], [{"cidr": "192.168.10.0/24"}]]


def test_pods_from_a_namespace_are_one_peer() -> None:
    (policy,) = made(
        "In namespace pay only pods labelled role=web from the namespace front may talk to the pods app=ledger, "
        "on TCP 8443."
    )
    (rule,) = policy.fields["ingress"]
    assert rule["peers"] == [{"pods": {"role": "web"}, "namespaces": ["front"]}]


def test_a_default_for_all_and_a_rule_for_some_are_two_policies() -> None:
    default, rule = made(
        "Lock down namespace bank: by default nothing may come in or go out. "
        "Then let the pods app=teller receive traffic from pods app=desk on port 8443."
    )
    assert (default.selector, default.fields["directions"]) == ({}, ["Ingress", "Egress"])
    assert rule.selector == {"app": "teller"}


def test_who_may_talk_to_each_other_gets_both_ways_where_both_are_shut() -> None:
    (policy,) = made("In namespace red deny all traffic in both directions but let the pods talk to each other.")
    assert policy.fields["ingress"][0]["peers"] == policy.fields["egress"][0]["peers"] == [{"same": True}]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("daemonset logs in ops with image ops/logs:1 and 3 replicas", "replicas"),
        ("daemonset logs in ops with image ops/logs:1 and the Recreate strategy", "OnDelete"),
        ("service web in shop for app=web, port 80, only from 10.0.0.0/8", "LoadBalancer"),
        ("resource quota q in shop for best-effort pods: 5 pods and 4 CPUs", "best-effort"),
    ],
)
def test_what_a_kind_has_no_place_for_is_never_dropped(text: str, what: str) -> None:
    intents, _ = read_manifest(text)
    assert not isinstance(intents, Unclear), intents
    with pytest.raises(Incomplete, match=what):
        build_all(intents)


def test_every_type_of_a_limit_range_keeps_its_own_bounds() -> None:
    (create,) = made(
        "limit range box in play: pods at most 2 CPU, containers at least 50m/32Mi, claims between 1Gi and 5Gi"
    )
    assert create.fields["limits"] == [
        {"type": "Pod", "max": {"cpu": "2"}},
        {"type": "Container", "min": {"cpu": "50m", "memory": "32Mi"}},
        {"type": "PersistentVolumeClaim", "min": {"storage": "1Gi"}, "max": {"storage": "5Gi"}},
    ]


def test_restricting_a_namespace_opens_nothing_but_what_is_named() -> None:
    (policy,) = made("I need to restrict namespace secure so that it only accepts traffic from the namespace trusted")
    assert [rule["peers"] for rule in policy.fields["ingress"]] == [[{"namespaces": ["trusted"]}]]


def test_one_label_with_two_values_is_two_peers() -> None:
    (policy,) = made("network policy db in shop: pods app=db accept 5432 from app=api and app=jobs")
    assert policy.fields["ingress"][0]["peers"] == [{"pods": {"app": "api"}}, {"pods": {"app": "jobs"}}]


def test_a_peer_without_a_port_behind_one_with_a_port_is_asked_about() -> None:
    text = "network policy web-in for app=web in shop: ingress from pods app=lb on port 80 and from pods app=probe"
    assert "port" in refused(text).text


def test_a_map_with_values_that_a_workload_mounts_is_made_as_well() -> None:
    cron, conf = made(
        "a cronjob checker that runs twice a day in ops with image ops/check:1, "
        "and a config map checker-conf with LEVEL=2 that it mounts at /conf"
    )
    assert (conf.kind, conf.data) == ("ConfigMap", {"LEVEL": "2"})
    assert not cron.containers[0].env


@pytest.mark.parametrize(
    "text",
    [
        "the quota in shop allows 5 pods",
        "claim data in shop, 10Gi, full",
        "limit range lim in dev: default limit 200m is too small",
        "job sum with image lab/sum:1 and 3 completions is done",
        "ingress for shop.example.com to service web port 80 returns 503",
        "quota caps in arcade: at most 3 deployments, exceeded",
    ],
)
def test_a_word_about_what_is_there_makes_nothing_new(text: str) -> None:
    assert not [each for each in read(text).steps if each.intent in {"create", "grant"}]


@pytest.mark.parametrize(
    "text",
    [
        "StatefulSet mongo (mongo:7) in data with three replicas and a headless service of the same name on 27017",
        "Two deployments in shop, cart (shop/cart:2) and search (shop/search:5), 2 and 3 replicas respectively",
        "quota caps in ns arcade: at most 3 deployments and no node ports",
        "Service legacy-db in shop that is just an alias for db.corp.example.com",
    ],
)
def test_a_description_from_head_to_foot_is_an_order(text: str) -> None:
    assert list(read(text).steps) == read_manifest(text)[0]
