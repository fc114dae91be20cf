"""Which Helm is used, and why: the library first, because it needs no program and its version is locked with ours."""

import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.helm import packed
from kora.helm.command import CommandEngine
from kora.helm.library import LibraryEngine
from kora.helm.port import HelmEngine
from kora.kit.errors import Unavailable

VARIABLE = "KORA_HELM"


class Choice(BaseModel):
    """An engine, and one sentence about why it was taken."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    engine: Any  # a HelmEngine; pydantic cannot check a protocol
    reason: str


def choose(
    wanted: str | None = None, *, kubeconfig: Path | None = None, context: str | None = None, offline: bool = False
) -> Choice:
    """The engine to use. `wanted` (else the environment's KORA_HELM) is ``library``, or the name or path of a helm
    program; without either the library is taken, and the program `helm` where the library does not load.

    Raises:
        Unavailable: what was wanted, or everything, is absent.
    """
    named = wanted or os.environ.get(VARIABLE)
    if not named or named == "library":
        packed.unpack()
    if named == "library":
        return Choice(engine=LibraryEngine(kubeconfig=kubeconfig, context=context, offline=offline), reason="as asked")
    if named:
        engine: HelmEngine = CommandEngine(named, kubeconfig=kubeconfig, context=context, offline=offline)
        return Choice(engine=engine, reason=f"as asked ({VARIABLE} or option)")
    try:
        engine = LibraryEngine(kubeconfig=kubeconfig, context=context, offline=offline)
        return Choice(engine=engine, reason="needs no program, and its version is locked with Kora's")
    except Unavailable as absent:
        engine = CommandEngine(kubeconfig=kubeconfig, context=context, offline=offline)
        return Choice(engine=engine, reason=f"the library is not usable here ({absent.message})")
