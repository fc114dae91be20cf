"""The whole loop on a fake cluster: what is found becomes an object, what is safe is mended, the rest waits."""

from yard import WEB, Yard


def test_a_broken_rollout_is_found_mended_and_its_finding_resolved(yard: Yard) -> None:
    yard.policy()
    yard.operator.turn(5)
    yard.break_image()
    broken = yard.clock.monotonic()
    yard.operator.turn(1)
    while not yard.findings():
        yard.operator.turn(1)
    assert yard.clock.monotonic() - broken <= 30
    yard.operator.turn(120)
    assert yard.image() == "web:1"
    assert yard.findings() == {"ImageNotFound": ("resolved", "healed")}
    assert {target for _, target in yard.cluster.requests} == {WEB}
