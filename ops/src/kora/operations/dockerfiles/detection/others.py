"""Go, Java (Maven, Gradle) and folders of plain files."""

import re
from pathlib import Path

from kora.operations.dockerfiles.detection.recipe import Recipe
from kora.operations.dockerfiles.detection.sources import health_path, label, text_of, walk
from kora.operations.dockerfiles.errors import RepositoryUnclear
from kora.operations.dockerfiles.services import Framework, Service


def _service(repository: Path, folder: Path, framework: Framework, port: int, version: str, manager: str,
             health: str | None, sources: dict[str, str], notes: list[str]) -> Service:  # fmt: skip
    where = folder.relative_to(repository).as_posix()
    if health is None:
        notes.append(f"{where}: no health route was found; the check asks / and accepts any answer below 500.")
    return Service(
        name=label(folder.name if folder != repository else repository.resolve().name),
        path=where,
        framework=framework,
        port=port,
        context=where,
        dockerfile=f"{where}/Dockerfile" if where != "." else "Dockerfile",
        language_version=version,
        package_manager=manager,
        health_path=health or "/",
        sources=sources,
    )


def detect_go(repository: Path, folder: Path) -> Recipe | None:
    """A Go module with a main package; None for a library.

    Raises:
        RepositoryUnclear: several main packages are equally likely.
    """
    where = folder.relative_to(repository).as_posix()
    notes: list[str] = []
    mains: dict[str, None] = {}
    texts = []
    for path in walk(folder, ".go"):
        text = text_of(path)
        texts.append(text)
        if re.search(r"(?m)^package main\b", text) and re.search(r"(?m)^func main\(\)", text):
            mains[path.parent.relative_to(folder).as_posix()] = None
    if not mains:
        return None
    named = [
        one for one in mains if one == "." or one.rsplit("/", 1)[-1] in {"server", "api", "app", "web", folder.name}
    ]
    choice = list(mains) if len(mains) == 1 else named
    if len(choice) != 1:
        raise RepositoryUnclear(
            f"{where}: several main packages: {', '.join(mains)}.", fix='Say which: "… entry point: ./cmd/server".'
        )
    code = "\n".join(texts)
    found = re.search(
        r"[\"'`][\w.]*:(\d{2,5})[\"'`]|PORT[\"'][^\n]{0,80}?[\"':](\d{4,5})\b|port\s*:?=\s*\"?(\d{4,5})", code
    )
    port = int(next(group for group in found.groups() if group)) if found else 8080
    if not found:
        notes.append(f"{where}: no port was found in the code; 8080, the usual one, is used.")
    version = re.search(r"(?m)^go\s+(\d+\.\d+)", text_of(folder / "go.mod"))
    if re.search(r'(?m)^import "C"', code):
        notes.append(f"{where}: cgo is used; the image builds without it and may fail.")
    manifests = tuple(name for name in ("go.mod", "go.sum") if (folder / name).is_file())
    service = _service(
        repository,
        folder,
        Framework.GO,
        port,
        version.group(1) if version else "1.24",
        "go",
        health_path(code),
        {"entry": choice[0], "port": "code" if found else "convention"},
        notes,
    )
    package = "." if choice[0] == "." else f"./{choice[0]}"
    return Recipe(service, manifests=manifests, output=package, notes=tuple(notes))


def detect_java(repository: Path, folder: Path) -> Recipe | None:
    """A Spring Boot or plain executable project of Maven or Gradle.

    Raises:
        RepositoryUnclear: it is a parent of modules, or its pom cannot be read.
    """
    where = folder.relative_to(repository).as_posix()
    notes: list[str] = []
    pom = text_of(folder / "pom.xml")
    gradle = text_of(folder / "build.gradle") + text_of(folder / "build.gradle.kts")
    text = pom or gradle
    if pom and "<modules>" in pom:
        raise RepositoryUnclear(f"{where}: a Maven project of several modules is not covered.",
                                fix="Name the module's folder: kora image generate --folder <module>.")  # fmt: skip
    spring = "spring-boot" in text
    if not spring and not re.search(r"mainClass|application", text):
        return None
    if not spring:
        notes.append(f"{where}: no Spring Boot; the jar has to start with `java -jar`.")
    if spring and pom and "spring-boot-maven-plugin" not in pom:
        notes.append(f"{where}: the jar would not start: add spring-boot-maven-plugin to the build of pom.xml.")
    version = re.search(
        r"<(?:java\.version|maven\.compiler\.release|release)>(\d+)<|languageVersion[^\n]*?(\d+)|JavaVersion\.VERSION_(\d+)",
        text,
    )
    number = next((group for group in version.groups() if group), "21") if version else "21"
    if version is None:
        notes.append(f"{where}: nothing says which Java it needs; 21 is used.")
    configuration = "\n".join(
        text_of(path) for path in walk(folder, "application.properties", "application.yml", "application.yaml")
    )
    port = re.search(r"server\.port\s*=\s*(?:\$\{\w+:)?(\d+)|(?m:^\s+port:\s*(?:\$\{\w+:)?(\d+))", configuration)
    health = "/actuator/health" if "actuator" in text else None
    service = _service(
        repository,
        folder,
        Framework.SPRING if spring else Framework.JAVA,
        int(next(group for group in port.groups() if group)) if port else 8080,
        number,
        "maven" if pom else "gradle",
        health,
        {"port": "application settings" if port else "convention"},
        notes,
    )
    gradle_files = [f"{stem}.gradle{kind}" for stem in ("build", "settings") for kind in ("", ".kts")]
    present = tuple(name for name in [*gradle_files, "gradle.properties"] if (folder / name).is_file())
    names = ("pom.xml",) if pom else present
    return Recipe(service, manifests=names, source="src", notes=tuple(notes))


def detect_static(repository: Path, folder: Path) -> Recipe | None:
    """A folder whose index.html is served as it is."""
    place = next(
        (name for name in (".", "public", "site", "www", "html") if (folder / name / "index.html").is_file()), None
    )
    if place is None:
        return None
    service = _service(repository, folder, Framework.STATIC, 8080, "", "", "/healthz",
                       {"entry": f"{place}/index.html", "port": "chosen: nginx without root"}, [])  # fmt: skip
    return Recipe(service, source=place)
