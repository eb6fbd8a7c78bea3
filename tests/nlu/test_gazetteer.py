"""Names found by list: canonical values, spelling variants, joined prepositions, and words that are no names."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.gazetteer import Gazetteer, Name
from nlu.names import all_names, list_names
from nlu.normalise import tokenize
from nlu.patterns import pattern_spans, phone_value


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return all_names()


def found(gazetteer: Gazetteer, text: str) -> set[tuple[str, str, str]]:
    return {(s.entity, s.value, text[s.start : s.end]) for s in gazetteer.find(tokenize(text))}


DIABETES = {("medicine", "diabetes_tablets", "dwa dyal sokkar")}
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
    ("la cheville droite", {("body_part", "ankle", "cheville")}),
    ("dhri msdoud", {("body_part", "back", "dhri")}),
    ("ktfo w rokbtha", {("body_part", "shoulder", "ktfo"), ("body_part", "knee", "rokbtha")}),
    ("فكرشها وعينيه", {("body_part", "belly", "كرشها"), ("body_part", "eye", "عينيه")}),
    ("ركبتي وقدماي", {("body_part", "knee", "ركبتي"), ("body_part", "foot", "قدماي")}),
    ("rassi kaydrni", {("symptom", "headache", "rassi kaydrni")}),
    ("rdv m3a tbib rkabi", {("service", "rheumatology", "tbib rkabi")}),
    ("doliprane w dwa dyal sokkar", {("medicine", "paracetamol", "doliprane")} | DIABETES),
    ("المضاد الحيوي وحبوب الحديد", {("medicine", "antibiotic", "المضاد الحيوي"), ("medicine", "iron", "حبوب الحديد")}),
    ("vitamine D", {("medicine", "vitamin_d", "vitamine D")}),
    ("la vitamine", {("medicine", "vitamins", "vitamine")}),
    ("لـبنتي", {("relation", "daughter", "بنتي")}),
    ("ce temps, quelle couleur", set()),
]
# Words with another sense too are found, but only likely.
UNSURE = [
    ("change la langue", ("body_part", "tongue", "langue")),
    ("b rassi", ("relation", "self", "rassi")),
    ("l7boub", ("symptom", "rash", "l7boub")),
    ("ظهر", ("body_part", "back", "ظهر")),
    ("dwa", ("medicine", "unspecified", "dwa")),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_names(gazetteer: Gazetteer, text: str, names: set[tuple[str, str, str]]) -> None:
    assert found(gazetteer, text) == names


@pytest.mark.parametrize(("text", "name"), UNSURE)
def test_unsure(gazetteer: Gazetteer, text: str, name: tuple[str, str, str]) -> None:
    spans = gazetteer.find(tokenize(text))
    assert [((s.entity, s.value, text[s.start : s.end]), s.exact) for s in spans] == [(name, False)]


def test_a_blocked_word_only_lends_its_value() -> None:
    gazetteer = Gazetteer([Name("city", "06", "Jdida")], ["jdida"])
    tokens = tokenize("f jdida")
    assert gazetteer.find(tokens) == []
    assert [(s.value, s.hidden, s.exact) for s in gazetteer.candidates(tokens)] == [("06", True, False)]


def test_a_list_is_read_with_spellings_and_endings(tmp_path: Path) -> None:
    (tmp_path / "city.yml").write_text("{aliases: {}, quarters: {}, only_in_context: [], left_out: []}", "utf-8")
    (tmp_path / "body_part.yml").write_text(
        """
        entity: body_part
        possessed: {ary-Latn: [i, ha], ary: [ي]}
        whole: [nab]
        unsure: [sder|sdri]
        values:
          chest: {ary-Latn: [sder|sadr], ary: [ركبة]}
          tooth: {ary-Latn: [nab, 3inin]}
        """,
        "utf-8",
    )
    names = {n.text: n.unsure for n in list_names(tmp_path) if n.entity == "body_part"}
    assert names == {
        **{"sder": True, "sdri": True, "sderha": False, "sadr": False, "sadri": False, "sadrha": False},
        **{"ركبة": False, "ركبتي": False, "nab": False, "3inin": False, "3iniha": False},
    }


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
