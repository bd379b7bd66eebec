"""By which line does one know our own mail when it comes back quoted?

A line of words that people understand, in their language, round a core that no program translates. Short, so that
nothing wraps it, and without signs that mean a quotation or a signature. It is a help, never the only boundary: the
program's own announcement stands above it.
"""

import re

CORE = "7f3a"
OUR_ELEMENT = "afterword-original"  # id, class and title of its element; mail programs put prefixes before it
LINE_CHARS_MAX = 60  # format=flowed and most programs wrap from 65 on

# fmt: off
_WORDS = {
    "ar": "يرجى الرد فوق هذا السطر", "bg": "Отговорете над този ред", "ca": "Responeu per sobre d'aquesta línia",
    "cs": "Odpovězte nad tímto řádkem", "da": "Svar over denne linje", "de": "Bitte über dieser Zeile antworten",
    "el": "Απαντήστε πάνω από αυτή τη γραμμή", "en": "Reply above this line", "es": "Responda por encima de esta línea",
    "et": "Vastake selle rea kohale", "fa": "لطفاً بالای این خط پاسخ دهید", "fi": "Vastaa tämän rivin yläpuolelle",
    "fr": "Répondez au-dessus de cette ligne", "he": "נא להשיב מעל שורה זו", "hi": "कृपया इस पंक्ति के ऊपर उत्तर दें",
    "hr": "Odgovorite iznad ovog retka", "hu": "Kérjük, e sor fölé írja válaszát", "id": "Balas di atas baris ini",
    "it": "Rispondi sopra questa riga", "ja": "この行より上に返信してください", "ko": "이 줄 위에 답장해 주세요",
    "lt": "Atsakykite virš šios eilutės", "lv": "Atbildiet virs šīs rindas", "nb": "Svar over denne linjen",
    "nl": "Antwoord boven deze regel", "nn": "Svar over denne linja", "no": "Svar over denne linjen",
    "pl": "Odpowiedz powyżej tej linii", "pt": "Responda acima desta linha", "ro": "Răspundeți deasupra acestei linii",
    "ru": "Ответьте выше этой строки", "sk": "Odpovedzte nad týmto riadkom", "sl": "Odgovorite nad to vrstico",
    "sr": "Одговорите изнад ове линије", "sv": "Svara ovanför denna rad", "th": "โปรดตอบกลับเหนือบรรทัดนี้",
    "tr": "Lütfen bu satırın üzerine yanıtlayın", "uk": "Відповідайте вище цього рядка",
    "vi": "Vui lòng trả lời phía trên dòng này",
    "zh": "请在此行上方回复", "zh-tw": "請在此行上方回覆", "zh-hant": "請在此行上方回覆",
}
# fmt: on
# Any words between the signs: those of older mails of ours, of other languages, and of help desks that do the same.
_MARKER = re.compile(r"\W{0,4}##.{5,80}##\W{0,4}")


def marker_line(language: str) -> str:
    """The marker in this language (RFC 5646), in English where it has no words of its own."""
    tag = language.lower()
    words = _WORDS.get(tag) or _WORDS.get(tag.partition("-")[0]) or _WORDS["en"]
    return f"## {words} / {CORE} ##"


def is_marker(text: str) -> bool:
    """Is this line such a marker, behind whatever quotation marks?"""
    return "##" in text[:200] and _MARKER.fullmatch(text[:200].lstrip("> ").strip()) is not None
