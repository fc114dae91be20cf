"""Kubernetes quantities as exact numbers: cores, bytes, counts.

Notation after the API conventions (k8s.io/apimachinery/pkg/api/resource): decimal suffixes n u m k M G T P E, binary
ones Ki Mi Gi Ti Pi Ei, and decimal exponents.
"""

import re
from decimal import Decimal

_SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}
_QUANTITY = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)")


def parse_quantity(text: object) -> Decimal | None:
    """The number behind ``250m``, ``1Gi``, ``2``, ``1e3``; None when it is no quantity."""
    match = _QUANTITY.fullmatch(str(text).strip())
    if match is None:
        return None
    number = Decimal(match[1])
    return number * (Decimal(f"1{match[2]}") if match[2] else _SUFFIXES[match[3] or ""])


def memory_text(size: Decimal | int) -> str:
    """Bytes in the largest binary unit that divides them: 536870912 → ``512Mi``."""
    whole = int(size)
    for suffix in ("Ti", "Gi", "Mi", "Ki"):
        unit = int(_SUFFIXES[suffix])
        if whole and whole % unit == 0:
            return f"{whole // unit}{suffix}"
    return str(whole)


def cpu_text(cores: Decimal | float) -> str:
    """Cores as whole cores or millicores: 0.25 → ``250m``."""
    millicores = int((Decimal(str(cores)) * 1000).to_integral_value())
    return str(millicores // 1000) if millicores % 1000 == 0 else f"{millicores}m"
