"""A buyer's document in a real browser: its first page is seen before anybody downloads it."""

import re
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from playwright.sync_api import expect

from app.lib.clock import now
from app.mail.smtp import SmtpTransport
from tests.e2e.conftest import Visit
from tests.e2e.desk import Desk
from tests.e2e.test_work_a_ticket import log_in, open_ticket

ORDER = "941-5550126"
RED = b"1 0 0 rg 0 0 200 100 re f"
PDF = (
    b"%%PDF-1.4\n"
    b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
    b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj\n"
    b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R>> endobj\n"
    b"4 0 obj <</Length %d>> stream\n%b\nendstream endobj\n"
    b"trailer <</Root 1 0 R>>\n%%%%EOF\n" % (len(RED), RED)
)
# The size of the picture as it came, and the colour in its middle.
DRAWN = """async (picture) => {
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d");
  brush.drawImage(picture, 0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return [picture.naturalWidth, picture.naturalHeight, red > 200 && green + blue < 60];
}"""


def write_with_document(desk: Desk) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "kim-pdf@buyers.example", "lavande@reply.dragoman.test"
    mail["Subject"], mail["Date"] = "Order form", format_datetime(now())
    mail["Message-ID"] = make_msgid()
    mail.set_content(f"Hello, where is my order {ORDER}? The form is attached. Kim")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="form.pdf")
    door = SmtpTransport(f"smtp://127.0.0.1:{desk.environ['SMTP_PORT']}")
    door.send(sender=mail["From"], recipient=mail["To"], content=bytes(mail))


def test_the_first_page_of_a_document_is_seen_and_the_document_comes(
    desk: Desk, visit: Visit
) -> None:
    write_with_document(desk)
    page = open_ticket(log_in(visit()), ORDER)
    picture = page.locator(".file-picture img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate(DRAWN) == [400, 200, True]
    expect(picture).to_have_attribute("alt", re.compile("^Première page .*[.]pdf$"))
    with page.expect_download() as download:
        page.locator(".file-picture a", has=page.locator("img")).click()
    assert download.value.suggested_filename.endswith(".pdf")
    assert Path(download.value.path()).read_bytes() == PDF
