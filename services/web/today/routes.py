"""The start page, and the alerts on it."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, abort, make_response, redirect, render_template, request

from services.web import parts
from services.web.guarding import for_sessions
from services.web.sign_in.routes import notice, refused_token
from services.web.upstream import reads
from services.web.upstream.client import Answer
from services.web.words.texts import gettext as _
from services.web.words.texts import gettext_noop

#: The number of due items that the work list shows for each case; the page of the case shows all.
MOST_ITEMS: Final = 3
_DONE: Final = gettext_noop("The alert is yours now. It is not escalated further.")


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/", view_func=today)
    app.add_url_rule("/alerts", view_func=alerts)
    app.add_url_rule("/alerts/<uuid:alert>/acknowledgement", view_func=acknowledge, methods=["POST"])


@for_sessions
def today() -> str | tuple[str, int]:
    """Show the alerts that are addressed to the person, and their work list."""
    asks = {"me": reads.me(), "alerts": reads.alerts(), "list": reads.work_list(request.args.get("after"))}
    answers = parts.current().upstream.together(asks, parts.current().caller())
    if answers["me"].is_refused_token:
        return refused_token()
    work = answers["list"]
    return render_template(
        "today.html",
        here="today",
        today=parts.current().today(),
        me=answers["me"].document if answers["me"].is_good else {"name": None, "roles": []},
        cases=work.document.get("cases", []),
        offers=work.document.get("offers", []),
        following=work.document.get("next"),
        list_state="away" if work.is_away else "hidden" if not work.is_good else "shown",
        most_items=MOST_ITEMS,
        done=_(_DONE) if request.args.get("done") == "1" else "",
        **_alerts(answers["alerts"]),
    )


@for_sessions
def alerts() -> str:
    """Show only the alerts; the page requests them every minute."""
    return render_template(
        "alerts.html", **_alerts(parts.current().upstream.send(reads.alerts(), parts.current().caller()))
    )


@for_sessions
def acknowledge(alert: UUID) -> Response | tuple[str, int]:
    """Acknowledge an alert without opening its case."""
    try:
        case_id = UUID(request.form["case"]) if "case" in request.form else None
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST)
    ask = reads.acknowledge(alert, case_id, request.form.get("key", ""))
    answer = parts.current().upstream.send(ask, parts.current().caller())
    if answer.is_good:
        return make_response(redirect("/?done=1", HTTPStatus.SEE_OTHER))
    if answer.is_away:
        text = _("The service for support does not answer, so the alert is not acknowledged. Call your colleagues now.")
        return notice(_("Not acknowledged"), text, link=("/", _("Try again"))), HTTPStatus.SERVICE_UNAVAILABLE
    reason = str(answer.document.get("detail", _("Another person may have acknowledged it already.")))
    return notice(_("Not acknowledged"), reason, link=("/", _("Back to today"))), answer.status


# control: H-DESK-6 missing-parts-are-named
def _alerts(answer: Answer) -> dict[str, Any]:
    found = answer.document if answer.is_good else {}
    return {
        "alerts": [
            *found.get("alerts", ()),
            *({**waiting, "danger_type": None, "case": None, "level": 0} for waiting in found.get("waiting", ())),
        ],
        "alerts_away": answer.is_away,
    }
