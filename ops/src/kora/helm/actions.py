"""Install, upgrade and roll back through helm-python-sdk with client-side apply, for `library`.

Why not the SDK's own methods: Helm 4 applies on the server by default and signs the fields with the name of the running
program. Inside Python that is ``python``; so a release that `helm` installed could not be upgraded by Kora, nor the
other way round ("conflicts with helm"). Client-side apply, Helm 3's three-way merge, knows no owners: both upgrade each
other's releases, and Helm 4 stays with the method that the release was made with. The native library takes the option;
the SDK's methods (0.2.2) do not pass it on, so the call is made here as they make it.
"""

import json
from typing import Any


def deploy(
    config: Any, chart: str, release: str, values: dict[str, Any], options: dict[str, Any], *, new: bool
) -> dict[str, Any]:
    """Install (`new`) or upgrade.

    config: a `helm_python.Config`. options: as the SDK's JSON names them (``timeout_seconds``, ``wait`` …); None is
    left out. Returns the release's summary. Raises: `helm_python.HelmError`.
    """
    from helm_python import _native

    method: dict[str, Any] = {"server_side_apply": False if new else "false"}  # a bool there, a word here
    handle, reference = config._chart_args(chart)
    answer = _native.call_string(
        "helm_install" if new else "helm_upgrade",
        config._raw(),
        config._context_arg(None),
        handle,
        reference,
        release,
        json.dumps(values),
        _options(options | method),
    )
    found: dict[str, Any] = json.loads(answer)
    return found


def roll_back(config: Any, release: str, options: dict[str, Any]) -> None:
    """Back to ``options["version"]``, as a new revision.

    An upgrade that was broken off leaves objects of the older revision behind which the newer one does not name. For
    those Helm takes the live object as the base of its merge, and asks to remove what the server filled in (a Job's
    selector): refused. Applying on the server has no base, so that is how such a release is taken back.

    Raises: `helm_python.HelmError`.
    """
    from helm_python import HelmError, _native

    def attempt(method: dict[str, Any]) -> None:
        _native.call_status("helm_rollback", config._raw(), release, _options(options | method))

    try:
        attempt({"server_side_apply": "false"})
    except HelmError as error:
        if "field is immutable" not in error.detail:
            raise
        attempt({"server_side_apply": "true", "force_conflicts": True})


def _options(options: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in options.items() if value is not None})
