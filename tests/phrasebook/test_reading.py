from pathlib import Path

import pytest

from app.phrasebook import PhrasebookError, load

REAL = Path(__file__).parents[2] / "phrasebook"
ITEM = """- id: lamp
  en: [s, lamp]
  fr: [fs, lampe]
  de: [f, Lampe]
  es: [fs, lámpara]
  it: [fs, lampada]
  nl: [c, lamp]
  pt: [fs, lâmpada]
  pl: [f, lampa, lampy, lampę, lampą]
"""
GOOD = """- id: thanks-b-001
  level: 1
  tone: plain
  en: "Thanks for {order}!"
  fr: "Merci pour {order} !"
  de: "Danke für {order}!"
  es: "¡Gracias por {order}!"
  it: "Grazie per {order}!"
  fr_typed: "merci pr {order}"
"""


def book(folder: Path, text: str, *, name: str = "buyer/thanks.yaml") -> Path:
    (folder / "items.yaml").write_text(ITEM, encoding="utf-8")
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> str:
    with pytest.raises(PhrasebookError) as caught:
        load(folder)
    return str(caught.value)


def test_a_group_is_read_with_its_place(tmp_path: Path) -> None:
    (group,) = load(book(tmp_path, GOOD)).groups
    assert (group.id, group.role, group.intent, group.level) == (
        "thanks-b-001",
        "buyer",
        "thanks",
        1,
    )
    assert group.slots == {"order"}
    assert group.texts["de"] == "Danke für {order}!"
    assert group.typed == {"fr": "merci pr {order}"}
    assert group.line == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ('  de: "Danke für {order}!"\n', "", 1, "“de” is missing"),
        ("Danke für {order}!", "Danke!", 6, "{order} stands only in “en”"),
        ("Danke für {order}!", "Danke für {order} {date}!", 6, "{date} stands only in “de”"),
        ("Danke für {order}!", "Danke für {oder}!", 6, "“{oder}” is no slot"),
        ("Danke für {order}!", "Danke für {order!", 6, "A brace"),
        ("Danke für {order}!", "{order} {item:the.gen}", 6, "no case “.gen”"),
        ("merci pr {order}", "merci pr {date}", 9, "slots that “en” has not"),
        ('de: "Danke für {order}!"', "de: Danke für {order}!", 6, "must stand in double quotes"),
        ("tone: plain", "tone: jolly", 3, "“tone: jolly” is unknown"),
        ("level: 1", "level: 3", 2, "“level: 3” is unknown"),
        ("  level: 1\n", "", 1, "“level” is missing"),
        ("fr_typed", "fr_tipped", 9, "“fr_tipped” is unknown"),
        ("fr_typed", "nl_typed", 9, "stands without “nl”"),
        ("fr_typed", "it", 9, "given twice"),
        ("thanks-b-001", "thanks-a-001", 1, "must begin with “thanks-b-”"),
        ('"Thanks for', '"Thanks "for', 4, "This is not YAML"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, sentence: str
) -> None:
    assert old in GOOD
    told = problems(book(tmp_path, GOOD.replace(old, new)))
    assert sentence in told
    assert f"thanks.yaml:{line}: " in "\n".join(row for row in told.split("\n") if sentence in row)


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("level: 1", "level: 7") + GOOD.replace("plain", "jolly")
    told = problems(book(tmp_path, bad))
    assert "level: 7" in told
    assert "jolly" in told
    assert "already taken in thanks.yaml:1" in told


def test_an_agents_group_has_no_level(tmp_path: Path) -> None:
    text = GOOD.replace("thanks-b", "thanks-a")
    assert "Only buyers" in problems(book(tmp_path, text, name="agent/thanks.yaml"))


@pytest.mark.parametrize("name", ["buyer/greetings.yaml", "agent/nonsense.yaml"])
def test_a_file_of_an_unknown_intent_is_refused(tmp_path: Path, name: str) -> None:
    assert "is no intent of a" in problems(book(tmp_path, GOOD, name=name))


def test_a_macro_needs_all_wide_languages(tmp_path: Path) -> None:
    text = '- id: thanks-m-1\n  level: 1\n  title_en: "Thanks"\n  en: |\n    Hello\n'
    told = problems(book(tmp_path, text, name="macros/thanks.yaml"))
    assert "“pl” is missing" in told
    assert "“title_nl” is missing" in told


def test_an_item_of_unknown_gender_is_refused(tmp_path: Path) -> None:
    book(tmp_path, GOOD)
    (tmp_path / "items.yaml").write_text(ITEM.replace("[fs, lampe]", "[x, lampe]"))
    assert "“x” is no gender" in problems(tmp_path)


def test_the_phrasebook_itself_can_be_read() -> None:
    found = load(REAL)
    assert len(found.items) >= 40
    assert {macro.level for macro in found.macros} == {1, 2}
    assert all(
        macro.bodies["pl"] and not macro.bodies["pl"].endswith("\n") for macro in found.macros
    )
