"""The roles for sessions. After two absences in a row a member asks if the person is safe; no course ends."""

from collections.abc import Iterable
from typing import Final

from services.support.cases.case.rules import Access
from services.support.counselling.counselling.rules import ASK_IF_SAFE
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden

_COUNSELLING: Final = {"counsellor": Need.TEAM}
ACCESS: Final[Access] = dict.fromkeys(("session.record", "session.attend", "session.correct"), _COUNSELLING)
TASK: Final = ASK_IF_SAFE
#: The kind of an exclusion (code list `exclusion_kind`).
INTERPRETER: Final = "interpreter"
PLANNED: Final = "planned"
DID_NOT_COME: Final = "did_not_come"
CAME: Final = frozenset(("came", "came_late"))
#: The service that a session is.
SERVICE: Final = "counselling"
#: The number of absences in a row after which a member asks whether the person is safe.
IN_A_ROW: Final = 2


def check_counts(*, taken_back: bool) -> None:
    """Raise `StepForbidden` for a session of a course that was withdrawn."""
    if taken_back:
        message = (
            "This course was withdrawn as recorded by mistake, so it can't have sessions. Choose the valid course."
        )
        raise StepForbidden("counts", message)


# control: H-DANGER-15 interpreter-is-checked
def check_interpreter(*, interpreted: bool, checked: bool | None, refused: bool) -> None:
    """Raise `FactRefused` for a session with an interpreter, if the person refused one by name and no one checked it.

    Only intake stores the name. It is in no event, so the counsellor compares it.
    """
    if interpreted and refused and not checked:
        message = (
            "The person refused an interpreter by name, and nobody checked whether this is the one. Compare the name "
            "with the exclusions of the case, and send `interpreter_checked` if it is another interpreter."
        )
        raise FactRefused("interpreter_checked", "interpreter_is_checked", message)


def check_planned(attendance: str, *, taken_back: bool) -> None:
    """Raise `StepForbidden` for a session whose attendance is already recorded."""
    if taken_back or attendance != PLANNED:
        message = "This step is not possible, because the record was answered or has ended. Read it again."
        raise StepForbidden("session.follows", message)


def asks_if_safe(attended: Iterable[str]) -> bool:
    """Return whether the last sessions, latest first, make it necessary to ask whether the person is safe.

    Sessions that others cancelled and planned sessions do not count. The caller leaves out sessions in a pause.
    """
    in_a_row = 0
    for attendance in attended:
        if attendance == DID_NOT_COME:
            in_a_row += 1
        elif attendance in CAME or attendance in ("came_too_late", "person_cancelled"):
            break
    return in_a_row >= IN_A_ROW
