"""Mails of a buyer, in the forms that give a buyer away. All of it is made up here."""

from email.message import EmailMessage

from app.extensions import db
from app.relay.inbound import Envelope, read_waiting, receive
from app.relay.models import StoredMail
from tests.factories import KIM

PHONE = "+33 6 39 98 44 10"
SITE = "www.kims-atelier.com"
# How Outlook heads a quoted mail: from, sent, to, subject.
OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "pt": ("De", "Enviada", "Para", "Assunto"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
    "da": ("Fra", "Sendt", "Til", "Emne"),
    "cs": ("Od", "Odesláno", "Komu", "Předmět"),
    "tr": ("Kimden", "Gönderildi", "Kime", "Konu"),
    "ru": ("От", "Отправлено", "Кому", "Тема"),
    "ja": ("差出人", "送信日時", "宛先", "件名"),
}


def letter(to: str, text: str = "Thanks, it has arrived.", **headers: str) -> EmailMessage:
    """A mail of Kim's, to be added to."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Kim Buyer <{KIM}>", to, "Re: My order"
    mail["Message-ID"] = f"<{abs(hash((to, text)))}@mailbox.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def arrive(to: str, mail: EmailMessage | bytes, sender: str = KIM) -> StoredMail:
    """The mail comes through the door and is read."""
    raw = mail if isinstance(mail, bytes) else bytes(mail)
    stored_id = receive(raw, Envelope(to, sender))
    read_waiting()
    db.session.expire_all()
    return db.session.get_one(StoredMail, stored_id)


def quoted_by_outlook(lang: str, mask: str) -> str:
    """New words above a mail of ours as Outlook quotes it, the buyer's address in the block."""
    sender, sent, to, subject = OUTLOOK[lang]
    return (
        "Thanks, it has arrived.\n\n________________________________\n"
        f"{sender}: Maison Lavande via Dragoman Market <{mask}>\n"
        f"{sent}: 2 March 2026 10:00\n{to}: Kim Buyer <{KIM}>\n{subject}: My order\n\n"
        "Your order arrives tomorrow.\n"
    )


def own_sent_mail(mask: str) -> str:
    """New words above the buyer's own earlier mail: the attribution names the buyer."""
    return (
        "Did you see this?\n\n"
        f"On Mon, 2 Mar 2026 at 10:00, Kim Buyer <{KIM}> wrote:\n"
        f"> Hello, where is my order?\n> Kim, {PHONE}\n>\n> {SITE}\n> To: {mask}\n"
    )
