"""Darija words in Latin letters around a time: what makes it a birth, an age, a duration, a greeting, or no time.

Same form and folds as ``words_latin.py``.
"""

from __future__ import annotations

WORDS: dict[str, dict[object, str]] = {
    # Lunch: the same word as tomorrow, once it has the article.
    "lunch": {True: "ghda ghada"},
    # Lunch with its article.
    "lunch_article": {True: "lghda lghada elghda leghda alghda"},
    # Now: only the start of a span (mn daba 3 iyyam).
    "now": {True: "daba dab dorka drouk dork hna lan"},
    # hadi, also after its span.
    "hadi": {True: "hadi hadhi"},
    # Or.
    "or": {True: "wla wela ula aw awla walla"},
    # Waiting: hours that were lost, not an hour of the day.
    "wait": {True: "tsnit tsennit tsnina kantsna kntsna tsennina ntsenna bqit bqina"},
    # Not, except: what follows is refused.
    "not": {True: "m3ada ma3ada machi mechi mchi wmachi omachi ghir_machi laysa"},
    # No: what came before is taken back.
    "no": {True: "lla lala non"},
    # Words that take back what came before.
    "rather": {
        True: (
            "smhli semhli sma7li sm7 smeh smah semhili smhili sm7liya smehliya ghlet ghalat b_lhaq 9sedt "
            "kanqsed qsdt t9ellet afwan 3afwan pardon"
        ),
    },
    # Instead of: what follows is refused.
    "instead": {True: "blast f_blast 3iwad 3ewd badal 3awd 3wd 3wad"},
    # Every: a frequency, not a time.
    "every": {True: "kol kola"},
    # Words that may stand between the leading word and the span.
    "filler": {
        True: (
            "chi taqriban teqriban qrib ghir ghi yalah yalla ktar kter mn wahd wahed had 3la hwali b7al deja "
            "ila bdebt aktar hi"
        ),
    },
    # About, sharp.
    "about": {True: "taqriban teqriban qrib nichan nit bdebt tamam tmam hwali dyrekt"},
    # Born, but also grown (a fever, a pain).
    "born_grown": {True: "zad zadt zadet zadat zdt"},
    # Born.
    "born": {
        True: (
            "tzad tzadt tzadet tzadat tzadit tzdt mzyoud mzyouda mzeyod mezyoud mezyouda mzayed izdiyad "
            "l?izdiyad l_zdiyad zdiyad tawlid twled twled_t twldat tkhlaq tkhleq tkhlqat tkhlqt tkhelq_t "
            "khlaq mawloud mawlouda mwloud"
        ),
    },
    # She gave birth.
    "born_mother": {
        True: "wldt wledt wldat wledat wlatou waldat wledto wldatou weldto weldtha wldtha",
    },
    # The word date.
    "tarikh": {True: "tarikh tarix date"},
    # Birth, after the word date.
    "birth_noun": {True: "zyada lziyada zyadto zyadtha milad wilada l?wilada l?milad miladi"},
    # Words that lead to an age.
    "has_age": {
        True: (
            "3ndo 3nduh 3ndha 3ndhom 3endo 3endha 3ando 3andha 3andhom 3ndohom andou andha 3nda 3omro 3omrha "
            "3omri 3mro 3mrha 3omrhom 3morha 3morou 3mri 3omor 3omr fih fiha fihom kmel kmlat kemmel kemmlat "
            "kml kamlat dar dart daret darat qfel qfelt seddat sedd bl_gh balgh sno snha"
        ),
    },
    # I have: an age in years, but an illness in days.
    "has_age_me": {True: "3ndi 3andi 3endi 3ndna andi"},
    # Words that can only lead to an age, or follow it.
    "exact_age": {True: "3omro 3omrha 3omri 3mro 3mrha 3morha 3moro 3omr 3mri"},
    # Children: an age may follow.
    "child": {
        True: (
            "weldi wldi wlidi weld wld wlid bnti bniti b_nti bnt b_nt drri derri derriya drriya terbya tarbya "
            "rdi3 rdi3a tfl tfel tefl tifl tofla bebe bibi sghir sghira wldek bntek wldna bntna weldna "
            "weld_ha wldha bntha wldo bnto"
        ),
    },
    # And he, and I: what came before was a duration.
    "pronoun": {True: "howa hwa hiya ana wana whowa whiya ohowa ohiya hna houma"},
    # Pregnancy: month seven is no July.
    "pregnant": {
        True: "hamla hamela hemla 7amel hml l7ml hamil kerchi kerchha krchi krchha wladati nwled",
    },
    # What makes a greeting of a time word.
    "greeting_after": {
        True: (
            "lkh_r lkh_yr khir khayr alkhayr alkhir nour anour mabrouk mabrouka mbarka mbark mbarek moubaraka "
            "mobarak sa3id sa3ida saida zin zwin zwina mbrouk mbrouka sa3id_a lward lferh lfol fol lyasmin"
        ),
    },
    # Places that are named after dates.
    "place": {
        True: (
            "sbitar sbitare farmasyan farmacia saydaliya saydaliyat jam3 masjid santr sontr hay chari3 zan9a zanqat "
            "zenqat derb qiyadat jama3at moustachfa mestachfa"
        ),
    },
    # Places that are named after weekdays.
    "souk": {True: "bab marchi souk souq"},
    # A number after these is a rank, a choice or a room.
    "rank": {
        True: (
            "raqm rqm raqem r9em nmra n_mra saff sef sf dor nouba lista khtiyar ikhtiyar khtart khtar rotba "
            "dori lkhtiyar bab bit lbit"
        ),
    },
    # A number after these is to be called.
    "call": {True: "3iyt 3ayt 3iyet 3ayto 3iyto tasl tasel itasel nttasl 3eyet 3eyto n3iyet"},
    # Figures near these are measurements.
    "measure": {
        True: (
            "tansion tension tonsion tansyo tonsyo skhana s_khana sxana skkar sukkar no9ta wzn lwzn wzen w_zn "
            "m_zan harara 3titkom 3titek kan3tikom"
        ),
    },
    # A fraction anywhere near these is a blood pressure.
    "pressure": {True: "tansion tension tonsion tansyo tonsyo"},
    # Doses.
    "dose": {
        True: "hba habba hbat 7ebba kina fanid jer3a jor3a m3lqa me3lqa kanchrb kanchreb nchrb kanakhod",
    },
    # A number before these counts things.
    "things": {
        True: (
            "drari wlad wladi bnat nas marat mrat merrat khtrat khatrat hbat hebbat hbub jelbat jlbat drhm "
            "d_rham drahm drahem ryal kilo gram tbiba atibba khut nqat nqati dqat d_rajat draja snan mrra "
            "marra kilomitr mitr sm mlli blays biban mrtin mertayn jouj_ jer3at rdv"
        ),
    },
    # Near these, dhor is a back.
    "pain": {
        True: (
            "kaydrni kadrni kaydarni kayderni katdrni kaderni kay7re9ni kayhrqni hriq wj3 wje3 lwje3 lwj3 "
            "alam darni drni kayoj3ni tayderni kaydorni kaydrha kaydro kayderha kaydero"
        ),
    },
    # Cancelling: the day is given up.
    "cancel": {
        True: (
            "n7eyd_? 7eyd_? 7eyedni mse7 lghiw lghiwh lghih nlghi nalghi nelghi annuler nannuler lghi nannuli lghit"
        ),
    },
    # Moving an appointment: the last day is the wanted one.
    "move": {
        True: (
            "nbdel nbeddel nbdl nbedl bdel bedel nbadal n7wel nhewwel nhowel nhawel nakher nakhr n2ejjel "
            "n2ajel nwkher nwakhr twkher tbdel twekher nqeddem nbedlo nbdlo nbadlo nakhro n7wlo nhowlo ybdel "
            "tbeddel tbdil"
        ),
    },
    # But.
    "but": {True: "walakin walakine wlkn walaken welakin"},
    # Question words: no time follows.
    "what": {True: "ch7al xhal ach achmen achmn ach_men achno chmn chmen aymta bchhal"},
    # Words that ask for what follows.
    "want": {
        True: "bghit bghina bghito bghitha dirha diroha dirouh khelliha khelliwha khaliha nfddel rdouh 3tini 3tiwni",
    },
    # That day, the same day: not today.
    "that": {True: "dak dik hadak hadik dakchi nefs nafs"},
    # li mn b3dou: the one after.
    "after_it": {True: "b3dou b3dha b3dhom morah moraha"},
    # Words after which ghda is lunch.
    "meal": {
        True: (
            "klit kla klina klat klaw nakl nakol naklo tghda tghdit ntghdda ntghddaw wjd wejjed tybt taybt "
            "nteyb ntayb w9t wa9t wa9te lwaqt fwaqt"
        ),
    },
}
