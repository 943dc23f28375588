"""The closed lists of the phrasebook: languages, intents, topics, tones, slots.

Knows names only. It must never read a file; a new intent, tone or slot is added here and in
`phrasebook/README.md`, nowhere else.
"""

MAIN = ("en", "fr", "de", "es", "it")  # every group has these
WIDE = (*MAIN, "nl", "pt", "pl")  # every macro and every item has these
CORE = ("sv", "da", "cs", "ro", "tr", "uk", "ru", "ar", "ja", "zh")  # the buyers' core only
LANGUAGES = (*WIDE, *CORE)

INTENTS = (
    "order_status",
    "refund_status",
    "return_howto",
    "exchange_request",
    "wrong_item",
    "damaged_item",
    "not_as_described",
    "missing_item",
    "cancel_order",
    "change_order",
    "invoice_copy",
    "payment_question",
    "product_question",
    "account_settings",
    "thanks",
    "delivery_disputed",
    "return_disputed",
    "repeated_failure",
    "legal_threat",
    "fraud_suspicion",
    "counterfeit",
    "chargeback_dispute",
    "safety_incident",
    "warranty",
    "multi_order_refund",
    "customs_tax",
    "data_protection",
    "vat_correction",
    "staff_complaint",
)

# What agents write whatever the intent. Files of these names live in `phrasebook/agent/` only.
TOPICS = ("greetings", "apologies", "acknowledgements", "questions", "updates", "closings")

BUYER_TONES = (
    "plain",
    "curt",
    "chatty",
    "polite",
    "formal",
    "worried",
    "annoyed",
    "furious",
    "ironic",
    "tired",
    "typed",
)
AGENT_TONES = ("plain", "brief", "warm", "formal", "apologetic", "firm")

SLOTS = (
    "order",
    "tracking",
    "item",
    "date",
    "amount",
    "carrier",
    "days",
    "url",
    "agent",
    "buyer_name",
)

BUYER, AGENT, MACRO = "buyer", "agent", "macro"
FOLDERS = {"buyer": BUYER, "agent": AGENT, "macros": MACRO}
ROLE_LETTERS = {BUYER: "b", AGENT: "a", MACRO: "m"}
TONES = {BUYER: BUYER_TONES, AGENT: AGENT_TONES}


def names_of(role: str) -> tuple[str, ...]:
    """The file names (without part and suffix) that `role` may use."""
    return (*INTENTS, *TOPICS) if role == AGENT else INTENTS
