"""`kora mcp`, `kora console`, `kora operator` and `kora adapters`: what they refuse before they serve, and what
they say."""

import io
import json
import socket
import sys
from pathlib import Path

import pytest
import uvicorn

from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map

from .conftest import Kora


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The applications that would have been served; serving ends at once."""
    seen: list[object] = []
    monkeypatch.setattr(uvicorn, "run", lambda application, **_: seen.append(application))
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, **_: seen.append(self.config.app))
    return seen


@pytest.mark.parametrize("words", [("mcp", "--http"), ("console",)])
def test_nothing_listens_to_other_machines_unless_its_names_are_said(
    kora: Kora, cluster: FakeCluster, served: list[object], words: tuple[str, ...]
) -> None:
    told = kora(*words, "--host", "0.0.0.0")
    assert (told.code, "--allow-host" in told.err) == (2, True)
    assert served == []
    assert kora(*words, "--port", 70000).code == 2
    assert kora(*words, "--port", 0, "--host", "0.0.0.0", "--allow-host", "kora.example").code == 0
    assert len(served) == 1


def test_the_console_prints_a_link_whose_token_no_server_sees(
    kora: Kora, cluster: FakeCluster, served: list[object]
) -> None:
    told = kora("console", "--port", 0, "--no-browser")
    assert (told.code, told.out) == (0, "")
    assert "/login#" in told.err
    assert "?" not in told.err.split("http", 1)[1]


def test_a_port_that_is_taken_is_told_with_the_way_out(kora: Kora, cluster: FakeCluster, served: list[object]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = kora("console", "--port", taken.getsockname()[1])
    assert (told.code, "Next: kora console --port 0" in told.err) == (69, True)
    assert served == []


def test_mcp_over_standard_input_answers_and_ends_with_it(
    kora: Kora, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    sent = io.TextIOWrapper(io.BytesIO(json.dumps(call).encode() + b"\n"), encoding="utf-8")
    got = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    monkeypatch.setattr(sys, "stdin", sent)
    monkeypatch.setattr(sys, "stdout", got)
    assert kora("mcp").code == 0
    answer = json.loads(got.buffer.getvalue().splitlines()[0])  # type: ignore[attr-defined]
    assert answer["result"]["serverInfo"]["name"]


def test_the_token_of_http_stays_in_a_file_for_its_owner(
    kora: Kora, cluster: FakeCluster, served: list[object], state: Path
) -> None:
    told = kora("mcp", "--http", "--port", 0)
    assert told.code == 0
    (file,) = (each for each in state.iterdir() if "token" in each.name)
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().strip() not in told.out + told.err


def test_the_operator_refuses_what_it_does_not_know(kora: Kora) -> None:
    told = kora("operator", "--log-level", "loud")
    assert (told.code, "debug, info, warning, error" in told.err) == (2, True)
    assert kora("operator", "--autonomy", "mighty").code == 2
    told = kora("operator")
    assert (told.code, "There is no kubeconfig" in told.err) == (78, True)


def test_adapters_are_told_truthfully(kora: Kora, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    told = kora("adapters", "--json")
    assert told.code == 0
    assert told.json["model"] == {
        "configured": False,
        "text": "none; rules alone read prompts (KORA_LLM_BASE_URL is not set)",
    }
    assert "kubectl-ai" in json.dumps(told.json)
    told = kora("adapters", "propose", "scale web", "--yes", "--json")
    assert (told.code, "Next" in told.err or "error" in told.json) == (69, True)


def test_a_second_opinion_is_laid_beside_ours_and_carried_out_by_nobody(
    kora: Kora, cluster: FakeCluster, tmp_path: Path
) -> None:
    cluster.add(config_map("other", {"a": "b"}))
    said = {"provider": "", "errors": None, "status": "ProblemDetected", "problems": 1, "results": [
        {"kind": "Pod", "name": "shop/web-0", "error": [{"Text": "the last termination reason is OOMKilled"}]},
    ]}  # fmt: skip
    file = tmp_path / "k8sgpt.json"
    file.write_text(json.dumps(said))
    told = kora("adapters", "compare", "--k8sgpt", file, "-n", "shop", "--json")
    assert told.code == 0, told
    assert "web-0" in json.dumps(told.json)
    assert cluster.requests == []
    file.write_text("not json")
    assert kora("adapters", "compare", "--k8sgpt", file).code == 2
