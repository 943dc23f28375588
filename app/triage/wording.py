"""Intents, reasons and routes in the words of whoever looks, in the interface's five languages.

Rules are told in their own files, which supervisors write; the rest goes through gettext.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from app.extensions import part
from app.triage.facts import fact_rules
from app.triage.lexicon import Lexicon
from app.triage.models import VersionState
from app.triage.rules import load_meanings
from app.web.i18n import choose_locale, gettext


def intent_words(intent: str | None) -> str:
    """What a message is about."""
    return _intents().get(intent or "", gettext("not known"))


def _intents() -> dict[str, str]:
    return {
        "order_status": gettext("Where is the order"),
        "refund_status": gettext("Where is the refund"),
        "return_howto": gettext("How to return"),
        "exchange_request": gettext("Exchange"),
        "wrong_item": gettext("Wrong article"),
        "damaged_item": gettext("Damaged or not working"),
        "not_as_described": gettext("Not as described"),
        "missing_item": gettext("Something missing"),
        "cancel_order": gettext("Cancel the order"),
        "change_order": gettext("Change the order"),
        "invoice_copy": gettext("Invoice"),
        "payment_question": gettext("Payment or voucher"),
        "product_question": gettext("Question about a product"),
        "account_settings": gettext("Account and newsletter"),
        "thanks": gettext("Thanks, all is well"),
        "delivery_disputed": gettext("Delivery in dispute"),
        "return_disputed": gettext("Return in dispute"),
        "repeated_failure": gettext("Promised again and again"),
        "legal_threat": gettext("Lawyer, court or authority"),
        "fraud_suspicion": gettext("Suspicion of fraud"),
        "counterfeit": gettext("Counterfeit"),
        "chargeback_dispute": gettext("Payment disputed at the bank"),
        "safety_incident": gettext("Injury or danger"),
        "warranty": gettext("Warranty or repair"),
        "multi_order_refund": gettext("Refunds over several orders"),
        "customs_tax": gettext("Customs and import tax"),
        "data_protection": gettext("Personal data"),
        "vat_correction": gettext("VAT on several invoices"),
        "staff_complaint": gettext("Complaint about staff"),
    }


def intent_names() -> list[tuple[str, str]]:
    """Every intent with its name, by name."""
    return sorted(_intents().items(), key=lambda pair: pair[1].casefold())


def item_words(name: str) -> str:
    """A thing of the checklist."""
    return {
        "order": gettext("Order number"),
        "photo": gettext("Photo"),
        "serial": gettext("Serial number"),
        "document": gettext("Document or receipt"),
        "tracking": gettext("Parcel number"),
        "amount": gettext("Amount"),
        "date": gettext("Date"),
        "tax": gettext("VAT number"),
    }.get(name, name)


def state_words(state: str) -> str:
    """What became of a version of the model."""
    return {
        VersionState.TRAINING: gettext("being trained"),
        VersionState.IN_USE: gettext("in use"),
        VersionState.REPLACED: gettext("replaced"),
        VersionState.REFUSED: gettext("not used: something got worse"),
        VersionState.WITHDRAWN: gettext("withdrawn"),
        VersionState.FAILED: gettext("failed"),
    }[VersionState(state)]


def reason_words(reason: Mapping[str, Any]) -> str:
    """Why, as a sentence, for a reason that a ticket keeps."""
    code, lang = str(reason.get("code")), choose_locale()
    match reason.get("kind"):
        case "rule":
            return _told(_rule_words(), code, lang)
        case "fact":
            return _told(_fact_words(), code, lang)
        case _:
            return _plain().get(code, code)


def meaning(reason: Mapping[str, Any], *, source: str, reads: Sequence[str]) -> str:
    """A word that weighed in the reader's language; empty where they read it anyway, or nobody
    knows. Rules say in their own sentence what their words mean.
    """
    if reason.get("kind") != "word" or source in reads:
        return ""
    return translated(str(reason.get("text", "")), source=source, target=reads[0]) or ""


def translated(word: str, *, source: str, target: str) -> str | None:
    """A single word in another language, None where the phrasebook does not show it."""
    lexicon: Lexicon = part("lexicon")()
    return lexicon.translate(word, source=source, target=target)


def _plain() -> dict[str, str]:
    return {
        "towards_1": gettext("This word speaks for level 1."),
        "towards_2": gettext("This word speaks for level 2."),
        "not_sure": gettext("Not sure, so a person of level 2 should look."),
        "no_words": gettext("There are no words to go by."),
        "few_words": gettext("There are very few words to go by."),
        "unknown_language": gettext("There are no rules for this language."),
    }


@cache
def _rule_words() -> dict[str, Mapping[str, str]]:
    return {rule.name: {"en": rule.says, **rule.told} for rule in load_meanings()}


@cache
def _fact_words() -> dict[str, Mapping[str, str]]:
    return {rule.name: rule.says for rule in fact_rules()}


def _told(table: Mapping[str, Mapping[str, str]], code: str, lang: str) -> str:
    """The sentence of a rule that may be gone by now; in English where it has no other."""
    says = table.get(code, {})
    return says.get(lang) or says.get("en") or code.replace("_", " ")
