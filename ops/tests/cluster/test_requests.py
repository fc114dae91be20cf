"""What goes over the wire: dry runs that can't have an effect, versions that the server compares, answers mapped to
typed errors, questions repeated and effects not."""

import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest

from kora.cluster import credentials
from kora.cluster.client import KubernetesReader, connect
from kora.cluster.connection import ATTEMPTS, Connection
from kora.cluster.credentials import Credentials
from kora.cluster.errors import (
    ClusterBusy,
    ClusterForbidden,
    ClusterNotConfigured,
    ClusterRefused,
    ClusterUnauthorized,
    ClusterUnreachable,
    ObjectMissing,
    ObjectMoved,
    VersionGone,
)
from kora.cluster.writer import KubernetesWriter
from kora.domain.plans import Action, Apply, Delete, Patch, Restart, Scale
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import KoraError
from kora.testing.manifests import config_map, ref

DEPLOYMENT = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1}}
Answering = Callable[[httpx.Request], httpx.Response]


def discovery(request: httpx.Request) -> httpx.Response | None:
    """The old, unaggregated discovery."""
    resources = {
        "/api/v1": [{"name": "configmaps", "kind": "ConfigMap", "namespaced": True, "verbs": ["list"]}],
        "/apis/apps/v1": [{"name": "deployments", "kind": "Deployment", "namespaced": True, "verbs": ["list"]}],
    }
    path = request.url.path
    if path == "/api":
        return httpx.Response(200, json={"kind": "APIVersions", "versions": ["v1"]})
    if path == "/apis":
        versions = [{"groupVersion": "apps/v1", "version": "v1"}]
        return httpx.Response(200, json={"kind": "APIGroupList", "groups": [{"name": "apps", "versions": versions}]})
    if path in resources and request.method == "GET":
        return httpx.Response(200, json={"kind": "APIResourceList", "resources": resources[path]})
    return None


def reader_of(
    answer: Answering, seen: list[httpx.Request] | None = None, logins: list[int] | None = None
) -> KubernetesReader:
    def handle(request: httpx.Request) -> httpx.Response:
        if (found := discovery(request)) is not None:
            return found
        if seen is not None:
            seen.append(request)
        return answer(request)

    def renew() -> Credentials:
        if logins is not None:
            logins.append(1)
        token = f"token-{len(logins or ())}"
        return Credentials("https://cluster.test", "lab", "default", True, token, None, None)

    return KubernetesReader(Connection(renew, transport=httpx.MockTransport(handle)))


def status(code: int, message: str = "no") -> Answering:
    return lambda request: httpx.Response(code, json={"kind": "Status", "message": message, "code": code})


WEB, SETTINGS = ref("Deployment", "web"), ref("ConfigMap", "settings")


@pytest.mark.parametrize(
    "action",
    [
        Apply(manifest=config_map("settings", {})),
        Patch(target=WEB, patch={"metadata": {}}),
        Scale(target=WEB, replicas=2),
        Restart(target=WEB),
        Delete(target=WEB),
    ],
    ids=lambda action: action.action,
)
def test_every_preview_asks_for_a_dry_run_where_the_server_reads_it(action: Action) -> None:
    seen: list[httpx.Request] = []
    reader_of(lambda request: httpx.Response(200, json=DEPLOYMENT), seen).preview(action)
    writes = [request for request in seen if request.method != "GET"]
    assert len(writes) == 1
    assert writes[0].url.params["dryRun"] == "All"
    if writes[0].method == "DELETE":
        assert json.loads(writes[0].content)["dryRun"] == ["All"]  # with a body, the query is not looked at


def test_versions_travel_in_the_request() -> None:
    seen: list[httpx.Request] = []
    writer = KubernetesWriter(reader_of(lambda request: httpx.Response(200, json=DEPLOYMENT), seen))
    writer.apply(config_map("settings", {}), expected="7")
    writer.patch(WEB, {"metadata": {"labels": {"a": "b"}}}, expected="7")
    writer.scale(WEB, 2, expected="7")
    writer.delete(WEB, expected="7")
    bodies = [json.loads(request.content) for request in seen if request.method != "GET"]
    assert [body.get("metadata", {}).get("resourceVersion") for body in bodies[:3]] == ["7"] * 3
    assert bodies[1]["metadata"]["labels"] == {"a": "b"}
    assert bodies[3]["preconditions"] == {"resourceVersion": "7"}
    assert all(request.url.params["fieldManager"] == "kora" for request in seen if request.method == "PATCH")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, ClusterRefused),
        (401, ClusterUnauthorized),
        (403, ClusterForbidden),
        (404, ObjectMissing),
        (409, ObjectMoved),
        (422, ClusterRefused),
        (429, ClusterBusy),
        (500, ClusterBusy),
        (503, ClusterBusy),
    ],
)
def test_answers_become_typed_errors_with_the_servers_own_words(code: int, kind: type[KoraError]) -> None:
    with use_clock(VirtualClock()), pytest.raises(kind) as caught:
        KubernetesWriter(reader_of(status(code, "the reason"))).patch(WEB, {})
    assert "the reason" in caught.value.message


def test_questions_are_repeated_and_effects_are_not() -> None:
    asked: list[httpx.Request] = []
    reader = reader_of(status(500), asked)
    with use_clock(VirtualClock()):
        with pytest.raises(ClusterBusy):
            reader.get(WEB)
        assert len(asked) == ATTEMPTS
        asked.clear()
        with pytest.raises(ClusterBusy):
            KubernetesWriter(reader).patch(WEB, {})
        assert len(asked) == 1


def test_a_connection_that_breaks_during_an_effect_says_that_it_may_have_happened() -> None:
    asked: list[httpx.Request] = []

    def break_off(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with use_clock(VirtualClock()), pytest.raises(ClusterUnreachable) as caught:
        KubernetesWriter(reader_of(break_off, asked)).patch(WEB, {})
    assert "not known" in caught.value.message
    assert len(asked) == 1


def test_old_credentials_are_renewed_once() -> None:
    logins: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["Authorization"] == "Bearer token-1":
            return httpx.Response(401, json={"kind": "Status", "message": "Unauthorized"})
        return httpx.Response(200, json=DEPLOYMENT)

    reader = reader_of(answer, logins=logins)
    assert reader.get(WEB) == DEPLOYMENT
    assert len(logins) == 2


def test_a_list_goes_on_page_by_page_and_starts_again_when_a_page_is_gone() -> None:
    gone: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        token = request.url.params.get("continue")
        if token is None:
            return httpx.Response(200, json={"metadata": {"continue": "2"}, "items": [{"metadata": {"name": "a"}}]})
        if not gone:
            gone.append(1)
            return httpx.Response(410, json={"kind": "Status", "message": "expired"})
        return httpx.Response(200, json={"metadata": {}, "items": [{"metadata": {"name": "b"}}]})

    found = reader_of(answer).list("v1", "ConfigMap", "shop")
    assert [(each["kind"], each["metadata"]["name"]) for each in found] == [("ConfigMap", "a"), ("ConfigMap", "b")]


def pages(*names: str) -> Answering:
    """A list of one object a page."""

    def answer(request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("continue") or 0)
        metadata = {"resourceVersion": "7"} | ({"continue": str(at + 1)} if at + 1 < len(names) else {})
        return httpx.Response(200, json={"metadata": metadata, "items": [{"metadata": {"name": names[at]}}]})

    return answer


def test_a_slow_list_asks_for_a_page_only_when_the_one_before_is_used_up() -> None:
    seen: list[httpx.Request] = []
    items, version = reader_of(pages("a", "b", "c"), seen).list_slowly("v1", "ConfigMap", "shop", labels="x=y")
    assert (version, len(seen)) == ("7", 1)
    assert next(items) == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    assert len(seen) == 1
    assert [each["metadata"]["name"] for each in items] == ["b", "c"]
    assert [each.url.params.get("continue") for each in seen] == [None, "1", "2"]
    assert {(each.url.params["labelSelector"], each.url.params["limit"]) for each in seen} == {("x=y", "100")}


def test_a_slow_list_whose_page_is_gone_says_so_to_whoever_takes_it() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "continue" in request.url.params:
            return httpx.Response(410, json={"kind": "Status", "message": "expired"})
        return pages("a", "b")(request)

    items, _ = reader_of(answer).list_slowly("v1", "ConfigMap", "shop")
    next(items)
    with pytest.raises(VersionGone):
        next(items)


def test_a_kind_that_is_not_served_has_no_version() -> None:
    items, version = reader_of(pages("a")).list_slowly("example.com/v1", "Thing", None)
    assert (list(items), version) == ([], None)


def test_a_pod_finds_its_own_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = tmp_path / "serviceaccount"
    account.mkdir()
    monkeypatch.setattr(credentials, "SERVICE_ACCOUNT", account)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "6443")
    with pytest.raises(ClusterNotConfigured, match=r"service account in .* cannot be used") as caught:
        credentials.load()
    assert caught.value.fix
    (account / "ca.crt").write_bytes(Path(certifi.where()).read_bytes())
    (account / "token").write_text("first\n")
    (account / "namespace").write_text("kora-system")
    found = credentials.load()
    assert (found.server, found.token, found.namespace) == ("https://[fd00::1]:6443", "first", "kora-system")
    assert isinstance(found.tls, ssl.SSLContext)
    assert (found.tls.verify_mode, found.tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    (account / "token").write_text("second")
    assert credentials.load().token == "second"


def test_a_watch_lists_again_after_410_and_tells_what_went_meanwhile() -> None:
    lists: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if "watch" not in request.url.params:
            lists.append(1)
            names = ["a", "b"] if len(lists) == 1 else ["b"]
            items = [{"metadata": {"name": name, "resourceVersion": "1"}} for name in names]
            return httpx.Response(200, json={"metadata": {"resourceVersion": "1"}, "items": items})
        if len(lists) == 1:
            gone = {"type": "ERROR", "object": {"kind": "Status", "code": 410, "message": "too old"}}
            return httpx.Response(200, text=json.dumps(gone) + "\n")
        changed = {"type": "MODIFIED", "object": {"metadata": {"name": "b", "resourceVersion": "2"}}}
        return httpx.Response(200, text=json.dumps(changed) + "\n")

    events = reader_of(answer).watch("v1", "ConfigMap", "shop", seconds=30)
    seen = [(event.type, event.object["metadata"]["name"]) for event, _ in zip(events, range(5), strict=False)]
    assert seen == [("ADDED", "a"), ("ADDED", "b"), ("DELETED", "a"), ("ADDED", "b"), ("MODIFIED", "b")]


def test_without_a_kubeconfig_the_next_step_is_said(tmp_path: Any) -> None:
    with pytest.raises(ClusterNotConfigured) as caught:
        connect(tmp_path / "none").version()
    assert str(tmp_path / "none") in caught.value.message
    assert caught.value.fix


def test_a_broken_kubeconfig_is_named(tmp_path: Any) -> None:
    file = tmp_path / "config"
    file.write_text("apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n")
    with pytest.raises(ClusterNotConfigured) as caught:
        connect(file).version()
    assert str(file) in caught.value.message


def test_nobody_listening_asks_whether_the_cluster_runs(tmp_path: Any) -> None:
    file = tmp_path / "config"
    file.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: lab\n"
        "clusters: [{name: lab, cluster: {server: 'http://127.0.0.1:9'}}]\n"
        "contexts: [{name: lab, context: {cluster: lab, user: me}}]\n"
        "users: [{name: me, user: {}}]\n"
    )
    with pytest.raises(ClusterUnreachable) as caught:
        connect(file).version()
    assert "Is it running?" in caught.value.message
    assert "lab" in (caught.value.fix or "")


def test_who_is_asked_for_is_named_in_every_request() -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"gitVersion": "v1"})

    def renew() -> Credentials:
        return Credentials("http://api", "c", "default", False, "t", None, None)

    transport = httpx.MockTransport(handle)
    KubernetesReader(Connection(renew, transport=transport, impersonate="system:serviceaccount:a:b")).version()
    KubernetesReader(Connection(renew, transport=transport)).version()
    assert [each.headers.get("Impersonate-User") for each in seen] == ["system:serviceaccount:a:b", None]
