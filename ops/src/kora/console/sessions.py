"""Who is in front of the console: one-time links become sessions. Kept in memory, by digest; gone with the process.

A session has two secrets. The cookie goes along by itself, also to another program's page on another port of the same
name; the page token lives in the page's own storage and is sent as a header. Data needs both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kora.kit import clock
from kora.kit.ids import digest
from kora.kit.tokens import new_token, same_token

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Session:
    """One person's browser."""

    person: str
    page_token: str
    ends: datetime

    @property
    def alive(self) -> bool:
        """Whether its time is not over."""
        return clock.now() < self.ends

    def owns(self, page_token: str) -> bool:
        """Whether the page itself sent the request."""
        return same_token(page_token, self.page_token)


class Sessions:
    """Links that wait to be used once, and the sessions that they became.

    on_used: told when somebody came in by a link (with the person's name).
    """

    refusal = "This link is unknown or was used already."
    """What a token that lets nobody in is answered with."""
    page = "login.html"
    """The page that asks for the token."""

    def __init__(self, on_used: Callable[[str], None] | None = None) -> None:
        self._links: dict[str, str] = {}
        self._open: dict[str, Session] = {}
        self._on_used = on_used

    def new_link(self, person: str) -> str:
        """A token that lets `person` in once."""
        token = new_token()
        self._links[digest(token.encode())] = person
        return token

    def enter(self, token: str) -> tuple[str, Session] | None:
        """Use a link up: the cookie's value and the session; None when the token is unknown or was used."""
        person = self._links.pop(digest(token.encode("utf-8", "surrogatepass")), None)
        if person is None:
            return None
        opened = self.begin(person)
        if self._on_used is not None:
            self._on_used(person)
        return opened

    def begin(self, person: str, lifetime: timedelta = LIFETIME) -> tuple[str, Session]:
        """A session of somebody whose identity is proven: the cookie's value and the session."""
        cookie = new_token()
        session = Session(person, new_token(), clock.now() + lifetime)
        self._open = {key: each for key, each in self._open.items() if each.alive}
        self._open[digest(cookie.encode())] = session
        return cookie, session

    def find(self, cookie: str | None) -> Session | None:
        """The living session of a cookie."""
        if not cookie:
            return None
        session = self._open.get(digest(cookie.encode("utf-8", "surrogatepass")))
        return session if session is not None and session.alive else None

    def leave(self, cookie: str | None) -> None:
        """End a session."""
        if cookie:
            self._open.pop(digest(cookie.encode("utf-8", "surrogatepass")), None)
