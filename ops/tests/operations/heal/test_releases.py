"""Going back with a whole Helm release: only when all of it may be done, and what guards the application stays."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import HelmRollback
from kora.helm.port import Release
from kora.operations.heal.releases import back_to_good
from kora.testing.manifests import deployment

NOTES = {"meta.helm.sh/release-name": "web", "meta.helm.sh/release-namespace": "shop"}


def workload(image: str) -> Manifest:
    made = deployment("web", image, namespace="shop")
    made["metadata"]["annotations"] = NOTES
    return made


def other(kind: str, version: str = "1", **body: Any) -> Manifest:
    api = {"Secret": "v1", "Job": "batch/v1", "Role": "rbac.authorization.k8s.io/v1"}.get(kind, "policy/v1")
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "web", "labels": {"version": version}}, **body}


@dataclass
class Book:
    """A release with two revisions."""

    first: list[Manifest]
    second: list[Manifest]
    asked: list[str] = field(default_factory=list)

    def history(self, name: str, namespace: str) -> list[Release]:
        return [
            Release(name=name, namespace=namespace, revision=number, status=status, chart="web-1", app_version="1")
            for number, status in ((1, "superseded"), (2, "deployed"))
        ]

    def manifests(self, _name: str, _namespace: str, revision: int | None = None) -> list[Manifest]:
        return self.first if revision == 1 else self.second


def go_back(first: list[Manifest], second: list[Manifest], *refused: tuple[str, str]) -> HelmRollback | str:
    book = Book([workload("web:1"), *first], [workload("web:2"), *second])

    def may(verb: str, ref: ObjectRef) -> bool:
        return (verb, ref.kind) not in refused

    good = workload("web:1")["spec"]["template"]
    return back_to_good(book, workload("web:2"), good, may)  # type: ignore[arg-type]


def test_a_release_goes_back_where_all_of_it_may_be_done() -> None:
    found = go_back([other("PodDisruptionBudget")], [other("PodDisruptionBudget", "2")])
    assert found == HelmRollback(release="web", namespace="shop", revision=1)


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ([other("PodDisruptionBudget")], [other("PodDisruptionBudget", "2")], ("patch", "PodDisruptionBudget")),
        ([other("Job")], [], ("create", "Job")),
        ([], [other("Job")], ("delete", "Job")),
        ([other("Job"), other("Role")], [other("Role")], ("patch", "Role")),
    ],
    ids=["other labels", "made again", "taken away", "sent again although the same"],
)
def test_a_right_that_is_missing_is_known_before_anything_is_done(
    first: list[Manifest], second: list[Manifest], refused: tuple[str, str]
) -> None:
    found = go_back(first, second, refused)
    assert isinstance(found, str)
    assert f"{refused[0]} {refused[1].lower()}" in found


def test_what_stays_as_it_is_needs_no_right() -> None:
    same = [other("PodDisruptionBudget"), other("Role")]
    assert isinstance(go_back(same, same, ("patch", "PodDisruptionBudget"), ("patch", "Role")), HelmRollback)


@pytest.mark.parametrize("kind", ["PodDisruptionBudget", "Role", "Secret"])
@pytest.mark.parametrize("rights", [(), (("patch", "Deployment"),)], ids=["who may", "who only proposes"])
def test_what_guards_the_application_stays_as_it_is(kind: str, rights: tuple[tuple[str, str], ...]) -> None:
    found = go_back([other(kind, data={"a": "1"})], [other(kind, data={"a": "2"})], *rights)
    assert isinstance(found, str)
    assert "leaves to people" in found


def test_a_proposal_does_not_ask_for_rights_that_somebody_else_will_have() -> None:
    found = go_back([other("Job")], [], ("patch", "Deployment"), ("create", "Job"))
    assert isinstance(found, HelmRollback)
