"""Writes helm/kora-crds/templates/: the definitions of Kora's kinds, from the models in kora.operator.resources.

    crds.py            writes the files
    crds.py --check    writes nothing, names what is out of date and ends with 1

`make gen` runs this; a test in tests/chart holds the files against it.
"""

import argparse
import sys
from pathlib import Path

import yaml

from kora.operator.resources import KINDS, definitions

TEMPLATES = Path(__file__).resolve().parents[1] / "helm/kora-crds/templates"
_METADATA = """metadata:
  annotations:
    helm.sh/resource-policy: keep # removing a definition would remove every object of its kind
  labels:
    app.kubernetes.io/name: kora
    app.kubernetes.io/instance: {{ .Release.Name | quote }}
    app.kubernetes.io/part-of: kora
    app.kubernetes.io/managed-by: {{ .Release.Service }}
"""


def generate() -> dict[Path, str]:
    """Every file with its text."""
    files = {}
    for kind, definition in zip(KINDS.values(), definitions(), strict=True):
        text = yaml.safe_dump(definition, sort_keys=False, width=120, allow_unicode=True)
        assert "{{" not in text, "Helm would take it for a template"
        header = "# Written by `make gen` from ops/src/kora/operator/resources.py; change the models, not this file.\n"
        files[TEMPLATES / f"{kind.plural}.yaml"] = header + text.replace("metadata:\n", _METADATA, 1)
    return files


def main() -> int:
    """Command line; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    options = parser.parse_args()
    files = generate()
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left_over = [path for path in TEMPLATES.glob("*.yaml") if path not in files]
    for path in (*stale, *left_over):
        if options.check:
            sys.stderr.write(f"{path.name} is out of date: run make gen\n")
            continue
        if path in files:
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
        sys.stdout.write(f"wrote {path.name}\n")
    return 1 if options.check and (stale or left_over) else 0


if __name__ == "__main__":
    sys.exit(main())
