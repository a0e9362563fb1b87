"""The start page: alerts that wait for the person, and the work lists of the person and of their team."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, abort, g, make_response, redirect, render_template, request

from services.web import parts
from services.web.doing.table.second_person import CONFIRMING
from services.web.guarding import for_sessions, signed_in
from services.web.saying import led_to, said
from services.web.sign_in.routes import notice, refused_token
from services.web.today.page import FILTERS, LISTS, Alerts, Chosen, alerts_of, second_of, taken_of, work_list_of
from services.web.upstream import reads
from services.web.upstream.client import SHOWN, Answer, Document
from services.web.upstream.holding import HELD_SECONDS
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop
from shared.reference import JURISDICTIONS

#: The number of due items that the work list shows for each case; the page of the case shows all.
MOST_ITEMS: Final = 3
_ACKNOWLEDGED: Final = "acknowledged"
_DONE: Final = gettext_noop("The alert is yours now. It is not escalated further.")
#: The time after which a page asks for alerts again (seconds): with room to hold the request, and without.
SOON, LATER = 1, 60


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/", view_func=today)
    app.add_url_rule("/alerts", view_func=alerts)
    app.add_url_rule("/alerts/<uuid:alert>/acknowledgement", view_func=acknowledge, methods=["POST"])
    app.add_url_rule("/sound", view_func=choose_sound, methods=["POST"])


@for_sessions
def today() -> str | tuple[str, int]:
    """Show the alerts that are addressed to the person, and a work list."""
    laws, since = sorted(JURISDICTIONS), signed_in().visited_before
    chosen = Chosen.read(request.args, laws)
    asks = {
        "alerts": reads.alerts_with_taken(),
        "list": reads.work_list(**chosen.asked(since)),
        "requests": reads.contact_requests(),
    }
    if CONFIRMING & frozenset(signed_in().tokens.roles):
        asks["second"] = reads.confirmations()
    answers = parts.current().upstream.together(asks, parts.current().caller())
    if answers["list"].is_refused_token:  # the other services may not know a new member of staff yet
        return refused_token()
    work = work_list_of(answers["list"], since)
    return render_template(
        "today.html",
        here="today",
        today=parts.current().today(),
        me=signed_in().tokens,
        work=work,
        requests=answers["requests"],
        chosen=chosen,
        second=second_of(answers.get("second")),
        taken=taken_of(answers["alerts"], work, signed_in().tokens.member),
        lists=LISTS,
        filters=FILTERS,
        laws=laws,
        since=since,
        most_items=MOST_ITEMS,
        done=_(_DONE) if said() == _ACKNOWLEDGED else "",
        **_shown(alerts_of(answers["alerts"]), SOON),
    )


@for_sessions
def alerts() -> str:
    """Show only the alerts. A page asks for them automatically; the answer comes when they change."""
    g.is_by_itself = True
    known = request.args.get("known", "")
    if request.args.get("wait") != "1":
        return render_template("alerts.html", **_shown(alerts_of(_read(known)), LATER))
    with parts.current().holding.room(signed_in().cookie) as has_room:
        g.is_held = has_room
        answer = _read(known, HELD_SECONDS if has_room else 0)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        answer, has_room = _read(known), False
    found = alerts_of(answer)
    return render_template("alerts.html", **_shown(found, SOON if has_room and found.state == SHOWN else LATER))


def _read(known: str, wait: int = 0) -> Answer:
    return parts.current().upstream.send(reads.alerts(known, wait), parts.current().caller())


def _shown(found: Alerts, again_after: int) -> dict[str, Any]:
    return {"alerts": found.shown, "alerts_state": found.state, "alerts_mark": found.mark, "again_after": again_after}


@for_sessions
def choose_sound() -> Response:
    """Store whether the person wants a sound for new alerts. The browser stores nothing."""
    parts.current().sessions.set_sound(signed_in(), on=request.form.get("on") == "1")
    return make_response(redirect("/", HTTPStatus.SEE_OTHER))


# control: H-DESK-9 alert-names-its-case
def _second_question(alert: UUID, case_id: UUID | None) -> str:
    """Return the page that names the alert and its case before the person takes care of it."""
    asks = {"alerts": reads.alerts(), **({"case": reads.summary(case_id)} if case_id else {})}
    answers = parts.current().upstream.together(asks, parts.current().caller())
    found = [each for each in alerts_of(answers["alerts"]).shown if each["id"] == str(alert)]
    case = answers["case"].document if case_id and answers["case"].is_good else {}
    name = (case.get("parts") or {}).get("name") or {}
    shown = (name.get("data") or Document(name_state="hidden")) if case else None
    return render_template(
        "alert_confirm.html",
        here="today",
        id=alert,
        case=case_id,
        alert=found[0] if found else None,
        number=case.get("number", ""),
        summary=shown,
        key=request.form.get("key", ""),
    )


@for_sessions
def acknowledge(alert: UUID) -> Response | tuple[str, int]:
    """Acknowledge an alert without opening its case, once the person has confirmed which one."""
    try:
        case_id = UUID(request.form["case"]) if "case" in request.form else None
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    if request.form.get("sure") != "1":
        return make_response(_second_question(alert, case_id))
    ask = reads.acknowledge(alert, case_id, request.form.get("key", ""))
    answer = parts.current().upstream.send(ask, parts.current().caller())
    if answer.is_good:
        return led_to("/", _ACKNOWLEDGED)
    if answer.is_away:
        text = _("The service for support does not answer, so the alert is not acknowledged. Call your colleagues now.")
        return notice(_("Not acknowledged"), text, link=("/", _("Try again"))), HTTPStatus.SERVICE_UNAVAILABLE
    reason = str(answer.document.get("detail", _("Another person may have acknowledged it already.")))
    return notice(_("Not acknowledged"), reason, link=("/", _("Back to today"))), answer.status
