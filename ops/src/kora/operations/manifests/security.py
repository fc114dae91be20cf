"""What is added to pods where the request is silent, and what was asked for.

Decision: `allowPrivilegeEscalation: false`, the seccomp profile RuntimeDefault and no service account token (when no
service account was named). Ordinary images live with all three. Dropping capabilities, a read-only root and a non-root
user break common images (web servers that change their user, databases that write where they start), so they are only
set when they are asked for.
"""

from typing import Any

from kora.operations.manifests.drafts import Draft


def secure_container(draft: Draft, made: dict[str, Any]) -> None:
    """The security context of one container."""
    said = draft.fields.get("security") or {}
    context: dict[str, Any] = {}
    if said.get("privileged"):
        context["privileged"] = True
    elif "SYS_ADMIN" in said.get("add", []):
        pass  # the API refuses allowPrivilegeEscalation false beside it
    elif said.get("no_escalation"):
        context["allowPrivilegeEscalation"] = False
    elif draft.defaults.secure:
        context["allowPrivilegeEscalation"] = False
        draft.note("allowPrivilegeEscalation: false was added to every container.")
    if said.get("read_only_root"):
        context["readOnlyRootFilesystem"] = True
    capabilities = {key: said[key] for key in ("drop", "add") if said.get(key)}
    if capabilities:
        context["capabilities"] = capabilities
    if context:
        made["securityContext"] = context


def secure_pod(draft: Draft, spec: dict[str, Any]) -> None:
    """The security context of the pod, and its token."""
    said = draft.fields.get("security") or {}
    context: dict[str, Any] = {}
    for slot, key in (
        ("run_as_non_root", "runAsNonRoot"),
        ("run_as_user", "runAsUser"),
        ("run_as_group", "runAsGroup"),
        ("fs_group", "fsGroup"),
    ):
        if slot in said:
            context[key] = said[slot]
    if said.get("seccomp"):
        context["seccompProfile"] = {"type": said["seccomp"]}
    elif draft.defaults.secure and not said.get("privileged"):
        context["seccompProfile"] = {"type": "RuntimeDefault"}
        draft.note("The seccomp profile RuntimeDefault was added.")
    if context:
        spec["securityContext"] = context
    if draft.defaults.secure and not draft.fields.get("service_account"):
        spec["automountServiceAccountToken"] = False
        draft.note("No service account was named: its token is not mounted (automountServiceAccountToken: false).")
