"""What a `ClusterReader` and a `ClusterWriter` promise, held against the fake and against a real API server."""

import time

import pytest

from kora.cluster.errors import ClusterRefused, ObjectMissing, ObjectMoved
from kora.cluster.naming import find_kind
from kora.cluster.rollouts import current_revision, restart_patch, revisions, rollback_patch
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import Apply, Delete, Patch, Restart, Scale
from kora.testing.manifests import config_map, deployment

from .conftest import Lab


def settings(lab: Lab, data: dict[str, str] | None = None) -> Manifest:
    return config_map("settings", data or {"colour": "blue"}, namespace=lab.namespace)


def ref_of(lab: Lab, kind: str, name: str) -> ObjectRef:
    version = "apps/v1" if kind == "Deployment" else "v1"
    return ObjectRef(api_version=version, kind=kind, namespace=lab.namespace, name=name)


def paused(lab: Lab, name: str = "web") -> Manifest:
    """A deployment without pods: what is asked here needs none."""
    return deployment(name, lab.image, replicas=0, namespace=lab.namespace)


def version_of(manifest: Manifest | None) -> str:
    assert manifest is not None
    return str(manifest["metadata"]["resourceVersion"])


def test_what_is_not_there_is_none_and_an_empty_list(lab: Lab) -> None:
    assert lab.reader.get(ref_of(lab, "ConfigMap", "none")) is None
    assert lab.reader.list("v1", "Secret", lab.namespace) == []
    assert lab.reader.list("example.com/v1", "Unheard", lab.namespace) == []
    unheard = ObjectRef(api_version="example.com/v1", kind="Unheard", namespace=lab.namespace, name="x")
    assert lab.reader.get(unheard) is None


def test_kinds_and_their_names(lab: Lab) -> None:
    assert lab.reader.version().startswith("v1.")
    assert find_kind(lab.reader, "deploy").kind == "Deployment"
    assert find_kind(lab.reader, "Services").plural == "services"
    assert find_kind(lab.reader, "events").api_version == "v1"
    assert not find_kind(lab.reader, "ns").namespaced
    with pytest.raises(ObjectMissing):
        find_kind(lab.reader, "gadgets")


def test_apply_creates_and_a_second_time_changes_nothing(lab: Lab) -> None:
    created = lab.writer.apply(settings(lab))
    assert created["metadata"]["uid"]
    again = lab.writer.apply(settings(lab))
    assert version_of(again) == version_of(created)
    live = lab.reader.get(ref_of(lab, "ConfigMap", "settings"))
    assert live is not None
    assert (live["kind"], live["data"]) == ("ConfigMap", {"colour": "blue"})


@pytest.mark.parametrize("create_only", [False, True])
def test_a_field_that_is_left_out_goes_and_somebody_elses_stays(lab: Lab, create_only: bool) -> None:
    lab.writer.apply(settings(lab, {"colour": "blue", "size": "9"}), create_only=create_only)
    target = ref_of(lab, "ConfigMap", "settings")
    lab.writer.patch(target, {"metadata": {"labels": {"owner": "ben"}}}, strategy="merge")
    after = lab.writer.apply(settings(lab))
    assert after["data"] == {"colour": "blue"}
    assert after["metadata"]["labels"] == {"owner": "ben"}


def test_create_only_refuses_what_is_there(lab: Lab) -> None:
    lab.writer.apply(settings(lab), create_only=True)
    with pytest.raises(ObjectMoved):
        lab.writer.apply(settings(lab, {"colour": "red"}), create_only=True)
    live = lab.reader.get(ref_of(lab, "ConfigMap", "settings"))
    assert live is not None
    assert live["data"] == {"colour": "blue"}


def test_every_effect_refuses_an_object_that_moved_on(lab: Lab) -> None:
    stale = version_of(lab.writer.apply(paused(lab)))
    target = ref_of(lab, "Deployment", "web")
    lab.writer.patch(target, {"metadata": {"labels": {"a": "b"}}})
    for effect in (
        lambda: lab.writer.apply(
            paused(lab) | {"metadata": paused(lab)["metadata"] | {"labels": {"c": "d"}}}, expected=stale
        ),
        lambda: lab.writer.patch(target, {"metadata": {"labels": {"c": "d"}}}, expected=stale),
        lambda: lab.writer.patch(target, {"metadata": {"labels": {"c": "d"}}}, strategy="merge", expected=stale),
        lambda: lab.writer.scale(target, 1, expected=stale),
        lambda: lab.writer.delete(target, expected=stale),
    ):
        with pytest.raises(ObjectMoved):
            effect()
    live = lab.reader.get(target)
    assert live is not None
    assert live["metadata"]["labels"] == {"a": "b"}
    assert live["spec"]["replicas"] == 0


def test_the_version_that_is_there_is_accepted(lab: Lab) -> None:
    target = ref_of(lab, "ConfigMap", "settings")
    version = version_of(lab.writer.apply(settings(lab)))
    version = version_of(lab.writer.apply(settings(lab, {"colour": "red"}), expected=version))
    version = version_of(lab.writer.patch(target, {"data": {"size": "1"}}, expected=version))
    lab.writer.delete(target, expected=version)
    assert lab.reader.get(target) is None


def test_patches_of_both_kinds(lab: Lab) -> None:
    lab.writer.apply(paused(lab))
    target = ref_of(lab, "Deployment", "web")
    env = [{"name": "A", "value": "1"}]
    patch = {"spec": {"template": {"spec": {"containers": [{"name": "main", "env": env}]}}}}
    after = lab.writer.patch(target, patch)
    container = after["spec"]["template"]["spec"]["containers"][0]
    assert (container["image"], container["env"]) == (lab.image, env)
    after = lab.writer.patch(target, {"metadata": {"labels": {"x": "y"}}}, strategy="merge")
    assert after["metadata"]["labels"] == {"x": "y"}
    after = lab.writer.patch(target, {"metadata": {"labels": {"x": None}}}, strategy="merge")
    assert not after["metadata"].get("labels")
    with pytest.raises(ObjectMissing):
        lab.writer.patch(ref_of(lab, "Deployment", "none"), {"metadata": {}})


def test_scale_and_its_generation(lab: Lab) -> None:
    lab.writer.apply(paused(lab))
    target = ref_of(lab, "Deployment", "web")
    before = lab.reader.get(target)
    after = lab.writer.scale(target, 0)
    assert before is not None
    assert after["metadata"]["generation"] == before["metadata"]["generation"]
    with pytest.raises(ObjectMissing):
        lab.writer.scale(ref_of(lab, "Deployment", "none"), 1)


def test_deleting_takes_what_is_owned_along_and_twice_is_no_error(lab: Lab) -> None:
    lab.writer.apply(paused(lab))
    lab.eventually(lambda: lab.reader.list("apps/v1", "ReplicaSet", lab.namespace))
    target = ref_of(lab, "Deployment", "web")
    lab.writer.delete(target)
    lab.eventually(lambda: lab.reader.get(target) is None)
    lab.eventually(lambda: not lab.reader.list("apps/v1", "ReplicaSet", lab.namespace))
    lab.writer.delete(target)


def test_previews_show_the_effect_and_have_none(lab: Lab) -> None:
    lab.writer.apply(paused(lab))
    lab.eventually(lambda: (lab.reader.get(ref_of(lab, "Deployment", "web")) or {}).get("status"))
    target = ref_of(lab, "Deployment", "web")
    before = lab.reader.get(target)
    changed = lab.reader.preview(Patch(target=target, patch={"metadata": {"labels": {"a": "b"}}}))
    scaled = lab.reader.preview(Scale(target=target, replicas=3))
    restarted = lab.reader.preview(Restart(target=target))
    fresh = lab.reader.preview(Apply(manifest=settings(lab)))
    assert changed is not None
    assert scaled is not None
    assert restarted is not None
    assert fresh is not None
    assert changed["metadata"]["labels"] == {"a": "b"}
    assert scaled["spec"]["replicas"] == 3
    assert restarted["spec"]["template"]["metadata"]["annotations"]
    assert fresh["data"] == {"colour": "blue"}
    assert lab.reader.preview(Delete(target=target)) is None
    after = lab.reader.get(target)
    assert before is not None
    assert after is not None
    # what people write; its controller may say more of the state at any time
    kept = ("uid", "generation", "labels", "deletionTimestamp")
    assert [after["metadata"].get(each) for each in kept] == [before["metadata"].get(each) for each in kept]
    assert after["spec"] == before["spec"]
    assert lab.reader.get(ref_of(lab, "ConfigMap", "settings")) is None


def test_what_the_server_would_refuse_is_refused_in_the_preview(lab: Lab) -> None:
    wrong = paused(lab)
    wrong["spec"]["template"]["metadata"]["labels"] = {"app": "another"}
    with pytest.raises(ClusterRefused) as caught:
        lab.reader.preview(Apply(manifest=wrong))
    assert "selector" in caught.value.message
    elsewhere = config_map("settings", {}, namespace="kora-no-such-namespace")
    with pytest.raises(ObjectMissing):
        lab.reader.preview(Apply(manifest=elsewhere))
    with pytest.raises(ClusterRefused):
        lab.reader.get(ObjectRef(api_version="v1", kind="ConfigMap", name="no-namespace"))


def test_lists_by_labels_and_fields(lab: Lab) -> None:
    for name, tier in (("one", "web"), ("two", "db"), ("three", "db")):
        manifest = config_map(name, {}, namespace=lab.namespace)
        manifest["metadata"]["labels"] = {"tier": tier}
        lab.writer.apply(manifest)

    def names(labels: str | None = None, fields: str | None = None) -> set[str]:
        found = lab.reader.list("v1", "ConfigMap", lab.namespace, labels=labels, fields=fields)
        assert all((each["apiVersion"], each["kind"]) == ("v1", "ConfigMap") for each in found)
        return {each["metadata"]["name"] for each in found} - {"kube-root-ca.crt"}

    assert names() == {"one", "two", "three"}
    assert names("tier=db") == {"two", "three"}
    assert names("tier in (web, db),tier!=db") == {"one"}
    assert names("!tier") == set()
    assert names(fields="metadata.name=two") == {"two"}


def test_revisions_restarts_and_rollbacks(lab: Lab) -> None:
    lab.writer.apply(paused(lab))
    target = ref_of(lab, "Deployment", "web")
    lab.eventually(lambda: current_revision(lab.reader, target) == 1)
    restart = restart_patch(target, "2026-01-01T00:00:00Z")
    lab.writer.patch(target, restart.patch)
    lab.eventually(lambda: current_revision(lab.reader, target) == 2)
    assert set(revisions(lab.reader, target)) == {1, 2}
    back = rollback_patch(lab.reader, target, 1)
    after = lab.writer.patch(target, back.patch)
    assert not after["spec"]["template"]["metadata"].get("annotations")
    lab.eventually(lambda: set(revisions(lab.reader, target)) == {2, 3})
    with pytest.raises(ObjectMissing):
        rollback_patch(lab.reader, target, 9)


def test_a_watch_brings_what_is_there_and_what_comes(lab: Lab) -> None:
    lab.writer.apply(settings(lab))
    seen: list[tuple[str, str]] = []
    began = time.monotonic()
    for event in lab.reader.watch("v1", "ConfigMap", lab.namespace, seconds=8):
        name = event.object["metadata"]["name"]
        if name == "kube-root-ca.crt":
            continue
        seen.append((event.type, name))
        if len(seen) == 1:
            lab.writer.apply(settings(lab, {"colour": "red"}))
            lab.writer.delete(ref_of(lab, "ConfigMap", "settings"))
        if event.type == "DELETED":
            break
    assert seen == [("ADDED", "settings"), ("MODIFIED", "settings"), ("DELETED", "settings")]
    assert time.monotonic() - began < 30


def test_a_watch_goes_on_from_a_version(lab: Lab) -> None:
    version = version_of(lab.writer.apply(settings(lab)))
    lab.writer.apply(settings(lab, {"colour": "red"}))
    events = lab.reader.watch("v1", "ConfigMap", lab.namespace, since=version, seconds=5)
    first = next(event for event in events if event.object["metadata"]["name"] == "settings")
    assert (first.type, first.object["data"]) == ("MODIFIED", {"colour": "red"})


def test_logs_of_nothing_are_empty(lab: Lab) -> None:
    assert lab.reader.logs(lab.namespace, "no-such-pod") == ""


def test_permissions(lab: Lab) -> None:
    assert lab.reader.can("delete", ref_of(lab, "ConfigMap", "settings"))
