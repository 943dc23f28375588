"""A document's first page is looked at as a picture."""

import io
import time

import pytest
from PIL import Image

from app.attachments.cleaning import FIRST_PAGE, clean
from app.attachments.cleaning import first_page as by_child
from app.attachments.first_page import LONGEST_SIDE, NotDrawable, first_page, main
from app.mail.attachments import attachment
from app.privacy.own import Secrets
from tests.attachments import pictures


def document(*sizes: tuple[int, int], resolution: float = 72) -> bytes:
    """A PDF with a page of each size in pixels."""
    first, *others = [pictures.picture(size) for size in sizes]
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others, resolution=resolution)
    return out.getvalue()


def size_of(drawn: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.format == "JPEG"
        return picture.size


def test_the_first_page_is_drawn_and_no_other() -> None:
    assert size_of(first_page(document((200, 300), (50, 50)))) == (400, 600)


def test_a_big_page_is_drawn_small() -> None:
    width, height = size_of(first_page(document((3_000, 1_500))))
    assert (width, height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"nothing", pictures.PDF, pictures.packed_text(b"x"), document((60, 40))[:200],
        document((60, 40)).replace(b"0 0 60.0 40.0", b"0 0 99999 40.0"),
        document((60, 40)).replace(b"0 0 60.0 40.0", b"0 0 0.05 40.0"),
    ],
)  # fmt: skip
def test_of_what_is_no_document_there_is_no_picture(content: bytes) -> None:
    with pytest.raises(NotDrawable):
        first_page(content)


def test_a_child_draws_it_and_ends() -> None:
    started = time.perf_counter()
    drawn = by_child(document((200, 300)))
    assert drawn is not None
    assert drawn[:3] == b"\xff\xd8\xff"
    assert by_child(b"nothing") is None
    assert time.perf_counter() - started < 10
    assert FIRST_PAGE.name == f"{main.__module__.rsplit('.', 1)[1]}.py"


def test_a_document_brings_its_first_page_along_and_a_bad_one_is_kept_without() -> None:
    content = document((200, 300))
    good = attachment(content, name="invoice.pdf", declared="application/pdf")
    bad = attachment(pictures.PDF, name="invoice.pdf", declared="application/pdf")
    photo = attachment(pictures.photo(), name="x.jpg", declared="image/jpeg")
    files = clean([good, bad, photo], Secrets())
    assert [bool(file.preview) for file in files] == [True, False, False]
    assert [file.withheld for file in files] == [None, None, None]
