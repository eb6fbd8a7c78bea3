"""What is made of each kind of update, and that nothing at all makes it fail."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.incoming import COMMANDS, Standing, incoming, press_id, standing
from bot.channels.telegram.setup import MENU
from bot.messages import Incoming
from dialogues.routes import ROUTES

CHAT = {"id": 55, "type": "private", "first_name": "Aïcha"}
WHO = {"id": 55, "is_bot": False, "first_name": "Aïcha", "language_code": "fr"}


def message(**content: Any) -> dict[str, Any]:
    return {"update_id": 9, "message": {"message_id": 3, "from": WHO, "chat": CHAT, "date": 1_795_000_000, **content}}


def press(**changes: Any) -> dict[str, Any]:
    made = {
        "id": "p1",
        "from": WHO,
        "data": "go=greet",
        "message": {"message_id": 3, "chat": CHAT, "date": 1},
        **changes,
    }
    return {"update_id": 9, "callback_query": {k: v for k, v in made.items() if v is not None}}


def seen(**what: Any) -> Incoming:
    return Incoming("telegram", "55", "9", **what)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (message(text="bghit rdv"), seen(text="bghit rdv")),
        (message(text=""), seen(text="")),
        (message(text="/start"), seen(choice="go=greet")),
        (message(text="/start campagne-1"), seen(choice="go=greet")),
        (message(text="/START@labas_bot"), seen(choice="go=greet")),
        (message(text="/stop"), seen(choice="go=stop_reminders")),
        (message(text="/stopper"), seen(text="/stopper")),
        (message(text="voir /stop"), seen(text="voir /stop")),
        (message(text="/nonsense"), seen(text="/nonsense")),
        (message(text="نص\x00 \u202eمقلوب"), seen(text="نص\x00 \u202eمقلوب")),
        (message(text="half \ud83d here"), seen(text="half ? here")),
        (message(text="x" * 5000), seen(text="x" * 4096)),
        (message(photo=[{"file_id": "f"}]), seen(media="image")),
        (
            message(photo=[{"file_id": "f"}], caption="weldi mabqach kaytneffes"),
            seen(text="weldi mabqach kaytneffes", with_media=True),
        ),
        (message(voice={"file_id": "f"}), seen(media="voice")),
        (message(video_note={"file_id": "f"}), seen(media="voice")),
        (message(sticker={"file_id": "f"}), seen(media="sticker")),
        (message(document={"file_id": "f"}), seen(media="document")),
        (message(animation={"file_id": "f"}, document={"file_id": "f"}), seen(media="image")),
        (message(contact={"phone_number": "+212600000000"}), seen(media="other")),
        (message(video={"file_id": "f"}), seen(media="other")),
        (message(something_of_next_year={}), seen(media="other")),
        (message(location={"latitude": 34.02, "longitude": -6.84}), seen(media="location", location=(34.02, -6.84))),
        (message(location={"latitude": 34, "longitude": -7}), seen(media="location", location=(34.0, -7.0))),
        (
            message(location={"latitude": 34, "longitude": -7}, venue={"title": "x"}),
            seen(media="location", location=(34.0, -7.0)),
        ),
        (message(location={"latitude": 91, "longitude": -7}), None),
        (message(location={"latitude": 10**400, "longitude": -7}), None),
        (message(location={"latitude": float("nan"), "longitude": -7}), None),
        (message(location={"latitude": True, "longitude": -7}), None),
        (message(location=[34, -7]), None),
        (message(pinned_message={"message_id": 1}), None),
        (message(), None),
        (press(), seen(choice="go=greet")),
        (press(data="1.language=ary-Latn"), seen(choice="1.language=ary-Latn")),
        (press(message={"message_id": 3, "chat": CHAT, "date": 0}), seen(choice="go=greet")),
        (press(message=None), seen(choice="go=greet")),
        (press(data=None, game_short_name="x"), None),
        (press(data=""), None),
        (press(data="ش" * 33), None),
        (press(message={"message_id": 3, "chat": {"id": -5, "type": "group"}}), None),
        ({"update_id": 9, "edited_message": message(text="x")["message"]}, None),
        ({"update_id": 9, "channel_post": message(text="x")["message"]}, None),
        (message(text="x", chat={"id": -100, "type": "supergroup"}), None),
        (message(text="x", chat={"id": -100, "type": "private"}), None),
        (message(text="x", chat={"id": "55", "type": "private"}), None),
        (message(text="x", chat={"id": 2**60, "type": "private"}), None),
        (message(text="x", chat=None), None),
        (message(text="x", message_id=None), None),
        ({**message(text="x"), "update_id": -1}, None),
        ({**message(text="x"), "update_id": "9"}, None),
        ({**message(text="x"), "update_id": True}, None),
        ({"update_id": 9, "message": None}, None),
        ({"update_id": 9}, None),
        ({}, None),
        (None, None),
        ([], None),
        ("text", None),
    ],
    ids=repr,
)  # fmt: skip
def test_made_of_an_update(update: object, expected: Incoming | None) -> None:
    assert incoming(update) == expected


def test_nothing_of_the_profile_is_taken() -> None:
    taken = incoming(message(text="salam"))
    assert taken is not None
    assert "Aïcha" not in repr(taken)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"new_chat_member": {"status": "kicked"}}, False),
        ({"new_chat_member": {"status": "left"}}, False),
        ({"new_chat_member": {"status": "member"}}, True),
        ({"new_chat_member": {}}, None),
        ({"new_chat_member": {"status": "kicked"}, "date": 10**30}, None),
        ({"new_chat_member": {"status": "kicked"}, "chat": {"id": -1, "type": "group"}}, None),
    ],
)
def test_standing(change: dict[str, Any], expected: bool | None) -> None:
    update = {"update_id": 9, "my_chat_member": {"chat": CHAT, "date": 1_795_000_000, **change}}
    found = standing(update)
    assert found == (None if expected is None else Standing("55", expected, datetime.fromtimestamp(1_795_000_000, UTC)))
    assert incoming(update) is None


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_leads_to_an_intent(command: str) -> None:
    assert COMMANDS[command].removeprefix("go=") in ROUTES


def test_the_menu_offers_only_commands_that_exist() -> None:
    assert MENU.keys() <= COMMANDS.keys()


# -- anything at all ---------------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(2**52 - 2, 10**40) | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = (
    "update_id message callback_query my_chat_member chat id type from data text caption location latitude longitude "
    "photo voice sticker document message_id date new_chat_member status private kicked member"
).split()
_ALIKE = st.recursive(
    _JSON | st.sampled_from(["private", "kicked", "member", "/start", "go=greet", 55, 9]),
    lambda inner: st.dictionaries(st.sampled_from(_FIELDS), inner, max_size=6),
    max_leaves=20,
)


@st.composite
def _mutated(draw: st.DrawFn) -> Any:
    """A real update with one thing in it replaced or taken out."""
    real = draw(st.sampled_from([message(text="salam"), message(location={"latitude": 1, "longitude": 2}), press()]))
    made = json.loads(json.dumps(real))
    holder = made
    while True:
        key = draw(st.sampled_from(sorted(holder)))
        if not isinstance(holder[key], dict) or not holder[key] or draw(st.booleans()):
            break
        holder = holder[key]
    if draw(st.booleans()):
        del holder[key]
    else:
        holder[key] = draw(_JSON)
    return made


@settings(max_examples=200, deadline=None)
@given(_ALIKE | _mutated() | _JSON)
def test_nothing_makes_it_fail(update: Any) -> None:
    taken = incoming(update)
    press_id(update)
    standing(update)
    if taken is not None:
        assert taken.address.isdigit()
        assert sum(x is not None for x in (taken.text, taken.choice, taken.media)) == 1
        json.dumps(taken.to_payload(), allow_nan=False).encode()
        (taken.text or taken.choice or "").encode("utf-8")
