"""Towns in the spellings that people really use."""

from __future__ import annotations

import pytest

from nlu.normalise import skeleton
from store.places import Places


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(skeleton)


def found(places: Places, text: str) -> list[str]:
    return [place.name_fr for place in places.search(text)]


@pytest.mark.parametrize(
    ("town", "spellings"),
    [
        ("Rabat", "Rabat|rabat|RABAT|rbat|الرباط|رباط|ف الرباط|f rabat|ana f rbat|la ville de Rabat|Rabatt"),
        ("Salé", "Salé|sale|SALE|sla|slaa|سلا|ana f sla|j'habite à Salé|hay salam|حي السلام|bab lamrissa|تابريكت"),
        (
            "Casablanca",
            "Casablanca|casa|kaza|casablnaca|cassablanca|dar lbida|dar el beida|الدار البيضاء|الدار البيضا|كازا|"
            "hay hassani|الحي الحسني|ain sebaa|3in sb3|sidi moumen|sidi bernoussi|hay mohammadi|عين الشق|maarif",
        ),
        ("Fès", "Fès|fes|fas|Fez|فاس|zouagha"),
        ("Marrakech", "Marrakech|marrakch|marakech|mrrakech|kech|مراكش|gueliz|guéliz|ménara"),
        ("Tanger", "Tanger|tanja|tanga|طنجة|f tanja|bni makada|Tangier"),
        ("Agadir", "Agadir|agadir|أكادير|اكادير|agadire"),
        ("Oujda", "Oujda|wjda|oujdda|وجدة|oudja"),
        ("Meknès", "Meknès|meknas|mknas|مكناس|mekness"),
        ("Tétouan", "Tétouan|tetwan|titwan|تطوان|tetouane"),
        ("Kénitra", "Kénitra|kenitra|9nitra|qnitra|lqnitra|القنيطرة|لقنيطرة|kan9leb 3la tbib f kenitra"),
        ("Béni Mellal", "Béni Mellal|beni mellal|bni mlal|benimellal|بني ملال"),
        ("Laâyoune", "Laâyoune|laayoune|l3youn|la3youne|العيون"),
        ("Dakhla", "Dakhla|dakhla|الداخلة|ddakhla"),
        ("Mohammadia", "Mohammadia|mohammedia|fdala|المحمدية"),
        ("Témara", "Témara|temara|tmara|تمارة"),
        ("El Jadida", "El Jadida|jadida|jdida|ljadida|الجديدة"),
        ("Safi", "Safi|asfi|آسفي|اسفي"),
        ("Khouribga", "Khouribga|khribga|5ribga|خريبكة"),
        ("Al Hoceima", "Al Hoceima|hoceima|lhoceima|الحسيمة"),
        ("Chefchaouen", "Chefchaouen|chaouen|chawen|شفشاون|الشاون"),
        ("Ouarzazate", "Ouarzazate|warzazat|werzazat|ورزازات"),
        ("Errachidia", "Errachidia|rachidia|الرشيدية"),
        ("Khémisset", "Khémisset|khmissat|lkhmisat|الخميسات"),
        ("Ksar El Kebir", "Ksar El Kebir|ksar kbir|l9sar lkbir|القصر الكبير"),
        ("Oulad Teima", "Oulad Teima|ouled teima|wlad tayma|أولاد تايمة|ولاد تايمة"),
        ("Ait Melloul", "Ait Melloul|aït melloul|ayt mlloul|آيت ملول"),
        ("Taroudannt", "Taroudannt|taroudant|تارودانت"),
        ("Es-Semara", "Es-Semara|smara|semara|السمارة"),
        ("Sidi Slimane", "Sidi Slimane|sidi slimen|سيدي سليمان"),
        ("Moulay Bousselham", "Moulay Bousselham|moulay bouslham|my bousselham|مولاي بوسلهام"),
    ],
)
def test_spellings_of_a_town(places: Places, town: str, spellings: str) -> None:
    wrong = {text: names for text in spellings.split("|") if (names := found(places, text)) != [town]}
    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "f", "la", "123", "😀", "?!", "xyzzy", "qwerty", "Paris", "Barcelona", "Madrid", "Londres", "Alger",
        "New York", "dentiste", "salam", "makaynch", "demain matin", "غدا", "بغيت نحجز", "bghit nakhod rdv",
        "a" * 100_000, "\0", "'; DROP TABLE person; --",
    ],
)  # fmt: skip
def test_no_town(places: Places, text: str) -> None:
    assert found(places, text) == []


@pytest.mark.parametrize(
    ("text", "provinces"),
    [
        ("Ajdir", {"Taza", "Al Hoceima"}),
        ("أجدير", {"Taza", "Al Hoceima"}),
        ("Sidi Ghanem", {"Chichaoua", "Rehamna"}),
        ("Agdal", {"Fès", "Rabat"}),
        ("Youssoufia", {"Rabat", "Youssoufia"}),
    ],
)
def test_names_of_several_towns_give_them_all(places: Places, text: str, provinces: set[str]) -> None:
    assert {place.province_fr for place in places.search(text)} == provinces


@pytest.mark.parametrize(
    ("text", "town"),
    [("Souss-Massa", "Agadir"), ("l'oriental", "Oujda"), ("الشرق", "Oujda"), ("Rehamna", "Ben Guerir")],
)
def test_province_or_region_stands_for_its_biggest_town(places: Places, text: str, town: str) -> None:
    assert found(places, text) == [town]


def test_exact_name_alone_even_when_others_resemble_it(places: Places) -> None:
    assert found(places, "Tamri") == ["Tamri"]  # not Témara, which has the same consonants
    assert found(places, "Saada") == ["Saada"]
    assert found(places, "Saidia") == ["Saidia"]


def test_every_commune_is_found_by_both_its_names(places: Places) -> None:
    places.load()
    index = places._index()
    missing = [
        name
        for code, place in index.facts.items()
        for name in (place.name_fr, place.name_ar)
        if code not in [hit.code for hit in places.search(name, limit=10)]
    ]
    assert len(index.facts) == 1503
    assert missing == []


def test_place_by_code(places: Places) -> None:
    place = places.place("04.441.01.0")
    assert place is not None
    assert (place.name_fr, place.name_ar, place.province_fr, place.province_ar) == ("Salé", "سلا", "Salé", "سلا")
    assert places.place("99") is None


def test_limit(places: Places) -> None:
    assert len(places.search("Ajdir", limit=1)) == 1
