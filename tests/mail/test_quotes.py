"""Cutting quotes: every program's marks, and a person's own words that only look like them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.quotes import Anchors, cut

MASK = "c7k2@reply.market.test"
QUOTE = "Dear Kim,\nyour parcel is on its way.\nLea"

ATTRIBUTIONS = [
    "On Tue, May 14, 2024 at 5:58 PM Anna Lind <anna@shop.test> wrote:",
    "On 11-Apr-2011, at 6:54 PM, Anna Lind <anna@shop.test> wrote:",
    "Am Di., 14. Mai 2024 um 17:58 Uhr schrieb Anna Lind <\nanna@shop.test>:",
    "Anna Lind <anna@shop.test> hat am 14.05.2024 17:58 CEST geschrieben:",
    "Le mar. 14 mai 2024 à 17:58, Anna Lind <anna@shop.test> a écrit :",
    "El mar, 14 may 2024 a las 17:58, Anna Lind (<anna@shop.test>) escribió:",
    "Em ter., 14 de mai. de 2024 às 17:58, Anna Lind <\nanna@shop.test> escreveu:",
    "Il giorno mar 14 mag 2024 alle ore 17:58 Anna Lind <anna@shop.test> ha scritto:",
    "Op di 14 mei 2024 om 17:58 schreef Anna Lind <anna@shop.test>:",
    "Den tis 14 maj 2024 kl 17:58 skrev Anna Lind <anna@shop.test>:",
    "ti 14. toukok. 2024 klo 17.58 Anna Lind (anna@shop.test) kirjoitti:",
    "W dniu 14.05.2024 o 17:58, Anna Lind pisze:",
    "út 14. 5. 2024 v 17:58 odesílatel Anna Lind <anna@shop.test> napsal:",
    "Anna Lind <anna@shop.test> ezt írta (időpont: 2024. máj. 14., K, 17:58):",
    "вт, 14 мая 2024 г. в 17:58, Anna Lind <anna@shop.test>:",
    "Στις Τρί 14 Μαΐ 2024 στις 5:58 μ.μ., ο/η Anna Lind <anna@shop.test> έγραψε:",
    "14 May 2024 Sal 17:58 tarihinde Anna Lind <anna@shop.test> şunu yazdı:",
    "2024年5月14日(火) 17:58 Anna Lind <anna@shop.test>:",
    "Anna Lind <anna@shop.test> 于2024年5月14日周二 17:58写道：",
    "2024년 5월 14일 (화) 오후 5:58, Anna Lind <anna@shop.test>님이 작성:",
    "בתאריך יום ג׳, 14 במאי 2024 ב-17:58 מאת Anna Lind <anna@shop.test>:",
    "Quoting Anna Lind <anna@shop.test>:",
    "-----Original Message-----",
    "-------- Ursprüngliche Nachricht --------",
    "---------- Původní e-mail ----------",
    "From: Anna Lind <anna@shop.test>\nSent: Tuesday, 14 May 2024 17:58\nTo: Kim\nSubject: Order",
    "*Von:* Anna Lind <anna@shop.test>\n*Gesendet:* Dienstag, 14. Mai 2024 17:58\n*An:* Kim",
    "De : Anna Lind\nEnvoyé : mardi 14 mai 2024 17:58\nÀ : Kim\nObjet : Commande",
    "差出人: Anna Lind <anna@shop.test>\n送信日時: 2024年5月14日\n宛先: Kim\n件名: 注文",
    "________________________________\nFrom: Anna Lind <anna@shop.test>\nSent: 14 May 2024",
]

KEPT_WHOLE = [
    "Three problems:\n- the lid\n- the handle\n- the box",
    "Hej\n\nvar är paketet?",
    "On Monday I wrote: please cancel.\nNothing happened.",
    "On 12 May 2024 at 10:30 I wrote:\n\nplease cancel\n\nNothing happened.",
    "Hello,\n\nOn 12 May 2024 at 10:30 I wrote:\n\nplease cancel\n\nNothing happened.",
    "It is broken.\n\nRegards\nKim\n\nPS: call me",
    "Am 12.05.2024 um 10:30 schrieb ich Ihnen:\n\nBitte stornieren.\n\nKeine Antwort!",
    "Lea wrote on 14.05.2024:\n\n'We send it tomorrow.'\n\nThat is not true.",
    "From: Berlin\nTo: Paris\n\nCan you send it on?",
    "Von: DHL\nAn: mich\nDatum: 12.05.2024 10:00\nStatus: zugestellt\n\nStimmt nicht!",
    "Date: Wednesday 3 October\nTime: 7:00\nAddress: 130 Fox St\n\nPlease bring it.",
    "The waist must be\n> 92 cm\nfor size L.",
    "My problems:\n> lid missing\n> wrong colour\nPlease help",
    "Item 1 is broken\n--\nItem 2 is missing, please send me a new one quickly.",
    "Best\nquality I have seen so far, and I have seen\na lot of it.",
    "It never came.\n\nSent with DHL",
    "Regards to Lea!\nThe parcel has come, but the lid is missing.",
    "It is broken.\n\nRegards\nKim\n\nPS: the box was open.",
    "Thank you",
    "Mit freundlichen Grüßen",
    "FYI\n\n---------- Forwarded message ---------\nFrom: DHL <a@dhl.test>\nDate: 1 May\n\nText",
    "It never came.\n\nRegards\nKim\n\nOrder number: 40-1182",
]


@pytest.mark.parametrize("quoted", ["plain", "marked"])
@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_what_stands_under_an_attribution_is_quoted(attribution: str, quoted: str) -> None:
    below = QUOTE if quoted == "plain" else "> " + QUOTE.replace("\n", "\n> ")
    parts = cut(f"It is broken.\n\n{attribution}\n\n{below}\n")
    assert parts.new == "It is broken."
    assert "your parcel is on its way." in parts.quoted


@pytest.mark.parametrize("text", KEPT_WHOLE)
def test_a_persons_own_words_are_kept_whole(text: str) -> None:
    assert cut(text).new == text


def test_what_the_writer_adds_under_the_quote_is_new() -> None:
    text = "On 14/05/2024 17:58, Anna wrote:\n> Which one?\n\nThe green one."
    assert cut(text).new.strip() == "The green one."


def test_answers_between_quoted_lines_are_new() -> None:
    assert cut("> Broken?\n\nNo.\n\n> Late?\n\nYes.").new == "No.\n\nYes."


def test_a_mail_that_is_only_a_quote_is_all_new() -> None:
    assert cut("> Dear Kim\n> hello").new == "> Dear Kim\n> hello"


def test_the_line_that_we_print_begins_the_quote() -> None:
    anchors = Anchors(delimiters=("##- Write above this line -##",))
    parts = cut("Yes.\n\n##- Write above this line -##\n\nDear Kim", anchors)
    assert (parts.new, parts.quoted) == ("Yes.", "##- Write above this line -##\n\nDear Kim")


def test_a_header_block_with_nothing_above_it_does_not_hide_the_text() -> None:
    head = "From: Kim <kim@buyer.test>\nSent: 1 March 2023 12:00\nSubject: Order\n\nWhere is it?"
    parts = cut(f"{head}\n\nOn 28 Feb 2023 14:00, Anna <anna@shop.test> wrote:\n\nHello")
    assert parts.new == head


def test_our_mask_gives_away_an_attribution_in_any_language() -> None:
    text = f"Ee.\n\nOnye dere <{MASK}> ihe ndị a:\n\nDear Kim"
    assert cut(text).new != "Ee."
    assert cut(text, Anchors(addresses=("@reply.market.test",))).new == "Ee."


def test_our_name_with_a_moment_gives_away_an_attribution() -> None:
    text = "Ee.\n\nN'ụbọchị 14.05.2024 Cup & Kettle dere:\n\nDear Kim"
    assert cut(text, Anchors(names=("Cup & Kettle",))).new == "Ee."


def test_our_name_in_a_sentence_is_no_attribution() -> None:
    text = "I have three questions for Cup & Kettle:\n\nwhen, where, how?"
    assert cut(text, Anchors(names=("Cup & Kettle",))).new == text


def test_a_text_that_we_sent_is_quoted_without_any_mark() -> None:
    sent = "Your parcel will arrive on Friday.\nPlease keep the box."
    parts = cut(f"Which Friday?\n\n{sent}\n\nI need it soon.", Anchors(sent_texts=(sent,)))
    assert parts.new == "Which Friday?\n\nI need it soon."
    assert parts.quoted.startswith("Your parcel")


def test_an_attribution_may_share_the_line_with_the_last_words() -> None:
    parts = cut("All fine On Wed, Apr 4, 2012 at 3:59 PM, anna@shop.test wrote:\n> Hi")
    assert parts.new == "All fine"


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("Thanks for that.\n\nSent from my iPhone", "Sent from my iPhone"),
        (
            "Wo ist es?\n\nVon meinem Samsung Galaxy gesendet.",
            "Von meinem Samsung Galaxy gesendet.",
        ),
        ("Où est-il ?\n\nEnvoyé de mon iPhone", "Envoyé de mon iPhone"),
        ("Kde je?\n\n-- \nKim Berger\n+49 30 1234567", "-- \nKim Berger\n+49 30 1234567"),
        ("Where is it?\n\nKind regards,\nKim Berger", "Kind regards,\nKim Berger"),
        ("Wo ist es?\n\nViele Grüße aus Wien\nKim", "Viele Grüße aus Wien\nKim"),
        ("Hvor er den?\n\nMed venlig hilsen\nKim", "Med venlig hilsen\nKim"),
        ("Where is it?\n\n-Kim", "-Kim"),
        ("Where is it?\n\nCheers\nKim\n\nSent from my iPad", "Cheers\nKim\n\nSent from my iPad"),
    ],
)
def test_a_signature_at_the_end_is_told_apart(text: str, signature: str) -> None:
    parts = cut(text)
    assert parts.signature.split() == signature.split()
    assert parts.new.split() == text.removesuffix(signature).split()


PIECES = st.sampled_from(
    [*ATTRIBUTIONS, *KEPT_WHOLE, "> quoted", "", "-- ", "Regards", "Kim", QUOTE, "a: b", "On", ">"]
)


@settings(deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=40)), max_size=12))
def test_cutting_loses_no_word_and_always_leaves_something(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    parts = cut(text)
    together = "\n".join((parts.new, parts.quoted, parts.signature))
    letters = sorted("".join(text.split()).replace("-", ""))
    assert sorted("".join(together.split()).replace("-", "")) == letters
    assert parts.new.strip() or not text.strip()
