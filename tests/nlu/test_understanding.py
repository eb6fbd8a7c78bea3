"""What the trained model makes of ordinary sentences: intents, entities with their values, and the variety."""

from __future__ import annotations

import pytest

from tests.nlu.conftest import Server

INTENTS = [
    ("book_appointment", ["bghit nakhod rdv", "بغيت ناخد موعد", "je veux un rendez-vous", "أريد حجز موعد"]),
    ("book_appointment", ["bghit nakhod rdv 3nd tbib dial snan ghedda f sbah", "بغيت موعد لولدي", "rdv pédiatre svp"]),
    (
        "reschedule_appointment",
        ["je veux décaler mon rdv", "bghit nbdel lwa9t dial rdv", "بغيت نأخر الموعد", "أريد تأجيل موعدي"],
    ),
    ("cancel_appointment", ["annuler mon rdv", "bghit nlghi rdv", "بغيت نلغي الموعد", "أريد إلغاء الموعد"]),
    ("check_appointment", ["c quand mon rdv", "imta rdv dyali", "وقتاش الموعد ديالي", "متى موعدي"]),
    (
        "find_facility",
        ["où est l'hôpital le plus proche", "fin kayn a9rab sbitar", "فين كاين أقرب سبيطار", "أين أقرب صيدلية"],
    ),
    ("ask_opening_hours", ["à quelle heure ouvre le dispensaire", "fo9ach kay7el santr", "وقتاش كيحل المستوصف"]),
    ("ask_cost", ["c combien la consultation", "ch7al taman dial tbib", "شحال الثمن ديال الفحص", "كم تكلفة الفحص"]),
    ("greet", ["salam", "السلام عليكم", "bonjour", "labas"]),
    ("thank", ["merci", "شكرا بزاف", "lah y3tik sa7a", "شكرا جزيلا"]),
    ("inform", ["Salé", "smiti Fatima", "lundi prochain", "0612345678", "غدا الصباح"]),
    ("stop_reminders", ["arrêtez de m'envoyer des rappels", "حبسو عليا الرسائل ديال التذكير"]),
    ("report_symptom", ["mon fils tousse", "3ndi skhana w k7ba", "راسي كيضرني", "أعاني من صداع"]),
    ("report_emergency", ["il ne respire plus", "weldi ma kaytnefsch", "ولدي ما كيتنفسش", "ابني لا يتنفس"]),
    ("talk_to_human", ["je veux parler à quelqu'un", "bghit nhder m3a chi wahed", "أريد التحدث مع موظف"]),
    ("delete_my_data", ["supprimez mes données", "مسحو المعطيات ديالي", "امسحوا بياناتي"]),
    ("out_of_scope", ["qui a gagné le match hier", "chno l7ala dial jaw", "كيفاش ندير الطاجين", "ما عاصمة فرنسا"]),
]
TABLE = [(intent, text) for intent, texts in INTENTS for text in texts]


@pytest.mark.parametrize(("intent", "text"), TABLE)
def test_intents(nlu_server: Server, intent: str, text: str) -> None:
    assert nlu_server.parse(text)["intent"]["name"] == intent


VARIETIES = [
    ("ary", ["بغيت ناخد موعد مع الطبيب", "واش كاين شي بلاصة غدا", "فين كاين السبيطار", "شحال الثمن"]),
    ("ar", ["أريد حجز موعد عند الطبيب", "متى يفتح المركز الصحي؟", "هل يمكنني إلغاء موعدي", "شكرا جزيلا لكم"]),
    ("ary-Latn", ["bghit nakhod rdv 3nd tbib", "wach kayn chi blassa ghedda", "fin kayn sbitar", "chokran bzaf"]),
    (
        "fr",
        [
            "je veux prendre un rendez-vous",
            "à quelle heure ouvre le centre",
            "c combien la consultation",
            "merci beaucoup",
        ],
    ),
    ("ary-Latn", ["bghit nakhod rendez-vous 3nd le pédiatre", "wach momkin nannuler mon rdv dial ghedda"]),
    ("ary", ["بغيت rendez-vous عند طبيب السنان"]),
    (None, ["12", "0612345678", "Salé", "طنجة", "10:30", "😀", "", "12/03/2026"]),
]


@pytest.mark.parametrize(("variety", "text"), [(variety, text) for variety, texts in VARIETIES for text in texts])
def test_varieties(nlu_server: Server, variety: str | None, text: str) -> None:
    assert nlu_server.parse(text)["variety"] == variety


ENTITIES = [
    ("bghit tbib dial snan f tanja", [("service", "dentistry", "tbib dial snan"), ("city", "01.511.01.0", "tanja")]),
    (
        "بغيت موعد عند طبيب العينين فتمارة",
        [("service", "ophthalmology", "طبيب العينين"), ("city", "04.501.01.07", "تمارة")],
    ),
    ("rdv pédiatre à Casa", [("service", "pediatrics", "pédiatre"), ("city", "06.141.01.0", "Casa")]),
    ("ma fille a de la fièvre", [("relation", "daughter", "ma fille"), ("symptom", "fever", "fièvre")]),
    ("weldi dar BCG", [("relation", "son", "weldi"), ("vaccine", "BCG", "BCG")]),
    ("nemrti 06 12 34 56 78", [("phone", "+212612345678", "06 12 34 56 78")]),
    ("je m'appelle Rachid", [("person_name", "Rachid", "Rachid")]),
    ("smiti Fatima Zahra", [("person_name", "Fatima Zahra", "Fatima Zahra")]),
    ("fin kayna saydaliya", [("facility", "pharmacy", "saydaliya")]),
    (
        "bnti fiha skhana 39,5 mn yumayn",
        [
            *(("relation", "daughter", "bnti"), ("symptom", "fever", "skhana")),
            *(("temperature", "39.5", "39,5"), ("duration", "P2D", "yumayn")),
        ],
    ),
    (
        "mon épaule me fait mal depuis une semaine",
        [("body_part", "shoulder", "épaule"), ("duration", "P1W", "une semaine")],
    ),
    (
        "واش نشرب دوا السكر مع الدوليبران",
        [("medicine", "diabetes_tablets", "دوا السكر"), ("medicine", "paracetamol", "الدوليبران")],
    ),
    ("يؤلمني ظهري", [("body_part", "back", "ظهري")]),
    ("changer la langue", []),
    ("le vaccin de 9 mois", []),
    ("ghadi nji nhar l7ad", []),
    ("bghit ndir rdv", []),
    ("sbah lkhir", []),
]


@pytest.mark.parametrize(("text", "entities"), ENTITIES)
def test_entities(nlu_server: Server, text: str, entities: list[tuple[str, str, str]]) -> None:
    found = nlu_server.parse(text)["entities"]
    assert [(e["entity"], e["value"], e["text"]) for e in found] == entities
    assert all(text[e["start"] : e["end"]] == e["text"] for e in found)
