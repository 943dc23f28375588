"""The words that mail programs put around a quote, by language. Data only; compared in lower case.

Taken down from what the programs write (Gmail, Outlook on desk, web and phone, Apple Mail, Yahoo,
Thunderbird, Proton, GMX and WEB.DE, Orange, Libero, Seznam, Samsung and others), in the languages
in which buyers write. A language that is missing here is still cut where our own address or name
stands in the line.
"""

# "… wrote:", third person only: "I wrote" is a buyer telling a story.
WROTE = """
wrote|writes|sent|schrieb|geschrieben|schrieb folgendes|a écrit|a ecrit|écrit|écrivait|escribió
escribio|va escriure|escreveu|escribiu|ha scritto|scrive|schreef|geschreven|skrev|skreiv
kirjoitti|napisał(a)|napisał|napisała|napisal(a)|napisal|napisala|pisze|napsal(a)|napsal|napsala
napísal(a)|napísal|napísala|píše|írta|ezt írta|a következőt írta|a scris|je napisao|je napisala
napisao|je napisal|написа|написал(а)|написал|написала|написал(-а)|пишет|писал|писала|пише
написав|написала(в)|έγραψε|yazdı|şunu yazdı|şöyle yazdı|đã viết|menulis|เขียนว่า
のメール|كتب|כתב|כתבה|כתב/ה
kirjutas|rakstīja|rašė|skrifaði|idatzi du|het volgende geschreven
"""

WROTE_JOINED = """
さんは書きました|のメール|書きました|写道|寫道|写到|작성|님이 작성|썼습니다|เขียนว่า
"""

# Before a name and an address, where no verb follows.
QUOTING = """
quoting|zitat von|citando|citando a|citation de|en réponse à|citat från|citat af|sitat fra|cytat
cytuję|cituji|lainaus|idézet|citând|цитата|quota
"""

# Between hyphens, above the mail that is answered.
ORIGINAL = """
original message|reply message|original mail|original email|ursprüngliche nachricht
antwort nachricht|originalnachricht|original-nachricht|message d'origine|message d’origine
message original|message initial|mensaje original|mensagem original|messaggio originale
messaggio originario|oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht
oprindelig meddelelse|original meddelelse|originalmeddelande|ursprungligt meddelande
ursprungliga meddelandet|opprinnelig melding|original melding|alkuperäinen viesti
wiadomość oryginalna|oryginalna wiadomość|wiadomość pierwotna|původní zpráva|původní e-mail
původní email|pôvodná správa|pôvodný e-mail|eredeti üzenet|eredeti e-mail|mesajul original
mesaj original|mesajul inițial|исходное сообщение|оригинальное сообщение
первоначальное сообщение|початкове повідомлення|оригінальне повідомлення|оригинално съобщение
αρχικό μήνυμα|orijinal ileti|orijinal mesaj|özgün ileti|原始邮件|原始郵件|原始信件|原邮件
元のメッセージ|オリジナルメッセージ|원본 메시지|원본 메일|הודעה מקורית|ההודעה המקורית
الرسالة الأصلية|رسالة أصلية|tin nhắn gốc|thư gốc|pesan asli|missatge original|mensaxe orixinal
izvorna poruka|originalna poruka|izvirno sporočilo|originaalkiri|algne kiri|oriģinālais ziņojums
pirminis laiškas|upprunaleg skilaboð
"""

# What follows these was put in by the writer on purpose, so it belongs to what is new.
FORWARDED = """
forwarded message|forwarded mail|forwarded email|weitergeleitete nachricht|weitergeleitete mail
anfang der weitergeleiteten nachricht|message transféré|message transmis
début du message transféré|début du message réexpédié|mensaje reenviado
inicio del mensaje reenviado|mensagem encaminhada|mensagem reencaminhada
início da mensagem reencaminhada|início da mensagem encaminhada|messaggio inoltrato
inizio messaggio inoltrato|doorgestuurd bericht|begin doorgestuurd bericht
videresendt meddelelse|start på videresendt besked|vidarebefordrat meddelande
vidarebefordrat brev|videresendt melding|välitetty viesti|przekazana wiadomość
wiadomość przekazana|treść przekazanej wiadomości|přeposlaná zpráva|preposlaná správa
továbbított üzenet|továbbított levél|mesaj redirecționat|mesaj redirecţionat
пересылаемое сообщение|пересланное сообщение|начало переадресованного сообщения
переслане повідомлення|προωθημένο μήνυμα|iletilen ileti|iletilmiş mesaj|转发邮件|转发的邮件
轉寄郵件|轉寄的郵件|転送メッセージ|転送されたメッセージ|전달된 메시지|הודעה שהועברה
رسالة معاد توجيهها
"""

# Labels of a header block by what they stand for.
FIELDS = {
    "from": """
        from|von|de|da|fra|från|van|od|от|от кого|lähettäjä|feladó|de la|από|kimden|gönderen
        发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|발신|מאת|من|від|expéditeur
        mittente|absender|remitente|avsändare|afzender|nadawca|odesílatel|odosielateľ|saatja|nuo
        frá|pošiljatelj|šalje|dari|từ|จาก|emisor|remetente|izpošiljatelj|kellelt|no|de parte de""",
    "date": """
        date|sent|gesendet|gesendet am|datum|envoyé|envoyé le|date d'envoi|fecha|enviado
        enviado el|enviada|enviada em|enviado em|enviado a las|data|inviato|data invio|verzonden
        sendt|dato|skickat|lähetetty|lähetysaika|päiväys|päivämäärä|pvm|päivä|wysłano|wysłane
        data wysłania|odesláno|odoslané|dátum|elküldve|küldve|trimis|expediat|дата|отправлено
        дата отправки|надіслано|στάλθηκε|ημερομηνία|gönderildi|gönderme tarihi|gönderim tarihi
        tarih|发送时间|发送日期|日期|時間|时间|傳送時間|寄件日期|送信日時|日付|送信|日時
        보낸 날짜|날짜|보낸 시간|נשלח|תאריך|تاريخ الإرسال|التاريخ|تم الإرسال|đã gửi|ngày|dikirim
        tanggal|saadetud|kuupäev|poslano|poslato|изпратено|nosūtīts|išsiųsta|sent at|versendet
        enviat|sent on|data i godzina|odoslaná|kiedy""",
    "to": """
        to|an|à|a|para|aan|til|till|do|komu|pro|vastaanottaja|címzett|catre|către|кому|προς|kime
        alıcı|收件人|收件者|宛先|받는 사람|받는사람|אל|إلى|до|destinataire|destinataires
        destinatario|empfänger|mottagare|modtager|za|đến|kepada|saaja|prima|adresát|dla|per a
        kam|kellele|destinatari""",
    "cc": """
        cc|bcc|kopie|kopia|kopi|copie|copie à|в копии|копия|копія|másolatot kap|másolat|抄送
        副本|참조|kopio|c.c.|cci|ccn|con copia|cópia|dw|udw|kópia|κοιν|bilgi|עותק|نسخة|kopie an
        in kopie""",
    "subject": """
        subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|aihe|temat|předmět
        predmet|tárgy|subiect|тема|относно|θέμα|konu|主题|主旨|件名|題名|제목|נושא|הנדון|الموضوع
        chủ đề|subjek|perihal|teema|tēma|tema|efni|zadeva|assumpte|sujet|gaia|predmetu|dalykas
        subj|re""",
    "other": """
        reply-to|antwort an|répondre à|responder a|importance|priority|wichtigkeit|priorität
        anlagen|attachments|pièces jointes|allegati|adjuntos|importanza|importancia|bijlagen
        vedhæftninger""",
}

# The writer himself tells a story: no attribution of a mail program has these.
PRONOUNS = """
i|we|you|your|my|our|ich|wir|sie|du|ihr|ihre|mein|meine|je|j'ai|nous|vous|votre|tu|yo|usted
ustedes|ik|wij|jullie|uw|jag|vi|jeg|ja|me|io|noi|voi|eu|você|vocês|я|мы|вы|ми|ви|colleague
kollege|kollegin|collègue|support|service
"""

# A line of its own that a phone or a program writes under a text.
SENT_FROM = (
    r"sent (?:from|with|using|by|via) (?:my |a |the )?[\w’'./()+:& -]{2,60}",
    r"sent from a magnificent .{1,40}",
    r"get (?:outlook|gmail|bluemail|yahoo mail) for .{1,40}",
    r"download .{2,30} for (?:ios|android).{0,40}",
    r"(?:diese nachricht wurde )?von mein(?:em|er) .{2,60}(?:gesendet|geschickt|verschickt)\.?",
    r"gesendet (?:von|mit|aus) .{2,60}",
    r"(?:diese|dieser) .{0,40}(?:mobiltelefon|handy|smartphone|app) .{0,40}gesendet\.?",
    (
        r"holen sie sich outlook für .{1,30}|outlook für (?:ios|android) (?:beziehen"
        r"|herunterladen).{0,40}"
    ),
    r"envoyé (?:de|depuis|à partir d[e’'u]|avec|par) ?.{2,60}",
    r"(?:télécharge[rz]|obtenir|obtenez) outlook (?:pour|für) .{1,40}",
    r"enviad[oa] (?:desde|do|da|de|con|com|a partir d[eo]|através d[eo]) .{2,60}",
    r"(?:obtener|obter) (?:o )?outlook para .{1,40}",
    r"inviat[oa] (?:da|dal|dall[’'a]|con|tramite) ?.{2,60}",
    r"(?:scarica|ottieni) outlook per .{1,40}",
    r"(?:verstuurd|verzonden) (?:vanaf|met|via|vanuit) .{2,60}",
    r"(?:outlook voor (?:ios|android) downloaden|download outlook voor .{1,30})",
    r"(?:skickat|skickades) (?:från|med|via) .{2,60}|hämta outlook för .{1,30}",
    r"sendt? (?:fra|med|via) .{2,60}|hent outlook (?:til|for) .{1,30}",
    r"lähetetty .{2,60}|hanki outlook .{1,30}",
    r"wysłan[eoay] z .{2,60}|pobierz (?:aplikację )?outlook .{1,40}",
    r"odesláno z .{2,60}|odoslané z .{2,60}|získejte outlook .{1,30}",
    r"(?:elküldve|küldve) .{2,60}|.{2,40}-?(?:ról|ről|mról|mről) küldve\.?",
    r"trimis (?:de pe|din|cu) .{2,60}",
    r"отправлено (?:с|из|от) .{2,60}|надіслано (?:з|із) .{2,60}|изпратено от .{2,60}",
    r"στάλθηκε από .{2,60}|εστάλη από .{2,60}",
    r".{2,40}(?:den|dan|’den|'den|’dan|'dan|umdan|imden) gönderildi\.?",
    r"発信元|.{2,30}から送信.{0,3}|.{2,30}から(?:送信)",
    r"发自我的.{1,30}|從我的.{1,30}傳送|发自.{2,30}|.{2,30}에서 보냄|나의 .{2,30}에서 보냄",
    r"đã gửi từ .{2,60}|dikirim dari .{2,60}|poslano (?:iz|sa|z) .{2,60}",
    r"הישלח מה.{1,30}|נשלח מה.{1,30}|أُرسلت من .{1,40}|تم الإرسال من .{1,40}",
)

# A closing, alone on its line, above a name.
CLOSINGS = (
    r"(?:with )?(?:best|kind|warm|warmest|kindest|many|fond)?,? ?regards",
    r"(?:thanks|many thanks|thank you)(?: and| &)(?: best| kind)? regards",
    r"(?:yours |very )?(?:sincerely|faithfully|truly|respectfully)(?: yours)?|respectfully",
    r"(?:with )?(?:best|all good|kind) wishes|all the best|cheers|rgds|brgds|br|kr|take care",
    (
        r"(?:mit )?(?:den )?(?:freundlich|lieb|viel|best|herzlich|sch[öo]n|sonnig|nett|vorzüglich)?"
        r"(?:e|en|er|em)? ?gr(?:ü|ue|u)(?:ß|ss)(?:e|en)?(?: aus .{2,30})?"
    ),
    r"m\.?f\.?g\.?|lg|vg|bg|hg|glg|hochachtungsvoll|herzlichst|ihre?|mit besten empfehlungen",
    r"(?:bien |très )?cordialement(?: vôtre)?|cdlt|crdlt|bien à vous|amicalement|sincèrement",
    (
        r"(?:meilleures|sincères|mes|cordiales|respectueuses)? ?salutations(?: distinguées"
        r"| cordiales)?"
    ),
    r"(?:un |muchos )?(?:cordiales |atentos )?saludos?(?: cordiales| cordial)?|un cordial saludo",
    r"atentamente|atte\.?|cordialmente|sinceramente|salutacions(?: cordials)?",
    r"(?:com )?(?:os |meus )?(?:melhores )?cumprimentos|atenciosamente|att\.?|abraços?|grat[oa]",
    r"(?:cordiali|distinti|tanti|cari|grazie e)? ?saluti|un (?:cordiale )?saluto|in fede",
    r"(?:met )?(?:vriendelijke|hartelijke)? ?groet(?:en|jes)?|mvrgr|m\.?v\.?g\.?|hoogachtend",
    (
        r"(?:med )?(?:vänliga?|bästa|varma) hälsning(?:ar)?|hälsning(?:ar)?|vänligen|m\.?v\.?h\.?"
        r"|v\.?h\.?"
    ),
    r"(?:med )?(?:venlige?|vennlige?|kærlig|bedste|de bedste|beste|mange)? ?hils(?:en|ner|ener)",
    r"kh|d\.?b\.?h\.?|på forhånd tak|på forhånd takk",
    r"(?:ystävällisin |parhain |kunnioittavasti )?terveisin|ystävällisesti|terv\.?|t\.",
    r"(?:serdecznie |z góry )?pozdrawiam(?: serdecznie)?|z (?:poważaniem|powazaniem)|pozdrowienia",
    r"z wyrazami szacunku|łączę pozdrowienia",
    r"s (?:přátelským |srdečným )?pozdrave?[mn]|s pozdravom|s úctou|zdravím|děkuji a s pozdravem",
    r"(?:szívélyes |baráti |tisztelettel )?üdvözlettel|tisztelettel|üdv|köszönettel",
    r"cu (?:stimă|stima|respect|drag)|toate cele bune",
    r"(?:srdačan |lijep |lep )?pozdrav|s (?:poštovanjem|spoštovanjem)|lp",
    r"с уважени(?:ем|е)|с наилучшими пожеланиями|всего (?:доброго|хорошего)|з повагою|поздрави",
    r"με εκτίμηση|φιλικά|με φιλικούς χαιρετισμούς|saygılarımla|saygılar|sevgiler|iyi çalışmalar",
    (
        r"trân trọng|salam(?: hormat)?|hormat saya|敬具|此致|敬礼|lugupidamisega|ar cieņu|pagarbiai"
        r"|kveðja"
    ),
    r"בברכה|تحياتي|مع التحية|مع أطيب التحيات",
)

# These are words to the reader too: a closing only where a name stands under them.
THANKS = (
    (
        r"(?:many |kind )?thanks(?: a lot| again| in advance)?|thank you(?: very much| in advance)?"
        r"|thx"
    ),
    (
        r"(?:vielen |besten |herzlichen )?dank(?:e)?(?: im voraus| und gru(?:ß|ss))?"
        r"|merci(?: d[’']avance)?"
    ),
    r"(?:muchas )?gracias|grazie(?: mille)?|obrigad[oa]|bedankt|dank u|tack|takk?|kiitos|dziękuję",
    r"děkuji|ďakujem|köszönöm|mulțumesc|hvala|спасибо|дякую|ευχαριστώ|teşekkürler|best|love|xx?x?",
)


def words(block: str) -> list[str]:
    """The entries of one of the lists above."""
    return [word.strip() for line in block.splitlines() for word in line.split("|") if word.strip()]
