"""State and correct counselling aims and their progress. No event contains them, and nothing depends on them."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change, sealed, unsealed
from services.support.cases.case.rules import Answered
from services.support.counselling.aim import rules
from services.support.counselling.aim.models import Aim
from services.support.counselling.aim.schemas import CorrectAim, SayProgress, StateAim
from services.support.counselling.counselling.models import Course
from shared.casework import corrections
from shared.casework.corrections import Correct
from shared.casework.refusals import StepForbidden
from shared.encryption import Cell
from shared.events.envelope import new_id
from shared.store.database import NamedRow

CONTENT: Final = "content"


def state_aim(change: Change, command: StateAim) -> UUID:
    """Record an aim of the person in counselling, as a code and in their own words.

    Return its id. Raises `NotFound`, `FactRefused`.
    """
    if command.course is not None:
        change.one(Course, command.course)
    stored, aim_id = change.recorded(command, "stated_on"), new_id()
    content = rules.stated(stored.pop("aim"), stored.pop("words"))
    change.session.add(
        Aim(id=aim_id, case_id=change.case, content=_sealed(change.session, change.case, aim_id, content), **stored)
    )
    return aim_id


def say_progress(change: Change, aim_id: UUID, command: SayProgress) -> None:
    """Record the progress of an aim in the person's view; it has no consequences.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    aim = change.one(Aim, aim_id)
    if aim.taken_back_at is not None:
        raise StepForbidden("counts", "This goal was withdrawn. Record what the person wants now, and use that goal.")
    day = change.stated("said_on", command.said_on)
    content = rules.with_progress(
        _content(change.session, change.case, aim.id, aim.content), command.how_it_goes, command.words, day
    )
    aim.content = _sealed(change.session, change.case, aim.id, content)
    aim.revision += 1


def correct_aim(change: Change, aim_id: UUID, command: CorrectAim) -> UUID:
    """Correct or withdraw an aim.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    aim = change.one(Aim, aim_id)
    stated = corrections.stated(command)
    corrections.check(command, taken_back=aim.taken_back_at is not None, changes=stated)
    day = change.corrected_day("stated_on", aim, command)
    code, words = stated.pop("aim", None), stated.pop("words", None)
    if code is not None or words is not None:
        content = rules.put_right(
            _content(change.session, change.case, aim.id, aim.content), command.aim, command.words
        )
        stated[CONTENT] = _sealed(change.session, change.case, aim.id, content)
    return change.correct(aim, "counselling_aim", Correct(reason=command.reason), **{**stated, "stated_on": day})


def with_words(session: Session, case: UUID, aims: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's aims with the unsealed aim, words and progress."""
    opened = ((row, _content(session, case, row["id"], row[CONTENT])) for row in aims)
    return [
        {
            **{name: value for name, value in row.items() if name != CONTENT},
            "aim": content["aim"],
            "words": content["words"],
            "progress": [{**entry, "said_on": date.fromisoformat(entry["said_on"])} for entry in content["progress"]],
        }
        for row, content in opened
    ]


def _content(session: Session, case: UUID, aim: UUID, stored: bytes) -> Answered:
    content: Answered = unsealed(session, case, Cell("counselling_aims", CONTENT, aim), stored)
    return content


def _sealed(session: Session, case: UUID, aim: UUID, content: Answered) -> bytes:
    return sealed(session, case, Cell("counselling_aims", CONTENT, aim), content)
