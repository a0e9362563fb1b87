"""The page of a case's consents and of the data that each agency received."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Flask, g, render_template

from services.web import parts
from services.web.consents.page import DELETED, KEPT, SILENT, deliveries_of, holding_of, page_of
from services.web.doing.allowed import is_refused
from services.web.guarding import for_sessions
from services.web.saying import said
from services.web.sign_in.not_shown import instead_of
from services.web.sign_in.routes import refused_token
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
#: The action that a withdrawal needs, as the access table names it.
WITHDRAW: Final = "consent.withdraw"
UNNAMED: Final = gettext_noop("an agency")


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    case = "/cases/<uuid:case_id>"
    app.add_url_rule(f"{case}/consents", view_func=show_consents)
    app.add_url_rule(f"{case}/deliveries", view_func=show_deliveries)


@for_sessions
def show_consents(case_id: UUID) -> str | tuple[str, int]:
    """Show the consents, and the data that each agency received."""
    desk = parts.current()
    answers = desk.upstream.together(reads.consents(case_id), desk.caller())
    intake = answers["intake"]
    instead = instead_of(intake)
    if instead is not None:
        return instead
    received = _received(case_id, answers["deliveries"])
    names = names_of([*(intake.document.get("consents") or ()), *received["deliveries"]])
    page = page_of(intake.document, names, desk.today(), unnamed=_(UNNAMED))
    return render_template(
        "consents.html",
        page=page,
        done=said() == "withdrawn",
        may_withdraw=not is_refused(WITHDRAW, intake.document),
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


# control: H-DESK-6 missing-parts-are-named
def _received(case_id: UUID, answer: Answer) -> dict[str, Any]:
    state, stated = deliveries_of(answer)
    names = names_of(stated)
    deliveries = sorted(stated, key=lambda each: names.get(each["agency"], "").casefold())
    holdings = [holding_of(each) for each in deliveries]
    return {
        "holdings": holdings,
        "holding_words": HOLDINGS,
        "counts": Counter(holdings),
        "case_id": case_id,
        "deliveries": deliveries,
        "deliveries_state": state,
        "agency_names": names,
        "delivery_states": DELIVERY_STATES,
        "withdrawal_states": WITHDRAWAL_STATES,
    }


def names_of(stated: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of the agencies that the law names by a code, or that the service for agencies names."""
    named = {each["agency"]: each.get("name") or "" for each in stated if each.get("agency")}
    by_law = {
        each["agency"]: g.speech.word("authority", each["agency_code"]) for each in stated if each.get("agency_code")
    }
    return {agency: name for agency, name in (named | by_law).items() if name}
