"""Compresses the Helm library of the installed packages: 85 MB that only repairs of Helm releases need.

Runs in the build stage, in a layer of its own. `kora.helm.packed` unpacks it on first use.
"""

import argparse
import lzma
import shutil
import sys
from pathlib import Path

LIBRARY = "helm_python/lib/libhelm_c.so"


def main() -> None:
    """Command line: ``pack.py --packages INSTALLED``. The wheel holds the library under three names; one is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, required=True, help="folder that the installer filled")
    packages: Path = parser.parse_args().packages
    library = packages / LIBRARY
    if not library.is_file():
        sys.exit(f"{LIBRARY} is not installed: mend LIBRARY in {__file__}")
    with library.open("rb") as source, lzma.open(packages / "libhelm_c.so.xz", "wb", preset=6) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)
    for each in library.parent.glob("libhelm_c*"):
        each.unlink()


if __name__ == "__main__":
    main()
