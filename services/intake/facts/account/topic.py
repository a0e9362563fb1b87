"""Routes for accounts that a person gave."""

from typing import Final

from services.intake.facts.account import actions, events, rules
from services.intake.facts.case.topic import CASE
from shared.http import post
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("account.record", f"{CASE}/accounts", actions.record_account, creates=True, part="accounts"),
        post("account.record", f"{CASE}/accounts/<uuid:account>/correction", actions.correct_account, creates=True),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
