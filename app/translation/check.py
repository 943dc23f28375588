"""Says why a translated sentence must not be shown as a translation.

Pure rules over two strings and the facts between them. It knows the ways in which translation
models fail (Argos and OPUS models above all): loops, invented boilerplate, lost links and numbers,
changed currencies, the wrong script, the source given back. It never repairs anything.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from app.translation.negation import is_flipped

_DIGITS = re.compile(r"\d+")
_MONEY = re.compile(r"[€$£¥₺₴₽]")
_WORD = re.compile(r"[^\W\d_]+")
_LOOP = re.compile(r"(.{2,30}?)\1{4,}", re.DOTALL)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_QUESTION = re.compile(r"[?？؟]")
_UNKNOWN = ("⁇", "<unk>", "\ufffd")
_SCRIPT = {"ru": "CYRILLIC", "uk": "CYRILLIC", "ar": "ARABIC", "ja": "JAPANESE", "zh": "CJK"}
_OF = {"JAPANESE": ("HIRAGANA", "KATAKANA", "CJK"), "CJK": ("CJK",)}
MAX_REPEATS = 4  # of one to four words in a row


def find_fault(
    source: str, output: str, *, facts: Sequence[str], languages: tuple[str, str]
) -> str:
    """Why `output` is no translation of `source`; "" when nothing speaks against it.

    `facts` are the texts that must stand in it as often as they are listed; `languages` are those
    of the source and of the output.
    """
    if not output.strip():
        return "The engine gave no text."
    if any(sign in output and sign not in source for sign in _UNKNOWN):
        return "The engine met something that it does not know."
    if lost := lost_fact(output, facts):
        return f"“{lost}” is missing or stands there twice."
    checks = (
        (invents_numbers(source, output), "A number was made up."),
        (changes_money(source, output), "The currency changed."),
        (source.count("+") > output.count("+"), "A plus sign is missing."),
        (repeats(output) and not repeats(source), "The engine repeated itself."),
        (not fits(source, output), "The length does not fit the original."),
        (not in_script(output, facts, target=languages[1]), "The text is in the wrong script."),
        (is_unchanged(source, output), "The engine gave the original back."),
        (is_flipped(source, output, languages=languages), "A “not” was lost or added."),
        (question_lost(source, output), "A question and a statement were exchanged."),
    )
    return next((reason for failed, reason in checks if failed), "")


def lost_fact(output: str, facts: Sequence[str]) -> str:
    """The first fact that stands in `output` not exactly as often as it should; "" for none."""
    for fact, times in Counter(facts).items():
        whole = rf"(?<![0-9A-Za-z]){re.escape(fact)}(?![0-9A-Za-z])"
        # A fact within another one ("5" in "5:30") is not a second time.
        alone = rf"(?<![.,:/-]){whole}(?![.,:/-][0-9A-Za-z])"
        if len(re.findall(whole, output)) < times or len(re.findall(alone, output)) > times:
            return fact
    return ""


def invents_numbers(source: str, output: str) -> bool:
    """Whether `output` has digits that the source has not, or not as often."""
    return bool(Counter(_DIGITS.findall(output)) - Counter(_DIGITS.findall(source)))


def changes_money(source: str, output: str) -> bool:
    return Counter(_MONEY.findall(source)) != Counter(_MONEY.findall(output))


def repeats(text: str) -> bool:
    """Whether one to four words, or a run of letters, stand there more than four times in a row."""
    words = text.casefold().split()
    for size in range(1, 5):
        run = 0
        for i in range(size, len(words)):
            run = run + 1 if words[i] == words[i - size] else 0
            if run >= size * MAX_REPEATS:
                return True
    return bool(_LOOP.search(re.sub(r"[\W_]+", "", text)[:2000]))


def fits(source: str, output: str) -> bool:
    """Whether the lengths go together. A Chinese or Japanese character counts as three letters."""
    a, b = _weight(source), _weight(output)
    return a / 4 - 8 <= b <= 2.5 * a + 25


def _weight(text: str) -> int:
    return len(text) + 2 * len(_WIDE.findall(text))


def in_script(output: str, facts: Sequence[str], *, target: str) -> bool:
    """Whether most letters, facts aside, are of the script that `target` is written in."""
    for fact in facts:
        output = output.replace(fact, " ")
    letters = [letter for letter in output if letter.isalpha()]
    wanted = _SCRIPT.get(target, "LATIN")
    names = _OF.get(wanted, (wanted,))
    right = sum(unicodedata.name(letter, "").startswith(names) for letter in letters)
    return not letters or right >= 0.6 * len(letters)


def is_unchanged(source: str, output: str) -> bool:
    """Whether the source came back. A single capitalised word may be a name, or the same word."""
    same = _folded(source) == _folded(output)
    words = _WORD.findall(source)
    return same and (len(words) > 1 or not all(word[0].isupper() for word in words))


def _folded(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def question_lost(source: str, output: str) -> bool:
    """Hurried buyers leave the question mark out; a full stop says that it is none."""
    if _QUESTION.search(source):
        return not _QUESTION.search(output)
    return source.rstrip().endswith((".", "!", "。", "！")) and bool(_QUESTION.search(output))
