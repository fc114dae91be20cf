"""Wrong values stop the rendering and name the exact path and the way out; contradictions are told all at once."""

from typing import Any

import pytest

# what is set -> what the message must hold
BY_SCHEMA = [
    (["backend.replika=2"], ["'/backend'", "'replika' not allowed"]),
    (["unknown=1"], ["at ''", "'unknown' not allowed"]),
    (["database.persistence.sise=1Gi"], ["'/database/persistence'", "'sise' not allowed"]),
    (["secrets.modelKeys.OTHER_KEY=x"], ["'/secrets/modelKeys'", "'OTHER_KEY' not allowed"]),
    (["backend.replicas=0"], ["'/backend/replicas'", "got 0, want 1"]),
    (["backend.replicas=11"], ["'/backend/replicas'", "got 11, want 10"]),
    (["frontend.replicas=0"], ["'/frontend/replicas'", "got 0, want 1"]),
    (["frontend.replicas=11"], ["'/frontend/replicas'", "got 11, want 10"]),
    (["frontend.replicas=two"], ["'/frontend/replicas'", "got string"]),
    (["backend.autoscaling.maxReplicas=11"], ["'/backend/autoscaling/maxReplicas'", "want 10"]),
    (["database.persistence.size=10GB"], ["'/database/persistence/size'", "(Mi|Gi|Ti)"]),
    (["database.persistence.size=0Gi"], ["'/database/persistence/size'"]),
    (["database.persistence.size=-5Gi"], ["'/database/persistence/size'"]),
    (["backend.resources.limits.memory=lots"], ["'/backend/resources/limits/memory'"]),
    (["backend.resources.requests.cpu=100mm"], ["'/backend/resources/requests/cpu'"]),
    (["frontend.service.nodePort=80"], ["'/frontend/service/nodePort'", "want 30,000"]),
    (["frontend.service.nodePort=32768"], ["'/frontend/service/nodePort'", "want 32,767"]),
    (["frontend.service.type=ExternalName"], ["'/frontend/service/type'", "'ClusterIP', 'NodePort', 'LoadBalancer'"]),
    (["backend.port=80"], ["'/backend/port'", "want 1,024"]),
    (["backend.image.digest=sha256:abc"], ["'/backend/image/digest'"]),
    (["backend.image.repository=Not Valid"], ["'/backend/image/repository'"]),
    (["backend.image.pullPolicy=Sometimes"], ["'/backend/image/pullPolicy'"]),
    (["backend.image.repository=null"], ["'/backend/image'", "missing property 'repository'"]),
    (["database.image.tag="], ["'/database/image/tag'"]),
    (["backend.config.logLevel=loud"], ["'/backend/config/logLevel'"]),
    (["backend.config.maxConversationHistory=0"], ["'/backend/config/maxConversationHistory'", "want 1"]),
    (["backend.config.llmBaseUrl=ollama:11434"], ["'/backend/config/llmBaseUrl'"]),
    (["secrets.betterAuthSecret=short"], ["'/secrets/betterAuthSecret'", "{32,}"]),
    (["secrets.databaseUrl=mysql://h/d"], ["'/secrets/databaseUrl'", "postgres"]),
    (["ingress.host=not_a_host"], ["'/ingress/host'"]),
    (["ingress.bodySize=10 MB"], ["'/ingress/bodySize'"]),
    (["kagent.autonomy.level=wild"], ["'/kagent/autonomy/level'", "'supervised'"]),
    (["database.persistence.retention.whenDeleted=Keep"], ["whenDeleted'", "'Retain', 'Delete'"]),
    (["database.user=Robert'); DROP TABLE"], ["'/database/user'"]),
    (["fullnameOverride=Not-Valid"], ["'/fullnameOverride'"]),
    (["frontend=null"], ["missing property 'frontend'"]),
    (["networkPolicy.internet.except={nonsense}"], ["'/networkPolicy/internet/except/0'"]),
]

BY_RULE = [
    (
        ["secrets.existingSecret=a", "secrets.create=true"],
        ["secrets.existingSecret, secrets.create", "secrets.create=false"],
    ),
    (["secrets.create=false"], ["secrets.create: false", "set secrets.existingSecret"]),
    (
        ["backend.autoscaling.enabled=true", "backend.replicas=3"],
        ["backend.replicas, backend.autoscaling.enabled", "leave backend.replicas empty"],
    ),
    (["frontend.autoscaling.enabled=true", "frontend.replicas=2"], ["frontend.replicas, frontend.autoscaling.enabled"]),
    (
        ["backend.autoscaling.enabled=true", "backend.autoscaling.minReplicas=9", "backend.autoscaling.maxReplicas=3"],
        ["backend.autoscaling.minReplicas: 9", "maxReplicas, 3"],
    ),
    (["frontend.service.nodePort=30080"], ["frontend.service.nodePort", "frontend.service.type=NodePort"]),
    (["database.enabled=false"], ["secrets.databaseUrl: empty", "postgresql://user:password@host/name"]),
    (["secrets.databaseUrl=postgresql://u:p@h/d"], ["secrets.databaseUrl, database.enabled", "database.enabled=false"]),
    (
        ["secrets.existingSecret=a", "secrets.betterAuthSecret=Zq7mT2vXw9KpL4sRb8NcYdF3gHjU6eAk"],
        ["secrets.betterAuthSecret", 'into the Secret "a"'],
    ),
    (["secrets.existingSecret=a", "secrets.modelKeys.GROQ_API_KEY=x"], ["secrets.modelKeys.GROQ_API_KEY"]),
    (["frontend.enabled=false", "backend.enabled=false", "database.enabled=false"], ["set at least one to true"]),
    (["backend.enabled=false"], ["frontend.backendUrl: empty", "http://taskora-backend:8000"]),
    (
        ["backend.preStopSeconds=40"],
        ["backend.preStopSeconds, backend.drainSeconds: together 46", "terminationGracePeriodSeconds, 45"],
    ),
    (["gateway.enabled=true"], ["gateway.parentRefs: empty"]),
    (["backend.extraConfig.OPENAI_API_KEY=x"], ["backend.extraConfig.OPENAI_API_KEY", "secretKeyRef"]),
    (["backend.extraConfig.DATABASE_URL=x"], ["backend.extraConfig.DATABASE_URL"]),
    (["frontend.extraConfig.SESSION_SECRET=x"], ["frontend.extraConfig.SESSION_SECRET"]),
    (["frontend.fullnameOverride=same", "backend.fullnameOverride=same"], ['"same" is also the name of the frontend']),
    (["backend.service.name=taskora-database"], ['"taskora-database" is also the name of the backend']),
    (
        [
            "frontend.service.type=NodePort",
            "backend.service.type=NodePort",
            "frontend.service.nodePort=30001",
            "backend.service.nodePort=30001",
        ],
        ["backend.service.nodePort: 30001"],
    ),
    (["backend.config.llmBaseUrl=http://ollama:11434/v1"], ["backend.config.llmModel: empty"]),
    (["secrets.modelKeys.LLM_API_KEY=x"], ["backend.config.llmBaseUrl: empty"]),
]


@pytest.mark.parametrize(("settings", "parts"), BY_SCHEMA, ids=[case[0][0] for case in BY_SCHEMA])
def test_wrong_shape(refuse: Any, settings: list[str], parts: list[str]) -> None:
    message = refuse(*settings)
    assert all(part in message for part in parts), message


@pytest.mark.parametrize(("settings", "parts"), BY_RULE, ids=[" ".join(case[0]) for case in BY_RULE])
def test_contradiction(refuse: Any, settings: list[str], parts: list[str]) -> None:
    message = refuse(*settings)
    assert all(part in message for part in parts), message
    assert "Fix: " in message


def test_a_number_as_the_value_of_a_variable(refuse: Any) -> None:
    # --set makes a number of 1, and the cluster would refuse it half way through an upgrade.
    message = refuse(values={"backend": {"extraEnv": [{"name": "A", "value": 1}]}})
    assert "at '/backend/extraEnv/0/value': got number, want string" in message


@pytest.mark.parametrize("part", ["frontend", "backend", "database"])
@pytest.mark.parametrize("name", ["DB_PASSWORD", "A_TOKEN", "SECRET", "OPENAI_API_KEY", "github_token"])
def test_a_secret_as_a_literal(refuse: Any, part: str, name: str) -> None:
    message = refuse(values={part: {"extraEnv": [{"name": "FINE", "value": "x"}, {"name": name, "value": "x"}]}})
    assert f"{part}.extraEnv[1].value: {name} looks like a secret" in message
    assert "Fix: use valueFrom.secretKeyRef" in message


def test_all_contradictions_are_told_at_once(refuse: Any) -> None:
    message = refuse("secrets.create=false", "gateway.enabled=true", "frontend.service.nodePort=30080")
    assert message.count("Fix: ") == 3


@pytest.mark.parametrize(
    "settings",
    [
        ["backend.autoscaling.enabled=true"],
        ["backend.autoscaling.enabled=true", "backend.replicas=null"],
        ["backend.replicas=1"],
        ["backend.replicas=10"],
        ["frontend.service.type=NodePort", "frontend.service.nodePort=30080"],
        ["secrets.existingSecret=a"],
        ["backend.enabled=false", "database.enabled=false", "frontend.backendUrl=http://b:1"],
        ["frontend.extraConfig.NODE_OPTIONS=x"],
        ["backend.extraConfig.TOKENIZERS_PARALLELISM=false"],
        ["backend.config.llmBaseUrl=http://ollama:11434/v1", "backend.config.llmModel=m"],
        ["secrets.modelKeys.LLM_API_KEY=x", "secrets.modelKeys.OPENAI_API_KEY=y"],
        ["global.imageRegistry=x"],
    ],
    ids=" ".join,
)
def test_neighbours_that_are_right(render: Any, settings: list[str]) -> None:
    assert render(None, *settings).objects


def test_a_literal_that_comes_from_a_secret_is_fine(render: Any) -> None:
    reference = {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
    manifests = render({"backend": {"extraEnv": [reference]}})
    container = manifests.part("Deployment", "backend")["spec"]["template"]["spec"]["containers"][0]
    assert reference in container["env"]
