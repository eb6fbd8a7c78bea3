"""The page of praise and complaints: what it shows, in which order, and that reading it is written down."""

from __future__ import annotations

import re
from datetime import timedelta

from console.feedback import SHOWN
from dialogues.effects import LeaveFeedback
from store import audit_log, people
from store.perform import perform
from tests.console.conftest import Office


def left(office: Office, *texts: str) -> None:
    """Somebody leaves a judgement for each text."""
    now = office.site.app.clock()
    with office.site.app.store.write() as session:
        whom = people.find_or_create(session, "web", "somebody", now)
        perform(
            session, [LeaveFeedback(text) for text in texts], actor="person", person_id=whom.person_id,
            address_id=whom.address_id, now=now, language="fr",
        )  # fmt: skip


def test_what_was_said_is_read_and_never_code(office: Office) -> None:
    client = office.sign_in("amina")
    assert "Aucun avis" in client.get("/console/feedback").text
    left(office, "<b>Très</b> bien", "الاستقبال كان باردا\nوانتظرت")
    text = client.get("/console/feedback").text
    assert "&lt;b&gt;Très&lt;/b&gt; bien" in text
    assert '<p class="words" dir="auto">الاستقبال كان باردا\nوانتظرت</p>' in text
    assert "Aujourd&#39;hui, mardi 24 novembre" in text


def test_fifty_a_page_and_the_newest_first(office: Office) -> None:
    left(office, *(f"text {number:03}" for number in range(SHOWN + 5)))
    office.site.moment[0] += timedelta(days=1)
    left(office, "the newest")
    client = office.sign_in("omar")
    first = client.get("/console/feedback").text
    shown = re.findall(r"the newest|text \d{3}", first)
    assert (len(shown), shown[0]) == (SHOWN, "the newest")
    link = re.search(r'href="(/console/feedback\?before=[0-9a-f]{32})"', first)
    assert link
    second = client.get(link[1]).text
    shown += re.findall(r"text \d{3}", second)
    assert len(set(shown)) == len(shown) == SHOWN + 6
    assert "before=" not in second
    assert len(re.findall(r"text \d{3}", client.get("/console/feedback?before=%00x").text)) == SHOWN - 1


def test_reading_it_is_written_down_without_the_words(office: Office) -> None:
    left(office, "Très bien")
    office.sign_in("amina").get("/console/feedback")
    with office.site.app.store.read() as session:
        [row] = [row for row in audit_log.latest(session) if row.action == "feedback.read"]
    assert row.actor.startswith("staff:")
    assert row.detail == {"count": 1}
    assert "Très bien" not in office.sign_in("sara").get("/console/audit").text
