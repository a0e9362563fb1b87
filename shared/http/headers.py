"""Headers that every answer carries. Nothing here is a page: whatever a browser is told to do with it, it may not.

Strict-Transport-Security is left to whatever ends TLS before a service: over plain HTTP it must not be sent (RFC 6797).
"""

from werkzeug.datastructures import Headers

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


def add_security(added_to: Headers) -> None:
    """Add those that an answer does not have."""
    own = {name.lower() for name in added_to.keys()}  # noqa: SIM118 - to walk it yields pairs
    for name, value in SECURITY.items():
        if name.lower() not in own:
            added_to.add(name, value)
