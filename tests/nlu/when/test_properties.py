"""What holds for any text and any moment: no exception, a value in the contract's form, places inside the text."""

from __future__ import annotations

import json
import time
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.when import find_all, read, read_all

_PARTS = {"morning", "noon", "afternoon", "evening", "night"}
_AGES = ("age_days", "age_months", "age_years")
# Words that the grammar acts on, so that random texts reach deep into it.
_WORDS = (
    "ghedda lbare7 lyoum nhar tnin tlata larb3a jem3a sebt l7ed jay li fat simana chher 3am had mn men 7tta l "
    "b3d 9bel mora m3a f d w qell nes rbe3 9sem toulout sa3a jouj 3chra tnach sbah l3chiya lil dhor lmghreb zad "
    "3ndo weldi hadi daba iyyam chhour snin simantayn wla machi la bghit nbdel rqem souk tension dh demain hier "
    "après avant midi minuit et demi quart moins le la du au de à en dans il y a depuis lundi mardi semaine "
    "mois an prochain dernier fin début né bonne soirée 12 31 0 99 2027 12/01 31/02 10h30 10:30 38,5 9999-12-31 "
    "15jours 1er غدا البارح نهار الاثنين الأحد الجاي السيمانة شهر عام مع الساعة العاشرة والنصف إلا ربع ونص "
    "صباحا مساء بعد قبل من إلى عندو عمره زاد تاريخ الولادة يومين ماشي لا 12 ١٢ ، ? , . - /"
).split()
_texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join),
    st.lists(st.one_of(st.sampled_from(_WORDS), st.text(max_size=6)), max_size=25).map("".join),
)
_moments = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2150, 1, 1))


def _check(value: dict[str, Any], now: datetime) -> None:
    fields = {key: field for key, field in value.items() if key != "kind"}
    match value["kind"]:
        case "date":
            date.fromisoformat(fields.pop("date"))
        case "datetime":
            datetime.strptime(f"{fields.pop('date')} {fields.pop('time')}", "%Y-%m-%d %H:%M")
        case "time":
            datetime.strptime(fields.pop("time"), "%H:%M")
        case "part":
            assert fields.pop("part") in _PARTS
            date.fromisoformat(fields.pop("date", "2026-01-01"))
        case "range":
            assert date.fromisoformat(fields.pop("from")) <= date.fromisoformat(fields.pop("to"))
        case "birthdate":
            assert date.fromisoformat(fields.pop("birthdate")) <= now.date()
        case "age":
            assert len(fields) == 1 and fields.popitem()[0] in _AGES
        case "duration":
            key, amount = fields.popitem()
            assert key in ("duration_days", "duration_hours") and amount > 0
        case other:
            raise AssertionError(other)
    assert not fields
    json.dumps(value)


@given(text=_texts, now=_moments, expecting=st.sampled_from([None, "appointment", "birth"]))
@settings(max_examples=1500, deadline=None)
def test_any_text_is_read(text: str, now: datetime, expecting: Any) -> None:
    found = find_all(text, now, expecting)
    for one in found:
        _check(one.value, now)
        assert 0 <= one.start < one.end <= len(text)
    values = [one.value for one in found]
    assert read_all(text, now, expecting) == values
    assert read(text, now, expecting) == (values[0] if values else {"kind": "none"})
    assert all(value not in values[:n] for n, value in enumerate(values))


@given(now=_moments, days=st.integers(1, 400))
def test_days_from_now_are_counted_from_today(now: datetime, days: int) -> None:
    expected = (now.date() + timedelta(days=days)).isoformat()
    for text in (f"dans {days} jours", f"mn daba {days} yom", f"بعد {days} يوما"):
        assert read(text, now) == {"kind": "date", "date": expected}


@given(now=_moments, weekday=st.integers(0, 6))
def test_a_weekday_is_its_next_occurrence_strictly_after_today(now: datetime, weekday: int) -> None:
    latin = ("ltnin", "nhar tlat", "larb3", "lkhmis", "jem3a", "sebt", "l7ed")
    french = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
    arabic = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
    for words in (latin, french, arabic):
        day = date.fromisoformat(read(words[weekday], now)["date"])
        assert day.weekday() == weekday
        assert 1 <= (day - now.date()).days <= 7


@given(hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_written_hours_keep_their_minutes(hour: int, minute: int) -> None:
    now = datetime(2026, 11, 18, 10, 0)
    spoken = hour + 12 if 1 <= hour <= 6 else hour
    for text in (f"{hour}h{minute:02d}", f"{hour}:{minute:02d}", f"à {hour} h {minute:02d}"):
        assert read(text, now) == {"kind": "time", "time": f"{spoken:02d}:{minute:02d}"}


@pytest.mark.parametrize(
    "text",
    [
        "3am w " * 160,
        "le " * 330,
        "12/" * 330,
        "mn tnin l " * 100,
        "1 2 3 4 5 6 7 8 9 " * 55,
        "بعد " * 250,
        "نهار الاثنين " * 75,
        "9" * 1000,
        "m3a 10 w nes qell rbe3 " * 43,
        "depuis il y a " * 70,
    ],
)
def test_a_long_text_of_one_word_takes_no_longer_than_it_should(text: str) -> None:
    now = datetime(2026, 11, 18, 10, 0)
    read(text, now)
    start = time.perf_counter()
    read(text, now)
    assert time.perf_counter() - start < 1.0
