"""Kora's console in a real Chromium: axe on every page, light and dark, phone and desktop; approving by mouse and by
keyboard; hostile names stay text. `KORA_PICTURES=FOLDER` keeps a picture of every page.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from kora.audit import AuditEntry, AuditLog
from kora.cluster.port import ResourceKind
from kora.console.desk import Desk
from kora.console.endpoints import make_app
from kora.console.sessions import Session, Sessions
from kora.domain.actors import Actor, Surface
from kora.domain.objects import Manifest
from kora.domain.risk import Risk
from kora.operations.plans.store import PlanStore
from kora.testing.cluster import Failure, FakeCluster
from kora.testing.manifests import daemon_set, deployment, stateful_set
from kora.tools.context import Context
from kora.tools.invoker import Invoker

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
expect.set_options(timeout=20_000)
METRICS = ResourceKind(api_version="metrics.k8s.io/v1beta1", kind="PodMetrics", plural="pods", namespaced=True)


@dataclass
class Console:
    """A running console and the cluster behind it."""

    url: str
    sessions: Sessions
    cluster: FakeCluster
    home: Path
    context: Context

    def plan(self, name: str, replicas: int, reason: str = HOSTILE) -> str:
        arguments = {"kind": "deploy", "name": name, "namespace": "shop", "replicas": replicas, "reason": reason}
        invoker = Invoker(self.context, open_writer=self.cluster.open_writer)
        return str(invoker.call("workload.scale", arguments).plan_id)

    def state(self, plan_id: str) -> str:
        return PlanStore(self.home).load(plan_id).state.value


def sized(manifest: Manifest, cpu: str, memory: str) -> Manifest:
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
    return manifest


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    cluster = FakeCluster(context="shop-cluster", ready_seconds=0.2)
    cluster.fail_image("payments:2.1", Failure("ImagePullBackOff"))
    for manifest in (
        sized(deployment("web", "web:1.4", replicas=3), "200m", "256Mi"),
        sized(deployment("orders", "orders:7", replicas=2), "500m", "512Mi"),
        sized(stateful_set("database", "postgres:17"), "250m", "1Gi"),
        deployment("payments", "payments:2.1", replicas=2),
        daemon_set("collector", "collector:3", namespace="kube-system"),
    ):
        cluster.add(manifest)
    for _ in range(20):
        time.sleep(0.1)
        cluster.list("v1", "Pod")
    cluster.serve(METRICS)
    for number, pod in enumerate(cluster.list("v1", "Pod", "shop")):
        usage = {"cpu": f"{60 + 70 * (number % 4)}m", "memory": f"{90 + 55 * (number % 5)}Mi"}
        name = pod["metadata"]["name"]
        metrics = {"apiVersion": METRICS.api_version, "kind": "PodMetrics", "metadata": {"name": name}}
        metrics["metadata"]["namespace"] = "shop"
        cluster.add(metrics | {"containers": [{"name": "main", "usage": usage}]})
    log = AuditLog(tmp_path / "audit", durable=False)
    context = Context(Actor(name="eva", surface=Surface.CLI), cluster, log, tmp_path)
    sessions = Sessions()
    desk = Desk(context, log, make_invoker=lambda each: Invoker(each, open_writer=cluster.open_writer))
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(make_app(desk, sessions), log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield Console(f"http://localhost:{listening.getsockname()[1]}", sessions, cluster, tmp_path, context)
    server.should_exit = True
    thread.join(10)


class OneToken(Sessions):
    """Sessions for whoever has the one Kubernetes token, as the operator's console gives them."""

    refusal = "The cluster does not know this token."
    page = "login_token.html"

    def enter(self, token: str) -> tuple[str, Session] | None:
        return self.begin("ana", timedelta(hours=1)) if token == "the-token" else None


@pytest.fixture
def token_console(console: Console) -> Iterator[str]:
    log = console.context.audit
    assert isinstance(log, AuditLog)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        make_app(Desk(console.context, log), OneToken(), cookie="other"), log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://localhost:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def enter(browser: Browser, console: Console, **options: object) -> Page:
    page = browser.new_context(**{"bypass_csp": True, **options}).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    page.goto(f"{console.url}/login#{console.sessions.new_link('eva')}")
    expect(page.get_by_role("heading", name="Health")).to_be_visible()
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing(browser: Browser, console: Console, size: str, theme: str) -> None:
    if not AXE.exists():
        pytest.skip("axe is not installed: run `make setup`")
    plan_id = console.plan("web", 5, "Twice the visitors are expected on Friday.")
    console.plan("orders", 0)
    console.context.audit.append(
        AuditEntry(actor=console.context.actor, tool=HOSTILE, risk=Risk.READ, phase="note", result=HOSTILE)
    )
    width, height = SIZES[size]
    page = enter(browser, console, viewport={"width": width, "height": height}, color_scheme=theme)
    problems = {}
    pages = [("health", "Health"), ("findings", "Findings"), ("plans", "Plans"), (f"plans/{plan_id}", "Scale")]
    for place, title in [*pages, ("usage", "Resources"), ("audit", "Audit")]:
        page.goto(f"{console.url}/#{place}")
        expect(page.get_by_role("heading", level=1).filter(has_text=title)).to_be_visible()
        page.wait_for_timeout(400)
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found or wide > 0:
            problems[place] = [found, wide]
        if folder := os.environ.get("KORA_PICTURES"):
            page.screenshot(path=f"{folder}/{place.partition('/plan')[0]}{len(place) > 12}-{size}-{theme}.png")
        assert "owned" not in page.title()
        assert page.locator("main img").count() == 0
    assert problems == {}
    page.context.close()


def test_approve_by_mouse_and_reject_by_keyboard(browser: Browser, console: Console) -> None:
    yes, no = console.plan("web", 5), console.plan("orders", 3)
    page = enter(browser, console, bypass_csp=False)
    page.get_by_role("link", name="Plans").first.click()
    page.get_by_role("link", name="Scale deployment/web").click()
    expect(page.locator(".lines .added")).to_contain_text("replicas: 5")
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    page.get_by_role("button", name="Approve…").click()
    expect(page.get_by_role("dialog")).to_contain_text(PlanStore(console.home).load(yes).hash)
    page.get_by_role("button", name="Approve (write)").click()
    expect(page.get_by_text("Approved by eva through the console")).to_be_visible()
    expect(page.locator(".head .pill", has_text="done")).to_be_visible(timeout=40_000)
    page.goto(f"{console.url}/#plans/{no}")
    expect(page.get_by_role("heading", name="Scale deployment/orders")).to_be_visible()
    page.keyboard.press("x")
    page.get_by_label("Reason").fill("not today")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rejected by eva: not today")).to_be_visible()
    assert (console.state(yes), console.state(no)) == ("done", "rejected")
    page.keyboard.press("5")
    expect(page.locator(".timeline strong", has_text="plans.reject")).to_be_visible()
    expect(page.get_by_text("The chain is intact.")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_token_opens_the_door_and_axe_finds_nothing_there(
    browser: Browser, token_console: str, size: str, theme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe is not installed: run `make setup`")
    width, height = SIZES[size]
    page = browser.new_context(
        bypass_csp=True,
        viewport={"width": width, "height": height},
        color_scheme=theme,  # type: ignore[arg-type]
    ).new_page()
    page.goto(token_console)
    expect(page.get_by_label("Token")).to_be_visible()
    assert "shop" not in page.content()
    page.get_by_label("Token").fill("another")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The cluster does not know this token.")).to_be_visible()
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (found, wide) == ([], 0)
    if folder := os.environ.get("KORA_PICTURES"):
        page.screenshot(path=f"{folder}/door-{size}-{theme}.png")
    page.get_by_label("Token").fill("the-token")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Health")).to_be_visible(timeout=20_000)
    page.context.close()


def test_the_log_grows_before_ones_eyes_and_a_broken_chain_is_shown(browser: Browser, console: Console) -> None:
    page = enter(browser, console, bypass_csp=False)
    page.goto(f"{console.url}/#audit")
    expect(page.get_by_role("heading", name="Audit")).to_be_visible()
    console.context.audit.append(
        AuditEntry(actor=console.context.actor, tool="cluster.list", risk=Risk.READ, phase="note", result="seen live")
    )
    expect(page.locator(".timeline", has_text="seen live")).to_be_visible()
    expect(page.get_by_text("The chain is intact.")).to_be_visible()
    file = console.home / "audit" / "audit.jsonl"
    file.write_text(file.read_text().replace("seen live", "never was"))
    expect(page.locator(".chain.bad")).to_be_visible(timeout=20_000)
    page.context.close()


def test_bars_stand_for_use_against_requests_and_a_bound_that_is_not_there_gets_none(
    browser: Browser, console: Console
) -> None:
    page = enter(browser, console, bypass_csp=False)
    page.goto(f"{console.url}/#usage")
    web = page.locator(".card", has=page.get_by_role("heading", name="web"))
    expect(web.get_by_role("img", name="Processor: 600m used, 600m requested, no limit")).to_be_visible()
    expect(web.locator("rect.used")).to_have_count(2)
    unbound = page.locator(".card", has=page.get_by_role("heading", name="payments"))
    expect(unbound.locator("rect.used")).to_have_count(0)
    expect(unbound.get_by_text(", no request").first).to_be_visible()
    page.context.close()
