"""Objects that come from a Helm release are mended there: the release goes back to the revision that was good."""

from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import HelmRollback
from kora.helm.port import HelmEngine, Release
from kora.kit.errors import KoraError
from kora.operations.diagnose.fields import dig, name_of

RELEASE = "meta.helm.sh/release-name"
SPACE = "meta.helm.sh/release-namespace"
_GOOD = frozenset({"superseded", "deployed"})


def release_of(item: Manifest) -> tuple[str, str] | None:
    """Name and namespace of the release that an object comes from."""
    notes = dig(item, "metadata", "annotations") or {}
    name = notes.get(RELEASE)
    return (str(name), str(notes.get(SPACE) or dig(item, "metadata", "namespace"))) if name else None


def back_to_good(helm: HelmEngine, workload: Manifest, good: Manifest) -> HelmRollback | str:
    """The rollback of the workload's release to the newest revision that gives it the containers of `good` (the pod
    template that serves or served); a sentence that says why there is none.

    What somebody changed behind Helm's back is no fault of the release, so then nothing is proposed for it.
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
                return HelmRollback(release=name, namespace=space, revision=release.revision)
    except KoraError as error:
        return f"the Helm release {name} can't be read: {error.message}"
    return f"the Helm release {name} keeps no revision like the one that served"


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
