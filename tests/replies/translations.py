"""What do programs write round quotations in the languages that they speak, as far as they are translated?

From the translations that Debian ships of Roundcube, Evolution, Geary, Claws Mail, Sylpheed and Horde. `{who}` is the
author, name and address.
"""

# fmt: off
ATTRIBUTIONS = (
    # roundcube
    "كتب {who} في 2026-11-21 10:00:",  # ar_SA
    "2026-11-21 10:00 tarixdə, {who} yazıb:",  # az_AZ
    "{who} напісаў 2026-11-21 10:00:",  # be_BE
    "На 2026-11-21 10:00, {who} написа:",  # bg_BG
    "D'an/ar 2026-11-21 10:00 eo bet skrivet gant {who}:",  # br
    "2026-11-21 10:00, {who} je napisao/la:",  # bs_BA
    "El 2026-11-21 10:00, {who} va escriure:",  # ca_ES
    "Dne 2026-11-21 10:00, {who} napsal:",  # cs_CZ
    "Ar 2026-11-21 10:00, ysgrifennodd {who}:",  # cy_GB
    "{who} skrev den 2026-11-21 10:00:",  # da_DK
    "Am 2026-11-21 10:00, schrieb {who}:",  # de_DE
    "Στις 2026-11-21 10:00, {who} έγραψε:",  # el_GR
    "Je 2026-11-21 10:00, {who} skribis:",  # eo
    "El 2026-11-21 10:00, {who} escribió:",  # es_ES
    "2026-11-21 10:00 kirjutas {who}:",  # et_EE
    "2026-11-21 10:00 egunean, {who}-(e)k idatzi du:",  # eu_ES
    "در 2026-11-21 10:00، {who} نوشته است:",  # fa_IR
    "{who} kirjoitti 2026-11-21 10:00:",  # fi_FI
    "Tann 2026-11-21 10:00, skrivaði {who}:",  # fo_FO
    "Le 2026-11-21 10:00, {who} a écrit\u00a0:",  # fr_FR
    "Op 2026-11-21 10:00, skreau {who}:",  # fy_NL
    "Ar an 2026-11-21 10:00, scríobh {who}:",  # ga_IE
    "O 2026-11-21 10:00, {who} escribiu:",  # gl_ES
    "Dana 2026-11-21 10:00, {who} je napisao(la):",  # hr_HR
    "2026-11-21 10:00 időpontban {who} ezt írta:",  # hu_HU
    "Le 2026-11-21 10:00, {who} ha scribite:",  # ia
    "Pada 2026-11-21 10:00, {who} menulis:",  # id_ID
    "Þann 2026-11-21 10:00, skrifaði {who}:",  # is_IS
    "Il 2026-11-21 10:00 {who} ha scritto:",  # it_IT
    "2026-11-21 10:00 に {who} さんは書きました:",  # ja_JP
    "2026-11-21 10:00-ში, {who} დაწერა:",  # ka_GE
    "កាលពី\u200bថ្ងៃ 2026-11-21 10:00, {who} បាន\u200bសរសេរ៖",  # km_KH
    "2026-11-21 10:00에 {who}이(가) 쓴 내용:",  # ko_KR
    "Den 2026-11-21 10:00, {who} schreift:",  # lb_LU
    "2026-11-21 10:00, {who} rašė:",  # lt_LT
    "{who} @ 2026-11-21 10:00 rakstīja:",  # lv_LV
    "2026-11-21 10:00 या दिवशी {who} ने लिहीले :",  # mr_IN
    "Pada 2026-11-21 10:00, {who} menulis",  # ms_MY
    "Den 2026-11-21 10:00, skrev {who}:",  # nb_NO
    "Op 2026-11-21 10:00, schreef {who}:",  # nl_BE
    "{who} schreef op 2026-11-21 10:00:",  # nl_NL
    "Den 2026-11-21 10:00 skreiv {who}:",  # nn_NO
    "W dniu 2026-11-21 10:00, {who} napisał(a):",  # pl_PL
    "Em 2026-11-21 10:00, {who} escreveu:",  # pt_BR
    "A 2026-11-21 10:00, {who} escreveu:",  # pt_PT
    "În 2026-11-21 10:00, {who} a scris:",  # ro_RO
    "{who} писал(а) 2026-11-21 10:00:",  # ru_RU
    "Dňa 2026-11-21 10:00 {who} napísal(a):",  # sk_SK
    "2026-11-21 10:00, je {who} napisal",  # sl_SI
    "Më 2026-11-21 10:00, {who} shkroi:",  # sq_AL
    "Дана 2026-11-21 10:00, {who} написа:",  # sr_CS
    "2026-11-21 10:00 skrev {who}:",  # sv_SE
    "On 2026-11-21 10:00, {who} wrote:",  # th_TH
    "2026-11-21 10:00, {who} yazmış:",  # tr_TR
    "2026-11-21 10:00, {who} написав:",  # uk_UA
    "{who} yozgan kun 2026-11-21 10:00:",  # uz
    "Vào ngày 2026-11-21 10:00, {who} viết:",  # vi_VN
    "在 2026-11-21 10:00，{who} 写道：",  # zh_CN
    "{who} 於 2026-11-21 10:00 寫到:",  # zh_TW
    # evolution
    " Sat аҟны, 21/11/2026  10:00 +0000 аҟны, {who} иаҩҩоит:",  # ab
    "Op Sat, 2026-11-21 om 10:00 +0000 skryf {who}:",  # af
    "في Sat، 21-11-2026 عند 10:00 +0000 ، كتب {who}:",  # ar
    "Sat, 2026-11-21 ৰ 10:00 +0000ত, {who} লিখিছিল:",  # as
    "El Saturday, 21-November-2026 a les 10:00 +0000, {who} escribió:",  # ast
    "21-11-2026, Sat а 10:00 +0000, {who} напісаў:",  # be
    "21-11-2026, Sat a 10:00 +0000, {who} napisaŭ:",  # be@latin
    "В 10:00 +0000 на 21.11.2026 (Sat), {who} написа:",  # bg
    "Sat, 2026-11-21 -র 10:00 +0000-এ, {who} লিখেছিলেন:",  # bn_IN
    "El Sat 21 de 11 de 2026 a les 10:00 +0000, en/na {who} va escriure:",  # ca@valencia
    "{who} píše v Sat 21. 11. 2026 v 10:00 +0000:",  # cs
    "Ar Sat, 2026-11-21 am 10:00 +0000, ysgrifennodd {who}:",  # cy
    "Sat, 21 11 2026 kl. 10:00 +0000, skrev {who}:",  # da
    "Am Saturday, dem 21.11.2026 um 10:00 +0000 schrieb {who}:",  # de
    "Στις 21-11-2026, ημέρα Sat, και ώρα 10:00 +0000, ο/η {who} έγραψε:",  # el
    "𐑪𐑯 Sat, 2026-11-21 𐑨𐑑 10:00 +0000, {who} 𐑮𐑴𐑑:",  # en@shaw
    "Je Sat, 2026-11-21 je 10:00 +0000, {who} skribis:",  # eo
    "El Sat, 21-11-2026 a las 10:00 +0000, {who} escribió:",  # es
    "Ühel kenal päeval, Sat, 21.11.2026 kell 10:00, kirjutas {who}:",  # et
    "روز Sat، 2026-11-21 ساعت 10:00 +0000، {who} نوشت:",  # fa
    "Sat, 2026-11-21 kello 10:00 +0000, {who} kirjoitti:",  # fi
    "Le Saturday 21 November 2026 à 10:00 +0000, {who} a écrit\u00a0:",  # fr
    "Il Sat, 21/11/2026 aes 10:00 +0000, il mitent {who} al scrivè:",  # fur
    "Ar Sat, 2026-11-21 ag 10:00 +0000, {who} scríobh:",  # ga
    "O Sat, 21-11-2026 ás 10:00 +0000, {who} escribiu:",  # gl
    "Sat, 2026-11-21 પર 10:00 +0000, {who} જગ્યાએ આ લખાયેલ હતું:",  # gu
    "U Sat, 21. 11. 2026., u 10:00 +0000, {who} je napisao/la:",  # hr
    "2026. 11. 21, Saturday keltezéssel 10.00-kor {who} ezt írta:",  # hu
    "Pada hari Saturday, tanggal 21/11/2026, pukul 10:00 +0000, {who} menulis:",  # id
    "Il giorno Sat, 21/11/2026 alle 10.00 +0000, {who} ha scritto:",  # it
    "2026-11-21 (Sat) の 10:00 +0000 に {who} さんは書きました:",  # ja
    "Sat ದಂದು, 2026-11-21 ನ 10 ಗೆ :00 +0000, {who} ಹೀಗೆ ಬರೆದಿದ್ದಾರೆ:",  # kn
    "2026-11-21 (Sat), 10:00 +0000, {who}:",  # ko
    "Sat, 2026 11 21 10:00 +0000, {who} rašė:",  # lt
    "Sat, 2026.11.21. 10:00 +0000, {who} rakstīja:",  # lv
    "На Sat, 2026-11-21 во 10:00 +0000, {who} напиша:",  # mk
    "Sat, 2026-11-21, 10:00 +0000-യ്ക്ക, {who} എഴുതിയിരിക്കുന്നു:",  # ml
    "10:00 +0000, मध्ये Sat, 2026-11-21 वर {who} लिहिले:",  # mr
    "Pada Sat, 2026-11-21 pukul 10:00 +0000, {who} menulis:",  # ms
    "Sat, 21.11.2026 kl. 10.00 +0000, skrev {who}:",  # nb
    "{who} schreef op Sat 21-11-2026 om 10:00 [+0000]:",  # nl
    "Sat den 21. 11. 2026 klokka 10.00 (+0000) skreiv {who}:",  # nn
    "Lo Sat 21 de-11-de 2026, at 10:00 +0000, {who} escriguèt :",  # oc
    "Sat , 21-11-2026, 10:00 ਵਜੇ +0000, {who} ਨੇ ਲਿਖਿਆ:",  # pa
    "W\u00a0dniu Sat, 21.11.2026 o\u00a0godzinie 10∶00\u2009+0000, użytkownik {who} napisał:",  # pl
    "A Sat, 21-11-2026 às 10:00 +0000, {who} escreveu:",  # pt
    "Em Sat, 2026-11-21 às 10:00 +0000, {who} escreveu:",  # pt_BR
    "În data de Sat, 21-11-2026 la 10:00 +0000, {who} a scris:",  # ro
    "В Sat, 21/11/2026 в 10:00 +0000, {who} пишет:",  # ru
    " Sat, 2026-11-21 at 10:00 +0000 දා, {who} ලියන ලඳි:",  # si
    "V Saturday, 21. November 2026 o 10:00 +0000, {who} napísal(a):",  # sk
    "Dne 21.11.2026 (Sat) ob 10:00 +0000 je {who} napisal(a):",  # sl
    "Ditën e Sat, 21/11/2026 më 10.00 +0000, {who} ka shkruar:",  # sq
    "У Sat, 21. 11 2026. у 10:00 +0000, {who} пише:",  # sr
    "U Sat, 21. 11 2026. u 10:00 +0000, {who} piše:",  # sr@latin
    "Sat 2026-11-21 klockan 10:00 +0000 skrev {who}:",  # sv
    "On Sat, 2026-11-21 at 10:00 +0000, {who} wrote:",  # ta
    "Sat, 2026-11-21 at 10:00 +0000 నాడు, {who} వ్రాశారు:",  # te
    "เมื่อ Sat 2026-11-21 เวลา 10:00 +0000, {who} เขียนว่า:",  # th
    "Sat, 2026-11-21 tarihinde 10:00 +0000 saatinde, {who} yazdı:",  # tr
    "У Sat, 2026-11-21 у 10:00 +0000, {who} пише:",  # uk
    "Vào Sat, ngày 21, 11 năm 2026 lúc 10:00 +0000, {who} viết:",  # vi
    "Ngo-Sat, 2026-11-21 e 10:00 +0000, {who} ubhale:",  # xh
    "在 2026-11-21Saturday的 10:00 +0000，{who}写道：",  # zh_CN
    "於 Sat，2026-11-21 於 10:00 +0000，{who} 提到：",  # zh_HK
    "於 Saturday，2026-11-21 於 10:00 +0000，{who} 提到：",  # zh_TW
    # geary
    "А 21.11.2026 10:00, {who} напісаў:",  # be
    "Na 21.11.2026 10:00, {who} je napisao/la:",  # bs
    "En 21.11.2026 10:00, {who} ha escrit:",  # ca
    "{who} napsal 21.11.2026 10:00:",  # cs
    "{who} skrev den 21.11.2026 10:00:",  # da
    "Am 21.11.2026 10:00 schrieb {who}:",  # de
    "Στις 21.11.2026 10:00, ο/η {who} έγραψε:",  # el
    "On 21.11.2026 10:00, {who} wrote:",  # en_GB
    "El 21.11.2026 10:00, {who} escribió:",  # es
    "{who}(e)k 21.11.2026 10:00(e)an idatzita:",  # eu
    "در 21.11.2026 10:00, {who} نوشته بود:",  # fa
    "21.11.2026 10:00 {who} kirjoitti:",  # fi
    "Le 21.11.2026 10:00, {who} a écrit\u00a0:",  # fr
    "Ai 21.11.2026 10:00, {who} al/e à scrit:",  # fur
    "O 21.11.2026 10:00, {who} escribiu:",  # gl
    "בתאריך 21.11.2026 10:00, {who} כתב:",  # he
    "Dana 21.11.2026 10:00, {who} je napisao:",  # hr
    "21.11.2026 10:00-kor, {who} írta:",  # hu
    "Pada 21.11.2026 10:00, {who} menulis:",  # id
    "Il giorno 21.11.2026 10:00, {who} ha scritto:",  # it
    "21.11.2026 10:00, {who} жазған:",  # kk
    "21.11.2026 10:00, {who} rašė:",  # lt
    "Dalam 21.11.2026 10:00, {who} menulis:",  # ms
    "21.11.2026 10:00 skrev {who} følgende:",  # nb
    "Op 21.11.2026 10:00 schreef {who}:",  # nl
    "Lo 21.11.2026 10:00, {who} a escrich :",  # oc
    "W\u00a0dniu 21.11.2026 10:00 użytkownik {who} napisał:",  # pl
    "Em 21.11.2026 10:00, {who} escreveu:",  # pt_BR
    "La 21.11.2026 10:00, {who} a scris:",  # ro
    "В 21.11.2026 10:00, {who} написал:",  # ru
    "Dňa 21.11.2026 10:00, {who} napísal(a):",  # sk
    "21.11.2026 10:00 {who}:",  # sl
    "21.11.2026 10:00, {who} пише:",  # sr
    "21.11.2026 10:00, {who} piše:",  # sr@latin
    "21.11.2026 10:00 skrev {who}:",  # sv
    "21.11.2026 10:00 tarihinde, {who} yazdı:",  # tr
    "Написано 21.11.2026 10:00, {who}:",  # uk
    "在 21.11.2026 10:00，{who} 写道：",  # zh_CN
    "{who} 於 21.11.2026 10:00 寫下：",  # zh_TW
    # claws
    "El Sat, 21 Nov 2026 10:00:00 +0000\n{who} va escriure el següent:",  # ca
    "Dne Sat, 21 Nov 2026 10:00:00 +0000\n{who} napsal(a):",  # cs
    "V Sat, 21 Nov 2026 10:00:00 +0000\n{who} napsáno:",  # cs
    "På Sat, 21 Nov 2026 10:00:00 +0000\n{who} skrev:",  # da
    "Am Sat, 21 Nov 2026 10:00:00 +0000\nschrieb {who}:",  # de
    "Στις Sat, 21 Nov 2026 10:00:00 +0000\n{who} έγραψε:",  # el_GR
    "El Sat, 21 Nov 2026 10:00:00 +0000\n{who} escribió:",  # es
    "Sat, 21 Nov 2026 10:00:00 +0000\n{who} kirjoitti:",  # fi
    "Le Sat, 21 Nov 2026 10:00:00 +0000,\n{who} a écrit :",  # fr
    "Sat, 21 Nov 2026 10:00:00 +0000 -n\n{who} írta:",  # hu
    "Pada Sat, 21 Nov 2026 10:00:00 +0000\n{who} menulis:",  # id_ID
    "Il giorno Sat, 21 Nov 2026 10:00:00 +0000\n{who} ha scritto:",  # it
    "On Sat, 21 Nov 2026 10:00:00 +0000\n{who} wrote:",  # ja
    "Den Sat, 21 Nov 2026 10:00:00 +0000\n{who} skrev:",  # nb
    "Op Sat, 21 Nov 2026 10:00:00 +0000\nschreef {who}:",  # nl
    "Op Sat, 21 Nov 2026 10:00:00 +0000\n{who} schreef:",  # nl
    "Em Sat, 21 Nov 2026 10:00:00 +0000\n{who} escreveu:",  # pt_BR
    "În data de Sat, 21 Nov 2026 10:00:00 +0000\n{who} a scris:",  # ro
    "В Sat, 21 Nov 2026 10:00:00 +0000\n{who} пишет:",  # ru
    "Dňa Sat, 21 Nov 2026 10:00:00 +0000\n{who} napísal:",  # sk
    "Den Sat, 21 Nov 2026 10:00:00 +0000\nskrev {who}:",  # sv
    "Sat, 21 Nov 2026 10:00:00 +0000 tarihinde\n{who} yazdı:",  # tr
    "在 Sat, 21 Nov 2026 10:00:00 +0000\n{who} 已寫入：",  # zh_TW
    # horde
    "S'està citant {who}:",  # ca
    "Cituji {who}:",  # cs
    "Citat af {who}:",  # da
    "Zitat von {who}:",  # de
    "Παραθέτοντας από {who}:",  # el
    "{who} escribió:",  # es
    "{who} kirjutas:",  # et
    "{who} erabiltzaileak idatzi du:",  # eu
    "نقل قول {who}:",  # fa
    "Lainaus {who}:",  # fi
    "{who} a écrit\u00a0:",  # fr
    "Estase citando {who}:",  # gl
    "Idézet ({who}):",  # hu
    "Vísa til {who}:",  # is
    "{who} ha scritto:",  # it
    "សម្រង់ {who}\u00a0៖",  # km
    "{who} wrote:",  # ko
    "{who} rašė:",  # lt
    "Citēju {who}:",  # lv
    "Siterer {who}:",  # nb
    "Citeren {who}:",  # nl
    "Cytowanie {who}:",  # pl
    "Citando {who}:",  # pt_BR
    "Цитирую {who}:",  # ru
    "Citát {who}:",  # sk
    "Citiram {who}:",  # sl
    "Citerar {who}:",  # sv
    "Alıntı {who}:",  # tr
    "Цитую {who}:",  # uk
    "引用 {who}：",  # zh_CN
    "引述 {who}:",  # zh_TW
)
# Between two mails.
SEPARATORS = (
    "-------- الرسالة الأساسية --------", "-------- Mensaxe orixinal --------", "-------- Orijinal məktub --------",
    "-------- Арыгінальнае паведамленне --------", "-------- Оригинално писмо --------",
    "-------- Kemennadenn orin --------", "-------- Originalna poruka --------",
    "-------- Missatge Original --------", "-------- Původní zpráva --------", "-------- Neges Wreiddiol --------",
    "-------- Original besked --------", "-------- Originalnachricht --------", "-------- Αρχικό μήνυμα --------",
    "-------- Originala mesaĝo --------", "-------- Mensaje original --------", "-------- Mensaje Original --------",
    "-------- Esialgne kiri --------", "-------- Jatorrizko mezua --------", "-------- پیام اصلی --------",
    "-------- Alkuperäinen viesti --------", "-------- Uppruna boð --------", "-------- Courriel original --------",
    "-------- Oarspronklik Berjocht --------", "-------- An teachtaireacht bhunaidh --------",
    "-------- הודעה מקורית --------", "-------- Izvorna poruka --------", "-------- Eredeti üzenet --------",
    "-------- Առաջին հաղորդագրությունը --------", "-------- Message original --------",
    "-------- Pesan Asli --------", "-------- Upprunaleg skilaboð --------", "-------- Messaggio originale --------",
    "-------- 元のメッセージ --------", "-------- ორიგინალი შეტყობინება --------", "-------- សារ\u200bដើម --------",
    "-------- 원본 메시지 --------", "-------- Peyama orîjînal --------", "-------- Original-Message --------",
    "-------- Originalus laiškas --------", "-------- Sākotnējā vēstule --------",
    "-------- Оригинална порака --------", "-------- യഥാര്\u200dഥ സന്ദേശം --------", "-------- खरा संदेश --------",
    "-------- Mesej Asal --------", "-------- Opprinnelig melding --------", "-------- Orgineel bericht --------",
    "-------- Oorspronkelijke bericht --------", "-------- Opphavleg melding --------",
    "-------- Wiadomość oryginalna --------", "-------- Mensagem original --------",
    "-------- Mesaj original --------", "-------- Исходное сообщение --------", "-------- Pôvodná správa --------",
    "-------- Izvorno sporočilo --------", "-------- Mesazhi Origjinal --------",
    "-------- Оригинална порука --------", "-------- Ursprungligt meddelande --------",
    "-------- ข้อความเดิม --------", "-------- Özgün ileti --------", "-------- ئەسلىي خەت --------",
    "-------- Оригінальне повідомлення --------", "-------- Asl xat --------", "-------- Thư gốc --------",
    "-------- 原始邮件 --------", "-------- 原始郵件 --------", "-------- Aangestuurde boodskap --------",
    "-----Oorspronklike boodskap-----", "-------- Mensache reninviau --------", "-----Mensache orichinal-----",
    "-------- رسالة ممرّرة --------", "-----الرسالة الأصلية-----", "-------- ফৰৱাৰ্ড কৰা বাৰ্তা --------",
    "-------- প্ৰকৃত বাৰ্তা --------", "--------- Mensax reunviáu --------", "-----Mensax orixinal-----",
    "-------- Ötürülülən Məktub --------", "-------- Перасланае паведамленне --------",
    "-----Арыгінальнае паведамленне-----", "-------- Pierasyłany list ----------",
    "-------- Aryhinalny list ----------", "-------- Препратено писмо --------", "-----Оригинално писмо-----",
    "-------- ফরওয়ার্ড করা বার্তা --------", "--------  মূল বার্তা --------",
    "-------- Proslijeđena poruka --------", "-----Originalna poruka-----", "-------- Missatge reenviat --------",
    "-----Missatge original-----", "-------- Přeposlaná zpráva --------", "-------- Neges Yrrwyd Ymlaen --------",
    "-------- Videresendt brev --------", "-----Oprindeligt brev-----",
    "-------- Weitergeleitete Nachricht --------", "-------- Ursprüngliche Nachricht --------",
    "-----གདོང་བསྐྱོད་འབད་ཡོད་པའི་འཕྲིན་དོན་-----", "-----འཕྲིན་དོན་ངོ་མ་-----",
    "-------- Προωθημένο μήνυμα --------", "-----Αρχικό μήνυμα-----", "-------- plusendita mesaĝo --------",
    "-----Origina mesaĝo-----", "--------- Mensaje reenviado --------", "-----Mensaje original-----",
    "-------- Edastatud sõnum --------", "-----Algupärane sõnum-----", "-------- Birbidalitako mezua --------",
    "-------- پیام ارجاع داده شده --------", "-----پیام اصلی-----", "------- välitetty viesti ---------",
    "-----alkuperäinen viesti-----", "-------- Message transféré --------", "-------- Message initial --------",
    "------ Messaç mandât indenant -----", "-----Messaç origjinâl-----",
    "-------- Teachtaireacht Curtha ar Aghaidh --------", "-----Bunteachtaireacht-----",
    "-------- Mensaxe reencamiñada --------", "-----Mensaxe orixinal-----", "-------- સંદેશો આગળ ધપાવો --------",
    "-----મૂળ સંદેશો-----", "-------- הודעה מועברת --------", "-----הודעה מקורית-----",
    "-------- अग्रेषित संदेश --------", "-------- मौलिक संदेश --------", "-----Izvorna poruka-----",
    "-------- Továbbított üzenet --------", "-----Eredeti üzenet-----", "-------- Isi Pesan Asli --------",
    "-----Isi Pesan Asli-----", "------- Messaggio inoltrato -------", "------- Messaggio originale -------",
    "-------- 転送するメッセージ --------", "-------- オリジナルのメッセージ --------", "-------- ಫಾರ್ವಾರ್ಡ್ ಮಾಡಲಾದ ಸಂದೇಶ --------",
    "-----ಮೂಲ ಸಂದೇಶ-----", "-------- Forwarded Message --------", "-----Original Message-----",
    "-------- Persiųstas laiškas --------", "----Originalus laiškas----", "-------- Pārsūtīta vēstule --------",
    "-------- Препратена порака --------", "--------Оригинална порака--------",
    "-------- യഥാര്\u200dഥമായ സന്ദേശം --------", "-----मुळ संदेश-----", "-------- Mesej Dimajukan --------",
    "-----Mesej Asal-----", "---------Videresendt melding-------", "-----Opprinnelig melding-----",
    "-------- फरवार्ड गरिएको सन्देश --------", "--------मौलिक सन्देश --------",
    "------- Doorgestuurd bericht -------", "-----Oorspronkelijk bericht-----",
    "-------- Vidaresendt melding --------", "-------- Opprinneleg melding --------",
    "-------- Messatge transferit --------", "-----Messatge d'origina-----", "-------- ପଠାଯାଇଥିବା ସନ୍ଦେଶ --------",
    "-----ପ୍ରକୃତ ସନ୍ଦେଶ-----", "-------- ਅੱਗੇ ਭੇਜਿਆ ਸੁਨੇਹਾ --------", "--------ਅਸਲੀ ਸੁਨੇਹਾ--------",
    "-------- Wiadomość przekazywana ----------", "-------- Wiadomość oryginalna ----------",
    "-------- مخکې شوې استوزه --------", "-----اره استوزه-----", "------ Mensagem reencaminhada ------",
    "----- Mensagem original-----", "-------- Mensagem encaminhada --------", "---------- Mesaj înaintat ----------",
    "-----Mesaj Original-----", "-------- Пересылаемое сообщение --------", "-------- ඉදිරියට යැවූ පණිවිඩය --------",
    "----- නැවුම් පණිවිඩය -----", "-------- Ďalej odoslaná správa --------", "-----Pôvodná správa-----",
    "-------- Posredovano sporočilo --------", "-------- Izvirno sporočilo --------",
    "-------- Mesazhi i Përcjellë --------", "-------- Mesazhi orgjinal --------",
    "-------- Прослеђена порука --------", "-----Оригинална порука-----", "-------- Prosleđena poruka --------",
    "-------- Vidarebefordrat meddelande --------", "-----Ursprungligt meddelande-----",
    "-------- அனுப்பும் செய்தி --------", "-----மூல செய்தி----", "-------- ముందుకు పంపబడినసందేశం --------",
    "-----వాస్తన సందేశం-----", "-------- ข้อความส่งต่อ --------", "-------- Yönlendirilmiş İleti --------",
    "-------- Özgün İleti --------", "-------- جاۋاب خەت --------", "-----ئەسلى ئۇچۇر-----",
    "-------- Переслане повідомлення --------", "━━━Thư đã chuyển tiếp━━━", "━━━Thư gốc━━━",
    "-------- Umyalezo Ogqithiisiweyo --------", "-------- 转发的信息 --------", "-------- 原始信息 --------",
    "-------- 轉遞的郵件 --------", "-----原始郵件-----", "---------- رسالة معاد توجيهها ----------",
    "---------- Перанакіроўны ліст ----------", "---------- Prosljeđena poruka ----------",
    "---------- Missatge reenviat ----------", "---------- Přeposlaná zpráva ----------",
    "---------- Videresendt besked ----------", "---------- Weitergeleitete Nachricht ----------",
    "---------- Προωθημένο μήνυμα ----------", "---------- Plusendita mesaĝo ----------",
    "---------- Mensaje reenviado ----------", "---------- Edasisuunatud kiri ----------",
    "---------- Birbidalitako mezua ----------", "---------- پیام ارسال مجدد شده ----------",
    "---------- Edelleenlähetetty viesti ----------", "---------- Message transféré ----------",
    "-------- Messaç mandât indenant --------", "---------- Mensaxe reenviada ----------",
    "---------- הודעה שהועברה ----------", "---------- Proslijeđena poruka ----------",
    "---------- Továbbított levél -----------", "---------- Pesan yang diteruskan --------",
    "---------- Messaggio inoltrato ----------", "---------- Қайта бағдарланған хат ----------",
    "---------- សារ\u200bដែល\u200bបាន\u200bបញ្ជូន\u200bបន្ត ----------", "---------- Persiųstas laiškas ----------",
    "---------- Mesej dimajukan ----------", "---------- Videresendt melding ----------",
    "---------- Doorgestuurd bericht ----------", "---------- Messatge transferit ----------",
    "---------- Przekazywana wiadomość ----------", "-------- Mensagem reencaminhada --------",
    "---------- Mensagem encaminhada ----------", "---------- Пересылаемое сообщение ----------",
    "---------- Preposlaná správa ----------", "---------- Posredovano sporočilo ----------",
    "---------- Прослеђена порука ----------", "---------- Prosleđena poruka ----------",
    "---------- Vidarebefordrat meddelande ----------", "---------- Yönlendirilen ileti ----------",
    "---------- Пересланий лист ----------", "---------- Thư được chuyển tiếp ----------",
    "---------- 转发的消息 ----------", "---------- 轉寄的訊息 ----------", "Inici del missatge reenviat:",
    "Začátek předané zprávy:", "Begynd videresendt e-mail:", "Beginn der weitergeleiteten Nachricht:",
    "Αρχή προωθημένου μηνύματος:", "Inicio del mensaje redirigido:", "Edelleenlähetetty viesti:",
    "----- Message Transféré -----", "Továbbított üzenet:", "Awal pesan yang diteruskan:",
    "Inizio messaggio inoltrato:", "Begin forwarded message:", "Start videresendt melding:",
    "Begin doorgestuurd bericht:", "Początek przekazywanej wiadomości:", "Iniciando encaminhamento de mensagem:",
    "Începutul mesajului înaintat:", "Начало пересылаемого сообщения:", "Začiatok správy poslanej ďalej:",
    "Start av vidarebefordrat meddelande:", "Yönlendirilen iletiye başla:", "開始轉寄郵件：",
)
# fmt: on
