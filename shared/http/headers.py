"""Headers of answers: the security headers of every answer, and the language of texts.

No answer is a page, so a browser may not display it, embed it or run anything in it. The proxy that ends TLS sets
Strict-Transport-Security: it must not be sent over plain HTTP (RFC 6797).
"""

SECURITY = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: The headers on which the language of a reply depends.
_VARY = "Accept-Language, Authorization"


def of_language(language: str) -> dict[str, str]:
    """Return the headers of a reply whose texts are in the language chosen for its caller."""
    return {"Content-Language": language, "Vary": _VARY}
