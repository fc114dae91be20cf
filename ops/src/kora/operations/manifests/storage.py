"""Claims for storage."""

from typing import Any

from kora.operations.manifests.building import Draft, builds


@builds("PersistentVolumeClaim")
def claim(draft: Draft) -> dict[str, Any]:
    """A claim; ReadWriteOnce and the cluster's default class when nothing was said."""
    fields = draft.fields
    size = draft.need("size", f"How large shall the claim {draft.name} be?")
    modes = fields.get("access_modes")
    if not modes:
        draft.note("Access mode ReadWriteOnce: none was said.")
    spec: dict[str, Any] = {"accessModes": modes or ["ReadWriteOnce"]}
    for slot, key in (
        ("storage_class", "storageClassName"),
        ("volume_mode", "volumeMode"),
        ("volume_name", "volumeName"),
    ):
        if slot in fields:
            spec[key] = fields[slot]
    spec["resources"] = {"requests": {"storage": size}}
    return {"spec": spec}
