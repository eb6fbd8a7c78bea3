"""What people write as an answer, in four varieties, and what is made of it. A doubtful answer is none."""

from __future__ import annotations

from datetime import datetime

import pytest

from dialogues.errors import AnswerRejected
from dialogues.triage.load import protocols
from dialogues.triage.spoken import age_answer, answer_to, pregnancy_answer
from tests.dialogues.triage.listening import read
from tests.dialogues.world import World

NOW = datetime(2026, 11, 24, 9, 0)
BREATHING, TEMPERATURE, DAYS = "general.breathing", "shared.temperature", "shared.days"


def answer(key: str, text: str) -> str | None:
    return answer_to(protocols().questions[key], read(text, NOW), World())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("oui", "yes"), ("oui un peu", "yes"), ("un peu", "yes"), ("oui depuis hier", "yes"), ("beaucoup", "yes"),
        ("iyeh", "yes"), ("ah chwiya", "yes"), ("chwiya", "yes"), ("bzaf", "yes"), ("mn lbar7", None),
        ("إيه", "yes"), ("شوية", "yes"), ("بزاف", "yes"), ("نعم", "yes"), ("نعم كثيرا", "yes"), ("من البارح", None),
        ("non", "no"), ("non rien du tout", "no"), ("la", "no"),
        ("la walo", "no"), ("walo", "no"), ("la hamdoullah", "no"),
        ("لا", "no"), ("لا والو", "no"), ("لا الحمد لله", "no"), ("ما كاينش", "no"), ("لا شكرا", "no"),
        ("je ne sais pas", "unknown"), ("ma3reftch", "unknown"), ("ما عرفتش", "unknown"), ("لا أعرف", "unknown"),
        ("non il respire bien", "no"), ("il boit bien", "no"), ("non, il est réveillé et il joue", "no"),
        ("pas de difficulté à respirer", "no"), ("rien de tout cela", "no"), ("tout va bien", "no"),
        ("ah non", "no"), ("non mais il tousse", "no"), ("non elle a 3 ans", "no"),
        ("la kaytnefs mzyan", "no"), ("kaychreb mzyan", "no"), ("kayl3eb 3adi", "no"), ("la ma fihch skhana", "no"),
        ("ma 3ndouch mochkil f nefs", "no"), ("la, 7ta 7aja mn hadchi", "no"), ("lhamdoulah la", "no"),
        ("كيشرب مزيان", "no"), ("لا ما فيهش السخانة", "no"), ("ما عندوش مشكل فالنفس", "no"), ("لا كيشرب مزيان", "no"),
        ("لا يوجد دم", "no"), ("لا، هو واع ويتحدث بشكل عادي", "no"), ("هو مستيقظ ويلعب", "no"), ("لا شيء من هذا", "no"),
        ("oui très mal", "yes"), ("plutôt oui", "yes"), ("oui elle est somnolente", "yes"),
        ("je ne sais pas trop", "unknown"), ("ma3rftch bsah", "unknown"),
        ("non il ne boit plus", None), ("la ma b9ach kaychreb", None), ("لا لم يعد يشرب", None), ("hhhhh", None),
        ("il ne boit pas", None), ("ma kaychrebch", None), ("لا يشرب", None), ("ما كيشربش", None),
        ("pas bien du tout", None), ("machi mzyan", None), ("ليس بخير", None), ("oui il respire bien", None),
        ("non il dort tout le temps", None), ("la na3es dima", None), ("la chwiya safi", None),
        ("la douleur est forte", None),
        ("pourquoi ?", None), ("25 سنة", None), ("3 ans", None), ("tayara", None),
    ],
)  # fmt: skip
def test_a_yes_or_no(text: str, meant: str | None) -> None:
    assert answer(BREATHING, text) == meant


@pytest.mark.parametrize("text", ["un peu mais supportable", "un peu", "chwiya, kantsber", "شوية", "قليلا"])
def test_a_little_is_no_to_a_question_of_degree(text: str) -> None:
    """ "Is the pain unbearable?" and "is there very much blood?", but not "is it hard to breathe?"."""
    assert answer("shared.severe_pain", text) == answer("shared.spurting", text) == "no"
    assert answer(BREATHING, text) == "yes"


@pytest.mark.parametrize("text", ["mn lbar7", "من البارح", "depuis deux jours"])
def test_since_when_is_a_yes_but_not_to_a_danger(text: str) -> None:
    """It may be about the complaint: what could call an ambulance is asked once more."""
    assert answer("shared.fever_too", text) == "yes"
    assert answer(BREATHING, text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("39", "39"), ("38,5", "38.5"), ("39 w nss", "39.5"), ("٣٩ ونصف", "39.5"), ("il a 39°5", "39.5"),
        ("38.7°", "38.7"),
        ("quarante", "40"), ("je ne sais pas", "unknown"), ("j'ai pas de thermomètre", "unknown"),
        ("skhoun bzaf", "unknown"), ("ما عنديش ترمومتر", "unknown"),
        ("non pas de fièvre", "37"), ("لا كلشي عادي", "37"),
    ],
)  # fmt: skip
def test_a_temperature(text: str, meant: str | None) -> None:
    assert answer(TEMPERATURE, text) == meant


@pytest.mark.parametrize("text", ["50", "12", "380", "3", "tlata w tlatin"])
def test_an_impossible_temperature_is_refused(text: str) -> None:
    with pytest.raises(AnswerRejected):
        answer(TEMPERATURE, text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mn lbar7", "1"), ("depuis hier", "1"), ("3 jours", "3"), ("hadi 3 iyam", "3"), ("يومين", "2"),
        ("سيمانة", "7"),
        ("une semaine", "7"), ("منذ 3 أيام", "3"), ("lyoum", "0"), ("chehr", "30.438"), ("ma3reftch", "unknown"),
    ],
)  # fmt: skip
def test_how_long(text: str, meant: str) -> None:
    assert answer(DAYS, text) == meant


@pytest.mark.parametrize(
    ("text", "grown_up", "meant"),
    [
        ("3 ans", False, "1095..1461"), ("3ndo 3 snin", False, "1095..1461"), ("5 mois", False, "152..182"),
        ("عندو شهرين", False, "60..91"), ("chehrayn", False, "60..91"), ("عمرها سنة", False, "365..730"),
        ("3am w nss", False, "547..578"), ("10 jours", False, "10"), ("34", True, "12418..12783"),
        ("62 ans", True, "22645..23010"),
        ("عمري 45 عام", True, "16436..16801"),
    ],
)  # fmt: skip
def test_an_age(text: str, grown_up: bool, meant: str) -> None:
    assert age_answer(read(text, NOW), grown_up=grown_up) == meant


@pytest.mark.parametrize(("text", "grown_up"), [("900 ans", False), ("900", True), ("2", False), ("7", False)])
def test_an_age_that_cannot_be_or_lacks_its_unit_is_refused(text: str, grown_up: bool) -> None:
    with pytest.raises(AnswerRejected):
        age_answer(read(text, NOW), grown_up=grown_up)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("oui", "pregnant"), ("7amla", "pregnant"), ("enceinte de 7 mois", "pregnant"), ("حامل", "pregnant"),
        ("non", "no"),
        ("لا", "no"), ("j'ai accouché il y a 10 jours", "after_birth"), ("wldat hadi simana", "after_birth"),
        ("je ne sais pas", "unknown"),
    ],
)  # fmt: skip
def test_a_pregnancy(text: str, meant: str) -> None:
    assert pregnancy_answer(read(text, NOW)) == meant
