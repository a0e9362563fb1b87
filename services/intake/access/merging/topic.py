"""Routes for cases that belong together."""

from typing import Final

from services.intake.access.merging import events, rules, schemas
from services.intake.access.merging.actions import duplicates, links, merges, queue
from services.intake.facts.case.topic import CASE
from shared.http import delete, get, post
from shared.runtime.topics import Topic

_DUPLICATES = f"{CASE}/duplicates"
_MERGES = f"{CASE}/merges"


TOPIC: Final = Topic(
    __name__,
    routes=(
        post("case.link", f"{CASE}/links", links.link_cases, creates=True),
        delete("case.link", f"{CASE}/links/<uuid:link>", links.unlink_cases, changes=True),
        post("case.merge", _MERGES, merges.merge_cases, creates=True),
        delete("case.merge", f"{_MERGES}/<uuid:merge>", merges.unmerge_cases, changes=True),
        get("duplicate.read", _DUPLICATES, duplicates.propose_duplicates, reply=schemas.DuplicateProposals),
        get("duplicate.queue", "/v1/duplicates", queue.possible_duplicates, reply=schemas.DuplicateQueue),
        post(
            "duplicate.decline",
            f"{_DUPLICATES}/<uuid:duplicate>/decline",
            duplicates.decline_duplicate,
            changes=True,
            reply=schemas.DeclinedProposal,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
