"""Which verb says that somebody wrote what follows, and how may such a line begin?"""

# "On <date>, <name> wrote:" - the verb, matched as whole words, in lower case.
# fmt: off
WROTE = (
    "wrote", "writes", "has written",  # en
    "schrieb", "schrieben", "geschrieben", "hat geschrieben",  # de
    "a écrit", "a ecrit", "écrit", "écrivait", "écrivit", "avez écrit",  # fr
    "escribió", "escribio", "escribiste", "ha escrito",  # es, ast
    "escreveu", "escreveste", "escribiu",  # pt, gl
    "ha scritto", "scrisse", "scritto", "scriveva", "ha scrit",  # it, rm
    "schreef", "heeft geschreven", "geschreven", "schreven", "het volgende geschreven", "skreau", "het geskryf",  # nl, fy, af
    "skrev", "skrev følgende", "skrev följande", "følgende", "skriver", "skreiv",  # da, no, sv, nn
    "kirjoitti", "kirjoittanut",  # fi
    "napisał", "napisała", "napisał(a)", "napisał/a", "napisali", "pisze", "napisano", "napisana przez",  # pl
    "napsal", "napsala", "napsal(a)", "napsal/a",  # cs
    "napísal", "napísala", "napísal(a)", "napisal", "napisal(a)", "napisa",  # sk, sl, hsb
    "írta", "ezt írta", "a következőt írta",  # hu
    "a scris", "au scris",  # ro
    "napisao", "napisala", "napisao/la", "je napisao", "je napisala",  # hr, sr, bs
    "написао", "написала", "написа", "напиша",  # sr, bg, mk
    "написал", "написал(а)", "писал", "писала", "пишет", "пишете", "вы писали", "написали",  # ru
    "написав", "написав(ла)", "пише", "писав", "напісаў",  # uk, be
    "έγραψε", "έγραψαν",  # el
    "yazdı", "şunları yazdı", "şunu yazdı", "yazmış",  # tr
    "rašė", "parašė", "rakstīja", "kirjutas",  # lt, lv, et
    "skrifaði", "scríobh", "sgrìobh", "ysgrifennodd", "skrivet gant",  # is, ga, gd, cy, br
    "va escriure", "ha escrit", "idatzi du", "idatzi zuen",  # ca, eu
    "menulis", "telah menulis", "đã viết", "viết",  # id, ms, vi
    "shkroi", "ka shkruar", "skribis", "yozdi", "yozgan", "yazıb",  # sq, eo, uz, az
    "піша", "жазды", "жазған", "бичсэн", "schreift", "nivîsî", "skrivaði", "escriguèt", "a escrich", "al scrivè",  # be, kk, mn, lb, ku, fo, oc, fur
    "idatzita", "skryf", "geskryf", "napisaŭ", "sumulat", "isinulat", "aliandika", "escrit", "scribite", "нависао",  # eu, af, be, fil, sw, oc, ia
)
# fmt: on
# The same in scripts that put no space round the word, matched anywhere.
# fmt: off
WROTE_ANYWHERE = (
    "写道", "寫道", "写到", "寫到", "写了", "写于", "來信", "的邮件", "撰寫", "编写",  # zh
    "のメール", "書きました", "書き込みました", "さんは書いて", "が書きました",  # ja
    "님이 작성", "작성:", "님이 쓴", "쓴 글", "썼습니다", "작성하였습니다",  # ko
    "كتب", "كتبت", "كتابة ما يلي", "نوشت",  # ar, fa
    "כתב", "כתבה", "מאת",  # he
    "เขียน", "ने लिखा", "লিখেছেন", "எழுதினார்", "បានសរសេរ",  # th, hi, bn, ta, km
    "գրել է", "գրեց", "დაწერა", "წერს", "წერდა",  # hy, ka
    "लिहिले", "लिहीले", "लिखा", "लेख्नु", "ਲਿਖਿਆ", "લખ્યું", "લખાયેલ", "ଲେଖିଛନ୍ତି", "రాసారు", "రాశారు", "ಬರೆದಿದ್ದಾರೆ", "എഴുതി",  # mr, hi, ne, pa, gu, or, te, kn, ml
    "ලියන", "লিখিছিল", "يازدى", "ရေးသား", "บันทึก", "已寫入",  # si, as, ug, km, my, th, zh
)
# fmt: on
# What an attribution may begin with, apart from digits, a day of the week or the name itself.
OPENINGS = frozenset(
    "on at în la lo ühel kuupäev am um le el em il op den dne dňa dnia dia w dna i in a på klo de na в у на от στις στην dana tarihinde 在 於 于 "
    "les lo no o às as ils þann më ar d'an/ar ob dana v u sgrìobh ysgrifennodd كتب على "
    "pada vào lúc ngày zo ke ma ti pe la su do pt so nd в־ ב בתאריך ‫ב في بتاريخ به नी दिनांक".split()
)
# Days and months need no table: every date has digits.
# fmt: off
# How the line begins that needs no verb (Horde, sup, notmuch, newsreaders), where a marked quotation follows.
QUOTING = (
    "quoting ", "excerpts from ", "in message ", "in article ", "in a message dated ", "zitat von ", "citation de ",
    "citando ", "citát ", "citat van ", "citeren ", "cytowanie ", "цитирую ", "quote from ", "cituji ", "citat af ",
    "citerar ", "siteerataan ", "lainaus ", "idézet ", "citiram ", "s'està citant ", "παραθέτοντας ", "sitater ",
    "mensaje citado por ", "mensagem citada por ", "alıntı ", "citează ", "cituoju ", "引述 ", "引用 ",
)
# fmt: on
COLONS = (":", "：", "៖", "։", "\u2024", "︰")
