"""Is this reply nothing but a wish about being asked? A strict grammar: one phrase of a list, and at most a politeness
and a name around it. Whatever says more is a message for a person, who can obey it too."""

import re
import unicodedata
from enum import StrEnum

WORDS_CHARS_MAX = 200
"""Of a reply that may be a wish: the longest phrase, a thank-you and a name."""
LINES_MAX = 4
NAME_WORDS_MAX = 3
_NO_LETTER = re.compile(r"[^\w\s]+")


class Wish(StrEnum):
    """What a customer wants about being asked."""

    STOP = "stop"
    LESS = "less"
    TROUBLE = "trouble"
    NOT_THIS = "not this"
    BACK = "back"


# They are compared as `_plain` leaves them: small letters without marks, one space between words. A phrase that could
# be the answer to a question of ours or about the ticket ("no", "it stopped", "less") is not among them.
# fmt: off
PHRASES: dict[str, dict[Wish, tuple[str, ...]]] = {
    "en": {
        Wish.STOP: ("stop", "unsubscribe", "unsubscribe me", "opt out", "remove me", "do not ask again",
                    "dont ask again", "do not ask me again", "dont ask me again", "never ask again",
                    "never ask me again", "no more surveys", "no more questions", "stop asking", "stop asking me"),
        Wish.LESS: ("less often", "ask less often", "ask me less often", "fewer questions", "fewer surveys",
                    "not so often", "too often"),
        Wish.TROUBLE: ("only when it went wrong", "only if it went wrong", "only when something went wrong",
                       "only when something goes wrong", "only if something goes wrong",
                       "ask only when it went wrong", "ask me only when it went wrong"),
    },
    "de": {
        Wish.STOP: ("stopp", "abmelden", "abbestellen", "bitte abmelden", "nicht mehr fragen",
                    "fragen sie nicht mehr", "fragt nicht mehr", "keine umfragen mehr", "keine fragen mehr"),
        Wish.LESS: ("seltener", "seltener fragen", "weniger oft", "weniger fragen", "weniger umfragen",
                    "nicht so oft", "zu oft"),
        Wish.TROUBLE: ("nur wenn es schiefging", "nur wenn es schief ging", "nur wenn es schiefgegangen ist",
                       "nur wenn etwas schiefging", "nur wenn etwas schief ging", "nur wenn etwas schiefgeht",
                       "nur bei problemen"),
    },
    "fr": {
        Wish.STOP: ("arreter", "arretez", "desabonner", "me desabonner", "desinscrire", "me desinscrire",
                    "desinscription", "ne plus demander", "ne me demandez plus", "plus de questionnaires",
                    "plus de sondages"),
        Wish.LESS: ("moins souvent", "demander moins souvent", "demandez moins souvent", "pas si souvent",
                    "trop souvent", "moins de questionnaires", "moins de sondages"),
        Wish.TROUBLE: ("seulement si cela sest mal passe", "seulement si ca sest mal passe",
                       "seulement quand cela sest mal passe", "seulement quand ca sest mal passe",
                       "uniquement en cas de probleme", "seulement en cas de probleme"),
    },
    "es": {
        Wish.STOP: ("parar", "cancelar suscripcion", "darme de baja", "dar de baja", "baja", "no preguntar mas",
                    "no me pregunten mas", "no pregunten mas", "no mas encuestas"),
        Wish.LESS: ("menos a menudo", "con menos frecuencia", "menos frecuencia", "preguntar menos", "menos encuestas",
                    "no tan a menudo", "demasiado a menudo"),
        Wish.TROUBLE: ("solo cuando salio mal", "solo si salio mal", "solo cuando algo salio mal",
                       "solo si algo salio mal", "solo cuando salga mal", "solo si hay problemas"),
    },
    "nl": {
        Wish.STOP: ("afmelden", "uitschrijven", "niet meer vragen", "vraag niet meer", "vraag het niet meer",
                    "geen enquetes meer", "geen vragen meer"),
        Wish.LESS: ("minder vaak", "minder vaak vragen", "vraag minder vaak", "minder vragen", "minder enquetes",
                    "niet zo vaak", "te vaak"),
        Wish.TROUBLE: ("alleen als het misging", "alleen als het mis ging", "alleen wanneer het misging",
                       "alleen als er iets misging", "alleen als er iets mis ging", "alleen bij problemen"),
    },
    "ar": {
        Wish.STOP: ("توقف", "الغاء الاشتراك", "الغ الاشتراك", "اوقف", "لا تسالني مرة اخرى", "لا تسالوني مرة اخرى",
                    "لا مزيد من الاستبيانات"),
        Wish.LESS: ("مرات اقل", "بشكل اقل", "اسالني بشكل اقل", "عدد اقل من الاسئلة"),
        Wish.TROUBLE: ("فقط عند حدوث مشكلة", "فقط اذا حدث خطا", "فقط عندما يحدث خطا", "فقط عند وجود مشكلة"),
    },
}
POLITE = frozenset((
    "please", "thanks", "thank you", "many thanks", "thx", "cheers", "regards", "best regards", "kind regards",
    "bitte", "danke", "vielen dank", "danke schon", "grusse", "viele grusse", "mit freundlichen grussen", "mfg", "vg",
    "sil vous plait", "svp", "merci", "merci beaucoup", "cordialement", "bien cordialement",
    "por favor", "gracias", "muchas gracias", "saludos", "un saludo",
    "alstublieft", "alsjeblieft", "aub", "bedankt", "dank u", "dank je", "groeten", "met vriendelijke groet", "mvg",
    "من فضلك", "شكرا", "شكرا جزيلا", "مع التحية",
    "hello", "hi", "hallo", "bonjour", "hola", "مرحبا",
))
# fmt: on


def read_wish(words: str, *, subject: str = "", name: str = "") -> Wish | None:
    """The wish that a reply's own words are, None where they are anything else. `name` is the customer's, which may
    stand under it. An empty mail whose subject is a wish, and no answer to ours, is one too."""
    if not words.strip():
        return _WISHES.get(_plain(subject)) if len(subject) <= WORDS_CHARS_MAX else None
    if len(words) > WORDS_CHARS_MAX:
        return None
    lines = [line for line in (_plain(line) for line in words.splitlines()) if line]
    said = [bare for line in lines if (bare := _without_politeness(line))]
    if not said or len(lines) > LINES_MAX:
        return None
    wish = _WISHES.get(said[0])
    signed = all(_is_name(line, name) for line in said[1:])
    return wish if signed else None


def _is_name(line: str, name: str) -> bool:
    """Whether a line is made of the customer's own name."""
    own = _plain(name).split()
    return bool(own) and len(line.split()) <= NAME_WORDS_MAX and set(line.split()) <= set(own)


def _without_politeness(line: str) -> str:
    """The line without a politeness at its beginning or end."""
    for polite in _POLITE:
        if line == polite:
            return ""
        line = line.removeprefix(f"{polite} ").removesuffix(f" {polite}")
    return line


def _plain(line: str) -> str:
    """Small letters without marks and signs, one space between words: `Arrêtez !` is `arretez`."""
    parts = unicodedata.normalize("NFKD", line.casefold())
    letters = "".join(char for char in parts if not unicodedata.combining(char) and unicodedata.category(char) != "Cf")
    return " ".join(_NO_LETTER.sub("", letters).split())


_WISHES = {_plain(phrase): wish for table in PHRASES.values() for wish, phrases in table.items() for phrase in phrases}
_POLITE = tuple(sorted(map(_plain, POLITE), key=len, reverse=True))
"""The longest first: "many thanks" is not "many"."""
