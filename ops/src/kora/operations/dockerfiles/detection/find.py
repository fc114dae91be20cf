"""Walks a repository, a few folders deep, and asks each language about every folder with one of its manifests."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kora.operations.dockerfiles.detection import node, others, python
from kora.operations.dockerfiles.detection.recipe import Recipe
from kora.operations.dockerfiles.detection.sources import NOT_SERVED, SKIPPED
from kora.operations.dockerfiles.errors import RepositoryUnclear

_DEPTH = 3
_Detector = Callable[[Path, Path], Recipe | None]
_BY_MANIFEST: tuple[tuple[tuple[str, ...], _Detector], ...] = (
    (("package.json",), node.detect),
    (python.MANIFESTS, python.detect),
    (("go.mod",), others.detect_go),
    (("pom.xml", "build.gradle", "build.gradle.kts"), others.detect_java),
)


@dataclass(frozen=True)
class Detection:
    """The services of a repository, and what could not be told about it."""

    recipes: tuple[Recipe, ...]
    problems: tuple[RepositoryUnclear, ...] = ()


def find(repository: Path) -> Detection:
    """Look at a repository: its root and folders up to three levels down.

    Problems of single folders are kept beside what was found, so that one unclear folder hides no clear one.
    """
    repository = repository.resolve()
    recipes: list[Recipe] = []
    problems: list[RepositoryUnclear] = []
    waiting = [repository]
    while waiting:
        folder = waiting.pop(0)
        try:
            found = _look(repository, folder)
        except RepositoryUnclear as problem:
            problems.append(problem)
            found = None
        if found is not None:
            recipes.append(found)
        if len(folder.relative_to(repository).parts) < _DEPTH and (found is None or folder == repository):
            waiting += sorted(
                child
                for child in folder.iterdir()
                if child.is_dir() and not child.is_symlink() and child.name not in SKIPPED | NOT_SERVED
                and not child.name.startswith(".")
            )  # fmt: skip
    if not recipes and not problems:
        static = next((one for place in (repository, *_children(repository))
                       if (one := others.detect_static(repository, place))), None)  # fmt: skip
        recipes += [static] if static else []
    return Detection(tuple(_with_unique_names(recipes)), tuple(problems))


def _children(folder: Path) -> list[Path]:
    return sorted(child for child in folder.iterdir() if child.is_dir() and child.name not in SKIPPED | NOT_SERVED)


def _look(repository: Path, folder: Path) -> Recipe | None:
    """The first language that recognises a service in the folder."""
    for manifests, detect in _BY_MANIFEST:
        if any((folder / name).is_file() for name in manifests):
            found = detect(repository, folder)
            if found is not None:
                return found
    if folder == repository and any(folder.glob("*.py")):
        return python.detect(repository, folder)
    return None


def _with_unique_names(recipes: list[Recipe]) -> list[Recipe]:
    from dataclasses import replace

    taken: set[str] = set()
    result = []
    for recipe in recipes:
        name, number = recipe.service.name, 2
        while name in taken:
            name, number = f"{recipe.service.name}-{number}", number + 1
        taken.add(name)
        result.append(replace(recipe, service=recipe.service.model_copy(update={"name": name})))
    return result
