"""Any release name is a good name, and two releases in one namespace never meet."""

import itertools
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

RELEASES = [
    "a",
    "taskora",
    "my-taskora",
    "todo-app",
    "2048",
    "0",
    "a.b",
    "release.with.dots",
    "x" * 53,
    "y" * 40,
    "y" * 41,
    "a-" * 26 + "b",
    "true",
    "null",
    "backend",
    "frontend-config",
]
LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
release_names = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?(\.[a-z0-9]+)?", fullmatch=True).filter(
    lambda name: len(name) <= 53
)


@pytest.fixture(scope="module")
def by_release(render: Any) -> dict[str, Any]:
    return {release: render(release=release) for release in RELEASES}


def identities(manifests: Any) -> set[tuple[str, str]]:
    return {(item["kind"], item["metadata"]["name"]) for item in manifests.objects}


def check_names(manifests: Any) -> None:
    for kind, name in identities(manifests):
        assert LABEL.fullmatch(name), (kind, name)
        assert len(name) <= (52 if kind == "StatefulSet" else 63), (kind, name)


@pytest.mark.parametrize("release", RELEASES)
def test_names_are_valid(by_release: dict[str, Any], release: str) -> None:
    check_names(by_release[release])


@pytest.mark.parametrize("release", RELEASES)
def test_addresses_follow_the_release(by_release: dict[str, Any], release: str) -> None:
    manifests = by_release[release]
    address = manifests.part("ConfigMap", "frontend")["data"]["API_BASE_URL"]
    assert address == f"http://{manifests.part('Service', 'backend')['metadata']['name']}:8000"


@pytest.mark.parametrize(("one", "two"), list(itertools.combinations(RELEASES, 2)))
def test_two_releases_never_share_an_object(by_release: dict[str, Any], one: str, two: str) -> None:
    assert identities(by_release[one]).isdisjoint(identities(by_release[two]))


@given(release=release_names)
@settings(max_examples=25, deadline=None)
def test_any_release_name_works(render: Any, release: str) -> None:
    manifests = render(release=release)
    check_names(manifests)
    for _, metadata, _ in manifests.pods():
        assert metadata["labels"]["app.kubernetes.io/instance"] == release


@given(one=release_names, two=release_names)
@settings(max_examples=25, deadline=None)
def test_any_two_releases_stay_apart(render: Any, one: str, two: str) -> None:
    if one != two:
        assert identities(render(release=one)).isdisjoint(identities(render(release=two)))


def test_names_can_be_chosen(render: Any) -> None:
    manifests = render(
        None,
        "fullnameOverride=shop",
        "backend.fullnameOverride=api",
        "backend.service.name=api-service",
        "database.fullnameOverride=rows",
        release="whatever",
    )
    found = identities(manifests)
    assert {("Deployment", "shop-frontend"), ("Deployment", "api"), ("StatefulSet", "rows")} <= found
    assert {
        ("Service", "api-service"),
        ("Service", "rows"),
        ("ConfigMap", "api-config"),
        ("Secret", "api-secret"),
    } <= found


def test_words_that_yaml_takes_for_values_stay_names(render: Any) -> None:
    manifests = render(
        {
            "frontend": {"fullnameOverride": "yes", "priorityClassName": "null"},
            "backend": {"fullnameOverride": "true"},
            "database": {"fullnameOverride": "off", "user": "null", "name": "true"},
            "ingress": {"className": "1e3"},
            "nameOverride": "on",
        }
    )
    for item in manifests.objects:
        assert isinstance(item["metadata"]["name"], str)
        assert all(isinstance(value, str) for value in item["metadata"]["labels"].values())
    assert manifests.one("Ingress")["spec"]["ingressClassName"] == "1e3"


def test_the_namespace_can_differ_from_the_release_s(render: Any) -> None:
    manifests = render(None, "namespace.name=apps")
    assert {item["metadata"]["namespace"] for item in manifests.objects} == {"apps"}
    assert "kubectl --namespace apps" in manifests.notes
    assert "helm test taskora --namespace taskora" in manifests.notes  # the release itself stays where it is


def test_the_namespace_comes_along_when_asked(render: Any) -> None:
    manifests = render(None, "namespace.create=true", "namespace.labels.team=x")
    metadata = manifests.one("Namespace")["metadata"]
    assert metadata["name"] == "taskora"
    assert metadata["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert metadata["labels"]["team"] == "x"
    assert metadata["annotations"]["helm.sh/resource-policy"] == "keep"


def test_no_namespace_unless_asked(render: Any) -> None:
    assert not render().all("Namespace")
