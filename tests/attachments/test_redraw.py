"""What leaves is pixels; what was in the file besides them is gone."""

import io
import subprocess
import sys
import time

import pytest
from PIL import Image

from app.attachments.cleaning import REDRAW, Withheld, redrawn
from app.attachments.redraw import LONGEST_SIDE, SHOWN_SIDE, NotDrawable, main, redraw
from tests.attachments import pictures

LEFT_OVERS = (pictures.SECRET, b"Exif", b"xmp", b"XML:com", b"ICC", b"tEXt", b"eXIf", b"Phone")


@pytest.mark.parametrize("make", [pictures.photo, pictures.png, pictures.gif, pictures.webp])
def test_nothing_but_pixels_is_left(make) -> None:  # type: ignore[no-untyped-def]
    content = make()
    assert pictures.SECRET in content
    _, drawn = redraw(content)
    assert [left for left in LEFT_OVERS if left in drawn] == []
    with Image.open(io.BytesIO(drawn)) as picture:
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_stands_upright() -> None:
    kind, drawn = redraw(pictures.photo())
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (kind, picture.size) == ("image/jpeg", (40, 60))
        # The left half was red; turned to the right, the upper half is.
        assert picture.convert("RGB").getpixel((20, 5))[0] > 200  # type: ignore[index]


def test_what_shines_through_stays_so() -> None:
    kind, drawn = redraw(pictures.png())
    with Image.open(io.BytesIO(drawn)) as picture:
        assert (kind, picture.mode) == ("image/png", "RGBA")
        assert picture.getpixel((0, 0))[3] == 0  # type: ignore[index]


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    _, drawn = redraw(pictures.gif())
    with Image.open(io.BytesIO(drawn)) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        assert picture.convert("RGB").getpixel((50, 20))[2] > 90  # type: ignore[index]


def test_a_big_picture_is_shown_smaller() -> None:
    out = io.BytesIO()
    pictures.picture((6_000, 3_000)).save(out, "JPEG")
    _, drawn = redraw(out.getvalue())
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.size == (SHOWN_SIDE, SHOWN_SIDE // 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pictures.pixel_bomb(), "picture-size"),
        (pictures.pixel_bomb(LONGEST_SIDE + 1, 1), "picture-size"),
        (pictures.pixel_bomb(5_000, 4_000), "picture-broken"),  # its pixels end too soon
        (b"\xff\xd8\xff\xe0 and then nothing", "picture-broken"),
        (pictures.photo()[:300], "picture-broken"),
        (b"", "picture-broken"),
        (b"BM not one of the four", "picture-broken"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "picture-broken"),
    ],
)
def test_what_cannot_be_drawn_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(NotDrawable, match=reason):
        redraw(content)


def test_the_child_draws_and_refuses() -> None:
    kind, drawn = redrawn(pictures.photo())
    assert (kind, drawn[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    with pytest.raises(Withheld, match="picture-broken"):
        redrawn(b"nothing")
    started = time.perf_counter()
    with pytest.raises(Withheld, match="picture-size"):
        redrawn(pictures.pixel_bomb())
    assert time.perf_counter() - started < 2


def test_the_child_has_little_memory_and_may_write_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Its limits are set before it reads a byte: here it is told to break them."""
    breaker = (
        "import io, runpy, sys\n"
        f"child = runpy.run_path({str(REDRAW)!r})\n"
        "child['main'](io.BytesIO(b''), io.BytesIO())\n"
        "try:\n    bytearray(1 << 30)\nexcept MemoryError:\n    print('no memory')\n"
        "try:\n"
        f"    f = open({str(tmp_path / 'x')!r}, 'wb'); f.write(b'x'); f.close()\n"
        "except OSError:\n    print('no file')\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGXFSZ, 1)\n" + breaker],
        capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert said.stdout.split("\n")[:2] == ["no memory", "no file"]


def test_the_child_s_program_is_the_module() -> None:
    assert REDRAW.name == f"{main.__module__.rsplit('.', 1)[1]}.py"
