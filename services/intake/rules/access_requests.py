"""What has to be done before a person's copy, or the report of who saw it, is handed over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from services.intake.rules.refusals import FactRefused, StepForbidden

FREE: Final = "free"
COPY: Final = "copy"
INCLUDE: Final = "include"
#: Real days: a person whom nobody forced last week may be forced today.
FRESH_DAYS: Final = 7


def check(*, in_private: bool) -> None:
    """Raise `FactRefused` unless the person was alone with whoever asked."""
    if not in_private:
        raise FactRefused(
            "in_private", "checked_in_private", "Ask the person again when nobody else is there or listens."
        )


def review(part: str, *, by_legal_adviser: bool) -> None:
    """Raise `StepForbidden` if a part may be reviewed by a legal adviser only."""
    if part == "privileged" and not by_legal_adviser:
        raise StepForbidden(
            "privileged_by_a_legal_adviser", "Only a legal adviser of the case reviews what is privileged. Ask one."
        )


def fresh_until(checked_at: datetime) -> datetime:
    """Return the instant (UTC) until which a check in private counts."""
    return checked_at + timedelta(days=FRESH_DAYS)


def obstacle(request: Mapping[str, Any] | None, now: datetime) -> tuple[str, str] | None:
    """Return what has to be done before a copy is handed over, as (rule, sentence); None if nothing has."""
    if request is None:
        return "request_is_recorded", "The person's request is not recorded. Record it, then check it in private."
    if request["finding"] is None:
        return "checked_in_private", "Nobody has asked the person in private whether somebody forces them. Do so first."
    if request["finding"] != FREE:
        return "nobody_forces", "Somebody may be forcing the person. Keep them safe; check again when they are."
    if fresh_until(request["checked_at"]) <= now:
        return "check_is_fresh", f"The last check is older than {FRESH_DAYS} days. Ask the person again in private."
    if request["kind"] == COPY:
        for part, words in (("third_parties", "what tells of others"), ("privileged", "what is legally privileged")):
            if request[part] is None:
                return f"{part}_reviewed", f"Nobody has reviewed {words}. Have it reviewed, then hand the copy over."
    return None


def covered(request: Mapping[str, Any], now: datetime) -> list[str]:
    """Return what may be handed over for a request now: a copy, an access report, both or nothing."""
    if request["finding"] != FREE or fresh_until(request["checked_at"]) <= now:
        return []
    whole = request["kind"] == COPY and obstacle(request, now) is None
    return [COPY, "access_report"] if whole else ["access_report"]
