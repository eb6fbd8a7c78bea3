"""Short answers, in all varieties, without any model; and what must not be taken for one."""

from __future__ import annotations

import pytest

from nlu.cues import CUES, find_cues

ONE = [
    *[("yes", t) for t in ("oui", "Ouiii !", "ah", "iyeh", "wakha", "safi", "d'accord", "نعم", "أجل", "iwa", "mzyan")],
    *[
        ("yes", t)
        for t in ("ok", "آه", "واخا شكرا", "ah wakha safi", "oui oui c bon", "c'est ça", "👍", "👍🏽", "حسناً", "wi")
    ],
    *[
        ("no", t)
        for t in ("la", "لا", "non", "la chokran", "non merci", "لا شكرا", "la la", "لا ما بغيتش", "ma bghitch", "👎")
    ],
    *[
        ("stop", t)
        for t in ("STOP", "وقف", "حبس", "baraka", "arrêter", "stop svp", "arrêtez les messages", "أوقفوا الرسائل")
    ],
    *[
        ("human", t)
        for t in ("agent", "je veux parler à un humain", "bghit nhder m3a chi wa7ed", "أريد التحدث مع إنسان")
    ],
    *[("human", t) for t in ("بغيت نهضر مع شي واحد عافاك", "parler à quelqu'un svp")],
    *[("menu", t) for t in ("menu", "القائمة", "lmenu", "/start", "الموني")],
    *[("help", t) for t in ("aide", "مساعدة", "عاونني", "/help", "j'ai besoin d'aide")],
    *[("back", t) for t in ("retour", "رجوع", "rje3")],
    *[("other", t) for t in ("autre", "un autre jour", "chi wahed akhor", "شي نهار آخر", "موعد آخر", "l'autre")],
    *[("later", t) for t in ("plus tard", "mn b3d", "من بعد", "لاحقا")],
    *[("earlier", t) for t in ("plus tôt", "bekri", "بكري", "أبكر")],
    *[("unsure", t) for t in ("je sais pas", "jsp", "ma3reftch", "m3rftch", "ما عرفتش", "لا أدري", "aucune idée")],
    *[("any", t) for t in ("n'importe quel jour", "peu importe", "ay nhar", "lli kan", "أي نهار", "لا يهم")],
    *[("first", t) for t in ("le premier", "lowl", "الأول", "اللول")],
    *[("last", t) for t in ("le dernier", "الأخير", "lakhir")],
    *[("language:fr", t) for t in ("français", "en français svp", "بالفرنسية", "b lfransawiya", "parlez français")],
    *[("language:ar", t) for t in ("العربية", "بالعربية عافاك", "en arabe")],
    *[("language:ary", t) for t in ("الدارجة", "بالدارجة")],
    *[("language:ary-Latn", t) for t in ("b darija", "darija", "parle darija", "lettres latines")],
    *[
        ("number:2", t)
        for t in ("2", "٢", "2️⃣", "#2", "numéro 2", "رقم 2", "jouj", "tani wa7da", "la deuxième", "n°2", "الثاني")
    ],
    *[("number:3", t) for t in ("la 3", "le choix 3", "tlata", "ثلاثة", "le troisième svp", "الاختيار 3")],
    *[("number:12", t) for t in ("12", "le 12")],
]


@pytest.mark.parametrize(("cue", "text"), ONE)
def test_the_whole_message_is_the_answer(cue: str, text: str) -> None:
    assert find_cues(text) == {cue}


NONE = [
    "ah walakin bghit nbdel lwe9t",
    "oui mais pas lundi",
    "non je veux annuler mon rdv",
    "2 ans",
    "3ndo 2 chhour",
    "عندو 2 شهور",
    "14h",
    "10:30",
    "12/01",
    "38,5",
    "0612345678",
    "100",
    "0",
    "nhar tlata",
    "jouj chhour",
    "bghit rdv ghedda",
    "stop il a du mal à respirer",
    "je veux",
    "merci",
    "شكرا",
    "arrêter l'allaitement",
    "le premier enfant",
    "😀",
    "",
    "   ",
    "👍👎",
    "ok " * 200,
]


@pytest.mark.parametrize("text", NONE)
def test_more_than_the_answer_is_no_cue(text: str) -> None:
    assert find_cues(text) == frozenset()


def test_every_cue_has_words() -> None:
    reached = {cue for cue, _ in ONE}
    assert reached >= CUES
