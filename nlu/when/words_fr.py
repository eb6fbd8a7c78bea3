"""French time words as Moroccans type them: full words, chat short forms, common slips.

One table for each sense of a word: value -> spellings. Spellings are in the ``norm`` view (lower case, no accents).
``[ab]`` is one of the letters, ``x?`` an optional letter, ``(a|b)`` an alternative.
"""

from __future__ import annotations

WORDS: dict[str, dict[object, str]] = {
    # Number words; a feminine or counting form stands under the same number.
    "num": {
        0: "zero",
        1: "un une",
        2: "deux",
        3: "trois troi",
        4: "quatre katre",
        5: "cinq",
        6: "six",
        7: "sept",
        8: "huit",
        9: "neuf",
        10: "dix",
        11: "onze",
        12: "douze",
        13: "treize",
        14: "quatorze",
        15: "quinze",
        16: "seize",
        20: "vingts?",
        30: "trente",
        40: "quarante",
        50: "cinquante",
        60: "soixante",
        100: "cents?",
    },
    # French number words combine in French ways (quatre-vingt-dix).
    "french_num": {
        True: (
            "un une deux trois troi quatre katre cinq six sept huit neuf dix onze douze treize quatorze "
            "quinze seize vingts? trente quarante cinquante soixante cents?"
        ),
    },
    # About so many: quinzaine, dizaine.
    "dozen": {
        15: "quinzaine",
        10: "dizaine",
        8: "huitaine",
        12: "douzaine",
    },
    # Monday is 0. These words alone are the day.
    "weekday": {
        0: "lundis? lindi",
        1: "mardis?",
        2: "mercredis? mecredi merecredi mercrdi mercredie",
        3: "jeudis? jeudie",
        4: "vendredis? vendrdi vendedi vendredie",
        5: "samedis? samdi",
        6: "dimanches? dimanch dimache",
    },
    # Month names that stand alone.
    "month": {
        1: "janvier janv",
        2: "fevrier fevr fev",
        4: "avril avr",
        6: "juin",
        7: "juillet juil juill juiellet",
        8: "aout aou",
        9: "septembre septembr",
        10: "octobre octobr",
        11: "novembre novembr nov",
        12: "decembre decembr dec",
    },
    # Month names that need a number or a leading word: mars, may, out are other words too.
    "month_weak": {
        1: "jan",
        3: "mars",
        5: "mai",
        8: "out",
        9: "sept",
        10: "oct",
    },
    # Days from today.
    "rel": {
        0: "aujourd aujourdhui aujourdui ojourdhui ojourdui ajd ajourdhui aujourdhuit",
        1: "demain dmain dmin demin",
        -1: "hier",
        2: "apresdemain apdemain",
        -2: "avanthier",
    },
    # The second half of aujourd'hui.
    "hui": {True: "hui"},
    # Parts of the day.
    "part": {
        "morning": "matin matinee mat1 mattin",
        "afternoon": "aprem apresmidi aprm aprems",
        "evening": "soir soiree soire",
        "night": "nuit",
    },
    # Noon, in French.
    "noon": {True: "midi"},
    # Midnight.
    "midnight": {True: "minuit"},
    # Units, singular.
    "unit1": {
        "minute": "minute min mn",
        "hour": "heure h hr",
        "day": "jour",
        "week": "semaine sem smaine",
        "month": "mois",
        "year": "an annee",
    },
    # Units, plural.
    "units": {
        "minute": "minutes min mn",
        "hour": "heures h hrs",
        "day": "jours j",
        "week": "semaines sem smaines",
        "month": "mois moi",
        "year": "ans annees",
    },
    # Units and months that are typed onto their number: 15jours, 12janvier.
    "glue": {
        True: (
            "jours? j ans? mois semaines? sem heures? min mn janvier fevrier mars avril mai juin juillet aout "
            "septembre octobre novembre decembre"
        ),
    },
    # Weekend.
    "weekend": {True: "weekend weekends wikend wekend wkend"},
    # The first half of week-end.
    "week_word": {True: "week"},
    # The second half of week-end.
    "end_word": {True: "end"},
    # After.
    "after": {True: "apres apre"},
    # Before.
    "before": {True: "avant"},
    # In, within (a span).
    "in": {True: "dans sous"},
    # d'ici.
    "ici": {True: "ici"},
    # Since, for.
    "since": {True: "depuis depui"},
    # During.
    "during": {True: "pendant durant"},
    # à partir de, à compter de.
    "from_now": {True: "partir compter"},
    # Next.
    "next": {True: "prochaine?s? pro proch suivante?s?"},
    # Last, past.
    "last": {True: "derniere?s? passee? precedente?"},
    # en.
    "en": {True: "en"},
    # This.
    "this": {True: "ce cet cette ces"},
    # Of the running month or week.
    "current": {True: "cours courant courante"},
    # French articles.
    "the": {True: "le la les l"},
    # French words that may lead to a day number.
    "masc": {True: "le du au"},
    # Of.
    "of": {True: "de d du des"},
    # And.
    "and": {True: "et"},
    # Minus, in hours.
    "minus": {True: "moins"},
    # Half.
    "half": {True: "demie? dmi"},
    # Quarter.
    "quarter": {True: "quart"},
    # Words after which a number is an hour.
    "clock_strong": {True: "vers"},
    # Words after which a number may be an hour.
    "clock_weak": {True: "a"},
    # From.
    "from": {True: "de du des"},
    # Between.
    "between": {True: "entre"},
    # To, until.
    "to": {True: "au a jusqu jusque jusquau jusqua"},
    # Beginning.
    "begin": {True: "debut commencement"},
    # Middle.
    "middle": {True: "mi milieu"},
    # End.
    "end": {True: "fin"},
    # First.
    "first": {True: "premier 1er"},
}
