"""Routes of a matter's parties and advisers, and of the conflict checks that follow."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.matters.conflict import actions, events, rules, schemas
from shared.http import get, post
from shared.runtime.topics import Topic

_FILE: Final = f"{CASE}/matter-files/<uuid:file>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "matter_file.read", f"{_FILE}/parties", actions.parties_shown, name="read_parties", reply=schemas.PartyList
        ),
        post("matter_file.change", f"{_FILE}/parties", actions.add_party, creates=True),
        post("matter_file.change", f"{_FILE}/members", actions.add_member, creates=True),
        get(
            "matter_file.read",
            f"{_FILE}/conflict-checks",
            actions.checks_shown,
            name="read_checks",
            reply=schemas.AskedChecks,
        ),
        post("conflict.check", f"{_FILE}/conflict-checks", actions.ask_anew, name="check_conflicts", creates=True),
        get("conflict.list", "/v1/conflict-checks", actions.to_review, name="list_checks", reply=schemas.ReviewList),
        post("conflict.review", f"{CASE}/conflict-checks/<uuid:check>/answer", actions.answer_check, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=actions.ON_TIMER,
)
