"""Commands and views of questionnaires. Answers are declared here, most other fields on their columns."""

from datetime import date
from typing import Final

from marshmallow import fields, validate

from services.support.cases.case.models import SCORES
from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.counselling.measure import models
from services.support.counselling.measure.rules import MOST_ITEMS
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Flag
from shared.events.kinds import BoundedMap
from shared.http import optional, required
from shared.reference import codes

_SEALED: Final = FieldClass.PRIVILEGED
_ITEM = Code([str(item) for item in range(1, MOST_ITEMS + 1)])
_VALUE = fields.Integer(strict=True, validate=validate.Range(0, 100))

ANSWERS = declare(
    nullable(BoundedMap(_ITEM, _VALUE, MOST_ITEMS)),
    _SEALED,
    "The answers, by question number. Unanswered questions are omitted.",
    category=SCORES,
    example={"1": 2, "2": 0},
)


class RecordMeasure(Timed):
    """Record a questionnaire that the person was offered, with answers if they wanted to fill it in."""

    instrument: str = required(models.Measure.instrument)
    language: str = required(models.Measure.language)
    filled_by: str | None = optional(models.Measure.filled_by, default=None)
    answers: dict[str, int] | None = optional(ANSWERS, default=None)
    taken_on: date | None = optional(models.Measure.taken_on, default=None)


class CorrectMeasure(CorrectTimed):
    """Correct a questionnaire. Omitted values stay unchanged; `answers` are replaced as a whole."""

    language: str | None = optional(models.Measure.language, default=None)
    filled_by: str | None = optional(models.Measure.filled_by, default=None)
    answers: dict[str, int] | None = optional(ANSWERS, default=None)
    taken_on: date | None = optional(models.Measure.taken_on, default=None)


class FormerAnswers(View):
    """Answers before a correction."""

    answers = ANSWERS


class Measure(View, of=models.Measure):
    """A questionnaire and its results: null with too few answers, or if the instrument does not define the result."""

    answers = ANSWERS
    total = declare(
        nullable(Code()), _SEALED, "The total score, as a number in text form.", category=SCORES, example="12"
    )
    band = declare(nullable(Code(codes("measure_band"))), _SEALED, "The published range of the total.", category=SCORES)
    cutoff = declare(
        nullable(Code(codes("measure_cutoff"))),
        _SEALED,
        "The cut-off result, as tested in this language.",
        category=SCORES,
    )
    fits = declare(Codes(codes("measure_pattern")), _SEALED, "What the answers can indicate.", category=SCORES)
    open_patterns = declare(
        Codes(codes("measure_pattern")),
        _SEALED,
        "Patterns that can't be decided because questions were left open.",
        category=SCORES,
    )
    asks_again = declare(
        Flag(), _SEALED, "Whether a question about danger was left open, so it must be asked again.", category=SCORES
    )
    change = declare(
        nullable(Code(codes("measure_change"))),
        _SEALED,
        "The change since the previous questionnaire.",
        category=SCORES,
    )
    direction = declare(
        nullable(Code(codes("measure_direction"))),
        _SEALED,
        "The direction of the change, if the two can be compared.",
        category=SCORES,
    )
    notice = declare(
        nullable(fields.String()),
        _SEALED,
        "The notice that its owners require to be shown.",
        category=SCORES,
        example="©",
    )
    former_answers = parts(FormerAnswers)


class MeasureList(CaseView):
    """A case's questionnaires, oldest first."""

    says = declare(
        fields.String(),
        FieldClass.BASIC,
        "The meaning of a score, and its limits.",
        example="It is no diagnosis.",
    )
    measures = parts(Measure)


class InstrumentText(View):
    """The text of a questionnaire in one language, if the installation has it."""

    language = declare(Code(), None, "The language.", example="en")
    question = declare(fields.String(), None, "The question that introduces every item.", example="Fictitious question")
    items = declare(fields.List(fields.String()), None, "The questions, in order.", example=["Fictitious"])
    answers = declare(fields.List(fields.String()), None, "The possible answers, lowest first.", example=["Never"])


class Instrument(View):
    """A questionnaire that can be offered."""

    code = declare(Code(), None, "Its code.", example="core10")
    version = declare(Code(), None, "The version in use.", example="1")
    name = declare(fields.String(), None, "Its name.", example="CORE-10")
    about = declare(Code(codes("measure_about")), None, "The period that it asks about.")
    youngest = declare(fields.Integer(), None, "The lowest age, in years.", example=17)
    oldest = declare(fields.Integer(), None, "The highest age, in years.", example=120)
    values = declare(
        fields.List(fields.List(fields.Integer())), None, "The values of each question, in order.", example=[[0, 1, 2]]
    )
    most_missing = declare(fields.Integer(), None, "The most answers that may be missing.", example=1)
    tested = declare(fields.List(fields.String()), None, "The languages that have a tested cut-off.", example=["en"])
    certainty = declare(
        fields.String(), None, "How certain the entry is: settled, likely or unclear.", example="likely"
    )
    checked_by = declare(fields.String(), None, "The expert who should check it.", example="a lawyer")
    source = declare(fields.String(), None, "The published source.", example="Barkham 2013")
    note = declare(fields.String(), None, "A note for users.", example="")
    notice = declare(fields.String(), None, "The notice that its owners require to be shown.", example="©")
    texts = parts(InstrumentText)


class InstrumentList(View):
    """All questionnaires that can be offered today."""

    says = declare(fields.String(), None, "The meaning of a score, and its limits.", example="It is no diagnosis.")
    instruments = parts(Instrument)
