"""Routes for opening, reading, closing and reopening a case, its opening, law and timeline, and accepting offers."""

from typing import Final

from services.intake.agencies.report.topic import OFFER
from services.intake.cases.lifecycle import events, rules, schemas
from services.intake.cases.lifecycle.actions import closing, opening, parts, whole
from services.intake.cases.lifecycle.schemas import closings
from services.intake.facts.case.topic import CASE
from shared.casework.timeline_view import QUERY
from shared.http import Call, CallInPieces, Reply, get, post, route
from shared.runtime.topics import Topic


@route(
    "POST",
    "/v1/case-openings",
    action="case.open",
    body=schemas.OpenCases,
    in_pieces=True,
    reply=schemas.CasesOpened,
    headers={
        "Retry-After": "seconds to wait before the request is repeated for cases that are `waiting`; else not sent"
    },
)
def open_cases(call: CallInPieces[schemas.OpenCases]) -> Reply:
    """Open contacts of several people found together, a case for each; nothing that is kept connects them."""
    people = opening.open_cases(call.pieces, call.command, by=call.principal)
    waits = any(person["status"] == "waiting" for person in people)
    return Reply({"people": people}, headers={"Retry-After": "1"} if waits else {})


@route("GET", CASE, action="case.read", query=(parts.WITH,), reply=schemas.CaseFile, only_reads=True)
def read_case(call: Call) -> Reply:
    """Return a case: its path, its team, its clocks; with the parts that are asked for."""
    names = parts.asked_parts(call.query)
    shown = whole.read_case(call.session, call.case, call.now, by=call.principal, sight=call.sight)
    if not names:
        return Reply(shown, version=shown["version"])
    found = parts.parts_of(call, names, shown["version"])
    return Reply(shown, version=shown["version"], beside={"parts": found.shown}, also_noted=found.noted)


_PROPOSALS: Final = f"{CASE}/closing-proposals"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "case.read",
            f"{CASE}/timeline",
            whole.read_timeline,
            reply=schemas.CaseTimeline,
            query=QUERY,
            only_reads=True,
        ),
        post(
            "offer.accept",
            f"{OFFER}/acceptance",
            opening.accept_offer,
            changes=True,
            reply=schemas.AcceptedOffer,
        ),
        post("case.open", "/v1/cases", opening.open_case, creates=True),
        post("opening.correct", f"{CASE}/opening/corrections", opening.correct_opening, creates=True),
        post("anonymity.choose", f"{CASE}/anonymity", opening.choose_anonymity, creates=True),
        post("law.change", f"{CASE}/law", opening.change_law, creates=True),
        post("closing.propose", _PROPOSALS, closing.propose_closing, creates=True),
        post("case.close", f"{CASE}/closure", closing.close_case, changes=True, reply=closings.ChangedCase),
        post("case.reopen", f"{CASE}/reopening", closing.reopen_case, changes=True, reply=closings.ChangedCase),
        get("closing.read", _PROPOSALS, closing.read_proposals, reply=closings.ClosingProposals),
        post(
            "closing.confirm",
            f"{_PROPOSALS}/<uuid:proposal>/confirmation",
            closing.answer_closing,
            changes=True,
            reply=closings.AnsweredClosing,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)
