"""When a namespace is looked at, and when somebody sees to what was found."""

import pytest

from kora.operator.agenda import BETWEEN, FIRST_RETRY, LAST_RETRY, LATER, MOST_BESIDE, QUIET_AFTER, SOON, Agenda

SPACE = "shop"
NOBODY: frozenset[str] = frozenset()


def word(*findings: str) -> frozenset[str]:
    return frozenset(findings)


@pytest.fixture
def agenda() -> Agenda:
    made = Agenda()
    made.keep(word(SPACE))
    return made


def test_a_change_is_looked_at_soon_and_quiet_is_looked_at_rarely(agenda: Agenda) -> None:
    assert agenda.due(NOBODY, 0.0) == [SPACE]
    agenda.looked(SPACE, 0.0)
    assert agenda.due(NOBODY, LATER - 1) == []
    agenda.changed(SPACE, 5.0)
    assert agenda.due(NOBODY, 5.5) == []
    assert agenda.due(NOBODY, 6.0) == [SPACE]
    agenda.looked(SPACE, 6.0)
    assert agenda.due(NOBODY, 6.0 + SOON) == [SPACE]  # it moves
    quiet = 5.0 + QUIET_AFTER
    agenda.looked(SPACE, quiet)
    assert agenda.due(NOBODY, quiet + SOON) == []
    assert agenda.due(word(SPACE), quiet + SOON) == [SPACE]
    assert agenda.due(NOBODY, quiet + LATER) == [SPACE]


def test_a_pass_sees_to_what_is_new_and_comes_back_less_and_less(agenda: Agenda) -> None:
    assert not agenda.wants_pass(SPACE, NOBODY, 0.0)
    assert agenda.wants_pass(SPACE, word("a"), 0.0)
    agenda.begin(SPACE)
    assert agenda.busy(SPACE)
    assert not agenda.wants_pass(SPACE, word("a", "b"), 1.0)
    agenda.end(SPACE, 1, word("a"), 2.0)
    assert not agenda.busy(SPACE)
    assert agenda.wants_pass(SPACE, word("a", "b"), 3.0)
    assert not agenda.wants_pass(SPACE, word("a"), 3.0)
    waited, now = FIRST_RETRY, 2.0
    for _ in range(6):
        assert not agenda.wants_pass(SPACE, word("a"), now + waited - 1)
        now += waited
        assert agenda.wants_pass(SPACE, word("a"), now)
        agenda.begin(SPACE)
        agenda.end(SPACE, 1, word("a"), now)
        waited = min(waited * 2, LAST_RETRY)


def test_a_finding_that_stands_otherwise_is_new(agenda: Agenda) -> None:
    agenda.begin(SPACE)
    agenda.end(SPACE, 1, word("a escalate "), 0.0)
    assert agenda.wants_pass(SPACE, word("a heal kubectl patch"), 1.0)


def test_passes_beside_repairs_are_few_and_not_at_once(agenda: Agenda) -> None:
    for number in range(1, MOST_BESIDE + 1):
        now = number * BETWEEN
        assert agenda.wants_pass(SPACE, word("z"), now)
        agenda.begin(SPACE)
        assert not agenda.wants_pass(SPACE, word("z"), now)  # before it is known what it repairs
        agenda.repairs(SPACE, number, word(f"f{number}"))
    assert agenda.repaired(SPACE) == word(*(f"f{number}" for number in range(1, MOST_BESIDE + 1)))
    assert not agenda.wants_pass(SPACE, word("z"), 1000.0)
    agenda.end(SPACE, 1, word("f1"), 1000.0)
    assert agenda.busy(SPACE)
    assert not agenda.wants_pass(SPACE, word("z"), 1000.0 + BETWEEN - 1)
    assert agenda.wants_pass(SPACE, word("z"), 1000.0 + BETWEEN)
    assert "f1" not in agenda.repaired(SPACE)


def test_nothing_is_begun_beside_what_a_person_decided(agenda: Agenda) -> None:
    agenda.begin(SPACE)
    agenda.repairs(SPACE, 1, word("a"))
    agenda.begin(SPACE)  # carries out a plan, looks at sizes, or goes on with something
    assert not agenda.wants_pass(SPACE, word("z"), 1000.0)
    agenda.end(SPACE, 2, None, 1000.0)
    assert agenda.wants_pass(SPACE, word("z"), 1000.0)
