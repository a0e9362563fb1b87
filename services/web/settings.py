"""The settings of web-desk."""

from collections.abc import Mapping
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import attrs
import environ

from services import DESK, DESK_PORT, PORTS
from shared.runtime.common_settings import CommonSettings, read_settings
from shared.runtime.variables import PREFIX, SettingRefused


def _is_origin(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("must be https://host, without a path", attribute)


def _is_zone(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    if value not in available_timezones():
        raise ValueError("must be a time zone", attribute)


def _is_positive(_settings: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if value < 1:
        raise ValueError("must be more than 0", attribute)


@environ.config(prefix=PREFIX, frozen=True)
class DeskSettings(CommonSettings):
    """The settings of web-desk."""

    address: str = environ.var(
        validator=_is_origin,
        help="<SERVICE>_: address of the desk for browsers, such as https://desk.example.org; http:// only on this "
        "machine, and never in production",
    )
    client_secret: str = environ.var(
        "",
        help="<SERVICE>_: the desk's client secret at the providers. Empty: a public client, protected by PKCE",
    )
    threads: int = environ.var(
        64,
        converter=int,
        validator=_is_positive,
        help="<SERVICE>_: number of requests that are processed at the same time",
    )

    zone: str = environ.var(
        "Europe/Amsterdam",
        validator=_is_zone,
        help="<SERVICE>_: the time zone of the times on pages, such as Europe/Bucharest",
    )

    @property
    def is_encrypted(self) -> bool:
        """Return whether browsers reach the desk by TLS, so that its cookies can require TLS."""
        return self.address.startswith("https://")


def load(variables: Mapping[str, str]) -> DeskSettings:
    """Read the settings of web-desk from environment variables. Raises `SettingRefused`, naming the variable."""
    settings = read_settings(DeskSettings, DESK, {**PORTS, DESK: DESK_PORT}, variables)
    if not settings.is_encrypted and (settings.environment == "production" or not _is_loopback(settings.address)):
        raise SettingRefused(
            f"{PREFIX}_{DESK.upper()}_ADDRESS must begin with https://. Without TLS, the session cookie is readable."
        )
    return settings


def _is_loopback(address: str) -> bool:
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
