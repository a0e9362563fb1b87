"""The operators' pages. The services decide who may see them: they answer an operator, and refuse everyone else."""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, abort, render_template, request

from services import PORTS
from services.web import parts
from services.web.guarding import for_sessions
from services.web.operator import asks
from services.web.operator.page import ALARMS, age, alarms_of_agencies, page_of
from services.web.saying import led_to, said
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream.client import SHOWN, Answer, Ask, Document
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

#: The runbooks of the release. If an image does not contain them, a page shows the file's name.
RUNBOOKS: Final = Path(__file__).parents[3] / "docs" / "guides" / "operate" / "runbooks"
SERVICES: Final = tuple(PORTS)
_AWAY: Final = (
    gettext_noop("Not possible now"),
    gettext_noop("The service for agencies does not answer. Try again in a minute."),
)
_DONE: Final = {
    "retry": gettext_noop("The service tries these cases again."),
    "redelivery": gettext_noop("The events are sent again."),
    "test": gettext_noop("A test event is on its way. Its result appears among the attempts."),
    "resumption": gettext_noop("The webhook continues where it stopped."),
}


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/operator", view_func=show_services)
    app.add_url_rule("/operator/waiting/<service>", view_func=show_waiting)
    app.add_url_rule("/operator/waiting/<service>/retry", view_func=retry, methods=["POST"])
    app.add_url_rule("/operator/agencies", view_func=show_agencies)
    app.add_url_rule("/operator/agencies/<uuid:agency>", view_func=show_agency)
    app.add_url_rule("/operator/agencies/<uuid:agency>/webhooks/<uuid:webhook>", view_func=show_webhook)
    app.add_url_rule(
        "/operator/agencies/<uuid:agency>/webhooks/<uuid:webhook>/<any(redelivery, test, resumption):step>",
        view_func=act_on_webhook,
        methods=["POST"],
    )
    app.add_url_rule("/operator/runbooks/<name>", view_func=show_runbook)


@for_sessions
def show_services() -> str | tuple[str, int]:
    """Show the state of each service, the last backup and the alarms."""
    desk = parts.current()
    answers = desk.upstream.together(
        {**{name: asks.operation(name) for name in SERVICES}, "reception": asks.receptions(None)}, desk.caller()
    )
    reception = answers.pop("reception")
    if any(answer.is_refused_token for answer in answers.values()):
        return refused_token()
    page = page_of(answers)
    if page.is_hidden:
        abort(HTTPStatus.NOT_FOUND)
    agencies = reception.document["agencies"] if reception.is_good else []
    return render_template(
        "operator.html",
        here="operator",
        page=page,
        alarms=[*page.alarms, *alarms_of_agencies(agencies)],
        agencies=agencies,
        states=[*(answer.state for answer in answers.values()), reception.state],
        agencies_state=reception.state,
        backup_hours=age(page.backup["made_at"], desk.clock()) if page.backup and page.backup["made_at"] else None,
    )


@for_sessions
def show_waiting(service: str) -> str | tuple[str, int]:
    """Show the cases whose events wait at a service."""
    if service not in SERVICES:
        abort(HTTPStatus.NOT_FOUND)
    answer = _read(asks.holds(service, request.args.get("after")))
    if answer.is_away:
        return notice(_("Not possible now"), _("The service does not answer.")), HTTPStatus.SERVICE_UNAVAILABLE
    return render_template(
        "operator_waiting.html",
        here="operator",
        service=service,
        state=answer.state,
        holds=answer.document["holds"],
        following=answer.document["next"],
        done=_done(),
    )


@for_sessions
def retry(service: str) -> Response | tuple[str, int]:
    """Have a service try the events of one case again, or of all."""
    if service not in SERVICES:
        abort(HTTPStatus.NOT_FOUND)
    source, subject = request.form.get("source", ""), request.form.get("subject", "")
    answer = _send(asks.retry(service, source, _uuid(subject) if subject else None, request.form.get("key", "")))
    return _after(answer, f"/operator/waiting/{service}", "retry")


@for_sessions
def show_agencies() -> str | tuple[str, int]:
    """Show for each agency whether it receives events, and if not, why."""
    answer = _read(asks.receptions(request.args.get("after")))
    if answer.is_away:
        return notice(*map(_, _AWAY)), HTTPStatus.SERVICE_UNAVAILABLE
    return render_template(
        "operator_agencies.html",
        here="operator",
        state=answer.state,
        agencies=answer.document["agencies"],
        following=answer.document["next"],
    )


@for_sessions
def show_agency(agency: UUID) -> str | tuple[str, int]:
    """Show what one agency receives: each condition in turn, and its webhooks."""
    desk = parts.current()
    answers = desk.upstream.together(asks.agency(agency), desk.caller())
    reception = answers["reception"]
    _check(reception)
    if reception.is_away:
        return notice(*map(_, _AWAY)), HTTPStatus.SERVICE_UNAVAILABLE
    if not reception.document["agencies"]:
        abort(HTTPStatus.NOT_FOUND)
    shown: dict[str, Mapping[str, Any]] = {
        name: answer.document if answer.is_good else Document()
        for name, answer in answers.items()
        if name != "reception"
    }
    return render_template(
        "operator_agency.html",
        here="operator",
        agency=reception.document["agencies"][0],
        missing=[name for name, answer in answers.items() if answer.is_away],
        states={name: _state(answer) for name, answer in answers.items()},
        **shown,
    )


@for_sessions
def show_webhook(agency: UUID, webhook: UUID) -> str | tuple[str, int]:
    """Show a webhook and its last attempts."""
    desk = parts.current()
    answers = desk.upstream.together(asks.webhook(agency, webhook, request.args.get("after")), desk.caller())
    for answer in answers.values():
        _check(answer)
        if answer.is_away:
            return notice(*map(_, _AWAY)), HTTPStatus.SERVICE_UNAVAILABLE
    return render_template(
        "operator_webhook.html",
        here="operator",
        agency=agency,
        webhook=answers["webhook"].document,
        etag=answers["webhook"].etag,
        state=answers["attempts"].state,
        attempts=answers["attempts"].document["attempts"],
        following=answers["attempts"].document["next"],
        done=_done(),
    )


@for_sessions
def act_on_webhook(agency: UUID, webhook: UUID, step: str) -> Response | tuple[str, int]:
    """Send events again, send a test event, or resume a webhook."""
    path = f"/operator/agencies/{agency}/webhooks/{webhook}"
    after = request.form.get("after", "")
    if step == "redelivery" and not (after.isascii() and after.isdecimal()):
        text = _("Type the position after which events are sent again, as a number.")
        return notice(_("Not sent"), text, link=(path, _("Back"))), HTTPStatus.BAD_REQUEST
    ask = asks.on_webhook(
        agency,
        webhook,
        step,
        after=int(after) if step == "redelivery" else None,
        key=request.form.get("key", ""),
        etag=request.form.get("etag", ""),
    )
    return _after(_send(ask), path, step)


@for_sessions
def show_runbook(name: str) -> str:
    """Show the runbook of an alarm."""
    if name not in ALARMS:
        abort(HTTPStatus.NOT_FOUND)
    file = RUNBOOKS / f"{name}.md"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return render_template("runbook.html", here="operator", name=name, text=text)


def _read(ask: Ask) -> Answer:
    answer = _send(ask)
    _check(answer)
    return answer


def _send(ask: Ask) -> Answer:
    desk = parts.current()
    return desk.upstream.send(ask, desk.caller())


def _check(answer: Answer) -> None:
    """Abort with 404 unless the services show this to the person, or do not answer."""
    if not (answer.is_good or answer.is_away):
        abort(HTTPStatus.NOT_FOUND)


def _state(answer: Answer) -> str:
    """Return the state of a part of an agency's page. An operator sees each part that there is."""
    return SHOWN if answer.status == HTTPStatus.NOT_FOUND else answer.state


def _after(answer: Answer, path: str, done: str) -> Response | tuple[str, int]:
    """Return to a page after a step, or say why the step was refused."""
    if answer.is_good:
        return led_to(path, done)
    if answer.is_away:
        text = _("The service does not answer. Nothing was changed as far as this page knows.")
        return notice(_("Not done"), text, link=(path, _("Back"))), HTTPStatus.SERVICE_UNAVAILABLE
    reason = str(answer.document["detail"] or _("The service refused this."))
    return notice(_("Not done"), reason, link=(path, _("Back"))), answer.status


def _done() -> str:
    text = _DONE.get(said())
    return _(text) if text else ""


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
