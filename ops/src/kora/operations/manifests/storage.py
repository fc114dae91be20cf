"""Claims for storage."""

from typing import Any

from kora.operations.manifests.drafts import Draft, Incomplete, builds


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


@builds("PersistentVolume")
def volume(draft: Draft) -> dict[str, Any]:
    """A volume of the cluster, on a path of the node or on NFS."""
    fields = draft.fields
    size = draft.need("size", f"How large shall the volume {draft.name} be?")
    modes = fields.get("access_modes")
    if not modes:
        draft.note("Access mode ReadWriteOnce: none was said.")
    spec: dict[str, Any] = {"capacity": {"storage": size}, "accessModes": modes or ["ReadWriteOnce"]}
    for slot, key in (
        ("reclaim", "persistentVolumeReclaimPolicy"),
        ("storage_class", "storageClassName"),
        ("volume_mode", "volumeMode"),
    ):
        if slot in fields:
            spec[key] = fields[slot]
    if fields.get("nfs_server"):
        spec["nfs"] = {
            "server": fields["nfs_server"],
            "path": draft.need("host_path", "Which path does the NFS server share?"),
        }
    elif fields.get("host_path"):
        spec["hostPath"] = {"path": fields["host_path"]}
    else:
        raise Incomplete(
            f"Where does the volume {draft.name} keep its data: which path of the node, or which NFS server and path?"
        )
    return {"spec": spec}


@builds("StorageClass")
def storage_class(draft: Draft) -> dict[str, Any]:
    """A storage class."""
    fields = draft.fields
    body: dict[str, Any] = {
        "provisioner": draft.need("provisioner", f"Which provisioner shall the storage class {draft.name} use?")
    }
    for slot, key in (("reclaim", "reclaimPolicy"), ("binding", "volumeBindingMode")):
        if slot in fields:
            body[key] = fields[slot]
    if fields.get("parameters"):
        body["parameters"] = fields["parameters"]
    if fields.get("expansion"):
        body["allowVolumeExpansion"] = True
    return body
