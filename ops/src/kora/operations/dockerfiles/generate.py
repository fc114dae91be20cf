"""Makes Dockerfile, .dockerignore and compose file for what `detection` found in a folder, or what a sentence asks.

Nothing here touches the disk but to read; `writing` shows a diff and writes after a yes.
"""

from dataclasses import replace
from pathlib import Path

from kora.kit import clock
from kora.kit.errors import Invalid
from kora.operations.dockerfiles.compose import compose_file
from kora.operations.dockerfiles.detection import Recipe, find
from kora.operations.dockerfiles.detection.find import Detection
from kora.operations.dockerfiles.errors import RepositoryUnclear
from kora.operations.dockerfiles.ignore import dockerignore
from kora.operations.dockerfiles.images import image_name
from kora.operations.dockerfiles.lifecycle import ended
from kora.operations.dockerfiles.render import Look, dockerfile
from kora.operations.dockerfiles.services import Framework, GeneratedFiles, Service
from kora.operations.dockerfiles.wishes import Wishes, read


def generate(folder: Path) -> GeneratedFiles:
    """Look at the repository in `folder` and make its image files; nothing is written.

    Raises:
        RepositoryUnclear: no service was recognised, or a start command cannot be told.
    """
    detection = find(folder)
    if not detection.recipes:
        raise _nothing(folder, detection)
    files: dict[str, str] = {}
    notes: list[str] = [f"Not covered: {problem.message}" for problem in detection.problems]
    for recipe in detection.recipes:
        service = recipe.service
        files[service.dockerfile] = dockerfile(recipe)
        context = "" if service.context == "." else f"{service.context}/"
        files.setdefault(f"{context}.dockerignore", dockerignore(recipe))
        notes += recipe.notes
        if service.framework in {Framework.SPRING, Framework.JAVA}:
            notes.append(f"{service.path}: the Java files follow the usual layout and were built by nobody here.")
    files["compose.yaml"], more = compose_file(detection.recipes)
    services = tuple(recipe.service for recipe in detection.recipes)
    return GeneratedFiles(services=services, files=files, notes=tuple(dict.fromkeys([*notes, *more])))


def generate_from_prompt(prompt: str, folder: Path) -> GeneratedFiles:
    """Make the Dockerfile that a sentence asks for; what it leaves open is read from the repository in `folder`.

    The build context is `folder` whenever the sentence names a folder below it, as ``COPY backend/ …`` means.

    Raises:
        Invalid: nothing in it was understood, or a path leads out of `folder`.
        RepositoryUnclear: neither the sentence nor the repository says what is needed.
    """
    wishes = read(prompt)
    if not wishes.says_something:
        raise Invalid(
            "The sentence names neither a framework nor a folder.",
            fix='For example: kora image generate "Dockerfile for the FastAPI app in backend/, port 8000".',
        )
    place = _inside(folder, wishes.folder or ".")
    recipe, notes = _recipe(wishes, folder, place)
    look, more = _look(wishes, recipe)
    text = dockerfile(recipe, look)
    name = wishes.save_to or (f"Dockerfile.{recipe.service.name}" if wishes.folder not in {None, "."} else "Dockerfile")
    _inside(folder, name)
    text = text.replace(
        f"docker build -t {recipe.service.name} ", f"docker build -t {recipe.service.name} -f {name} ", 1
    )
    service = recipe.service.model_copy(update={"dockerfile": name})
    ignore = f"{name}.dockerignore" if wishes.folder not in {None, "."} else ".dockerignore"
    return GeneratedFiles(
        services=(service,), files={name: text, ignore: dockerignore(recipe)}, notes=(*notes, *recipe.notes, *more)
    )


def _nothing(folder: Path, detection: Detection) -> RepositoryUnclear:
    if detection.problems:
        return detection.problems[0]
    return RepositoryUnclear(
        f"No service was recognised in {folder.resolve().name}: no package.json, requirements.txt, pyproject.toml, "
        "go.mod, pom.xml or index.html that starts something.",
        fix='Describe it: kora image generate "Dockerfile for the Flask app in api/, port 5000, entry point: web:app".',
    )


def _inside(folder: Path, path: str) -> Path:
    """A path below `folder`.

    Raises:
        Invalid: it leads out.
    """
    root = folder.resolve()
    place = (root / path).resolve()
    if place != root and root not in place.parents:
        raise Invalid(f"{path} lies outside of the working folder.", fix="Give a path below it.")
    return place


def _recipe(wishes: Wishes, folder: Path, place: Path) -> tuple[Recipe, list[str]]:
    """What the sentence says over what the repository says."""
    detection = find(place) if place.is_dir() else Detection(())
    found = next((one for one in detection.recipes if one.service.path == "."), None) or next(
        iter(detection.recipes), None
    )
    notes: list[str] = []
    if found is not None and wishes.framework not in {
        None,
        found.service.framework,
        *_KIN.get(found.service.framework, ()),
    }:
        notes.append(f"The sentence says {wishes.framework}; the folder looks like {found.service.framework}.")
        found = None
    if found is None:
        if wishes.framework is None:
            raise _nothing(place, detection)
        where = wishes.folder or "."
        notes.append(f"{where} could not be read as a {wishes.framework} service; the sentence alone counts.")
        found = _bare(wishes, place)
    return _adapted(found, wishes, folder, place), notes


_KIN = {
    Framework.EXPRESS: (Framework.NODE,),
    Framework.NEXT: (Framework.NODE, Framework.VITE),
    Framework.VITE: (Framework.NODE, Framework.STATIC),
    Framework.FASTAPI: (Framework.PYTHON,),
    Framework.FLASK: (Framework.PYTHON,),
    Framework.DJANGO: (Framework.PYTHON,),
    Framework.SPRING: (Framework.JAVA,),
}
_DEFAULT_PORTS = {Framework.FLASK: 5000, Framework.NEXT: 3000, Framework.EXPRESS: 3000, Framework.NODE: 3000,
                  Framework.FASTAPI: 8000, Framework.DJANGO: 8000, Framework.PYTHON: 8000}  # fmt: skip
_NODE = {Framework.NEXT, Framework.EXPRESS, Framework.NODE, Framework.VITE}


def _bare(wishes: Wishes, place: Path) -> Recipe:
    """A recipe from the sentence alone.

    Raises:
        RepositoryUnclear: it does not say how the program starts.
    """
    framework = wishes.framework or Framework.PYTHON
    command = wishes.command or _implied(framework, wishes)
    if not command and framework not in {
        Framework.GO,
        Framework.SPRING,
        Framework.JAVA,
        Framework.STATIC,
        Framework.VITE,
    }:
        raise RepositoryUnclear("Neither the folder nor the sentence says how the program starts.",
                                fix='Add "entry point: package.module:app" or "CMD: …".')  # fmt: skip
    is_node = framework in _NODE
    service = Service(
        name=place.name.lower() or "app",
        path=".",
        framework=framework,
        port=wishes.port or _DEFAULT_PORTS.get(framework, 8080),
        context=".",
        dockerfile="Dockerfile",
        language_version="",
        package_manager="npm" if is_node else "pip",
        command=command,
    )
    flags = {"standalone"} if framework is Framework.NEXT else {"spa"} if framework is Framework.VITE else set()
    manifests = {Framework.GO: ("go.mod", "go.sum"), Framework.SPRING: ("pom.xml",), Framework.JAVA: ("pom.xml",)}
    return Recipe(
        service,
        manifests=("package.json", "package-lock.json") if is_node else manifests.get(framework, ("requirements.txt",)),
        build_command="build" if framework in {Framework.NEXT, Framework.VITE} else "",
        output="dist" if framework is Framework.VITE else "",
        flags=frozenset(flags),
    )


def _implied(framework: Framework, wishes: Wishes) -> tuple[str, ...]:
    port = str(wishes.port or _DEFAULT_PORTS.get(framework, 8080))
    if framework is Framework.NEXT:
        return ("node", "server.js")
    if wishes.entry and framework is Framework.FASTAPI:
        return ("uvicorn", wishes.entry, "--host", "0.0.0.0", "--port", port)  # noqa: S104
    if wishes.entry and framework in {Framework.FLASK, Framework.DJANGO}:
        return ("gunicorn", "--bind", f"0.0.0.0:{port}", "--worker-tmp-dir", "/dev/shm", wishes.entry)  # noqa: S108
    if wishes.entry and framework in {Framework.EXPRESS, Framework.NODE}:
        return ("node", wishes.entry)
    return ("python", wishes.entry) if wishes.entry and framework is Framework.PYTHON else ()


def _adapted(found: Recipe, wishes: Wishes, folder: Path, place: Path) -> Recipe:
    """The recipe seen from `folder`, with what the sentence fixes."""
    below = place.relative_to(folder.resolve()).as_posix()
    prefix = "" if below == "." else f"{below}/"
    port = wishes.port or found.service.port
    command = wishes.command or _rewritten(found, wishes, port)
    versions = {"python": wishes.python, "node": wishes.node, "go": wishes.go, "java": wishes.java}
    kind = "node" if found.service.framework in _NODE else found.service.framework.value
    kind = {"spring": "java"}.get(kind, kind if kind in versions else "python")
    version = versions[kind] or found.service.language_version
    fallback = {"python": "3.13", "node": "24", "go": "1.24", "java": "21"}
    manifests = tuple(prefix + name for name in found.manifests)
    if wishes.requirements:
        manifests = (wishes.requirements if "/" in wishes.requirements else prefix + wishes.requirements,)
    package = _package(command, below)
    is_python = kind == "python"
    service = found.service.model_copy(
        update={
            "name": place.name.lower() if prefix else found.service.name,
            "path": below,
            "context": ".",
            "port": port,
            "command": command,
            "language_version": version or fallback[kind],
            "health_path": wishes.health_path or found.service.health_path,
            "package_manager": "pip" if wishes.requirements else found.service.package_manager,
        }
    )
    source = found.source if found.source not in {".", "./"} else ""
    return replace(
        found,
        service=service,
        manifests=manifests,
        source=f"{prefix}{source}" or ".",
        target=f"./{prefix}" if is_python and package and prefix else found.target,
        environment={**found.environment, **({"PORT": str(port)} if "PORT" in found.environment else {})},
        output=found.output,
    )


def _package(command: tuple[str, ...], below: str) -> bool:
    """Whether the start command names the folder as a package: ``uvicorn backend.main:app`` for backend/."""
    dotted = below.replace("/", ".")
    return any(word.startswith(f"{dotted}.") for word in command)


def _rewritten(found: Recipe, wishes: Wishes, port: int) -> tuple[str, ...]:
    """The command that was found, with the entry and port of the sentence."""
    command = list(found.service.command)
    if wishes.entry and wishes.framework not in {None, Framework.GO}:
        return _implied(found.service.framework, replace(wishes, port=port)) or tuple(command)
    old = str(found.service.port)
    return tuple(word.replace(old, str(port)) if word in {old, f"0.0.0.0:{old}"} else word for word in command)


def _look(wishes: Wishes, recipe: Recipe) -> tuple[Look, list[str]]:
    notes: list[str] = []
    look = Look(health=wishes.health_check, cache=not wishes.no_cache_dir)
    images = list(dict.fromkeys(stage.image for stage in wishes.stages if stage.image))
    if images:
        look.image = images[0]
    if len(images) > 1:
        notes.append(f"One base for all stages is used: {images[0]} (asked for: {', '.join(images)}).")
    for image in images:
        name = image_name(image)
        notes += [
            f"{over.product} {over.version} gets no fixes since {over.ended} ({over.source}); it was asked for, "
            "so it is used. Another base: --build-arg."
            for over in (ended(name, clock.now().date()) if name else ())
        ]
    names = [stage.name for stage in wishes.stages if stage.name]
    if len(names) > 1:
        look.build_stage, look.final_stage = names[-2], names[-1]
    if wishes.user:
        look.user, look.group = wishes.user, wishes.group or ""
    if wishes.uid is not None:
        look.uid = wishes.uid
    if wishes.uid == 0 or wishes.user == "root":
        raise Invalid("The image is asked to run as root.", fix="Name another user, or none.")
    look.environment = {name: value for name, value in wishes.environment.items()
                        if name not in {"NEXT_TELEMETRY_DISABLED", "PORT", "NODE_ENV", "HOSTNAME"}}  # fmt: skip
    if wishes.max_megabytes is not None:
        notes.append(
            f"At most {wishes.max_megabytes} MB were asked for; the size shows after the build: "
            f"kora image inspect {recipe.service.name}."
        )
    return look, notes
