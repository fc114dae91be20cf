"""Recipe → text: the templates of `templates/` with their holes filled.

A hole ``{{name}}`` alone on its line takes as many lines as its value has, none for an empty one; runs of blank lines
shrink to one.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from kora.operations.dockerfiles.detection.recipe import Recipe
from kora.operations.dockerfiles.packages import MANAGERS
from kora.operations.dockerfiles.services import Framework

_UV = "ghcr.io/astral-sh/uv:0.13.8"
_POETRY = "poetry==2.1.3"
_PNPM = "pnpm@10.12.1"
_HEALTH = "HEALTHCHECK --interval=30s --timeout=3s --start-period={grace}s --retries=3 \\\n    CMD {command}"
_PYTHON = {Framework.FASTAPI, Framework.FLASK, Framework.DJANGO, Framework.PYTHON}


@dataclass
class Look:
    """What a person asked for about names and users; the defaults hold otherwise."""

    image: str = ""
    build_stage: str = "build"
    final_stage: str = "runtime"
    user: str = ""
    group: str = ""
    uid: int = 10001
    health: bool = True
    cache: bool = True
    """Mount caches; False when no cache was asked for in words."""
    environment: dict[str, str] = field(default_factory=dict)


def dockerfile(recipe: Recipe, look: Look | None = None) -> str:
    """The Dockerfile of a service."""
    look = look or Look()
    framework = recipe.service.framework
    if framework in _PYTHON:
        return fill("python", _python(recipe, look))
    if framework is Framework.NEXT and "standalone" in recipe.flags:
        return fill("next", _next(recipe, look))
    if framework in {Framework.VITE, Framework.STATIC}:
        return fill("static", _static(recipe, look))
    if framework is Framework.GO:
        return fill("go", _go(recipe, look))
    if framework in {Framework.SPRING, Framework.JAVA}:
        return fill("java", _java(recipe, look))
    return fill("node", _node(recipe, look))


def fill(name: str, values: Mapping[str, str]) -> str:
    """A template with its holes filled.

    Raises:
        KeyError: a hole has no value: a fault in this program.
    """
    template = files("kora.operations.dockerfiles").joinpath("templates", f"{name}.Dockerfile").read_text("utf-8")
    lines: list[str] = []
    for line in template.splitlines():
        alone = re.fullmatch(r"\{\{(\w+)\}\}", line)
        if alone:
            lines += values[alone.group(1)].splitlines()
        else:
            lines.append(re.sub(r"\{\{(\w+)\}\}", lambda hole: values[hole.group(1)], line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _exec(words: tuple[str, ...] | list[str]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


def _words(recipe: Recipe, look: Look) -> dict[str, str]:
    """The holes that every template has."""
    service = recipe.service
    title = {Framework.VITE: "a page of static files"}.get(service.framework, f"a {service.framework} service")
    where = "." if service.context == "." else f"{service.context}/"
    options = (
        "" if service.dockerfile in {"Dockerfile", f"{service.context}/Dockerfile"} else f" -f {service.dockerfile}"
    )
    return {
        "title": (
            f"{service.name}: {title} on port {service.port}.\n#   docker build -t {service.name}{options} {where}"
        ),
        "syntax": "",
        "build_stage": look.build_stage,
        "final_stage": look.final_stage,
        "user": _user(look),
        "uid": str(look.uid),
        "gid": str(look.uid),
        "port": str(service.port),
        "command": _exec(service.command),
        "env": "".join(f" \\\n    {name}={_value(value)}" for name, value in
                       {**recipe.environment, **look.environment}.items()),
    }  # fmt: skip


def _value(text: str) -> str:
    return text if re.fullmatch(r"[\w./:@%+=-]*", text) else json.dumps(text)


def _user(look: Look) -> str:
    """A named user, made the same way on Debian and Alpine: their tools differ, the files do not."""
    if not look.user:
        return ""
    group = look.group or look.user
    return (
        f"RUN echo '{group}:x:{look.uid}:' >> /etc/group \\\n"
        f" && echo '{look.user}:x:{look.uid}:{look.uid}::/nonexistent:/sbin/nologin' >> /etc/passwd"
    )


def _mount(look: Look, target: str) -> str:
    return f"RUN --mount=type=cache,target={target} \\\n    " if look.cache else "RUN "


def _health(look: Look, command: list[str], grace: int = 20) -> str:
    return _HEALTH.format(grace=grace, command=_exec(command)) if look.health else "HEALTHCHECK NONE"


def _limit(recipe: Recipe) -> int:
    """An answer from here on means trouble: a health route has to succeed, the front page only has to be served."""
    return 500 if recipe.service.health_path == "/" else 400


def _python(recipe: Recipe, look: Look) -> dict[str, str]:
    service = recipe.service
    check = (
        f"from http.client import HTTPConnection as C; c = C('127.0.0.1', {service.port}, timeout=2); "
        f"c.request('GET', '{service.health_path}'); raise SystemExit(c.getresponse().status >= {_limit(recipe)})"
    )
    install, tools, environment = _python_install(recipe, look)
    collect = ""
    if "collectstatic" in recipe.flags:
        collect = (
            f"RUN DJANGO_SECRET_KEY=unused SECRET_KEY=unused {'/opt/venv/bin/python'} manage.py collectstatic --noinput"
        )
    uses_uv = service.package_manager == "uv"
    copy = f"COPY {recipe.source} {recipe.target}"
    return {
        **_words(recipe, look),
        "image": look.image or f"python:{service.language_version}-slim",
        "uv_arg": f"ARG UV_IMAGE={_UV}" if uses_uv else "",
        "uv_stage": "\nFROM ${UV_IMAGE} AS uv" if uses_uv else "",
        "build_env": environment,
        "tools": tools,
        "install": install,
        "copy": copy,
        "collect": collect,
        "health": _health(look, ["python", "-c", check]),
    }


def _python_install(recipe: Recipe, look: Look) -> tuple[str, str, str]:
    """The steps that fill /opt/venv: (install, tools, environment)."""
    manager = recipe.service.package_manager
    copy = f"COPY {' '.join(recipe.manifests)} ./"
    extra = " ".join(recipe.extra)
    venv = "RUN python -m venv /opt/venv"
    path = "ENV PATH=/opt/venv/bin:$PATH"
    pip = _mount(look, "/root/.cache/pip") + "pip install "
    quiet = "" if look.cache else "--no-cache-dir "
    more = f" \\\n && pip install {quiet}{extra}" if extra else ""
    if manager == "uv":
        sync = _mount(look, "/root/.cache/uv") + "uv sync --frozen --no-dev --no-install-project"
        more = (
            f"\n{_mount(look, '/root/.cache/uv')}uv pip install --python /opt/venv/bin/python {extra}" if extra else ""
        )
        environment = "ENV UV_PROJECT_ENVIRONMENT=/opt/venv \\\n    UV_LINK_MODE=copy \\\n    UV_PYTHON_DOWNLOADS=never"
        return f"{copy}\n{sync}{more}", "COPY --from=uv /uv /usr/local/bin/uv", environment
    if manager == "poetry":
        tools = f"{_mount(look, '/root/.cache/pip')}pip install --root-user-action=ignore {_POETRY}\n{venv}"
        environment = (
            "ENV VIRTUAL_ENV=/opt/venv \\\n    POETRY_VIRTUALENVS_CREATE=false \\\n    POETRY_NO_INTERACTION=1"
        )
        run = _mount(look, "/root/.cache/pypoetry") + "poetry install --only main --no-root"
        more = f"\n{_mount(look, '/root/.cache/pip')}/opt/venv/bin/pip install {extra}" if extra else ""
        return f"ENV PATH=/opt/venv/bin:$PATH\n{copy}\n{run}{more}", tools, environment
    if manager == "pipenv":
        tools = f"{_mount(look, '/root/.cache/pip')}pip install --root-user-action=ignore pipenv==2025.0.3\n{venv}"
        environment = "ENV VIRTUAL_ENV=/opt/venv PIPENV_VERBOSITY=-1"
        return f"{copy}\n{_mount(look, '/root/.cache/pipenv')}pipenv sync{more}", tools, environment
    if manager == "project":
        script = (
            "import tomllib, pathlib; print(*tomllib.loads(pathlib.Path('pyproject.toml').read_text())"
            "['project']['dependencies'], sep='\\n')"
        )
        step = f'RUN python -c "{script}" > requirements.txt'
        return f"{copy}\n{step}\n{pip}{quiet}-r requirements.txt{more}", venv, path
    if manager == "pip":
        name = recipe.manifests[0].rsplit("/", 1)[-1]
        return f"COPY {recipe.manifests[0]} ./\n{pip}{quiet}-r {name}{more}", venv, path
    return f"{pip}{quiet}{extra}" if extra else "", venv, path


def _node_install(recipe: Recipe, look: Look, *, production: bool) -> tuple[str, str]:
    """The install step and the tools that it needs."""
    manager = recipe.service.package_manager
    cache = MANAGERS[manager].cache
    has_lock = any("lock" in name or "shrinkwrap" in name for name in recipe.manifests)
    run = f"RUN --mount=type=cache,target={cache} \\\n    " if look.cache else "RUN "
    if manager == "pnpm":
        tools = f"RUN --mount=type=cache,target=/root/.npm npm install -g {_PNPM}"
        dev = " --prod" if production else ""
        return f"{run}pnpm install --frozen-lockfile --store-dir {cache}{dev}", tools
    if manager == "yarn":
        dev = " --production" if production else ""
        return f"{run}yarn install --frozen-lockfile --cache-folder {cache}{dev}", ""
    verb = "ci" if has_lock else "install"
    return f"{run}npm {verb} --no-audit --no-fund{' --omit=dev' if production else ''}", ""


def _build_step(recipe: Recipe) -> str:
    manager = recipe.service.package_manager
    return f"RUN {manager} run {recipe.build_command}"


def _ask(recipe: Recipe) -> list[str]:
    service = recipe.service
    url = f"http://127.0.0.1:{service.port}{service.health_path}"
    check = f"fetch('{url}').then(r => process.exit(r.status < {_limit(recipe)} ? 0 : 1), () => process.exit(1))"
    return ["node", "-e", check]


def _node_words(recipe: Recipe, look: Look) -> dict[str, str]:
    service = recipe.service
    return {
        **_words(recipe, look),
        "image": look.image or f"node:{service.language_version}-slim",
        "manifests": " ".join(recipe.manifests),
        "source": recipe.source,
        "health": _health(look, _ask(recipe), 30),
    }


def _node(recipe: Recipe, look: Look) -> dict[str, str]:
    """A server with its node_modules; when it is built first, development packages stay in the build's stage."""
    built = bool(recipe.build_command)
    install, tools = _node_install(recipe, look, production=True)
    modules, build, copy = "deps", "", "COPY . ."
    if built:
        full, _ = _node_install(recipe, look, production=False)
        build = f"\nFROM deps AS {look.build_stage}\n{full}\nCOPY . .\n{_build_step(recipe)}"
        if recipe.service.framework is Framework.NEXT:
            parts = [".next", "package.json", *(["public"] if "public" in recipe.flags else [])]
        else:
            parts = [recipe.output, "package.json"]
        copy = "\n".join(f"COPY --from={look.build_stage} /app/{part} ./{part}" for part in parts)
    ensure = " \\\n && mkdir -p node_modules"
    return {
        **_node_words(recipe, look),
        "install": install + ensure,
        "tools": tools,
        "build": build,
        "modules_stage": modules,
        "copy": copy,
    }


def _next(recipe: Recipe, look: Look) -> dict[str, str]:
    install, tools = _node_install(recipe, look, production=False)
    public = f"COPY --from={look.build_stage} /app/public ./public" if "public" in recipe.flags else ""
    mount = "RUN --mount=type=cache,target=/app/.next/cache \\\n    "
    return {
        **_node_words(recipe, look),
        "install": install,
        "tools": tools,
        "build": f"{mount}{recipe.service.package_manager} run {recipe.build_command or 'build'}",
        "public": public,
    }


def _static(recipe: Recipe, look: Look) -> dict[str, str]:
    """Files behind nginx. Its image has bash, which asks the server without curl."""
    words = _words(recipe, look)
    fallback = "/index.html" if "spa" in recipe.flags else "$$uri.html =404"
    locations = "    location / { try_files \\$uri \\$uri/ " + fallback.replace("$$", "\\$") + "; }"
    stages, copy, argument = "", f"COPY {recipe.source} ./", ""
    if recipe.build_command:
        install, tools = _node_install(recipe, look, production=False)
        image = look.image or f"node:{recipe.service.language_version}-slim"
        argument = f"ARG NODE_IMAGE={image}"
        stages = (
            f"\nFROM ${{NODE_IMAGE}} AS {look.build_stage}\nWORKDIR /app\n{tools}\n"
            f"COPY {' '.join(recipe.manifests)} ./\n{install}\nCOPY . .\n{_build_step(recipe)}"
        ).replace("\n\n", "\n", 1 if not tools else 0)
        copy = f"COPY --from={look.build_stage} /app/{recipe.output} ./"
    ask = (
        f"exec 3<>/dev/tcp/127.0.0.1/{recipe.service.port} && "
        "printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"
    )
    return {
        **words,
        "build_arg": argument,
        "build_stages": stages,
        "locations": locations,
        "copy": copy,
        "health": _health(look, ["bash", "-c", ask], 5),
    }


def _go(recipe: Recipe, look: Look) -> dict[str, str]:
    service = recipe.service
    return {
        **_words(recipe, look),
        "image": look.image or f"golang:{service.language_version}",
        "manifests": " ".join(recipe.manifests),
        "source": recipe.source,
        "package": recipe.output or ".",
        "health_path": service.health_path,
        "health_limit": str(_limit(recipe)),
        "copy": "",
        "uid": "65532",
        "gid": "65532",
        "health": _health(look, ["/usr/local/bin/probe"], 5),
    }


def _java(recipe: Recipe, look: Look) -> dict[str, str]:
    service = recipe.service
    maven = service.package_manager == "maven"
    image = (
        f"maven:3.9-eclipse-temurin-{service.language_version}" if maven else f"gradle:8-jdk{service.language_version}"
    )
    mount = f"RUN --mount=type=cache,target={'/root/.m2' if maven else '/home/gradle/.gradle'} \\\n    "
    build = "mvn -B -q -DskipTests package" if maven else "gradle --no-daemon -q assemble"
    folder = "target" if maven else "build/libs"
    ask = (
        f"exec 3<>/dev/tcp/127.0.0.1/{service.port} && "
        f"printf 'GET {service.health_path} HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -Eq ' [234][0-9][0-9]'"
    )
    others = "! -name '*-plain.jar' ! -name '*-sources.jar' ! -name 'original-*'"
    pick = f"find {folder} -name '*.jar' {others} -exec cp {{}} app.jar ';'"
    return {
        **_words(recipe, look),
        "image": look.image or image,
        "version": service.language_version,
        "manifests": " ".join(recipe.manifests),
        "source": recipe.source,
        "fetch": f"{mount}mvn -B -q dependency:go-offline" if maven else "",
        "build": f"{mount}{build} \\\n && {pick}",
        "health": _health(look, ["bash", "-c", ask], 60),
    }
