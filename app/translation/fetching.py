"""Downloads packages from the index. The only thing here that uses the internet.

Knows the index, the hosts that it may lead to, and how a download goes on after a break. It must
never be called but for a person who asked, never follow a link or a redirect to another host than
the allowed ones, and never write past what a package can be or the disk can take.
"""

import http.client
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from app.translation.engine import Pair
from app.translation.faults import BrokenOffError, NoNetworkError, NoRoomError, PackageError
from app.translation.packages import MAX_BYTES, Installed, Origin, PackageStore, cannot_write
from app.web.i18n import N_

CHUNK = 256 * 1024
TIMEOUT = 30  # seconds without a byte
LARGEST_INDEX = 50 * 1024**2
GONE, TOO_FAR = 404, 416

Progress = Callable[[int, int], None]
"""Takes the bytes that have come and how many there will be (0: nobody knows)."""


def no_progress(_done: int, _total: int) -> None:
    """Tells nobody."""


class _NotThatFar(Exception):
    """The server has no bytes after the ones asked for: all has come, or the file is another."""

    def __init__(self, content_range: str) -> None:
        super().__init__()
        self.content_range = content_range


@dataclass(frozen=True, slots=True)
class Offer:
    """A package that the index has, and where it lies, the first place first."""

    source: str
    target: str
    version: str
    links: tuple[str, ...]

    @property
    def part_name(self) -> str:
        """The file in which its download grows."""
        version = re.sub(r"[^0-9A-Za-z]", "_", self.version)[:30]
        return f".download-{self.source}_{self.target}-{version}.part"


class PackageIndex:
    """The index at `address`. Packages and redirects may lie on its own host and on `hosts`.

    Plain http is allowed only where the index itself is asked for that way.
    """

    def __init__(self, address: str, hosts: Sequence[str] = ()) -> None:
        self._address = address
        self._hosts = {urlsplit(address).hostname, *hosts}
        self._schemes = {"https", urlsplit(address).scheme}
        self._opener = self._make_opener()

    def newest(self, source: str, target: str) -> Offer:
        """The newest package for the pair. Raises NoNetworkError, PackageError."""
        return newest_offer(self._read(), source=source, target=target)

    def download(self, offer: Offer, to: Path, *, progress: Progress = no_progress) -> None:
        """Bring the package into the file `to`, going on after what is there already.

        Raises BrokenOffError when it stopped in the middle, and other PackageErrors.
        """
        for link in offer.links[:-1]:
            try:
                return self._bring(link, to, progress)
            except BrokenOffError:
                raise
            except PackageError:
                continue  # the next place may have it
        return self._bring(offer.links[-1], to, progress)

    def _read(self) -> list[dict[str, Any]]:
        with self._opened(self._address) as answer:
            try:
                index = json.loads(answer.read(LARGEST_INDEX))
            except (ValueError, OSError, http.client.HTTPException):
                index = None
        if not isinstance(index, list):
            raise PackageError(N_("The package index is not readable."))
        return [entry for entry in index if isinstance(entry, dict)]

    def _bring(self, link: str, to: Path, progress: Progress) -> None:
        have = to.stat().st_size if to.exists() else 0
        try:
            with self._opened(link, start=have) as answer:
                goes_on = have > 0 and _goes_on(answer, have)
                with to.open("ab" if goes_on else "wb") as file:
                    _copy(answer, file, have=have if goes_on else 0, progress=progress)
        except _NotThatFar as answered:
            if answered.content_range != f"bytes */{have}":
                to.unlink()
                raise _broken_off() from answered
        except OSError as error:  # those of the network are PackageErrors by now
            raise cannot_write(error) from error

    @contextmanager
    def _opened(self, address: str, *, start: int = 0) -> Iterator[http.client.HTTPResponse]:
        self._refuse_stranger(address)
        headers = {"User-Agent": "dragoman"} | ({"Range": f"bytes={start}-"} if start else {})
        try:
            answer = self._opener.open(Request(address, headers=headers), timeout=TIMEOUT)  # noqa: S310
        except HTTPError as error:
            error.close()
            if error.code == TOO_FAR:
                raise _NotThatFar(error.headers.get("Content-Range", "")) from error
            raise _refused(address, error.code) from error
        except (OSError, http.client.HTTPException) as error:
            raise unreachable(address) from error
        with answer:
            yield answer

    def _refuse_stranger(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in self._schemes or parts.hostname not in self._hosts:
            raise PackageError(
                N_("The package index leads to %(host)s, from where packages are not taken. "
                   "PACKAGE_HOSTS names the hosts that may be asked."),
                host=f"{parts.scheme}://{parts.hostname}",
            )  # fmt: skip

    def _make_opener(self) -> OpenerDirector:
        refuse = self._refuse_stranger

        class OnlyAllowed(HTTPRedirectHandler):
            max_redirections = 5

            def redirect_request(self, *args: Any) -> Request | None:
                refuse(args[-1])
                return super().redirect_request(*args)

        return build_opener(OnlyAllowed)


def fetch(
    store: PackageStore, index: PackageIndex, offer: Offer, *, progress: Progress = no_progress
) -> Path:
    """The file of the offered package, downloaded beside the store's folders.

    Whoever installs it deletes it. Raises PackageError; what has come by then is kept.
    """

    def watched(done: int, total: int) -> None:
        store.make_room(max(0, total - done))
        progress(done, total)

    store.make_room(0)
    part = store.folder / offer.part_name
    index.download(offer, part, progress=watched)
    return part


def install_from_index(
    store: PackageStore, index: PackageIndex, pair: Pair, *, progress: Progress
) -> Installed:
    """Download the newest package for the pair and install it. Raises PackageError."""
    part = fetch(store, index, index.newest(*pair), progress=progress)
    return install_fetched(store, part, pair)


def install_fetched(store: PackageStore, part: Path, pair: Pair) -> Installed:
    """Install a download. It is deleted but where only the disk was in the way."""
    try:
        done = store.install_file(part, origin=Origin.INDEX, pair=pair)
    except NoRoomError:
        raise
    except PackageError:
        part.unlink(missing_ok=True)
        raise
    part.unlink(missing_ok=True)
    return done


def newest_offer(index: list[dict[str, Any]], *, source: str, target: str) -> Offer:
    """The newest package for the pair. Raises PackageError when there is none."""
    offers = [e for e in index if (e.get("from_code"), e.get("to_code")) == (source, target)]
    offers.sort(key=lambda e: [int(n) for n in re.findall(r"\d+", str(e.get("package_version")))])
    for entry in reversed(offers):
        if links := [link for link in entry.get("links") or [] if _is_web(link)]:
            return Offer(source, target, str(entry.get("package_version")), tuple(links))
    raise PackageError(
        N_("The package index has no package from %(source)s to %(target)s."),
        source=source, target=target,
    )  # fmt: skip


def _is_web(link: object) -> bool:
    return isinstance(link, str) and link.startswith(("https://", "http://"))


def unreachable(address: str) -> NoNetworkError:
    """No way to the host: what to do about it."""
    return NoNetworkError(
        N_("%(host)s cannot be reached. Without the internet, fetch the package file on another "
           "machine and install it here from the file; what is installed goes on working."),
        host=urlsplit(address).hostname,
    )  # fmt: skip


def _refused(address: str, code: int) -> PackageError:
    host = urlsplit(address).hostname
    if code == GONE:
        return PackageError(N_("%(host)s does not have this file any more (404)."), host=host)
    return NoNetworkError(
        N_("%(host)s answered with an error (%(code)s). Try again later."), host=host, code=code
    )


def _goes_on(answer: http.client.HTTPResponse, have: int) -> bool:
    """Whether the answer really begins where the file ends."""
    begins = f"bytes {have}-"
    return answer.status == 206 and answer.headers.get("Content-Range", begins).startswith(begins)


def _copy(
    answer: http.client.HTTPResponse, file: IO[bytes], *, have: int, progress: Progress
) -> None:
    length = answer.headers.get("Content-Length", "")
    total = have + int(length) if length.isdigit() else 0
    progress(have, total)
    while piece := _next_piece(answer):
        file.write(piece)
        have += len(piece)
        if have > MAX_BYTES:
            raise PackageError(N_("The package file is larger than a translation package can be."))
        progress(have, total)
    if have < total:
        raise _broken_off()


def _next_piece(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise _broken_off() from error


def _broken_off() -> BrokenOffError:
    return BrokenOffError(N_("The download broke off. Start it again; it goes on where it was."))
