"""From nothing to a working Taskora in one command: pods ready in time, and the same walk through every way in."""

import functools
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cluster.application import forwarded, walk
from cluster.programs import Release, eventually, is_ready, run
from cluster.releases import NewNamespace, Report, default_release
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
READY_SECONDS = 120
PARTS = ("frontend", "backend", "database")


@pytest.fixture(scope="module")
def taskora(new_namespace: NewNamespace, report: Report) -> Release:
    """Not even the namespace is waited for here: from the command to the last ready pod, as a person sees it."""
    release = default_release(new_namespace("install", "pod-security.kubernetes.io/enforce=restricted"))
    begun = time.monotonic()
    release.install(wait=False)

    def all_ready() -> bool:
        pods = [pod for part in PARTS for pod in release.namespace.pods(part)]
        return len(pods) == 6 and all(is_ready(pod) for pod in pods)

    eventually(all_ready, READY_SECONDS, "six ready pods: 2 frontend, 3 backend, 1 database")
    report("helm install, command to six ready pods", f"{time.monotonic() - begun:.1f} s")
    return release


def test_pods_are_ready_in_time_and_never_restarted(taskora: Release, report: Report) -> None:
    for part in PARTS:
        waits = []
        for pod in taskora.namespace.pods(part):
            (container,) = pod["status"]["containerStatuses"]
            assert container["restartCount"] == 0
            started = datetime.fromisoformat(container["state"]["running"]["startedAt"])
            (ready,) = [c for c in pod["status"]["conditions"] if c["type"] == "Ready"]
            waits.append((datetime.fromisoformat(ready["lastTransitionTime"]) - started).total_seconds())
        report(f"{part}, start of the container to ready", f"{max(waits):.0f} s")
        assert max(waits) <= READY_SECONDS


def test_a_newcomer_succeeds_through_the_node_port(node_port: str) -> None:
    walk(node_port)


def test_a_newcomer_succeeds_through_the_ingress_host(ingress_address: str, ingress_host: str) -> None:
    walk(ingress_address, ingress_host)


def test_a_newcomer_succeeds_through_a_port_forward_to_the_service(taskora: Release) -> None:
    with forwarded(taskora.namespace, "service/taskora-frontend", 3000) as address:
        walk(address)


def test_the_ingress_knows_no_other_host(ingress_address: str) -> None:
    with pytest.raises(AssertionError):
        walk(ingress_address, "elsewhere.example.org")


def test_helm_test_walks_from_the_page_to_the_database(taskora: Release) -> None:
    assert "Succeeded" in taskora.test()


NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def new_page() -> Iterator[NewPage]:
    """Pages of a Chromium that resolves names as it is told, or a skip."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine: install it (Debian: apt install chromium) to walk with a browser")
    with sync_playwright() as playwright:
        running = []

        def make(resolve: str = "") -> Page:
            flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            flags += [f"--host-resolver-rules={resolve}"] if resolve else []
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
            running.append(browser)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(20_000)
            return page

        yield make
        for browser in running:
            browser.close()


def browse(page: Page, address: str, email: str, picture: Path) -> None:
    """Sign up, type a task, tell the assistant another; both are in the list and, after a reload, stored."""
    page.goto(f"{address}/signup")
    page.get_by_label("Name").fill("Sam Rivers")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill("correct horse battery 9")
    page.get_by_role("button", name="Create account").click()
    page.wait_for_url("**/inbox")
    page.get_by_text("Your Inbox is empty").wait_for()
    field = page.locator("textarea").and_(page.get_by_label("Add a task"))
    field.fill("Water the plants")
    with page.expect_response(lambda r: r.url.endswith("/tasks") and r.request.method == "POST") as stored:
        field.press("Enter")
    assert stored.value.status == 201
    assistant = page.get_by_label("Message to the assistant")
    assistant.fill("add buy oat milk")
    assistant.press("Enter")
    row = functools.partial(page.locator("li[data-task-id]").filter, has_text="oat milk")
    expect(row()).to_have_count(1)
    page.reload()
    expect(row()).to_have_count(1)
    expect(page.locator("li[data-task-id]")).to_have_count(2)
    page.screenshot(path=picture)


def test_a_browser_succeeds_on_the_node_port(node_port: str, new_page: NewPage, tmp_path: Path) -> None:
    browse(new_page(), node_port, "node-port@example.com", tmp_path / "node-port.png")


def test_a_browser_succeeds_on_the_ingress_host(
    ingress_address: str, ingress_host: str, new_page: NewPage, tmp_path: Path
) -> None:
    address = ingress_address.removeprefix("http://")
    page = new_page(f"MAP {ingress_host} {address}")
    browse(page, f"http://{ingress_host}", "ingress@example.com", tmp_path / "ingress.png")


def test_usage_is_small_and_what_is_reserved_fits_four_cpus_and_eight_gigabytes(
    taskora: Release, report: Report
) -> None:
    """Requests and limits of all pods together; what the metrics API tells, where there is one."""
    total = {"requests": [0.0, 0.0], "limits": [0.0, 0.0]}
    for part in PARTS:
        for pod in taskora.namespace.pods(part):
            for container in pod["spec"]["containers"]:
                for kind, sums in total.items():
                    sums[0] += cpus(container["resources"][kind]["cpu"])
                    sums[1] += mebibytes(container["resources"][kind]["memory"])
    for kind, (cpu, memory) in total.items():
        report(f"all {kind}", f"{cpu:.2f} CPU, {memory:.0f} MiB")
    assert total["limits"][0] <= 4
    assert total["limits"][1] <= 8 * 1024
    if "metrics.k8s.io" not in run("kubectl", "api-versions"):
        return
    usage = eventually(
        lambda: taskora.namespace.kubectl("top", "pod", "--containers", "--no-headers"), 90, "figures of kubectl top"
    )
    report("kubectl top pod --containers", "\n" + usage)


def cpus(quantity: str) -> float:
    return float(quantity.removesuffix("m")) / 1000 if quantity.endswith("m") else float(quantity)


def mebibytes(quantity: str) -> float:
    units = {"Mi": 1.0, "Gi": 1024.0}
    return float(quantity[:-2]) * units[quantity[-2:]]
