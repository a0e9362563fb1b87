"""Records a generated history in a case of running services: each entry through its public route."""

from collections.abc import Callable, Mapping
from typing import Final

from deploy.cli.api import ApiProblem
from shared.deadlines import fact_events
from tests.kit.histories import Entry, History
from tests.kit.team_case import SIGNS, TeamCase, confirm_age


def enter(case: TeamCase, history: History, entry: Entry, ids: dict[int, str]) -> None:
    """Record an entry of a history, or correct an earlier one; `ids` maps entry numbers to the ids of their records."""
    try:
        if entry.revision > 1:
            _put_right(case, ids[entry.number], entry)
        else:
            ids[entry.number] = _RECORDED[entry.how](case, entry, ids)
    except ApiProblem as problem:
        raise AssertionError(f"{problem} {problem.why}\n{entry}\nof {history}") from problem


def _times(entry: Entry) -> dict[str, str]:
    return {"happened": entry.happened, "learnt": entry.learnt}


def _about(entry: Entry, ids: Mapping[int, str]) -> dict[str, str]:
    return {} if entry.about is None else {"about": ids[entry.about]}


def _detection(case: TeamCase, entry: Entry, _ids: Mapping[int, str]) -> str:
    body = {**SIGNS, _DAY_OF[entry.kind]: entry.happened, "detected_on": entry.learnt, "learnt": entry.learnt}
    return case.record("intake", "detections", body)


def _step(case: TeamCase, entry: Entry, ids: Mapping[int, str]) -> str:
    body = {**dict(entry.codes), **_times(entry), **_about(entry, ids), "made_elsewhere": True}
    return case.record("intake", "identification", body)


def _fact(case: TeamCase, entry: Entry, ids: Mapping[int, str]) -> str:
    body = {"kind": entry.kind, **dict(entry.codes), **_times(entry), **_about(entry, ids)}
    return case.record(entry.service, "facts", body)


def _claim(case: TeamCase, entry: Entry, _ids: Mapping[int, str]) -> str:
    return case.claim(dict(entry.codes)["remedy"], entry.happened)


def _request(case: TeamCase, entry: Entry, ids: Mapping[int, str]) -> str:
    body = {**dict(entry.codes), "ground": "other", "requested_on": entry.happened, **_about(entry, ids)}
    return case.record("legal", "reconsiderations", body)


def _birth(case: TeamCase, entry: Entry, _ids: Mapping[int, str]) -> str:
    case.change("intake", "person", {"birth": {"date": entry.happened}}, how="PUT")
    confirm_age(case.desk, case.id)
    return ""


_DAY_OF: Final = {kind: day for day, kind in fact_events.OF_DETECTION.items()}
_RECORDED: Final[Mapping[str, Callable[[TeamCase, Entry, Mapping[int, str]], str]]] = {
    "detection": _detection,
    "step": _step,
    "fact": _fact,
    "claim": _claim,
    "request": _request,
    "birth": _birth,
}


def _put_right(case: TeamCase, record_id: str, entry: Entry) -> None:
    path, day = {
        "detection": (f"detections/{record_id}", _DAY_OF.get(entry.kind, "")),
        "claim": (f"matters/{record_id}", "applied_on"),
        "request": (f"reconsiderations/{record_id}", "requested_on"),
    }.get(entry.how, (f"facts/{record_id}", "happened"))
    if entry.withdrawn:
        body = {"reason": "not_so"}
    else:
        learnt = {"learnt": entry.learnt} if day == "happened" else {}
        body = {"reason": "wrong_date", day: entry.happened, **learnt}
        if entry.how == "claim":
            body["opened_on"] = entry.happened
    case.record(entry.service, f"{path}/correction", body)
