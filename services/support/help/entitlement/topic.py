"""Routes for entitlements and their proposals, the event about recovery, and the reactions to periods of intake."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.help.entitlement import actions, events, rules
from services.support.help.entitlement.actions import proposals
from shared.http import post
from shared.runtime.topics import Topic

_ENTITLEMENT: Final = f"{CASE}/entitlements/<uuid:entitlement>"
_PROPOSAL: Final = f"{CASE}/entitlement-proposals/<uuid:proposal>"

TOPIC: Final = Topic(
    __name__,
    routes=(
        post(
            "entitlement.record", f"{CASE}/entitlements", actions.record_entitlement, creates=True, part="entitlements"
        ),
        post("entitlement.ask", f"{_ENTITLEMENT}/asking", actions.ask_for_longer, creates=True),
        post("entitlement.prolong", f"{_ENTITLEMENT}/prolonging", actions.prolong, creates=True),
        post("entitlement.end", f"{_ENTITLEMENT}/ending", actions.end_entitlement, creates=True),
        post("entitlement.correct", f"{_ENTITLEMENT}/correction", actions.correct_entitlement, creates=True),
        post(
            "entitlement.confirm",
            f"{_PROPOSAL}/confirmation",
            proposals.confirm_proposal,
            name="confirm_entitlement",
            creates=True,
        ),
        post(
            "entitlement.refuse",
            f"{_PROPOSAL}/refusal",
            proposals.refuse_proposal,
            name="refuse_entitlement",
            creates=True,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
    reactions=(*actions.REACTIONS, *proposals.REACTIONS),
)
