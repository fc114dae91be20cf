"""Following findings as they come and go: `operator.follower` behind `kora watch`."""

import json
import threading
from collections.abc import Iterator
from random import Random

import pytest

import kora.cluster.client
import kora.operator.watches
from kora.cli import main
from kora.cluster.errors import VersionGone
from kora.cluster.port import ClusterReader, WatchEvent
from kora.domain.objects import Manifest
from kora.kit.errors import Denied
from kora.operator.follower import Follower
from kora.operator.mirror import Stream
from kora.testing.faults import FAULTS
from kora.testing.objects import Scene


class Feed:
    """A source that shows one scene until it is told to show another."""

    def __init__(self, reader: ClusterReader) -> None:
        self.reader = reader
        self.refused: str | None = None
        self._version = 1
        self._moved = threading.Condition()

    def show(self, reader: ClusterReader) -> None:
        with self._moved:
            self.reader, self._version = reader, self._version + 1
            self._moved.notify_all()

    def list_at(self, stream: Stream) -> tuple[list[Manifest], str | None]:
        read = stream.read
        if read.kind == self.refused:
            raise Denied("You may not list it.")
        with self._moved:
            version = str(self._version)
            items = self.reader.list(read.api_version, read.kind, stream.namespace, labels=read.labels)
        for each in items:
            each["metadata"]["resourceVersion"] = version
        return items, version

    def follow(self, _stream: Stream, version: str, _seconds: float) -> Iterator[WatchEvent]:
        with self._moved:
            if self._moved.wait_for(lambda: str(self._version) != version, 20.0):
                raise VersionGone(version)
        yield from ()


def scene(fault: str | None = None) -> Scene:
    found = Scene("shop")
    found.workload("Deployment", "web", replicas=1)
    found.service("web")
    if fault:
        FAULTS[fault][0](found, found.of("Deployment", "web")[0], Random(1))
    return found


def test_a_finding_begins_and_ends() -> None:
    feed = Feed(scene().reader())
    follower = Follower(feed.reader, feed, ["shop"])
    turns = follower.follow(threading.Event())
    assert next(turns) == []

    feed.show(scene("ImageNameInvalid").reader())
    (began,) = next(turns)
    assert (began.event, began.finding.cause, began.first) == ("began", "ImageNameInvalid", False)
    assert [each.cause for each in follower.active.values()] == ["ImageNameInvalid"]

    feed.show(scene().reader())
    (ended,) = next(turns)
    assert (ended.event, ended.finding.id) == ("ended", began.finding.id)
    assert not follower.active
    turns.close()


def test_what_is_wrong_at_the_beginning_is_marked_as_such() -> None:
    feed = Feed(scene("OOMKilled").reader())
    turns = Follower(feed.reader, feed, ["shop"]).follow(threading.Event())
    (found,) = next(turns)
    assert (found.event, found.finding.cause, found.first) == ("began", "OOMKilled", True)
    turns.close()


def test_what_may_not_be_read_is_said() -> None:
    feed = Feed(scene().reader())
    feed.refused = "Secret"
    notes: list[str] = []
    turns = Follower(feed.reader, feed, ["shop"], notes.append).follow(threading.Event())
    assert next(turns) == []
    assert any("Secret" in each and "can't be read" in each for each in notes)
    turns.close()


def test_it_ends_when_told_to() -> None:
    feed = Feed(scene().reader())
    stop = threading.Event()
    stop.set()
    assert list(Follower(feed.reader, feed, ["shop"]).follow(stop)) == []


def test_the_command_prints_one_object_a_line_and_ends_with_ten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = scene("OOMKilled").reader()
    monkeypatch.setattr(kora.cluster.client, "connect", lambda *_: reader)
    monkeypatch.setattr(kora.operator.watches, "ClusterSource", Feed)
    assert main(["watch", "-n", "shop", "--for", "100ms", "--json"]) == 10
    (line,) = capsys.readouterr().out.splitlines()
    said = json.loads(line)
    assert (said["event"], said["cause"]) == ("began", "OOMKilled")

    assert main(["watch", "-n", "shop", "--for", "100ms"]) == 10
    shown = capsys.readouterr().out
    assert "Following namespace shop: 1 finding(s)" in shown
    assert "kora explain OOMKilled" in shown


def test_a_wrong_duration_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "--for", "soon"]) == 2
    assert "is no duration" in capsys.readouterr().err
