"""What a person sees of a message: buttons, a list, pieces, files, a question for the place; never more than fits."""

from __future__ import annotations

import pytest

from bot.channels.whatsapp.markup import media_type
from bot.errors import Failure, SendError
from bot.messages import Button, Document, Outgoing, Template
from tests.channels.whatsapp.sending import channel, somebody
from tests.platforms.whatsapp import CloudApi, Fault, GraphError

pytestmark = pytest.mark.anyio
TRACKER = "a" * 32
PDF = Document("vaccination.pdf", "application/pdf", b"%PDF-1.4 x")
CALENDAR = Document("rendez-vous.ics", "text/calendar", b"BEGIN:VCALENDAR")
PICTURE = Document("vaccination.png", "image/png", b"\x89PNG x")


def buttons(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(f"go={n}", label) for n, label in enumerate(labels))


@pytest.mark.parametrize(
    ("labels", "is_list"),
    [
        (("Oui",), False),
        (("Oui", "Non", "Plus tard"), False),
        (("Rendez-vous confirmé", "Non"), False),
        (("Rendez-vous confirmés", "Non"), True),
        (("1", "2", "3", "4"), True),
        (("Oui", "Oui"), True),
        (tuple(str(n) for n in range(10)), True),
        (tuple(str(n) for n in range(12)), True),
        (("نعم، أريد أن أحجز الآن", "لا"), True),
    ],
    ids=str,
)
async def test_up_to_three_short_buttons_else_a_list(api: CloudApi, labels: tuple[str, ...], is_list: bool) -> None:
    person = somebody(api)
    async with channel(api.url) as sender:
        await sender.send(person.user_id, Outgoing("x", "?", buttons(*labels), "fr"), tracker=TRACKER)
    (message,) = person.sees
    assert message.buttons == [(label, f"go={n}") for n, label in enumerate(labels)][:10]
    assert message.content.opens_list == ("Choisir" if is_list else None)
    assert message.tracker == TRACKER


@pytest.mark.parametrize("code", ["ary", "ary-Latn", "ar", "fr"])
async def test_a_list_opens_in_the_persons_language(api: CloudApi, code: str) -> None:
    person = somebody(api)
    async with channel(api.url) as sender:
        await sender.send(person.user_id, Outgoing("x", "?", buttons("1", "2", "3", "4"), code), tracker=TRACKER)
    opens = person.sees[0].content.opens_list
    assert opens in ("ختارو", "Khtarou", "اختاروا", "Choisir")
    assert (opens == "Choisir") == (code == "fr")


async def test_a_label_that_was_cut_is_whole_below(api: CloudApi) -> None:
    whole = "Centre de santé Hay Salam, Salé Tabriquet"
    made = (Button("a", whole[:23] + "…", whole), Button("b", "Court"), Button("c", "x" * 30))
    person = somebody(api)
    async with channel(api.url) as sender:
        await sender.send(person.user_id, Outgoing("x", "?", made, "fr"), tracker=TRACKER)
    assert person.sees[0].content.descriptions == (whole, "", "x" * 30)


async def test_two_buttons_of_one_id_are_one(api: CloudApi) -> None:
    person = somebody(api)
    made = (Button("a", "Oui"), Button("b", "Non"), Button("a", "Oui encore"))
    async with channel(api.url) as sender:
        await sender.send(person.user_id, Outgoing("x", "?", made, "fr"), tracker=TRACKER)
    assert person.sees[0].buttons == [("Oui", "a"), ("Non", "b")]


LINES = "\n".join(f"{n:04} " + "x" * 45 for n in range(200))


@pytest.mark.parametrize("size", [1, 1023, 1024, 1025, 4096, 5000, 9999])
@pytest.mark.parametrize("labels", [(), ("Oui",)])
async def test_a_long_text_comes_in_pieces_with_the_buttons_under_the_last(
    api: CloudApi, size: int, labels: tuple[str, ...]
) -> None:
    text = LINES[:size].strip()
    person = somebody(api)
    async with channel(api.url) as sender:
        sent = await sender.send(person.user_id, Outgoing("x", text, buttons(*labels), "fr"), tracker=TRACKER)
    assert "\n".join(shown.text for shown in person.sees) == text
    assert [len(shown.buttons) for shown in person.sees] == [0] * (len(person.sees) - 1) + [len(labels)]
    # Only the last one's receipt is the message's.
    names = [shown.tracker for shown in person.sees]
    assert names == [f"{TRACKER}.{n}" for n in range(len(names) - 1)] + [TRACKER]
    assert sent == person.sees[-1].id


async def test_a_text_is_sent_as_it_is_without_a_preview(api: CloudApi) -> None:
    text = '<a href="https://example.org">Ali</a> https://example.org &amp; \u2068<b>\u2069'
    person = somebody(api)
    async with channel(api.url) as sender:
        await sender.send(person.user_id, Outgoing("x", text, (), "fr"), tracker=TRACKER)
    (call,) = api.calls("send")
    assert call.fields["text"] == {"body": text, "preview_url": False}


async def test_the_place_is_asked_for(api: CloudApi) -> None:
    person = somebody(api)
    async with channel(api.url) as sender:
        await sender.send(person.user_id, Outgoing("x", "Où ?", (), "fr", ask_location=True), tracker=TRACKER)
    assert person.sees[0].content.asks_location


@pytest.mark.parametrize(
    ("document", "kept_as"),
    [(PDF, "application/pdf"), (CALENDAR, "text/plain"), (PICTURE, "image/png"),
     (Document("labas.json", "application/json", b"{}"), "text/plain")],
    ids=lambda value: getattr(value, "name", value),
)  # fmt: skip
async def test_a_file_is_kept_first_and_comes_with_the_text(api: CloudApi, document: Document, kept_as: str) -> None:
    person = somebody(api)
    async with channel(api.url) as sender:
        message = Outgoing("x", "Voici.", (), "fr", document=document)
        await sender.send(person.user_id, message, tracker=TRACKER)
    (shown,) = person.sees
    assert (shown.text, shown.document) == ("Voici.", (document.name, kept_as, document.content)) or (
        document is PICTURE and shown.document is not None and shown.document[2] == PICTURE.content
    )
    assert media_type(document) == kept_as
    assert [call.what for call in api.ledger] == ["media", "send"]


async def test_a_file_with_buttons_comes_before_them(api: CloudApi) -> None:
    person = somebody(api)
    async with channel(api.url) as sender:
        message = Outgoing("x", "C'est réservé.", buttons("Merci"), "fr", document=CALENDAR)
        await sender.send(person.user_id, message, tracker=TRACKER)
    assert [(shown.text, bool(shown.document), len(shown.buttons)) for shown in person.sees] == [
        ("", True, 0), ("C'est réservé.", False, 1),
    ]  # fmt: skip
    assert person.sees[-1].tracker == TRACKER


@pytest.mark.parametrize(
    "fault", [Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.LATE, Fault.GATEWAY_AFTER, Fault.EMPTY_YES], ids=str
)
async def test_a_file_that_is_not_kept_was_not_sent(
    api: CloudApi, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has seen anything: the whole message may be tried again."""
    monkeypatch.setattr("bot.channels.whatsapp.client.UPLOAD_SECONDS", 0.7)
    person = somebody(api)
    api.faults["media"].append(fault)
    message = Outgoing("x", "Voici.", (), "fr", document=PDF)
    async with channel(api.url) as sender:
        with pytest.raises(SendError) as caught:
            await sender.send(person.user_id, message, tracker=TRACKER)
        assert caught.value.failure is Failure.NOT_SENT
        assert person.sees == []
        await sender.send(person.user_id, message, tracker=TRACKER)
    assert len(person.sees) == 1


async def test_a_user_id_with_letters_and_a_number_are_written_to(api: CloudApi) -> None:
    lettered = api.person("212600000001", user_id="MA.x7Qp9Zk2")
    numbered = api.person("212600000002", shape="phone")
    for person in (lettered, numbered):
        person.says("salam")
    async with channel(api.url) as sender:
        await sender.send("MA.x7Qp9Zk2", Outgoing("x", "1", (), "fr"), tracker=TRACKER)
        await sender.send("212600000002", Outgoing("x", "2", (), "fr"), tracker=TRACKER)
    assert [shown.text for shown in lettered.sees + numbered.sees] == ["1", "2"]
    first, second = api.calls("send")
    assert (first.fields.get("recipient"), first.fields.get("to")) == ("MA.x7Qp9Zk2", None)
    assert (second.fields.get("recipient"), second.fields.get("to")) == (None, "212600000002")


async def test_nothing_is_sent_of_nothing(api: CloudApi) -> None:
    async with channel(api.url) as sender:
        with pytest.raises(SendError, match="text_empty"):
            await sender.send("212600000001", Outgoing("x", " \n ", (), "fr"), tracker=TRACKER)
    assert api.ledger == []


@pytest.mark.parametrize(
    ("fault", "code", "seen"),
    [
        (GraphError(131016), None, 3),
        (GraphError(130429, retry_after=30), "partly_130429", 1),
        (GraphError(131056), None, 3),
        (Fault.PROXY_FORBIDS, None, 3),
        (Fault.RESET_AFTER, "partly_no_answer", 2),
        (Fault.RESET_BEFORE, "partly_no_answer", 1),
        (GraphError(131009), "partly_131009", 1),
        (GraphError(190), "partly_190", 1),
    ],
    ids=str,
)
async def test_the_second_piece_goes_wrong(
    api: CloudApi, monkeypatch: pytest.MonkeyPatch, fault: Fault | GraphError, code: str | None, seen: int
) -> None:
    """What surely did not arrive is tried again at once; else nobody knows of the whole, and nothing is repeated."""
    monkeypatch.setattr("bot.channels.pieces._FIRST_WAIT", 0.01)
    person = somebody(api)
    async with channel(api.url) as sender:
        message = Outgoing("x", LINES[:9000], buttons("Oui"), "fr")
        struck: list[str] = []
        original = sender.client.send

        async def send(address: str, kind: str, content: object, tracker: str) -> str | None:
            if tracker == f"{TRACKER}.1" and not struck:
                struck.append(tracker)
                api.faults["send"].append(fault)
            return await original(address, kind, content, tracker)  # type: ignore[arg-type]

        monkeypatch.setattr(sender.client, "send", send)
        if code is None:
            await sender.send(person.user_id, message, tracker=TRACKER)
        else:
            with pytest.raises(SendError) as caught:
                await sender.send(person.user_id, message, tracker=TRACKER)
            assert (caught.value.code, caught.value.failure) == (code, Failure.UNKNOWN)
            assert caught.value.rests == (30 if code == "partly_130429" else None)
    assert len(person.sees) == seen
    assert len({shown.text for shown in person.sees}) == seen


async def test_a_template_goes_with_its_values_and_buttons(api: CloudApi) -> None:
    api.templates.create(
        {
            "name": "labas_x", "language": "fr", "category": "UTILITY", "parameter_format": "NAMED",
            "components": [
                {"type": "BODY", "text": "Bonjour {{child}}, à bientôt.",
                 "example": {"body_text_named_params": [{"param_name": "child", "example": "Salma"}]}},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Oui"}]},
            ],
        }
    )  # fmt: skip
    person = api.person()
    made = Template("labas_x", "fr", (("child", "Adam"),), ("re.x",))
    async with channel(api.url) as sender:
        await sender.send(person.user_id, Outgoing("x", "…", buttons("Oui"), "fr", template=made), tracker=TRACKER)
    (shown,) = person.sees
    assert (shown.text, shown.buttons) == ("Bonjour Adam, à bientôt.", [("Oui", "re.x")])
