"""Every setting of the desk, read once from the environment and checked before anything starts.

Knows the names, the defaults and what a good value is. Must never be read a second time: what
runs asks the `Settings` that the factory was given.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

DESK_LANGUAGES = (
    "en", "fr", "de", "es", "it", "nl", "pt", "pl", "sv",
    "da", "cs", "ro", "tr", "uk", "ru", "ar", "ja", "zh",
)  # fmt: skip


# Domains that RFC 2606 and RFC 6761 keep for tests: no mail of the world comes to them.
TEST_DOMAINS = (".test", ".example", ".invalid", ".localhost")


_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


class SettingsError(Exception):
    """A setting cannot be used. Its text is one sentence that names the variable."""


@dataclass(frozen=True)
class Settings:
    """What the desk was told. One field a variable; `docs/settings.md` lists them all."""

    host: str = "127.0.0.1"
    port: int = 8000
    mail_host: str = "127.0.0.1"
    smtp_port: int = 8025
    lmtp_port: int = 8024
    data_dir: Path = Path("instance")
    database_url: str = ""
    secret_key: str = field(default="", repr=False)
    address_keys: str = field(default="", repr=False)
    relay_domain: str = "reply.dragoman.test"
    market_name: str = "Dragoman Market"
    outbound_smtp_url: str = field(default="", repr=False)
    imap_url: str = field(default="", repr=False)
    desk_languages: tuple[str, ...] = DESK_LANGUAGES
    answer_within_hours: int = 24
    last_call_minutes: int = 60
    undo_seconds: int = 10
    mail_max_bytes: int = 26_214_400
    portal_url: str = ""
    desk_url: str = ""
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    sender_auth: str = ""
    sender_auth_off_really: str = ""
    trusted_authserv_id: str = ""
    trusted_fronts: tuple[str, ...] = ("127.0.0.0/8", "::1")
    rate_per_mask: int = 30
    rate_per_sender: int = 60
    rate_per_ip: int = 1_000
    reopen_within_days: int = 90
    dkim_key: str = ""
    dkim_selector: str = ""
    translation_max_models: int = 4
    package_index: str = (
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
    )
    package_hosts: tuple[str, ...] = ("argos-net.com",)
    web_processes: int = 2
    survey: str = "on"
    survey_after_hours: int = 24
    survey_rest_days: int = 30
    keep_sent_days: int = 90
    second_factor: str = "optional"

    @property
    def packages_dir(self) -> Path:
        """Where translation packages are installed."""
        return self.data_dir / "packages"

    @property
    def outbox_dir(self) -> Path:
        """The Maildir that stands for the buyers' mailboxes while no smart host is set."""
        return self.data_dir / "outbox"

    @property
    def files_dir(self) -> Path:
        """Where the files of buyers' mails are kept, sealed."""
        return self.data_dir / "files"

    @property
    def classifier_path(self) -> Path:
        """The folder of the trained classifier's versions."""
        return self.data_dir / "triage"

    @property
    def checks_senders(self) -> bool:
        """Whether a sender must prove that the mail comes from the domain in From."""
        return self.sender_auth == "enforce"

    @property
    def serves_loopback_only(self) -> bool:
        """True while the web door listens on this machine alone."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """True for `localhost` and every loopback address, False for all else."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _port(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} must be a port between 1 and 65535, not “{text}”.")
    return int(text)


def _count(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SettingsError(f"{name} must be a whole number of at least 1, not “{text}”.")
    return int(text)


def _words(name: str, text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise SettingsError(f"{name} must be a line of text.")
    return text.strip()


def _domain(name: str, text: str) -> str:
    labels = text.lower().split(".")
    if len(labels) < 2 or not all(part and part.replace("-", "a").isalnum() for part in labels):
        raise SettingsError(f"{name} must be a domain such as reply.example.com, not “{text}”.")
    return text.lower()


def _languages(name: str, text: str) -> tuple[str, ...]:
    codes = tuple(code.strip().lower() for code in text.replace(",", " ").split())
    unknown = [code for code in codes if code not in DESK_LANGUAGES]
    if unknown or not codes:
        raise SettingsError(
            f"{name} must name languages among {' '.join(DESK_LANGUAGES)}, not “{text}”."
        )
    return codes


def _server_url(*schemes: str) -> Callable[[str, str], str]:
    """A reader of URLs of one of `schemes` with a host."""

    def read(name: str, text: str) -> str:
        try:
            url = urlsplit(text)
            good = url.scheme in schemes and url.hostname and url.port != 0
        except ValueError:
            good = False
        if not good:
            shapes = " or ".join(f"{scheme}://user:password@host:port" for scheme in schemes)
            raise SettingsError(f"{name} must look like {shapes}.")
        return text

    return read


def _web_url(name: str, text: str) -> str:
    try:
        url = urlsplit(text)
        good = url.scheme in {"http", "https"} and url.hostname and text.isascii()
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in text):
        raise SettingsError(f"{name} must look like https://shop.example.com/help, not “{text}”.")
    return text


def _hook_url(name: str, text: str) -> str:
    url = urlsplit(_web_url(name, text))
    if url.username or url.fragment or not _has_good_port(url):
        raise SettingsError(
            f"{name} must look like https://market.example.com/stages: WEBHOOK_SECRET is what "
            "names the caller."
        )
    return text


def _has_good_port(url: SplitResult) -> bool:
    try:
        return url.port != 0
    except ValueError:
        return False


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text.lower() not in choices:
            raise SettingsError(f"{name} must be {' or '.join(choices)}, not “{text}”.")
        return text.lower()

    return read


def _networks(name: str, text: str) -> tuple[str, ...]:
    parts = tuple(text.replace(",", " ").split())
    try:
        for part in parts:
            ip_network(part)
    except ValueError:
        raise SettingsError(
            f"{name} must name addresses or networks such as 10.0.0.0/24, not “{text}”."
        ) from None
    return parts


def _hosts(name: str, text: str) -> tuple[str, ...]:
    hosts = tuple(text.lower().replace(",", " ").split())
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise SettingsError(f"{name} must name hosts such as files.example.com, not “{text}”.")
    return hosts


def _readable_file(name: str, text: str) -> str:
    path = Path(text).absolute()
    try:
        path.read_bytes()
    except OSError as fault:
        raise SettingsError(f"{name} cannot be read: {fault.strerror}.") from fault
    return str(path)


def _database_url(name: str, text: str) -> str:
    if not text or text.startswith("sqlite:"):
        return text
    scheme, _, rest = text.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg"} or not rest:
        raise SettingsError(f"{name} must start with sqlite:/// or postgresql://.")
    return f"postgresql+psycopg://{rest}"


def _path(_name: str, text: str) -> Path:
    return Path(text).absolute()


READERS: dict[str, Callable[[str, str], object]] = {
    "HOST": _words,
    "PORT": _port,
    "MAIL_HOST": _words,
    "SMTP_PORT": _port,
    "LMTP_PORT": _port,
    "DATA_DIR": _path,
    "DATABASE_URL": _database_url,
    "SECRET_KEY": _words,
    "ADDRESS_KEYS": _words,
    "RELAY_DOMAIN": _domain,
    "MARKET_NAME": _words,
    "OUTBOUND_SMTP_URL": _server_url("smtp", "smtps"),
    "IMAP_URL": _server_url("imap", "imaps"),
    "DESK_LANGUAGES": _languages,
    "ANSWER_WITHIN_HOURS": _count,
    "LAST_CALL_MINUTES": _count,
    "UNDO_SECONDS": _count,
    "MAIL_MAX_BYTES": _count,
    "PORTAL_URL": _web_url,
    "DESK_URL": _web_url,
    "WEBHOOK_URL": _hook_url,
    "WEBHOOK_SECRET": _words,
    "SENDER_AUTH": _one_of("off", "enforce"),
    "SENDER_AUTH_OFF_REALLY": _one_of("yes", "no"),
    "TRUSTED_AUTHSERV_ID": _words,
    "TRUSTED_FRONTS": _networks,
    "RATE_PER_MASK": _count,
    "RATE_PER_SENDER": _count,
    "RATE_PER_IP": _count,
    "REOPEN_WITHIN_DAYS": _count,
    "DKIM_KEY": _readable_file,
    "DKIM_SELECTOR": _words,
    "TRANSLATION_MAX_MODELS": _count,
    "PACKAGE_INDEX": _web_url,
    "PACKAGE_HOSTS": _hosts,
    "WEB_PROCESSES": _count,
    "SURVEY": _one_of("on", "off"),
    "SURVEY_AFTER_HOURS": _count,
    "SURVEY_REST_DAYS": _count,
    "KEEP_SENT_DAYS": _count,
    "SECOND_FACTOR": _one_of("optional", "supervisors", "everyone"),
}


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` asks for, secrets and folders made where they are missing.

    Raises `SettingsError` for the first variable that cannot be used. An empty variable counts
    as one that is not set.
    """
    given = {
        name.lower(): reader(name, environ[name])
        for name, reader in READERS.items()
        if environ.get(name)
    }
    return complete(Settings(**given))  # type: ignore[arg-type]


def complete(settings: Settings) -> Settings:
    """`settings` with what was left open filled from DATA_DIR, which is made when absent."""
    data_dir = settings.data_dir.absolute()
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret_key = settings.secret_key or _kept_secret(data_dir / "secret_key")
    except OSError as fault:
        raise SettingsError(f"DATA_DIR cannot be written: {fault.strerror}.") from fault
    if bool(settings.dkim_key) != bool(settings.dkim_selector):
        raise SettingsError("DKIM_KEY and DKIM_SELECTOR are set together or not at all.")
    if bool(settings.webhook_url) != bool(settings.webhook_secret):
        raise SettingsError("WEBHOOK_URL and WEBHOOK_SECRET are set together or not at all.")
    return replace(
        settings,
        data_dir=data_dir,
        secret_key=secret_key,
        sender_auth=_sender_auth(settings),
        database_url=settings.database_url or f"sqlite:///{data_dir / 'dragoman.db'}",
    )


def _sender_auth(settings: Settings) -> str:
    """`off` where only tests can write in, `enforce` elsewhere; `off` in the open must be meant."""
    is_test = settings.relay_domain.endswith(TEST_DOMAINS)
    if settings.sender_auth == "off" and not is_test and settings.sender_auth_off_really != "yes":
        raise SettingsError(
            "SENDER_AUTH=off lets anybody write in a buyer's name, and RELAY_DOMAIN is a real "
            "domain: set SENDER_AUTH=enforce, or say SENDER_AUTH_OFF_REALLY=yes too."
        )
    return settings.sender_auth or ("off" if is_test else "enforce")


def _kept_secret(path: Path) -> str:
    """The secret in `path`, made once, readable by its owner alone."""
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def write_secret(path: Path, text: str) -> None:
    """Write a new secret file with mode 600. Raises FileExistsError rather than replace one."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text + "\n", "ascii")
