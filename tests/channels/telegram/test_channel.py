"""What a person sees of a message: pieces, rows of buttons, files, and the keyboard that asks for a location."""

from __future__ import annotations

import pytest

from bot.channels.base import FREE
from bot.channels.telegram import Telegram
from bot.channels.telegram.markup import pieces
from bot.messages import Button, Document, Outgoing
from tests.platforms.telegram import TOKEN, BotApi

pytestmark = pytest.mark.anyio


async def shown(api: BotApi, *messages: Outgoing) -> list[str | None]:
    """Sends to person 5; the ids."""
    assert api.person(5).sees == []
    channel = Telegram(TOKEN, api.url, FREE)
    ids = [await channel.send("5", message, tracker="t") for message in messages]
    await channel.close()
    return ids


def buttons(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(f"go={n}", label) for n, label in enumerate(labels))


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (("Oui", "Non"), [["Oui", "Non"]]),
        (("Oui", "Non", "Plus tard"), [["Oui", "Non"], ["Plus tard"]]),
        (("Oui", "Un libellé bien plus long"), [["Oui"], ["Un libellé bien plus long"]]),
        (("إيه", "لا"), [["إيه", "لا"]]),
        ((), []),
    ],
)
async def test_rows_of_buttons(api: BotApi, labels: tuple[str, ...], rows: list[list[str]]) -> None:
    await shown(api, Outgoing("x", "?", buttons(*labels), "fr"))
    (message,) = api.person(5).sees
    assert [[label for label, _ in row] for row in message.rows] == rows
    assert [data for _, data in message.buttons] == [f"go={n}" for n in range(len(labels))]


async def test_text_is_never_read_as_markup(api: BotApi) -> None:
    text = '<a href="https://x">Ali</a> *gras* _x_ [y](z) &amp; \u2068<b>\u2069'
    await shown(api, Outgoing("x", text, (), "fr"))
    (call,) = api.calls("sendMessage")
    assert call.fields["text"] == text
    assert not call.fields.keys() & {"parse_mode", "entities"}
    assert '"is_disabled": true' in call.fields["link_preview_options"].replace(":true", ": true")


async def test_a_long_text_comes_in_pieces_with_the_buttons_under_the_last(api: BotApi) -> None:
    text = "\n".join(f"{n:04} " + "x" * 95 for n in range(100))
    (sent,) = await shown(api, Outgoing("x", text, buttons("Oui"), "fr"))
    seen = api.person(5).sees
    assert "\n".join(s.text for s in seen) == text
    assert [bool(s.buttons) for s in seen] == [False] * (len(seen) - 1) + [True]
    assert sent == str(seen[-1].message_id)


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("", 10, []),
        (" \n ", 10, []),
        ("abc", 3, ["abc"]),
        ("abc\ndef", 4, ["abc", "def"]),
        ("abc\ndef", 3, ["abc", "def"]),
        ("abc def\nghi", 8, ["abc def", "ghi"]),
        ("abcdef", 4, ["abcd", "ef"]),
        ("ab cdef", 4, ["ab", "cdef"]),
        ("a\n\n\n\n\n\nb", 3, ["a", "b"]),
    ],
)
def test_pieces(text: str, room: int, expected: list[str]) -> None:
    assert pieces(text, room) == expected


@pytest.mark.parametrize("content", [b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", bytes(range(256)) * 5, "موعد".encode()])
async def test_a_file_arrives_after_the_text_byte_for_byte(api: BotApi, content: bytes) -> None:
    file = Document("rendez-vous.ics", "text/calendar", content)
    (sent,) = await shown(api, Outgoing("booking.done", "C'est noté.", buttons("Menu"), "fr", document=file))
    text, document = api.person(5).sees
    assert (text.text, sent) == ("C'est noté.", str(text.message_id))
    assert document.document == ("rendez-vous.ics", "text/calendar", content)


async def test_the_location_keyboard_comes_and_goes(api: BotApi) -> None:
    ask = Outgoing("place.ask_town", "Où ?", (), "fr", ask_location=True)
    await shown(api, ask)
    chat = api.person(5).chat
    assert chat.keyboard is not None
    ((button,),) = chat.keyboard["keyboard"]
    assert button["request_location"] is True
    assert "📍" in button["text"]
    assert chat.keyboard["one_time_keyboard"] is True
    channel = Telegram(TOKEN, api.url, FREE)
    await channel.send("5", Outgoing("thank.welcome", "Merci", (), "fr"), tracker="t")
    assert chat.keyboard is None
    await channel.close()


async def test_buttons_win_over_the_location_keyboard(api: BotApi) -> None:
    await shown(api, Outgoing("place.ask_town", "Où ?", buttons("Rabat"), "fr", ask_location=True))
    assert api.person(5).chat.keyboard is None
    assert [label for label, _ in api.person(5).sees[0].buttons] == ["Rabat"]


async def test_a_hundred_buttons_at_most(api: BotApi) -> None:
    await shown(api, Outgoing("x", "?", buttons(*(f"b{n}" for n in range(120))), "fr"))
    assert len(api.person(5).sees[0].buttons) == 100
