"""What is in the images, and what is not: size, user, shell, secrets, addresses, labels, health check."""

import re
from pathlib import Path

import pytest
from compose.conftest import PLANTED, PLANTED_SECRET, REVISION, ROOT, VERSION
from compose.engine import Image, docker, run

SECOND = 1_000_000_000
# Programs that help an intruder, or nobody: shells, package managers, compilers, downloaders.
NOT_IN_AN_IMAGE = {
    *("sh", "bash", "dash", "ash", "zsh", "busybox", "env", "su", "mount"),
    *("apt", "apt-get", "dpkg", "apk", "pip", "pip3", "uv", "npm", "npx", "yarn", "corepack"),
    *("gcc", "cc", "ld", "strip", "objdump", "curl", "wget", "perl"),
}
# Addresses that would bind an image to one place: this machine, a cluster, this project's own services.
ADDRESS = re.compile(
    r"(?:https?:)?//(?:localhost|127\.0\.0\.1|host\.docker\.internal)|(?:localhost|127\.0\.0\.1):\d+"
    r"|\.svc\b|cluster\.local|taskora\.local|(?:taskora-)?backend:\d+|taskora-backend|todo-backend"
)
# Where to look when nothing was set; the only address of ours. Next.js itself names the port it listens on.
OWN_DEFAULT = "http://127.0.0.1:8000"
NEXT_OWN = re.compile(r"//localhost:\$\{process\.env\.PORT")


def test_it_is_no_larger_than_its_bar(image: Image) -> None:
    assert image.facts["Size"] <= image.bar_bytes


def test_it_runs_as_a_named_user_without_rights(image: Image) -> None:
    assert image.facts["Config"]["User"] == "1001:1001"
    accounts = {line.split(":")[0]: line.split(":") for line in image.read("/etc/passwd").splitlines()}
    assert accounts[image.user][2:4] == ["1001", "1001"]
    assert accounts[image.user][6].endswith("nologin")
    special = [path for path, info in image.files.items() if info.isfile() and info.mode & 0o6000]
    assert special == [], "setuid or setgid files"


def test_its_files_belong_to_root_and_are_not_writable_but_for_the_named_folders(image: Image) -> None:
    folders = tuple(path.partition(":")[0] for path in image.writable)
    writable = {
        path
        for path, info in image.files.items()
        if not info.issym() and (info.mode & 0o002 or (info.uid == 1001 and info.mode & 0o200))
    }
    assert writable == set(folders)


def test_it_holds_no_shell_and_no_tools(image: Image) -> None:
    programs = {Path(path).name for path, info in image.files.items() if info.mode & 0o111 and not info.isdir()}
    assert programs & NOT_IN_AN_IMAGE == set()
    refused = run("docker", "run", "--rm", "--entrypoint", "/bin/sh", image.tag, "-c", "true")
    assert refused.returncode == 127
    assert "no such file" in refused.stderr


def test_its_health_check_needs_no_shell_and_has_the_agreed_numbers(image: Image) -> None:
    check = image.facts["Config"]["Healthcheck"]
    assert check["Test"][0] == "CMD"
    assert check["Interval"] == 30 * SECOND
    assert check["Timeout"] == 3 * SECOND
    assert check["StartPeriod"] == 40 * SECOND
    assert check["Retries"] == 3
    assert "curl" not in " ".join(check["Test"])


def test_its_labels_say_what_it_is_and_what_it_was_made_of(image: Image) -> None:
    labels = image.facts["Config"]["Labels"]
    assert labels["org.opencontainers.image.version"] == VERSION
    assert labels["org.opencontainers.image.revision"] == REVISION
    assert labels["org.opencontainers.image.licenses"] == "MIT"
    for name in ("title", "description"):
        assert labels[f"org.opencontainers.image.{name}"]


def test_it_announces_its_port(image: Image) -> None:
    assert list(image.facts["Config"]["ExposedPorts"]) == [f"{image.port}/tcp"]


def test_no_layer_and_no_line_of_its_history_holds_a_secret(image: Image, checkout: Path) -> None:
    assert (checkout / PLANTED[0]).read_text().endswith(f"{PLANTED_SECRET}\n"), "nothing was planted"
    assert not [number for number, blob in enumerate(image.blobs) if PLANTED_SECRET.encode() in blob]
    names = {Path(path).name for path in image.files}
    assert not {name for name in names if name.startswith(".env") or name.endswith((".key", ".pem"))}
    variables = {line.partition("=")[0] for line in image.facts["Config"]["Env"]}
    assert not [name for name in variables if re.search(r"SECRET|PASSWORD|TOKEN|API_KEY|DATABASE_URL", name)]


def test_the_search_for_secrets_finds_what_is_there(image: Image) -> None:
    user = f"{image.user}:x:1001".encode()
    assert [blob for blob in image.blobs if user in blob]


def test_no_address_is_built_into_the_page(frontend: Image) -> None:
    browsers = [path for path in frontend.files if path.startswith(("/app/.next/static/", "/app/public/"))]
    servers = [path for path in frontend.files if path.startswith("/app/.next/server/")]
    assert len(browsers) > 10
    assert len(servers) > 10
    found = []
    for path in (*browsers, *servers):
        if frontend.files[path].isfile():
            text = NEXT_OWN.sub("", frontend.read(path))
            found += [(path, match) for match in ADDRESS.findall(text.replace(OWN_DEFAULT, ""))]
            assert OWN_DEFAULT not in text or path in servers, "the browser would be sent to its own machine"
    assert found == []


def test_no_base_is_built_in(checkout: Path) -> None:
    for part in ("frontend", "backend"):
        text = (checkout / part / "Dockerfile").read_text()
        stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
        named = set(re.findall(r" AS (\w+)", text)) | {"scratch"}
        assert [stage for stage in stages if stage not in named and not re.fullmatch(r"\$\{\w+\}", stage)] == []
        assert "# syntax=" not in text, "would download a front end before the first line is read"


@pytest.mark.parametrize("part", ["frontend", "backend"])
def test_the_build_context_is_a_small_part_of_a_working_folder(engine: None, part: str, tmp_path: Path) -> None:
    """Measured on this working tree, in which dependencies, builds, tests and caches lie about."""
    folder = ROOT / part
    whole = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    recipe = tmp_path / "Dockerfile"
    recipe.write_text("FROM scratch\nCOPY . /\n")
    ignored = (folder / ".dockerignore").read_text()
    recipe.with_name("Dockerfile.dockerignore").write_text(ignored)
    out = tmp_path / "out"
    docker("build", "--quiet", "--file", str(recipe), "--output", f"type=local,dest={out}", str(folder), timeout=300)
    sent = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in sent)
    assert not [path for path in sent if path.name.startswith(".env") or "node_modules" in path.parts]
    if not (folder / "node_modules").exists() and part == "frontend":
        pytest.skip("a fresh clone holds nothing to leave out: run `make setup` first")
    assert size < 0.4 * whole, f"{size} of {whole} bytes are sent"
