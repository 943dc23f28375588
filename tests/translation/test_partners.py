from pathlib import Path

import pytest

from app.translation.partners import FILE, is_faithful, read_partners

TEXT = """\
>couvercle\tlid
>theiere\tteapot
>casse\tbroken broke
>plus\tmore
<lid\tcouvercle
<teapot\ttheiere
<broken\tcasse
<refund\tremboursement rembourser
"""


@pytest.mark.parametrize(
    ("output", "faithful"),
    [
        ("The lid of the teapot is broken.", True),
        ("The LID of the teapot broke!", True),
        ("The lid is broken.", False),  # a word was left out
        ("The lid of the lid of the teapot is broken.", False),  # a word was said twice
        ("The lid of the teapot is broken, please refund it.", False),  # a word was added
        ("The lid of the teapot XZ1 is broken and green.", True),  # nothing is known of "green"
    ],
)
def test_each_word_has_its_partner(tmp_path: Path, output: str, faithful: bool) -> None:
    (tmp_path / FILE).write_text(TEXT, encoding="utf-8")
    partners = read_partners(tmp_path)
    assert partners is not None
    assert is_faithful(partners, "Le couvercle de la théière est cassé.", output) is faithful


def test_a_package_without_partners_is_not_judged(tmp_path: Path) -> None:
    assert read_partners(tmp_path) is None
