"""The charts of Kora: what they render at each level, and what their roles never allow."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from kora.cli.application import app, load_commands
from kora.domain.risk import Autonomy, Risk
from kora.mcp.server import spelled
from kora.operator.logs import LEVELS as LOG_LEVELS
from kora.tools.registry import load as load_tools

HELM = Path(__file__).parents[2] / "helm"
CHARTS = {"kora": HELM / "kora", "kora-crds": HELM / "kora-crds"}
LEVELS = ("observe", "propose", "supervised", "autonomous")
CHANGING = ("supervised", "autonomous")
READING = {"get", "list", "watch"}
NAMESPACE = "kora-system"

Objects = list[dict[str, Any]]
Values = dict[str, Any]
Rules = list[dict[str, Any]]

# What a person may ask for besides the level, each with the values that the chart wants for it.
VARIANTS: dict[str, Values] = {
    "default": {},
    "everywhere": {"clusterWide": True},
    "two-namespaces": {"namespaces": ["alpha", "beta"]},
    "all-looks": {"rights": {"secrets": True, "clusterScoped": True, "alertSecrets": ["channel"]}},
    "without-admission": {"admission": {"enabled": False}},
}
# Never written, whatever the values say: (API group, resource).
NEVER = {
    ("", "secrets"),
    ("", "persistentvolumeclaims"),
    ("", "persistentvolumes"),
    ("", "nodes"),
    ("", "namespaces"),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    ("admissionregistration.k8s.io", "validatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "mutatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "validatingadmissionpolicies"),
    ("admissionregistration.k8s.io", "validatingadmissionpolicybindings"),
    *(("rbac.authorization.k8s.io", name) for name in ("roles", "rolebindings", "clusterroles", "clusterrolebindings")),
}
# Creating one of these asks the API server a question; nothing is stored.
QUESTIONS = {("authentication.k8s.io", "tokenreviews"), ("authorization.k8s.io", "subjectaccessreviews")}


def together(*parts: Values) -> Values:
    """Values laid over each other; deep enough for one group."""
    merged: Values = {}
    for part in parts:
        for key, value in part.items():
            merged[key] = {**merged[key], **value} if isinstance(value, dict) and key in merged else value
    return merged


def at(level: str, **more: Any) -> Values:
    return together({"autonomy": {"level": level}}, more)


@pytest.fixture(scope="module")
def kora(helm: Any) -> Iterator[Callable[[Values], Objects]]:
    """`kora({...})`: the objects of helm/kora with these values, from Helm's library."""
    with helm.Chart.load(CHARTS["kora"]) as chart:

        def rendered(values: Values) -> Objects:
            texts = chart.render(values, name="kora", namespace=NAMESPACE, is_install=True)
            return objects(text for name, text in texts.items() if not name.endswith("NOTES.txt"))

        yield rendered


@pytest.fixture(scope="module", params=["helm", "helm3"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """`program("template", ...)`: what one of the Helm programs prints; it sees no cluster."""
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"there is no program {name} here")
    home = tmp_path_factory.mktemp(name)
    environment = {**os.environ, "HELM_CACHE_HOME": str(home), "KUBECONFIG": str(home / "none")}

    def run(*arguments: str) -> str:
        done = subprocess.run([name, *arguments], capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    return run


def objects(texts: Any) -> Objects:
    return [item for text in texts for item in yaml.safe_load_all(text) if item]


def by_name(found: Objects) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]): item
        for item in found
        if item["kind"] != "Secret"  # its values are random
    }


def rights(found: Objects, account: str = "kora") -> Rules:
    """Every rule of every role that is bound to this account of the release."""
    roles = {(item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]): item for item in found}
    held: Rules = []
    for item in found:
        subjects = item.get("subjects") or []
        if not any(each["kind"] == "ServiceAccount" and each["name"] == account for each in subjects):
            continue
        kind, name = item["roleRef"]["kind"], item["roleRef"]["name"]
        held += roles[(kind, item["metadata"].get("namespace") if kind == "Role" else None, name)]["rules"]
    assert held, f"nothing is bound to {account}"
    return held


def writes(rules: Rules) -> set[tuple[str, str]]:
    """(API group, resource) that these rules change, with the resource of a subresource."""
    return {
        (group, resource.split("/")[0])
        for rule in rules
        if set(rule["verbs"]) - READING
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }


# --- both charts, each program ---


@pytest.mark.parametrize("level", LEVELS)
def test_every_program_renders_what_the_library_does(program: Any, kora: Any, level: str) -> None:
    arguments = ["kora", str(CHARTS["kora"]), "--namespace", NAMESPACE, "--set", f"autonomy.level={level}"]
    printed = objects([program("template", *arguments, "--kube-version", "1.35")])
    assert by_name(printed) == by_name(kora(at(level)))


@pytest.mark.parametrize("chart", CHARTS)
def test_every_program_finds_the_chart_clean(program: Any, chart: str) -> None:
    printed = program("lint", "--strict", str(CHARTS[chart]))
    assert "[WARNING]" not in printed
    assert "[ERROR]" not in printed


@pytest.mark.parametrize("level", LEVELS)
def test_lint_finds_nothing_at_any_level(helm: Any, level: str) -> None:
    report = helm.lint(CHARTS["kora"], at(level), strict=True, namespace=NAMESPACE, kube_version="v1.30.0")
    assert not report["errors"]
    assert [message for message in report["messages"] if message["severity"] >= 2] == []


def test_every_object_is_valid(kora: Any, validate: Any) -> None:
    for version in ("1.30", "1.36"):
        checked = sum(validate(item, version) for item in kora(at("supervised", clusterWide=True)))
        assert checked >= 10


def test_every_program_renders_the_four_definitions(program: Any) -> None:
    definitions = objects([program("template", "kora-crds", str(CHARTS["kora-crds"]), "--namespace", NAMESPACE)])
    kinds = {item["spec"]["names"]["kind"] for item in definitions}
    assert kinds == {"AgentPolicy", "Finding", "RemediationPlan", "Approval"}
    for item in definitions:
        assert item["kind"] == "CustomResourceDefinition"
        assert item["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"
        for version in item["spec"]["versions"]:
            assert version["subresources"] == {"status": {}}
            assert version["additionalPrinterColumns"], item["metadata"]["name"]


# What each kind promises by itself, before any operator or admission policy looks at it.
CEL = {
    "agentpolicies": {"self.minReplicas <= self.maxReplicas", "(self.type == 'event') != has(self.urlFrom)"},
    "approvals": {"self == oldSelf"},
    "remediationplans": {"self == oldSelf", "self.metadata.name == self.spec.planId"},
}


@pytest.mark.parametrize("plural", CEL)
def test_definitions_hold_their_own_rules(helm: Any, plural: str) -> None:
    with helm.Chart.load(CHARTS["kora-crds"]) as chart:
        rendered = chart.render({}, name="kora-crds", namespace=NAMESPACE)
    definition = yaml.safe_load(rendered[f"kora-crds/templates/{plural}.yaml"])
    found = {rule["rule"] for rule in cel(definition["spec"]["versions"][0]["schema"])}
    assert found >= CEL[plural]


def cel(schema: Any) -> Iterator[dict[str, str]]:
    """Every rule anywhere in a schema."""
    if isinstance(schema, dict):
        yield from schema.get("x-kubernetes-validations", [])
        schema = list(schema.values())
    if isinstance(schema, list):
        for child in schema:
            yield from cel(child)


# --- rights ---


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("level", ["observe", "propose"])
def test_below_supervised_the_operator_changes_nothing_but_its_records(kora: Any, level: str, variant: str) -> None:
    rules = [
        rule for rule in rights(kora(together(at(level), VARIANTS[variant]))) if "impersonate" not in rule["verbs"]
    ]
    foreign = {
        (group, resource)
        for group, resource in writes(rules) - QUESTIONS
        if group != "kora.taskora.dev" and resource not in ("leases", "events")
    }
    assert foreign == set()


def test_observe_borrows_no_account(kora: Any) -> None:
    assert not any("impersonate" in rule["verbs"] for rule in rights(kora(at("observe"))))


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_account_that_is_borrowed_is_held_to_dry_runs(kora: Any, variant: str) -> None:
    """At `propose` dry runs are asked for in another account's name: that one alone, and only under admission."""
    found = kora(together(at("propose"), VARIANTS[variant]))
    borrowed = [rule for rule in rights(found) if "impersonate" in rule["verbs"]]
    policies = {item["metadata"]["name"]: item for item in found if item["kind"] == "ValidatingAdmissionPolicy"}
    if variant == "without-admission":
        assert borrowed == []
        return
    (rule,) = borrowed
    (name,) = rule["resourceNames"]
    assert rule["resources"] == ["serviceaccounts"]
    (policy,) = [item for key, item in policies.items() if key.endswith("-preview")]
    assert f"system:serviceaccount:{NAMESPACE}:{name}" in policy["spec"]["matchConditions"][0]["expression"]
    assert [each["expression"] for each in policy["spec"]["validations"]] == ["request.dryRun"]
    assert policy["spec"]["failurePolicy"] == "Fail"
    assert not writes(rights(found, name)) & NEVER


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("level", LEVELS)
def test_what_never_changes_can_never_be_written(kora: Any, level: str, variant: str) -> None:
    rules = rights(kora(together(at(level), VARIANTS[variant])))
    assert not writes(rules) & NEVER
    for rule in rules:
        assert "*" not in rule["apiGroups"] + rule["resources"] + rule["verbs"], rule
        assert not {"escalate", "bind"} & set(rule["verbs"]), rule


@pytest.mark.parametrize("level", CHANGING)
def test_from_supervised_on_repairs_are_possible(kora: Any, level: str) -> None:
    """The counterpart: without it the tests above would pass with no roles at all."""
    assert {("apps", "deployments"), ("", "pods"), ("", "services")} <= writes(rights(kora(at(level))))


@pytest.mark.parametrize("level", CHANGING)
def test_rolling_releases_back_writes_secrets_and_nothing_else_of_what_is_forbidden(kora: Any, level: str) -> None:
    found = kora(at(level, rights={"helmReleases": True}))
    assert writes(rights(found)) & NEVER == {("", "secrets")}
    (policy,) = [
        item
        for item in found
        if item["kind"] == "ValidatingAdmissionPolicy" and item["metadata"]["name"].endswith("-secrets")
    ]
    assert policy["spec"]["failurePolicy"] == "Fail"
    assert "helm.sh/release.v1" in policy["spec"]["validations"][0]["expression"]


def test_what_guards_the_application_may_get_labels_from_a_rollback_and_nothing_else(kora: Any) -> None:
    """Each kind that the right to roll back adds and that repairs never touch is held by an admission policy."""
    plain, more = (writes(rights(kora(at("supervised", rights={"helmReleases": on})))) for on in (False, True))
    found = kora(at("supervised", rights={"helmReleases": True}))
    (policy,) = [
        item
        for item in found
        if item["kind"] == "ValidatingAdmissionPolicy" and item["metadata"]["name"].endswith("-guards")
    ]
    held = {
        (group, resource)
        for rule in policy["spec"]["matchConstraints"]["resourceRules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert held == more - plain - {("", "secrets")} | {
        ("kora.taskora.dev", "agentpolicies")
    }  # its status was ours before
    assert policy["spec"]["failurePolicy"] == "Fail"
    assert any("object.spec == oldObject.spec" in each["expression"] for each in policy["spec"]["validations"])


def test_secrets_are_not_even_read_by_default(kora: Any) -> None:
    for level in LEVELS:
        assert not any("secrets" in rule["resources"] for rule in rights(kora(at(level))))


def test_rights_end_at_the_namespaces_that_are_named(kora: Any) -> None:
    found = kora(at("supervised", namespaces=["alpha", "beta"]))
    places = {item["metadata"]["namespace"] for item in found if item["kind"] == "Role"}
    assert places == {"alpha", "beta", NAMESPACE}
    own = [item for item in found if item["kind"] == "Role" and item["metadata"]["namespace"] == NAMESPACE]
    groups = {group for _, group in ((r, g) for role in own for r in role["rules"] for g in r["apiGroups"])}
    assert "apps" not in groups


# --- values ---

WRONG: dict[str, tuple[Values, str]] = {
    "unknown": ({"autonmy": {"level": "observe"}}, "autonmy"),
    "unknown below": ({"autonomy": {"livel": "observe"}}, "livel"),
    "no such level": ({"autonomy": {"level": "reckless"}}, "autonomy"),
    "wrong type": ({"replicas": "one"}, "replicas"),
    "wildcard namespace": ({"namespaces": ["*"]}, "namespaces"),
    "both": ({"clusterWide": True, "namespaces": ["alpha"]}, "namespaces, clusterWide"),
    "releases below supervised": ({"rights": {"helmReleases": True}}, "rights.helmReleases"),
    "releases without admission": (
        {"autonomy": {"level": "supervised"}, "rights": {"helmReleases": True}, "admission": {"enabled": False}},
        "rights.helmReleases",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_values_are_refused_by_name(helm: Any, kora: Any, name: str) -> None:
    values, told = WRONG[name]
    with pytest.raises(helm.HelmError) as failure:
        kora(values)
    assert told in str(failure.value)


# --- pods, kagent ---


@pytest.mark.parametrize("level", LEVELS)
def test_pods_pass_the_restricted_standard(kora: Any, level: str) -> None:
    (deployment,) = [item for item in kora(at(level)) if item["kind"] == "Deployment"]
    pod = deployment["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    assert not any("hostPath" in volume for volume in pod["volumes"])
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"]["drop"] == ["ALL"]
        assert security["readOnlyRootFilesystem"] is True
        assert {"requests", "limits"} <= set(container["resources"])


KAGENT = {"kagent": {"enabled": True, "modelConfig": {"apiKeySecret": "model"}}}


@pytest.mark.parametrize("installed", [True, False])
def test_objects_for_kagent_need_its_definitions(program: Any, tmp_path: Path, installed: bool) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(json.dumps(KAGENT), encoding="utf-8")
    versions = ["--api-versions", "kagent.dev/v1alpha2"] if installed else []
    arguments = ["kora", str(CHARTS["kora"]), "--namespace", NAMESPACE, "--values", str(values), *versions]
    found = objects([program("template", *arguments)])
    kinds = {item["kind"] for item in found if item["apiVersion"].startswith("kagent.dev/")}
    assert kinds == ({"Agent", "ModelConfig", "RemoteMCPServer"} if installed else set())
    (deployment,) = [item for item in found if item["kind"] == "Deployment"]
    names = {container["name"] for container in deployment["spec"]["template"]["spec"]["containers"]}
    assert names == ({"operator", "mcp"} if installed else {"operator"})


def test_an_agent_of_kagent_gets_no_tool_that_approves(program: Any, tmp_path: Path) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(json.dumps(KAGENT), encoding="utf-8")
    arguments = ["--values", str(values), "--api-versions", "kagent.dev/v1alpha2", "--namespace", NAMESPACE]
    found = objects([program("template", "kora", str(CHARTS["kora"]), *arguments)])
    (agent,) = [item for item in found if item["kind"] == "Agent"]
    (tools,) = agent["spec"]["declarative"]["tools"]
    server = tools["mcpServer"]
    assert set(server["requireApproval"]) < set(server["toolNames"])
    assert not any("approve" in name or "reject" in name for name in server["toolNames"])
    offered = {spelled(tool.name): tool for tool in load_tools()}
    assert set(server["toolNames"]) <= offered.keys()
    changing = {name for name in server["toolNames"] if offered[name].risk is not Risk.READ}
    assert changing == set(server["requireApproval"])


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("console", [True, False])
def test_the_program_knows_everything_that_the_chart_tells_it(kora: Any, level: str, console: bool) -> None:
    values = at(level, console={"enabled": console, "port": 8090}, rights={"secrets": console})
    (deployment,) = [item for item in kora(values) if item["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    told = {each["name"]: each.get("value") for each in container["env"]}
    load_commands()
    command = get_command(app).commands[container["args"][0]]  # type: ignore[attr-defined]
    variables = {option.envvar for option in command.params if option.envvar}
    beside = {"POD_NAME", "KORA_HOME"}
    assert told.keys() <= variables | beside
    flags = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}
    assert {each.partition("=")[0] for each in container["args"][1:]} <= flags
    assert ("--no-secrets" in container["args"]) is not console
    assert told.get("KORA_CONSOLE_PORT") == ("8090" if console else None)
    ports = {each["name"]: each["containerPort"] for each in container["ports"]}
    assert ports["metrics"] == int(told["KORA_METRICS_PORT"])
    assert ports.get("console") == (8090 if console else None)
    services = [item for item in kora(values) if item["kind"] == "Service"]
    offered = {port["targetPort"] for item in services for port in item["spec"]["ports"]}
    assert ("console" in offered) is console
    assert told["KORA_AUTONOMY"] in {each.value for each in Autonomy}
    assert {told["KORA_APPLIES"], told["KORA_CLUSTER_SCOPED"]} <= {"true", "false"}
    assert told["KORA_LOG_LEVEL"] in LOG_LEVELS
