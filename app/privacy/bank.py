"""Finds bank accounts and payment cards, by checksum, or by the word before them.

Knows the length of each country's IBAN (SWIFT registry) and the ranges of the card brands. A
parcel's or a product's number that passes a checksum by chance is kept where its own word stands
before it (`reference` cue).
"""

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.cz import bankaccount
from stdnum.iso7064 import mod_97_10

from app.privacy.cues import REFERENCE
from app.privacy.found import Hidden, in_figures, lowered
from app.privacy.surroundings import Surroundings

IBAN, CARD = "iban", "card"

_LENGTHS = {
    key: int(length)
    for key, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 "
        "DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 "
        "IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 "
        "MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 "
        "SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30",
    )
}
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\s?\d\s?\d(?=[ .\-/\u00a0]{0,2}[A-Za-z0-9])")
_MEMBER = re.compile(r"[ .\-/\n\u2010-\u2015]{0,2}([A-Za-z0-9])")
_IBAN_WORD = re.compile(r"iban|konto|compte|cuenta|conto|rekening|bank|banc|口座|حساب|آيبان|ايبان|"
                        r"счет|счёт|рахун|účet|rachun|hesap", re.IGNORECASE)  # fmt: skip
_POLISH = re.compile(r"\d(?<![\w.-]\d)\d(?:[ -]?\d{4}){6}(?![\w-])")

# The digit comes first, what must not stand before it after: the search then skips plain text.
_DIGITS = re.compile(
    r"\d(?<![A-Za-z0-9_.,/-]\d)(?:[ .\-\u2010-\u2015]{0,2}\d){11,18}(?![A-Za-z0-9])"
)
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){1,2}$|4\d{15}$|5[1-5]\d{14}$|2(?:2[2-9]|[3-6]\d|7[01]|720)\d{12,13}$|"
    r"3[47]\d{13}$|3(?:0[0-5]|[689]\d)\d{11}$|35\d{14}$|6(?:011|5\d\d|4[4-9]\d)\d{12}$|"
    r"62\d{14,17}$|(?:5[06-8]|6\d)\d{10,17}$|9792\d{12}$|220[0-4]\d{12}$"
)
_CARD_WORD = re.compile(
    r"(?:credit|debit|bank|payment|visa|master\s?card|maestro|amex|american express|"
    r"(?<![a-z])cards?\b|carte (?:bancaire|bleue|de crédit|visa)|\bcb\b|\bma carte|kreditkarte|"
    r"bankkarte|(?<![a-zäöü])karten?(?:nr|nummer)?\b|tarjeta|carta (?:di credito|visa)|\bcarta\b|"
    r"creditcard|pinpas|bankpas|cartão|kart[aęyą]\b|kortet?\b|kortnummer|kreditkort|platební|"
    r"kart[ouy]|cardul|kart[ıi]m|kart numara|карт[аоуые]|картк|بطاق|البطاق|カード|信用卡|银行卡|"
    r"卡号|ücret kart)\W{0,3}(?:\w+\W{1,3}){0,3}$",
    re.IGNORECASE,
)
_NO_CARD = re.compile(
    r"(?:gift|geschenk|kunden|cadeau|regalo|fidélité|loyalty|sim|speicher|memory|grafik|presentkort|"
    r"gavekort|подарочн|подарунк|podarunk|hediye|member)\W{0,2}(?:card|karte|kaart|kort|kart|carte|"
    r"tarjeta|carta|карт)?\w*\W{0,3}(?:\w+\W{1,3}){0,2}$",
    re.IGNORECASE,
)
_SECRET = re.compile(r"\b(?:cvv2?|cvc2?|cvn)\b\D{0,12}(\d{3,4})(?!\d)", re.IGNORECASE)
_GROUPINGS = {"4-4-4-4", "4-6-5", "4-6-4", "4-4-4-4-3", "4-4-4-3", "4-4-4-4-2", "4-4-4-4-1", "6-13"}
_SORT_CODE = re.compile(
    r"sort\s?code\D{0,12}(\d\d[ -]?\d\d[ -]?\d\d)(?:\D{0,30}?(\d{8}))?(?!\d)", re.IGNORECASE
)
# Account numbers of one country, with the word or the checksum that makes them one.
_CZECH = re.compile(r"\d(?<![\w./-]\d)\d{0,5}-?\d{2,10}/\d{4}(?![\w/])")
_NORDIC = re.compile(
    r"(?:\breg(?:istrerings)?\.?\s?(?:nr|nummer)?|clearing\w*)[\s.:]{0,3}"
    r"(?P<bank>\d{4}(?:-\d)?)(?:[\s,/-]{1,3}|\D{0,6}konto\D{0,12})(?P<account>\d(?:[ .-]?\d){5,10})"
    r"(?![\w-])",
    re.IGNORECASE,
)
_BRITISH = re.compile(
    r"\b(?:account|acct?|a/c|bank)\b[^\d\n]{0,40}(?P<bank>\d\d-\d\d-\d\d)[\s,/:]{1,4}(?P<account>\d{8})"
    r"(?![\w-])",
    re.IGNORECASE,
)
_SIGNS = ("reg", "clearing", "acc", "a/c", "bank")


def find_accounts(text: str) -> Iterator[Hidden]:
    """IBANs that pass mod 97, those that a word names as one, Polish ones without the PL."""
    for match in in_figures(_IBAN, text):
        if found := _iban_at(text, match.start()):
            yield found
    for match in in_figures(_POLISH, text):
        if mod_97_10.is_valid(_iban_order("PL" + re.sub(r"\D", "", match.group()))):
            yield Hidden(match.start(), match.end(), IBAN)
    yield from _domestic(text)
    for match in _SORT_CODE.finditer(text) if "ort" in text or "ORT" in text else ():
        yield Hidden(match.start(1), match.end(2) if match[2] else match.end(1), IBAN)


def _domestic(text: str) -> Iterator[Hidden]:
    for match in in_figures(_CZECH, text) if "/" in text else ():
        number = match.group()
        if len(number) >= 11 and bankaccount.is_valid(number):
            yield Hidden(match.start(), match.end(), IBAN)
    for named in (_NORDIC, _BRITISH) if any(map(lowered(text).__contains__, _SIGNS)) else ():
        for match in named.finditer(text):
            yield Hidden(*match.span("bank"), IBAN)
            yield Hidden(*match.span("account"), IBAN)


def _iban_at(text: str, start: int) -> Hidden | None:
    wanted = _LENGTHS.get(text[start : start + 2].upper())
    if wanted is None:
        return None
    letters, at = "", start
    while len(letters) < wanted:
        member = _MEMBER.match(text, at)
        if member is None:
            return None
        letters += member[1].upper()
        at = member.end()
    closed = not (at < len(text) and text[at].isascii() and text[at].isalnum())
    if mod_97_10.is_valid(_iban_order(letters)):
        return Hidden(start, at, IBAN)
    named = _IBAN_WORD.search(text[max(0, start - 40) : start])
    return Hidden(start, at, IBAN) if named and closed else None


def _iban_order(letters: str) -> str:
    return letters[4:] + letters[:4]


def find_cards(text: str, around: Surroundings) -> Iterator[Hidden]:
    """Card numbers: a brand's range and the Luhn digit, or the word "card" before them."""
    for match in in_figures(_DIGITS, text):
        if _is_card(text, match, around):
            yield Hidden(match.start(), match.end(), CARD)
    for match in _SECRET.finditer(text) if "cv" in text or "CV" in text or "Cv" in text else ():
        yield Hidden(match.start(1), match.end(1), CARD)


def _is_card(text: str, match: re.Match[str], around: Surroundings) -> bool:
    found = match.group()
    digits = re.sub(r"\D", "", found)
    before = text[max(0, match.start() - 48) : match.start()]
    if len(digits) < 12 or _NO_CARD.search(before):
        return False
    if _CARD_WORD.search(before):
        return len(digits) >= 14 or (luhn.is_valid(digits) and bool(_CARD.match(digits)))
    if not _CARD.match(digits) or not luhn.is_valid(digits) or len(digits) < 14:
        return False
    if around.attached(match.start()) == REFERENCE:
        return False
    groups = "-".join(str(len(group)) for group in re.findall(r"\d+", found))
    one_run = found == digits
    sure_range = bool(re.match(r"[3-5]|6011|62|2[2-7]", digits))
    return groups in _GROUPINGS or (one_run and sure_range and len(digits) != 14)
