"""The Helm library where it travels compressed: Kora's image holds it at a fifth of its size, and most operators never
need it. The first use unpacks it once into a folder that is writable.
"""

import lzma
import os
import shutil
import tempfile
from pathlib import Path

from kora.kit.errors import Unavailable

PACKED, LOCATION = "KORA_HELM_PACKED", "HELM_C_LIB"
"""The variable that names the compressed library; the one by which helm-python-sdk finds the library itself."""


def unpack() -> None:
    """Unpack the library and say where it is. Nothing to do where it is not packed, or already unpacked.

    Raises:
        Unavailable: there is no room for it, or the file is damaged.
    """
    packed = os.environ.get(PACKED)
    if not packed or os.environ.get(LOCATION):
        return
    target = Path(tempfile.gettempdir()) / Path(packed).stem
    try:
        if not target.exists():
            with lzma.open(packed) as source, tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
                shutil.copyfileobj(source, part, 1 << 20)
            Path(part.name).replace(target)  # whoever looks sees all of it or nothing
    except (OSError, lzma.LZMAError, EOFError) as problem:
        raise Unavailable(
            f"The Helm library can't be unpacked to {target}: {problem}.",
            fix="Give the folder for temporary files 100 MB of room (TMPDIR names it).",
        ) from problem
    os.environ[LOCATION] = str(target)
