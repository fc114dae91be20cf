"""KD84x: memory and processes that ignore what the container is given."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule


@rule("KD841", "fixed-heap", Severity.WARNING, Category.RESOURCES, fix="Use `-XX:MaxRAMPercentage=75`.")
def fixed_heap(subject: Subject) -> Iterator[Hit]:
    """The Java heap has a fixed size, whatever the container may use."""
    for one in subject.final.everything:
        if one.keyword in {"ENV", "CMD", "ENTRYPOINT"} and re.search(r"-Xm[xs]\d+[kmgKMG]?", one.value):
            yield Hit(one.line, "With a smaller limit it is killed, with a larger one memory lies idle.")


@rule("KD842", "default-heap", Severity.INFO, Category.RESOURCES,
      fix="Add `-XX:MaxRAMPercentage=75` (or JAVA_TOOL_OPTIONS).")  # fmt: skip
def default_heap(subject: Subject) -> Iterator[Hit]:
    """Java takes a quarter of the container's memory unless it is told more."""
    starts = [command for command in subject.final.start_commands if command.program == "java"]
    text = " ".join(one.value for one in subject.final.everything)
    if starts and not re.search(r"RAMPercentage|-Xmx", text):
        yield Hit(starts[0].line, "Three quarters of the memory limit stay unused.")


@rule("KD843", "fixed-workers", Severity.WARNING, Category.RESOURCES,
      fix="Use one or two, and let replicas do the rest; or read WEB_CONCURRENCY.")  # fmt: skip
def fixed_workers(subject: Subject) -> Iterator[Hit]:
    """Many worker processes whatever the processor share."""
    for command in subject.final.start_commands:
        count = command.option("--workers", "-w") if command.program in {"gunicorn", "uvicorn", "hypercorn"} else None
        if count and count.isdigit() and int(count) > 4:
            yield Hit(command.line, f"{count} processes share what a pod usually gets: one processor or less.")


@rule("KD844", "large-heap", Severity.WARNING, Category.RESOURCES, fix="Set it from the memory limit, at deployment.")
def large_heap(subject: Subject) -> Iterator[Hit]:
    """Node may take more memory than most containers get."""
    for one in subject.final.everything:
        if one.keyword in {"ENV", "CMD", "ENTRYPOINT"}:
            match = re.search(r"--max-old-space-size=(\d+)", one.value)
            if match and int(match.group(1)) > 2048:
                yield Hit(one.line, f"{match.group(1)} MB before it collects: the container is killed first.")
