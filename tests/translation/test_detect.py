from pathlib import Path

import pytest

from app.translation.detect import LANGUAGES, Detector

SHORT = [
    line.split("\t")
    for line in (Path(__file__).parent / "short_texts.tsv").read_text("utf-8").splitlines()
]
DETECTOR = Detector()


def test_nineteen_of_twenty_short_texts_are_recognised_without_priors() -> None:
    wrong = [(lang, text) for lang, text in SHORT if DETECTOR.detect(text).lang != lang]
    assert len(SHORT) >= 300
    assert {lang for lang, _ in SHORT} == set(LANGUAGES)
    assert len(wrong) <= 0.04 * len(SHORT), wrong


def test_a_prior_settles_nearly_all_short_texts() -> None:
    wrong = [
        (lang, text)
        for lang, text in SHORT
        if DETECTOR.detect(text, priors={lang: 0.8, "en": 0.2}).lang != lang
    ]
    assert len(wrong) <= 0.01 * len(SHORT), wrong


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "I ordered two lamps last Monday and only one of them was in the box."),
        ("fr", "J'ai commandé deux lampes lundi dernier et il n'y en avait qu'une dans le carton."),
        ("de", "Ich habe am Montag zwei Lampen bestellt, im Karton lag aber nur eine davon."),
        ("es", "El lunes pedí dos lámparas y en la caja solo venía una de ellas."),
        ("it", "Lunedì ho ordinato due lampade e nella scatola ce n'era soltanto una."),
        ("nl", "Ik heb maandag twee lampen besteld en er zat er maar één in de doos."),
        ("pt", "Na segunda-feira encomendei dois candeeiros e na caixa só vinha um deles."),
        ("pl", "W poniedziałek zamówiłem dwie lampy, a w kartonie była tylko jedna."),
        ("sv", "Jag beställde två lampor i måndags och det låg bara en i kartongen."),
        ("da", "Jeg bestilte to lamper i mandags, og der lå kun én i kassen."),
        ("cs", "V pondělí jsem si objednal dvě lampy a v krabici byla jenom jedna."),
        ("ro", "Luni am comandat două lămpi și în cutie era doar una dintre ele."),
        ("tr", "Pazartesi günü iki lamba sipariş ettim, kutudan yalnızca biri çıktı."),
        ("uk", "У понеділок я замовив дві лампи, а в коробці була лише одна."),
        ("ru", "В понедельник я заказал две лампы, а в коробке была только одна."),
        ("ar", "طلبت مصباحين يوم الاثنين ووجدت واحدا فقط في العلبة."),
        ("ja", "月曜日にランプを二つ注文しましたが、箱には一つしか入っていませんでした。"),
        ("zh", "我星期一订了两盏灯，可是盒子里只有一盏。"),
    ],
)
def test_a_sentence_is_recognised_with_confidence(lang: str, text: str) -> None:
    found = DETECTOR.detect(text)
    assert (found.lang, found.confidence > 0.9) == (lang, True)


@pytest.mark.parametrize(
    "text",
    ["", "   ", "12345", "https://shop.example/où-est-mon-colis", "🙂👍", "a@b.example", "?!…",
     "113-4457781-9903326", "[phone number hidden]", "Ελληνικά", "\u200b", "한국어"],
)  # fmt: skip
def test_what_is_no_language_of_the_desk_is_undetermined(text: str) -> None:
    assert DETECTOR.detect(text) == DETECTOR.detect("")
    assert DETECTOR.detect(text).lang == "und"


def test_what_is_not_language_does_not_count() -> None:
    text = (
        "où est mon colis https://track.example/where-is-my-parcel-today please@reply.example "
        "[phone number hidden]\n> Hello, thank you for your order with our shop today\n"
    )
    assert DETECTOR.detect(text).lang == "fr"


def test_quoted_lines_count_when_there_is_nothing_else() -> None:
    assert DETECTOR.detect("> where is my parcel").lang == "en"


def test_chinese_beside_an_order_number_is_still_chinese() -> None:
    assert DETECTOR.detect("我的订单113-2098841-5567320还没到").lang == "zh"


def test_only_the_languages_asked_for_are_answered() -> None:
    assert Detector(["en", "fr"]).detect("wo ist mein Paket").lang in ("en", "fr", "und")
    assert Detector(["en", "fr"]).detect("где посылка").lang == "und"


def test_a_language_nobody_taught_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="xx"):
        Detector(["en", "xx"])


def test_priors_move_a_doubtful_word_and_leave_a_clear_sentence() -> None:
    assert DETECTOR.detect("urgent", priors={"fr": 1.0}).lang == "fr"
    assert DETECTOR.detect("urgent", priors={"en": 1.0}).lang == "en"
    clear = "Wo ist meine Bestellung? Ich warte seit zwei Wochen auf das Paket."
    assert DETECTOR.detect(clear, priors={"fr": 1.0}).lang == "de"


def test_the_same_text_always_gives_the_same_answer() -> None:
    assert len({DETECTOR.detect("bonjour, the paket") for _ in range(20)}) == 1


def test_a_huge_text_is_answered_from_its_beginning() -> None:
    assert DETECTOR.detect("Où est ma commande ? " * 5000).lang == "fr"
