"""Words in Arabic script around a time: what makes it a birth, an age, a duration, a greeting, a refusal, or no time.

Same form and folds as ``words_arabic.py``.
"""

from __future__ import annotations

WORDS: dict[str, dict[object, str]] = {
    # Lunch: the same word as tomorrow, once it has the article.
    "lunch": {True: "الغدا لغدا"},
    # Now: only the start of a span (mn daba 3 iyyam).
    "now": {True: "دابا الآن هنا دبا درك"},
    # hadi, also after its span.
    "hadi": {True: "هادي هذي"},
    # Or.
    "or": {True: "ولا أو اولا وللا ولاا"},
    # Waiting: hours that were lost, not an hour of the day.
    "wait": {True: "انتظرت انتظرنا تسنيت تسنينا كنتسنا انتظار بقيت بقينا ننتظر"},
    # Not, except: what follows is refused.
    "not": {True: "ماعدا عدا باستثناء ماشي مشي ليس ليست مش وليس وماشي ومشي"},
    # No: what came before is taken back.
    "no": {True: "لا لالا"},
    # Words that take back what came before.
    "rather": {True: "عفوا بل سمحلي غلط غلطت قصدي أقصد كنقصد قصدت سمحولي بالعكس"},
    # Instead of: what follows is refused.
    "instead": {True: "بدل عوض بلاصة عوضا بدلا"},
    # Every: a frequency, not a time.
    "every": {True: "كل كلا"},
    # Words that may stand between the leading word and the span.
    "filler": {True: "واحد شي تقريبا قريب غير يالله حوالي أكثر كتر من هاد حدود نحو زهاء"},
    # About, sharp.
    "about": {True: "تقريبا بالضبط نيشان تماما قريب"},
    # Born, but also grown (a fever, a pain).
    "born_grown": {True: "زاد زادت"},
    # She gave birth.
    "born_mother": {True: "ولدت"},
    # Born.
    "born": {
        True: (
            "ازداد ازدادت تزاد تزادت مزيود مزيودة مزيودين مولود مولودة ازديادها ازدياده ازديادي ازدياد "
            "الازدياد تزاديت ازديادو تولد تولدت تخلق تخلقات"
        ),
    },
    # ولد is a boy unless a date follows.
    "born_weak_ar": {True: "ولد"},
    # Birth, after the word date.
    "birth_noun": {
        True: "الولادة ولادة الميلاد ميلاد ولادته ولادتها ميلاده ميلادها ولادتي ميلادي ولادتو ميلادو",
    },
    # The word date.
    "tarikh": {True: "تاريخ"},
    # Words that lead to an age.
    "has_age": {
        True: (
            "عندو عندها عنده عندهم عندهوم لديه لديها عمره عمرها عمرو عمري عمر فيه فيها فعمرو كمل كملات كملت "
            "دار دارت قفل قفلات يبلغ تبلغ بلغ بلغت عمرهم أتم أتمت ابلغ"
        ),
    },
    # I have: an age in years, but an illness in days.
    "has_age_me": {True: "عندي لدي عندنا"},
    # Words that can only lead to an age, or follow it.
    "exact_age": {True: "عمره عمرها عمرو عمري عمر العمر"},
    # Of age, of life, after the span.
    "life": {True: "العمر عمره عمرها عمرو"},
    # Children: an age may follow.
    "child": {
        True: (
            "ولدي وليدي ابني ابنتي بنتي بنيتي دري درية رضيع رضيعة رضيعي طفل طفلة طفلي طفلتي تربية مولود بيبي "
            "ابن ابنة بنت ولد بنتك ولدك ولدنا صغير صغيرة طفلتنا ابننا"
        ),
    },
    # And he, and I: what came before was a duration.
    "pronoun": {True: "هو هي أنا وهو وهي وأنا حنا هوما"},
    # Pregnancy: month seven is no July.
    "pregnant": {True: "حاملة حامل الحمل حمل حملي"},
    # What makes a greeting of a time word.
    "greeting_after": {
        True: "الخير النور خير مباركة مبارك مبروك سعيدة سعيد سعيدا الورد الفل مبروكة زوين زوينة لخير",
    },
    # Places that are named after dates.
    "place": {
        True: (
            "مستشفى المستشفى شارع حي زنقة درب سبيطار السبيطار ثانوية مدرسة ساحة قيسارية صبيطار اعدادية ملعب "
            "تجزئة إقامة مصحة صيدلية مسجد الصحي مستوصف المستوصف صنطر سنتر السنتر الصنطر"
        ),
    },
    # Places that are named after weekdays.
    "souk": {True: "باب سوق جماعة دوار قيادة"},
    # A number after these is a rank, a choice or a room.
    "rank": {
        True: (
            "رقم نمرة صف الصف الدور دور دوري لائحة اختيار خيار الخيار الاختيار نوبة النوبة نوبتي الرقم رتبة "
            "التذكرة نومرو نميرو قاعة غرفة الطابق باب"
        ),
    },
    # A number after these is to be called.
    "call": {True: "عيط عيطو اتصل اتصلو اتصلوا نعيط الإسعاف الوقاية البوليس هاتف الهاتف"},
    # Figures near these are measurements.
    "measure": {
        True: (
            "ضغط الضغط طونسيون الطونسيون تونسيون طانسيون حرارة الحرارة السخانة سخانة السكر سكر سكري الوزن وزن "
            "وزنه وزنها درجة درجات طول قانون ظهير"
        ),
    },
    # A fraction anywhere near these is a blood pressure.
    "pressure": {True: "ضغط الضغط طونسيون الطونسيون تونسيون طانسيون الطانسيون"},
    # Doses.
    "dose": {True: "حبة حبات كينة ملعقة ملاعق قرص أقراص كنشرب"},
    # A number before these counts things.
    "things": {
        True: (
            "أطفال الأطفال أولاد دراري بنات ناس أشخاص شخص مرات مرة حبات حبوب جرعات درهم دراهم ريال كيلو غرام "
            "ملل متر درجة درجات قطرات نقط أطباء مرضى خوت دوزات كغ كلغ سم كم كيلومتر مليلتر جلبات حبة أفراد "
            "نقاط الدراري الناس حقن لقاحات إخوة خطرات خطرة مرتين قيراط ابناء"
        ),
    },
    # Near these, dhor is a back.
    "pain": {
        True: (
            "ألم آلام وجع حريق كيضرني كتضرني تيضرني الوجع الألم كيحرقني ضرني كيضرها كيضرو يؤلمني كيوجعني "
            "يوجعني ديالي وراء أسفل لوجع حرق"
        ),
    },
    # Cancelling: the day is given up.
    "cancel": {True: "نلغي إلغاء ألغي نلغيه"},
    # Moving an appointment: the last day is the wanted one.
    "move": {
        True: (
            "نبدل تأجيل نأجل نأخر تغيير أغير تغير نحول أؤجل نوخر تبديل نبدلو نبدلها نغير تقديم نقدم "
            "تحويل نأجلو نأخرو نوخرو أنقل تؤجل أبدل"
        ),
    },
    # But.
    "but": {True: "ولكن لكن والاكن"},
    # Question words: no time follows.
    "what": {True: "شحال كم اشمن شمن أي اينا آش"},
    # That day, the same day: not today.
    "that": {True: "ذلك داك ديك هداك هديك تلك نفس نفسه طول"},
    # li mn b3dou: the one after.
    "after_it": {True: "موراه موراها بعدو بعدها"},
    # Words that ask for what follows.
    "want": {True: "أريد بغيت أفضل نفضل خلي ديرو دير ردوه اجعلوه احسن"},
    # Words after which ghda is lunch.
    "meal": {
        True: "وجبة كليت كلا كلات نتغدا تغدا تغديت وقت الوقت طيبت نطيب موجود نوجد شنو واكل",
    },
}
