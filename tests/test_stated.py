"""Which rating do the first words of a reply state? Lines that are one, and lines that only look like one."""

import pytest

from reviews.stated import stated
from reviews.stated.phrases import POLITE, RATINGS

RATED = """
happy   | 3
happy   | 3/3
happy   | 3 / 3
happy   | 3!
happy   | 3.
happy   | 3 of 3
happy   | 3 out of 3
happy   | 3 stars
happy   | *3*
happy   | 3, thanks
happy   | Thanks, 3
neutral | 2
neutral | 2/3
unhappy | 1
unhappy | 1/3
happy   | 😊
happy   | 😀😀😀
happy   | ☺️
happy   | 👍
happy   | 👍🏽
happy   | :)
happy   | :-)
happy   | :D
neutral | 😐
neutral | :|
unhappy | 🙁
unhappy | ☹️
unhappy | 👎
unhappy | :(
unhappy | :-(
happy   | great
happy   | Great!
happy   | GREAT
happy   | great, thanks
happy   | Great. Thank you!
happy   | Thanks, great!
happy   | Thanks Sam, great job!
happy   | Perfect, thank you Sam
happy   | Excellent service.
happy   | very good
happy   | Hi Sam, very good, thanks
happy   | all good
neutral | okay
neutral | Ok.
neutral | so-so
unhappy | not good
unhappy | Not good.
unhappy | Terrible
unhappy | very disappointed
happy   | Sehr gut
happy   | Sehr gut, vielen Dank!
happy   | Danke, super!
happy   | Großartig
happy   | sehr zufrieden.
happy   | 3 von 3
happy   | 3 Sterne
happy   | Hallo Sam, alles bestens, danke
neutral | geht so
neutral | Na ja…
neutral | 2 von 3
unhappy | nicht gut
unhappy | Schlecht!
unhappy | enttäuscht
unhappy | Unzufrieden.
happy   | Très bien
happy   | Très bien, merci !
happy   | Parfait
happy   | Merci, très satisfaite
happy   | 3 sur 3
neutral | Bof
neutral | moyen
unhappy | pas bien
unhappy | Déçu
unhappy | Très mauvais.
happy   | Muy bien
happy   | ¡Excelente!
happy   | Perfecto, muchas gracias
happy   | 3 de 3
happy   | 3 estrellas
neutral | más o menos
neutral | Regular
unhappy | muy mal
unhappy | Decepcionada
unhappy | pésimo
happy   | Ottimo
happy   | Perfetto, grazie mille!
happy   | molto soddisfatta
happy   | 3 su 3
neutral | così così
unhappy | pessimo
unhappy | Non bene
unhappy | deluso
happy   | Geweldig
happy   | Heel goed, dank je wel
happy   | uitstekend!
happy   | 3 van 3
neutral | gaat wel
unhappy | Slecht
unhappy | niet tevreden
happy   | Ótimo
happy   | Muito bom, obrigado!
happy   | Perfeito
happy   | 3 em 3
neutral | mais ou menos
unhappy | muito ruim
unhappy | Não gostei
"""

TRAPS = """
5 tickets are still open
3 tickets are still open
3 more things
not great but ok?
great?
3?
Was it great
Great, but it took three weeks
great but slow
not bad
not so great
could be better
fine
thanks
Thank you!
Thanks Sam
ok, thanks
OK thanks, noted.
Okay, danke
Thanks, ok
It works
Solved
Closed
Yes
No
Hello
Hi Sam
5/5
10/10
4
0
6
3/5
3/10
3 %
3%
33
3rd
3.3
3.2.1
2.2
1:1
1:2
1-3
3-3
3,5
3 days
3 days later it broke again
1) the printer
1. the printer is still broken
2 of 3 problems are solved
2 of 3 are solved
#3
+1
-1
$3
3€
v3
12:30
2026-11-22
> great
> 3
» 3
| 😊
😊 but not really
😂
😅
🤷
😉
😬
🙏
😊🙁
👍👎
:) or :(
;)
:/
:-/
https://care.acme.example/r/3
Great news: it broke again
Great Scott
The great firewall blocks us
great great great work on breaking it
How did we do
Please call me
Good morning
Good afternoon Sam
Good question
Not good enough to say it is good
I am happy to pay for it
I would be happy if somebody called
bad gateway
Bad Request
Error 3
Room 3
Call me at 3
Perfect storm
Top of the list
super slow
Alles gut gemeint
gut gemeint
Gute Frage
Guten Morgen
Guten Tag
sehr gut, aber langsam
Nicht schlecht
nicht so gut
gut?
Super, jetzt geht gar nichts mehr
Danke
Vielen Dank
1 Problem ist noch offen
2 von 3 Tickets sind offen
Note 1
3 Wochen
Schlechte Verbindung
Bien sûr
Pas mal
très bien, mais lent
Merci
Bon
Bonjour
C'est la 3e fois
bien reçu
3 jours
Buenos días
bien, pero tarde
No está mal
Gracias
3 veces
Bueno, no funciona
Buongiorno
Non male
Bene, ma tardi
Grazie
3 volte
Goedemorgen
niet slecht
goed, maar traag
Dank je
3 keer
Bom dia
Nada mal
bom, mas lento
Obrigado
3 vezes
"""


def lines(table: str) -> list[str]:
    return table.strip("\n").split("\n")


@pytest.mark.parametrize("row", lines(RATED))
def test_a_line_that_is_a_rating_and_nothing_else_is_read(row: str) -> None:
    answer, _, line = row.partition("|")
    assert stated(line.strip(), names=["Sam Reed"]) == answer.strip()


@pytest.mark.parametrize("line", lines(TRAPS))
def test_a_line_that_only_looks_like_one_is_none(line: str) -> None:
    assert stated(line, names=["Sam Reed"]) is None


def test_the_tables_are_as_long_as_they_should_be() -> None:
    assert len(lines(RATED)) >= 75
    assert len(lines(TRAPS)) >= 75


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Great\n\nThe technician was quick.", "happy"),
        ("\n\n  Great\n", "happy"),
        ("3\nThanks\nAda", "happy"),
        ("Great, thanks\nAda Lovelace", "happy"),
        ("Sehr gut\nViele Grüße\nAda", "happy"),
        ("Not good\n\nStill broken.", "unhappy"),
        ("Great\nbut it took three weeks", None),  # a line that was broken
        ("Great\nthat it broke again", None),
        ("3\ntickets are still open", None),
        ("Great\n\nBut it broke again.", None),
        ("Great\n\nHowever, it broke again.", None),
        ("Gut\n\nAber leider wieder kaputt", None),
        ("Bien\n\nMais trop lent", None),
        ("Great\n\nis what I would like to say", "happy"),
        ("Hello,\n\n3", None),  # the first line is a greeting, and only the first is read
        ("", None),
        ("\n\n", None),
        (">" * 50, None),
        ("great" * 50, None),
        ("\ud83d", None),  # half a character
        ("\u200b3\u200b", "happy"),
    ],
)
def test_what_stands_around_the_first_line_matters(text: str, answer: str | None) -> None:
    assert stated(text, names=["Ada Lovelace"]) == answer


def test_no_phrase_says_two_things_and_none_is_mere_politeness() -> None:
    assert not POLITE & RATINGS.keys()
    assert all(phrase == phrase.strip() and phrase for phrase in (*RATINGS, *POLITE))


def test_a_long_mail_is_read_in_no_time() -> None:
    assert stated("great, " * 1_000_000) is None
    assert stated("3\n" * 100_000) is None
    assert stated("3\n\n" + "x\n\n" * 100_000) == "happy"
