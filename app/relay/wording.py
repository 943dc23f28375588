"""What the relay itself prints into a buyer's mail, in the buyer's language."""

# Printed above the text that is quoted back. The cutter looks for these very lines.
DELIMITERS = {
    "en": "— Please write your answer above this line —",
    "fr": "— Merci d’écrire votre réponse au-dessus de cette ligne —",
    "de": "— Bitte schreiben Sie Ihre Antwort über diese Zeile —",
    "es": "— Por favor, escriba su respuesta por encima de esta línea —",
    "it": "— La preghiamo di scrivere la Sua risposta sopra questa riga —",
    "nl": "— Schrijf uw antwoord boven deze regel —",
    "pt": "— Por favor, escreva a sua resposta acima desta linha —",
    "pl": "— Prosimy wpisać odpowiedź powyżej tej linii —",
    "sv": "— Skriv ditt svar ovanför den här raden —",
    "da": "— Skriv venligst dit svar over denne linje —",
    "cs": "— Svou odpověď prosím napište nad tento řádek —",
    "ro": "— Vă rugăm să scrieți răspunsul deasupra acestei linii —",
    "tr": "— Lütfen yanıtınızı bu satırın üstüne yazın —",
    "uk": "— Будь ласка, напишіть відповідь над цим рядком —",
    "ru": "— Пожалуйста, напишите ответ над этой строкой —",
    "ar": "— يرجى كتابة ردكم فوق هذا السطر —",
    "ja": "— ご返信はこの行より上にご記入ください —",
    "zh": "— 请在此行上方填写您的回复 —",
}


def delimiter(lang: str) -> str:
    """The line above which a buyer who reads `lang` is asked to write."""
    return DELIMITERS.get(lang, DELIMITERS["en"])
