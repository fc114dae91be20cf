"""The page docs/reference/image-review.md, written from the registered rules: `python -m …reference` prints it."""

import sys

from kora.operations.dockerfiles import rules as _families
from kora.operations.dockerfiles.findings import RULES
from kora.operations.dockerfiles.fix import FIXERS

__all__ = ["page"]
_FAMILIES = {
    "KD1": "Users and rights",
    "KD2": "Secrets",
    "KD3": "Base images",
    "KD4": "Health check",
    "KD5": "Process and network",
    "KD6": "Layers and caches",
    "KD7": "Contents and build context",
    "KD8": "Sources, reproducibility, shape, resources",
}
_COLUMNS = "| id | name | severity | category | what | what to do | mends | hadolint |"
_HEAD = """# Findings of `kora image review`

Written from the rules by `python -m kora.operations.dockerfiles.reference`; a test fails when it is out of date.

`kora image review` runs hadolint as well and adds its findings under hadolint's own codes, unless a rule here says the
same. A category starts at 100 and loses 30 for an error, 12 for a warning, 4 for a note. "mends" marks what
`kora image fix` can do by itself.

A finding that is meant is silenced by a comment right above its instruction, for the whole file with `global`:

```dockerfile
# kora ignore=KD105 the folder is shared with a sidecar
# kora global ignore=no-health-check the platform probes it
# hadolint ignore=DL3008
```

hadolint's code silences our rule of the same meaning too. Findings of `kora image inspect` are KD901 (runs as root),
KD902 (secret in the environment), KD903 (secret in the history) and KD904 (a file that does not belong).
"""


def page() -> str:
    """The whole page."""
    assert _families
    parts = [_HEAD]
    for prefix, title in _FAMILIES.items():
        parts.append(f"## {title}\n\n{_COLUMNS}\n{'|---' * _COLUMNS.count(' | ')}|---|")
        for rule in sorted(RULES.values(), key=lambda one: one.id):
            if rule.id.startswith(prefix):
                mends = "yes" if rule.id in FIXERS else ""
                cells = [rule.id, rule.name, rule.severity.value, rule.category.value, rule.summary, rule.fix, mends,
                         ", ".join(sorted(rule.replaces))]  # fmt: skip
                parts.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
