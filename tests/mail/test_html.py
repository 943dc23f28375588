"""Pages to text, and pages made safe."""

import time

import pytest

from app.mail.html import clean, to_text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("a<span>b</span><b>c</b>@<i>d</i>.test", "abc@d.test"),
        ("jane<wbr>@<!-- x -->shop.test", "jane@shop.test"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a  b\nc"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ('<blockquote style="margin:0 0 0 40px;border:none">a</blockquote>', "a"),
        ('<a href="https://shop.test/x">here</a>', "here <https://shop.test/x>"),
        ('<a href="https://shop.test/x">shop.test/x</a>', "shop.test/x"),
        ('<a href="mailto:a@b.test">write</a>', "write"),
        ('<img alt="a cup" src="x">', "[a cup]"),
        ('Hi <img alt="😀">', "Hi 😀"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a<hr>b", f"a\n{'_' * 32}\nb"),
        ("<style>p{}</style><script>x</script>a", "a"),
        ("<title>t</title><body>a", "a"),
        ('a<div style="display: none">secret@x.test</div>b', "a\nb\n\n> secret@x.test"),
        ("a<p hidden>b</p>", "a\n\n> b"),
        ("&lt;b&gt; &amp; &euro;&nbsp;5", "<b> & € 5"),
        ("a < b and 3 > 2", "a < b and 3 > 2"),
        ("<p>x<p>y</p></p>", "x\n\ny"),
        ('<p title="a > b">x</p>', "x"),
        ("x <unclosed", "x"),
        ("x <!-- unclosed", "x"),
        ("", ""),
    ],
)
def test_a_page_reads_as_its_reader_sees_it(page: str, text: str) -> None:
    assert to_text(page) == text


@pytest.mark.timed
@pytest.mark.parametrize(
    "page",
    [
        "<p>x" * 60_000, "<div>" * 100_000, "<blockquote>" * 40_000, "<" * 500_000,
        "<!--" * 100_000, "<a '" * 100_000, '<a x="' * 80_000, "<li><a href=x>" * 30_000,
        "<font size=1>" * 30_000, "&#1" * 100_000, '<p style="display:none">x' * 20_000,
    ],
    ids=lambda page: page[:12],
)  # fmt: skip
def test_hostile_pages_take_no_time(page: str) -> None:
    began = time.process_time()
    to_text(page)
    clean(page)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>", "<img src=https://x.test/a.png>", "<p onclick=x()>a</p>",
        '<a href="javascript:x()">a</a>', '<p style="background:url(//x.test)">a</p>',
        "<iframe src=//x.test>", "<svg onload=x()>", '<link rel=stylesheet href="//x.test">',
        "<form action=//x.test><input></form>", "<style>@import '//x.test'</style>",
        '<base href="//x.test">', "<object data=//x.test>", "<meta http-equiv=refresh>",
    ],
)  # fmt: skip
def test_a_cleaned_page_does_and_fetches_nothing(page: str) -> None:
    told = clean(page)
    for word in ("script", "x.test", "onclick", "style", "onload", "<img", "<svg", "<form", "meta"):
        assert word not in told


def test_a_cleaned_page_keeps_what_is_said() -> None:
    page = "<p>Where <b>is</b> <a href='https://a.test'>it</a>?</p>"
    assert clean(page) == (
        '<p>Where <b>is</b> <a href="https://a.test" rel="noopener noreferrer nofollow">it</a>?</p>'
    )
