"""The states of each page. A state is a request and the services' responses to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from services.web.doing.act import NAMES_ITS_RECORD, Source
from services.web.doing.table import ACTS
from tests.kit import desk_operator, desk_register
from tests.kit.desk_doing import RECORD
from tests.kit.desk_pages import ALERT, CASE, NOON
from tests.kit.desk_states.changes import (
    Change,
    agency_differs,
    all_answer,
    answer_differs,
    broken_search,
    changed_meanwhile,
    is_arriving,
    is_away,
    is_calculating,
    name_is,
    not_allowed,
    nothing_answers,
    operation_is,
    part_answers,
    received_by,
    reception_is,
    refuses,
    refuses_fields,
    safe_contact_differs,
)
from tests.kit.desk_states.world import CONSENT, World

#: The person who opens the page: with every role, with few roles, without a session, or with an expired session.
ALL_ROLES, COLLEAGUE, NOBODY, ENDED = "all roles", "colleague", "nobody", "ended"


@dataclass(frozen=True)
class State:
    """A page in one state.

    `form`: the fields to send, in addition to the hidden inputs of the page.
    """

    name: str
    path: str
    status: int = 200
    change: Change = field(default=lambda _: None)
    form: dict[str, str] | None = None
    #: The page that contains the form, if it is another page.
    drawn_at: str = ""
    #: The message that the page shows once.
    said: str = ""
    #: Fill in every input of the form, as a person does.
    is_filled: bool = False
    #: The change between the page with the form and the response to it.
    then: Change = field(default=lambda _: None)
    who: str = ALL_ROLES
    headers: dict[str, str] = field(default_factory=dict)


_CASE: Final = f"/cases/{CASE}"
_WITHDRAWAL: Final = f"{_CASE}/consents/{CONSENT}/withdrawal"
_AGENCY: Final = f"/register/agencies/{desk_register.AGENCY}"
_WEBHOOK: Final = f"/operator/agencies/{desk_operator.AGENCY}/webhooks/{desk_operator.WEBHOOK}"
#: The pages that show data of the services, and the status of each if no service answers.
PAGES: Final = {
    "/": 200,
    "/?list=team&filter=overdue&law=NL": 200,
    "/alerts": 200,
    _CASE: 503,
    f"{_CASE}/settling?asked=1": 503,
    f"{_CASE}/print": 503,
    f"{_CASE}/paper": 503,
    f"{_CASE}/timeline": 503,
    f"{_CASE}/deadlines/{ALERT}": 503,
    f"{_CASE}/consents": 503,
    f"{_CASE}/deliveries": 200,
    _WITHDRAWAL: 503,
    f"{_CASE}/do": 200,
    "/do": 200,
    "/offers": 503,
    "/confirmations": 503,
    "/contact-requests": 503,
    f"/contact-requests/{RECORD}": 503,
    "/erasures": 503,
    f"/erasures/{RECORD}/letter": 503,
    "/search": 200,
    "/register": 503,
    _AGENCY: 503,
    "/register/staff": 503,
    f"/register/staff/{desk_register.MEMBER}": 503,
    "/register/waiting": 503,
    "/operator": 200,
    "/operator/agencies": 503,
    f"/operator/agencies/{desk_operator.AGENCY}": 503,
    _WEBHOOK: 503,
    "/operator/waiting/intake": 503,
    "/operator/runbooks/CasepathCaseParked": 200,
}
#: Pages that combine the data of several services.
_COMPOSED: Final = (
    "/",
    _CASE,
    f"{_CASE}/print",
    f"{_CASE}/paper",
    f"{_CASE}/timeline",
    f"{_CASE}/consents",
    f"{_CASE}/do",
    "/operator",
)


def states() -> list[State]:
    """Return every state, each with its own name."""
    found = [*_of_every_page(), *_of_some_pages(), *_of_forms(), *_of_steps(), *_of_signing_in(), *_of_errors()]
    assert len({each.name for each in found}) == len(found)
    return found


def _of_every_page() -> Iterator[State]:
    for path, status in PAGES.items():
        yield State(f"{path} shown", path)
        yield State(f"{path} empty", path, -1, World.empty)
        yield State(f"{path} away", path, status, World.away)
        yield State(f"{path} hidden", path, -1, all_answer(403))
        yield State(f"{path} access ended", path, -1, all_answer(401))
        yield State(f"{path} not answered", path, -1, all_answer(422))
        if path.startswith(("/register", "/operator")):
            yield State(f"{path} to a colleague", path, -1, who=COLLEAGUE)
    for path in ("/", _CASE, "/search"):
        yield State(f"{path} for nobody", path, -1, who=NOBODY)
        yield State(f"{path} session ended", path, 401, who=ENDED)
    for path in _COMPOSED:
        for service in ("intake", "legal", "support", "partners"):
            yield State(f"{path} without {service}", path, -1, is_away(service))


_TOLD: Final = {"consent": CONSENT, "state": "told", "told_at": NOON, "answer": "deleted", "answered_at": NOON}


def _of_some_pages() -> Iterator[State]:
    """Yield the states in which one part of a page differs."""
    member = f"/register/staff/{desk_register.MEMBER}"
    yield State("case: saved", f"{_CASE}", said="saved")
    yield State("case: no safe contact", _CASE, change=safe_contact_differs(recorded=False))
    yield State(
        "case: no way is safe", _CASE, change=safe_contact_differs(ways=[], next_safe_at=None, person_is_missing=True)
    )
    yield State("case: no name", _CASE, change=name_is("hidden"))
    for path in (_CASE, f"{_CASE}/settling?asked=1", f"{_CASE}/print", f"{_CASE}/do", f"{_CASE}/do/raise-alert"):
        yield State(f"{path} arriving", path, -1, change=is_arriving("support"))
    for path in (_CASE, f"{_CASE}/settling?asked=99", f"{_CASE}/print"):
        yield State(f"{path} calculating", path, change=is_calculating)
    yield State("paper: calculating", f"{_CASE}/paper", change=is_calculating)
    for language in ("en", "nl", "vi", "ar"):
        chosen = {"form": "open", "language": language, "number": "112", "next_step": "", "ask_for": ""}
        yield State(f"paper: open, {language}", f"{_CASE}/paper", form=chosen)
        yield State(f"paper: disguised, {language}", f"{_CASE}/paper", form={**chosen, "form": "disguised"})
    yield State("paper: typed", f"{_CASE}/paper", form={}, is_filled=True)
    without_words = answer_differs(("intake", f"/v1/cases/{CASE}"), language="zh")
    yield State("paper: a language without words", f"{_CASE}/paper", change=without_words)
    yield State("consents: withdrawn", f"{_CASE}/consents", said="withdrawn")
    yield State("deliveries: one agency is silent", f"{_CASE}/consents", change=received_by(1))
    yield State("deliveries: every agency deleted", f"{_CASE}/consents", change=received_by(1, withdrawals=[_TOLD]))
    yield State("today: done", "/", said="acknowledged")
    yield State("today: next page", "/?after=x")
    yield State("timeline: one lane", f"{_CASE}/timeline?lane=support")
    yield State("do: saved", "/do", said="saved")
    yield State("confirmations: saved", "/confirmations", said="saved")
    yield State("offers: saved", "/offers", said="saved")
    yield State("letter: chosen language", f"/erasures/{RECORD}/letter?in=nl")
    yield State("requests: returned", "/contact-requests", said="return")
    asked = f"/v1/contact-requests/{RECORD}"
    free = answer_differs(asked, state="received", is_own=False, taken_by=None)
    yield State("request: free", f"/contact-requests/{RECORD}", change=free)
    withdrawn = answer_differs(asked, state="withdrawn", way=None, language=None, jurisdiction=None)
    yield State("request: withdrawn", f"/contact-requests/{RECORD}", change=withdrawn, said="take")
    any_time = answer_differs(f"{asked}/contact", days=[], begins=None, ends=None, may_leave_message=True, story=None)
    yield State("request: any time", f"/contact-requests/{RECORD}", change=any_time)
    for status in (404, 503):
        lost = part_answers(f"{asked}/contact", status)
        yield State(f"request: contact {status}", f"/contact-requests/{RECORD}", change=lost)
    yield State("today: few requests", "/", change=answer_differs("/v1/contact-requests", next=None))
    yield State("today: requests away", "/", change=part_answers("/v1/contact-requests", 503))
    for state in ("suspended", "ended"):
        yield State(f"agency: {state}", _AGENCY, change=agency_differs(state=state))
    yield State("agency: named by law", _AGENCY, change=agency_differs(named_by_law=True, contact=None))
    yield State("agency: done", f"{_AGENCY}", said="suspension")
    yield State("agencies: narrowed", "/register?name=Harbour&type=Shelter&country=NL&state=active")
    left = answer_differs(f"/v1/staff/{desk_register.MEMBER}", name=None, address=None, state="left")
    yield State("member: left", member, change=left)
    yield State("proposals: done", "/register/waiting", said="confirmed")
    fault = {"held": 1, "parked": 2, "cursor": -1000, "source": "intake", "diverged": True}
    checks = {"database": "away", "broker": "refused: ACCESS"}
    all_wrong = operation_is(following=[fault], quarantined=1, checks=checks)
    yield State("operator: all is wrong", "/operator", change=all_wrong)
    no_backup = {"made_at": None, "failed_at": "2026-03-02T01:00:00+00:00", "is_overdue": True}
    yield State("operator: no backup", "/operator", change=operation_is(backup=no_backup))
    yield State("operator: backup", "/operator", change=reception_is(obstacles=[]))
    well = reception_is(obstacles=[], last_delivered_at=NOON)
    for name, change in (("well", well), ("sandbox", reception_is(is_sandbox=True))):
        yield State(f"reception: {name}", f"/operator/agencies/{desk_operator.AGENCY}", change=change)
        yield State(f"receptions: {name}", "/operator/agencies", change=change)
    yield State("webhook: done", f"{_WEBHOOK}", said="test")
    yield State("waiting: done", "/operator/waiting/legal", said="retry")


def address(code: str) -> str:
    """Return the address of the form of an action."""
    act = ACTS[code]
    place = f"{_CASE}/do/{code}" if act.source is Source.CASE else f"/do/{code}"
    return f"{place}/{RECORD}" if act.records or act.source in NAMES_ITS_RECORD else place


def _of_forms() -> Iterator[State]:
    """Yield the states of the form for each action."""
    for code, act in ACTS.items():
        path = address(code)
        yield State(f"{code}: form", path)
        yield State(f"{code}: not filled in", path, -1, form={})
        yield State(f"{code}: refused", path, -1, form={}, is_filled=True, then=refuses_fields)
        if act.records:
            yield State(f"{code}: choose the record", path.removesuffix(f"/{RECORD}"))
        if act.is_irreversible:
            yield State(f"{code}: asks again", path, form={}, is_filled=True)
        if act.is_correction:
            yield State(f"{code}: both versions", path, 409, form={}, is_filled=True, then=changed_meanwhile)
    safe_contact = State("safe contact", f"{_CASE}/do/safe-contact", -1, form={}, is_filled=True)
    for status in (403, 409, 412, 422, 429, 503):
        yield replace(safe_contact, name=f"safe contact: answer {status}", then=refuses(status))
    used = refuses(409, type="urn:casepath:problem:idempotency-key-was-used-before")
    yield replace(safe_contact, name="safe contact: key used", status=409, then=used)
    yield replace(safe_contact, name="safe contact: draft", status=200, drawn_at="draft", then=refuses(503))
    for code in ("safe-contact", "detection", "open", "accept-offer", "confirm-closing"):
        path = address(code)
        yield State(f"{code}: away", path, -1, World.away)
        yield State(f"{code}: hidden", path, -1, all_answer(403))
        yield State(f"{code}: access ended", path, -1, all_answer(401))
        yield State(f"{code}: not allowed", path, -1, not_allowed)
        yield State(f"{code}: without agencies", path, -1, answer_differs("/v1/agencies", agencies=[]))
        yield State(f"{code}: session ended", path, 401, who=ENDED)


def _of_steps() -> Iterator[State]:
    """Yield the responses to forms that are not an action on a case."""
    asked = f"/contact-requests/{RECORD}"
    for step in ("take", "return", "outcome", "case"):
        for status in (200, 409, 503):
            answered = -1 if status == 200 else status
            then = refuses(status, case=CASE)
            yield State(f"request: {step} {status}", f"{asked}/{step}", answered, form={}, drawn_at=asked, then=then)
    yield State("withdrawal: not confirmed", _WITHDRAWAL, 422, form={})
    given = {"erase": "yes", "sure": "yes"}
    for status in (401, 409, 412, 503):
        yield State(f"withdrawal: answer {status}", _WITHDRAWAL, -1, form=given, then=refuses(status))
    proposal = f"/register/waiting/{desk_register.PROPOSAL}"
    steps = (
        State("alert", f"/alerts/{ALERT}/acknowledgement", form={"key": "k", "sure": "1"}, drawn_at="/"),
        State("agency", f"{_AGENCY}/suspension", form={"reason": "own_wish"}, drawn_at=_AGENCY),
        State("webhook", f"{_WEBHOOK}/test", form={}, drawn_at=_WEBHOOK),
        State("waiting", "/operator/waiting/intake/retry", form={}, drawn_at="/search"),
        State("proposal", proposal, form={"confirms": "1"}, drawn_at="/register/waiting"),
    )
    for step in steps:
        for status in (409, 503):
            yield replace(step, name=f"{step.name}: answer {status}", status=status, then=refuses(status))
    alert = State("alert: asked", f"/alerts/{ALERT}/acknowledgement", form={"key": "k"}, drawn_at="/")
    yield from (alert, replace(alert, name="alert: asked, away", then=World.away))
    yield State("agency: not sure", f"{_AGENCY}/ending", 400, form={}, drawn_at=_AGENCY)
    yield State("webhook: no position", f"{_WEBHOOK}/redelivery", 400, form={"after": "x"}, drawn_at=_WEBHOOK)
    for path, empty in (
        ("/search", answer_differs("/v1/searches", found=[], more=False)),
        ("/register/staff", answer_differs("/v1/staff/searches", staff=[], next=None)),
    ):
        searched = State(path, path, -1, form={"name": "Fictitious"})
        yield replace(searched, name=f"{path}: found")
        yield replace(searched, name=f"{path}: nothing found", then=empty)
        yield replace(searched, name=f"{path}: no answer", then=World.away)
        yield replace(searched, name=f"{path}: refused", then=all_answer(422))
        yield replace(searched, name=f"{path}: no name", form={"name": ""})


def _of_signing_in() -> Iterator[State]:
    """Yield the pages before and after a session."""
    yield State("signed out", "/signed-out", who=NOBODY)
    yield State("session continues", "/session", 204)
    yield State("locked", "/locked", who=NOBODY)
    yield State("unknown way back", "/signed-in?state=x", 400, who=NOBODY)
    yield State("no such provider", "/sign-in?provider=9", 404, who=NOBODY)
    yield State("not registered", "sign in", 403, nothing_answers(403), who=NOBODY)
    yield State("register away", "sign in", 503, nothing_answers(503), who=NOBODY)
    yield State("sign-in failed", "sign in elsewhere", 502, who=NOBODY)
    yield State("no provider declared", "without provider", who=NOBODY)


def _of_errors() -> Iterator[State]:
    yield State("error 403", "/search", 403, form={"form_token": "x", "name": "x"})
    yield State("error 404", "/nowhere", 404)
    yield State("error 413", "/search", 413, form={"name": "x" * 300_000})
    yield State("error 500", "/search", 500, form={"name": "Fictitious"}, then=broken_search)
