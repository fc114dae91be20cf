"""Profile, password, sessions, deletion."""


async def test_profile_changes_what_is_sent(person):
    ada = await person("Ada")
    answer = await ada.client.patch(f"{ada.path}/profile", json={"timezone": "Asia/Karachi", "week_start": 6})
    assert answer.status_code == 200
    assert answer.json()["timezone"] == "Asia/Karachi"
    assert answer.json()["name"] == "Ada"
    assert (await ada.client.get(f"{ada.path}/profile")).json() == answer.json()


async def test_profile_can_not_set_what_is_not_ours_to_set(person):
    ada = await person("Ada")
    for field in ("id", "email", "password_hash", "created_at", "tokens_valid_from"):
        answer = await ada.client.patch(f"{ada.path}/profile", json={field: "x"})
        assert answer.status_code == 422
        assert answer.json()["error"]["details"]["field"] == field


async def test_changing_the_password_signs_out_everywhere_else(person, client):
    ada = await person("Ada")
    other = await client.post("/api/auth/signin", json={"email": ada.email, "password": ada.password})
    elsewhere = {"Authorization": f"Bearer {other.json()['access_token']}"}
    form = {"current_password": ada.password, "new_password": "a-new-one-for-ada"}
    assert (await ada.browser.post(f"{ada.path}/password", json=form)).status_code == 204
    assert (await ada.browser.get("/api/auth/session")).status_code == 200
    client.cookies.clear()
    assert (await client.get("/api/auth/session", headers=elsewhere)).status_code == 401
    old = await client.post("/api/auth/signin", json={"email": ada.email, "password": ada.password})
    new = await client.post("/api/auth/signin", json={"email": ada.email, "password": "a-new-one-for-ada"})
    assert (old.status_code, new.status_code) == (401, 200)


async def test_changing_the_password_needs_the_old_one_and_a_good_new_one(person):
    ada = await person("Ada")
    wrong = {"current_password": "not-her-password", "new_password": "a-new-one-for-ada"}
    weak = {"current_password": ada.password, "new_password": "password1"}
    assert (await ada.browser.post(f"{ada.path}/password", json=wrong)).status_code == 401
    assert (await ada.browser.post(f"{ada.path}/password", json=weak)).status_code == 422
    assert (await ada.browser.get("/api/auth/session")).status_code == 200


async def test_sessions_are_listed_and_revoked(person, client):
    ada = await person("Ada")
    other = await client.post(
        "/api/auth/signin",
        json={"email": ada.email, "password": ada.password},
        headers={"User-Agent": "Phone\x09<script>"},
    )
    sessions = (await ada.browser.get(f"{ada.path}/sessions")).json()["items"]
    assert [item["current"] for item in sessions].count(True) == 1
    phone = next(item for item in sessions if not item["current"])
    assert phone["user_agent"] == "Phone<script>"
    assert (await ada.browser.delete(f"{ada.path}/sessions/{phone['id']}")).status_code == 204
    client.cookies.clear()
    token = {"Authorization": f"Bearer {other.json()['access_token']}"}
    assert (await client.get("/api/auth/session", headers=token)).status_code == 401
    assert (await ada.browser.delete(f"{ada.path}/sessions/{phone['id']}")).status_code == 404


async def test_nobody_revokes_somebody_elses_session(person):
    ada, eve = await person("Ada"), await person("Eve")
    session_id = (await ada.browser.get(f"{ada.path}/sessions")).json()["items"][0]["id"]
    assert (await eve.browser.delete(f"{eve.path}/sessions/{session_id}")).status_code == 404
    assert (await ada.browser.get("/api/auth/session")).status_code == 200


async def test_deleting_the_account_needs_the_password_and_takes_everything(person, client):
    ada = await person("Ada")
    await ada.client.post(f"{ada.path}/tasks", json={"title": "Mine"})
    refused = await ada.browser.request("DELETE", f"{ada.path}/account", json={"password": "not-her-password"})
    assert refused.status_code == 401
    assert (await ada.client.get(f"{ada.path}/tasks")).json()["total"] == 1
    gone = await ada.browser.request("DELETE", f"{ada.path}/account", json={"password": ada.password})
    assert gone.status_code == 204
    assert (await ada.client.get(f"{ada.path}/tasks")).status_code == 401
    again = await client.post(
        "/api/auth/signup", json={"name": "Ada", "email": ada.email, "password": "another-good-one"}
    )
    assert again.status_code == 201
    assert again.json()["user"]["id"] != ada.id
