"""The page of a case's consents and of what each agency received; withdrawal in two steps."""

from collections import Counter
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, g, render_template, request

from services.web import parts
from services.web.consents.page import DELETED, ERASE, KEPT, SILENT, deliveries_of, holding_of, page_of
from services.web.guarding import for_sessions
from services.web.saying import led_to, said
from services.web.sign_in.not_shown import instead_of
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream import reads
from services.web.upstream.client import Answer
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

DELIVERY_STATES: Final = {
    "open": gettext_noop("receives"),
    "waiting": gettext_noop("waiting"),
    "ended": gettext_noop("receives nothing more"),
}
WITHDRAWAL_STATES: Final = {
    "not_told": gettext_noop("The agency is not notified yet"),
    "told": gettext_noop("The agency is notified and has not answered"),
}
HOLDINGS: Final = {
    SILENT: gettext_noop("may still hold it: no answer yet"),
    KEPT: gettext_noop("still holds data, as it answered"),
    DELETED: gettext_noop("deleted, as it answered"),
}
_UNNAMED: Final = gettext_noop("an agency")
_CHANGED: Final = gettext_noop(
    "The case was changed in the meantime. Check what the withdrawal reaches, and confirm it again."
)
_NOT_CONFIRMED: Final = gettext_noop(
    "Choose whether the agency should delete what it received, and confirm the withdrawal."
)
_FAILED: Final = gettext_noop(
    "The service for intake does not answer. The consent may not be withdrawn. Try again in a minute."
)


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    case = "/cases/<uuid:case_id>"
    withdrawal = f"{case}/consents/<uuid:consent>/withdrawal"
    app.add_url_rule(f"{case}/consents", view_func=show_consents)
    app.add_url_rule(f"{case}/deliveries", view_func=show_deliveries)
    app.add_url_rule(withdrawal, view_func=preview_withdrawal)
    app.add_url_rule(withdrawal, view_func=withdraw, methods=["POST"])


@for_sessions
def show_consents(case_id: UUID) -> str | tuple[str, int]:
    """Show the consents, and what each agency received."""
    desk = parts.current()
    answers = desk.upstream.together(reads.consents(case_id), desk.caller())
    intake = answers["intake"]
    instead = instead_of(intake)
    if instead is not None:
        return instead
    received = _received(case_id, answers["deliveries"])
    names = _names_of([*(intake.document.get("consents") or ()), *received["deliveries"]])
    page = page_of(intake.document, names, desk.today(), unnamed=_(_UNNAMED))
    return render_template(
        "consents.html",
        page=page,
        done=said() == "withdrawn",
        withheld=g.speech.withheld(page.withheld),
        **received | {"agency_names": names},
    )


@for_sessions
def show_deliveries(case_id: UUID) -> str | tuple[str, int]:
    """Show only what each agency received; the page of the consents requests it every few seconds."""
    g.is_by_itself = True
    desk = parts.current()
    answer = desk.upstream.send(reads.deliveries(case_id), desk.caller())
    if answer.is_refused_token:
        return refused_token()
    return render_template("deliveries.html", **_received(case_id, answer))


@for_sessions
def preview_withdrawal(case_id: UUID, consent: UUID) -> str | tuple[str, int]:
    """Show what a withdrawal would reach, and the form that confirms it."""
    return _preview(case_id, consent, key=token_urlsafe(24))


@for_sessions
def withdraw(case_id: UUID, consent: UUID) -> Response | str | tuple[str, int]:
    """Withdraw a consent, if the case still is as the person saw it."""
    form = request.form
    erase, key = form.get("erase", ""), form.get("key", "")
    if erase not in ERASE or form.get("sure") != "yes" or not key:
        return _preview(case_id, consent, key=key or token_urlsafe(24), erase=erase, error=_(_NOT_CONFIRMED))
    ask = reads.withdraw(case_id, consent, erase=ERASE[erase], key=key, version=form.get("version", ""))
    answer = parts.current().upstream.send(ask, parts.current().caller())
    if answer.is_good:
        return led_to(f"/cases/{case_id}/consents", "withdrawn")
    if answer.is_refused_token:
        return refused_token()
    if answer.is_away:
        return notice(_("Not withdrawn"), _(_FAILED), link=(f"/cases/{case_id}/consents", _("Back"))), 503
    # A new key: the request with the old one was answered.
    is_changed = answer.status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)
    refused = str(answer.document.get("detail") or _("The service refused this withdrawal."))
    error = _(_CHANGED) if is_changed else refused
    return _preview(case_id, consent, key=token_urlsafe(24), erase=erase, error=error)


def _preview(case_id: UUID, consent: UUID, *, key: str, erase: str = "", error: str = "") -> str | tuple[str, int]:
    desk = parts.current()
    answer = desk.upstream.send(reads.withdrawal_preview(case_id, consent), desk.caller())
    instead = instead_of(answer)
    if instead is not None:
        return instead
    form = {"key": key, "version": answer.etag, "erase": erase, "error": error}
    page = render_template(
        "withdrawal.html", case_id=case_id, consent=consent, holders=answer.document.get("holders") or (), **form
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if error else page


# control: H-DESK-6 missing-parts-are-named
def _received(case_id: UUID, answer: Answer) -> dict[str, Any]:
    state, deliveries = deliveries_of(answer)
    holdings = [holding_of(each) for each in deliveries]
    return {
        "holdings": holdings,
        "holding_words": HOLDINGS,
        "counts": Counter(holdings),
        "case_id": case_id,
        "deliveries": deliveries,
        "deliveries_state": state,
        "agency_names": _names_of(deliveries),
        "delivery_states": DELIVERY_STATES,
        "withdrawal_states": WITHDRAWAL_STATES,
    }


def _names_of(stated: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the agencies that the law names by a code, or that the service for agencies names."""
    named = {each["agency"]: each.get("name") or "" for each in stated if each.get("agency")}
    by_law = {
        each["agency"]: g.speech.word("authority", each["agency_code"]) for each in stated if each.get("agency_code")
    }
    return {agency: name for agency, name in (named | by_law).items() if name}
