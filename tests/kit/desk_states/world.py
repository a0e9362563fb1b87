"""The responses of all services to a person with every role; a state of a page changes parts of them."""

import copy
from collections.abc import Callable, Mapping
from typing import Any, Final

from services.intake.cases.work.rules.queues import KINDS
from tests.kit import desk_operator, desk_register
from tests.kit.desk import ME, Site
from tests.kit.desk_doing import RECORD, Services
from tests.kit.desk_pages import AGENCY, ALERT, CASE, DEADLINE, ENTRY, NOON, case_files, received
from tests.kit.desk_today import hidden_line, line

ROLES: Final = ["caseworker", "supervisor", "data_protection_officer", "operator"]
CONSENT: Final = "0195566e-7a10-7000-8000-000000000005"
DUE: Final = "2026-03-09"
#: A service's message to the reader, in the reader's language.
SAID: Final = "The service refuses this, and says why."
Answer = tuple[int, Any]


class World:
    """The services behind a desk.

    `text` is the value of every text field that people fill in.
    """

    def __init__(self, site: Site, text: str) -> None:
        self.doing = Services(site, text)
        self.text = text
        #: The responses by route, or by service and route if services differ.
        self.shown: dict[Any, Any] = self._documents(text)
        #: Responses that replace all others, by service; "" is for all services.
        self.instead: dict[str, Answer] = {}
        #: Responses of routes that differ from the rest of their service.
        self.parts: dict[str, Answer] = {}
        self.reply: Answer = (200, {"id": RECORD})
        site.services.headers["ETag"] = '"7"'
        site.services.answer = self.answer

    def answer(self, service: str, method: str, path: str, body: Any) -> Answer:
        route = path.partition("?")[0]
        if route != "/v1/me" or "me" in self.instead:
            status = self.instead.get(service) or self.instead.get("")
            if status is not None:
                return status
        if method == "GET" and route in self.parts:
            return self.parts[route]
        if method != "GET" and not route.endswith("searches"):
            return self.reply
        for key in ((service, route), route):
            if key in self.shown:
                return 200, self.shown[key]
        if service == "partners" or route in ("/v1/operation", "/v1/holds"):
            return desk_operator.operated(service, method, path, body)
        return self.doing.answer(service, "GET", path, body)

    def of_case(self, service: str, part: str = "") -> Any:
        """Return a service's response about the case."""
        return self.shown[service, f"/v1/cases/{CASE}{part}"]

    def empty(self) -> None:
        """Empty every list of every response."""
        self.doing.answer = _emptied(self.doing.answer)  # type: ignore[method-assign]  # of this object
        self.shown = {
            route: document if route == "/v1/me" else _without(document) for route, document in self.shown.items()
        }

    def away(self, *services: str) -> None:
        """Let these services, or all, not answer."""
        self.instead |= dict.fromkeys(services or ("",), (503, {}))

    def refuse(self, status: int, **document: Any) -> None:
        """Let the services reject every change."""
        self.reply = status, document

    def _confirmation(self, kind: str) -> dict[str, Any]:
        known = {"due_at": NOON, "reason": "lost_contact", "demanded_by": "court", "given": ["health"]}
        return {**self.doing.confirmation(kind), **known}

    def _documents(self, text: str) -> dict[Any, Any]:
        register = _register(text)
        case = _case(self.doing, text)
        return {
            "/v1/me": {**ME, "roles": ROLES, "name": text},
            **register,
            **_start(text),
            **case,
            "/v1/reception": {"agencies": [{**desk_operator.SUMMARY, "name": text}], "next": "after"},
            "/v1/confirmations": {"confirmations": [self._confirmation(kind) for kind in KINDS]},
        }


def _start(text: str) -> dict[Any, Any]:
    item = {"due_on": DUE, "other_due_on": None, "code": None}
    items = [
        {**item, "what": "period", "code": "NL.REFLECTION_MAX", "group": "overdue"},
        {**item, "what": "period_question", "code": "last_incident", "group": "unclear", "other_due_on": "2026-03-11"},
        {**item, "what": "urgent_need", "code": "accommodation_emergency", "group": "overdue"},
        {**item, "what": "alert", "code": "trafficker_contact", "group": "due_soon"},
    ]
    shown = line(CASE, name=text, number=text, items=items, assessed_urgent=True)
    counts = dict.fromkeys(("total", "overdue", "unclear", "due_soon", "urgent", "led", "changed"), 2) | {
        "complete": False
    }
    waiting = {"id": AGENCY, "urgency": "now", "raised_at": NOON}
    alert = {**waiting, "id": ALERT, "danger_type": "trafficker_contact", "level": 2, "case": CASE}
    offers = [{"urgent": True, "service_types": ["legal_advice"], "due_on": DUE}]
    request = {
        "id": RECORD,
        "jurisdiction": "NL",
        "language": "vi",
        "way": "phone",
        "state": "taken",
        "received_at": NOON,
        "waiting_minutes": 125,
        "changed_at": NOON,
        "taken_by": AGENCY,
        "is_own": True,
        "outcome": None,
    }
    written = dict.fromkeys(("contact", "story", "code_word", "called", "near"), text)
    contact = {
        **{name: request[name] for name in ("id", "language", "way")},
        **written,
        "days": ["monday", "sunday"],
        "begins": "10:00:00",
        "ends": "12:00:00",
        "zone": "Europe/Amsterdam",
        "may_leave_message": False,
        "if_another_answers": "say_agreed_story",
        "topics": ["documents"],
    }
    return {
        "/v1/contact-requests": {"requests": [request, {**request, "way": None, "language": None}], "next": "x"},
        f"/v1/contact-requests/{RECORD}": request,
        f"/v1/contact-requests/{RECORD}/contact": contact,
        "/v1/erasures": {"erasures": _erasures()},
        f"/v1/erasures/{RECORD}/letter": {
            "language": "ro",
            "title": {"said": "Răspuns", "english": "Answer"},
            "sentences": [{"said": "Am șters.", "english": "We deleted."}, {"said": "Gata.", "english": None}],
        },
        "/v1/work-list": {"cases": [shown, hidden_line()], "offers": offers, "next": "x", "counts": counts},
        "/v1/alerts": {
            "alerts": [alert],
            "waiting": [waiting],
            "mark": "m",
            "taken": [
                {**alert, "acknowledged_by": ME["id"], "acknowledged_at": NOON},
                {**alert, "acknowledged_by": CASE, "acknowledged_at": NOON, "case": AGENCY},
            ],
        },
        "/v1/searches": {
            "found": [{**shown, "alike": "same", "status": "open"}, {**hidden_line(), "alike": "sounds_alike"}],
            "more": True,
        },
    }


def _erasures() -> list[dict[str, Any]]:
    request = {
        "id": RECORD,
        "case": CASE,
        "state": "complete",
        "reason": "asked_for_by_the_person",
        "received_on": DUE,
        "requested_at": NOON,
        "refusal": None,
        "erasing_holders": [],
        "late_answers": [
            {"agency": AGENCY, "agency_code": "NL.IND", "answer": "kept", "basis": "legal_obligation", "at": NOON}
        ],
        "answers": [
            {"holder": "legal", "answer": "kept", "basis": "accounting", "at": NOON},
            {"holder": "support", "answer": "deleted", "basis": None, "at": NOON},
        ],
    }
    refused = {**request, "state": "refused", "refusal": "legal_hold", "received_on": None, "answers": []}
    in_part = [
        {**request, "state": state, "erasing_holders": ["support"], "answers": []} for state in ("held", "lifted")
    ]
    return [request, refused, *in_part]


def _case(doing: Services, text: str) -> dict[Any, Any]:
    files = copy.deepcopy(case_files(text))
    entries = [
        {**ENTRY, "id": f"0195566e-7a10-7000-8000-00000000010{place}", **different}
        for place, different in enumerate(
            (
                {"at": "2026-01", "precision": "month", "until": DUE},
                {"at": "2025", "precision": "year", "taken_back": True},
                {"at": None, "precision": "unknown", "by": {"role": None, "agency": None, "agency_code": None}},
                {"corrected_on": DUE, "corrected_because": "wrong_person"},
                {"by": {"role": None, "agency": AGENCY, "agency_code": "NL.IND"}, "source": "agency"},
            )
        )
    ]
    danger = {"field": "danger_type", "code_list": "danger_type", "code": "trafficker_contact"}
    alert = {
        **ENTRY,
        "id": ALERT,
        "what": "alert",
        "lane": "support",
        "at": NOON,
        "precision": "instant",
        "values": [danger],
    }
    files["intake", f"/v1/cases/{CASE}/timeline"]["entries"] += entries
    files["support", f"/v1/cases/{CASE}/timeline"] |= {
        "entries": [alert],
        "next": "x",
        "hidden": True,
        "withheld": ["health"],
    }
    files["legal", f"/v1/cases/{CASE}/timeline"]["deadlines"] = [
        DEADLINE,
        {
            **DEADLINE,
            "id": CONSENT,
            "state": "paused",
            "paused_on": DUE,
            "certainty": "settled",
            "doubts": [],
            "question": None,
        },
    ]
    own = files["intake", f"/v1/cases/{CASE}"]
    own |= {**doing.case("intake"), **own, "withheld": ["health"], "consents": _consents(), "withdrawal_answers": []}
    own["due"] = _start(text)["/v1/work-list"]["cases"][0]["items"]
    own["parts"]["safe_contact"]["data"]["keep_away"] = ["partner"]
    own["parts"]["team"]["data"]["members"].append({"member": CASE, "role": "supervisor", "lead": False, "name": None})
    holder = {
        "agency": AGENCY,
        "agency_code": None,
        "data_categories": ["account"],
        "still_covered": [],
        "keeps": "official_file",
        "verify": True,
    }
    preview = f"/v1/cases/{CASE}/consents/{CONSENT}/withdrawal-preview"
    holders = [holder, {**holder, "agency_code": "NL.IND", "keeps": None}]
    files["intake", preview] = {"id": CONSENT, "counts_deliveries": True, "holders": holders}
    told = {"consent": CONSENT, "state": "told", "told_at": NOON, "answer": None, "answered_at": None}
    kept = {**told, "answer": "kept", "answered_at": NOON}
    files["partners", f"/v1/cases/{CASE}/deliveries"]["agencies"] = [
        received(text),
        {**received(text), "state": "ended", "withdrawals": [told]},
        {**received(""), "agency": CASE, "state": "waiting", "withdrawals": [kept]},
    ]
    return files


def _consents() -> list[dict[str, Any]]:
    stated = {
        "id": CONSENT,
        "agency": AGENCY,
        "agency_code": None,
        "purposes": ["referral_for_support"],
        "data_categories": ["account"],
        "granted_on": "2026-02-02",
        "expires_on": "2199-02-02",
        "withdrawn_on": None,
        "taken_back_at": None,
    }
    withdrawn = {"withdrawn_on": DUE, "erase_requested": True, "answer_due_on": DUE}
    return [
        stated,
        {**stated, "id": ALERT, **withdrawn},
        {**stated, "id": CASE, "expires_on": DUE, "agency": RECORD, "agency_code": "NL.IND"},
        {**stated, "id": RECORD, "taken_back_at": NOON},
    ]


def _register(text: str) -> dict[Any, Any]:
    shown = {
        **desk_register.SHOWN,
        "name": text,
        "contact": text,
        "regions": [text],
        "authority": "NL.IND",
        "reason": "own_wish",
    }
    colleague = {**desk_register.COLLEAGUE, "name": text, "address": text, "until": DUE}
    hidden = {**colleague, "name": None}
    proposal = {**desk_register.proposed(desk_register.OTHER), "name": text}
    nameless = {**proposal, "kind": "supervision", "name": None, "supervisor": desk_register.OTHER}
    named = {**nameless, "by_name": text, "member_name": text, "supervisor_name": text}
    own = {**proposal, "proposed_by": ME["id"], "kind": "officer"}
    return {
        "/v1/agencies": {"agencies": [shown, {**shown, "id": AGENCY}], "next": AGENCY},
        f"/v1/agencies/{desk_register.AGENCY}": shown,
        "/v1/staff": {"staff": [colleague, hidden], "next": AGENCY},
        f"/v1/staff/{desk_register.MEMBER}": colleague,
        "/v1/staff/searches": {"staff": [colleague], "next": AGENCY},
        "/v1/staff/proposals": {"proposals": [proposal, nameless, named, own], "next": AGENCY},
    }


def _emptied(answer: Callable[..., Answer]) -> Callable[..., Answer]:
    def emptied(*asked: Any) -> Answer:
        status, document = answer(*asked)
        return status, _without(document)

    return emptied


def _without(document: Any) -> Any:
    """Return a document without the elements of its lists."""
    if isinstance(document, Mapping):
        return {name: _without(value) for name, value in document.items()}
    return [] if isinstance(document, list) else document
