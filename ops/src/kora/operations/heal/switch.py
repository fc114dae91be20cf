"""The kill switch: a file under $KORA_HOME. While it is there nothing of Kora changes anything, whatever the front door
(the invoker asks before it decides).
"""

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kora.kit import clock
from kora.kit.errors import Unavailable


class Pause(BaseModel):
    """Who paused Kora, when and why."""

    model_config = ConfigDict(frozen=True)

    by: str
    at: datetime
    reason: str = ""


class SwitchStuck(Unavailable):
    """The switch could not be moved."""

    code = "SWITCH_STUCK"
    default_message = "The kill switch can't be moved."


def switch_file(home: Path) -> Path:
    """Where the switch is."""
    return home / "paused.json"


def paused(home: Path) -> Pause | None:
    """The pause that holds; None when there is none. A file that can't be read holds too: in doubt nothing moves."""
    try:
        return Pause.model_validate_json(switch_file(home).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        reason = f"{switch_file(home)} can't be read ({type(error).__name__}); as long as it is there, Kora is paused"
        return Pause(by="unknown", at=clock.now(), reason=reason)


def pause(home: Path, by: str, reason: str = "") -> Pause:
    """Switch Kora off; a pause that is already there stays as it is.

    Raises:
        SwitchStuck: the file can't be written.
    """
    already = paused(home)
    if already is not None:
        return already
    made = Pause(by=by, at=clock.now(), reason=reason)
    file = switch_file(home)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(made.model_dump(mode="json")), encoding="utf-8")
        part.replace(file)
    except OSError as error:
        raise SwitchStuck(
            f"{file} can't be written: {error.strerror}.", fix="Mend the folder's permissions."
        ) from error
    return made


def resume(home: Path) -> Pause | None:
    """Switch Kora on again. Gives the pause that ended; None when there was none.

    Raises:
        SwitchStuck: the file can't be removed.
    """
    ended = paused(home)
    if ended is not None:
        try:
            switch_file(home).unlink(missing_ok=True)
        except OSError as error:
            raise SwitchStuck(f"{switch_file(home)} can't be removed: {error.strerror}.") from error
    return ended
