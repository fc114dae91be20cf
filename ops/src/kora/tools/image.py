"""The tools of image work. All of them read; files are written by the command line alone, after a diff and a yes."""

from pathlib import Path

from kora.domain.results import Outcome, Status
from kora.domain.risk import Risk
from kora.operations.dockerfiles import generate, generate_from_prompt, review_file
from kora.operations.dockerfiles.inspection import compare, inspect, megabytes
from kora.tools.context import Context
from kora.tools.declaration import Arguments, Tool
from kora.tools.registry import registry


class ReviewArguments(Arguments):
    """Which Dockerfile, and the folder that its build sends."""

    path: str = "Dockerfile"
    context: str | None = None


class GenerateArguments(Arguments):
    """Which repository, and a sentence about what is wanted."""

    folder: str = "."
    prompt: str | None = None


class ImageArguments(Arguments):
    """Which image of the engine."""

    reference: str


class CompareArguments(Arguments):
    """Two images of the engine."""

    before: str
    after: str


def _review(context: Context, arguments: ReviewArguments) -> Outcome:
    found = review_file(Path(arguments.path), context=Path(arguments.context) if arguments.context else None)
    lines = [f"line {one.line}: {one.id} {one.why} {one.fix}" for one in found.findings]
    return Outcome(status=Status.OK, answer="\n".join(lines) or "Nothing to say.", data=found.model_dump(mode="json"))


def _generate(context: Context, arguments: GenerateArguments) -> Outcome:
    folder = Path(arguments.folder)
    made = generate_from_prompt(arguments.prompt, folder) if arguments.prompt else generate(folder)
    return Outcome(status=Status.OK, answer="\n".join(made.files), data=made.model_dump(mode="json"))


def _inspect(context: Context, arguments: ImageArguments) -> Outcome:
    seen = inspect(arguments.reference)
    return Outcome(
        status=Status.OK,
        answer=f"{seen.reference}: {megabytes(seen.size_bytes)}, user {seen.user or 'root'}.",
        data=seen.model_dump(mode="json"),
    )


def _compare(context: Context, arguments: CompareArguments) -> Outcome:
    both = compare(arguments.before, arguments.after)
    rows = "\n".join(f"{what}: {before} → {after}" for what, before, after in both.rows)
    return Outcome(status=Status.OK, answer=rows, data=both.model_dump(mode="json"))


for _tool in (
    Tool("image.review", "Says what is wrong with a Dockerfile.", ReviewArguments, Risk.READ, run=_review),
    Tool(
        "image.generate",
        "Makes image files for a repository; writes none.",
        GenerateArguments,
        Risk.READ,
        run=_generate,
    ),
    Tool(
        "image.inspect", "Says what an image is made of.", ImageArguments, Risk.READ, run=_inspect, deadline_seconds=600
    ),
    Tool(
        "image.compare",
        "Sets two images side by side.",
        CompareArguments,
        Risk.READ,
        run=_compare,
        deadline_seconds=900,
    ),
):
    registry.register(_tool)
