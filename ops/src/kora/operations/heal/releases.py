"""Objects that come from a Helm release are mended there: the release goes back to the revision that was good."""

from collections.abc import Callable, Iterator, Sequence

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import HelmRollback
from kora.helm.port import HelmEngine, Release
from kora.kit.errors import KoraError
from kora.operations.diagnose.fields import dig, name_of

RELEASE = "meta.helm.sh/release-name"
SPACE = "meta.helm.sh/release-namespace"
_GOOD = frozenset({"superseded", "deployed"})
_LEFT_ALONE = frozenset({
    "AgentPolicy", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "MutatingWebhookConfiguration",
    "Namespace", "NetworkPolicy", "PersistentVolume", "PersistentVolumeClaim", "PodDisruptionBudget", "Role",
    "RoleBinding", "Secret", "ServiceAccount", "ValidatingAdmissionPolicy", "ValidatingWebhookConfiguration",
})  # fmt: skip
"""What guards the application or keeps its data: going back must leave it as it is."""
May = Callable[[str, ObjectRef], bool]
"""Whether we may do something to an object."""


def release_of(item: Manifest) -> tuple[str, str] | None:
    """Name and namespace of the release that an object comes from."""
    notes = dig(item, "metadata", "annotations") or {}
    name = notes.get(RELEASE)
    return (str(name), str(notes.get(SPACE) or dig(item, "metadata", "namespace"))) if name else None


def back_to_good(helm: HelmEngine, workload: Manifest, good: Manifest, may: May) -> HelmRollback | str:
    """The rollback of the workload's release to the newest revision that gives it the containers of `good` (the pod
    template that serves or served); a sentence that says why there is none.

    What somebody changed behind Helm's back is no fault of the release, so then nothing is proposed for it; nor is what
    would end half-way because we may not do all of it.
    """
    found = release_of(workload)
    if found is None:
        return "it comes from no Helm release"
    name, space = found
    try:
        history = sorted(helm.history(name, space), key=lambda each: each.revision)
        if not history:
            return f"the Helm release {name} is not there"
        newest = history[-1]
        if newest.status == "deployed" and not _gives(helm, newest, workload, dig(workload, "spec", "template")):
            return f"it was changed behind the back of the Helm release {name}"
        for release in reversed(history[:-1]):
            if release.status in _GOOD and _gives(helm, release, workload, good):
                now, then = (helm.manifests(name, space, each.revision) for each in (newest, release))
                if may("patch", ObjectRef.of(workload)):  # else this is a proposal for somebody who may more than we
                    hindrance = _hindrance(now, then, space, may)
                else:
                    hindrance = _touched(now, then, space)
                return hindrance or HelmRollback(release=name, namespace=space, revision=release.revision)
    except KoraError as error:
        return f"the Helm release {name} can't be read: {error.message}"
    return f"the Helm release {name} keeps no revision like the one that served"


def _hindrance(now: Sequence[Manifest], then: Sequence[Manifest], space: str, may: May) -> str:
    """What keeps us from going from the objects `now` to the objects `then`; empty when nothing does."""
    if touched := _touched(now, then, space):
        return touched
    asked: set[tuple[str, str]] = set()
    for verb, ref in _needed(_by_ref(now, space), _by_ref(then, space)):
        if (verb, ref.kind) not in asked and not may(verb, ref):
            return f"going back with its Helm release would also {verb} {ref}, which we may not"
        asked.add((verb, ref.kind))
    return ""


def _touched(now: Sequence[Manifest], then: Sequence[Manifest], space: str) -> str:
    before, after = _by_ref(now, space), _by_ref(then, space)
    for ref in before.keys() | after.keys():
        if ref.kind in _LEFT_ALONE and _content(before.get(ref)) != _content(after.get(ref)):
            return f"going back with its Helm release would also change {ref}, which Kora leaves to people"
    return ""


def _by_ref(items: Sequence[Manifest], space: str) -> dict[ObjectRef, Manifest]:
    return {_ref(each, space): each for each in items}


def _needed(before: dict[ObjectRef, Manifest], after: dict[ObjectRef, Manifest]) -> Iterator[tuple[str, ObjectRef]]:
    """What Helm will do. Where an object comes back, it may send all of them again (see kora.helm.actions)."""
    everything = bool(after.keys() - before.keys())
    for ref, wanted in after.items():
        if ref not in before:
            yield "create", ref
        if everything or wanted != before.get(ref):
            yield "patch", ref
    for ref in before.keys() - after.keys():
        yield "delete", ref


def _ref(item: Manifest, space: str) -> ObjectRef:
    found = ObjectRef.of(item)
    return found if found.namespace else found.model_copy(update={"namespace": space})


def _content(item: Manifest | None) -> Manifest | None:
    return None if item is None else {key: value for key, value in item.items() if key not in ("metadata", "status")}


def _gives(helm: HelmEngine, release: Release, workload: Manifest, template: Manifest | None) -> bool:
    """Whether a revision of the release gives the workload the containers of `template`: names, images, commands and
    sources of configuration."""
    for each in helm.manifests(release.name, release.namespace, release.revision):
        if each.get("kind") == workload["kind"] and name_of(each) == name_of(workload):
            return _shape(dig(each, "spec", "template")) == _shape(template)
    return False


def _shape(template: Manifest | None) -> list[tuple[str, ...]]:
    shown = []
    for field in ("initContainers", "containers"):
        for each in dig(template, "spec", field) or ():
            settings = [str(one.get("name")) for one in each.get("env") or ()]
            words = [*(each.get("command") or ()), "--", *(each.get("args") or ())]
            shown.append((str(each.get("name")), str(each.get("image")), *words, "--", *settings))
    return shown


def release_ref(action: HelmRollback) -> ObjectRef:
    """The release as an object."""
    return ObjectRef(api_version="helm.sh/v1", kind="Release", namespace=action.namespace, name=action.release)
