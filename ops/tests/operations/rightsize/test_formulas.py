"""Sizes computed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kora.operations.rightsize.formulas import (
    MEBI,
    Settings,
    Severity,
    confidence,
    cpu_request,
    memory_request,
    percentile,
    score,
    severity,
    worst,
)

USUAL = Settings()


def test_percentiles_interpolate_between_ranks() -> None:
    assert percentile([1, 2, 3, 4, 5], 50) == 3
    assert percentile(list(range(1, 21)), 95) == pytest.approx(19.05)  # rank 18.05 of 0..19
    assert percentile([0.2], 95) == 0.2


def test_cpu_is_the_highest_95th_percentile_of_any_pod() -> None:
    quiet = [0.1] * 20
    busy = [0.1] * 18 + [0.2, 0.4]  # rank 18.05: 0.2 + 0.05 * 0.2 = 0.21
    assert cpu_request([quiet, busy], USUAL) == pytest.approx(0.210)
    assert cpu_request([[0.2003] * 5], USUAL) == pytest.approx(0.201)  # up to a millicore


def test_memory_is_the_peak_and_15_percent() -> None:
    assert memory_request([[200 * MEBI, 150 * MEBI], [180 * MEBI]], USUAL) == 230 * MEBI
    assert memory_request([[201 * MEBI]], USUAL) == 232 * MEBI  # 231.15 up to a mebibyte


def test_floors() -> None:
    assert cpu_request([[0.001] * 5], USUAL) == 0.01
    assert memory_request([[10 * MEBI]], USUAL) == 100 * MEBI


def test_nothing_is_cut_by_more_than_half_at_once() -> None:
    assert cpu_request([[0.02] * 5], USUAL, current=1.0) == 0.5
    assert cpu_request([[0.02] * 5], USUAL, current=0.03) == pytest.approx(0.02)
    assert memory_request([[200 * MEBI]], USUAL, current=1024 * MEBI) == 512 * MEBI


def test_after_an_oom_kill_there_is_more_than_the_limit() -> None:
    assert memory_request([[190 * MEBI]], USUAL, current=200 * MEBI, killed_at=200 * MEBI) == 250 * MEBI


@pytest.mark.parametrize(
    ("resource", "current", "recommended", "expected"),
    [
        ("cpu", None, None, "GOOD"),
        ("cpu", 0.5, None, "WARNING"),
        ("cpu", 0.2, 0.25, "GOOD"),
        ("cpu", 0.2, 0.3, "OK"),
        ("cpu", 0.5, 0.25, "WARNING"),
        ("cpu", 1.0, 0.5, "CRITICAL"),
        ("memory", 512 * MEBI, 413 * MEBI, "GOOD"),
        ("memory", 512 * MEBI, 412 * MEBI, "OK"),
        ("memory", 512 * MEBI, 262 * MEBI, "WARNING"),
        ("memory", 1024 * MEBI, 524 * MEBI, "CRITICAL"),
    ],
)
def test_severities(resource: str, current: float | None, recommended: float | None, expected: str) -> None:
    assert severity(resource, current, recommended) == expected


def test_the_score_loses_a_whole_scan_to_a_critical_one_and_most_of_one_to_a_warning() -> None:
    assert score([]) == 0
    assert score([Severity.GOOD, Severity.OK]) == 100
    assert score([Severity.GOOD, Severity.WARNING, Severity.CRITICAL, Severity.UNKNOWN]) == 57  # (4 - 1.7) / 4
    assert worst([Severity.GOOD, Severity.WARNING, Severity.UNKNOWN]) is Severity.WARNING


def test_confidence_grows_with_readings_and_time() -> None:
    assert confidence(8, 120, USUAL) == "low"
    assert confidence(30, 7200, USUAL) == "medium"
    assert confidence(500, 90_000, USUAL) == "high"
    assert confidence(500, 120, USUAL) == "low"


@given(
    st.lists(st.lists(st.floats(0, 64), min_size=1, max_size=30), min_size=1, max_size=4),
    st.none() | st.floats(0.001, 64),
)
def test_requests_lie_between_what_caution_and_use_allow(by_pod: list[list[float]], current: float | None) -> None:
    found = cpu_request(by_pod, USUAL, current)
    assert found >= USUAL.cpu_min_cores
    assert found <= max(max(max(each) for each in by_pod) + 0.0011, 0.01, (current or 0) / 2 + 0.0011)
    if current is not None:
        assert found >= current / 2 - 1e-6
