"""Which lines do mail programs put under what is written on them?"""

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
    "sent from a mobile", "sent from hey", "sent from superhuman", "verzonden vanuit", "enviado do", "sent from canary", "sent from airmail", "gesendet von", "gesendet mit",
    "gesendet von mail für", "holen sie sich outlook",
    "envoyé de mon", "envoyé depuis", "envoyé à partir", "envoyé avec", "envoyé par", "télécharger outlook",
    "obtenez outlook", "enviado desde", "enviado con", "obtener outlook", "enviado do meu", "enviado a partir",
    "enviado de meu", "enviado pelo", "obter o outlook", "obter outlook", "enviado via", "inviato da",
    "inviato dal", "inviato con", "scarica outlook", "ottieni outlook", "verzonden vanaf", "verstuurd vanaf",
    "verzonden met", "verzonden via", "outlook voor", "download outlook", "sendt fra min", "sendt fra mit",
    "sendt fra mail", "sendt fra outlook", "sendt fra", "hent outlook", "skickat från", "skickades från",
    "hämta outlook", "lähetetty", "wysłane z", "wysłano z", "pobierz program outlook", "odesláno z", "odoslané z",
    "küldve a", "elküldve", "trimis de pe", "poslano s", "poslano iz", "poslano z ", "отправлено из", "отправлено с",
    "надіслано з", "изпратено от", "εστάλη από", "στάλθηκε από", "iphone'umdan gönderildi", "gönderen:",
    "išsiųsta iš", "saadetud minu", "发自我的", "从我的", "從我的", "傳自我的", "iphoneから送信", "androidから送信", "나의 iphone",
    "내 iphone", "iphone에서", "أرسلت من", "أُرسلت من", "مرسل من", "נשלח מה", "נשלח מ", "ส่งจาก", "được gửi từ",
    "dikirim dari", "enviat des", "відправлено з", "تم الإرسال من", "تم إرساله من", "ارسال شده از", "đã gửi từ", "gửi từ",
    "dihantar dari", "ipinadala mula", "послато са", "послато с", "poslato sa", "poslato iz", "saadetud", "nosūtīts no",
    "sent úr", "trimis din", "provenance : courrier", "yahoo mail:", "yahoo mail :", "sent by ", "sent via", "secured with",
    "sent with", "sent from edison", "sent from newton", "sent from typeapp", "sent from mymail", "sent from workspace one",
    "sent from nextcloud", "sent from onet", "get bluemail", "get typeapp", "obtén bluemail", "obtenir bluemail",
    "发自", "发送自", "發自", "来自我的", "來自我的", "由我的", "발신", "excuse brevity", "please excuse brevity", "excuse my brevity",
    "lähetetty", "versendet mit", "versendet von", "versandt mit", "gesendet aus", "gesendet über", "geschrieben auf",
    # Outlook for telephones advertises itself, with a link that plain text may have lost.
    "beziehen sie outlook", "laden sie outlook", "obten", "obtén outlook", "descargue outlook", "descargar outlook",
    "téléchargez outlook", "verkrijg outlook", "obtenha o outlook", "baixe o outlook", "baixar o outlook",
    "transferir o outlook", "skaffa outlook", "få outlook", "skaff deg outlook", "last ned outlook", "hanki outlook",
    "lataa outlook", "pobierz aplikację outlook", "pobierz outlook", "uzyskaj outlook", "získat outlook", "stáhněte si outlook",
    "stáhnout outlook", "získať outlook", "stiahnite si outlook", "az outlook beszerzése", "az outlook letöltése",
    "obțineți outlook", "descărcați outlook", "λήψη του outlook", "αποκτήστε το outlook", "получите outlook",
    "скачать outlook", "скачайте outlook", "загрузить outlook", "отримати outlook", "завантажити outlook",
    "изтеглете outlook", "вземете outlook", "preuzmi", "prenesite outlook", "pridobite outlook", "nabavite outlook",
    "获取 outlook", "获取outlook", "下载", "取得 outlook", "取得 ios 版 outlook", "取得 android 版 outlook", "下載",
    "الحصول على outlook", "تنزيل outlook", "احصل على outlook", "השג את outlook", "קבל את outlook", "הורד את outlook",
    "tải outlook", "dapatkan outlook", "ดาวน์โหลด outlook", "รับ outlook",
)
# fmt: on
# Their ends in languages that put the verb last.
FOOTER_ENDS = (
    "gönderildi",
    "から送信",
    "から送信されました",
    "发送",
    "發送",
    "传送",
    "傳送",
    "에서 보냄",
    "에서 보냈습니다",
    "küldve",
    "से भेजा गया",
    "жіберілді",
    "göndərilib",
    "saadetud",
    "から送信しました",
    "에서 전송",
    "메일 앱",
    "outlook'u edinin",
    "outlook'u indirin",
    "outlook beziehen",
    "für ios beziehen",
    "für android beziehen",
    "ios downloaden",
    "android downloaden",
    "を入手",
    "outlook 다운로드",
    "outlook 받기",
)
# In German the verb stands last, and a footer begins with its device.
GERMAN_BEGINNINGS = (
    "von ",
    "vom ",
    "mit ",
    "diese nachricht wurde ",
    "diese e-mail wurde ",
    "diese mail wurde ",
    "über ",
)
GERMAN_ENDS = ("gesendet", "versendet", "gesandt", "versandt", "verschickt", "geschrieben")
# Footers people make themselves, the whole line.
FOOTERS_ALONE = frozenset(
    {
        "sent on the go",
        "sent from front",
        "sent with missive",
        "sent with shortwave",
        "sent from shortwave",
        "via mobile",
        "via phone",
        "from mobile",
        "from my phone",
        "sent from mobile",
        "mobil gesendet",
        "vom handy",
    }
)
# A footer names one of these; "Sent from my desk, is much easier" does not.
# fmt: off
DEVICES = (
    "iphon", "ipad", "ipod", "courrier", "correo", "correio", "posta", "pošta", "poczt", "почт", "android", "samsung", "galaxy", "blackberry", "huawei", "xiaomi", "redmi", "oneplus",
    "pixel", "nokia", "lumia", "windows", "outlook", "yahoo", "gmail", "proton", "tuta", "gmx", "web.de", "mail.ru",
    "yandex", "mobile", "mobil", "móvil", "handy", "telefon", "teléfono", "téléphone", "telefoon", "phone",
    "smartphone", "tablet", "mail", "spark", "sparrow", "airmail", "nine", "htc", "lg ", "motorola", "moto ",
    "sony", "xperia", "aol", "surface", "superhuman", "wiko", "fairphone", "oppo", "vivo", "honor", "mac",
    "verizon", "t-mobile", "orange", "vodafone", "telekom", "free.fr", "sfr", "hey", "fastmail", "zoho", "wireless",
    "device", "gerät", "canary", "newton", "bluemail", "edison", "typeapp", "nextcloud", "delta chat", "aquamail",
    "boxer", "ninja", "onet", "telemóvel", "puhelim", "símanum", "邮箱", "郵箱", "메일", "メール", "スマートフォン", "携帯", " app",
    "-app", "мобильн", "устройств", "пристро", "seznam", "k-9", "superhuman", "microsoft", "meilirakendus", "телефон", "смартфон", "手机", "手機", "яндекс",
)
# fmt: on
