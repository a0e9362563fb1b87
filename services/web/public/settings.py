"""The settings of web-public."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import attrs
import environ

from services import PORTS, PUBLIC, PUBLIC_PORT
from shared.runtime.process_settings import ProcessSettings, read_process_settings
from shared.runtime.variables import PREFIX, PRODUCTION, SettingRefused


def _is_page(_settings: object, attribute: "attrs.Attribute[str]", value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be the https:// address of a page", attribute)


def _is_positive(_settings: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if value < 1:
        raise ValueError("must be more than 0", attribute)


@environ.config(prefix=PREFIX, frozen=True)
class PublicSettings(ProcessSettings):
    """The settings of web-public. None is a key, a token or a database."""

    address: str = environ.var(
        help="<SERVICE>_: address of the public pages for browsers, such as https://info.example.org; http:// only "
        "on this machine, and never in production",
    )
    leave_to: str = environ.var(
        "https://www.wikipedia.org/",
        validator=_is_page,
        help="<SERVICE>_: the page that the button for leaving opens: an inconspicuous site that exists in each "
        "language and sends nothing back",
    )
    threads: int = environ.var(
        32,
        converter=int,
        validator=_is_positive,
        help="<SERVICE>_: number of requests that are processed at the same time",
    )

    @property
    def is_encrypted(self) -> bool:
        """Return whether browsers reach the pages by TLS."""
        return self.address.startswith("https://")

    @property
    def leave_origin(self) -> str:
        """Return the origin of the page that the button for leaving opens."""
        parts = urlsplit(self.leave_to)
        return f"{parts.scheme}://{parts.netloc}"


def load(variables: Mapping[str, str]) -> PublicSettings:
    """Read the settings of web-public from environment variables. Raises `SettingRefused`, naming the variable."""
    settings = read_process_settings(PublicSettings, PUBLIC, {**PORTS, PUBLIC: PUBLIC_PORT}, variables)
    is_here = urlsplit(settings.address).hostname in ("127.0.0.1", "localhost", "::1")
    if not settings.is_encrypted and (settings.environment == PRODUCTION or not is_here):
        raise SettingRefused(
            f"{PREFIX}_{PUBLIC.upper()}_ADDRESS must begin with https://. Without TLS, others read along."
        )
    if settings.environment == PRODUCTION and not settings.public_secret:
        raise SettingRefused(
            f"{PREFIX}_PUBLIC_SECRET is not set (nor {PREFIX}_PUBLIC_SECRET_FILE). Without it, intake counts all "
            "visitors as one, and one of them can lock out the others."
        )
    return settings
