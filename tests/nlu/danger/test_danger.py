"""The danger net against what people write: each rule both ways, in four varieties, and against any text at all."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.danger import MAX_CHARS, BadRules, check, load_rules, names_a_sign
from nlu.danger_scope import DESPITE

HERE: Final = Path(__file__).parent
ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
MARKS: Final = re.compile(r"\[(C|P|GK)|\b(C|P|GK)\b|catalogue")

FIRE: dict[str, list[str]] = defaultdict(list)
CALM: dict[str, list[str]] = defaultdict(list)
for path in sorted(HERE.glob("*.yml")):
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for rule_id, texts in content.get("must_fire", {}).items():
        FIRE[rule_id] += texts
    for rule_id, texts in content.get("must_not_fire", {}).items():
        CALM[rule_id] += texts

RULES: Final = {rule.id: rule for rule in load_rules().rules}


@pytest.mark.parametrize(("rule_id", "text"), [(rule_id, text) for rule_id, texts in FIRE.items() for text in texts])
def test_danger_is_seen(rule_id: str, text: str) -> None:
    found = {danger.id: danger for danger in check(text)}
    assert rule_id in found
    start, end = found[rule_id].matched
    assert 0 <= start < end <= len(text)
    assert found[rule_id].kind == RULES[rule_id].kind


@pytest.mark.parametrize("text", [text for texts in CALM.values() for text in texts])
def test_calm_stays_calm(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize("rule_id", RULES)
def test_rule_has_source_review_and_cases_both_ways(rule_id: str) -> None:
    rule = RULES[rule_id]
    assert MARKS.search(rule.source), "a source names its section and how sure it is"
    assert rule.review == "pending" or re.search(r"\[[^\]]*\bC\b", rule.source), "confirmed needs a confirmed source"
    fire = FIRE[rule_id]
    assert len(set(fire)) >= 12
    assert sum(bool(ARABIC.search(text)) for text in fire) >= 3, "Arabic script"
    assert sum(not ARABIC.search(text) for text in fire) >= 3, "Latin script"
    assert len(CALM[rule_id]) >= 3, "look-alikes"


def test_cases_name_known_rules() -> None:
    assert set(FIRE) == set(RULES)
    assert len({text for texts in CALM.values() for text in texts}) >= 250


@pytest.mark.parametrize(
    ("denied", "stated"),
    [
        ("il n'a pas perdu connaissance", "il n'a pas de fièvre, il a perdu connaissance"),
        ("ma 3ndouch tchannoj", "ma 3ndouch skhana walakin 3ndo tchannoj"),
        ("ليس عنده تشنجات", "ليس عنده حرارة لكن عنده تشنجات"),
        ("ما فيه نزيف", "ما فيه سخانة. فيه نزيف"),
        ("aucun saignement enceinte de 3 mois", "enceinte de 3 mois aucune fièvre mais je saigne"),
        ("mon père a fait un AVC en 2015", "mon père a fait un AVC en 2015, maintenant sa bouche est tordue"),
        ("hadi 10 snin jatou jalta", "hadi 10 snin jatou jalta w daba fommo t3ewej"),
        ("c'est quoi un AVC ?", "c'est quoi un AVC ? mon père a la bouche tordue"),
        ("كان عندي ألم في الصدر", "كان عندي ألم في الصدر والآن لا أتنفس"),
        ("ma skhef ma t9iya", "ma skhef, walakin kayt9iya dem"),
        ("mort de rire", "mort de rire mais là mon fils ne respire plus"),
        ("que faire si mon enfant convulse ?", "que faire mon enfant convulse"),
        ("dans le film il se noie", "il regardait un film et il se noie"),
        ("selon la radio une usine a brûlé, douze morts asphyxiés", "la radio est finie, mon frère s'asphyxie"),
        ("j'ai rêvé qu'il ne respirait plus", "j'ai rêvé de lui et maintenant il ne respire plus"),
        ("kankhaf la ytkhne9 weldi f lil", "kankhaf, weldi kaytkhne9"),
        ("au cas où un scorpion nous pique", "un scorpion nous a piqués"),
        ("cours sur le massage cardiaque", "on lui fait un massage cardiaque"),
        ("موعد لمراقبة الصرع", "موعد لابني وهو الآن في نوبة صرع"),
        ("lkelb dyali kaytchennej", "lkelb 3ed weldi w kaytchennej"),
        ("mon téléphone est mort", "le téléphone à la main, il est sans vie"),
        (
            "elle s'est évanouie hier, tous les examens sont normaux",
            "tous les examens étaient normaux hier, elle s'évanouit",
        ),
        ("il saignait, aux urgences ils ont recousu", "depuis sa sortie de l'hôpital il saigne beaucoup"),
        ("merci, grâce à vous elle ne s'étouffe plus", "merci d'envoyer quelqu'un, elle s'étouffe"),
        ("wach l3neb kaykhne9 drari", "wach nddih l sbitar, kaytkhne9"),
        ("à huit mois elle avait convulsé, elle en a six", "elle avait une otite et elle convulse"),
        ("kan kaytkhne9 w daba labas", "kan labas w daba kaytkhne9"),
        ("mdr je suis noyé sous les dossiers", "mdr ça ne l'est pas, mon fils se noie"),
        ("la khan9a la walo", "lkhan9a zadt 3lih"),
    ],
)
def test_a_denial_does_not_reach_the_next_clause(denied: str, stated: str) -> None:
    assert check(denied) == []
    assert check(stated)


def test_a_sign_that_is_set_aside_is_still_named() -> None:
    for text in (
        "il n'a pas perdu connaissance",
        "hadi 10 snin jatou jalta",
        "kanmout b d7k",
        "dans le film il se noie",
    ):
        assert check(text) == []
        assert names_a_sign(text)
    for text in ("bonjour", "bghit rdv", "أريد موعدا", "il respire bien", ""):
        assert not names_a_sign(text)
    assert names_a_sign("il ne respire plus")


def test_denied_verbs_are_the_danger() -> None:
    for text in ("il respire", "kaytnefs", "كيتنفس", "يتنفس", "elle se réveille", "kayfi9"):
        assert check(text) == []
    for text in ("il ne respire plus", "ma kaytnefsch", "ما كيتنفسش", "لا يتنفس", "elle ne se réveille pas"):
        assert check(text)


@pytest.mark.parametrize(
    ("undone", "standing"),
    [
        ("il s'est évanoui, il va bien", "il a avalé de la javel, il va bien"),
        ("kanmout b d7k hhh", "ghadi n9tel rassi hhh"),
        ("j'ai peur qu'il s'étouffe", "j'ai peur de tuer mon bébé"),
    ],
)
def test_feeling_well_a_laugh_and_a_fear_do_not_undo_every_danger(undone: str, standing: str) -> None:
    assert check(undone) == []
    found = check(standing)
    assert any(RULES[danger.id].despite for danger in found)
    assert {name for rule in RULES.values() for name in rule.despite} == DESPITE


def test_order_is_that_of_the_rules() -> None:
    order = list(RULES)
    found = [danger.id for danger in check("3te9ouni bghit n9tel rassi w weldi ma kaytnefsch")]
    assert len(found) >= 3
    assert found == sorted(found, key=order.index)


def test_a_danger_at_the_end_of_a_long_story_is_read() -> None:
    story = "bonjour je vous raconte notre journée à la campagne avec les enfants " * 40
    assert check(story) == []
    assert {d.id for d in check(story + "mon fils ne respire plus")} >= {"not-breathing"}


words = st.sampled_from(
    sorted({word for texts in (*FIRE.values(), *CALM.values()) for text in texts for word in text.split()})
)


@given(st.one_of(st.text(max_size=400), st.lists(words, max_size=60).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_never_raises_and_stays_inside_the_text(text: str) -> None:
    for danger in check(text):
        start, end = danger.matched
        assert 0 <= start < end <= len(text)


def spent(texts: list[str]) -> float:
    """Processor seconds for all ``texts``, the best of three, so that a busy machine does not count."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for text in texts:
            check(text)
        best = min(best, time.process_time() - started)
    return best


def test_a_short_message_takes_about_a_third_of_a_millisecond_and_a_long_one_grows_in_step() -> None:
    texts = [text for texts in CALM.values() for text in texts][:300]
    check(" ".join(texts))
    assert spent(texts) / len(texts) < 0.002, "0.3 ms where it was written; a slow machine may take its time"
    story = " ".join(texts)
    assert spent([story[:MAX_CHARS]]) < 2.5 * 4 * spent([story[: MAX_CHARS // 4]])
    assert spent(["ma " * (MAX_CHARS // 3)]) < 2.5 * 4 * spent(["ma " * (MAX_CHARS // 12)])
    assert spent(["a" * MAX_CHARS]) < 0.1


@pytest.mark.parametrize(
    "word", ["a b ", "a ", "ma ", "ف ", "الما ", "il a perdu ", "il y a ", "3la ", "dem bzaf ", "la "]
)
def test_the_longest_message_made_of_one_word_is_read_at_once(word: str) -> None:
    text = (word * MAX_CHARS)[:MAX_CHARS]
    check(text)
    assert spent([text]) < 0.06, "15 ms where it was written; a slow machine may take its time"


def test_a_word_is_known_in_its_other_spellings() -> None:
    """French by its sound, Darija by its consonants, "not" and "of" however they are written."""
    for text in (
        "el a u une konvulssion",
        "mn pere et inconssian",
        "il a une emorajie",
        "واحلة ليها لعضمة فلحلق وكتتخنق",
        "ومكيتنفسش دابا",
        "غاب علا لوعي",
        "شرب الما القاطع تاع الطواليط",
        "ma kaytharrekch w ma kayjawebch",
    ):
        assert check(text), text
    for text in ("la société a bien repondu", "je cherche un livre", "la fille la plus grande", "il mange bien"):
        assert check(text) == [], text


RULE = "  - id: a-b\n    kind: medical\n    source: x [GK]\n    review: pending\n    any: [<a>]\n"


@pytest.mark.parametrize(
    ("tail", "line_from_end", "what"),
    [
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("medical", "magic"), 3, "kind is one of"),
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("pending", "done"), 1, "review is"),
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("a-b", "A b"), 4, "kebab-case"),
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("<a>", "<b>"), 0, "no list <b>"),
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("    source: x [GK]\n", ""), 3, "missing: source"),
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("any:", "some:"), 0, "unknown key"),
        ("words:\n  a: [~ab]\nrules:\n" + RULE, 6, "fits too many words"),
        ("words:\n  a: [x .. ]\nrules:\n" + RULE, 6, "'..'"),
        ("words:\n  a: [x]\n  b: [y]\nrules:\n" + RULE, 6, "used by no rule"),
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("[<a>]", "[{near: [<a>], within: 99}]"), 0, "'within'"),
        ("words:\n  a: [<b>]\n  b: [<a>]\nrules:\n" + RULE, 6, "needs itself"),
        ("words:\n  a: [x]\n  a: [y]\nrules:\n" + RULE, 6, "given twice"),
        ("words:\n  a: [x]\nrules:\n" + RULE.replace("    any", "    despite: [sleep]\n    any"), 1, "'despite' names"),
        ("words:\n  a: [x\nrules:\n" + RULE, 6, ""),
    ],
)
def test_a_bad_rule_is_refused_with_file_and_line(tmp_path: Path, tail: str, line_from_end: int, what: str) -> None:
    file = tmp_path / "signs.yml"
    file.write_text(tail, encoding="utf-8")
    with pytest.raises(BadRules) as raised:
        load_rules(file)
    place = re.match(r"(.*):(\d+): (.+)", str(raised.value))
    assert place
    assert place[1] == str(file)
    assert what in place[3]
    last = tail.count("\n")
    if what:
        assert int(place[2]) == last - line_from_end


def test_a_missing_or_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="cannot be read"):
        load_rules(tmp_path / "none.yml")
    (tmp_path / "empty.yml").write_text("", encoding="utf-8")
    with pytest.raises(BadRules, match="is empty"):
        load_rules(tmp_path / "empty.yml")
    with pytest.raises(BadRules, match="missing: ordinary, words, grammar"):
        load_rules(words=tmp_path / "none")
