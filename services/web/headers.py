"""Headers of requests and answers, for every process with pages.

Browsers, proxies and search engines do not keep pages.
"""

from collections.abc import Sequence
from typing import Final

from flask import Request, Response

#: The header in which a browser states the site of a request. Valid requests come from our own pages or from the
#: address bar.
_SITE: Final = "Sec-Fetch-Site"
_OUR_SITES: Final = (None, "same-origin")


def is_from_own_page(asked: Request) -> bool:
    """Return whether a page of this desk sent this request, according to the browser."""
    return asked.headers.get(_SITE) in _OUR_SITES


def client_address(asked: Request, trusted_header: str) -> str:
    """Return the address of the browser; if there is a proxy of this installation, the proxy states it."""
    stated = asked.headers.get(trusted_header, "") if trusted_header else ""
    return stated.split(",")[-1].strip() or asked.remote_addr or ""


def content_policy(form_origins: Sequence[str]) -> str:
    """Return the content security policy. Forms may lead to the providers, because signing out ends there."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            " ".join(("form-action", "'self'", *form_origins)),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


# control: H-DESK-4 pages-are-not-kept
def add_headers(response: Response, policy: str, *, is_encrypted: bool) -> Response:
    """Add the headers of every answer. Only files with their hash in the address may be cached."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Robots-Tag"] = "noindex"
    if is_encrypted:
        response.headers["Strict-Transport-Security"] = "max-age=63072000"
    return response
