"""What the chart makes for the real kagent, held against the shapes that kagent publishes.

The shapes below say in JSON schema what go/api/v1alpha2 of github.com/kagent-dev/kagent says of the fields that the
chart uses (agent_types.go at d8e65335, modelconfig_types.go at 00014e6e, remotemcpserver_types.go at 21301813,
common_types.go at 3d1b287e): names, types, what is required, which values there are. The rules beside them stand for
its CEL rules. A field that is not named here is refused, as a strict API server would.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

CHART = Path(__file__).parents[2] / "helm/kora"
GROUP = "kagent.dev/v1alpha2"
Shape = dict[str, Any]
Item = dict[str, Any]
TEXT: Shape = {"type": "string"}
NAMES: Shape = {"type": "array", "items": TEXT}


def shape(required: tuple[str, ...], **fields: Shape) -> Shape:
    return {"type": "object", "required": list(required), "additionalProperties": False, "properties": fields}


def one_of(*values: str) -> Shape:
    return {"enum": list(values)}


VALUE_SOURCE = shape(
    ("type", "name", "key"),
    type=one_of("ConfigMap", "Secret"),
    name={"type": "string", "maxLength": 253},
    key={"type": "string", "maxLength": 253},
)
HEADER = shape(("name",), name=TEXT, value=TEXT, valueFrom=VALUE_SOURCE)
MCP_TOOL = shape(
    ("name",), apiGroup=TEXT, kind=TEXT, name=TEXT, namespace=TEXT, toolNames=NAMES, requireApproval=NAMES,
    allowedHeaders=NAMES,
)  # fmt: skip
TOOL = shape(("type", "mcpServer"), type=one_of("McpServer"), mcpServer=MCP_TOOL, headersFrom={"items": HEADER})
DECLARATIVE = shape(
    (), systemMessage=TEXT, modelConfig=TEXT, stream={"type": "boolean"},
    tools={"type": "array", "maxItems": 20, "items": TOOL},
)  # fmt: skip
PROVIDERS = (
    "Anthropic", "OpenAI", "AzureOpenAI", "Ollama", "Gemini", "GeminiVertexAI", "AnthropicVertexAI", "Bedrock",
    "SAPAICore", "Foundry",
)  # fmt: skip
SHAPES = {
    "ModelConfig": shape(
        ("model",),
        model=TEXT,
        provider=one_of(*PROVIDERS),
        apiKeySecret=TEXT,
        apiKeySecretKey=TEXT,
        openAI=shape((), baseUrl=TEXT),
        anthropic=shape((), baseUrl=TEXT),
        ollama=shape((), host=TEXT),
    ),
    "RemoteMCPServer": shape(
        ("description", "url"),
        description=TEXT,
        protocol=one_of("SSE", "STREAMABLE_HTTP"),
        url={"type": "string", "minLength": 1},
        headersFrom={"type": "array", "items": HEADER},
        timeout={"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$"},
    ),
    "Agent": shape(
        ("type", "declarative"), type=one_of("Declarative"), description=TEXT, declarative=DECLARATIVE
    ),
}  # fmt: skip
OWN_SETTINGS = {"openAI": "OpenAI", "anthropic": "Anthropic", "ollama": "Ollama"}

MODELS: dict[str, Item] = {
    "openai": {"apiKeySecret": "model"},
    "openai-elsewhere": {"apiKeySecret": "model", "baseUrl": "https://models.example.com/v1"},
    "anthropic": {"provider": "Anthropic", "model": "claude", "apiKeySecret": "model", "apiKeySecretKey": "KEY"},
    "anthropic-elsewhere": {
        "provider": "Anthropic",
        "model": "claude",
        "apiKeySecret": "model",
        "baseUrl": "https://models.example.com",
    },
    "gemini": {"provider": "Gemini", "model": "gemini", "apiKeySecret": "model", "apiKeySecretKey": "KEY"},
    "ollama": {"provider": "Ollama", "model": "llama", "baseUrl": "http://ollama:11434"},
    "existing": {"existing": "default-model-config"},
}
Template = Callable[[Item], subprocess.CompletedProcess[str]]


@pytest.fixture(params=["helm", "helm3"])
def template(request: pytest.FixtureRequest, tmp_path: Path) -> Template:
    """`helm template` with kagent's definitions in the cluster."""
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no program {request.param} here")

    def run(model: Item) -> subprocess.CompletedProcess[str]:
        values = tmp_path / "values.yaml"
        values.write_text(json.dumps({"kagent": {"enabled": True, "modelConfig": model}}), "utf-8")
        words = [request.param, "template", "kora", str(CHART), "--namespace", "kora-system"]
        environment = {**os.environ, "HELM_CACHE_HOME": str(tmp_path), "KUBECONFIG": str(tmp_path / "none")}
        words += ["--values", str(values), "--api-versions", GROUP]
        return subprocess.run(words, capture_output=True, text=True, check=False, env=environment)

    return run


def made(template: Template, model: Item) -> dict[str, Item]:
    """The objects for kagent, by kind."""
    done = template(model)
    assert done.returncode == 0, done.stderr
    return {each["kind"]: each for each in yaml.safe_load_all(done.stdout) if each and each["apiVersion"] == GROUP}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_what_is_made_fits_what_kagent_publishes(template: Template, model: Item) -> None:
    found = made(template, model)
    assert found.keys() == SHAPES.keys() - ({"ModelConfig"} if "existing" in model else set())
    for kind, item in found.items():
        jsonschema.Draft202012Validator(SHAPES[kind]).validate(item["spec"])
    server = found["Agent"]["spec"]["declarative"]["tools"][0]["mcpServer"]
    assert set(server["requireApproval"]) <= set(server["toolNames"])
    assert (server["apiGroup"], server["kind"]) == ("kagent.dev", "RemoteMCPServer")
    # references hold within one namespace unless somebody allows more
    assert {each["metadata"]["namespace"] for each in found.values()} == {"kora-system"}
    assert server["name"] == found["RemoteMCPServer"]["metadata"]["name"]
    for header in found["RemoteMCPServer"]["spec"]["headersFrom"]:
        assert ("value" in header) != ("valueFrom" in header)
    if "existing" in model:
        return
    spec = found["ModelConfig"]["spec"]
    assert found["Agent"]["spec"]["declarative"]["modelConfig"] == found["ModelConfig"]["metadata"]["name"]
    assert ("apiKeySecret" in spec) == ("apiKeySecretKey" in spec)
    assert all(spec["provider"] == provider for settings, provider in OWN_SETTINGS.items() if settings in spec)
    if "baseUrl" in model:
        assert model["baseUrl"] in json.dumps(spec)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ({"provider": "Gemini", "model": "g", "apiKeySecret": "m", "baseUrl": "https://x.example.com"}, "Gemini"),
        ({"apiKeySecret": "model", "apiKeySecretKey": ""}, "apiKeySecretKey"),
        ({"provider": "Ollama", "model": "llama"}, "baseUrl"),
        ({}, "apiKeySecret"),
    ],
)
def test_what_kagent_would_refuse_or_ignore_is_told_before(template: Template, model: Item, told: str) -> None:
    done = template(model)
    assert done.returncode != 0
    assert told in done.stderr
    assert "Fix:" in done.stderr
