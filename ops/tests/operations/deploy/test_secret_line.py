"""What the configure phase says of a Secret reaches the log as it was said: names are no secrets."""

from hypothesis import given
from hypothesis import strategies as st

from kora.kit.redaction import redact_text
from kora.operations.deploy.credentials import Filled

_KEYS = st.from_regex(r"[A-Z]{1,8}(_(PASSWORD|SECRET|TOKEN|API_KEY|DSN|URL|COOKIE)){0,2}", fullmatch=True)
_NAMES = st.from_regex(r"[a-z]{1,8}(-(secret|token|auth|credentials|db|api-key)){0,2}", fullmatch=True)
_GROUPS = st.fixed_dictionaries(
    {}, optional={name: st.lists(_KEYS, max_size=3).map(tuple) for name in ("kept", "given", "generated", "absent")}
)


@given(name=_NAMES, groups=_GROUPS)
def test_the_names_of_a_secret_and_of_its_keys_stay_readable(name: str, groups: dict[str, tuple[str, ...]]) -> None:
    line = Filled(manifest={"metadata": {"name": name}}, **groups).line()
    assert redact_text(f"namespace shop is there; {line}") == f"namespace shop is there; {line}"
