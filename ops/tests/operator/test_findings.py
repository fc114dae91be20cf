"""What the book of findings takes over from passes, and what it does not."""

import pytest
from yard import Yard

from kora.operations.heal.report import Fate, Line
from kora.operator.findings import FindingBook, Note


def mended(yard: Yard) -> tuple[FindingBook, Note]:
    """One cause that was found, mended and is gone."""
    yard.policy()
    yard.break_image()
    yard.operator.turn(120)
    book = yard.operator.operator.findings
    ((_key, note),) = book.notes()
    assert (note.active, note.fate) == (False, Fate.HEALED)
    return book, note


@pytest.mark.parametrize("late", [Fate.RESOLVED, Fate.ESCALATED, Fate.WAITING, Fate.DENIED, Fate.OBSERVED])
def test_a_pass_that_began_before_it_was_gone_does_not_take_back_what_ended_it(yard: Yard, late: Fate) -> None:
    book, note = mended(yard)
    assert book.tell([Line(note.finding, late, "seen too early")]) == []
    assert note.fate is Fate.HEALED
    assert "seen too early" not in note.reason


def test_how_a_repair_ended_is_told_although_its_cause_is_gone(yard: Yard) -> None:
    book, note = mended(yard)
    assert book.tell([Line(note.finding, Fate.ROLLED_BACK, "it did not hold", plan={"id": "plan-2"})]) == [note]
    assert (note.fate, note.plan) == (Fate.ROLLED_BACK, "plan-2")


def test_a_cause_that_comes_back_is_told_anew(yard: Yard) -> None:
    book, note = mended(yard)
    yard.break_image()
    yard.operator.turn(20)
    ((_key, again),) = book.notes()
    assert again is not note
    assert again.active
    assert [each.fate for each in book.tell([Line(again.finding, Fate.ESCALATED, "a person")])] == [Fate.ESCALATED]
