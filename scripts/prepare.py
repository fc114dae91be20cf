"""Prepares the checkout: Python packages into .venv, page packages into frontend/node_modules, the built page.

`make setup` and `make up` call it for what running needs, `make test` and `make check` with --dev for the tools too.
Every phase leaves a digest of its inputs in .stamps/, so that a second run does nothing and needs no network.
Only the standard library, and syntax that an old Python can read: it has to be able to say that Python is too old.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STAMPS = os.path.join(ROOT, ".stamps")
LOG = os.path.join(STAMPS, "prepare.log")
VENV = os.path.join(ROOT, ".venv")
PAGE = os.path.join(ROOT, "backend", "src", "taskora", "web", "page")
FRONTEND = os.path.join(ROOT, "frontend")
PYTHON_NEEDED = (3, 11)
NODE_NEEDED = (20, 9)
# What takes part in the built page; the generated and downloaded folders do not.
PAGE_IGNORES = {"node_modules", ".next", "out", "coverage", "next-env.d.ts"}


def stop(message, fix):
    """Ends the run with one clear sentence and the way out."""
    sys.stderr.write("\nTaskora can't be prepared: %s\n  Fix: %s\n" % (message, fix))
    sys.exit(1)


def digest(paths):
    """SHA-256 over the contents of files and folders (sorted), plus what the environment adds."""
    total = hashlib.sha256()
    for path in sorted(paths):
        for name in _files(path):
            total.update(os.path.relpath(name, ROOT).encode())
            with open(name, "rb") as handle:
                total.update(handle.read())
    return total.hexdigest()


def _files(path):
    if os.path.isfile(path):
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(f for f in folders if f not in PAGE_IGNORES)
        kept = (name for name in sorted(names) if name not in PAGE_IGNORES and not name.endswith(".tsbuildinfo"))
        found += [os.path.join(folder, name) for name in kept]
    return found


def phase(name, usual, inputs, outcome, commands, cwd=ROOT, env=None):
    """Runs `commands` unless the inputs are those of the last success and `outcome` is still there."""
    stamp = os.path.join(STAMPS, re.sub(r"[^a-z]+", "-", name.lower()))
    wanted = digest(inputs)
    if os.path.exists(outcome) and os.path.exists(stamp) and open(stamp).read() == wanted:
        return
    started = time.time()
    for command in commands:
        _run(name, usual, started, command, cwd, env)
    with open(stamp, "w") as handle:
        handle.write(wanted)
    _line("  %-28s done in %.0f s\n" % (name, time.time() - started))


def _run(name, usual, started, command, cwd, env):
    if callable(command):
        command()
        return
    with open(LOG, "ab") as log:
        log.write(("\n$ %s\n" % " ".join(command)).encode())
        log.flush()
        process = subprocess.Popen(
            command, cwd=cwd, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=dict(os.environ, **(env or {}))
        )
        if not sys.stdout.isatty():
            _line("  %-28s … (usually %s)\n" % (name, usual))
        try:
            while process.poll() is None:
                if sys.stdout.isatty():
                    _line("  %-28s %3.0f s (usually %s)" % (name, time.time() - started, usual))
                time.sleep(0.2)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            sys.exit("\nStopped. Run the same command again to go on.")
    if process.returncode:
        with open(LOG, "rb") as log:
            tail = log.read().decode(errors="replace").rstrip().splitlines()[-15:]
        sys.stderr.write("\n" + "\n".join("    " + line for line in tail) + "\n")
        stop("%s failed." % name, "read the lines above (all of it: %s), then run the same command again" % LOG)


def _line(text):
    sys.stdout.write(("\r\033[K" if sys.stdout.isatty() else "") + text)
    sys.stdout.flush()


def check_python():
    if sys.version_info[:2] < PYTHON_NEEDED:
        stop(
            "it needs Python %d.%d or newer, and %s is %s."
            % (PYTHON_NEEDED + (sys.executable, sys.version.split()[0])),
            "install a newer Python and run: make PYTHON=/path/to/python3 up",
        )


def check_node():
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        stop(
            "the page is built with Node.js, and %s was not found." % ("npm" if node else "node"),
            "install Node.js %d.%d or newer (https://nodejs.org), then run the same command again" % NODE_NEEDED,
        )
    version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if found < NODE_NEEDED:
        stop(
            "it needs Node.js %d.%d or newer, and %s is %s." % (NODE_NEEDED + (node, version)),
            "install a newer Node.js",
        )


def make_venv():
    if os.path.exists(os.path.join(VENV, "bin", "pip")):
        return
    made = subprocess.run([sys.executable, "-m", "venv", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        stop(
            "this Python can't make a virtual environment.",
            "install its venv module (Debian, Ubuntu: apt install python3-venv), then run the same command again",
        )


def python_packages(dev):
    """The locked packages of the application (or of everything, with the tools), then our own without any download."""
    # A checkout that has the tools keeps them up to date too.
    dev = dev or os.path.exists(os.path.join(STAMPS, "python-tools-and-packages"))
    if dev:
        _packages("Python tools and packages", "60 s", "requirements.lock", ["backend", "ops"], "taskora")
    else:
        _packages("Python packages", "30 s", os.path.join("backend", "requirements.lock"), ["backend"], "taskora")


def kora_packages():
    """What `kora` alone needs; nothing to do where the tools are installed, they hold it."""
    if not os.path.exists(os.path.join(STAMPS, "python-tools-and-packages")):
        _packages("Kora's packages", "20 s", os.path.join("ops", "requirements.lock"), ["ops"], "kora")


def _packages(name, usual, lock, own, program):
    python = os.path.join(VENV, "bin", "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "-q"]
    editable = [word for part in own for word in ("-e", part)]
    phase(
        name,
        usual,
        [os.path.join(ROOT, lock)] + [os.path.join(ROOT, part, "pyproject.toml") for part in ("backend", "ops")],
        os.path.join(VENV, "bin", program),
        [
            pip + ["--require-hashes", "-r", lock],
            pip + ["--no-deps", "--no-build-isolation"] + editable,
            [python, "-m", "compileall", "-q"] + [os.path.join(part, "src") for part in own],
        ],
    )


def page_packages():
    phase(
        "Page packages",
        "20 s",
        [os.path.join(FRONTEND, "package-lock.json"), os.path.join(FRONTEND, "package.json")],
        os.path.join(FRONTEND, "node_modules", ".package-lock.json"),
        [[shutil.which("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"]],
        cwd=FRONTEND,
    )


def page():
    def publish():
        shutil.rmtree(PAGE, ignore_errors=True)
        shutil.copytree(os.path.join(FRONTEND, "out"), PAGE)

    phase(
        "Page",
        "40 s",
        [FRONTEND],
        os.path.join(PAGE, "index.html"),
        [[shutil.which("npm"), "run", "--silent", "build:export"], publish],
        cwd=FRONTEND,
        env={"NEXT_TELEMETRY_DISABLED": "1"},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also the tools for tests and checks")
    parser.add_argument("--kora", action="store_true", help="only what Kora needs: no Node.js, no page")
    options = parser.parse_args()
    os.chdir(ROOT)
    check_python()
    if not options.kora:
        check_node()
    os.makedirs(STAMPS, exist_ok=True)
    make_venv()
    if options.kora:
        kora_packages()
        return
    python_packages(options.dev)
    page_packages()
    page()


if __name__ == "__main__":
    main()
