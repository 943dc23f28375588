"""Takes the pictures of docs/screenshots from a real desk: `python -m tools.screenshots`.

Makes a demo desk in a folder that is thrown away, lets a buyer write, works the ticket, looks.
"""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.desk import CHROMIUM, PASSWORD, YVONNE, running_desk

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
LARGEST = 120_000  # bytes
LETTER = (
    "Hello,\nmy order 941-2207788 has not arrived. "
    "The tracking has not changed since 12/11/2026.\n"
    "It is a gift for my daughter. You can reach me on +44 7700 900123.\nThank you\nKim"
)
ANSWER = (
    "Bonjour,\nNous sommes désolés.\nVotre colis a été envoyé. "
    "Vous recevrez votre remboursement avant le 25/11/2026.\nCordialement,"
)


def main() -> None:
    """All pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_desk(Path(folder)) as desk:
        desk.write_in(LETTER, sender="kim@buyers.example")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            _agents_pages(_open(browser, desk.url))
            main_pages(browser, desk.url)
            browser.close()


def main_pages(browser: Browser, url: str) -> None:
    """The pages people live in: on a desk and on a phone, light and dark."""
    for scheme in ("light", "dark"):
        for width, height in ((1280, 860), (390, 844)):
            size = {"width": width, "height": height}
            page = _open(browser, url, color_scheme=scheme, viewport=size)
            _take(page, f"login-{width}-{scheme}")
            _be(page, "Odile")
            page.goto("/tickets?view=all")
            ticket = page.locator(".row a").first.get_attribute("href")
            for name, path in (("queue", "/tickets?view=team"), ("ticket", str(ticket)),
                               ("deadlines", "/deadlines"), ("people", "/people")):  # fmt: skip
                page.goto(path)
                _take(page, f"{name}-{width}-{scheme}")
            page.context.close()


def _open(browser: Browser, url: str, **options: object) -> Page:
    options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 860}} | options
    page = browser.new_context(base_url=url, **options).new_page()
    page.goto("/login")
    return page


def _be(page: Page, name: str) -> None:
    page.locator(f".person:has(.person-name:text-is('{name}'))").click()
    page.wait_for_url("**/tickets?**")


def _agents_pages(page: Page) -> None:
    """Yvonne reads French alone; Kim writes English."""
    page.get_by_label("E-mail").fill(YVONNE)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("button.primary").click()
    page.wait_for_url("**/tickets?**")
    row = page.locator(".row", has_text="941-2207788")
    for _ in range(40):
        if row.count():
            break
        page.goto("/tickets?view=all&lang=en")
        page.wait_for_timeout(500)
    row.locator("a").click()
    page.locator(".text-translation").wait_for(timeout=60_000)
    page.locator("[value=both]").check()
    page.fill("#own_text", ANSWER)
    page.locator("[data-role=draft]").click()
    page.locator("#pane-theirs .caution, #pane-theirs .reassure").first.wait_for(timeout=60_000)
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.evaluate("document.activeElement.blur()")
    _take(page, "ticket")


def _take(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    path = FOLDER / f"{name}.webp"
    Image.open(BytesIO(page.screenshot())).save(path, quality=78, method=6)
    size = path.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{path.name} has {size} bytes, more than {LARGEST}.")
    print(f"{path.name}: {size // 1024} kB")


if __name__ == "__main__":
    main()
