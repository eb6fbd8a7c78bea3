"""Templates: data that is checked, handed in, reviewed, paused, moved to another category; and the commands for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
import yaml

from bot.channels.whatsapp import catalogue, review
from bot.channels.whatsapp.catalogue import TemplateError
from bot.languages import LANGUAGES
from store import templates
from store.templates import TemplateRow
from tests.channels.whatsapp.running import VERIFY, Running, running
from tests.platforms.whatsapp import ACCOUNT_ID, PHONE_ID, SECRET, TOKEN, CloudApi, GraphError

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[3]
COUNT = len(catalogue.forms()) * len(LANGUAGES)


def rows(labas: Running) -> dict[tuple[str, str], TemplateRow]:
    with labas.store.read() as session:
        return {(row.name, row.language): row for row in templates.every(session, "whatsapp")}


async def submit(labas: Running, *names: str) -> list[str]:
    done = await review.submit(labas.channel.client, labas.store, labas.app.clock, names)
    return [each.done for each in done]


async def test_all_are_handed_in_once_and_reviewed(api: CloudApi, data: Path) -> None:
    """The fake checks them as Meta does: form, examples, ends of the text, lengths, languages."""
    async with running(data, api) as labas:
        assert await submit(labas) == ["submitted"] * COUNT
        assert await submit(labas) == ["same"] * COUNT
        assert len(rows(labas)) == COUNT
        assert all(row.is_usable for row in rows(labas).values())
    book = api.templates.book
    assert {language for _, language in book} == {"ar", "ar_MA", "fr"}
    assert {template.category for template in book.values()} == {"UTILITY"}
    assert all(template.ttl and template.ttl <= 43_200 for template in book.values())
    # What somebody with the phone in their hand may read names no illness and no vaccine.
    words = ("vaccin", "tlqi", "jelb", "لقاح", "تلقيح", "جلب", "maladie", "dentiste")
    for template in book.values():
        for said in (template.body, *template.replies):
            assert not [word for word in words if word in said.casefold()], (template.name, said)


async def test_some_are_handed_in_by_name(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        assert await submit(labas, "children") == ["submitted"] * 4
        with pytest.raises(TemplateError, match="nothing_of_ours"):
            await submit(labas, "nothing_of_ours")


def change_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The French text of one template is another one from now on."""
    words = catalogue.render.words

    def changed(message: str, code: str) -> str:
        return words(message, code) + (" !" if (message, code) == ("template.children", "fr") else "")

    monkeypatch.setattr(catalogue.render, "words", changed)


@pytest.mark.parametrize(("approves", "done"), [(True, "changed"), (False, "refused")])
async def test_other_words_are_handed_in_again_unless_a_review_is_under_way(
    api: CloudApi, data: Path, monkeypatch: pytest.MonkeyPatch, approves: bool, done: str
) -> None:
    api.templates.approves = approves
    async with running(data, api) as labas:
        await submit(labas, "children")
        change_words(monkeypatch)
        assert sorted(await submit(labas, "children")) == sorted([done, "same", "same", "same"])
        for body in (api.templates.book["labas_children", "fr"].body, rows(labas)["labas_children", "fr"].body):
            assert body.endswith(" !") == approves


def with_another_form(monkeypatch: pytest.MonkeyPatch, **more: Any) -> None:
    """The data of one template are others from now on."""
    forms = tuple(replace(form, **more) if form.name == "children" else form for form in catalogue.forms())
    monkeypatch.setattr(catalogue, "forms", lambda: forms)


@pytest.mark.parametrize("more", [{"hours": 3}, {"has_footer": False}], ids=str)
async def test_another_end_or_time_to_live_is_handed_in_again(
    api: CloudApi, data: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    async with running(data, api) as labas:
        await submit(labas, "children")
        with_another_form(monkeypatch, **more)
        assert await submit(labas, "children") == ["changed"] * 4
        assert await submit(labas, "children") == ["same"] * 4
        template = api.templates.book["labas_children", "fr"]
        assert (template.ttl, template.part("FOOTER") is None) == (
            (3 * 3600, False) if "hours" in more else (12 * 3600, True)
        )


async def test_better_words_for_one_that_meta_moved_to_another_category(
    api: CloudApi, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its category is not ours to change any more, so that we do not ask for it. The next better words wait a day."""
    async with running(data, api) as labas:
        await submit(labas, "children")
        api.templates.recategorise("labas_children", "MARKETING", "fr")
        change_words(monkeypatch)
        assert sorted(await submit(labas, "children")) == ["changed", "same", "same", "same"]
        assert api.templates.book["labas_children", "fr"].category == "MARKETING"
        with_another_form(monkeypatch, hours=3)
        assert sorted(await submit(labas, "children")) == ["changed", "changed", "changed", "refused"]
        api.advance(24 * 3600 + 1)
        assert sorted(await submit(labas, "children")) == ["changed", "same", "same", "same"]


async def test_news_that_do_not_come_are_asked_for(api: CloudApi, data: Path) -> None:
    """Meta posts what one has subscribed to; without the rest the hourly look finds it."""
    api.webhooks.fields = frozenset({"messages"})
    async with running(data, api) as labas:
        await submit(labas, "children")
        api.templates.pause("labas_children", "fr")
        await api.until(lambda: api.webhooks.is_idle)
        assert rows(labas)["labas_children", "fr"].status == "approved"
        await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
        assert rows(labas)["labas_children", "fr"].status == "paused"


async def test_what_meta_has_is_what_counts(api: CloudApi, data: Path) -> None:
    """A new database learns from Meta what was approved, in Meta's words."""
    async with running(data, api) as labas:
        await submit(labas, "children")
        with labas.store.write() as session:
            from store.models import Template

            session.query(Template).delete()
        api.templates.book["labas_children", "fr"].components[0]["text"] = "Autres mots, approuvés."
        assert await review.synchronise(labas.channel.client, labas.store, labas.app.clock) == 4
        assert rows(labas)["labas_children", "fr"].body == "Autres mots, approuvés."


async def test_more_than_a_page_is_read(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        await submit(labas)
        for number in range(150):
            api.templates.create(
                {"name": f"others_{number}", "language": "fr", "category": "UTILITY",
                 "components": [{"type": "BODY", "text": "Bonjour."}]}
            )  # fmt: skip
        assert len(await labas.channel.client.templates()) == COUNT + 150
        assert await review.synchronise(labas.channel.client, labas.store, labas.app.clock) == COUNT


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (lambda book: book.reject("labas_children", "fr", "INVALID_FORMAT"), ("rejected", "INVALID_FORMAT", "utility")),
        (lambda book: book.pause("labas_children", "fr"), ("paused", "FIRST_PAUSE", "utility")),
        (lambda book: book.disable("labas_children", "fr"), ("disabled", None, "utility")),
        (lambda book: book.recategorise("labas_children", "MARKETING", "fr"), ("approved", None, "marketing")),
    ],
    ids=["rejected", "paused", "disabled", "reclassed"],
)
async def test_news_of_meta_is_noted_and_is_an_alarm(
    api: CloudApi, data: Path, happens: Callable[[Any], None], expected: tuple[str, str | None, str]
) -> None:
    async with running(data, api) as labas:
        await submit(labas, "children")
        await api.until(lambda: api.webhooks.is_idle)
        happens(api.templates)
        await api.until(lambda: api.webhooks.is_idle)
        row = rows(labas)["labas_children", "fr"]
        assert (row.status, row.reason, row.given_category) == expected
        assert not row.is_usable
        with labas.store.read() as session:
            assert [alarm.name for alarm in templates.alarms(session)] == ["labas_children"]
        # The others go on.
        assert rows(labas)["labas_children", "ar"].is_usable


async def test_a_pause_ends_by_itself(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        await submit(labas, "children")
        api.templates.pause("labas_children", "fr")
        await api.until(lambda: api.webhooks.is_idle)
        api.advance(4 * 3600)
        await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
        assert rows(labas)["labas_children", "fr"].is_usable


async def test_one_that_is_gone_is_noted(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        await submit(labas, "children")
        del api.templates.book["labas_children", "fr"]
        await review.synchronise(labas.channel.client, labas.store, labas.app.clock)
        assert rows(labas)["labas_children", "fr"].status == "deleted"
        assert sorted(await submit(labas, "children")) == ["same", "same", "same", "submitted"]
        assert rows(labas)["labas_children", "fr"].is_usable


async def test_one_that_meta_refuses_holds_up_no_other(api: CloudApi, data: Path) -> None:
    async with running(data, api) as labas:
        api.faults["template_create"].append(GraphError(100, "x"))
        assert sorted(await submit(labas, "children")) == ["refused", "submitted", "submitted", "submitted"]


# -- the data ----------------------------------------------------------------------------------------------------------


def spoilt(**changes: Any) -> tuple[catalogue.Form, ...]:
    """The first template of the file with something wrong about it."""
    data = yaml.safe_load(catalogue.FILE.read_text("utf-8"))
    data["templates"] = [{**data["templates"][0], **changes}]
    return catalogue.read(data)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "nothing_written"}, "template.nothing_written has no text"),
        ({"category": "authentication"}, "category"),
        ({"hours": 24}, "hours"),
        ({"placeholders": {"moment": {"as": "text", "value": "x"}}}, "placeholders"),
        ({"buttons": ["choice.nothing"]}, "choice.nothing has no text"),
        ({"buttons": ["choice.booking_come", "choice.booking_come"]}, "labels of their own"),
        ({"buttons": ["choice.vaccine_given_child"]}, "labels of their own"),
        ({"buttons": ["help.what_i_do"]}, "25 characters"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_wrong_data_is_told_in_a_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        catalogue.checked(spoilt(**changes))


@pytest.mark.parametrize("data", [None, {}, {"templates": [1]}, {"templates": [{"name": "x"}]}], ids=str)
def test_data_of_another_form_is_told_in_a_sentence(data: Any) -> None:
    with pytest.raises(TemplateError, match="form"):
        catalogue.read(data)


def test_two_of_one_name_or_message_are_refused() -> None:
    [form] = spoilt()
    with pytest.raises(TemplateError, match="Two templates"):
        catalogue.checked((form, form))


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_a_text_that_is_missing_in_a_language_cannot_be_planned(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where another language could be read instead: what people get is what was written for them."""
    ids = catalogue.render.message_ids
    folder = LANGUAGES[code].folder
    monkeypatch.setattr(
        catalogue.render, "message_ids", lambda of: ids(of) - ({"template.children"} if of == folder else set())
    )
    with pytest.raises(TemplateError, match=f"template.children has no text in {code}"):
        catalogue.checked(catalogue.forms())
    with pytest.raises(TemplateError, match=f"has no text in {code}"):
        review.wordings(["children"])


# -- the commands ------------------------------------------------------------------------------------------------------


def labas_command(*arguments: str, data: Path, url: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    given = {
        "LABAS_DATA": str(data), "LABAS_WHATSAPP_TOKEN": TOKEN, "LABAS_WHATSAPP_PHONE_ID": PHONE_ID,
        "LABAS_WHATSAPP_ACCOUNT_ID": ACCOUNT_ID, "LABAS_WHATSAPP_SECRET": SECRET,
        "LABAS_WHATSAPP_VERIFY_TOKEN": VERIFY, "LABAS_WHATSAPP_API": url, **more,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], capture_output=True, cwd=ROOT, env={**os.environ, **given},
        timeout=120, check=False,
    )  # fmt: skip


async def ran(*arguments: str, data: Path, url: str, **more: str) -> tuple[int, str]:
    """Exit code and output; the fake answers meanwhile. Never a traceback."""
    done = await anyio.to_thread.run_sync(lambda: labas_command(*arguments, data=data, url=url, **more))
    said = done.stdout.decode() + done.stderr.decode()
    assert "Traceback" not in said
    assert TOKEN not in said
    return done.returncode, said


async def test_list_submit_sync_accept(api: CloudApi, data: Path) -> None:
    code, said = await ran("whatsapp", "templates", "list", data=data, url=api.url)
    assert (code, said.count("not submitted")) == (0, COUNT)
    code, said = await ran("whatsapp", "templates", "submit", "children", data=data, url=api.url)
    assert (code, said.count("submitted")) == (0, 4)
    api.templates.recategorise("labas_children", "MARKETING", "fr")
    code, said = await ran("whatsapp", "templates", "sync", data=data, url=api.url)
    assert (code, said.strip()) == (0, f"Meta knows 4 of our {COUNT} templates.")
    code, said = await ran("whatsapp", "templates", "list", "--json", data=data, url=api.url)
    listed = [each for each in json.loads(said) if each["name"] == "children"]
    assert [each["usable"] for each in listed if each["language"] == "fr"] == [False]
    assert {"name", "category", "language", "body", "placeholders", "status"} <= listed[0].keys()
    code, said = await ran("whatsapp", "templates", "list", data=data, url=api.url)
    assert "utility, now marketing" in said
    assert (await ran("whatsapp", "templates", "accept", "children", data=data, url=api.url))[0] == 0
    assert (await ran("whatsapp", "templates", "accept", "children", data=data, url=api.url))[0] == 1
    assert (await ran("whatsapp", "templates", "accept", "nothing", data=data, url=api.url))[0] == 2


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ({"LABAS_WHATSAPP_TOKEN": "EAAwrong"}, 1, "190"),
        ({"LABAS_WHATSAPP_TOKEN": ""}, 2, "LABAS_WHATSAPP_TOKEN"),
        ({"LABAS_WHATSAPP_ACCOUNT_ID": "x/../y"}, 2, "LABAS_WHATSAPP_ACCOUNT_ID"),
        ({"LABAS_WHATSAPP_API": "http://127.0.0.1:9"}, 1, "not_connected"),
        ({"LABAS_WHATSAPP_API": "ftp://x"}, 2, "LABAS_WHATSAPP_API"),
    ],
    ids=str,
)
async def test_a_command_that_cannot_ends_with_a_sentence(
    api: CloudApi, data: Path, more: dict[str, str], code: int, said: str
) -> None:
    ended, told = await ran("whatsapp", "templates", "sync", data=data, url=api.url, **more)
    assert ended == code
    assert said in told
