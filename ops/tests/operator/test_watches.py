"""Watches and the mirror: one list, then changes alone; a forgotten version is the only reason to list again."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from kora.cluster.errors import ClusterForbidden, ClusterUnreachable, VersionGone
from kora.cluster.port import WatchEvent
from kora.domain.objects import Manifest, ObjectRef
from kora.kit.errors import Denied, KoraError, Retryable
from kora.operations.diagnose.kinds import READ_KINDS
from kora.operations.diagnose.reading import SECRETS
from kora.operator.cached_reader import MemoryReader
from kora.operator.mirror import FEW_EVENTS, Health, Mirror, Stream, own_streams, streams_for
from kora.operator.trimming import trim
from kora.operator.watches import Watches
from kora.testing.cluster import FakeCluster

PODS = Stream(next(each for each in READ_KINDS if each.kind == "Pod"), "shop")
END = object()


def pod(name: str, version: int, **more: Any) -> Manifest:
    metadata = {"name": name, "namespace": "shop", "resourceVersion": str(version)}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {}, "status": {"phase": "Running"}} | more


class Script:
    """A source that says what a test tells it to. asked: every request, as it came."""

    def __init__(self, *items: Manifest, version: str | None = "10") -> None:
        self.items, self.version = list(items), version
        self.asked: list[tuple[str, str | None]] = []
        self.failure: KoraError | None = None
        self.breaks: list[KoraError] = []
        """With which the next lists break off."""
        self.sent: queue.Queue[object] = queue.Queue()

    def list_at(self, _stream: Stream) -> tuple[Iterable[Manifest], str | None]:
        self.asked.append(("list", None))
        if self.failure is not None:
            raise self.failure
        if self.breaks:
            return broken_off(self.breaks.pop(), pod("half", 30)), "30"
        return list(self.items), self.version

    def follow(self, _stream: Stream, version: str, _seconds: float) -> Iterator[WatchEvent]:
        self.asked.append(("watch", version))
        while (said := self.sent.get(timeout=20)) is not END:
            if isinstance(said, KoraError):
                raise said
            assert isinstance(said, WatchEvent)
            yield said

    def send(self, type_: Any, item: Manifest) -> None:
        self.sent.put(WatchEvent(type=type_, object=item))


def broken_off(error: KoraError, *items: Manifest) -> Iterator[Manifest]:
    """A list that ends between two pages."""
    yield from items
    raise error


class Stage:
    """A mirror over a script."""

    def __init__(self, script: Script) -> None:
        self.script, self.changes, self.troubles = script, [], []  # type: ignore[var-annotated]
        self.mirror = Mirror(lambda _stream, item: self.changes.append(item["metadata"]["name"]))
        self.watches = Watches(script, self.mirror, lambda _stream, what: self.troubles.append(what))
        self.watches.want(frozenset({PODS}))

    def names(self) -> list[str]:
        return [each["metadata"]["name"] for each in self.mirror.items(PODS)]

    def health(self) -> Health | None:
        table = self.mirror.table(PODS)
        return None if table is None else table.health

    def until(self, holds: Callable[[], bool]) -> None:
        ends = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < ends, (self.names(), self.health(), self.script.asked)
            threading.Event().wait(0.005)


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(Script(pod("a", 1), pod("b", 2)))
    made.until(lambda: len(made.script.asked) == 2)
    yield made
    made.watches.stop()
    made.script.sent.put(END)


def test_one_list_and_then_changes_alone(stage: Stage) -> None:
    stage.script.send("ADDED", pod("c", 11))
    stage.script.send("DELETED", pod("a", 12))
    stage.script.send("MODIFIED", pod("b", 13, status={"phase": "Failed"}))
    stage.until(lambda: stage.changes[2:] == ["c", "a", "b"])
    assert sorted(stage.changes[:2]) == ["a", "b"]
    assert stage.names() == ["b", "c"]
    assert stage.mirror.items(PODS)[0]["status"] == {"phase": "Failed"}
    assert stage.script.asked == [("list", None), ("watch", "10")]


def test_a_watch_that_ends_goes_on_from_its_bookmark_without_a_list(stage: Stage) -> None:
    seen = list(stage.changes)
    stage.script.send("BOOKMARK", {"metadata": {"resourceVersion": "50"}})
    stage.script.sent.put(END)
    stage.until(lambda: len(stage.script.asked) == 3)
    assert stage.script.asked[2] == ("watch", "50")
    assert stage.changes == seen
    assert stage.names() == ["a", "b"]


def test_a_broken_watch_goes_on_from_the_last_event(stage: Stage) -> None:
    stage.script.send("ADDED", pod("c", 21))
    stage.script.sent.put(ClusterUnreachable("The connection broke."))
    stage.until(lambda: len(stage.script.asked) == 3)
    assert stage.script.asked[2] == ("watch", "21")
    assert stage.names() == ["a", "b", "c"]
    assert stage.watches.restarts == 1
    stage.script.send("DELETED", pod("c", 22))
    stage.until(lambda: stage.names() == ["a", "b"])
    assert stage.health() is Health.LIVE


def test_a_forgotten_version_is_listed_again_and_what_went_meanwhile_is_gone(stage: Stage) -> None:
    stage.script.items, stage.script.version = [pod("b", 2), pod("d", 90)], "100"
    stage.script.sent.put(VersionGone("The version is too old."))
    stage.until(lambda: len(stage.script.asked) == 4)
    assert stage.script.asked[2:] == [("list", None), ("watch", "100")]
    assert stage.names() == ["b", "d"]
    assert sorted(stage.changes[2:]) == ["a", "d"]  # b is the same and nobody is told
    assert stage.troubles == ["the server has forgotten the version"]


@pytest.mark.parametrize("error", [VersionGone("expired"), ClusterUnreachable("The connection broke.")])
def test_a_list_that_breaks_off_replaces_nothing_and_is_asked_for_again(stage: Stage, error: KoraError) -> None:
    stage.script.items = [pod("c", 31)]
    stage.script.breaks.append(error)
    stage.script.sent.put(VersionGone("The version is too old."))
    stage.until(lambda: stage.names() == ["c"])
    assert "half" not in stage.changes
    assert [each for each, _ in stage.script.asked] == ["list", "watch", "list", "list", "watch"]


def test_an_answer_that_makes_no_sense_breaks_the_table_and_is_listed_again(stage: Stage) -> None:
    stage.script.items, stage.script.version = [pod("d", 90)], "100"
    stage.script.send("ADDED", {"kind": "Pod"})
    stage.until(lambda: len(stage.script.asked) == 4)
    assert stage.names() == ["d"]
    assert stage.troubles == ["an answer made no sense (KeyError)"]


def test_a_heartbeat_is_kept_and_nobody_is_told(stage: Stage) -> None:
    seen = list(stage.changes)
    stage.script.send("MODIFIED", pod("a", 30))
    stage.script.send("ADDED", pod("z", 31))
    stage.until(lambda: stage.changes != seen)
    assert stage.changes == [*seen, "z"]


def test_what_may_not_be_read_is_empty_refused_and_said() -> None:
    script = Script(pod("a", 1))
    script.failure = ClusterForbidden("cannot list pods")
    stage = Stage(script)
    stage.until(lambda: stage.health() is Health.REFUSED)
    memory = MemoryReader(FakeCluster(), stage.mirror, lambda _space: True)
    with pytest.raises(Denied, match="cannot list pods"):
        memory.list("v1", "Pod", "shop")
    assert not memory.can("list", ObjectRef(api_version="v1", kind="Pod", namespace="shop", name=""))
    assert stage.mirror.settled([PODS])
    stage.watches.stop()


def test_a_kind_that_is_not_served_is_absent_and_not_waited_for() -> None:
    stage = Stage(Script(version=None))
    stage.until(lambda: stage.health() is Health.ABSENT)
    assert stage.mirror.settled([PODS])
    assert stage.script.asked == [("list", None)]
    stage.watches.stop()


def test_until_the_first_list_nothing_is_claimed() -> None:
    mirror = Mirror()
    mirror.open(PODS)
    with pytest.raises(Retryable):
        MemoryReader(FakeCluster(), mirror, lambda _space: True).list("v1", "Pod", "shop")
    assert not mirror.settled([PODS])


def test_what_is_no_longer_wanted_is_forgotten_at_once(stage: Stage) -> None:
    stage.watches.want(frozenset())
    assert stage.mirror.table(PODS) is None
    stage.script.send("ADDED", pod("late", 70))
    stage.script.sent.put(END)
    assert stage.names() == []


def test_streams_of_named_namespaces_reach_nowhere_else() -> None:
    for each in streams_for(["shop"]):
        assert each.namespace == ("shop" if each.read.namespaced else None)
    everywhere = [each for each in streams_for(None) if each.read.namespaced]
    assert all("metadata.namespace!=kube-system" in (each.fields or "") for each in everywhere)
    assert {each.read.kind for each in streams_for(["shop"], secrets=False)}.isdisjoint({"Secret"})
    assert {each.namespace for each in own_streams(["kora", "shop"])} == {"kora", "shop"}


def test_the_values_of_secrets_are_never_kept() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "metadata": {
            "name": "s",
            "namespace": "shop",
            "resourceVersion": "1",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "cGxhbnRlZA=="},
        },
        "data": {"password": "cGxhbnRlZA==", "tls.crt": "cHVibGlj"},
        "stringData": {"token": "planted"},
    }
    mirror, stream = Mirror(), Stream(SECRETS, "shop")
    mirror.open(stream)
    mirror.fill(stream, [secret])
    mirror.absorb(stream, WatchEvent(type="MODIFIED", object=secret))
    kept = mirror.items(stream)[0]
    assert kept["keys"] == {"password": None, "token": None, "tls.crt": "public"}
    assert "planted" not in str(kept)
    assert "cGxhbnRlZA" not in str(kept)


def test_what_nobody_looks_at_is_dropped() -> None:
    item = pod("a", 1)
    item["metadata"] |= {
        "managedFields": [{"manager": "x"}],
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "kept": "yes"},
    }
    assert trim("Pod", item)["metadata"].keys() == {"name", "namespace", "resourceVersion", "annotations"}
    assert trim("Pod", item)["metadata"]["annotations"] == {"kept": "yes"}


def test_objects_that_came_one_by_one_share_what_is_equal_after_a_while() -> None:
    mirror, stream = Mirror(), PODS
    mirror.open(stream)
    mirror.fill(stream, [])
    for number in range(FEW_EVENTS):
        what = {"containers": [{"name": "main", "image": f"app:{number % 2}"}]}
        mirror.absorb(stream, WatchEvent(type="ADDED", object=pod(f"web-{number}", number, spec=what)))
    items = mirror.items(stream)
    assert sorted(each["metadata"]["resourceVersion"] for each in items) == sorted(map(str, range(FEW_EVENTS)))
    assert {each["spec"]["containers"][0]["image"] for each in items} == {"app:0", "app:1"}
    assert len({id(each["spec"]) for each in items}) == 2
