"""Other people's judgement: the API's own schemas, helm lint, both helm programs, checkov."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

CHART = Path(__file__).parents[2] / "helm/taskora"
VERSIONS = [f"1.{minor}" for minor in range(29, 38)]


# --- the API's own schemas ---


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_valid_for_every_version(
    render: Any, profile: Any, profile_name: str, validate: Any, version: str
) -> None:
    checked = 0
    for item in profile(profile_name, f"kubeVersion={version}").objects:
        checked += validate(item, version)
    assert checked >= 3


def test_the_validator_knows_every_version(validate: Any, profile: Any) -> None:
    kubernetes_validate = pytest.importorskip("kubernetes_validate")
    known = {".".join(version.split(".")[:2]) for version in kubernetes_validate.utils.all_versions()}
    assert set(VERSIONS) <= known


def test_the_validator_can_fail(validate: Any, profile: Any) -> None:
    wrong = json.loads(json.dumps(profile("default").part("Deployment", "backend")))
    wrong["spec"]["replica"] = 3
    with pytest.raises(AssertionError, match="replica"):
        validate(wrong, "1.35")


# --- helm lint ---


def test_lint_finds_nothing(helm: Any, values_file: Any, profile_name: str) -> None:
    file, _, namespace = values_file(profile_name)
    values = yaml.safe_load((CHART / file).read_text(encoding="utf-8")) if file else {}
    for version in ("v1.29.0", "v1.37.0"):
        report = helm.lint(CHART, values, strict=True, namespace=namespace, kube_version=version)
        assert not report["errors"]
        assert [m for m in report["messages"] if m["severity"] >= 2] == []


def test_the_package_holds_what_it_needs_and_no_more(helm: Any, tmp_path: Path) -> None:
    archive = helm.package(CHART, destination=tmp_path)
    with helm.Chart.load(archive) as packed:
        names = {item["name"] for item in packed.files}
        assert {"README.md", "files/walk.py", "files/walk.mjs", "files/wait_for_database.py"} <= names
        assert not any(name.startswith("ci/") for name in names)
        assert packed.schema is not None
        assert packed.render(name="taskora", namespace="taskora")


# --- the helm programs ---


@pytest.mark.parametrize("program", ["helm", "helm3"])
def test_helm_programs_render_the_same(
    program: str, profile: Any, profile_name: str, values_file: Any, tmp_path: Path
) -> None:
    """Helm 3 and Helm 4 agree with the library on every profile."""
    if shutil.which(program) is None:
        pytest.skip(f"there is no program {program} here")
    file, release, namespace = values_file(profile_name)
    arguments = ["--values", str(CHART / file)] if file else []
    done = subprocess.run(
        [program, "template", release, str(CHART), "--namespace", namespace, *arguments, "--kube-version", "1.35"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HELM_CACHE_HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")},
    )
    theirs = {
        (item["kind"], item["metadata"]["name"]): item
        for item in yaml.safe_load_all(done.stdout)
        if item and item["kind"] != "Secret"
    }
    ours = {
        (item["kind"], item["metadata"]["name"]): item
        for item in profile(profile_name).objects
        if item["kind"] != "Secret"
    }
    assert theirs == ours


# --- checkov ---

# Check -> for which profile/resource it is waived, and why.
WAIVERS = {
    "CKV_K8S_8": (r".*/Pod\..*-test", "the walk of helm test ends by itself and serves nothing"),
    "CKV_K8S_9": (r".*/Pod\..*-test", "the walk of helm test ends by itself and serves nothing"),
    "CKV_K8S_11": (r"everything/StatefulSet\..*", "this profile switches a limit off on purpose"),
    "CKV_K8S_14": (
        r"(todo-app|two-releases-.*)/.*",
        "these examples keep the tag that their users know, pull policy Never",
    ),
    "CKV_K8S_15": (r".*", "with Always, an image that was loaded onto the node would not be found"),
    "CKV_K8S_21": (r"(todo-app|two-releases-.*)/.*", "these examples keep the namespace that their users know"),
    "CKV_K8S_35": (r".*", "the server reads its settings from the environment; the database reads a file"),
    "CKV_K8S_40": (r".*", "1001 and 999 are the users that the images name and that own the volume"),
    "CKV_K8S_43": (r".*", "tags by default, so that local builds work; every image can be pinned by digest"),
    "CKV2_K8S_6": (r"throwaway/.*", "this profile switches the policies off on purpose"),
}


def test_checkov(profile: Any, profile_name: str, tmp_path: Path) -> None:
    """Every finding is in the list of waivers with its reason."""
    program = os.environ.get("CHECKOV") or shutil.which("checkov")
    if program is None:
        pytest.skip("checkov is not installed here; name the program in CHECKOV to run it")
    manifests = tmp_path / "manifests.yaml"
    manifests.write_text(yaml.safe_dump_all(profile(profile_name).objects), encoding="utf-8")
    done = subprocess.run(
        [program, "--framework", "kubernetes", "--file", str(manifests), "--output", "json", "--quiet", "--compact"],
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    findings = report["results"]["failed_checks"]
    assert report["summary"]["passed"] > 50
    for finding in findings:
        resources, _ = WAIVERS.get(finding["check_id"], ("", ""))
        place = f"{profile_name}/{finding['resource']}"
        assert re.fullmatch(resources, place), f"{finding['check_id']} {finding['check_name']}: {place}"
