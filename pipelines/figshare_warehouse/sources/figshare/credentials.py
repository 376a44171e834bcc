"""The addresses of Figshare's APIs, and which credentials are sent where."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import urlsplit

from figshare_warehouse.errors import UsageError
from figshare_warehouse.redaction import Redactor
from figshare_warehouse.settings import ClientSettings
from figshare_warehouse.sources.http.retries import Service

API_URL = ClientSettings.api_url
STATS_URL = "https://stats.figshare.com"

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class Access:
    """The addresses of both APIs and the credentials for them.

    Args:
        api_url: base address of the REST API.
        stats_url: base address of the Stats API. None means Figshare's own with Figshare's own REST API, and no Stats
            API with another one: figures of one Figshare must not be mixed with records of another.
        token: sent with requests below `/account` of the REST API only.
        portal: the institution's portal name.
        stats_username: sent with requests below `/PORTAL` of the Stats API only.
        stats_password: likewise.

    Attributes:
        urls: the base address of each service; empty for none.
        redacted: removes the credentials from a text.
        portal: the portal's name, as in paths; None for none.

    Raises:
        UsageError: an address is not http(s), a secret would travel unencrypted, or the Stats API's credentials are
            not usable.
    """

    def __init__(
        self,
        api_url: str,
        stats_url: str | None,
        token: str | None,
        portal: str | None,
        stats_username: str | None,
        stats_password: str | None,
    ) -> None:
        api_url = _base_url("api_url", api_url)
        if stats_url is None and api_url == API_URL:
            stats_url = STATS_URL
        self.urls: dict[Service, str] = {
            "api": api_url,
            "v3": v3_url(api_url),
            "stats": _base_url("stats_url", stats_url) if stats_url else "",
        }
        # Files and environment variables easily add a line break.
        self._token = token = (token or "").strip()
        if token:
            _refuse_unencrypted("The token", api_url)
            if not token.isascii() or not token.isprintable() or " " in token:
                raise UsageError("The token holds characters that are never part of a token: copy it again.")
        self.portal = _portal_name(portal)
        self._stats_credentials = _stats_credentials(self.portal, stats_username, stats_password)
        if self._stats_credentials and stats_url:
            _refuse_unencrypted("The Stats API's password", stats_url)
        sent = basic_auth(self._stats_credentials) if self._stats_credentials else None
        self.redacted = Redactor([self._token, stats_password, sent])

    @property
    def has_token(self) -> bool:
        """Whether there is a token for the REST API."""
        return bool(self._token)

    @property
    def has_stats_credentials(self) -> bool:
        """Whether there are credentials for the institution's scope of the Stats API."""
        return bool(self._stats_credentials and self.urls["stats"])

    @property
    def stats_credentials_mark(self) -> str:
        """A few digits that change with the credentials for the Stats API; empty without any.

        They do not reveal a password: about one in 16 million passwords has the same 24 bits of a slow hash.
        """
        if not self._stats_credentials:
            return ""
        return hashlib.scrypt(self._stats_credentials.encode(), salt=b"figshare-warehouse", n=2**12, r=8, p=1)[:3].hex()

    def token_mark(self, salt: str) -> str:
        """Returns a few digits that change with the token, made with a salt; empty without a token.

        They do not reveal it: about one in 16 million tokens has the same 24 bits of a slow hash.
        """
        if not self._token:
            return ""
        return hashlib.scrypt(self._token.encode(), salt=salt.encode(), n=2**12, r=8, p=1)[:3].hex()

    def authorization(self, service: Service, path: str) -> str | None:
        """Returns the `Authorization` header for a path; None for none."""
        if self._token and is_private(service, path):
            return f"token {self._token}"
        if self._stats_credentials and service == "stats" and path.startswith(f"/{self.portal}/"):
            return f"Basic {basic_auth(self._stats_credentials)}"
        return None


def basic_auth(credentials: str) -> str:
    """Returns `user:password` as HTTP's basic authentication sends it (RFC 7617), in UTF-8."""
    return base64.b64encode(credentials.encode()).decode()


def is_private(service: Service, path: str) -> bool:
    """Returns whether a path needs the token."""
    # v3 gives each institution's item types to those who belong to it.
    return path.startswith("/account") if service == "api" else service == "v3" and path.startswith(_PRIVATE_V3)


_PRIVATE_V3 = ("/account", "/item_types")


def v3_url(api_url: str) -> str:
    """Returns the base address of API v3 that lies beside that of v2; empty where the address is another one."""
    base, slash, version = api_url.rstrip("/").rpartition("/")
    return f"{base}/v3" if slash and version == "v2" else ""


def _base_url(name: str, url: str) -> str:
    if "@" in url:
        raise UsageError(f"{name} must not hold a user name or password.")
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise UsageError(f"{name} must be an address like https://api.figshare.com/v2, not '{url}'.")
    return url.rstrip("/")


def _portal_name(portal: str | None) -> str | None:
    name = (portal or "").strip().strip("/").lower()
    if name and not re.fullmatch(r"[a-z0-9_-]+", name):
        raise UsageError(f"portal must be a name as in NAME.figshare.com, not '{portal}'.")
    return name or None


def _stats_credentials(portal: str | None, username: str | None, password: str | None) -> str | None:
    if not username and not password:
        return None
    if not (portal and username and password):
        raise UsageError(
            "Credentials for the Stats API are portal, stats_username and stats_password, all three (section "
            "sources.figshare)."
        )
    return f"{username}:{password}"


def _refuse_unencrypted(what: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise UsageError(f"{what} would travel unencrypted to {url}: use an https address.")
