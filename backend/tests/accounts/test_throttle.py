"""Rate limits: the counter itself, and sign-in and sign-up behind it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from taskora import settings as settings_module
from taskora.accounts import throttle
from taskora.kit.clock import use_clock
from taskora.kit.errors import RateLimited

LATER = datetime(2030, 1, 1, tzinfo=UTC)


async def test_a_limit_lets_through_exactly_its_number_then_says_when(database):
    with use_clock(lambda: LATER):
        for _ in range(3):
            await throttle.hit(database, "key", 3, 60)
        with pytest.raises(RateLimited) as refused:
            await throttle.hit(database, "key", 3, 60)
        assert 1 <= int(refused.value.headers["Retry-After"]) <= 61
        await throttle.hit(database, "another key", 3, 60)
    with use_clock(lambda: LATER + timedelta(seconds=61)):
        await throttle.hit(database, "key", 3, 60)


async def test_zero_is_no_limit(database):
    for _ in range(20):
        await throttle.hit(database, "key", 0, 60)


async def test_requests_at_the_same_instant_are_all_counted(database):
    outcomes = await asyncio.gather(*(throttle.hit(database, "key", 5, 60) for _ in range(12)), return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 5
    assert sum(isinstance(outcome, RateLimited) for outcome in outcomes) == 7


async def test_sweeping_drops_only_what_is_over(database):
    with use_clock(lambda: LATER):
        await throttle.hit(database, "short", 1, 10)
        await throttle.hit(database, "long", 1, 1000)
    with use_clock(lambda: LATER + timedelta(seconds=100)):
        await throttle.sweep(database)
        await throttle.hit(database, "short", 1, 10)
        with pytest.raises(RateLimited):
            await throttle.hit(database, "long", 1, 1000)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"signin_rate_limit": 3, "signup_rate_limit": 4})


async def test_guessing_is_stopped_but_the_owner_gets_in_elsewhere(person, app, new_client):
    ada = await person("Ada")
    stranger = new_client(address=("198.51.100.9", 1))
    for _ in range(3):
        wrong = await stranger.post("/api/auth/signin", json={"email": ada.email, "password": "a wrong guess"})
        assert wrong.status_code == 401
    stopped = await stranger.post("/api/auth/signin", json={"email": ada.email, "password": ada.password})
    assert stopped.status_code == 429
    assert stopped.json()["error"]["code"] == "RATE_LIMITED"
    assert int(stopped.headers["retry-after"]) >= 1
    elsewhere = new_client(address=("203.0.113.50", 1))
    good = await elsewhere.post("/api/auth/signin", json={"email": ada.email, "password": ada.password})
    assert good.status_code == 200


async def test_the_right_password_starts_the_count_anew(person, client):
    ada = await person("Ada")
    for _ in range(4):
        await client.post("/api/auth/signin", json={"email": ada.email, "password": "a wrong guess"})
        good = await client.post("/api/auth/signin", json={"email": ada.email, "password": ada.password})
        assert good.status_code == 200


async def test_many_addresses_are_slowed_but_never_a_device_that_is_signed_in(person, new_client):
    ada = await person("Ada")  # signed in from 203.0.113.7
    statuses = []
    for number in range(60):
        guesser = new_client(address=(f"198.51.100.{number}", 1))
        for _ in range(3):
            answer = await guesser.post("/api/auth/signin", json={"email": ada.email, "password": "a wrong guess"})
            statuses.append(answer.status_code)
        if statuses[-1] == 429:
            break
    assert statuses[-1] == 429
    at_home = new_client(address=("203.0.113.7", 1))
    good = await at_home.post("/api/auth/signin", json={"email": ada.email, "password": ada.password})
    assert good.status_code == 200


async def test_sign_up_is_limited_by_address(new_client):
    crowd, other = new_client(address=("198.51.100.9", 1)), new_client(address=("198.51.100.10", 1))

    async def sign_up(http, number):
        form = {"name": "X", "email": f"x{number}@example.org", "password": "plum-tree-47-river"}
        return (await http.post("/api/auth/signup", json=form)).status_code

    assert [await sign_up(crowd, number) for number in range(5)] == [201, 201, 201, 201, 429]
    assert await sign_up(other, 9) == 201


def test_limits_are_settings():
    secret = "r7Jq0vY2mXk9TzB4hLwPdN5sGcA8eUfQ"
    given = {"SIGNIN_RATE_LIMIT": "0", "SIGNUP_RATE_LIMIT": "7", "BETTER_AUTH_SECRET": secret}
    loaded = settings_module.load(given)
    assert (loaded.signin_rate_limit, loaded.signup_rate_limit, loaded.chat_rate_limit) == (0, 7, 30)
