"""Which words are a rating when they stand alone? In English and six more languages, without accents."""

_RATINGS = {
    "happy": """
        great | really great | that was great | it was great | excellent | perfect | awesome | amazing | fantastic
        brilliant | wonderful | superb | outstanding | very good | good | all good | very happy | happy | satisfied
        very satisfied | great job | good job | great work | great service | excellent service | great support
        perfect service | love it | well done | happy with it | top notch | 10 out of 10
        super | sehr gut | gut | alles gut | perfekt | prima | toll | klasse | grossartig | hervorragend | ausgezeichnet
        spitze | top | bestens | sehr zufrieden | zufrieden | alles bestens | alles super | wunderbar | einwandfrei
        tres bien | parfait | excellent service | tres satisfait | tres satisfaite | satisfait | satisfaite | genial
        impeccable | formidable | bien | tout est parfait | au top | super service | content | contente | tres content
        tres contente
        muy bien | excelente | perfecto | genial | estupendo | fantastico | muy satisfecho | muy satisfecha | satisfecho
        satisfecha | todo perfecto | muy contento | muy contenta | fenomenal | bueno | muy bueno | contento | contenta
        ottimo | perfetto | eccellente | molto bene | benissimo | fantastico | molto soddisfatto | molto soddisfatta
        soddisfatto | soddisfatta | tutto perfetto | bravissimi | bene | buono | molto contento | molto contenta
        geweldig | uitstekend | perfect | heel goed | prima | erg goed | zeer goed | goed | tevreden | zeer tevreden
        heel tevreden | fantastisch | helemaal goed | super goed | top service | blij
        otimo | excelente | perfeito | muito bom | muito bem | fantastico | muito satisfeito | muito satisfeita
        satisfeito | satisfeita | tudo perfeito | maravilhoso | bom | feliz
        """,
    "neutral": """
        ok | okay | so so | so-so | average | neutral | mediocre | meh | it was okay | it was ok
        mittelmassig | geht so | so lala | durchschnittlich | naja | na ja | solala | teils teils | teils-teils
        moyen | bof | comme ci comme ca | mitige | passable | couci couca
        regular | normal | mas o menos | ni bien ni mal | asi asi | pasable
        cosi cosi | nella media | mediocre | discreto | sufficiente
        matig | gemiddeld | redelijk | gaat wel | zo zo | middelmatig
        razoavel | mais ou menos | medio | assim assim | neutro
        """,
    "unhappy": """
        not good | bad | very bad | terrible | awful | horrible | poor | very poor | not happy | unhappy | disappointed
        very disappointed | not satisfied | unsatisfied | dissatisfied | useless | disappointing | unacceptable
        bad service | terrible service | poor service | not good at all | not helpful | very unhappy | worst service ever
        nicht gut | schlecht | sehr schlecht | gar nicht gut | unzufrieden | sehr unzufrieden | nicht zufrieden
        enttauscht | sehr enttauscht | mangelhaft | ungenugend | miserabel | katastrophal | enttauschend | furchtbar
        pas bien | mauvais | tres mauvais | pas bon | pas content | pas contente | mecontent | mecontente | decu | decue
        tres decu | tres decue | nul | insatisfait | insatisfaite | pas satisfait | pas satisfaite | lamentable
        tres mecontent | horrible | decevant
        mal | muy mal | malo | muy malo | pesimo | no estoy satisfecho | no estoy satisfecha | insatisfecho | insatisfecha
        decepcionado | decepcionada | fatal | nada bien | no muy bien | descontento | descontenta
        molto male | pessimo | non bene | insoddisfatto | insoddisfatta | deluso | delusa | scarso | scadente
        non soddisfatto | non soddisfatta | per niente bene | cattivo | terribile | scontento | scontenta
        slecht | zeer slecht | heel slecht | niet goed | ontevreden | niet tevreden | teleurgesteld | waardeloos
        zeer ontevreden | helemaal niet goed | onvoldoende | erg slecht
        mau | ruim | muito mau | muito ruim | nada bom | insatisfeito | insatisfeita | desiludido | desiludida | nao gostei
        muito insatisfeito | decepcionante | horrivel | infeliz
        """,
}
RATINGS = {
    " ".join(phrase.split()): answer
    for answer, told in _RATINGS.items()
    for line in told.strip().splitlines()
    for phrase in line.split("|")
}
"""The answer of each phrase. What two languages mean differently is in none of them."""
WEAK = frozenset({"ok", "okay", "regular", "normal"})
"""Alone they rate; beside thanks they only take note."""
POLITE = frozenset(
    " ".join(phrase.split())
    for phrase in (
        "thanks | thank you | thanks a lot | many thanks | thank you very much | thanks so much | thx | cheers | hi | hello"
        "| hey | hi there | dear team | hello team | hi team | best regards | kind regards | regards | best | all the best"
        "| danke | danke schon | danke sehr | vielen dank | besten dank | herzlichen dank | hallo | guten tag | lg | mfg"
        "| viele grusse | liebe grusse | mit freundlichen grussen | beste grusse | grusse | freundliche grusse | moin"
        "| merci | merci beaucoup | bonjour | cordialement | bien cordialement | salutations | bonne journee | salut"
        "| gracias | muchas gracias | hola | saludos | un saludo | buenos dias | buenas tardes | mil gracias"
        "| grazie | grazie mille | molte grazie | ciao | buongiorno | saluti | cordiali saluti | buonasera"
        "| bedankt | dank je | dank u | dank je wel | dank u wel | hartelijk dank | met vriendelijke groet | groeten | groetjes"
        "| obrigado | obrigada | muito obrigado | muito obrigada | ola | bom dia | boa tarde | cumprimentos | atenciosamente"
    ).split("|")
)
CONTRARY = frozenset(
    (
        "but however though although except unfortunately not still yet actually"
        " aber leider jedoch allerdings trotzdem nur nicht ausser eigentlich"
        " mais cependant toutefois malheureusement sauf pas neanmoins pourtant"
        " pero sin embargo lamentablemente salvo aunque no desgraciadamente"
        " ma pero purtroppo tuttavia tranne non comunque invece"
        " maar helaas echter behalve niet toch alleen jammer"
        " mas porem infelizmente contudo exceto nao entretanto"
    ).split()
)
"""A later paragraph that begins with one of these takes the first line back."""
OUT_OF = frozenset("/ 3|of 3|out of 3|von 3|aus 3|sur 3|de 3|su 3|van 3|van de 3|em 3".split("|"))
UNIT_WORDS = frozenset(
    "stars star points point sterne stern punkte punkt etoiles etoile points estrellas estrella puntos punto stelle stella"
    " punti sterren ster punten estrelas estrela pontos ponto".split()
)
"""What a number of the scale may be counted in."""
