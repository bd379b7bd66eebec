"""Which lines part a mail from the one below it, in which language?"""

# The words between dashes of "-----Original Message-----" and above forwards.
# fmt: off
SEPARATORS = (
    "original message", "original mail", "original appointment", "forwarded message", "forwarded by", "begin forwarded message",
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
    "thư gốc", "tin nhắn gốc", "pesan asli", "oorspronklike boodskap", "mensaxe orixinal", "зыходны ліст",
    "оригинално писмо", "kemennadenn orinel", "missatge original", "neges wreiddiol", "originalna powěsć", "algne kiri",
    "jatorrizko mezua", "alkuperäinen viesti / orig", "oarspronklik berjocht", "teachtaireacht bhunaidh",
    "an teachdaireachd thùsail", "मूल संदेश", "মূল বার্তা", "օրիգինալ նամակը", "upprunalegur póstur", "საწყისი წერილი",
    "originalus laiškas", "оригинална порака", "opphavleg melding", "messadi original", "mesajul original",
    "mesazhi origjinal", "початкове повідомлення", "原始消息", "回复的邮件", "回覆郵件", "ursprüngliche mitteilung", "weitergeleiteter beitrag",
    "messaggio inoltrato da", "transféré par", "weitergeleitet von", "reenviado por", "inoltrato da", "doorgestuurd door",
    "przesłane przez", "mail original", "mail originale", "ursprüngliche mail", "originál zprávy", "original e-mail", "original email",
)
# fmt: on
# What a mail is called in each language: between dashes on either side it says that another one begins, or was sent on.
# fmt: off
MAILS = (
    "message", "nachricht", "mensaje", "mensagem", "messaggio", "messatge", "missatge", "mensaxe", "mensach", "mensax",
    "messaç", "mesaj", "mesaĝo", "bericht", "boodskap", "berjocht", "meddelande", "meddelelse", "melding", "besked", " brev",
    "viesti", "wiadomo", "zpráv", "správ", "powěsć", "poruk", "sporoč", "üzenet", "levél", "vēstul", "ziņojum", "laišk",
    "sõnum", " kiri", "skilabo", "uppruna boð", "mezua", "mesazhi", "ileti", "məktub", "ötürülü", "xat", "pesan", "mesej",
    "kemennaden", "neges", "teachtaireacht", "peyama", "umyalezo", "e-mail", "courriel", " list",
    "сообщени", "повідомлен", "паведамленн", "писмо", "лист", "ліст", "порака", "порука", "хат", "μήνυμα", "μηνύματος",
    "նամակ", "հաղորդագր", "წერილ", "შეტყობინ", "邮件", "郵件", "信息", "消息", "訊息", "メッセージ", "메시지", "메일", "הודעה",
    "رسالة", "پیام", "استوزه", "خەت", "ئۇچۇر", "संदेश", "सन्देश", "বার্তা", "ਸੁਨੇਹਾ", "સંદેશો", "ସନ୍ଦେଶ", "செய்தி", "సందేశం",
    "ಸಂದೇಶ", "বাৰ্তা", "സന്ദേശം", "පණිවිඩය", "ข้อความ", "សារ", "འཕྲིན", "thư ",
)
# fmt: on
# Lines that stand without dashes round them.
# fmt: off
SEPARATORS_ALONE = (
    "begin forwarded message:", "anfang der weitergeleiteten nachricht:", "anfang der weitergeleiteten e-mail:",
    "début du message réexpédié :", "début du message transféré :", "inizio messaggio inoltrato:",
    "inicio del mensaje reenviado:", "início da mensagem reencaminhada:", "begin doorgestuurd bericht:",
    "vidarebefordrat brev:", "videresendt besked:", "start på videresendt besked:",
    "alkaa viesti, joka välitettiin:", "początek wiadomości przekazanej:", "továbbított levél kezdete:",
    "začátek přeposílané zprávy:", "iletilen ileti başlangıcı:", "開始轉寄郵件：", "下面是被转发的邮件：", "전달된 메시지 시작:", "начало переадресованного сообщения:", "以下は転送されたメールです:",
    "inici del missatge reenviat:", "začátek předané zprávy:", "begynd videresendt e-mail:",
    "beginn der weitergeleiteten nachricht:", "αρχή προωθημένου μηνύματος:", "inicio del mensaje redirigido:",
    "edelleenlähetetty viesti:", "továbbított üzenet:", "awal pesan yang diteruskan:", "start videresendt melding:",
    "początek przekazywanej wiadomości:", "iniciando encaminhamento de mensagem:", "începutul mesajului înaintat:",
    "начало пересылаемого сообщения:", "začiatok správy poslanej ďalej:", "start av vidarebefordrat meddelande:",
    "yönlendirilen iletiye başla:",
)
# fmt: on
