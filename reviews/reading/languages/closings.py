"""With which formula does a letter end, in which language?

Only formulas that say nothing but goodbye: "Thanks" is an answer.
"""

# A line that is one of these, or begins with one and goes on with a name, closes the letter.
# fmt: off
CLOSINGS = (
    "best regards", "kind regards", "kindest regards", "warm regards", "warmest regards", "many regards", "with regards",
    "with best regards", "with kind regards", "regards", "rgds", "brgds", "br", "best wishes", "all the best",
    "sincerely", "sincerely yours", "yours sincerely", "yours faithfully", "yours truly", "respectfully", "cordially",
    "kr", "cheers", "best", "thanks and regards", "thanks & regards", "thanks and best regards", "thanks & best regards",
    "thanks and kind regards", "many thanks and best regards", "take care", "have a nice day", "have a great day",
    "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit freundlichem gruss",
    "mit besten grüßen", "mit besten grüssen", "mit herzlichen grüßen", "mit lieben grüßen", "freundliche grüße",
    "freundliche grüsse", "freundlicher gruß", "freundlichen gruß", "beste grüße", "beste grüsse", "besten gruß",
    "viele grüße", "viele grüsse", "vielen grüßen", "liebe grüße", "liebe grüsse", "lieben gruß", "herzliche grüße",
    "herzliche grüsse", "schöne grüße", "schönen gruß", "grüße", "gruß", "gruss", "hochachtungsvoll", "mfg", "lg", "vg", "bg",
    "cordialement", "bien cordialement", "très cordialement", "bien à vous", "bien à toi", "sincères salutations",
    "meilleures salutations", "salutations distinguées", "salutations", "cdlt", "bàv", "respectueusement",
    "saludos", "un saludo", "saludos cordiales", "un cordial saludo", "cordiales saludos", "atentamente", "un abrazo",
    "atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "att", "abraços",
    "saudações", "cordialmente", "cordiali saluti", "distinti saluti", "saluti", "un saluto",
    "un cordiale saluto", "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet",
    "vriendelijke groeten", "hartelijke groet", "hartelijke groeten", "groet", "groeten", "groetjes", "mvg", "hoogachtend",
    "med venlig hilsen", "venlig hilsen", "venlige hilsner", "de bedste hilsner", "bedste hilsner", "mange hilsner",
    "kærlig hilsen", "hilsen", "mvh", "vh", "kh", "dbh", "med vennlig hilsen", "vennlig hilsen", "beste hilsen", "hilsning",
    "med vänlig hälsning", "med vänliga hälsningar", "vänlig hälsning", "vänliga hälsningar", "bästa hälsningar",
    "hälsningar", "hälsning", "ystävällisin terveisin", "parhain terveisin", "terveisin", "yst. terv",
    "pozdrawiam", "pozdrawiam serdecznie", "serdecznie pozdrawiam", "z poważaniem", "z powazaniem", "z wyrazami szacunku",
    "pozdrowienia", "s pozdravem", "s přátelským pozdravem", "hezký den", "pozdravuji", "s pozdravom", "pozdrav", "lp",
    "lep pozdrav", "srdačan pozdrav", "srdačno", "lijep pozdrav", "üdvözlettel", "tisztelettel", "üdv", "cu stimă",
    "cu respect", "toate cele bune", "с уважением", "с наилучшими пожеланиями", "всего доброго", "з повагою",
    "с уважение", "поздрави", "срдачан поздрав", "поздрав", "με εκτίμηση", "με φιλικούς χαιρετισμούς", "χαιρετισμούς",
    "saygılarımla", "saygılarımızla", "iyi çalışmalar", "sevgiler", "selamlar", "pagarbiai", "ar cieņu", "lugupidamisega",
    "parimate soovidega", "bestu kveðjur", "kveðja", "salutacions", "salutacions cordials", "atentament", "agur",
    "hormat saya", "salam", "trân trọng", "thân mến", "此致", "敬礼", "此致敬礼", "祝好", "顺颂商祺", "敬上", "敬具", "よろしくお願いいたします",
    "よろしくお願いします", "以上", "드림", "올림", "감사합니다 드림", "مع خالص التحية", "مع التحية", "تحياتي", "مع أطيب التحيات",
    "בכבוד רב", "בברכה", "ด้วยความเคารพ", "ขอแสดงความนับถือ", "با احترام",
)
# fmt: on
