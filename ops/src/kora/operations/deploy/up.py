"""Runs the phases of `kora up` in their order: each told with its time and what is usual, each recorded.

Safe to interrupt anywhere: what a phase has finished is found done by the next run, which begins again at the first.
"""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

from kora.domain.progress import Progress
from kora.kit import clock
from kora.kit.errors import KoraError
from kora.operations.deploy import history, image_phases, release_phases
from kora.operations.deploy.smoke import Door
from kora.operations.deploy.surroundings import Course, Surroundings

Phase = Callable[[Course], str]

PHASES: dict[str, Phase] = {
    "detect": image_phases.detect,
    "check": image_phases.check,
    "build": image_phases.build,
    "load": image_phases.load,
    "prove": image_phases.prove,
    "configure": release_phases.configure,
    "install": release_phases.install,
    "roll out": release_phases.roll_out,
    "smoke": release_phases.smoke,
    "done": release_phases.done,
}


class Up(BaseModel):
    """What came of it."""

    model_config = ConfigDict(frozen=True)

    application: str
    namespace: str
    context: str
    provider: str
    revision: int
    changed: bool
    images: dict[str, str]
    doors: tuple[Door, ...]
    seconds: float
    phases: dict[str, float]


def bring_up(given: Surroundings) -> Up:
    """Deploy. The lock of the application is held all the time.

    Raises:
        KoraError: by phase, see `errors`; Conflict when another process deploys the same.
    """
    application = given.application
    path = history.path_of(given.home, given.reader.context, application.target, application.name)
    with history.alone(path):
        course = Course(given=given, memory=history.read(path))
        started, took = clock.monotonic(), {}
        for name, phase in PHASES.items():
            took[name] = _one(course, name, phase)
            history.write(path, course.memory)
    assert course.provider is not None
    now = course.installed or course.before
    return Up(
        application=application.name,
        namespace=application.target,
        context=given.reader.context,
        provider=course.provider.kind,
        revision=now.revision if now else 0,
        changed=bool(course.worked & {"build", "load", "configure", "install"}),
        images=course.references,
        doors=tuple(course.doors),
        seconds=round(clock.monotonic() - started, 2),
        phases=took,
    )


def _one(course: Course, name: str, phase: Phase) -> float:
    given, course.phase = course.given, name
    usual = course.memory.usual(name)
    started = clock.monotonic()

    def tell(state: str, text: str, **more: Any) -> float:
        seconds = round(clock.monotonic() - started, 2)
        given.report(Progress(phase=name, text=text, data={"state": state, "seconds": seconds, "usual": usual, **more}))
        return seconds

    tell("started", "")
    try:
        said = phase(course)
    except KoraError as error:
        seconds = tell("failed", error.message, code=error.code)
        given.record(name, error.code, error.message, seconds)
        raise
    except KeyboardInterrupt:
        seconds = tell("interrupted", "stopped here; the same command goes on")
        given.record(name, "INTERRUPTED", "interrupted", seconds)
        raise
    seconds = tell("done", said)
    given.record(name, "ok", said, seconds)
    if name in course.worked:  # a phase that found nothing to do says nothing about how long doing takes
        course.memory.add(name, seconds)
    return seconds
