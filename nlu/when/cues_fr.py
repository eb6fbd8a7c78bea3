"""French words around a time: what makes it a birth, an age, a duration, a greeting, a refusal, or no time at all.

Same form as ``words_fr.py``.
"""

from __future__ import annotations

WORDS: dict[str, dict[object, str]] = {
    # ça fait, il y a.
    "it": {True: "il ca cela sa"},
    # il y a.
    "there": {True: "y ya"},
    # qui vient.
    "who": {True: "qui"},
    # qui vient.
    "come": {True: "vient viennent arrive"},
    # Or.
    "or": {True: "ou"},
    # Not, except: what follows is refused.
    "not": {True: "pas pa sauf excepte hormis"},
    # Waiting: hours that were lost, not an hour of the day.
    "wait": {True: "attendu attendre attends attend attente attendait poireaute retard"},
    # No: what came before is taken back.
    "no": {True: "non nn"},
    # Words that take back what came before.
    "rather": {True: "plutot finalement pardon desole desolee correction oups excusez sinon"},
    # Instead of: what follows is refused.
    "instead": {True: "lieu"},
    # Every: a frequency, not a time.
    "every": {True: "chaque tous toutes"},
    # Words that may stand between the leading word and the span.
    "filler": {
        True: "environ presque exactement deja seulement juste que encore les moins plus de au peu pres",
    },
    # About, sharp.
    "about": {True: "environ presque exactement pile deja seulement juste vers plus"},
    # Born.
    "born": {True: "nee ddn"},
    # Birth, after the word date.
    "birth_noun": {True: "naissance naiss naissane naissanc"},
    # ne is né only before a date.
    "born_weak": {True: "ne"},
    # Words that lead to an age.
    "has_age": {True: "age agee ages agees"},
    # Of age, of life, after the span.
    "life": {True: "age vie"},
    # Children: an age may follow.
    "child": {
        True: (
            "bebe bebes nourrisson nourison enfant enfants fils fille garcon fillette petit petite puce "
            "jumeaux jumelles nouveau"
        ),
    },
    # French pronouns: elle a 2 ans.
    "she": {True: "elle il qui lui"},
    # Pregnancy: month seven is no July.
    "pregnant": {True: "enceinte grossesse"},
    # What makes a greeting after bon, bonne.
    "greeting_end": {True: "journee soiree nuit"},
    # bon, bonne.
    "good": {True: "bon bonne bonnes bons joyeux joyeuse"},
    # Places that are named after dates.
    "place": {
        True: (
            "hopital hopitaux avenue av boulevard bd bld rue place sante dispensaire maternite centre lycee "
            "ecole college quartier cite residence clinique pharmacie mosquee chu stade complexe hay"
        ),
    },
    # Places that are named after weekdays.
    "souk": {True: "bab souk souks souq"},
    # A number after these is a rank, a choice or a room.
    "rank": {
        True: (
            "numero num nr no n rang file queue ticket tour choix option reponse tapez taper choisis choisi "
            "bouton touche poste chambre salle etage porte appt"
        ),
    },
    # A number after these is to be called.
    "call": {
        True: (
            "appeler appelez appelle appel composer composez samu police pompiers protection decroche "
            "decrochent repond sonne"
        ),
    },
    # Figures near these are measurements.
    "measure": {
        True: (
            "tension tensions temperature fievre glycemie poids pese taille systolique diastolique sucre "
            "diabete cholesterol hba1c imc hemoglobine score note loi article dahir decret dh"
        ),
    },
    # A fraction anywhere near these is a blood pressure.
    "pressure": {True: "tension tensions ta systolique"},
    # Doses.
    "dose": {
        True: "comprime comprimes cp cps sachet sachets cuillere cuilleres gelule gelules doses pilule pilules",
    },
    # A number before these counts things.
    "things": {
        True: (
            "personnes? enfants? fois comprimes? cp cps gouttes? doses? dh dhs dirhams? mad euros? km m "
            "metres? kg kgs g mg ml cl cm litres? degres? eme etages? salles? medecins? docteurs? patients? "
            "bebes? freres? soeurs? pilules? sachets? cuilleres? boites? injections? places? points? cas "
            "lits? rdv vaccins? rappels? piqures? filles? garcons? gamins? c"
        ),
    },
    # Near these, dhor is a back.
    "pain": {True: "mal douleur douleurs dos"},
    # Cancelling: the day is given up.
    "cancel": {True: "annuler annule annulez annulation supprimer"},
    # Moving an appointment: the last day is the wanted one.
    "move": {
        True: "deplacer deplace decaler decale reporter reporte changer change modifier avancer repousser remplacer",
    },
    # But.
    "but": {True: "mais"},
    # Question words: no time follows.
    "what": {True: "combien"},
    # Words that ask for what follows.
    "want": {True: "veux voudrais prefere mettez mettre remettez aimerais donnez preferable"},
    # That day, the same day: not today.
    "that": {True: "meme"},
}
