"""Names found by list: canonical values, spelling variants, joined prepositions, and words that are no names."""

from __future__ import annotations

import pytest

from nlu.gazetteer import Gazetteer
from nlu.names import all_names
from nlu.normalise import tokenize
from nlu.patterns import pattern_spans, phone_value


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return all_names()


def found(gazetteer: Gazetteer, text: str) -> set[tuple[str, str, str]]:
    return {(s.entity, s.value, text[s.start : s.end]) for s in gazetteer.find(tokenize(text))}


NAMES = [
    ("bghit tbib dial snan f tanja", {("service", "dentistry", "tbib dial snan"), ("city", "01.511.01.0", "tanja")}),
    ("rdv chez le pédiatre à Casa", {("service", "pediatrics", "pédiatre"), ("city", "06.141.01.0", "Casa")}),
    ("طبيب العينين فتمارة", {("service", "ophthalmology", "طبيب العينين"), ("city", "04.501.01.07", "تمارة")}),
    ("Had Soualem", {("city", "06.117.01.09", "Had Soualem")}),
    ("hay mohammadi", {("city", "Hay Mohammadi", "hay mohammadi")}),
    ("Salé", {("city", "04.441.01.0", "Salé")}),
    ("بالرباط", {("city", "04.421.01.0", "الرباط")}),
    ("mal à la tête", {("symptom", "headache", "mal à la tête")}),
    ("ولدي فيه السخونه", {("relation", "son", "ولدي"), ("symptom", "fever", "السخونه")}),
    ("ma fille a de la fièvre", {("relation", "daughter", "ma fille"), ("symptom", "fever", "fièvre")}),
    ("BCG", {("vaccine", "BCG", "BCG")}),
    ("fin kayna saydaliya", {("facility", "pharmacy", "saydaliya")}),
    ("ghadi nji nhar l7ad", set()),
    ("safi wakha", set()),
    ("ana f safi", {("city", "07.431.01.03", "safi")}),
    ("nhar sebt f sbah", set()),
    ("khoya bghit rdv", set()),
    ("أنا في المنزل", set()),
    ("rdv l khti", {("relation", "sister", "khti")}),
    ("لختي", {("relation", "sister", "ختي")}),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_names(gazetteer: Gazetteer, text: str, names: set[tuple[str, str, str]]) -> None:
    assert found(gazetteer, text) == names


def test_a_name_inside_a_longer_one_loses(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, "souk sebt ouled nemma") == {("city", "05.255.01.11", "souk sebt ouled nemma")}


PHONES = [
    ("0612345678", "+212612345678"),
    ("06 12 34 56 78", "+212612345678"),
    ("+212 6 12 34 56 78", "+212612345678"),
    ("00212712345678", "+212712345678"),
    ("٠٦١٢٣٤٥٦٧٨", "+212612345678"),
    ("06-12-34-56-78", "+212612345678"),
]


@pytest.mark.parametrize(("written", "number"), PHONES)
def test_phones(written: str, number: str) -> None:
    text = f"nemrti {written} chokran"
    spans = pattern_spans(tokenize(text), text)
    assert [(s.entity, s.value, text[s.start : s.end]) for s in spans] == [("phone", number, written)]
    assert phone_value(written) == number


@pytest.mark.parametrize("text", ["141", "06 12", "12345678901234567890", "0812345678", "10h30"])
def test_no_phones(text: str) -> None:
    assert pattern_spans(tokenize(text), text) == []


PEOPLE = [
    ("smiti Fatima Zahra", "Fatima Zahra"),
    ("je m'appelle Rachid, j'ai 40 ans", "Rachid"),
    ("اسمي سكينة", "سكينة"),
    ("سميتي عبد الله من فاس", "عبد الله"),
    ("mon nom est Karim Alaoui", "Karim Alaoui"),
    ("اسمي عبد الرحيم وأسكن في فاس", "عبد الرحيم"),
]


@pytest.mark.parametrize(
    "text", ["اسمي ما غاديش نقولها", "smiti", "comment je m'appelle ?", "je m'appelle et je veux un rdv"]
)
def test_no_people(text: str) -> None:
    assert pattern_spans(tokenize(text), text) == []


@pytest.mark.parametrize(("text", "name"), PEOPLE)
def test_people_after_a_cue(text: str, name: str) -> None:
    spans = pattern_spans(tokenize(text), text)
    assert [(s.entity, text[s.start : s.end]) for s in spans] == [("person_name", name)]
