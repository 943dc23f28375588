"""Whether a translation says no where the original says yes, or the other way round.

The worst thing that a translation can do at a support desk, and models do it. Pure word lists for
the languages whose negation is a word of its own; others are not judged. Lists are ours; `_NEAR`
holds words that carry a negation in one language and not in the next ("wrong" is "pas le bon").
"""

import re
import unicodedata

_NOT = {
    "en": "no|not|never|nothing|nobody|none|neither|nor|cannot|without|n[’']t",
    "fr": "ne|n[’'].*|pas|jamais|rien|personne|aucune?|non|ni|sans",
    "de": "nicht|nichts|nie|niemals|niemand.*|kein.*|nein|ohne|nirgends|weder",
    "es": "no|nunca|jamas|nada|nadie|ningun.*|tampoco|ni|sin",
    "it": "non|no|mai|niente|nulla|nessun.*|neanche|nemmeno|senza",
    "nl": "niet|niets|niks|nooit|niemand|geen|nee|zonder|noch",
    "pt": "nao|nunca|nada|ninguem|nenhum.*|nem|sem|jamais",
    "pl": "nie|nigdy|nic|nikt|zaden|zadna|ani|bez|brak",
    "sv": "inte|aldrig|inget|ingen|inga|ingenting|nej|ej|utan",
    "da": "ikke|aldrig|intet|ingen|ingenting|nej|uden",
    "ro": "nu|n|niciodata|nimic|nimeni|nici|niciun|nicio|fara",
    "ru": "не|нет|ни|никогда|ничего|никто|нельзя|без",
    "uk": "не|нема|немає|ні|ніколи|нічого|ніхто|без",
}
_NEAR = {
    "en": "wrong|missing|lack.*|fail.*|refus.*|unable|unfortunately|instead|only|still|un.*|"
    "hesitate|free|until|rather|hardly|yet|ever|any.*|worry|least|later|empty|incorrect|invalid|"
    "stop.*|avoid|forg.t.*|out|longer",
    "fr": "manqu.*|mauvais.*|erreur|faux|refus.*|plus|impossible|incorrect.*|hesit.*|seulement|"
    "malheureusement|encore|toujours|in.*|de[sc].*|oubli.*|arrete.*|vide|absen.*",
    "de": "fehl.*|falsch.*|leider|un.*|erst|noch|nur|spatestens|sondern|gerne|verweiger.*|"
    "vergess.*|leer.*|statt|scheiter.*",
    "es": "falta.*|equivocad.*|mal|solo|todavia|aun|in.*|des.*|sino|lamentablemente|olvid.*|vaci.*",
    "it": "manc.*|sbagliat.*|errat.*|solo|ancora|in.*|purtroppo|dimentic.*|vuot.*",
    "nl": "ontbre.*|verkeerd.*|fout.*|helaas|on.*|pas|nog|maar|mis.*|leeg",
    "pt": "falt.*|errad.*|so|ainda|in.*|des.*|infelizmente|esquec.*|vazi.*",
}
_WORD = re.compile(r"n[’']t\b|[^\W\d_]+(?:[’'](?!t\b)[^\W\d_]+)?")


def is_flipped(source: str, output: str, *, languages: tuple[str, str]) -> bool:
    """Whether exactly one of the two says no, and the other nothing near it."""
    first, second = languages
    if first not in _NOT or second not in _NOT:
        return False
    said, told = _says_no(source, first), _says_no(output, second)
    if said == told:
        return False
    return not (_near(output, second) if said else _near(source, first))


def _says_no(text: str, language: str) -> bool:
    return _has(text, _NOT[language])


def _near(text: str, language: str) -> bool:
    return language not in _NEAR or _has(text, _NEAR[language])


def _has(text: str, words: str) -> bool:
    pattern = re.compile(rf"(?:{words})\Z")
    return any(pattern.match(word) for word in _words(text))


def _words(text: str) -> list[str]:
    spaced = re.sub(r"n[’']t\b", " n't", text.casefold())
    bare = "".join(
        p
        for p in unicodedata.normalize("NFD", spaced)
        if p not in "\u0300\u0301\u0302\u0303\u0307\u0308\u0327\u0328"
    )
    return _WORD.findall(unicodedata.normalize("NFC", bare))
