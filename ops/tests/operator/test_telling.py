"""What the operator tells: alerts that are redacted and bounded, metrics, its log; and that no channel holds it up."""

import json
import re
from typing import Any

import httpx
import pytest
from yard import WEB, Yard

from kora.domain.objects import ObjectRef
from kora.kit.clock import VirtualClock, use_clock
from kora.kit.errors import Retryable
from kora.operator.alerts import ATTEMPTS, LONGEST, QUEUED, Alert, Alerts
from kora.operator.logs import Log
from kora.operator.metrics import HELP, Metrics
from kora.policy.document import Channel
from kora.testing.cluster import Failure

SECRET = "postgres://ana:hunter2hunter2@db:5432/shop"
HOOK = Channel.model_validate({"type": "webhook", "urlFrom": {"name": "hook", "key": "url"}})
SLACK = Channel.model_validate({"type": "slack", "urlFrom": {"name": "hook", "key": "url"}})
EVENT = Channel.model_validate({"type": "event"})


def alert(text: str = "web is broken", kind: str = "waiting") -> Alert:
    return Alert(kind, "error", WEB, "shop", text, "f-1", "CrashLoop", "p-1")


class Post:
    """A place that takes posts, or does not."""

    def __init__(self, *statuses: int, address: str | None = "https://hooks.example.com/secret-path") -> None:
        self.statuses, self.taken, self.metrics = list(statuses), [], Metrics()  # type: ignore[var-annotated]
        self.alerts = Alerts(
            None,  # type: ignore[arg-type]
            lambda _space, _channel: address,
            self.metrics,
            Log(self),  # type: ignore[arg-type]
            transport=httpx.MockTransport(self.answer),
        )
        self.log = ""

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.taken.append(request)
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 0:
            raise httpx.ConnectError("refused")
        return httpx.Response(status, headers={"Location": "https://elsewhere.example.com"})

    def write(self, text: str) -> None:
        self.log += text

    def flush(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _moment() -> Any:
    with use_clock(VirtualClock()) as clock:
        yield clock


def test_a_webhook_gets_json_and_slack_a_line() -> None:
    post = Post()
    assert post.alerts.send(alert(), HOOK, "kora")
    assert post.alerts.send(alert(), SLACK, "kora")
    told, line = (json.loads(each.content) for each in post.taken)
    assert told["object"] == {"kind": "Deployment", "name": "web", "namespace": "shop"}
    assert (told["kind"], told["cause"], told["plan"], told["finding"]) == ("waiting", "CrashLoop", "p-1", "f-1")
    assert line == {"text": "[error] shop: CrashLoop — web is broken Approve or reject p-1."}


def test_secrets_are_hidden_and_texts_bounded_wherever_they_go() -> None:
    post = Post()
    for channel in (HOOK, SLACK):
        post.alerts.send(alert(f"it says {SECRET} " + "x" * 5000), channel, "kora")
    for each in post.taken:
        assert b"hunter2" not in each.content
        assert len(json.loads(each.content)["text"]) <= LONGEST


@pytest.mark.parametrize("statuses", [(500, 500, 200), (0, 503, 200), (302, 404, 201)])
def test_a_channel_that_fails_is_tried_again(statuses: tuple[int, ...]) -> None:
    post = Post(*statuses)
    assert post.alerts.send(alert(), HOOK, "kora")
    assert len(post.taken) == ATTEMPTS
    assert {each.url.host for each in post.taken} == {"hooks.example.com"}  # redirects are not followed


def test_it_is_not_tried_for_ever_and_the_address_appears_nowhere() -> None:
    post = Post(*[500] * 50)
    assert not post.alerts.send(alert(), HOOK, "kora")
    assert len(post.taken) == ATTEMPTS
    assert post.metrics.value("kora_alerts_total", channel="webhook", sent="no") == 1
    assert "secret-path" not in post.log
    assert "secret-path" not in post.metrics.text()


@pytest.mark.parametrize("address", [None, "", "file:///etc/passwd", "ftp://x", "hooks.example.com"])
def test_without_a_usable_address_nothing_is_sent(address: str | None) -> None:
    post = Post(address=address)
    assert not post.alerts.send(alert(), HOOK, "kora")
    assert post.taken == []


def test_a_full_queue_drops_and_counts_and_never_waits() -> None:
    post = Post()
    for _ in range(QUEUED + 7):
        post.alerts.tell(alert(), (HOOK,), "kora")
    assert post.metrics.value("kora_alerts_total", channel="webhook", sent="dropped") == 7


# --- from the loop --------------------------------------------------------------------------------------------------


@pytest.fixture
def told(yard: Yard) -> Yard:
    """A yard whose policy tells a webhook and writes events."""
    hook = {"type": "webhook", "urlFrom": {"name": "hook", "key": "url"}}
    yard.policy("propose", alerting={"channels": [{"type": "event"}, hook]})
    yard.cluster.fail_image("web:2", Failure("ImagePullBackOff", f"web:2: not found, asked with {SECRET}"))
    yard.cluster.change(WEB, {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "web:2"}]}}}})
    yard.operator.turn(300, step=3)
    yard.operator.send_alerts()
    return yard


def test_each_thing_is_told_once_on_every_channel(told: Yard) -> None:
    kinds = [json.loads(each.content)["kind"] for each in told.operator.posted]
    assert kinds == ["finding", "waiting"]
    events = [each for each in told.cluster.list("v1", "Event", "shop") if each.get("source") == {"component": "kora"}]
    assert [each["reason"] for each in events] == ["KoraFinding", "KoraPlanWaits"]
    assert all(each["involvedObject"]["name"] == "web" for each in events)


def test_no_secret_is_in_anything_that_was_written(told: Yard) -> None:
    written = [told.operator.objects(kind) for kind in ("Finding", "RemediationPlan", "AgentPolicy")]
    posted = [each.content.decode() for each in told.operator.posted]
    everything = json.dumps(written) + "".join(posted) + told.operator.lines.getvalue()
    assert "hunter2" not in everything
    assert "secret-path" not in everything


def test_the_metrics_are_prometheus_text(told: Yard) -> None:
    text = told.operator.metrics.text()
    line = re.compile(r'^[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.]+$')
    for each in text.splitlines():
        assert each.startswith(("# HELP kora_", "# TYPE kora_")) or line.match(each), each
    assert 'kora_findings{cause="ImageNotFound"} 1' in text
    assert 'kora_plans{state="proposed"} 1' in text
    assert 'kora_alerts_total{channel="webhook",sent="yes"} 2' in text
    assert 'kora_fates_total{fate="waiting"} 1' in text
    names = {each.split("{")[0].split(" ")[0] for each in text.splitlines() if not each.startswith("#")}
    assert names <= HELP.keys()


def test_labels_are_escaped_and_unknown_metrics_refused() -> None:
    metrics = Metrics()
    metrics.add("kora_fates_total", fate='a"b\\c\nd')
    assert 'kora_fates_total{fate="a\\"b\\\\c\\nd"} 1' in metrics.text()
    with pytest.raises(AssertionError):
        metrics.add("kora_something_else")


def test_the_log_is_one_json_object_a_line(told: Yard) -> None:
    for each in told.operator.said():
        assert {"time", "level", "message"} <= each.keys()


def test_the_status_of_the_policy_tells_what_there_is(told: Yard) -> None:
    status = told.operator.objects("AgentPolicy")[0]["status"]
    assert (status["counts"]["findings"], status["counts"]["waiting"]) == (1, 1)
    assert [each["cause"] for each in status["lastFindings"]] == ["ImageNotFound"]
    conditions = {each["type"]: each["status"] for each in status["conditions"]}
    assert conditions == {
        "Valid": "True",
        "Enforced": "True",
        "Paused": "False",
        "CircuitOpen": "False",
        "Sized": "False",  # no samples yet
    }


def test_an_invalid_policy_says_so_and_stops_nothing_else(yard: Yard) -> None:
    yard.policy("supervised")
    yard.policy("supervised", name="broken", autonomie={"level": "autonomous"}, scope={"namespaces": ["default"]})
    yard.break_image()
    yard.operator.turn(120, step=3)
    assert yard.image() == "web:1"
    broken = next(each for each in yard.operator.objects("AgentPolicy") if each["metadata"]["name"] == "broken")
    valid = next(each for each in broken["status"]["conditions"] if each["type"] == "Valid")
    assert valid["status"] == "False"
    assert "autonomie" in valid["message"]


def test_records_that_can_not_be_written_are_tried_again_and_hold_up_nothing(yard: Yard) -> None:
    yard.policy("supervised")
    yard.operator.records.fails = Retryable("The API server is busy.")
    yard.break_image()
    yard.operator.turn(120, step=3)
    assert yard.image() == "web:1"
    assert yard.operator.objects("Finding") == []
    yard.operator.records.fails = None
    yard.operator.turn(30, step=3)
    assert yard.findings() == {"ImageNotFound": ("resolved", "healed")}
    assert [each["status"]["phase"] for each in yard.operator.objects("RemediationPlan")] == ["done"]


def test_a_finding_that_somebody_deletes_is_written_again(yard: Yard) -> None:
    yard.policy("observe")
    yard.break_image()
    yard.operator.turn(60, step=3)
    yard.cluster.drop(ObjectRef.of(yard.operator.objects("Finding")[0]))
    yard.operator.turn(600, step=5)
    assert yard.findings() == {"ImageNotFound": ("active", "observed")}
