"""KD80x: code that comes from somewhere else."""

import itertools
import re
from collections.abc import Iterator

from kora.operations.dockerfiles.findings import Category, Hit, Severity, Subject, rule
from kora.operations.dockerfiles.shell import commands

_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "python", "python3", "perl", "node", "ruby"})
_VERIFIERS = frozenset({"sha256sum", "sha512sum", "shasum", "gpg", "gpgv", "cosign", "minisign", "sha1sum", "md5sum"})


@rule("KD801", "pipe-to-shell", Severity.ERROR, Category.SECURITY,
      fix="Download a fixed version, check its checksum, then run it; or use a package.")  # fmt: skip
def pipe_to_shell(subject: Subject) -> Iterator[Hit]:
    """A script from the net is run unseen."""
    for stage in subject.stages:
        for one in stage.all("RUN"):
            found = commands(one)
            for first, second in itertools.pairwise(found):
                fetches = first.program in {"curl", "wget"} and first.after in {"|", "|&"}
                if fetches and second.program in _SHELLS:
                    yield Hit(
                        first.line, f"`{first.program} … | {second.program}` runs whatever the server sends today."
                    )
            if re.search(r"(?:sh|bash)\s+(?:-c\s+)?[\"']?(?:\$\(|<\()\s*(?:curl|wget)", one.value):
                yield Hit(one.line, "A downloaded script is run unseen.")


@rule("KD802", "add-url", Severity.WARNING, Category.REPRODUCIBILITY,
      fix="Add `--checksum=sha256:…`, or use a package.")  # fmt: skip
def add_url(subject: Subject) -> Iterator[Hit]:
    """ADD fetches an address without a checksum."""
    for stage in subject.stages:
        for one in stage.all("ADD"):
            for word in one.words[:-1]:
                remote = re.match(r"[\"']?(https?|ftp)://", word)
                if remote and one.flag("checksum") is None and not word.rstrip("\"'").endswith(".git"):
                    yield Hit(one.line, "What is fetched may change, and nobody notices.")


@rule("KD803", "unchecked-download", Severity.WARNING, Category.REPRODUCIBILITY,
      fix="Check it: `echo \"<sha256>  file\" | sha256sum -c`.")  # fmt: skip
def unchecked_download(subject: Subject) -> Iterator[Hit]:
    """A file is downloaded and used without a checksum."""
    for stage in subject.stages:
        for one in stage.all("RUN"):
            found = commands(one)
            if any(c.program in _VERIFIERS for c in found):
                continue
            for c in found:
                address = next((word for word in c.argv if re.match(r"https?://", word)), "")
                kept = c.program == "wget" or c.has("-o", "-O", "--output", "--remote-name") or bool(c.redirects)
                kept = kept or (c.after == "|" and c.program == "curl")
                next_to = found[found.index(c) + 1].program if c.after == "|" and c is not found[-1] else ""
                if c.program in {"curl", "wget"} and address and kept and next_to not in {*_SHELLS, "gpg", "apt-key"}:
                    yield Hit(c.line, f"{address[:60]} is used without a look at what came.")


@rule("KD804", "moving-clone", Severity.WARNING, Category.REPRODUCIBILITY,
      fix="Name a tag or a commit: `git clone --branch v1.2.3 --depth 1 …`.")  # fmt: skip
def moving_clone(subject: Subject) -> Iterator[Hit]:
    """A repository is cloned at whatever its branch holds."""
    for stage in subject.stages:
        for one in stage.all("RUN"):
            found = commands(one)
            pinned = any(c.program == "git" and set(c.operands) & {"checkout", "reset"} for c in found)
            for c in found:
                if c.program == "git" and "clone" in c.operands and not c.has("--branch", "-b") and not pinned:
                    yield Hit(c.line, "The build gets other code from one day to the next.")


@rule("KD805", "fixed-architecture", Severity.WARNING, Category.PORTABILITY,
      fix="Use TARGETARCH, or `dpkg --print-architecture`.")  # fmt: skip
def fixed_architecture(subject: Subject) -> Iterator[Hit]:
    """A download is bound to one processor."""
    pattern = re.compile(r"https?://\S*(?:amd64|x86_64|x64|arm64|aarch64)")
    for stage in subject.stages:
        for one in stage.all("RUN", "ADD"):
            if "case" in one.value and ("uname" in one.value or "TARGETARCH" in one.value):
                continue
            match = pattern.search(one.value)
            if match:
                yield Hit(one.line_at(match.start()), "On the other processors the program will not start.")
