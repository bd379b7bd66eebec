"""Which words do mail programs put round a quotation, in which language?

Taken from what the programs write (reply-to lines, header blocks, footers), one row a language; never from what one
mail held.
"""

# "On <date>, <name> wrote:" - the verb, matched as whole words, in lower case.
# fmt: off
WROTE = (
    "wrote", "writes", "has written",  # en
    "schrieb", "schrieben", "geschrieben", "hat geschrieben",  # de
    "a écrit", "a ecrit", "écrit", "écrivait", "écrivit", "avez écrit",  # fr
    "escribió", "escribio", "escribiste", "ha escrito",  # es
    "escreveu", "escreveste",  # pt, gl
    "ha scritto", "scrisse", "scritto", "scriveva",  # it
    "schreef", "heeft geschreven", "geschreven", "schreven", "het volgende geschreven",  # nl
    "skrev", "skrev følgende", "skrev följande", "følgende", "skriver",  # da, no, sv
    "kirjoitti", "kirjoittanut",  # fi
    "napisał", "napisała", "napisał(a)", "napisał/a", "napisali", "pisze", "napisano",  # pl
    "napsal", "napsala", "napsal(a)", "napsal/a",  # cs
    "napísal", "napísala", "napísal(a)", "napisal",  # sk, sl
    "írta", "ezt írta", "a következőt írta",  # hu
    "a scris", "au scris",  # ro
    "napisao", "napisala", "napisao/la", "je napisao", "je napisala",  # hr, sr, bs
    "написао", "написала", "написа", "напиша",  # sr, bg, mk
    "написал", "написал(а)", "писал", "писала", "пишет", "пишете", "вы писали", "написали",  # ru
    "написав", "написав(ла)", "пише", "писав",  # uk
    "έγραψε", "έγραψαν",  # el
    "yazdı", "şunları yazdı", "şunu yazdı", "yazmış",  # tr
    "rašė", "parašė", "rakstīja", "kirjutas",  # lt, lv, et
    "skrifaði",  # is
    "va escriure", "ha escrit", "idatzi du",  # ca, eu
    "menulis", "menulis:", "đã viết", "viết",  # id, ms, vi
    "shkroi", "skribis",  # sq, eo
)
# fmt: on
# The same in scripts that put no space round the word, matched anywhere.
# fmt: off
WROTE_ANYWHERE = (
    "写道", "寫道", "写到", "寫到", "写了", "來信", "的邮件", "撰寫", "编写",  # zh
    "のメール", "書きました", "書き込みました", "さんは書いて", "が書きました",  # ja
    "님이 작성", "작성:", "님이 쓴", "썼습니다", "작성하였습니다",  # ko
    "كتب", "كتبت", "نوشت",  # ar, fa
    "כתב", "כתבה", "מאת",  # he
    "เขียน", "ने लिखा", "লিখেছেন",  # th, hi, bn
)
# fmt: on
# What an attribution may begin with, apart from digits, a day of the week or the name itself.
OPENINGS = frozenset(
    "on at am um le el em il op den dne dňa dnia dia w dna i in a på klo de na в у на от στις στην dana tarihinde 在 於 于 "
    "el le il no pada vào lúc ngày þann zo ke ma ti pe la su do pt so nd в־ ב בתאריך ‫ב في بتاريخ به".split()
)
# Days and months need no table: every date has digits.

# Labels of quoted header blocks -> which header they stand for.
LABELS = {
    "from": "from von de da van fra från från: lähettäjä od odesílatel feladó expeditor šalje pošiljatelj от від από kimden gönderen "
    "nuo no kellelt saatja frá из от: от кого відправник 发件人 寄件者 寄件人 差出人 送信者 보낸사람 보낸 사람 from: מאת من ผู้ส่ง จาก từ người gửi dari "
    "expéditeur remitente remetente mittente afzender avsändare avsender afsender nadawca expediteur del",
    "sent": "sent date gesendet datum envoyé envoye date: enviado enviada fecha data inviato verzonden verstuurd sendt dato skickat "
    "lähetetty päivämäärä päiväys wysłano data: odesláno dátum elküldve küldve trimis poslano отправлено дата дата: надіслано "
    "изпратено στάλθηκε ημερομηνία απεστάλη gönderildi tarih gönderilme tarihi išsiųsta saadetud sent: 发送时间 发送日期 日期 寄件日期 傳送時間 送信日時 日付 日時 "
    "보낸날짜 날짜 보낸 날짜 نשלח נשלח תאריך تاريخ التاريخ วันที่ ส่ง ngày gửi đã gửi date/heure tanggal dikirim le enviado el enviado em "
    "date d'envoi skickat: odoslané sendt: gesendet am ngày",
    "to": "to an à pour para a aan til till vastaanottaja do komu pro címzett către catre prima za кому до на προς kime alıcı kam "
    "kellele til: 收件人 宛先 받는사람 받는 사람 אל إلى ถึง đến tới kepada destinataire destinatario destinatário ontvanger mottagare adresat per",
    "subject": "subject betreff objet asunto assunto oggetto onderwerp emne ämne aihe otsikko temat předmět predmet tárgy subiect "
    "тема: тема относно θέμα konu tema teema 主题 主題 件名 タイトル 제목 נושא הנדון الموضوع موضوع หัวเรื่อง เรื่อง chủ đề tiêu đề perihal subjek "
    "assumpte efni sujet",
    "other": "cc kopie kopia kopi copie copia copia: cópia cc: bcc reply-to antwort an répondre à importance priority wichtigkeit "
    "attachments anlagen anhänge pièces jointes pj allegati adjuntos anexos bilagor vedlegg vedhæftede kopio dw: másolat kopija копия копія κοιν "
    "抄送 副本 참조 organization organisation reply to risposta to: responder a prioridade ответить",
}
_SPACED = {  # labels of several words, which the splitting above has taken apart
    "보낸 사람": "from",
    "người gửi": "from",
    "от кого": "from",
    "보낸 날짜": "sent",
    "gönderilme tarihi": "sent",
    "ngày gửi": "sent",
    "đã gửi": "sent",
    "enviado el": "sent",
    "enviado em": "sent",
    "enviada em": "sent",
    "date d'envoi": "sent",
    "gesendet am": "sent",
    "받는 사람": "to",
    "chủ đề": "subject",
    "tiêu đề": "subject",
    "reply to": "other",
    "antwort an": "other",
    "répondre à": "other",
    "pièces jointes": "other",
    "responder a": "other",
    "data wysłania": "sent",
    "dane wysłania": "sent",
    "gesendet von": "other",
    "sent by": "other",
    "envoyé le": "sent",
    "message du": "sent",
    "copie à": "other",
    "envoyé par": "other",
    "date et heure": "sent",
    "вы писали": "from",
}
LABEL_ROLES: dict[str, set[str]] = {}
for _role, _words in LABELS.items():
    for _word in _words.replace(":", "").split():
        LABEL_ROLES.setdefault(_word, set()).add(_role)
for _words, _role in _SPACED.items():
    LABEL_ROLES.setdefault(_words, set()).add(_role)

# The words between dashes of "-----Original Message-----" and above forwards.
# fmt: off
SEPARATORS = (
    "original message", "original appointment", "forwarded message", "forwarded by", "begin forwarded message",
    "original mail", "reply message", "start of forwarded", "quoted message", "previous message",
    "reply above this line", "replied message", "ursprüngliche nachricht", "ursprüngliche mail",
    "original-nachricht", "originalnachricht", "weitergeleitete nachricht", "anfang der weitergeleiteten",
    "ursprungliche nachricht", "ursprünglicher termin", "originalmeldung", "message d'origine", "message original",
    "message transféré", "message initial", "début du message", "message d’origine", "mensaje original",
    "mensaje reenviado", "inicio del mensaje", "mensagem original", "mensagem encaminhada",
    "mensagem reencaminhada", "início da mensagem", "messaggio originale", "messaggio inoltrato",
    "inizio messaggio", "oorspronkelijk bericht", "oorspronkelijke bericht", "doorgestuurd bericht",
    "begin doorgestuurd", "origineel bericht", "oprindelig meddelelse", "original meddelelse",
    "videresendt meddelelse", "opprinnelig melding", "videresendt melding", "ursprungligt meddelande",
    "originalmeddelande", "vidarebefordrat", "vidarebefordrat brev", "alkuperäinen viesti", "välitetty viesti",
    "oryginalna wiadomość", "wiadomość oryginalna", "wiadomość przekazana", "treść oryginalnej", "původní zpráva",
    "původní e-mail", "přeposlaná zpráva", "pôvodná správa", "eredeti üzenet", "továbbított üzenet",
    "mesaj original", "mesaj redirecționat", "izvorna poruka", "originalna poruka", "izvirno sporočilo",
    "исходное сообщение", "оригинальное сообщение", "пересланное сообщение", "пересылаемое сообщение",
    "конец пересылаемого", "вихідне повідомлення", "оригінальне повідомлення", "оригинално съобщение",
    "αρχικό μήνυμα", "orijinal mesaj", "özgün ileti", "iletilen mesaj", "pradinis laiškas", "sākotnējais ziņojums",
    "algne sõnum", "upprunaleg skilaboð", "原始邮件", "原始郵件", "转发的邮件", "轉寄郵件", "原邮件", "元のメッセージ", "転送されたメッセージ", "원본 메시지",
    "원본 메일", "전달된 메시지", "הודעה מקורית", "הודעה שהועברה", "الرسالة الأصلية", "رسالة أصلية", "ข้อความต้นฉบับ",
    "thư gốc", "tin nhắn gốc", "pesan asli",
)
# fmt: on
# Lines that stand without dashes round them.
# fmt: off
SEPARATORS_ALONE = (
    "begin forwarded message:", "anfang der weitergeleiteten nachricht:", "anfang der weitergeleiteten e-mail:",
    "début du message réexpédié :", "début du message transféré :", "inizio messaggio inoltrato:",
    "inicio del mensaje reenviado:", "início da mensagem reencaminhada:", "begin doorgestuurd bericht:",
    "vidarebefordrat brev:", "videresendt besked:", "start på videresendt besked:",
    "alkaa viesti, joka välitettiin:", "начало переадресованного сообщения:", "以下は転送されたメールです:",
)
# fmt: on

# Beginnings of the footers that mail programs on telephones (and some others) add: the rest of the line is a device or a program.
# fmt: off
FOOTERS = (
    "sent from my", "sent from mail for", "sent from outlook", "sent from yahoo", "sent from proton",
    "sent from samsung", "sent from gmail", "sent from aol", "sent from windows mail", "sent from mailbird",
    "sent from mailspring", "sent from the all new", "sent from tuta", "sent from fastmail", "sent from spark",
    "sent from blackberry", "sent from surface", "sent from nine", "sent from bluemail", "sent from zoho",
    "sent via the samsung", "sent via blackberry", "sent with sparrow", "sent with proton", "sent with spark",
    "sent with airmail", "sent with mailtrack", "sent on the go", "get outlook for", "sent using",
    "sent with superhuman", "sent via superhuman", "sent by email from", "sent from an", "sent from my mobile",
    "sent from a mobile", "sent from hey", "von meinem", "von meiner", "gesendet von", "gesendet mit",
    "gesendet von mail für", "diese nachricht wurde von meinem", "mit der", "outlook für", "holen sie sich outlook",
    "envoyé de mon", "envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé par", "télécharger outlook",
    "obtenez outlook", "enviado desde", "enviado con", "obtener outlook", "enviado do meu", "enviado a partir",
    "enviado de meu", "enviado pelo", "obter o outlook", "obter outlook", "enviado via", "inviato da",
    "inviato dal", "inviato con", "scarica outlook", "ottieni outlook", "verzonden vanaf", "verstuurd vanaf",
    "verzonden met", "verzonden via", "outlook voor", "download outlook", "sendt fra min", "sendt fra mit",
    "sendt fra mail", "sendt fra outlook", "sendt fra", "hent outlook", "skickat från", "skickades från",
    "hämta outlook", "lähetetty", "wysłane z", "wysłano z", "pobierz program outlook", "odesláno z", "odoslané z",
    "küldve a", "elküldve", "trimis de pe", "poslano s", "poslano iz", "отправлено из", "отправлено с",
    "надіслано з", "изпратено от", "εστάλη από", "στάλθηκε από", "iphone'umdan gönderildi", "gönderen:",
    "išsiųsta iš", "saadetud minu", "发自我的", "从我的", "從我的", "傳自我的", "iphoneから送信", "androidから送信", "나의 iphone",
    "내 iphone", "iphone에서", "أرسلت من", "أُرسلت من", "مرسل من", "נשלח מה", "נשלח מ", "ส่งจาก", "được gửi từ",
    "dikirim dari", "enviat des",
)
# fmt: on
# A footer names one of these; "Sent from my desk, is much easier" does not.
# fmt: off
DEVICES = (
    "iphone", "ipad", "ipod", "android", "samsung", "galaxy", "blackberry", "huawei", "xiaomi", "redmi", "oneplus",
    "pixel", "nokia", "lumia", "windows", "outlook", "yahoo", "gmail", "proton", "tuta", "gmx", "web.de", "mail.ru",
    "yandex", "mobile", "mobil", "móvil", "handy", "telefon", "teléfono", "téléphone", "telefoon", "phone",
    "smartphone", "tablet", "mail", "spark", "sparrow", "airmail", "nine", "htc", "lg ", "motorola", "moto ",
    "sony", "xperia", "aol", "surface", "superhuman", "wiko", "fairphone", "oppo", "vivo", "honor", "mac",
    "verizon", "t-mobile", "orange", "vodafone", "telekom", "free.fr", "sfr", "hey", "fastmail", "zoho", "wireless",
    "device", "gerät", "телефон", "смартфон", "手机", "手機", "яндекс",
)
# fmt: on
# Beginnings of what scanners, lists and lawyers put under a mail.
# fmt: off
BOILERPLATE = (
    "virus-free", "virenfrei", "garanti sans virus", "libre de virus", "livre de vírus", "privo di virus",
    "virusvrij", "this email has been checked for viruses", "this email has been scanned",
    "diese e-mail wurde von avast", "diese e-mail wurde auf viren", "l'absence de virus dans ce courrier",
    "este correo electrónico ha sido comprobado", "este email foi escaneado", "questa e-mail è stata controllata",
    "deze e-mail is gecontroleerd", "this e-mail and any attachments", "this email and any attachments",
    "this e-mail and any files", "this email and any files", "this message and any attachments",
    "this message is confidential", "this email is confidential", "this e-mail is confidential",
    "this message contains confidential", "this email contains confidential", "this e-mail contains confidential",
    "the information contained in this", "the information in this email", "the information in this e-mail",
    "the contents of this email", "confidentiality notice", "disclaimer:", "privileged/confidential",
    "diese e-mail enthält vertrauliche", "diese e-mail kann vertrauliche", "diese nachricht ist vertraulich",
    "diese e-mail ist vertraulich", "ce message et toutes les pièces", "ce message et ses pièces",
    "ce courriel et les documents", "este mensaje y sus", "este mensaje es confidencial",
    "este correo electrónico y", "esta mensagem e seus", "esta mensagem pode conter", "questo messaggio è",
    "questo messaggio e'", "le informazioni contenute", "dit bericht is uitsluitend", "dit e-mailbericht",
    "please consider the environment", "please think before", "think before you print",
    "bitte prüfen sie der umwelt", "bitte denken sie an die umwelt", "pensez à l'environnement", "avant d'imprimer",
    "antes de imprimir", "prima di stampare", "you received this message because you are subscribed",
    "to unsubscribe from this group",
)
# fmt: on
