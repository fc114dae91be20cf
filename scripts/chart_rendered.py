"""Writes k8s/rendered/: the chart's manifests for each profile, for people who use `kubectl apply` and no Helm.

    chart_rendered.py            writes the files
    chart_rendered.py --check    writes nothing, names what is out of date and ends with 1

The text is what `helm template` prints, without hooks and without generated secrets: rendering can't look into a
cluster, so every profile reads an existing Secret. `make gen` runs this; a test in tests/chart holds the files against
it.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python
import yaml

ROOT = Path(__file__).resolve().parents[1]
CHART = ROOT / "helm/taskora"
RENDERED = ROOT / "k8s/rendered"

# The order in which Helm installs; what is missing here comes last.
KINDS = (
    "Namespace", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "ConfigMap", "Service", "Deployment",
    "HorizontalPodAutoscaler", "StatefulSet", "Job", "Ingress", "HTTPRoute",
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One file of k8s/rendered."""

    release: str
    namespace: str
    values_files: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()  # as after --set


_EXISTING_SECRET = ("secrets.existingSecret=taskora-backend-secret",)

PROFILES = {
    "taskora": Profile("taskora", "taskora", (), _EXISTING_SECRET),
    "taskora-dev": Profile("taskora", "taskora", ("values-dev.yaml",), _EXISTING_SECRET),
    "taskora-prod": Profile("taskora", "taskora", ("values-prod.yaml",)),
    "todo-app": Profile("todo-app", "default", ("examples/todo-app.yaml",)),
    "two-releases-backend": Profile("backend", "default", ("examples/two-releases-backend.yaml",)),
    "two-releases-frontend": Profile("frontend", "default", ("examples/two-releases-frontend.yaml",)),
}


def profile_values(profile: Profile) -> dict[str, Any]:
    """The values of a profile, later files and settings winning."""
    merged: dict[str, Any] = {}
    for name in profile.values_files:
        merged = _merge(merged, yaml.safe_load((CHART / name).read_text(encoding="utf-8")))
    for setting in profile.settings:
        merged = _merge(merged, helm_python.parse_set_string(setting))
    return merged


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merge(result[key], value) if both else value
    return result


def manifests(chart: helm_python.Chart, profile: Profile) -> str:
    """All objects of a profile as one YAML stream in the order of installation.

    Raises:
        helm_python.HelmError: the chart or the values are wrong.
    """
    rendered = chart.render(profile_values(profile), name=profile.release, namespace=profile.namespace)
    documents: list[tuple[str, str]] = []
    for template, text in rendered.items():
        if template.endswith("NOTES.txt") or "/tests/" in template:
            continue
        pieces = (piece.strip() for piece in re.split(r"^---\s*$", text, flags=re.MULTILINE))
        documents += [(template, piece) for piece in pieces if piece]
    documents.sort(key=lambda item: (_rank(item[1]), item[0]))
    stream = "".join(f"---\n# Source: {template}\n{document}\n" for template, document in documents)
    return re.sub(r"[ \t]+$", "", stream, flags=re.MULTILINE)


def _rank(document: str) -> int:
    kind = yaml.safe_load(document)["kind"]
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def generate() -> dict[Path, str]:
    """Every file of k8s/rendered with its text."""
    with helm_python.Chart.load(CHART) as chart:
        files = {RENDERED / f"{name}.yaml": manifests(chart, profile) for name, profile in PROFILES.items()}
        files[RENDERED / "README.md"] = _readme(chart)
    return files


def _readme(chart: helm_python.Chart) -> str:
    rows = []
    for name, profile in PROFILES.items():
        values = chart.merge_values(profile_values(profile))
        secret = values["secrets"]["existingSecret"] if values["backend"]["enabled"] else ""
        arguments = "".join(f" -f helm/taskora/{file}" for file in profile.values_files)
        arguments += "".join(f" --set {setting}" for setting in profile.settings)
        command = f"helm template {profile.release} helm/taskora -n {profile.namespace} --no-hooks{arguments}"
        rows.append(f"| `{name}.yaml` | {profile.namespace} | {f'`{secret}`' if secret else 'none'} | `{command}` |")
    return f"""# The chart as plain manifests

Written by `make gen` from `helm/taskora`; change the chart, not these files.

| file | namespace | Secret that must exist | made with |
|---|---|---|---|
{chr(10).join(rows)}

```console
kubectl create namespace taskora
PASSWORD=$(openssl rand -hex 24)
kubectl --namespace taskora create secret generic taskora-backend-secret \\
  --from-literal=POSTGRES_PASSWORD="$PASSWORD" \\
  --from-literal=DATABASE_URL="postgresql://taskora:$PASSWORD@taskora-database:5432/taskora" \\
  --from-literal=BETTER_AUTH_SECRET="$(openssl rand -base64 48)"
kubectl apply --filename k8s/rendered/taskora.yaml
kubectl --namespace taskora rollout status deployment/taskora-backend --timeout=300s
```

With an external database (`taskora-prod`, `todo-app`, `two-releases-backend`) the Secret needs `DATABASE_URL` and
`BETTER_AUTH_SECRET` alone. The files are for Kubernetes 1.30 and newer; for 1.29 render them with
`--set kubeVersion=1.29`. `kubectl apply` never removes anything: after a change of version, delete the finished
migration Job of the old one, or let its time run out.
"""


def main() -> int:
    """Command line; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    options = parser.parse_args()
    RENDERED.mkdir(parents=True, exist_ok=True)
    stale = False
    for path, text in generate().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale = True
        if options.check:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run make gen\n")
        else:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
