"""The operator's page of translation packages."""

import io

import pytest
from flask import Flask

from app.extensions import db
from app.tickets.languages.package_words import (
    fault_words,
    job_sign,
    origin_words,
    quality_sign,
    share_of,
    size_words,
)
from app.tickets.languages.seen import Seen, lacking
from app.translation.faults import PackageError
from app.translation.installing import Shop, install_waiting, shop_for
from app.translation.package_models import JobState, PackageJob, PackageQuality, Stage
from app.translation.packages import Origin, PackageStore
from app.translation.quality import measure_next
from tests.browser import Browser
from tests.factories import Cast, make_ticket
from tests.fakes import SteppedClock
from tests.tickets.staging import Counted
from tests.translation.conftest import PACKAGES
from tests.translation.shelf import open_shelf

PAGE = "/settings/languages"
FR_EN = PACKAGES / "translate-fr_en-0_1.argosmodel"


@pytest.fixture
def store(desk: Flask) -> PackageStore:
    store = PackageStore(desk.extensions["settings"].packages_dir)
    for package in store.installed():
        store.remove(package.source, package.target)
    return store


def jobs() -> list[PackageJob]:
    return list(db.session.scalars(db.select(PackageJob).order_by(PackageJob.id)))


def test_the_page_says_what_is_installed_and_how_good_it_is(
    cast: Cast, browser: Browser, store: PackageStore
) -> None:
    page = browser.be(cast.odile).get(PAGE).text
    assert "Nothing is installed" in page
    assert 'data-every="2"' not in page
    store.install_file(FR_EN, origin=Origin.SHIPPED)
    page = browser.get(PAGE).text
    assert "French → English" in page
    assert "comes with the desk" in page
    assert "is being measured" in page
    assert 'data-every="2"' in page
    measure_next()
    page = browser.get(PAGE).text
    assert "of 16 sentences" in page
    assert 'data-every="2"' not in page


def test_languages_without_a_package_are_counted_and_offered(
    cast: Cast, browser: Browser, store: PackageStore, clock: SteppedClock
) -> None:
    old = make_ticket(cast.lavande)
    old.lang = "sv"
    clock.advance(days=8)
    for _ in range(3):
        make_ticket(cast.lavande).lang = "pl"
    make_ticket(cast.lavande).lang = "und"
    make_ticket(cast.lavande).lang = "fr"
    db.session.commit()
    page = browser.be(cast.odile).get(PAGE).text
    assert "3 tickets in Polish this week, no package" in page
    assert "Swedish this week" not in page
    assert "French this week" not in page
    assert 'value="pl-en"' in page
    browser.post(f"{PAGE}/jobs", data={"pair": ["pl-en", "en-pl"]})
    assert [(job.source_lang, job.target_lang) for job in jobs()] == [("pl", "en"), ("en", "pl")]
    assert {job.asked_by for job in jobs()} == {cast.odile.id}


def test_what_is_lacking_is_told_from_what_goes_through_english() -> None:
    through = {("fr", "en"), ("en", "fr"), ("pl", "en"), ("en", "pl"), ("pl", "fr"), ("fr", "pl")}
    counted = [("pl", "fr", 9), ("fr", "fr", 5), ("sv", "fr", 2), ("sv", "en", 3)]
    assert lacking(counted, through, through) == [Seen("sv", 5, (("en", "sv"), ("sv", "en")))]
    assert lacking([("pl", "fr", 1)], set(), {("pl", "en")}) == [
        Seen("pl", 1, (("en", "fr"), ("en", "pl"), ("fr", "en")))
    ]


def test_a_pair_is_asked_for_both_ways_or_one(cast: Cast, browser: Browser) -> None:
    browser.be(cast.odile)
    form = {"source": "pl", "target": "en"}
    assert browser.post(f"{PAGE}/jobs", data=form).status_code == 303
    browser.post(f"{PAGE}/jobs", data={**form, "both": "1"})
    assert [(job.source_lang, job.target_lang) for job in jobs()] == [("pl", "en"), ("en", "pl")]


@pytest.mark.parametrize(
    "form",
    [
        {"source": "en", "target": "en"}, {"source": "xx", "target": "en"}, {}, {"pair": "pl"},
        {"pair": "pl-en-fr"}, {"pair": "../-en"}, {"pair": "sv-en", "origin": "shipped"},
    ],
)  # fmt: skip
def test_a_strange_pair_is_refused_with_the_page(
    cast: Cast, browser: Browser, form: dict[str, str]
) -> None:
    answer = browser.be(cast.odile).post(f"{PAGE}/jobs", data=form)
    assert answer.status_code == 422
    assert 'class="complaint"' in answer.text
    assert jobs() == []


def test_an_uploaded_file_is_kept_for_the_worker_beyond_the_usual_limit(
    cast: Cast, browser: Browser, store: PackageStore, desk: Flask
) -> None:
    browser.be(cast.odile)
    data = FR_EN.read_bytes()
    big = data + b"\0" * (5 * 1024**2 - len(data))
    answer = browser.post(f"{PAGE}/files", data={"file": (io.BytesIO(big), "../../evil")})
    answer.request.environ["wsgi.input"].close()  # the test client leaves that to chance
    assert answer.status_code == 303
    (job,) = jobs()
    assert job.total_bytes == len(big)
    assert job.file.startswith(".upload-")
    assert (store.folder / job.file).stat().st_size == len(big)
    assert "Uploaded file" in browser.get(PAGE).text
    install_waiting(shop_for(desk.extensions["settings"]))
    assert "Not installed" in browser.get(PAGE).text
    assert not (store.folder / job.file).exists()


def test_an_upload_needs_the_form_s_token(cast: Cast, browser: Browser, desk: Flask) -> None:
    desk.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = browser.be(cast.odile).post(
            f"{PAGE}/files", data={"file": (io.BytesIO(b"x"), "x.argosmodel")}
        )
    finally:
        desk.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert jobs() == []


def test_an_upload_without_a_file_is_refused(cast: Cast, browser: Browser) -> None:
    answer = browser.be(cast.odile).post(f"{PAGE}/files", data={})
    assert answer.status_code == 422
    assert "Choose a package file" in answer.text


def test_a_package_is_removed_and_the_page_remembers_who_did(
    cast: Cast, browser: Browser, store: PackageStore
) -> None:
    store.install_file(FR_EN)
    browser.be(cast.odile)
    assert browser.post(f"{PAGE}/fr/en/removal").status_code == 303
    page = browser.get(PAGE).text
    assert "Removed" in page
    assert "Odile" in page
    assert store.installed() == []
    again = browser.post(f"{PAGE}/fr/en/removal")
    assert again.status_code == 422
    assert "No package from fr to en is installed." in again.text


def test_the_page_follows_a_download_to_its_end(
    cast: Cast, browser: Browser, store: PackageStore, desk: Flask
) -> None:
    browser.be(cast.odile).post(f"{PAGE}/jobs", data={"pair": "fr-en"})
    (job,) = jobs()
    job.state, job.done_bytes, job.total_bytes = JobState.WORKING, 500_000, 2_000_000
    db.session.commit()
    part = browser.fragment(PAGE).text
    assert '<progress value="25"' in part
    assert "<html" not in part
    job = jobs()[0]
    job.state = JobState.WAITING
    db.session.commit()
    with open_shelf() as shelf:
        shop = shop_for(desk.extensions["settings"])
        install_waiting(Shop(shop.store, type(shop.index)(shelf.index_url)))
    measure_next()
    part = browser.fragment(PAGE).text
    assert "Installed" in part
    assert "<progress" not in part
    assert "hx-get" not in part


def test_a_failed_job_says_why_and_can_be_tried_again(cast: Cast, browser: Browser) -> None:
    browser.be(cast.odile).post(f"{PAGE}/jobs", data={"pair": "pl-en"})
    (job,) = jobs()
    fault = PackageError("%(host)s does not have this file any more (404).", host="files.example")
    job.state, job.fault = JobState.FAILED, {"words": fault.words, "values": fault.values}
    db.session.commit()
    page = browser.get(PAGE).text
    assert "files.example does not have this file any more (404)." in page
    assert "Try again" in page


def test_a_job_is_cancelled_and_one_that_is_not_there_is_not_found(
    cast: Cast, browser: Browser
) -> None:
    browser.be(cast.odile).post(f"{PAGE}/jobs", data={"pair": "pl-en"})
    browser.post(f"{PAGE}/jobs/{jobs()[0].id}/cancellation")
    assert jobs()[0].state == JobState.CANCELLED
    assert browser.post(f"{PAGE}/jobs/999/cancellation").status_code == 404


def test_what_comes_with_the_desk_is_offered_while_it_is_not_installed(
    cast: Cast, browser: Browser, store: PackageStore, desk: Flask
) -> None:
    assert "Comes with the desk" in browser.be(cast.odile).get(PAGE).text
    browser.post(f"{PAGE}/jobs", data={"pair": "fr-en", "origin": "shipped"})
    install_waiting(shop_for(desk.extensions["settings"]))
    assert [(p.source, p.origin) for p in store.installed()] == [("fr", Origin.SHIPPED)]


def test_a_broken_package_does_not_break_the_page(
    cast: Cast, browser: Browser, store: PackageStore
) -> None:
    store.install_file(FR_EN)
    (store.folder / "half").mkdir()
    assert "French → English" in browser.be(cast.odile).get(PAGE).text
    (store.folder / "half").rmdir()


def test_the_page_takes_few_queries(cast: Cast, browser: Browser, store: PackageStore) -> None:
    store.install_file(FR_EN)
    browser.be(cast.odile)
    for pair in ("pl-en", "en-pl", "sv-en"):
        browser.post(f"{PAGE}/jobs", data={"pair": pair})
    with Counted(db.engine) as counted:
        browser.get(PAGE)
    assert len(counted.asked) <= 7


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_removal": True, "state": JobState.DONE}, "Removed"),
        ({"state": JobState.WORKING, "stage": Stage.CHECKING}, "Being checked"),
        ({"state": JobState.WORKING, "stage": Stage.FETCHING}, "Downloading"),
        ({"state": JobState.WAITING}, "Waits for the worker"),
        ({"state": JobState.WAITING, "fault": {"words": "x", "values": {}}}, "Broke off"),
        ({"state": JobState.DONE}, "Installed"),
        ({"state": JobState.FAILED}, "Not installed"),
        ({"state": JobState.CANCELLED}, "Cancelled"),
    ],
)
def test_a_job_s_state_is_a_chip(desk: Flask, change: dict[str, object], words: str) -> None:
    job = PackageJob(**{"is_removal": False, "stage": Stage.FETCHING, "fault": {}} | change)
    with desk.test_request_context():
        assert job_sign(job).words.startswith(words)
        assert fault_words(job) == ("x" if job.fault else "")


@pytest.mark.parametrize(
    ("sentences", "translated", "likeness", "words"),
    [
        (0, 0, 0, "not in the check set"), (16, 7, 90, "refuses most"), (16, 16, 60, "good"),
        (16, 16, 45, "fair"), (16, 16, 44, "weak"),
    ],
)  # fmt: skip
def test_quality_is_said_in_a_word(
    desk: Flask, sentences: int, translated: int, likeness: int, words: str
) -> None:
    row = PackageQuality(sentences=sentences, translated=translated, likeness=likeness)
    with desk.test_request_context():
        assert quality_sign(row).words == words
        assert all(origin_words(origin) for origin in Origin)


def test_the_bar_of_a_download_without_a_length_has_no_end() -> None:
    assert share_of(PackageJob(done_bytes=5, total_bytes=0)) is None
    assert share_of(PackageJob(done_bytes=5, total_bytes=10)) == 50


@pytest.mark.parametrize(
    ("size", "words"), [(2048, "2 kB"), (5 * 1024**2, "5.0 MB"), (3 * 1024**3, "3.0 GB")]
)
def test_sizes_are_written_for_people(size: int, words: str) -> None:
    assert size_words(size) == words
