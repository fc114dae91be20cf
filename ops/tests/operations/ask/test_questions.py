"""Questions are answered from the objects: what belongs together, is missing, has changed, can be reached."""

from collections.abc import Callable

import pytest

from kora.domain.results import Outcome, Status
from kora.testing.cluster import FakeCluster

Asking = Callable[..., Outcome]

ANSWERS = [
    ("which secrets does the backend pod use?", ["db"], ["aHVudGVyMg"]),
    ("show the network policies affecting the database", ["close-database"], []),
    ("which services have no endpoints?", ["ghost"], ["shop-backend"]),
    ("config maps that nobody uses", ["colours"], []),
    ("which deployments have no autoscaler?", ["ledger", "shop-backend"], []),
    ("which deployment has the most replicas?", ["ledger"], []),
    ("value of LOG_LEVEL in backend", ["LOG_LEVEL=info"], ["DB_PASSWORD"]),
    ("show me the contents of the configmap colours", ["door: red"], []),
    ("what changed recently?", ["deployment/ledger", "cronjob/backup"], []),
    ("can the frontend reach the backend service?", ["Yes", "2 of 2"], []),
    ("can the frontend pod connect to the database?", ["No", "close-database"], []),
    ("which pods can reach the database?", ["0 of 3 workloads", "close-database"], ["yes"]),
    ("who can talk to the backend service?", ["3 of 3 workloads", "ledger", "yes"], ["close-database"]),
    ("which deployments can connect to ghost?", ["Nobody can reach", "no ready pod"], ["yes"]),
    ("list the api resources", ["Deployment", "apps/v1"], []),
    ("show the pods with their labels", ["app=ledger"], []),
    ("get logs from backend filtering for timeouts", ["timeouts"], []),
    ("how many replicas does the ledger deployment have", ["4 of 4"], []),
    ("what are the endpoints of the service shop-backend", ["2 ready endpoint"], []),
    ("what is the schedule of cronjob backup", ["0 1 * * *"], []),
]


@pytest.mark.parametrize(("prompt", "said", "unsaid"), ANSWERS)
def test_a_question_is_answered_with_a_command_beside(
    asking: Asking, prompt: str, said: list[str], unsaid: list[str]
) -> None:
    outcome = asking(prompt)
    assert outcome.status in {Status.OK, Status.NO_DATA}, outcome
    assert all(each in outcome.answer for each in said), outcome.answer
    assert not any(each in outcome.answer for each in unsaid), outcome.answer
    assert outcome.data["commands"]


def test_the_first_of_a_list_has_the_most(asking: Asking) -> None:
    listed = asking("which deployment has the most replicas?").data["result"]
    assert listed[0]["name"] == "ledger"


def test_the_cluster_tells_which_word_is_the_name(asking: Asking) -> None:
    outcome = asking("show me the frontend sparkle images")
    assert "shop-frontend" in outcome.answer


def test_only_one_variable_is_shown_when_one_was_asked_for(asking: Asking) -> None:
    assert "aHVudGVyMg" not in asking("is DB_PASSWORD set on the backend?").answer


def test_questions_write_nothing(asking: Asking, shop: FakeCluster) -> None:
    for prompt, _, _ in ANSWERS:
        asking(prompt)
    assert shop.requests == []
