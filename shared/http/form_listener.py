"""A listener that answers forms from programs of the installation, such as the broker, with yes or no."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

from shared.http.inner_listener import InnerListener
from shared.http.server.connection import Environ
from shared.telemetry.logs import logger

#: Takes a path, and the fields of a form by name. Returns yes or no.
Answer: TypeAlias = Callable[[str, Mapping[str, str]], bool]
YES, NO = b"allow", b"deny"
LARGEST_FORM: Final = 8 * 1024
_FIELDS_AT_MOST: Final = 32

log = logger()


class FormListener(InnerListener):
    """Listens for forms (POST), each answered with `allow` or `deny`."""

    def __init__(self, listen: str, answer: Answer) -> None:
        """Store where to listen (host:port) and the function that answers. `run` opens the socket."""
        super().__init__(listen)
        self._answer = answer

    def reply(self, environ: Environ) -> tuple[HTTPStatus, bytes]:
        """Return yes or no to a form, or 400 for a body that is not a form."""
        form = _form(environ)
        if form is None:
            return HTTPStatus.BAD_REQUEST, b""
        try:
            return HTTPStatus.OK, YES if self._answer(environ["PATH_INFO"], form) else NO
        except Exception as error:  # noqa: BLE001 - whatever it is, who asks is not let in
            log.warning("form_listener.failed", error=type(error).__name__)
            return HTTPStatus.SERVICE_UNAVAILABLE, b""


def _form(environ: Environ) -> Mapping[str, str] | None:
    """Return the form of a request; None if it is not a form, is too large, or repeats a name."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if environ["REQUEST_METHOD"] != "POST" or "HTTP_TRANSFER_ENCODING" in environ or length > LARGEST_FORM:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS_AT_MOST, errors="strict")
    except ValueError:
        return None
    form = dict(pairs)
    return form if len(form) == len(pairs) else None
