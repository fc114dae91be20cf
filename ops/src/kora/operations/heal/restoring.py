"""What was changed behind the back of whoever wrote it: put back as it was written, where that is known.

`put_back`: keys that went out of a ConfigMap while pods still ask for them. The value comes from the Helm release that
the ConfigMap belongs to, or from what `kubectl apply` noted on it; it is never made up. Somebody took the key out, so a
person decides at every level of autonomy. Secrets are left to people.
`released_value`: what the release says about one place of an object that is wrong now.
"""

import json
from collections.abc import Mapping
from typing import Any

from kora.cluster.rollouts import ROLLED_OUT
from kora.domain.objects import Manifest, ObjectRef
from kora.domain.plans import NoNewRestarts, Patch, RolloutComplete
from kora.kit.errors import KoraError
from kora.operations.diagnose.fields import dig, name_of
from kora.operations.diagnose.references import references
from kora.operations.heal.case import Case, Treatment
from kora.operations.heal.patches import PointerLost, value_at
from kora.operations.heal.releases import release_of
from kora.operations.plans.make import Wish

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def put_back(case: Case) -> Treatment | None:
    """The plan that puts the missing keys back; None when it is not known what they held."""
    if case.finding.cause != "KeyMissing":
        return None
    target, workload = case.finding.objects[0], case.live(case.finding.objects[0])
    ref = next((each for each in case.finding.objects if each.kind == "ConfigMap"), None)
    if ref is None or workload is None or target.kind not in ROLLED_OUT:
        return None
    live = case.fresh(ref)
    if live is None:
        return None
    missing = _asked_for(workload, ref.name) - {*(live.get("data") or {}), *(live.get("binaryData") or {})}
    for where, written in (("its Helm release", _released(case, live)), ("what was applied last", _applied(live))):
        if missing and missing <= written.keys():
            return _treatment(case, ref, {key: written[key] for key in sorted(missing)}, where)
    return None


def _treatment(case: Case, ref: ObjectRef, values: dict[str, str], where: str) -> Treatment:
    workload, keys = case.finding.objects[0], ", ".join(values)
    wish = Wish(Patch(target=ref, patch={"data": values}), f"{where} says what it held", case.finding.evidence)
    conditions = (RolloutComplete(target=workload), NoNewRestarts(target=workload))
    return Treatment((wish,), f"Put {keys} back into {ref} ({case.finding.cause})", workload, conditions, guess=True)


def _asked_for(workload: Manifest, config_map: str) -> set[str]:
    spec = dig(workload, "spec", "template", "spec") or {}
    return {
        each.key
        for each in references(spec)
        if (each.kind, each.name) == ("ConfigMap", config_map) and each.key is not None and not each.optional
    }


def released_value(case: Case, live: Manifest, pointer: str) -> Any:
    """What the Helm release of `live` says at a place (a JSON pointer) where the object says something else; None when
    it says nothing or the same, or when the place is another there."""
    wanted = _in_release(case, live)
    if wanted is None or not _same_place(wanted, live, pointer):
        return None
    said = value_at(wanted, pointer)
    return None if said == value_at(live, pointer) else said


def _same_place(wanted: Manifest, live: Manifest, pointer: str) -> bool:
    """Whether each entry of a list on the way has the same name in both."""
    steps = pointer.split("/")
    try:
        value_at(wanted, pointer)
        for end in range(2, len(steps) + 1):
            ours, theirs = (value_at(each, "/".join(steps[:end])) for each in (wanted, live))
            if steps[end - 1].isdigit() and isinstance(ours, dict) and ours.get("name") != theirs.get("name"):
                return False
    except PointerLost:
        return False
    return True


def _in_release(case: Case, live: Manifest) -> Manifest | None:
    found = release_of(live)
    if found is None or case.helm is None:
        return None
    try:
        for each in case.helm.manifests(*found):
            if each.get("kind") == live["kind"] and name_of(each) == name_of(live):
                return each
    except KoraError:  # no release that can be read: then there is no such source
        return None
    return None


def _released(case: Case, live: Manifest) -> Mapping[str, str]:
    return _texts(_in_release(case, live) or {})


def _applied(live: Manifest) -> Mapping[str, str]:
    try:
        found = json.loads((dig(live, "metadata", "annotations") or {}).get(APPLIED) or "{}")
    except ValueError:
        return {}
    return _texts(found) if isinstance(found, dict) else {}


def _texts(item: Manifest) -> Mapping[str, str]:
    return {str(key): value for key, value in (item.get("data") or {}).items() if isinstance(value, str)}
