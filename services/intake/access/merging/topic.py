"""Routes for cases that belong together."""

from typing import Final

from services.intake.access.merging import actions, events, rules, schemas
from services.intake.facts.case.topic import CASE
from shared.http import delete, get, post
from shared.runtime.topics import Topic

_DUPLICATES = f"{CASE}/duplicates"
_MERGES = f"{CASE}/merges"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("case.link", f"{CASE}/links", actions.link_cases, creates=True),
        delete("case.link", f"{CASE}/links/<uuid:link>", actions.unlink_cases, changes=True),
        post("case.merge", _MERGES, actions.merge_cases, creates=True),
        delete("case.merge", f"{_MERGES}/<uuid:merge>", actions.unmerge_cases, changes=True),
        get("duplicate.read", _DUPLICATES, actions.propose_duplicates, reply=schemas.DuplicateProposals),
        post(
            "duplicate.decline",
            f"{_DUPLICATES}/<uuid:duplicate>/decline",
            actions.decline_duplicate,
            changes=True,
            reply=schemas.DeclinedProposal,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
