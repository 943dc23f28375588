"""How the eight wide languages put an article before an item, and which ending agrees with it.

Gender codes: en s p; fr es it pt ms fs mp fp; de pl m f n p; nl c n p (de-word, het-word, plural).
A key of `ARTICLES[lang][form]` is a gender code, with `+v` before a vowel and `+z` before the
sounds that take Italian `lo`; the plain code stands where no such key is given. Values carry
their own space, so that `l'` can do without.
"""

import re

from app.phrasebook.model import Noun, SlotError

Table = dict[str, dict[str, str]]

GENDERS = {
    "en": ("s", "p"),
    "nl": ("c", "n", "p"),
    **dict.fromkeys(("fr", "es", "it", "pt"), ("ms", "fs", "mp", "fp")),
    **dict.fromkeys(("de", "pl"), ("m", "f", "n", "p")),
}
# Case -> which of a noun's forms it is. German nouns give a second form only where the dative
# plural differs.
CASES = {
    "de": {"nom": 0, "acc": 0, "dat": 1},
    "pl": {"nom": 0, "gen": 1, "acc": 2, "ins": 3},
}
FORMS = ("the", "a", "my", "your", "this", "of", "to")

_VOWEL = re.compile(r"[aeiouàâäéèêëîïôöûü]", re.IGNORECASE)
_LO = re.compile(r"(s[^aeiou]|z|gn|ps|pn|x|y)", re.IGNORECASE)


def _row(lang: str, *words: str) -> dict[str, str]:
    return {
        code: f"{word} " if word else "" for code, word in zip(GENDERS[lang], words, strict=True)
    }


def _cases(lang: str, form: str, rows: dict[str, str]) -> Table:
    return {f"{form}.{case}": _row(lang, *words.split()) for case, words in rows.items()}


def _bare(lang: str, form: str) -> Table:
    empty = dict.fromkeys(GENDERS[lang], "")
    return {f"{form}.{case}": empty for case in CASES[lang]}


_ENGLISH: Table = {
    "the": _row("en", "the", "the"),
    "a": {**_row("en", "a", "some"), "s+v": "an "},
    "my": _row("en", "my", "my"),
    "your": _row("en", "your", "your"),
    "this": _row("en", "this", "these"),
    "of": _row("en", "of the", "of the"),
    "to": _row("en", "to the", "to the"),
}
_FRENCH: Table = {
    "the": {**_row("fr", "le", "la", "les", "les"), "ms+v": "l'", "fs+v": "l'"},
    "a": _row("fr", "un", "une", "des", "des"),
    "my": {**_row("fr", "mon", "ma", "mes", "mes"), "fs+v": "mon "},
    "your": _row("fr", "votre", "votre", "vos", "vos"),
    "this": {**_row("fr", "ce", "cette", "ces", "ces"), "ms+v": "cet "},
    "of": {**_row("fr", "du", "de la", "des", "des"), "ms+v": "de l'", "fs+v": "de l'"},
    "to": {**_row("fr", "au", "à la", "aux", "aux"), "ms+v": "à l'", "fs+v": "à l'"},
}
_SPANISH: Table = {
    "the": _row("es", "el", "la", "los", "las"),
    "a": _row("es", "un", "una", "unos", "unas"),
    "my": _row("es", "mi", "mi", "mis", "mis"),
    "your": _row("es", "su", "su", "sus", "sus"),
    "this": _row("es", "este", "esta", "estos", "estas"),
    "of": _row("es", "del", "de la", "de los", "de las"),
    "to": _row("es", "al", "a la", "a los", "a las"),
}
_PORTUGUESE: Table = {
    "the": _row("pt", "o", "a", "os", "as"),
    "a": _row("pt", "um", "uma", "uns", "umas"),
    "my": _row("pt", "o meu", "a minha", "os meus", "as minhas"),
    "your": _row("pt", "o seu", "a sua", "os seus", "as suas"),
    "this": _row("pt", "este", "esta", "estes", "estas"),
    "of": _row("pt", "do", "da", "dos", "das"),
    "to": _row("pt", "ao", "à", "aos", "às"),
}


_ITALIAN: Table = {
    "the": {
        **_row("it", "il", "la", "i", "le"),
        "ms+v": "l'",
        "fs+v": "l'",
        "mp+v": "gli ",
        "ms+z": "lo ",
        "mp+z": "gli ",
    },
    "of": {
        **_row("it", "del", "della", "dei", "delle"),
        "ms+v": "dell'",
        "fs+v": "dell'",
        "mp+v": "degli ",
        "ms+z": "dello ",
        "mp+z": "degli ",
    },
    "to": {
        **_row("it", "al", "alla", "ai", "alle"),
        "ms+v": "all'",
        "fs+v": "all'",
        "mp+v": "agli ",
        "ms+z": "allo ",
        "mp+z": "agli ",
    },
    "a": {
        **_row("it", "un", "una", "dei", "delle"),
        "fs+v": "un'",
        "mp+v": "degli ",
        "ms+z": "uno ",
        "mp+z": "degli ",
    },
    "my": _row("it", "il mio", "la mia", "i miei", "le mie"),
    "your": _row("it", "il suo", "la sua", "i suoi", "le sue"),
    "this": {
        **_row("it", "questo", "questa", "questi", "queste"),
        "ms+v": "quest'",
        "fs+v": "quest'",
    },
}
_GERMAN: Table = {
    **_cases("de", "the", {"nom": "der die das die", "acc": "den die das die",
                           "dat": "dem der dem den"}),
    "a.nom": _row("de", "ein", "eine", "ein", ""),
    "a.acc": _row("de", "einen", "eine", "ein", ""),
    "a.dat": _row("de", "einem", "einer", "einem", ""),
    **_cases("de", "my", {"nom": "mein meine mein meine", "acc": "meinen meine mein meine",
                          "dat": "meinem meiner meinem meinen"}),
    **_cases("de", "your", {"nom": "Ihr Ihre Ihr Ihre", "acc": "Ihren Ihre Ihr Ihre",
                            "dat": "Ihrem Ihrer Ihrem Ihren"}),
    **_cases("de", "this", {"nom": "dieser diese dieses diese",
                            "acc": "diesen diese dieses diese",
                            "dat": "diesem dieser diesem diesen"}),
}  # fmt: skip
_DUTCH: Table = {
    "the": _row("nl", "de", "het", "de"),
    "a": _row("nl", "een", "een", ""),
    "my": _row("nl", "mijn", "mijn", "mijn"),
    "your": _row("nl", "uw", "uw", "uw"),
    "this": _row("nl", "deze", "dit", "deze"),
}
_POLISH: Table = {
    **_bare("pl", "the"),
    **_bare("pl", "a"),
    **_bare("pl", "your"),
    **_cases("pl", "my", {"nom": "mój moja moje moje", "gen": "mojego mojej mojego moich",
                          "acc": "mój moją moje moje", "ins": "moim moją moim moimi"}),
    **_cases("pl", "this", {"nom": "ten ta to te", "gen": "tego tej tego tych",
                            "acc": "ten tę to te", "ins": "tym tą tym tymi"}),
}  # fmt: skip

ARTICLES: dict[str, Table] = {
    "en": _ENGLISH,
    "fr": _FRENCH,
    "de": _GERMAN,
    "es": _SPANISH,
    "it": _ITALIAN,
    "nl": _DUTCH,
    "pt": _PORTUGUESE,
    "pl": _POLISH,
}


def sound_of(lang: str, noun: str) -> str:
    """`+v` before a vowel, `+z` before what takes Italian `lo`, else nothing."""
    if _VOWEL.match(noun):
        return "+v"
    return "+z" if lang == "it" and _LO.match(noun) else ""


def _declined(noun: Noun, lang: str, case: str) -> str:
    index = CASES[lang][case] if lang in CASES else 0
    return noun.forms[min(index, len(noun.forms) - 1)]


def with_article(noun: Noun, lang: str, *, form: str, case: str) -> str:
    """The noun in its case, with what `form` puts before it. `form` may be empty: bare.

    Raises `SlotError` where the language has no such form or case.
    """
    refuse_unknown(lang, form=form, case=case)
    case = case or ("nom" if lang in CASES else "")
    word = _declined(noun, lang, case)
    if not form:
        return word
    row = ARTICLES[lang][f"{form}.{case}" if case else form]
    return row.get(noun.gender + sound_of(lang, word), row[noun.gender]) + word


def refuse_unknown(lang: str, *, form: str, case: str) -> None:
    """Raise `SlotError` if `lang` has no articles, no such case, or no such form."""
    if lang not in ARTICLES:
        raise SlotError(f"{{item}} has no forms in “{lang}”: write the sentence without it.")
    if case and case not in CASES.get(lang, {}):
        raise SlotError(f"“{lang}” has no case “.{case}” for {{item}}.")
    key = f"{form}.{case or 'nom'}" if lang in CASES else form
    if form and key not in ARTICLES[lang]:
        raise SlotError(f"“{lang}” has no form “:{form}” for {{item}}.")


def ending_index(gender: str, lang: str, count: int) -> int:
    """Which of `count` endings agrees: two are singular|plural, else one for each gender code.

    Raises `SlotError` for another count.
    """
    codes = GENDERS[lang]
    if count == 2:
        return int(gender.endswith("p"))
    if count != len(codes):
        takes = f"2 or {len(codes)}" if len(codes) > 2 else "2"
        raise SlotError(f"{{item?…}} takes {takes} endings in “{lang}”, not {count}.")
    return codes.index(gender)
