"""The pages of actions: the list of a case's actions, each action's form, and the form that was sent."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Flask, Response, abort, g, make_response, redirect, render_template, request

from services.web import parts
from services.web.doing import answering, drafting, pages, submitting
from services.web.doing.act import NAMES_ITS_RECORD, Act
from services.web.doing.context import Context, context_of
from services.web.doing.table import ACTS
from services.web.doing.table.opening import OPENERS
from services.web.doing.table.referral import DECIDING
from services.web.doing.table.second_person import CONFIRMING
from services.web.guarding import for_sessions, signed_in
from services.web.sign_in.routes import refused_token
from services.web.upstream.client import Ask

#: The roles that read requests to be contacted.
READERS: Final = frozenset(("caseworker", "outreach_worker", "supervisor"))
#: The roles that can lead a case.
LEADS: Final = frozenset(
    ("caseworker", "counsellor", "legal_adviser", "outreach_worker", "supervisor", "support_worker")
)
CASE_FORM, OTHER_FORM = "/cases/<uuid:case_id>/do/<code>", "/do/<code>"


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/do", view_func=start)
    app.add_url_rule("/offers", view_func=offers)
    app.add_url_rule("/confirmations", view_func=confirmations)
    app.add_url_rule("/cases/<uuid:case_id>/do", view_func=actions_of_case)
    for path in (CASE_FORM, OTHER_FORM):
        for address in (path, f"{path}/<uuid:record>"):
            app.add_url_rule(address, view_func=form)
            app.add_url_rule(address, view_func=submit, methods=["POST"])
            app.add_url_rule(f"{address}/draft", view_func=draft, methods=["POST"])


@for_sessions
def start() -> str:
    """Show what the person's roles can begin without a case."""
    roles = frozenset(signed_in().tokens.roles)
    shown = {"opens": OPENERS, "decides": DECIDING, "contacts": READERS, "confirms": CONFIRMING, "answers": LEADS}
    return render_template("do_start.html", here="do", **{name: own & roles for name, own in shown.items()})


@for_sessions
def offers() -> pages.Page:
    """Show the referrals that agencies offer."""
    answer = parts.current().upstream.send(Ask("intake", "/v1/offered-referrals"), parts.current().caller())
    return pages.listed("offers.html", answer, "offers")


@for_sessions
def confirmations() -> pages.Page:
    """Show what waits for the person as a second person."""
    ask = Ask("intake", "/v1/confirmations", {"with": "names"})
    answer = parts.current().upstream.send(ask, parts.current().caller())
    return pages.listed("confirmations.html", answer, "confirmations")


@for_sessions
def actions_of_case(case_id: UUID) -> pages.Page:
    """Show the actions on a case: those that the person may do now, and why not the others."""
    asks = {name: Ask(name, f"/v1/cases/{case_id}") for name in ("intake", "legal", "support")}
    answers = parts.current().upstream.together(asks, parts.current().caller())
    if answers["intake"].is_refused_token:
        return refused_token()
    if answers["intake"].is_hidden:
        abort(HTTPStatus.NOT_FOUND)
    return pages.actions_of_case(case_id, answers)


def _act(code: str, case_id: UUID | None, record: UUID | None) -> Act:
    """Return the action of an address; there is none if the address lacks what the action is about."""
    act = ACTS.get(code)
    is_of_case = act is not None and act.is_of_case
    needs_record = act is not None and act.source in NAMES_ITS_RECORD
    if act is None or is_of_case != (case_id is not None) or (needs_record and record is None):
        abort(HTTPStatus.NOT_FOUND)
    if record is not None and not (act.records or needs_record):
        abort(HTTPStatus.NOT_FOUND)
    return act


def _sent(code: str, case_id: UUID | None, record: UUID | None) -> Act:
    """Return the action of a form that was sent; such a form names its record."""
    act = _act(code, case_id, record)
    if act.records and record is None:
        abort(HTTPStatus.NOT_FOUND)
    return act


@for_sessions
def form(code: str, case_id: UUID | None = None, record: UUID | None = None) -> pages.Page:
    """Show the form of an action: with the person's draft, if there is one."""
    act = _act(code, case_id, record)
    place = pages.Place(act, case_id, record)
    context = context_of(act, case_id, record)
    is_answer = request.args.get(answering.AGAIN) == "1"
    if is_answer and context.state in ("away", "arriving"):
        # Without the service, the page still shows what was typed.
        context = Context()
    stopped = pages.stopped(place, context)
    if stopped is not None:
        return stopped
    if act.records and record is None:
        return pages.choice_of_record(place, context)
    found = parts.current().drafts.find(parts.current().person(), request.path, parts.current().clock())
    if found is not None and found.reply and is_answer:
        return answering.answer_page(place, context, found)
    return pages.first_form(place, context, found)


def submit(code: str, case_id: UUID | None = None, record: UUID | None = None) -> Response | pages.Page:
    """Send the request of a form. If the session has ended, keep what was typed, and send nothing."""
    act = _sent(code, case_id, record)
    if g.session is None:
        return drafting.keep_of_ended_session(act)
    return _submit(act=act, case_id=case_id, record=record)


@for_sessions
def _submit(act: Act, case_id: UUID | None, record: UUID | None) -> Response | pages.Page:
    place = pages.Place(act, case_id, record)
    if request.form.get("step") == "discard":
        parts.current().drafts.delete(parts.current().person(), request.path)
        return make_response(redirect(request.path, HTTPStatus.SEE_OTHER))
    return submitting.submitted(place, drafting.submission_of(act))


def draft(code: str, case_id: UUID | None = None, record: UUID | None = None) -> str | tuple[str, int]:
    """Keep what the person has typed so far; the page sends this while they type."""
    act = _sent(code, case_id, record)
    if g.session is None:
        return drafting.keep_while_typing_of_ended_session(act)
    return _draft(act=act)


@for_sessions
def _draft(act: Act) -> str:
    return drafting.keep_while_typing(act)
