"""How do the lines of scanners, lists and lawyers begin, in which language?"""

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
    "to unsubscribe from this group", "you are receiving this because you are subscribed",
    "this electronic mail", "this e-mail message and any", "this email message and any", "this e-mail may contain",
    "this email may contain", "this e-mail is intended", "this email is intended", "this message is intended",
    "this message may contain", "this message and its attachments", "this communication is intended",
    "this communication may contain", "this transmission", "if you are not the intended recipient",
    "if you have received this e", "if you have received this message in error", "confidentiality note", "confidentiality:",
    "confidential:", "legal disclaimer", "legal notice", "email disclaimer", "e-mail disclaimer", "important notice:",
    "internet e-mail confidentiality", "no virus found", "this mail was scanned", "this message has been scanned",
    "this mail is certified virus free", "checked by avg", "scanned by", "avast logo", "avg logo",
    "dieses e-mail ist", "diese e-mail und", "diese nachricht und", "diese nachricht enthält", "diese mail enthält",
    "der inhalt dieser e-mail", "diese e-mail einschließlich", "haftungsausschluss:", "vertraulichkeitshinweis",
    "falls sie nicht der richtige adressat", "wenn sie nicht der richtige adressat", "sind sie nicht der",
    "ce courriel est", "ce message est confidentiel", "ce mail et", "ce courrier électronique", "si vous n'êtes pas le destinataire",
    "les informations contenues", "avis de confidentialité", "este e-mail", "este correo electrónico puede",
    "este mensaje puede", "este mensaje va dirigido", "aviso legal", "aviso de confidencialidad", "la información contenida",
    "esta mensagem é", "esta mensagem e", "este e-mail e", "as informações contidas", "aviso de confidencialidade",
    "questa e-mail", "questo messaggio e i suoi", "questo messaggio e gli allegati", "ai sensi del d.lgs", "ai sensi del regolamento",
    "avviso di riservatezza", "de informatie in deze", "de inhoud van dit", "dit bericht kan", "dit bericht is alleen",
    "denne e-mail er", "denne e-mail kan", "denne meddelelse", "denne e-posten", "detta e-postmeddelande", "detta meddelande",
    "tämä viesti", "tämä sähköposti", "niniejsza wiadomość", "ta wiadomość", "treść tej wiadomości", "wiadomość ta",
    "tento e-mail", "tato zpráva", "táto správa", "ez az e-mail", "ez az üzenet", "jelen e-mail", "acest mesaj", "acest e-mail",
    "настоящее сообщение", "данное сообщение", "это сообщение", "это электронное сообщение", "це повідомлення", "bu e-posta", "bu mesaj",
    "本邮件及其附件", "本電子郵件", "本邮件", "このメール", "本メール", "이 메일은", "본 메일은",
)
# fmt: on
# A passage that begins so has one of these in it: people begin their sentences with "this e-mail" as well.
# fmt: off
EVIDENCE = (
    "confiden", "vertraul", "privileg", "intended", "adressat", "destinat", "disclaimer", "haftung", "legal", "virus",
    "viren", "malware", "scann", "avast", "avg", "spam", "unsubscribe", "subscribed", "print", "imprim", "stampa",
    "environment", "umwelt", "environnement", "ambiente", "geadresseerde", "bestemd", "riservat", "d.lgs",
    "fortrolig", "konfident", "konfiden", "luottamuks", "vastaanottaj", "poufn", "adresat", "důvěrn", "dôvern", "bizalmas",
    "címzett", "конфиденц", "конфіденц", "адресат", "поверителн", "gizli", "alıcı", "保密", "机密", "機密", "秘密",
    "비밀", "기밀", "εμπιστευτικ", "apparten", "zastrzeżon",
)
# fmt: on
