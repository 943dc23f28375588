"""Downloading from an index that behaves, and from one that does not. Over real sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.translation.faults import BrokenOffError, NoNetworkError, NoRoomError, PackageError
from app.translation.fetching import (
    Offer,
    PackageIndex,
    fetch,
    install_from_index,
    newest_offer,
    no_progress,
)
from app.translation.packages import RESERVE, Installed, Origin, PackageStore
from tests.translation.shelf import FR_EN, Shelf, open_shelf


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with open_shelf() as shelf:
        yield shelf


@pytest.fixture
def store(tmp_path: Path) -> PackageStore:
    return PackageStore(tmp_path)


def install(store: PackageStore, shelf: Shelf, *hosts: str) -> Installed:
    index = PackageIndex(shelf.index_url, hosts)
    return install_from_index(store, index, ("fr", "en"), progress=no_progress)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_a_package_comes_from_the_index_with_progress(shelf: Shelf, store: PackageStore) -> None:
    seen: list[tuple[int, int]] = []
    index = PackageIndex(shelf.index_url)
    done = install_from_index(
        store, index, ("fr", "en"), progress=lambda done, total: seen.append((done, total))
    )
    assert done.origin == Origin.INDEX
    assert seen[0] == (0, len(FR_EN))
    assert seen[-1] == (len(FR_EN), len(FR_EN))
    assert names(store.folder) == ["translate-fr_en-0_1"]


def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    shelf: Shelf, store: PackageStore
) -> None:
    shelf.drops = [300_000, 200_000]
    for _ in range(2):
        with pytest.raises(BrokenOffError, match="goes on where it was"):
            install(store, shelf)
    assert install(store, shelf).version == "0.1"
    assert [wanted for _, wanted in shelf.asked] == [None, "bytes=300000-", "bytes=500000-"]
    assert names(store.folder) == ["translate-fr_en-0_1"]


def test_a_break_without_a_length_is_seen_too(shelf: Shelf, store: PackageStore) -> None:
    shelf.chunked, shelf.drops = True, [300_000]
    with pytest.raises(BrokenOffError):
        install(store, shelf)


def test_without_ranges_it_begins_anew(shelf: Shelf, store: PackageStore) -> None:
    shelf.drops, shelf.knows_ranges = [300_000], False
    with pytest.raises(BrokenOffError):
        install(store, shelf)
    assert install(store, shelf).version == "0.1"


def test_a_server_that_promises_more_than_it_has_ends_well(
    shelf: Shelf, store: PackageStore
) -> None:
    shelf.claims_longer_by = 5_000
    with pytest.raises(BrokenOffError):
        install(store, shelf)
    assert install(store, shelf).version == "0.1"  # 416: nothing comes after what is there


def test_a_server_that_sends_less_than_a_package_is_refused_and_its_part_deleted(
    shelf: Shelf, store: PackageStore
) -> None:
    shelf.claims_longer_by = -5_000
    with pytest.raises(PackageError, match="not a readable package"):
        install(store, shelf)
    assert names(store.folder) == []


def test_a_part_that_is_longer_than_the_file_is_thrown_away(
    shelf: Shelf, store: PackageStore
) -> None:
    (store.folder / Offer("fr", "en", "0.1", ()).part_name).write_bytes(FR_EN + b"more")
    with pytest.raises(BrokenOffError):
        install(store, shelf)
    assert install(store, shelf).version == "0.1"


def test_a_missing_file_is_said_and_another_place_is_tried(
    shelf: Shelf, store: PackageStore
) -> None:
    shelf.links = ("{here}/gone",)
    with pytest.raises(PackageError, match=r"does not have this file any more \(404\)"):
        install(store, shelf)
    shelf.links = ("{here}/gone", "{here}/fr_en")
    assert install(store, shelf).version == "0.1"


def test_a_redirect_is_followed_on_allowed_hosts_only(store: PackageStore) -> None:
    with open_shelf() as shelf, open_shelf("localhost") as other:
        shelf.redirects["/fr_en"] = f"{other.url}/fr_en"
        with pytest.raises(PackageError, match="leads to http://localhost"):
            install(store, shelf)
        assert other.asked == []
        assert install(store, shelf, "localhost").version == "0.1"


def test_redirects_in_a_circle_end(shelf: Shelf, store: PackageStore) -> None:
    shelf.redirects = {"/fr_en": "/b", "/b": "/fr_en"}
    with pytest.raises(PackageError, match="error"):
        install(store, shelf)


@pytest.mark.parametrize(
    "link", ["http://169.254.169.254/x", "https://elsewhere.example/x", "http://127.0.0.2:1/x"]
)
def test_a_link_to_a_strange_host_is_never_asked(
    shelf: Shelf, store: PackageStore, link: str
) -> None:
    shelf.links = (link,)
    with pytest.raises(PackageError, match="PACKAGE_HOSTS"):
        install(store, shelf)


def test_plain_http_is_refused_where_the_index_is_asked_safely() -> None:
    index = PackageIndex("https://index.example/index.json", ["files.example"])
    offer = Offer("fr", "en", "1", ("http://files.example/x",))
    with pytest.raises(PackageError, match=r"http://files\.example"):
        index.download(offer, Path("/nowhere"))


@pytest.mark.parametrize("content", [{"no": "list"}, [1, "x"], []])
def test_a_strange_index_is_a_sentence(shelf: Shelf, store: PackageStore, content: object) -> None:
    shelf.index = content
    with pytest.raises(PackageError, match=r"not readable|no package from fr to en"):
        install(store, shelf)


def test_without_the_internet_the_error_says_what_to_do(store: PackageStore) -> None:
    index = PackageIndex("http://127.0.0.1:1/index.json")
    with pytest.raises(NoNetworkError, match="install it here from the file"):
        install_from_index(store, index, ("fr", "en"), progress=no_progress)


def test_too_little_room_ends_a_download_that_keeps_what_came(shelf: Shelf, tmp_path: Path) -> None:
    free = [RESERVE + 2_000_000] * 4 + [RESERVE] * 90
    store = PackageStore(tmp_path, free=lambda _: free.pop(0))
    with pytest.raises(NoRoomError, match="too little room"):
        install(store, shelf)
    assert [name[:16] for name in names(tmp_path)] == [".download-fr_en-"]


def test_a_disk_that_cannot_be_written_is_said(shelf: Shelf, store: PackageStore) -> None:
    offer = PackageIndex(shelf.index_url).newest("fr", "en")
    (store.folder / offer.part_name).symlink_to("/dev/full")
    with pytest.raises(NoRoomError, match="No space left on device"):
        fetch(store, PackageIndex(shelf.index_url), offer)


def test_the_newest_version_on_offer_is_taken() -> None:
    def offer(version: str, link: str) -> dict[str, object]:
        return {"from_code": "fr", "to_code": "en", "package_version": version, "links": [link]}

    index = [offer("1.10", "https://b"), offer("1.9", "https://a"), offer("2.0", "ipfs://c")]
    assert newest_offer(index, source="fr", target="en").links == ("https://b",)
    with pytest.raises(PackageError, match="no package from fr to pl"):
        newest_offer(index, source="fr", target="pl")


@pytest.mark.parametrize("version", ["../../x", "1.0\0", "x" * 300])
def test_a_version_never_becomes_a_path(version: str) -> None:
    name = Offer("fr", "en", version, ()).part_name
    assert "/" not in name
    assert "\0" not in name
    assert len(name) < 100
