"""A quick guess whether a cell is in its own language: scripts, then everyday small words.

Made to catch columns that were swapped or left untranslated, at thousands of cells a second. It is
no language detector: buyers' words are judged by `app.translation.detect`.
"""

import re

_SMALL_WORDS = {
    "en": "the and is my to of it have not you for was this that with i we your be has are will",
    "fr": "le la les et est je vous pas une de du des que mon ma pour en il votre nous ne sur ce",
    "de": "der die das und ist ich nicht sie ein eine zu mit den für haben es wir auf dem bitte",
    "es": "el la los y es que no una de mi por para en se lo me con su pero del al ha he les está",
    "it": "il la e che non di un una è per mi lo del con ho sono le vi ma si al ha gli da nel",
    "nl": "de het een en is ik niet van u dat op te mijn voor met er in zijn maar wat aan nog wij",
    "pt": "o a e que não de uma um para do da em com me os foi por mas se já na no ao é minha meu",
    "pl": "i w nie na się to z jest że do mi czy za co ale o od już mam po są proszę tym ja",
    "sv": "och att det är inte jag en på för har ni med som den av till mig var men om vi ett",
    "da": "og at det er ikke jeg en på for har i med som den af til mig var men om vi et jeres",
    "cs": "a se je to na že mi v jsem za ale si do s už co od mám není o prosím by",
    "ro": "și nu este de la o un că am pe în cu mi să din a pentru care mai vă sunt dar",
    "tr": "ve bir bu için ama ne var mi mı çok değil da de ben hala daha olarak lütfen gibi kadar",
    "uk": "і не я на що в це у за з мені та до є як але вже від мій ви або її щоб",
    "ru": "и не я на что в это у за с мне до как но уже от мой вы или её чтобы есть был",
}
_WORDS = {lang: frozenset(words.split()) for lang, words in _SMALL_WORDS.items()}
SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "uk": re.compile(r"[\u0400-\u04ff]"),
}
_KANA = SCRIPTS["ja"]
# Neighbours share too many small words to be told apart by them on one sentence.
_NEIGHBOURS = ({"sv", "da"}, {"es", "pt"}, {"uk", "ru"}, {"es", "it"}, {"de", "nl"}, {"cs", "pl"})
_CLEAR_LEAD = 3
_NEIGHBOUR_LEAD = 5


def wrong_language(text: str, lang: str) -> str | None:
    """The language `text` looks like instead of `lang`, or None if all seems well."""
    script = SCRIPTS.get(lang)
    if script is not None and not script.search(text):
        return "another script"
    if lang not in SCRIPTS and SCRIPTS["ar"].search(text):
        return "ar"
    if lang == "zh" and _KANA.search(text):
        return "ja"
    if lang not in _WORDS:
        return None
    return _better_guess(re.findall(r"[^\W\d_]+", text.lower()), lang)


def _better_guess(words: list[str], lang: str) -> str | None:
    hits = {each: sum(word in small for word in words) for each, small in _WORDS.items()}
    best = max(hits, key=lambda each: (hits[each], each == lang))
    lead = _NEIGHBOUR_LEAD if {best, lang} in _NEIGHBOURS else _CLEAR_LEAD
    return best if hits[best] >= hits[lang] + lead else None
