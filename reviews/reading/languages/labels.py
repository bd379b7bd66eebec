"""Which header does a label of a quoted header block stand for, in which language?"""

# Labels of quoted header blocks -> which header they stand for.
LABELS = {
    "from": "nork از प्रेषक кімнен од nga გამომგზავნი kimdən daripada siuntėjas saatja sūtītājs отправитель: գրող from von de da van fra från från: lähettäjä od odesílatel feladó expeditor šalje pošiljatelj от від από kimden gönderen "
    "nuo no kellelt saatja frá из от: от кого відправник 发件人 寄件者 寄件人 差出人 送信者 보낸사람 보낸 사람 from: מאת من ผู้ส่ง จาก từ người gửi dari "
    "expéditeur remitente remetente mittente afzender avsändare avsender afsender nadawca expediteur del "
    "пошиљалац šiuntėjas sūtītājs sendandi bidaltzailea odosielateľ отправитель αποστολέας المرسل המוען 보낸이 발신 送信元 发信人",
    "sent": "bidalia تاریخ жіберілді испратено послато poslato dërguar გაგზავნილია göndərilmə gestuur anfonwyd ipinadala dihantar enviados: enviadas отправленные dikirim sent date gesendet datum envoyé envoye date: enviado enviada fecha data inviato verzonden verstuurd sendt dato skickat "
    "lähetetty päivämäärä päiväys wysłano data: odesláno dátum elküldve küldve trimis poslano отправлено дата дата: надіслано "
    "изпратено στάλθηκε ημερομηνία απεστάλη gönderildi tarih gönderilme tarihi išsiųsta saadetud sent: 发送时间 发送日期 日期 寄件日期 傳送時間 送信日時 日付 日時 "
    "보낸날짜 날짜 보낸 날짜 نשלח נשלח תאריך تاريخ التاريخ วันที่ ส่ง ngày gửi đã gửi date/heure tanggal dikirim le enviado el enviado em "
    "date d'envoi skickat: odoslané sendt: gesendet am ngày "
    "послато küldés nosūtīts saatmisaeg päivä dagsetning enviat data/ora ημ/νία terkirim إرسال الإرسال 寄件日期: 發送時間 發送日期 传送时间 日期: kuupäev datums dátum: küldve:",
    "to": "nori به प्रति кімге për მიმღები kimə at kay za за untuk to an à pour para a aan til till vastaanottaja do komu pro címzett către catre prima za кому до на προς kime alıcı kam "
    "kellele til: 收件人 宛先 받는사람 받는 사람 אל إلى ถึง đến tới kepada destinataire destinatario destinatário ontvanger mottagare adresat per "
    "коме gavėjas adresāts adressaat kellele: viðtakandi hartzailea príjemca получатель παραλήπτης 收件者 收信人 수신 받는이 ke",
    "subject": "gaia موضوع विषय тақырып subjekti თემა mövzu pwnc paksa тема предмет subjek subject betreff objet asunto assunto oggetto onderwerp emne ämne aihe otsikko temat předmět predmet tárgy subiect "
    "тема: тема относно θέμα konu tema teema 主题 主題 件名 タイトル 제목 נושא הנדון الموضوع موضوع หัวเรื่อง เรื่อง chủ đề tiêu đề perihal subjek "
    "assumpte efni sujet rubrik zadeva tēma gaia наслов предмет 主旨 主題: 標題 标题 제목: onderwerp:",
    "other": "cc kopie kopia kopi copie copia copia: cópia cc: bcc reply-to antwort an répondre à importance priority wichtigkeit "
    "attachments anlagen anhänge pièces jointes pj allegati adjuntos anexos bilagor vedlegg vedhæftede kopio dw: másolat kopija копия копія κοιν "
    "抄送 副本 참조 organization organisation reply to risposta to: responder a prioridade ответить",
}
_SPACED = {  # labels of several words, which the splitting above has taken apart
    "보낸 사람": "from",
    "oddi wrth": "from",
    "mula kay": "from",
    "भेजा गया": "sent",
    "主 题": "subject",
    "主　题": "subject",
    "inviato il": "sent",
    "verzonden op": "sent",
    "data de envio": "sent",
    "fecha de envío": "sent",
    "gesendet um": "sent",
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
    "de la": "from",
    "sent on": "sent",
    "sent at": "sent",
    "enviat el": "sent",
    "enviado o": "sent",
    "enviado a": "sent",
    "dátum a čas": "sent",
    "تم الإرسال": "sent",
    "تاريخ الإرسال": "sent",
    "dikirim pada": "sent",
    "data e hora": "sent",
    "fecha y hora": "sent",
    "data i godzina": "sent",
    "送信日時": "sent",
    "per a": "to",
    "received": "other",
    "empfangen": "other",
}
LABEL_ROLES: dict[str, set[str]] = {}
for _role, _words in LABELS.items():
    for _word in _words.replace(":", "").split():
        LABEL_ROLES.setdefault(_word, set()).add(_role)
for _words, _role in _SPACED.items():
    LABEL_ROLES.setdefault(_words, set()).add(_role)
