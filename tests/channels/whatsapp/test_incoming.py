"""What each kind of message becomes, in every shape; and that nothing a payload holds can raise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.incoming import READ, Heard, heard
from bot.channels.whatsapp.updates import Changed, Piece, Preference, Status, TemplateNews, Update, parsed, updates
from bot.messages import Incoming
from store.identity import Keys
from tests.channels.whatsapp.payloads import PHONE, USER, a_contact, a_message, a_post, a_status, a_value
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID

BOTH = Keys(USER, PHONE)


def one(message: Any, contacts: Any = None) -> Incoming:
    found = heard(message, [a_contact()] if contacts is None else contacts)
    assert found is not None
    return found.incoming


def of(payload: Any) -> list[Update]:
    return updates(payload, PHONE_ID, ACCOUNT_ID)


CONTENTS = [
    (a_message("text", {"body": "salam"}), {"text": "salam"}),
    (a_message("text", {"body": "a\ud83d"}), {"text": "a?"}),
    (a_message("text", {"body": "x" * 5000}), {"text": "x" * 4096}),
    (a_message("text", {}), {"media": "other"}),
    (
        a_message("interactive", {"type": "button_reply", "button_reply": {"id": "yes", "title": "Oui"}}),
        {"choice": "yes"},
    ),
    (
        a_message(
            "interactive", {"type": "list_reply", "list_reply": {"id": "go=x", "title": "X", "description": "d"}}
        ),
        {"choice": "go=x"},
    ),
    (a_message("interactive", {"type": "list_reply", "list_reply": {"title": "Casablanca"}}), {"text": "Casablanca"}),
    (
        a_message("interactive", {"type": "list_reply", "list_reply": {"id": "x" * 300, "title": "Long"}}),
        {"text": "Long"},
    ),
    (a_message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}), {"media": "other"}),
    (a_message("button", {"payload": "re.booking.come.1", "text": "Je viens"}), {"choice": "re.booking.come.1"}),
    (a_message("button", {"payload": "Je viens", "text": "Je viens"}), {"text": "Je viens"}),
    (a_message("button", {"text": "Je viens"}), {"text": "Je viens"}),
    (a_message("location", {"latitude": 33.57, "longitude": -7.58}), {"media": "location", "location": (33.57, -7.58)}),
    (a_message("location", {"latitude": 91, "longitude": 0}), {"media": "other"}),
    (a_message("location", {"latitude": "33", "longitude": 0}), {"media": "other"}),
    (a_message("audio", {"id": "1", "voice": True}), {"media": "voice"}),
    (a_message("image", {"id": "1"}), {"media": "image"}),
    (a_message("image", {"id": "1", "caption": "weldi skhoun"}), {"text": "weldi skhoun", "with_media": True}),
    (a_message("video", {"id": "1"}), {"media": "other"}),
    (a_message("video", {"id": "1", "caption": "chouf"}), {"text": "chouf", "with_media": True}),
    (a_message("document", {"id": "1", "filename": "x.pdf"}), {"media": "document"}),
    (a_message("sticker", {"id": "1"}), {"media": "sticker"}),
    (a_message("contacts", [{"name": {"formatted_name": "X"}}]), {"media": "other"}),
    (a_message("order", {"catalog_id": "1"}), {"media": "other"}),
    (a_message("unsupported", errors=[{"code": 131051}]), {"media": "other"}),
    (a_message("something_of_2027", {"x": 1}), {"media": "other"}),
    ({**a_message(), "type": ["text"]}, {"media": "other"}),
]


@pytest.mark.parametrize(("message", "expected"), CONTENTS, ids=[str(m["type"]) for m, _ in CONTENTS])
def test_each_kind_of_message(message: dict[str, Any], expected: dict[str, Any]) -> None:
    found = one(message)
    assert found.to_payload() == {
        "text": None,
        "choice": None,
        "media": None,
        "location": None,
        "with_media": False,
        **{key: list(value) if isinstance(value, tuple) else value for key, value in expected.items()},
    }
    assert (found.channel, found.address, found.external_id) == ("whatsapp", USER, message["id"])


SENDERS = [
    pytest.param({}, None, BOTH, id="2026, both"),
    pytest.param({"from": None}, [a_contact(wa_id=None)], Keys(USER), id="no number"),
    pytest.param({"from_user_id": None}, [a_contact(user_id=None)], Keys(None, PHONE), id="before 2026"),
    pytest.param({"from_user_id": None}, None, BOTH, id="the contact knows more"),
    pytest.param({}, [], BOTH, id="no contacts"),
    pytest.param({"from": None, "from_user_id": None}, None, BOTH, id="only the contact"),
    pytest.param(
        {"from": None, "from_user_id": None},
        [a_contact(), a_contact(wa_id="212600000000", user_id="MA.2")],
        None,
        id="two contacts",
    ),
    pytest.param({}, [a_contact(wa_id="212600000000", user_id="MA.2"), a_contact()], BOTH, id="another contact first"),
    pytest.param({"from_user_id": None, "from": USER}, [], Keys(USER), id="a user id for a number"),
    pytest.param({"from": "+212612345678", "from_user_id": None}, [], Keys(None, PHONE), id="a plus"),
    pytest.param({"from": "9" * 400, "from_user_id": None}, [], None, id="400 digits"),
    pytest.param({"from": int("9" * 400), "from_user_id": None}, [], None, id="a number of 400 digits"),
    pytest.param({"from": "", "from_user_id": ""}, [], None, id="empty"),
    pytest.param({"from": ["x"], "from_user_id": {"x": 1}}, ["x", None, 3], None, id="nonsense"),
    pytest.param({"from": None, "from_user_id": "MA." + "x" * 500}, [], None, id="a user id too long to be one"),
]


@pytest.mark.parametrize(("more", "contacts", "expected"), SENDERS)
def test_who_wrote(more: dict[str, Any], contacts: Any, expected: Keys | None) -> None:
    found = heard(a_message(**more), [a_contact()] if contacts is None else contacts)
    assert (found and found.keys) == expected


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke", "request_welcome"])
def test_what_is_not_to_be_answered(kind: str) -> None:
    found = heard(a_message(kind, {"message_id": "wamid.1", "emoji": "👍"}), [])
    assert found is not None
    assert found.is_silent


def test_the_button_that_asks_for_an_answer_is_silent() -> None:
    found = heard(a_message("button", {"payload": READ, "text": "Lire"}), [])
    assert found is not None
    assert (found.is_silent, found.kind) == (True, READ)


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [(None, "sha256:"), (12345, "12345"), ("x" * 1000, "sha256:"), (["x"], "sha256:"), ("", "sha256:")],
    ids=str,
)
def test_an_id_of_any_form_names_the_message(given_id: Any, expected: str) -> None:
    message = a_message()
    message["id"] = given_id
    first, again = one(message).external_id, one(dict(message)).external_id
    assert first.startswith(expected)
    assert first == again


def test_messages_are_in_the_order_in_which_they_were_written() -> None:
    moments = ["1764000009", "1764000001", None, "1764000005", "9" * 400, "1764000001"]
    messages = [a_message(id=f"m{n}", timestamp=moment) for n, moment in enumerate(moments)]
    found = of(a_post(a_value(*messages[:3]), a_value(*messages[3:])))
    ids = [each.incoming.external_id for each in found if isinstance(each, Heard)]
    # What has no moment stays behind what it came behind.
    assert ids == ["m1", "m2", "m5", "m3", "m4", "m0"]


SYSTEM = {"body": "User X changed", "type": "user_changed_number"}
CHANGES = [
    pytest.param(
        {"from_user_id": None},
        {**SYSTEM, "wa_id": "212600000001", "user_id": "MA.2", "previous_user_id": USER},
        (BOTH, Keys("MA.2", "212600000001")),
        id="2026",
    ),
    pytest.param(
        {"from": None},
        {"type": "user_changed_user_id", "user_id": "MA.2", "previous_user_id": USER},
        (Keys(USER), Keys("MA.2")),
        id="user ids alone",
    ),
    pytest.param(
        {"from_user_id": None},
        {**SYSTEM, "wa_id": "212600000001"},
        (Keys(None, PHONE), Keys(None, "212600000001")),
        id="v23",
    ),
    pytest.param(
        {"from": None, "from_user_id": None},
        {"type": "customer_changed_number", "new_wa_id": "212600000001", "customer": PHONE},
        (Keys(None, PHONE), Keys(None, "212600000001")),
        id="v12",
    ),
]


@pytest.mark.parametrize(("more", "system", "expected"), CHANGES)
def test_somebody_goes_by_other_keys(more: dict[str, Any], system: dict[str, Any], expected: tuple[Keys, Keys]) -> None:
    [found] = of(a_post(a_value(a_message("system", system, **more), contacts=[])))
    assert isinstance(found, Changed)
    assert (found.old, found.new) == expected


@pytest.mark.parametrize(
    "system",
    [{}, {"type": "customer_identity_changed"}, {"type": "user_changed_number"}, "x", None, {"type": 3}],
    ids=str,
)
def test_another_system_message_is_kept(system: Any) -> None:
    message = a_message("system", system)
    [found] = of(a_post(a_value(message, contacts=[])))
    assert isinstance(found, Piece)


STATUSES = [
    (a_status("sent"), ("sent", None)),
    (a_status("delivered", recipient_id=None, recipient_user_id=USER), ("delivered", None)),
    (a_status("read", biz_opaque_callback_data="t1"), ("read", None)),
    (a_status("played"), ("read", None)),
    (a_status("failed", errors=[{"code": 131047, "title": "Re-engagement message"}]), ("failed", "131047")),
    (a_status("failed", errors=[]), ("failed", "failed")),
    (a_status("failed", errors="x"), ("failed", "failed")),
    (a_status("failed", errors=[{"code": "131026"}]), ("failed", "131026")),
]


@pytest.mark.parametrize(
    ("status", "expected"), STATUSES, ids=[s["status"] + str(n) for n, (s, _) in enumerate(STATUSES)]
)
def test_what_became_of_a_message(status: dict[str, Any], expected: tuple[str, str | None]) -> None:
    [found] = of(a_post(a_value(contacts=None, statuses=[status])))
    assert isinstance(found, Status)
    assert (found.state, found.error and found.error.code) == expected


@pytest.mark.parametrize(
    "status",
    [{}, None, "x", a_status("warning"), a_status(id=None), a_status(status=None), {"status": ["sent"]}],
    ids=str,
)
def test_an_odd_status_is_kept(status: Any) -> None:
    [found] = of(a_post(a_value(statuses=[status])))
    assert isinstance(found, Piece)
    assert not found.is_known


TEMPLATE = {
    "message_template_id": 1234567890,
    "message_template_name": "labas_children",
    "message_template_language": "fr",
}
NEWS = [
    (
        "message_template_status_update",
        {"event": "REJECTED", "reason": "INVALID_FORMAT"},
        {"status": "rejected", "reason": "INVALID_FORMAT"},
    ),
    (
        "message_template_status_update",
        {"event": "PAUSED", "reason": "NONE", "other_info": {"title": "FIRST_PAUSE"}},
        {"status": "paused", "reason": "FIRST_PAUSE"},
    ),
    (
        "template_category_update",
        {"previous_category": "UTILITY", "new_category": "MARKETING"},
        {"category": "marketing"},
    ),
    (
        "template_category_update",
        {"new_category": "UTILITY", "correct_category": "MARKETING"},
        {"category": "", "coming_category": "marketing"},
    ),
    (
        "message_template_quality_update",
        {"previous_quality_score": "GREEN", "new_quality_score": "RED"},
        {"quality": "red"},
    ),
]


@pytest.mark.parametrize(("field", "value", "expected"), NEWS)
def test_news_of_a_template(field: str, value: dict[str, Any], expected: dict[str, str]) -> None:
    [found] = of(a_post({**TEMPLATE, **value}, field=field))
    assert isinstance(found, TemplateNews)
    assert (found.platform_id, found.name, found.language) == ("1234567890", "labas_children", "fr")
    assert {key: getattr(found, key) for key in expected} == expected


@pytest.mark.parametrize(("value", "stops"), [("stop", True), ("resume", False)])
def test_somebody_wants_no_marketing(value: str, stops: bool) -> None:
    preference = {
        "user_id": USER,
        "wa_id": PHONE,
        "category": "marketing_messages",
        "value": value,
        "timestamp": 1764000000,
    }
    [found] = of(a_post(a_value(user_preferences=[preference]), field="user_preferences"))
    assert isinstance(found, Preference)
    assert (found.keys, found.stops) == (BOTH, stops)


@pytest.mark.parametrize("field", ["group_lifecycle_update", "account_update", "phone_number_quality_update"])
def test_what_is_no_business_of_a_talk_is_known(field: str) -> None:
    [found] = of(a_post({"event": "X"}, field=field))
    assert isinstance(found, Piece)
    assert (found.code, found.is_known) == (field, True)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"entry": []},
        {"entry": "x"},
        {"entry": [None]},
        {"entry": [{"changes": []}]},
        a_post({}),
        a_post({}, field="of_2027"),
        a_post(a_value(a_message(**{"from": None, "from_user_id": None}), contacts=[])),
    ],
    ids=str,
)
def test_nothing_authentic_becomes_nothing(payload: Any) -> None:
    found = of(payload)
    assert [type(each) for each in found] == [Piece]
    assert not found[0].is_known  # type: ignore[union-attr]


def test_another_number_of_the_account_is_not_answered() -> None:
    value = a_value(a_message(), statuses=[a_status()])
    value["metadata"]["phone_number_id"] = "999"
    assert [each.code for each in of(a_post(value)) if isinstance(each, Piece)] == ["other_number"] * 2


def test_a_group_is_not_answered() -> None:
    assert [type(each) for each in of(a_post(a_value(a_message(group_id="g"))))] == [Piece]


def test_the_same_piece_has_the_same_key_and_another_one_another() -> None:
    first, again, other = (of(a_post({"event": event}, field="account_update"))[0] for event in ("X", "X", "Y"))
    assert isinstance(first, Piece) and isinstance(again, Piece) and isinstance(other, Piece)
    assert first.external_id == again.external_id != other.external_id


BODIES = [
    (b"", None),
    (b"null", None),
    (b"[]", None),
    (b"{", None),
    (b'{"a": 1}', {"a": 1}),
    (b'{"a": "\xff\xfe"}', {"a": "\ufffd\ufffd"}),
    (b"\xff\xfe{}", None),
    (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, None),
    (b"[" * 100_000, None),
    (b'{"a": ' + b"9" * 5000 + b"}", None),
]


@pytest.mark.parametrize(("body", "expected"), BODIES, ids=range(len(BODIES)))
def test_bodies(body: bytes, expected: Any) -> None:
    assert parsed(body) == expected


def test_a_number_of_400_digits_is_read() -> None:
    found = parsed(b'{"entry": [{"time": ' + b"9" * 400 + b', "changes": []}]}')
    assert found is not None
    assert isinstance(of(found)[0], Piece)


def test_a_value_nested_as_deep_as_json_lets_it() -> None:
    body = b'{"entry":[{"changes":[{"field":"of_2027","value":{"x":' + b"[" * 900 + b"]" * 900 + b"}}]}]}"
    payload = parsed(body)
    assert payload is None or isinstance(of(payload)[0], Piece)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("9" * 400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from(
    "entry changes value field messages statuses contacts metadata from from_user_id id timestamp type text "
    "interactive button location system errors wa_id user_id status body payload".split()
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_mutation_of_a_payload_raises(data: st.DataObject) -> None:
    """Any field of a real payload replaced by anything, anywhere."""
    payload: Any = a_post(
        a_value(a_message(), a_message("interactive", {"type": "list_reply", "list_reply": {"id": "1"}})),
        a_value(statuses=[a_status("failed", errors=[{"code": 1}])]),
    )

    def mutate(value: Any) -> Any:
        if data.draw(st.integers(0, 15)) == 0:
            return data.draw(json_values)
        if isinstance(value, dict):
            changed = {key: mutate(inner) for key, inner in value.items()}
            return (
                {**changed, data.draw(fields): data.draw(json_values)} if data.draw(st.integers(0, 5)) == 0 else changed
            )
        return [mutate(inner) for inner in value] if isinstance(value, list) else value

    mutated = mutate(payload)
    if isinstance(mutated, dict):
        assert of(mutated)
