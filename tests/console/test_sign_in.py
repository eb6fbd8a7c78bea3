"""Signing in and out: who may, how often they may try, how long it lasts, and that no other site's page can act."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from console import accounts
from console.accounts import AccountRefused
from tests.console.conftest import PASSWORD, Office, post

SIGN_IN = "/console/sign-in"


@pytest.mark.parametrize(
    ("login", "first"), [("amina", "agenda"), (" AMINA", "agenda"), ("omar", "requests"), ("sara", "audit")]
)
def test_each_role_begins_at_its_own_page(office: Office, login: str, first: str) -> None:
    client = office.client()
    answer = post(client, SIGN_IN, login=login, password=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/{first}")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Max-Age=43200"):
        assert part in cookie
    assert len(re.findall(r"labas-staff=([^;]+)", cookie)[0]) >= 43
    assert client.get(answer.headers["location"]).status_code == 200
    assert client.get(SIGN_IN).status_code == 303


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), "x" * 300, "\x00"])
@pytest.mark.parametrize("login", ["amina", "nobody", "\x00", "' OR 1=1 --"])
def test_a_wrong_one_is_refused_alike_for_all(office: Office, login: str, password: str) -> None:
    answer = post(office.client(), SIGN_IN, login=login, password=password)
    assert answer.status_code == 403
    assert "n&#39;est pas le bon" in answer.text
    assert "labas-staff" not in answer.headers.get("set-cookie", "")


def test_the_sixth_try_waits_even_with_the_right_password(office: Office) -> None:
    for _ in range(5):
        assert post(office.client(), SIGN_IN, login="amina", password="wrong").status_code == 403
    answer = post(office.client(), SIGN_IN, login="amina", password=PASSWORD)
    assert answer.status_code == 429
    wait = int(answer.headers["retry-after"])
    assert post(office.client(), SIGN_IN, login="omar", password=PASSWORD).status_code == 303, "others are free"
    office.site.moment[0] += timedelta(seconds=wait)
    assert post(office.client(), SIGN_IN, login="amina", password=PASSWORD).status_code == 303
    assert post(office.client(), SIGN_IN, login="amina", password="wrong").status_code == 403, "and counts anew"


def test_many_accounts_from_one_address_wait_too(office: Office) -> None:
    answers = [post(office.client(), SIGN_IN, login=f"user{n}", password="wrong").status_code for n in range(32)]
    assert answers[:30] == [403] * 30
    assert 429 in answers[30:]


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://example.org"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["another origin", "no origin", "another site"],
)
def test_another_sites_page_cannot_sign_anybody_in_or_out(office: Office, headers: dict[str, str]) -> None:
    client = office.sign_in("amina")
    assert client.post(SIGN_IN, data={"login": "omar", "password": PASSWORD}, headers=headers).status_code == 403
    assert client.post("/console/sign-out", headers=headers).status_code == 403
    assert client.get("/console/agenda").status_code == 200


def test_a_huge_form_is_refused(office: Office) -> None:
    assert post(office.client(), SIGN_IN, login="amina", password="x" * 100_000).status_code == 413


def test_signing_out_ends_the_session_in_the_database(office: Office) -> None:
    client = office.sign_in("amina")
    stolen = dict(client.cookies)
    assert client.post("/console/sign-out").status_code == 303
    thief = office.client()
    thief.cookies.update(stolen)
    assert thief.get("/console/agenda").headers["location"] == SIGN_IN


def test_a_session_left_alone_is_over(office: Office) -> None:
    client = office.sign_in("amina")
    for _ in range(3):
        office.site.moment[0] += timedelta(minutes=20)
        assert client.get("/console/agenda").status_code == 200
    office.site.moment[0] += timedelta(minutes=31)
    assert client.get("/console/agenda").status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "é", "0" * 43])
def test_a_made_up_session_opens_nothing(office: Office, cookie: str) -> None:
    client = office.client()
    answer = client.get("/console/agenda", headers={"Cookie": f"labas-staff={cookie}".encode()})  # type: ignore[dict-item]
    assert (answer.status_code, answer.headers["location"]) == (303, SIGN_IN)


WRONG_ACCOUNTS = [
    ({"login": "a"}, "2 to 64"),
    ({"login": "two words"}, "2 to 64"),
    ({"role": "king"}, "role"),
    ({"facility": None}, "--facility"),
    ({"facility": "NOWHERE"}, "no facility"),
    ({"password": "short"}, "12 to 256"),
    ({"password": "x" * 300}, "12 to 256"),
    ({"password": "aaaaaaaaaaaaaaaa"}, "easy"),
    ({"password": "my name is leila 1"}, "easy"),
    ({"login": "amina"}, "taken"),
]


@pytest.mark.parametrize(("given", "sentence"), WRONG_ACCOUNTS)
def test_an_account_that_cannot_be_made_says_why(office: Office, given: dict[str, str], sentence: str) -> None:
    whole = {"login": "leila", "role": "worker", "facility": office.facility, "password": PASSWORD, **given}
    with pytest.raises(AccountRefused, match=sentence):
        accounts.add(office.site.app.store, **whole, now=office.site.app.clock())  # type: ignore[arg-type]
