"""KD53x: the standalone server of Next.js, whose traps only show in a container."""

import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.words import pairs


def _is_standalone(subject: Subject) -> bool:
    starts = any(
        command.program == "node" and any(word.rsplit("/", 1)[-1] == "server.js" for word in command.operands)
        for command in subject.final.start_commands
    )
    return starts and any(".next/standalone" in one.value for stage in subject.stages for one in stage.instructions)


@rule("KD531", "next-hostname", Severity.ERROR, Category.PORTABILITY, fix="Add `ENV HOSTNAME=0.0.0.0`.")
def next_hostname(subject: Subject) -> Iterator[Hit]:
    """server.js binds to $HOSTNAME, which the engine sets to the container's own name."""
    if _is_standalone(subject) and "HOSTNAME" not in subject.final.environment:
        line = (subject.final.last("CMD") or subject.final.last("ENTRYPOINT") or subject.final.start).line
        yield Hit(line, "Port-forward and health checks over 127.0.0.1 find nobody there.")


@rule("KD532", "next-port", Severity.ERROR, Category.PRACTICE, fix="Let ENV PORT and EXPOSE name the same port.")
def next_port(subject: Subject) -> Iterator[Hit]:
    """PORT and EXPOSE of a Next.js server differ."""
    named = {str(number) for number, _ in subject.final.ports}
    port = subject.final.environment.get("PORT", "3000")
    if _is_standalone(subject) and named and port not in named:
        yield Hit(subject.final.ports[0][1].line, f"server.js opens {port}, EXPOSE names {', '.join(sorted(named))}.")


@rule("KD533", "next-static", Severity.ERROR, Category.PRACTICE,
      fix="Add `COPY --from=build /app/.next/static ./.next/static`.")  # fmt: skip
def next_static(subject: Subject) -> Iterator[Hit]:
    """The standalone output is copied without .next/static: a page without styles and scripts."""
    final = subject.final
    copies = [one for one in final.everything if one.keyword == "COPY" and ".next/standalone" in one.value]
    if copies and not any(".next/static" in one.value or one.value.strip().endswith(" /") for one in final.everything):
        yield Hit(copies[0].line, "The standalone folder does not hold the static files.")


@rule("KD534", "baked-address", Severity.WARNING, Category.PORTABILITY,
      fix="Read the address when the container runs, or forward /api on the server.")  # fmt: skip
def baked_address(subject: Subject) -> Iterator[Hit]:
    """A public variable with an address becomes part of the page when it is built."""
    for stage in subject.stages:
        for one in stage.all("ENV", "ARG"):
            for name, value in pairs(one.value):
                public = re.match(r"(NEXT_PUBLIC|VITE|REACT_APP)_", name)
                if public and re.search(r"https?://(localhost|127\.0\.0\.1|[\w-]+:\d+)", value):
                    yield Hit(one.line, f"{name} is fixed in the browser's files; the image works in one place only.")
