"""The context of an action, read from the services: whether the person may take it, the record, and its version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask import g

from services.web import parts
from services.web.doing.act import Act, Source
from services.web.doing.allowed import ROLE, WHY_NOT, fits, why_not
from services.web.forms.fields import Kind
from services.web.forms.published import OF_CASE
from services.web.guarding import signed_in
from services.web.upstream.client import Answer, Ask

#: The number of agencies or people that a form offers. Another one can be entered by its id.
MOST_OFFERED: Final = 200
#: The requests for the choices of a field, by its kind, and the list in the answer.
_NAMED: Final = {
    Kind.AGENCY: (Ask("partners", "/v1/agencies", {"state": "active", "limit": MOST_OFFERED}), "agencies"),
    Kind.MEMBER: (Ask("intake", "/v1/staff", {"limit": MOST_OFFERED}), "staff"),
}


@dataclass(frozen=True)
class Context:
    """The context of an action. `state` is `shown`, `away`, `arriving`, `hidden` or `token`."""

    state: str = "shown"
    #: Why the person cannot do it now (empty: they can).
    why_not: str = ""
    #: The version that the request must name, as an ETag with quotes.
    version: str = ""
    record: Mapping[str, Any] | None = None
    #: The values with which the form begins.
    begins: Mapping[str, Any] = field(default_factory=dict)
    #: The records of the case from which the person chooses one.
    records: Sequence[Mapping[str, Any]] = ()
    #: The names of agencies and of people that a form offers, by the kind of the field; empty if they are not known.
    offered: Mapping[Kind, Mapping[str, str]] = field(default_factory=dict)
    preview: Mapping[str, Any] | None = None
    #: The agency of the referral that the action sends; None if there is none, or it cannot be read.
    agency: Mapping[str, Any] | None = None

    @property
    def named(self) -> Mapping[str, str]:
        """Return the names of agencies and people by their ids."""
        return {each: name for names in self.offered.values() for each, name in names.items()}


def context_of(act: Act, case: UUID | None, record: UUID | None, *, with_preview: bool = True) -> Context:
    """Read what an action is about, with up to four requests at the same time, and for a referral one more."""
    asks = _asks(act, case, record)
    if with_preview and act.preview and record is not None:
        asks["preview"] = Ask(act.service, act.preview.format(case=case, record=record), {"with": "sending"})
    asks |= {kind: _NAMED[kind][0] for kind in named_kinds(act)}
    answers = parts.current().upstream.together(asks, parts.current().caller())
    main = answers.get("main", Answer(200))
    state = _state(main)
    preview = answers.get("preview", main)
    if state != "shown" or not preview.is_good:
        return Context(state if state != "shown" else _state(preview))
    offered = {kind: _named(kind, answers[kind]) for kind in named_kinds(act)}
    found = _found(act, record, main, answers)
    return Context(
        **{
            **found,
            "offered": offered,
            "preview": preview.document if "preview" in answers else None,
            "agency": _agency_of(act, found.get("record")),
        }
    )


def _agency_of(act: Act, record: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Read whether the agency receives what the action sends."""
    if not act.preview or record is None or not record.get("agency"):
        return None
    ask = Ask("partners", f"/v1/agencies/{record['agency']}", {"with": "connection"})
    answer = parts.current().upstream.send(ask, parts.current().caller())
    return answer.document if answer.is_good else None


def named_kinds(act: Act) -> frozenset[Kind]:
    """Return which kinds of fields or records of an action name agencies or people."""
    kinds = {act.kinds.get(each.name, each.kind) for each in act.operation.fields if each.name not in act.without}
    kinds |= {*act.kinds.values()}
    return frozenset(kinds & _NAMED.keys() | ({Kind.AGENCY} if act.records == "referrals" else set()))


def _named(kind: Kind, answer: Answer) -> Mapping[str, str]:
    # Services do not name all people to all readers.
    listed = [each for each in answer.document.get(_NAMED[kind][1]) or () if each["name"]]
    # Agencies of several countries can have the same name, such as "Police".
    has_several = len({each["country"] for each in listed if each["country"]}) > 1
    return {
        str(each["id"]): f"{each['name']} ({g.speech.word('nationality', each['country'])})"
        if has_several and each["country"]
        else str(each["name"])
        for each in listed
    }


def _asks(act: Act, case: UUID | None, record: UUID | None) -> dict[str, Ask]:
    if act.source is Source.CASE:
        path, _name = act.begins_with
        asks = {"main": Ask(act.service, f"/v1/cases/{case}")}
        if act.records_from:
            asks["records"] = Ask(act.service, act.records_from.format(case=case))
        # Without a record that is chosen, there is nothing to begin with.
        if path and (record is not None or not act.records):
            asks["begins"] = Ask(act.service, path.format(case=case, record=record))
        return asks
    if act.source is Source.OFFER:
        return {"main": Ask(act.service, f"/v1/offered-referrals/{record}")}
    if act.source is Source.CONFIRMATION:
        return {"main": Ask(act.service, "/v1/confirmations", {"with": "names"})}
    if act.source is Source.MEMBER:
        return {"main": Ask(act.service, f"/v1/staff/{record}")}
    return {}


def _state(answer: Answer) -> str:
    if answer.is_refused_token:
        return "token"
    if answer.is_arriving:
        return "arriving"
    if answer.is_away:
        return "away"
    return "shown" if answer.is_good else "hidden"


def _found(act: Act, record: UUID | None, main: Answer, answers: Mapping[str, Answer]) -> dict[str, Any]:
    if act.source is Source.CONFIRMATION:
        return _confirmation(act, record, main.document.get("confirmations") or ())
    if act.source is Source.OFFER:
        return {"record": main.document, "version": main.etag, **_by_role(act)}
    if act.source in (Source.REGISTER, Source.MEMBER):
        return _registered(act, main)
    if act.source is Source.NOTHING:
        return _by_role(act)
    for name in ("begins", "records"):
        if name in answers and not answers[name].is_good:
            return {"state": _state(answers[name])}
    listed = answers["records"].document if "records" in answers else {}
    return _of_case(act, record, {**main.document, **listed}, answers.get("begins"))


def _by_role(act: Act) -> dict[str, Any]:
    return {"why_not": "" if act.for_roles & frozenset(signed_in().tokens.roles) else WHY_NOT[ROLE]}


def _registered(act: Act, main: Answer) -> dict[str, Any]:
    return {
        "record": main.document or None,
        "begins": main.document if act.is_correction else {},
        "version": main.etag if act.operation.version else "",
        **_by_role(act),
    }


def _confirmation(act: Act, record: UUID | None, waiting: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kind = act.code.removeprefix("confirm-")
    for each in waiting:
        if each["id"] == str(record) and each["kind"] == kind:
            return {"record": each, "version": f'"{each["version"]}"' if act.operation.version else ""}
    return {"state": "hidden"}


def _of_case(act: Act, record: UUID | None, case: Mapping[str, Any], begins: Answer | None) -> dict[str, Any]:
    records = [each for each in case.get(act.records) or () if fits(act, each)] if act.records else []
    chosen = next((each for each in records if each["id"] == str(record)), None)
    if record is not None and chosen is None:
        return {"state": "hidden"}
    values: Mapping[str, Any] = {}
    if act.is_correction and chosen is not None:
        # The reason of the last correction is not the reason of this one.
        values = {name: value for name, value in chosen.items() if name != "reason"}
    elif begins is not None:
        name = act.begins_with[1]
        values = (begins.document.get(name) if name else begins.document) or {}
    else:
        values = {name: case.get(listed) for name, listed in act.begins_from.items()}
    return {
        "record": chosen,
        "records": records,
        # The page does not need the values of fields that the form leaves out.
        "begins": {name: value for name, value in values.items() if name not in act.without},
        "why_not": why_not(act, case),
        "version": _version(act, record, case),
    }


def _version(act: Act, record: UUID | None, case: Mapping[str, Any]) -> str:
    """Return the version of the case or of the part of it that the request changes."""
    wanted = act.operation.version
    if not wanted:
        return ""
    if wanted != OF_CASE:
        part = wanted.split("/")[0] + (f"/{record}" if "/" in wanted else "")
        for each in case.get("etags") or ():
            if each["part"] == part:
                return f'"{each["etag"]}"'
    return f'"{case["version"]}"'
