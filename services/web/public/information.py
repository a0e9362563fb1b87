"""Information: short sourced texts about topics, rights, stages and remedies, as far as intake offers them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask, abort

from services.web.public.parts import page, words
from shared.reference.words import ENGLISH, words_of_code, words_of_list

TOPIC: Final = "information_topic"
#: The kinds of texts, in the order in which they are listed.
KINDS: Final = (TOPIC, "victim_right", "identification_stage", "remedy")


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/<spoken:language>/information", view_func=information)
    app.add_url_rule("/<spoken:language>/information/<kind>/<name>", view_func=text)


# control: H-PUBLIC-3 texts-only-in-checked-languages
def texts() -> Mapping[str, Any]:
    """Return the texts of this language by kind and code: none where no native speaker has checked the language.

    The texts speak of rights and deadlines, and a wrong word there can cost a person a right.
    """
    known: Mapping[str, Any] = words().document["information"] if words().is_checked else {}
    return known


def information() -> str:
    """Return the list of texts."""
    if not texts():
        abort(HTTPStatus.NOT_FOUND)
    listed = {
        kind: {key: title_of(key) for key in texts() if key.partition("/")[0] == kind}
        for kind in KINDS
        if any(key.startswith(f"{kind}/") for key in texts())
    }
    return page("information.html", listed=listed, heading_of=heading_of)


def text(kind: str, name: str) -> str:
    """Return one text with its sources."""
    key = f"{kind}/{name}"
    if key not in texts():
        abort(HTTPStatus.NOT_FOUND)
    return page("text.html", key=key, title=title_of(key), entry=texts()[key])


def title_of(key: str) -> str:
    """Return the title of a text: the words of the public site, or the English words of the code."""
    kind, _, name = key.partition("/")
    return words().text(key) if kind == TOPIC else words_of_code(kind, name, ENGLISH).label


def heading_of(kind: str) -> str:
    """Return the title of a kind of texts, in English."""
    return words_of_list(kind, ENGLISH)
