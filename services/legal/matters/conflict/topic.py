"""Routes of a matter's parties and advisers, and of the conflict checks that follow."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.matters.conflict import events, rules, schemas
from services.legal.matters.conflict.actions import checking, parties, reviewing
from shared.http import get, post
from shared.runtime.topics import Topic

_FILE: Final = f"{CASE}/matter-files/<uuid:file>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "matter_file.read", f"{_FILE}/parties", parties.parties_shown, name="read_parties", reply=schemas.PartyList
        ),
        post("matter_file.change", f"{_FILE}/parties", parties.add_party, creates=True),
        post("matter_file.change", f"{_FILE}/members", parties.add_member, creates=True),
        get(
            "matter_file.read",
            f"{_FILE}/conflict-checks",
            checking.checks_shown,
            name="read_checks",
            reply=schemas.AskedChecks,
        ),
        post("conflict.check", f"{_FILE}/conflict-checks", checking.ask_anew, name="check_conflicts", creates=True),
        get("conflict.list", "/v1/conflict-checks", reviewing.to_review, name="list_checks", reply=schemas.ReviewList),
        post("conflict.review", f"{CASE}/conflict-checks/<uuid:check>/answer", reviewing.answer_check, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=checking.ON_TIMER,
)
