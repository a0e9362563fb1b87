"""What an action is about, read from the services: whether the person may do it, the record, and its version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from services.web import parts
from services.web.doing.act import Act, Source
from services.web.doing.allowed import fits, why_not
from services.web.forms.fields import Kind
from services.web.forms.published import OF_CASE
from services.web.upstream.client import Answer, Ask

#: The number of agencies that a form offers. An agency beyond it can be entered by its id.
MOST_AGENCIES: Final = 200


@dataclass(frozen=True)
class Context:
    """What an action is about. `state` is `shown`, `away`, `hidden` or `token`, as the services answered."""

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
    agencies: Mapping[str, str] = field(default_factory=dict)
    agencies_away: bool = False
    preview: Mapping[str, Any] | None = None


def context_of(act: Act, case: UUID | None, record: UUID | None, *, with_preview: bool = False) -> Context:
    """Read what an action is about, with up to four requests at the same time."""
    asks = _asks(act, case, record)
    if with_preview and act.preview:
        asks["preview"] = Ask(act.service, act.preview.format(case=case, record=record))
    if needs_agencies(act):
        asks["agencies"] = Ask("partners", "/v1/agencies", {"state": "active", "limit": MOST_AGENCIES})
    answers = parts.current().upstream.together(asks, parts.current().caller())
    main = answers.get("main", Answer(200))
    state = _state(main)
    preview = answers.get("preview", main)
    if state != "shown" or not preview.is_good:
        return Context(state if state != "shown" else _state(preview))
    agencies = answers.get("agencies", Answer(200))
    named = {str(each["id"]): str(each["name"]) for each in agencies.document.get("agencies") or ()}
    found = _found(act, record, main, answers.get("begins"))
    return Context(
        **{
            **found,
            "agencies": named,
            "agencies_away": not agencies.is_good,
            "preview": preview.document if "preview" in answers else None,
        }
    )


def needs_agencies(act: Act) -> bool:
    """Return whether the form or the records of an action name agencies."""
    return any(each.kind is Kind.AGENCY for each in act.operation.fields) or act.records == "referrals"


def _asks(act: Act, case: UUID | None, record: UUID | None) -> dict[str, Ask]:
    if act.source is Source.CASE:
        path, name = act.begins_with
        asks = {"main": Ask(act.service, f"/v1/cases/{case}")}
        # Without a record that is chosen, there is nothing to begin with.
        if name and (record is not None or not act.records):
            asks["begins"] = Ask(act.service, path.format(case=case, record=record))
        return asks
    if act.source is Source.OFFER:
        return {"main": Ask(act.service, f"/v1/offered-referrals/{record}")}
    if act.source is Source.CONFIRMATION:
        return {"main": Ask(act.service, "/v1/confirmations")}
    return {}


def _state(answer: Answer) -> str:
    if answer.is_refused_token:
        return "token"
    if answer.is_away:
        return "away"
    return "shown" if answer.is_good else "hidden"


def _found(act: Act, record: UUID | None, main: Answer, begins: Answer | None) -> dict[str, Any]:
    if act.source is Source.CONFIRMATION:
        return _confirmation(act, record, main.document.get("confirmations") or ())
    if act.source is Source.OFFER:
        return {"record": main.document, "version": main.etag}
    if act.source is Source.NOTHING:
        return {}
    if begins is not None and not begins.is_good:
        return {"state": _state(begins)}
    return _of_case(act, record, main.document, begins)


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
        values = begins.document.get(act.begins_with[1]) or {}
    return {
        "record": chosen,
        "records": records,
        "begins": values,
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
