"""The ``.dockerignore`` of a service: what no build needs, by language."""

from kora.operations.dockerfiles.detection.recipe import Recipe
from kora.operations.dockerfiles.services import Framework

_ALWAYS = (".git", ".github", ".gitignore", ".idea", ".vscode", "**/.DS_Store", "**/.env", "**/.env.*",
           "!**/.env.example",
           "**/*.pem", "**/*.key", "**/.aws", "**/.ssh", "**/Dockerfile*", "**/.dockerignore", "**/compose*.yaml",
           "**/docker-compose*.yml", "**/*.log")  # fmt: skip
_PYTHON = ("**/__pycache__", "**/*.py[cod]", "**/.venv", "**/venv", "**/.pytest_cache", "**/.mypy_cache",
           "**/.ruff_cache", "**/.coverage", "**/*.egg-info", "**/*.sqlite3")  # fmt: skip
_NODE = ("**/node_modules", "**/.next", "**/dist", "**/build", "**/out", "**/coverage", "**/npm-debug.log*",
         "**/*.tsbuildinfo")  # fmt: skip
_BY_FRAMEWORK = {
    Framework.FASTAPI: _PYTHON, Framework.FLASK: _PYTHON, Framework.DJANGO: _PYTHON, Framework.PYTHON: _PYTHON,
    Framework.NEXT: _NODE, Framework.VITE: _NODE, Framework.EXPRESS: _NODE, Framework.NODE: _NODE,
    Framework.GO: ("**/*_test.go", "bin"), Framework.SPRING: ("**/target", "**/build", ".gradle"),
    Framework.JAVA: ("**/target", "**/build", ".gradle"), Framework.STATIC: (),
}  # fmt: skip


def dockerignore(recipe: Recipe) -> str:
    """Patterns for the build context of a service."""
    lines = [*_ALWAYS, *_BY_FRAMEWORK[recipe.service.framework]]
    if recipe.service.framework is Framework.NODE or recipe.service.framework is Framework.EXPRESS:
        committed = (
            {word.split("/", 1)[0] for word in recipe.service.command if "/" in word} if not recipe.output else set()
        )
        lines = [line for line in lines if line.removeprefix("**/") not in committed]
    return (
        "# What no build needs: history, local settings, secrets, things that are made anew inside.\n"
        + "\n".join(lines)
        + "\n"
    )
