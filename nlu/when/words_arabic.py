"""Time words in Arabic script: Darija and Standard Arabic, which people mix within one message.

One table for each sense: value -> spellings. Spellings are folded before use (see ``spelling.py``): hamza forms to bare
alif, ة to ه, ى to ي, ث to ت, ذ to د, ظ to ض. ``[اب]`` is one of the letters, ``x?`` an optional letter. The article and
the one-letter words (و ف ب ل ك د) are taken off by the lexicon and need not be listed.
"""

from __future__ import annotations

WORDS: dict[str, dict[object, str]] = {
    # Number words; a feminine or counting form stands under the same number.
    "num": {
        0: "صفر",
        1: "واحد واحدة وحدة واحدا احدى احد",
        2: "جوج زوج اثنين اثنان اثنتين اثنتان اثنتا اثنا اثني اثنتي جوز زوز",
        3: "ثلاثة تلتة ثلاث",
        4: "أربعة ربعة أربع اربعا",
        5: "خمسة خمس خمسا",
        6: "ستة ست ستا",
        7: "سبعة سبع",
        8: "ثمانية تمنية ثماني ثمان تمنيا تمانيا",
        9: "تسعة تسعود تسع",
        10: "عشرة عشر عشرا",
        11: "حداش حضاش احداش حداشر حداعش احدعشر",
        12: "طناش تناش اثناعشر طناشر تناشر اطناش اتناش",
        13: "تلطاش تلتاش تلتطاش تلطاشر تلتعاش",
        14: "ربعطاش اربعطاش ربعتاش ربعطاشر",
        15: "خمسطاش خمستاش خمسطاشر خمسطعش",
        16: "سطاش ستاش ستطاش سطاشر",
        17: "سبعطاش سبعتاش سبعطاشر",
        18: "تمنطاش تمنتاش تمنطاشر",
        19: "تسعطاش تسعتاش تسعطاشر",
        20: "عشرين عشرون",
        30: "ثلاثين ثلاثون",
        40: "أربعين أربعون ربعين",
        50: "خمسين خمسون",
        60: "ستين ستون",
        70: "سبعين سبعون",
        80: "ثمانين ثمانون",
        90: "تسعين تسعون",
        100: "مية مائة ميا",
    },
    # Forms used only before the counted thing (tlt iyyam, ثلث أيام).
    "count": {
        3: "تلت تلات",
        4: "ربع",
        5: "خمس",
        6: "ست",
        7: "سبع",
        8: "تمن تمان",
        9: "تسع",
        10: "عشر",
    },
    # The second half of 11 to 19 in Standard Arabic.
    "teen": {True: "عشر عشرة"},
    # Hours said as ordinals: الثالثة is three o'clock.
    "hour_word": {
        1: "الواحدة",
        2: "الثانية",
        3: "الثالثة",
        4: "الرابعة",
        5: "الخامسة",
        6: "السادسة",
        7: "السابعة",
        8: "الثامنة",
        9: "التاسعة",
        10: "العاشرة",
        11: "الحادية",
    },
    # Days of the month said as ordinals: الخامس من يناير.
    "day_word": {
        1: "الأول",
        2: "الثاني",
        3: "الثالث",
        4: "الرابع",
        5: "الخامس",
        6: "السادس",
        7: "السابع",
        8: "الثامن",
        9: "التاسع",
        10: "العاشر",
        11: "الحادي",
        20: "العشرين العشرون",
        30: "الثلاثين الثلاثون",
    },
    # Monday is 0. These words alone are the day.
    "weekday": {
        0: "الاثنين التنين لتنين لاثنين إتنين تنين",
        1: "الثلاثاء التلات ثلاثاء لتلات",
        2: "الأربعاء لاربعا لاربع الأربع أربعاء لربعا",
        3: "الخميس خميس لخميس",
        4: "الجمعة لجمعة الجمعا",
        5: "السبت لسبت",
        6: "الأحد لحد الحد",
    },
    # These are the day only after nhar, had, or with jay / li fat: tlata is also three, had is also this.
    "weekday_weak": {
        0: "اثنين",
        1: "تلاتة تلات تلتة",
        2: "ربعة أربعة أربعا ربعا لاربعة لربعة الربعة أربع",
        4: "جمعة",
        5: "سبت",
        6: "أحد حد لأحد",
    },
    # Month names that stand alone.
    "month": {
        1: "يناير ينايير جانفي",
        2: "فبراير فيفري فبرايير",
        4: "أبريل أفريل أبريلي",
        6: "يونيو يونيه جوان يونيوه",
        7: "يوليوز يوليو يوليه جويلية يوليوس",
        8: "غشت أغسطس اوت",
        9: "شتنبر سبتمبر شتمبر شتانبر",
        10: "أكتوبر أوكتوبر",
        11: "نونبر نوفمبر نونمبر",
        12: "دجنبر ديسمبر دجمبر ديجنبر دجنبير",
    },
    # Month names that need a number or a leading word: mars, may, out are other words too.
    "month_weak": {
        3: "مارس",
        5: "ماي مايو",
    },
    # Days from today.
    "rel": {
        0: "اليوم ليوم ليوما اليوما لليوم",
        1: "غدا غد الغد غدوة غدوا",
        -1: "أمس البارح لبارح امبارح البارحة",
        2: "منغدا مورغدا بعدغد",
        -2: "ولبارح وللبارح وللبارحة",
    },
    # Parts of the day.
    "part": {
        "morning": "صباح الصباح صباحا صبح الصبح صباحية الصبيحة ضحى الضحى بكير",
        "afternoon": "العشية عشية لعشية عشيا زوالا عصرا العشيا",
        "evening": "مساء المساء لمسا مساءا أمسية العشي",
        "night": "ليل الليل ليلا بليل لليل",
    },
    # This night.
    "tonight": {True: "الليلة لليلة هادليلة"},
    # The night of a named day.
    "night_of": {True: "ليلة"},
    # At noon, in Arabic.
    "noon_word": {True: "ظهرا الظهيرة ظهيرة"},
    # Prayers people date by.
    "prayer": {
        "dawn": "الفجر فجر فجرا",
        "noon": "الظهر ظهر الظهور الدهر الظهرا",
        "asr": "العصر عصر",
        "icha": "العشاء لعشا عشاء",
    },
    # Prayer names that are other words too (back, Morocco, dinner): they need a leading word.
    "prayer_weak": {
        "sunset": "المغرب مغرب لمغرب",
        "noon": "الزوال زوال",
    },
    # The word prayer itself.
    "prayer_word": {True: "صلاة صلات الصلاة أذان"},
    # منتصف: of the day or of the night.
    "noonish": {True: "منتصف"},
    # Units, singular.
    "unit1": {
        "minute": "دقيقة",
        "hour": "ساعة",
        "day": "يوم نهار يوما",
        "week": "سيمانة أسبوع سمانة أسبوعا سيمانا",
        "month": "شهر شهرا",
        "year": "عام سنة عاما",
    },
    # Units, plural.
    "units": {
        "minute": "دقائق دقيقات",
        "hour": "ساعات سوايع سواسع",
        "day": "أيام يام يامات ليام نهارات",
        "week": "سيمانات أسابيع سمانات",
        "month": "شهور أشهر شهورة شهورا",
        "year": "سنوات سنين أعوام عوام",
    },
    # Units, dual: the number is in the word.
    "unit2": {
        "minute": "دقيقتين دقيقتان",
        "hour": "ساعتين ساعتان",
        "day": "يومين يومان نهارين يوماين",
        "week": "أسبوعين أسبوعان سيمانتين سمانتين",
        "month": "شهرين شهران شهراين",
        "year": "عامين عامان سنتين سنتان",
    },
    # The word day, before a weekday or a number.
    "nhar": {True: "نهار يوم بتاريخ تاريخ"},
    # Weekend.
    "weekend": {True: "ويكاند الويكاند ويكند الويكند ويكيند الويكيند لويكاند ويك"},
    # After.
    "after": {True: "بعد مور مورا بعيد ورا"},
    # Before.
    "before": {True: "قبل"},
    # In, within (a span).
    "in": {True: "خلال غضون ظرف"},
    # Since, for.
    "since": {True: "منذ هادي هذي"},
    # During.
    "during": {True: "لمدة مدة طيلة"},
    # Next.
    "next": {
        True: (
            "الجاي الجاية جاي جاية القادم القادمة قادم قادمة المقبل المقبلة مقبل مقبلة الماجي الماجية ماجي "
            "ماجية الموالي الموالية التالي التالية الآتي لجاي لجاية الجايين"
        ),
    },
    # Last, past.
    "last": {
        True: (
            "الفايت الفايتة فايت فايتة فات فاتت الماضي الماضية ماضي المنصرم المنصرمة الفارط الفارطة السابق "
            "السابقة دازت داز الدايزة مشا مشات لفايت لفايتة لماضي"
        ),
    },
    # This.
    "this": {True: "هاد هذا هذه هاته"},
    # Of the running month or week.
    "current": {True: "الجاري الحالي الجارية الحالية"},
    # The relative word of li jay, li fat.
    "li": {True: "لي اللي للي"},
    # Of.
    "of": {True: "ديال د ديل تاع دال متاع ديالت نتاع"},
    # And.
    "and": {True: "و"},
    # Minus, in hours.
    "minus": {True: "إلا قل غير اقل قلا ناقص"},
    # Minus a quarter, in one word.
    "larob": {True: "لاروب لاربع اللاروب"},
    # Half.
    "half": {True: "نص نصف النص النصف نس نسف"},
    # Quarter.
    "quarter": {True: "ربع الربع ربعا روبع"},
    # A third of an hour.
    "third": {True: "ثلث الثلث تلوت تولت ثلثا"},
    # Five minutes, ten minutes.
    "qsem": {
        1: "قسم",
        2: "قسمين",
    },
    # Fives of minutes, counted.
    "qsems": {True: "قسام أقسام"},
    # Words after which a number is an hour.
    "clock_strong": {True: "مع حوالي حدود"},
    # Words after which a number may be an hour.
    "clock_weak": {True: "في ف على ع عند فال"},
    # In, at.
    "f": {True: "في ف ب"},
    # From.
    "from": {True: "من م"},
    # Between.
    "between": {True: "بين مابين"},
    # To, until.
    "to": {True: "حتى إلى ل حتال لعند تال لغاية"},
    # Starting from.
    "start_from": {True: "ابتداء انطلاقا بداية"},
    # Beginning.
    "begin": {True: "بداية بدية مطلع اول أوائل لول لولة"},
    # Middle.
    "middle": {True: "منتصف وسط نص نصف اواسط"},
    # End.
    "end": {True: "نهاية آخر أواخر لخر الاخر لاخر"},
    # First.
    "first": {True: "فاتح الأول لول أول الفاتح لوول اللول"},
    # Early.
    "bkri": {True: "بكري باكرا بكير مبكرا"},
    # The first half of wel lbare7, أول أمس.
    "wel": {True: "ول اول"},
}
