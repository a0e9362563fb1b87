"""The page of a case and its print view: the same requests to the services, at the same time."""

from typing import Any, Final
from uuid import UUID

from flask import Flask, g, render_template, request

from services.web import parts
from services.web.case.page import CasePage, page_of
from services.web.doing.allowed import answers_for, is_refused
from services.web.doing.reaching import obstacle_of
from services.web.doing.table import ACTS
from services.web.guarding import for_sessions, signed_in
from services.web.path.layout import MARK
from services.web.sign_in.not_shown import instead_of
from services.web.upstream import reads
from services.web.words.speech import LANE_NAMES, MISSING

#: A page asks this many times whether it has changed, after this time (seconds).
MOST_ASKED, ASKED_AGAIN = 12, 3
ASKED: Final = frozenset(map(str, range(MOST_ASKED)))


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/cases/<uuid:case_id>", view_func=show_case)
    app.add_url_rule("/cases/<uuid:case_id>/settling", view_func=show_settling)
    app.add_url_rule("/cases/<uuid:case_id>/print", view_func=print_case)


@for_sessions
def show_case(case_id: UUID) -> str | tuple[str, int]:
    """Show the parts of a case that the services show to the person."""
    return _page(case_id, "case.html")


@for_sessions
def show_settling(case_id: UUID) -> str | tuple[str, int]:
    """Show whether the case's page will change in a moment. The page asks this automatically.

    If it has changed, the answer has the browser load the content of the page.
    """
    asked = request.args.get("asked", "")
    return _page(case_id, "settling.html", asked=int(asked) if asked in ASKED else MOST_ASKED)


@for_sessions
def print_case(case_id: UUID) -> str | tuple[str, int]:
    """Show the milestones and the open deadlines of a case on one page, to print."""
    return _page(case_id, "case_print.html")


def _page(case_id: UUID, template: str, *, asked: int = 0) -> str | tuple[str, int]:
    desk = parts.current()
    answers = desk.upstream.together(reads.case(case_id), desk.caller())
    instead = instead_of(answers["intake"])
    if instead is not None:
        return instead
    return render_template(
        template, case_id=case_id, asked=asked, **_shown(page_of(answers, desk.today(), desk.settings.zone))
    )


def _shown(page: CasePage) -> dict[str, Any]:
    return {
        "page": page,
        "lanes": LANE_NAMES,
        "most_asked": MOST_ASKED,
        "asked_again": ASKED_AGAIN,
        "size": MARK,
        "obstacle_of": obstacle_of,
        "question_forms": answers_for(signed_in().tokens.roles, page.case),
        "act_titles": {
            code: act.title for code, act in ACTS.items() if not is_refused(act.operation.action, page.case)
        },
        "missing_texts": MISSING,
        "withheld": g.speech.withheld(page.withheld),
        "today": parts.current().today(),
        "me": signed_in().tokens.member,
    }
