"""Darija time words in Latin letters (Arabizi), and the few Standard Arabic ones people type that way.

One table for each sense: value -> spellings. ``_`` is an optional short vowel (a, e, i, u), ``[ab]`` one of the
letters, ``x?`` an optional letter, ``(a|b)`` an alternative. Spellings are folded before use (see ``spelling.py``):
7=h, 9=q, 5=kh, sh=ch, ou=o=u, y=i, doubled letters single, so one spelling here stands for many. The article and
one-letter prepositions are taken off by the lexicon and need not be listed.
"""

from __future__ import annotations

WORDS: dict[str, dict[object, str]] = {
    # Number words; a feminine or counting form stands under the same number.
    "num": {
        0: "sifr",
        1: "wah_d wahda w_hda",
        2: "tnayn jouj juje zouj jouz ithnan",
        3: "t_lata t_lta",
        4: "r_b3a arb3a arba3a arbaa rabaa",
        5: "kh_msa",
        6: "s_tta",
        7: "s_b3a s_bea",
        8: "t_m_nya tm_n_a",
        9: "t_s3oud ts3a t_s3a ts_oud",
        10: "3_chra 3_ch_ra achra 3chrah",
        11: "h_?dach_?[rl]? hda3ch_?r?",
        12: "_?tnach_?[rl]? _?tna3ch_?r?",
        13: "t_l_?t?t?ach_?[rl]? tl_ta3ch_?r? tlet_ch",
        14: "r_b_?3_?tach_?[rl]? r_b3_ta3ch_?r?",
        15: "kh_m_stach_?[rl]? kh_m_sta3ch_?r?",
        16: "s_ttach_?[rl]? s_tta3ch_?r?",
        17: "s_b_?3_?tach_?[rl]? s_b3_ta3ch_?r?",
        18: "t_m_n_?tach_?[rl]? t_m_nta3ch_?r?",
        19: "t_s_?3_?tach_?[rl]? t_s3_ta3ch_?r?",
        20: "3_chrin 3_ch_rin 3_chrine",
        30: "t_latine?",
        40: "r_b3ine? arb3ine?",
        50: "kh_msine?",
        60: "s_ttine?",
        70: "s_b3ine?",
        80: "t_manine?",
        90: "t_s3ine?",
        100: "mya m_yat",
    },
    # Forms used only before the counted thing (tlt iyyam, ثلث أيام).
    "count": {
        3: "t_lt t_l_t",
        4: "r_b3",
        5: "kh_ms",
        6: "s_tt",
        7: "s_b3",
        8: "t_mn t_m_n tmanya",
        9: "t_s3",
        10: "3_chr 3_ch_r",
    },
    # Monday is 0. These words alone are the day.
    "weekday": {
        0: "tnine? tnayn itnine? etnine? eltnine? ithnayn tnein letnin",
        1: "tlat tlate t_late thulata",
        2: "larb3 larb3a larbe3 larb_3a? larba larebaa arbaa arb3 l_rb3 arbi3a larb33",
        3: "kh_mis khmise lakhmis lekhmis",
        4: "j[eiu]?m3a joumou3a jemaa joumaa jmou3a",
        5: "s_bt s_bte",
        6: "lhad lhed lahad lahed lehad ahad al_had l_hd",
    },
    # These are the day only after nhar, had, or with jay / li fat: tlata is also three, had is also this.
    "weekday_weak": {
        1: "tlata tleta tl_ta tlt telt",
        4: "jam3a jema3a jama3a jamaa",
        2: "rb3a reb3a arb3a arbaa r_b3",
        6: "had hed hd",
        0: "tnan",
    },
    # Month names that stand alone.
    "month": {
        1: "yanayi?r yanay_r yenayer yanaer janvi janvye janfi",
        2: "f_brayi?r f_bray_r febraer fevri fivri fevriye",
        4: "abril avril ibril april aprile",
        6: "yonyo jwan jouan jwin",
        7: "yolyou?z yulyu?z yolyos yolyo jouilia juiyi juiye jwiye jwiyi juliye",
        8: "gh_cht gh_chte aghostos",
        9: "ch_t_nb_r s_bt_mb_r sibtanbir s_pt_mb_r chotambir",
        10: "oktob_?r october",
        11: "n_v_nb_r nouanb_r n_w_nb_r nowamb_r nounb_r nov_mb_r nufamb_r",
        12: "d_j_nb_r dojamb_r djamb_r d_s_mb_r",
    },
    # Month names that need a number or a leading word: mars, may, out are other words too.
    "month_weak": {
        3: "mars mares maras",
        5: "may mayo",
        8: "out awt",
    },
    # Days from today.
    "rel": {
        0: "lyoma? lyawm alyawm elyoum lyoume hadnhar hadlyoum leyoum",
        1: "gh[aei]?dda gh[aei]?ddan ghodwa bokra lghedda lghadda lghdda",
        -1: "barh bar_h l_?bar_h lbar_he ams",
        2: "mnghedda menghedda mn?b3dghedda b3dghedda ba3dghedda morghedda bghedwa",
        -2: "w_?l_?bar_h loulbareh lwelbareh",
    },
    # Parts of the day.
    "part": {
        "morning": "sbah s_bah sobh sba7an sabahan dha doha sbi7a",
        "afternoon": "3chiya 3achiya 3chiyat 3chiyt lachiya la3chiya la3achiya l3achiya 3_chiya zawalan",
        "evening": "msa masa masae masa2an lmsae msae",
        "night": "lil layl leil lile laylan blil",
    },
    # This night.
    "tonight": {True: "lila"},
    # The night of a named day.
    "night_of": {True: "lilt lilat lilet laylat"},
    # Prayers people date by.
    "prayer": {
        "dawn": "fj_r f_jr",
        "noon": "dohr dhor dohor dhohr thohr",
        "asr": "3_sr 3_s_r asr asser",
        "sunset": "m_ghr_b",
        "icha": "3icha l3icha icha 3ichae",
    },
    # Prayer names that are other words too (back, Morocco, dinner): they need a leading word.
    "prayer_weak": {
        "noon": "dh_r zawal zawel",
        "icha": "3cha 3acha",
        "sunset": "m_ghrib",
    },
    # The word prayer itself.
    "prayer_word": {True: "sala salat slat"},
    # Units, singular.
    "unit1": {
        "minute": "d_qiqa",
        "hour": "sa3a",
        "day": "yom yawm yewm nhar nhare",
        "week": "simana semana smana sumana sim_na usbou3 lousbo3",
        "month": "ch[aei]?h[aei]?r",
        "year": "3am sana",
    },
    # Units, plural.
    "units": {
        "minute": "d_qay_?q dqiqat",
        "hour": "sa3at swaye?3",
        "day": "_?yyam yamat nharat",
        "week": "simanat semanat smanat simanate asabi3 simanin",
        "month": "chhour chhora chouhour achhor",
        "year": "snin 3wam a3wam sanawat snawat snine",
    },
    # Units, dual: the number is in the word.
    "unit2": {
        "minute": "d_qiqt_yn",
        "hour": "sa3tayn sa3t_yn sa3tine sa3atayn saatayn",
        "day": "yumayn youm_yn yawmayn yomine nharayn",
        "week": "simantayn simant_yn simantine simanatayn semantayn osbou3ayn",
        "month": "ch_hrayn chehr_yn chhrin chahrin",
        "year": "3amayn 3am_yn 3amine sntayn snatayn sanatayn",
    },
    # The word day, before a weekday or a number.
    "nhar": {True: "nhar nhare yom yawm nehar tarikh"},
    # Weekend.
    "weekend": {True: "weekend wikend wikand wikind wekand week-end"},
    # After.
    "after": {True: "b_3d mora mor wra mnb3d menb3d mnmora menmora b3de"},
    # Before.
    "before": {True: "qb_l q_bl kbel kbl gbel"},
    # In, within (a span).
    "in": {True: "khilal f_khilal"},
    # Since, for.
    "since": {True: "hadi mondo hadhi"},
    # During.
    "during": {True: "l?moddat"},
    # Next.
    "next": {
        True: (
            "jay jaya jayin ljay ljaya jaye maji majiya lmaji lmajya qadim qadima lqadim moqbil moqbila "
            "lmoqbil jey jeya moqbel ljey"
        ),
    },
    # Last, past.
    "last": {
        True: (
            "fat fatet fatat fayt fayta lfayt lfayta daz dazt dazet dazat dayza madi madia lmadi mcha mchat "
            "fart lfart fatit fayte"
        ),
    },
    # This.
    "this": {True: "had hada hadh"},
    # The relative word of li jay, li fat.
    "li": {True: "li eli"},
    # Of.
    "of": {True: "d dyal dyel djal ta3 mta3 dla dal d?l ntaa taa"},
    # And.
    "and": {True: "w o wa wu"},
    # Minus, in hours.
    "minus": {True: "q_ll qlla ghir ghi lla illa ilala ila9al ella"},
    # ll, short for qell.
    "minus_ll": {True: "ll"},
    # Minus a quarter, in one word.
    "larob": {True: "larob larbo3 lar_b3 lrob larobe3 la?rob3"},
    # Half.
    "half": {True: "nss ness noss nousse nisf nosf nesf nsf nesse"},
    # Quarter.
    "quarter": {True: "r_b3 robo3 rbo3 rube3 rbe3 rba3 rob"},
    # A third of an hour.
    "third": {True: "tolt tolot tlout tolote"},
    # Five minutes, ten minutes.
    "qsem": {
        1: "qs_m q_sm 9essem",
        2: "qsmayn q_sm_yn qsimayn",
    },
    # Fives of minutes, counted.
    "qsems": {True: "qsam qsoma qsame qasam qsayem qsoum"},
    # Words after which a number is an hour.
    "clock_strong": {True: "m3a ma3a m3 mea mae ma3"},
    # Words after which a number may be an hour.
    "clock_weak": {True: "f fi fe fl fel 3la 3l 3lal fal ila"},
    # In, at.
    "f": {True: "f fi fe fl fel b bl"},
    # From.
    "from": {True: "mn men min mnl mel mil ml mnd"},
    # Between.
    "between": {True: "bin mabin bine bayn mabayn"},
    # To, until.
    "to": {True: "hta hatta htal tal ta ila l al hatal ltal lila htel li tel lel le"},
    # Beginning.
    "begin": {True: "bdayt b_dayt bidayat lwl_t bday"},
    # Middle.
    "middle": {True: "wst wast w_st montasaf nss noss ness"},
    # End.
    "end": {
        True: "lkhr lkher lekher lekhar lakher lakhir akhir akher akhr tali nihayat nihaya",
    },
    # First.
    "first": {True: "lw_l l_wel luwl lawl awal fatih"},
    # Early.
    "bkri": {True: "bkri bekri bikri bakri"},
    # Middle: of the day.
    "middle_day": {True: "wst wast nss ness noss"},
    # The first half of wel lbare7, أول أمس.
    "wel": {True: "wel wl wlel"},
    # The article, typed apart.
    "article_only": {True: "l el al il"},
}
