"""The address in the QR code of a poster: it is counted once, and leads to the first page without the code.

A browser keeps the page to which it was led, so the code is not in its history. The visitor reaches the page whether
the scan was counted or not.
"""

from http import HTTPStatus

from flask import Flask, Response, request

from services.web.public import parts
from services.web.public.intake import SCANS


def add_to(app: Flask) -> None:
    """Add this address to the application."""
    app.add_url_rule("/<spoken:language>/o/<poster:code>", view_func=scanned)


# control: H-PUBLIC-9 scan-leaves-no-code
def scanned(language: str, code: str) -> Response:
    """Count a scan, and lead to the first page of the language."""
    if request.method == "GET":  # a check by HEAD is no visitor
        parts.current().intake.post(SCANS, {"code": code, "language": language}, parts.visitor(language))
    response = Response(status=HTTPStatus.SEE_OTHER)
    response.headers["Location"] = f"/{language}/"
    return response
