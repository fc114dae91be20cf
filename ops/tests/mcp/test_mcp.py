"""`kora mcp` with the official client, over both transports: what it lists, what it does, whom it refuses."""

import asyncio
import contextlib
import os
import re
import stat
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.kit.errors import Invalid, Misconfigured
from kora.kit.hosts import host_is_known, origin_is_own, require_bindable
from kora.kit.tokens import token_file
from kora.mcp.http import make_app
from kora.mcp.server import call
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import config_map, deployment, ref, secret
from kora.tools.approving import approve_plan
from kora.tools.context import Context
from kora.tools.invoker import Invoker
from kora.tools.registry import load

TOKEN = "t" * 43
SCALE = {"kind": "deployment", "name": "web", "namespace": "shop", "replicas": 4}
_PROGRAM = """
import sys
from pathlib import Path
from kora.audit import AuditLog
from kora.domain.actors import Actor, Surface
from kora.mcp import stdio
from kora.testing.cluster import FakeCluster
from kora.testing.manifests import deployment
from kora.tools.context import Context
from kora.tools.invoker import Invoker
cluster, home = FakeCluster([deployment("web", "web:1")]), Path(sys.argv[1])
context = Context(Actor(name="ana", surface=Surface.MCP), cluster, AuditLog(home / "audit"), home)
stdio.run(context, folder=home, make_invoker=lambda c: Invoker(c, open_writer=cluster.open_writer))
"""


class Desk:
    """A cluster in memory and the context of a program that works with it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = FakeCluster([deployment("web", "web:1"), config_map("settings", {"password": "hunter22"})])
        self.cluster.add(secret("keys", {"one": "c2VjcmV0LXZhbHVl"}))
        self.context = Context(
            Actor(name="ana", surface=Surface.MCP), self.cluster, AuditLog(home / "audit", durable=False), home
        )

    def make_invoker(self, context: Context) -> Invoker:
        return Invoker(context, open_writer=self.cluster.open_writer)

    def replicas(self) -> int:
        live = self.cluster.get(ref("Deployment", "web"))
        assert live is not None
        return int(live["spec"]["replicas"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
async def address(desk: Desk) -> AsyncIterator[str]:
    app = make_app(desk.context, folder=desk.home, token=TOKEN, make_invoker=desk.make_invoker)
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    server.should_exit = server.force_exit = True
    await asyncio.wait_for(task, timeout=20)


@contextlib.asynccontextmanager
async def over_http(address: str) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        yield client


async def look_and_change(client: Client) -> dict[str, Any]:
    """What every transport must do; gives the answer of the change."""
    listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    registered = {tool.name.replace(".", "_"): tool for tool in load()}
    assert set(listed) == set(registered)
    assert len(registered) == len(list(load()))
    for name, tool in listed.items():
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name)  # what models take
        assert tool.description
        assert tool.input_schema["type"] == "object"
        assert not tool.input_schema.get("additionalProperties", True)
        assert tool.output_schema is not None
        assert tool.output_schema["properties"].keys() >= {"status", "answer", "data", "plan", "error"}
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (registered[name].risk == "read")
        assert not any(word in name for word in ("approve", "reject"))
    for name in ("cluster_list", "cluster.list"):
        found = (await client.call_tool(name, {"kind": "deploy", "namespace": "shop"})).structured_content
        assert (found["status"], found["answer"]) == ("ok", "web")
    change = await client.call_tool("workload_scale", SCALE)
    assert not change.is_error
    answer: dict[str, Any] = change.structured_content
    assert answer["status"] == "approval_required"
    assert answer["plan"]["state"] == "proposed"
    assert "+  replicas: 4" in answer["plan"]["diff"]
    assert answer["plan"]["id"] in answer["error"]["fix"]
    assert answer["plan"]["hash"] in change.content[0].text
    return answer


async def test_stdio(tmp_path: Path) -> None:
    parameters = StdioServerParameters(
        command=sys.executable, args=["-c", _PROGRAM, str(tmp_path)], env={"PATH": os.environ["PATH"]}
    )
    async with Client(stdio_client(parameters)) as client:
        await look_and_change(client)
    records = list(AuditLog(tmp_path / "audit").records())
    assert {(each.actor.name, each.actor.surface) for each in records} == {("ana", "mcp")}


async def test_http_and_the_way_of_a_change(desk: Desk, address: str) -> None:
    async with over_http(address) as client:
        plan_id = (await look_and_change(client))["plan"]["id"]
        early = await client.call_tool("plans.apply", {"plan_id": plan_id})
        assert early.structured_content["status"] == "approval_required"
        assert desk.replicas() == 2
        person = Context(Actor(name="eva", surface=Surface.CLI), desk.cluster, desk.context.audit, desk.home)
        await asyncio.to_thread(approve_plan, person, plan_id)
        shown = await client.call_tool("plans.show", {"plan_id": plan_id})
        assert shown.structured_content["data"]["approver"] == "eva"


async def test_http_refuses_at_the_door(address: str) -> None:
    good = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json, text/event-stream"}
    for headers, status in (
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer nonsense"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
    ):
        async with httpx.AsyncClient() as http:
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
            answer = await http.post(address, json=body, headers=good | headers)
        assert answer.status_code == status, headers
        assert answer.json()["error"]["message"]
        assert "plans.list" not in answer.text


def test_secrets_stay_hidden(desk: Desk) -> None:
    for name, arguments in (
        ("cluster.get", {"kind": "secret", "name": "keys", "namespace": "shop"}),
        ("cluster.list", {"kind": "secrets", "namespace": "shop"}),
        ("cluster.get", {"kind": "cm", "name": "settings", "namespace": "shop"}),
        (
            "object.apply",
            {"manifests": [secret("keys", {"one": "bmV3LXNlY3JldA=="}), config_map("other", {"token": "tok-123456"})]},
        ),
    ):
        answer = call(desk.context, load(), name, arguments, folder=desk.home, make_invoker=desk.make_invoker)
        text = answer.model_dump_json()
        for hidden in ("c2VjcmV0LXZhbHVl", "bmV3LXNlY3JldA==", "hunter22", "secret-value", "tok-123456"):
            assert hidden not in text, name


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("deploy.status", {"kubeconfig": "/tmp/other"}),
        ("deploy.up", {"context": "production"}),
        ("deploy.up", {"load_command": "rm -rf /"}),
        ("deploy.status", {"path": "/etc"}),
        ("image.review", {"path": "../../../etc/passwd"}),
        ("image.review", {"path": "Dockerfile", "context": "/"}),
        ("image.generate", {"folder": "/root"}),
        ("image.generate", {"folder": "a\x00b"}),
        ("deploy.logs", {"follow": True}),
        ("deploy.open", {}),
        ("deploy.open", {"seconds": 1e9}),
        ("deploy.open", {"seconds": "forever"}),
        ("workload.scale", SCALE | {"approver": "root"}),
        ("workload.scale", SCALE | {"actor": {"name": "root", "surface": "cli"}}),
        ("plans.approve", {"plan_id": "plan-1"}),
        ("plans.show", {"plan_id": "../../etc/passwd"}),
        ("no.such.tool", {}),
        ("x" * 10_000, {}),
    ],
)
def test_hostile_arguments_are_refused(desk: Desk, name: str, arguments: dict[str, Any]) -> None:
    answer = call(desk.context, load(), name, arguments, folder=desk.home, make_invoker=desk.make_invoker)
    assert answer.status in ("failed", "denied")
    assert answer.error
    assert answer.error["message"]
    assert desk.cluster.requests == []


def test_links_do_not_lead_out_of_the_folder(desk: Desk) -> None:
    (desk.home / "way-out").symlink_to("/etc")
    answer = call(desk.context, load(), "image.review", {"path": "way-out/hostname"}, folder=desk.home)
    assert answer.status == "denied"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    name=st.sampled_from([tool.name for tool in load() if tool.propose is not None]),
    arguments=st.dictionaries(
        st.sampled_from(["kind", "name", "namespace", "manifests", "patch", "image", "replicas", "plan_id", "x"]), _JSON
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_arguments_ever_change_the_cluster(desk: Desk, name: str, arguments: dict[str, Any]) -> None:
    answer = call(desk.context, load(), name, arguments, folder=desk.home, make_invoker=desk.make_invoker)
    assert answer.status != "ok" or "already" in answer.answer
    assert desk.cluster.requests == []


def test_the_token_file_is_ours_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "mcp-token"
    token = token_file(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token_file(file) == token
    assert len(token) >= 43
    file.chmod(0o644)
    with pytest.raises(Misconfigured, match="Others may read"):
        token_file(file)
    file.unlink()
    file.symlink_to("/etc/hostname")
    with pytest.raises(Misconfigured):
        token_file(file)


@pytest.mark.parametrize(
    ("judge", "good", "bad"),
    [
        (
            host_is_known,
            ["localhost:80", "127.0.0.1:8787", "[::1]:1", "LOCALHOST"],
            [
                "",
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1@evil.example",
                "a:b:c",
                "localhost/x",
                "10.0.0.7",
            ],
        ),
        (
            lambda origin: origin_is_own(origin, "localhost:1"),
            [None, "http://localhost:1", "https://localhost:1"],
            ["null", "http://localhost:2", "http://localhost", "file://localhost:1", "http://evil.example", "", "[x"],
        ),
    ],
)
def test_hosts_and_origins(judge: Callable[[Any], bool], good: list[Any], bad: list[Any]) -> None:
    assert [each for each in good if not judge(each)] == []
    assert [each for each in bad if judge(each)] == []


def test_listening_beyond_this_machine_needs_a_name() -> None:
    require_bindable("127.0.0.1", ())
    require_bindable("0.0.0.0", ("ops.example.com",))
    with pytest.raises(Invalid, match="other machines"):
        require_bindable("0.0.0.0", ())
