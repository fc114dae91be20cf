"""From a sentence to valid manifests: every kind, the numbers that were said, and what is refused."""

import json
import re
from pathlib import Path

import kubernetes_validate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kora.kit.errors import Invalid
from kora.language.creating import read_create, read_manifest
from kora.language.grammar import read
from kora.language.intents import Unclear
from kora.language.lexer import tokens
from kora.operations.manifests import Built, Incomplete, build_all
from kora.operations.manifests.saving import as_yaml, hidden, pending

CORPUS = Path(__file__).parents[4] / "evals" / "operations" / "manifests.jsonl"
CASES = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
VERSIONS = ("1.29", "1.31", "1.33")
FIRST = {kind: case["prompt"] for case in reversed(CASES) for kind in case["kinds"]}
"""The first prompt of each kind: its objects are held against every version, the others against one."""


def built(text: str) -> Built:
    intents, _ = read_manifest(text)
    assert not isinstance(intents, Unclear), intents
    return build_all(intents)


def at(manifest: dict, path: str) -> object:
    value: object = manifest
    for part in path.split("/"):
        value = value[int(part)] if isinstance(value, list) else value[part]  # type: ignore[index]
    return value


@pytest.mark.parametrize("case", CASES, ids=[case["prompt"][:60] for case in CASES])
def test_a_request_becomes_what_it_says(case: dict) -> None:
    made = built(case["prompt"])
    assert [each["kind"] for each in made] == case["kinds"]
    for path, wanted in case["fields"].items():
        index, _, inner = path.partition(":")
        assert at(made[int(index)], inner) == wanted, path
    for each in made:
        if each["kind"] != "HTTPRoute":
            for version in VERSIONS if FIRST[each["kind"]] == case["prompt"] else VERSIONS[1:2]:
                kubernetes_validate.validate(each, version, strict=True)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 500),
    st.integers(1, 65535),
    st.integers(1, 4000),
    st.integers(1, 9000),
    st.sampled_from(["Mi", "Gi"]),
)
def test_numbers_said_are_numbers_built(replicas: int, port: int, cpu: int, memory: int, unit: str) -> None:
    made = built(
        f"Create a deployment named web with image shop/web:1 and {replicas} replicas, container port {port}, "
        f"requests cpu={cpu}m memory={memory}{unit}"
    )[0]
    container = made["spec"]["template"]["spec"]["containers"][0]
    assert made["spec"]["replicas"] == replicas
    assert container["ports"] == [{"containerPort": port}]
    assert container["resources"] == {"requests": {"cpu": f"{cpu}m", "memory": f"{memory}{unit}"}}


PIECES = (
    "with {} replicas", "on port {}", "mounting config map c{} at /etc/c{}", "with env N{}=v{}", "listening on {}",
    "limited to {}Mi memory", "in namespace n{}", "labelled k{}=v{}", "running `sleep {}`", "with {} gpus",
    "for {} users", "every {} seconds", "with secret s{}", "and {} more", "called x{}", "with a probe on /p{} port {}",
    "version {}",
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(PIECES), st.integers(100, 65000)),
        min_size=1,
        max_size=4,
        unique_by=lambda each: each[1],
    )
)
def test_a_number_is_built_or_asked_about(pieces: list[tuple[str, int]]) -> None:
    said = ", ".join(piece.replace("{}", str(number)) for piece, number in pieces)
    intents, _ = read_manifest(f"create a deployment with image shop/web:1 {said}")
    if isinstance(intents, Unclear):
        return
    try:
        shown = json.dumps(list(build_all(intents)))
    except Incomplete:
        return
    for _, number in pieces:
        assert str(number) in shown


def test_what_is_asked_for_is_read_alike_by_both_doors() -> None:
    for case in CASES[::7]:
        made = [each for each in read(case["prompt"]).steps if each.intent in {"create", "grant"}]
        if made and not read(case["prompt"]).unclear and len(made) == len(read(case["prompt"]).steps):
            assert [each["kind"] for each in build_all(made)] == case["kinds"], case["prompt"]


def test_rows_of_fillers_end() -> None:
    """Patterns whose time grows with the cube of a row of fillers would hang here."""
    for filler in ("and ", "with the ", "in namespace ", "to the pods and "):
        for kind in ("pod", "network policy", "service"):
            intents, _ = read_manifest(f"create a {kind} named x " + filler * 150)
            assert isinstance(intents, Unclear | list)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=80),
    st.sampled_from(["pod", "service", "network policy", "role", "config map", "cron job", "ingress"]),
)
def test_reading_never_raises(noise: str, kind: str) -> None:
    text = f"create a {kind} named x {noise}"
    read_manifest(text)
    read_create(tokens(text), text)


@pytest.mark.parametrize(
    "text",
    [
        "create a deployment named web with 3 replicas",
        "create a secret named keys",
        "create a pod named x",
        "create a cronjob named x with image busybox:1.36",
        "create a service named web on port 80",
    ],
)
def test_what_is_missing_is_asked_for(text: str) -> None:
    intents, _ = read_manifest(text)
    assert not isinstance(intents, Unclear)
    with pytest.raises(Incomplete, match=r"\?"):
        build_all(intents)


@pytest.mark.parametrize(
    "text",
    [
        "create a deployment named web with image nginx:1 but never on spot nodes",
        "create a pod named web with image nginx:1 without networking",
        "create a bouquet of flowers",
    ],
)
def test_what_is_not_understood_makes_nothing(text: str) -> None:
    assert isinstance(read_manifest(text)[0], Unclear)


def test_secret_values_are_hidden_when_shown() -> None:
    made = built("create a secret named db with password=hunter2")
    assert made[0]["data"]["password"] == "aHVudGVyMg=="
    assert "aHVudGVyMg" not in as_yaml([hidden(each) for each in made])


def test_paths_stay_inside_the_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "work", tmp_path / "other"
    inside.mkdir()
    outside.mkdir()
    (inside / "link").symlink_to(outside)
    made = built("create a namespace named x")
    for target in ("../x.yaml", "a/../../x.yaml", str(outside / "x.yaml"), "link/x.yaml", "~/x.yaml"):
        with pytest.raises(Invalid):
            pending(made, target, inside)
    assert [change.path for change in pending(made, "charts/x.yaml", inside)] == ["charts/x.yaml"]


def test_several_objects_are_files_of_a_folder_or_documents_of_a_file(tmp_path: Path) -> None:
    made = built("create namespaces dev and prod")
    assert [change.path for change in pending(made, "out/", tmp_path)] == [
        "out/dev-namespace.yaml",
        "out/prod-namespace.yaml",
    ]
    (one,) = pending(made, "all.yaml", tmp_path)
    assert one.after.count("---") == 1


PROMPTS = (
    (Path(__file__).parents[2] / "fixtures" / "prompts" / "manifests.txt").read_text("utf-8").strip().split("\n\n")
)
WANTED: dict[str, dict[str, object]] = {
    "backend-deployment.yaml": {
        "metadata/namespace": "default",
        "spec/replicas": 2,
        "spec/selector/matchLabels": {"app": "todo-backend"},
        "spec/template/spec/containers/0/image": "todo-backend:latest",
        "spec/template/spec/containers/0/imagePullPolicy": "Never",
        "spec/template/spec/containers/0/ports": [{"containerPort": 8000}],
        "spec/template/spec/containers/0/envFrom": [{"secretRef": {"name": "todo-backend-secret"}}],
        "spec/template/spec/containers/0/resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "500m", "memory": "512Mi"},
        },
        "spec/template/spec/containers/0/livenessProbe": {
            "httpGet": {"path": "/health", "port": 8000}, "initialDelaySeconds": 15, "periodSeconds": 30,
        },
        "spec/template/spec/containers/0/readinessProbe": {
            "httpGet": {"path": "/health", "port": 8000}, "initialDelaySeconds": 10, "periodSeconds": 15,
        },
    },
    "backend-service.yaml": {
        "spec/type": "ClusterIP",
        "spec/selector": {"app": "todo-backend"},
        "spec/ports/0/port": 8000,
        "spec/ports/0/targetPort": 8000,
    },
    "frontend-deployment.yaml": {
        "spec/replicas": 2,
        "spec/template/spec/containers/0/image": "todo-frontend:latest",
        "spec/template/spec/containers/0/envFrom": [{"configMapRef": {"name": "todo-frontend-config"}}],
        "spec/template/spec/containers/0/resources": {
            "requests": {"cpu": "50m", "memory": "64Mi"},
            "limits": {"cpu": "200m", "memory": "256Mi"},
        },
        "spec/template/spec/containers/0/livenessProbe/initialDelaySeconds": 20,
        "spec/template/spec/containers/0/readinessProbe/periodSeconds": 15,
    },
    "frontend-service.yaml": {"spec/type": "NodePort", "spec/ports/0/nodePort": 30080, "spec/ports/0/port": 3000},
    "configmap.yaml": {"data": {"NEXT_PUBLIC_API_URL": "http://todo-backend:8000"}},
}  # fmt: skip


@pytest.mark.parametrize(("prompt", "file"), list(zip(PROMPTS, WANTED, strict=True)), ids=list(WANTED))
def test_the_five_prompts_give_the_five_files_with_their_numbers(prompt: str, file: str) -> None:
    intents, path = read_manifest(prompt)
    assert path == f"charts/todo-app/templates/{file}"
    assert not isinstance(intents, Unclear), intents
    (made,) = build_all(intents)
    for where, wanted in WANTED[file].items():
        assert at(made, where) == wanted, where


@pytest.mark.parametrize(
    ("said", "schedule"),
    [
        ("every day at midnight", "0 0 * * *"),
        ("every 15 minutes", "*/15 * * * *"),
        ("on weekdays at 6pm", "0 18 * * 1-5"),
        ("every evening at 6", "0 18 * * *"),
        ("every Sunday at 3:30am", "30 3 * * 0"),
        ("every two hours", "0 */2 * * *"),
        ("on the 1st of every month at 04:00", "0 4 1 * *"),
        ("with schedule 5 4 * * 1-5", "5 4 * * 1-5"),
    ],
)
def test_times_in_words_are_cron_expressions(said: str, schedule: str) -> None:
    (made,) = built(f"create a cronjob named tick with image busybox:1.36 that runs {said}")
    assert made["spec"]["schedule"] == schedule


def test_a_schedule_that_cron_cannot_say_is_asked_for() -> None:
    intents, _ = read_manifest("create a cronjob named tick with image busybox:1.36 every 7 minutes")
    assert isinstance(intents, Unclear)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.from_regex(r"[0-9a-zA-Z+._-]{1,6}", fullmatch=True)
    )
)
def test_texts_stay_texts_for_other_readers_of_yaml(labels: dict[str, str]) -> None:
    """kubectl takes a bare ``n`` for false and a bare ``1e3`` for a number."""
    for line in as_yaml([{"labels": labels}]).splitlines()[1:]:
        value = line.partition(": ")[2]
        assert value.startswith("'") or not re.fullmatch(r"[yYnN]|[-+.]?\d[\d_.]*(?:[eE][-+]?\d+)?", value)
