"""One thing wrong in a scene: for every cause, functions that break one workload the way a cluster would show it.

Each takes a scene, a healthy workload in it and a source of choices, and changes objects, logs or answers. `FAULTS`
maps a cause code to its functions; a diagnosis has to name exactly that cause.
"""

from kora.testing.faults import admission, containers, placement, probes, traffic, workloads  # noqa: F401 - they register
from kora.testing.faults.breaking import FAULTS, Fault, fault

__all__ = ["FAULTS", "Fault", "fault"]
