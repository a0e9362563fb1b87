"""The commands and views of matter files, and the fields of tasks. Most fields are declared on columns (`models`).

No file shows tasks: they are only in the work list.
"""

from datetime import date
from uuid import UUID

from marshmallow import fields

from services.legal.cases.case.models import FileBarrier
from services.legal.matters.matter_file import models, rules
from services.legal.matters.matter_file.models import OURS
from shared.access.declarations import declare, not_null, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, part, parts
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

LONGEST_PROOF = 2_000

REASON = declare(Code(codes("barrier_reason")), OURS, "The reason of the barrier.")

APART = declare(Reference(), OURS, "The staff whom the barrier keeps out.", staff=True)

BARRIER = declare(Reference(), FieldClass.BASIC, "The barrier; it names no matter.")

TO = declare(Reference(), OURS, "The adviser who takes it over.", staff=True)

PROOF = declare(nullable(Words(LONGEST_PROOF)), OURS, "The evidence, such as a receipt.", example="Receipt, fictitious")


class OpenFile(Command):
    """Open a matter file; the caller becomes responsible for it."""

    type: str = required(models.MatterFile.type)
    remedy: str | None = optional(models.MatterFile.remedy, default=None)
    claim: UUID | None = optional(models.MatterFile.claim, default=None)
    privilege: str = optional(models.MatterFile.privilege, default="unclear")
    review_on: date | None = optional(models.MatterFile.review_on, default=None)
    opened_on: date | None = optional(models.MatterFile.opened_on, default=None)


class DecideOpening(Command):
    """Record that a matter was taken on, advised on and closed, or rejected with a reason."""

    decision: str = required(models.MatterFile.opening)
    rejection: str | None = optional(models.MatterFile.rejection, default=None)
    happened_on: date | None = optional(models.FileStep.happened_on, default=None)


class RecordStage(Command):
    """Record another stage, either of the work or of the court or authority."""

    stage: str | None = optional(or_null(models.MatterFile.stage), default=None)
    court_stage: str | None = optional(models.MatterFile.court_stage, default=None)
    happened_on: date | None = optional(models.FileStep.happened_on, default=None)


class ReviewFile(Command):
    """Record a review of the file, and the day of the next one."""

    review_on: date | None = optional(models.MatterFile.review_on, default=None)
    happened_on: date | None = optional(models.FileStep.happened_on, default=None)


class RecordPrivilege(Command):
    """Record whether the content of the file is privileged; this cancels a recorded waiver."""

    privilege: str = required(models.MatterFile.privilege)
    happened_on: date | None = optional(models.FileStep.happened_on, default=None)


class WaivePrivilege(Command):
    """Record that the person waives privilege. Only the person can."""

    waived_on: date | None = optional(not_null(models.MatterFile.privilege_waived_on), default=None)


class CloseFile(Command):
    """Close a matter file."""

    outcome: str = required(not_null(models.MatterFile.outcome))
    closed_on: date | None = optional(not_null(models.MatterFile.closed_on), default=None)


class KeepApart(Command):
    """Set a barrier between a staff member and this matter, which they do not learn of."""

    member: UUID = required(APART)
    reason: str = required(REASON)


class HandOver(Command):
    """Hand over the matters without a team to an adviser."""

    to: UUID = required(TO)


class RecordKeyDate(Command):
    """Record a day by which something must be done."""

    kind: str = required(models.KeyDate.kind)
    due_on: date = required(models.KeyDate.due_on)
    unclear: bool = optional(models.KeyDate.unclear, default=False)


class MoveKeyDate(Command):
    """Move a key date, such as a hearing that was moved or a period that was extended."""

    due_on: date = required(models.KeyDate.due_on)
    unclear: bool = optional(models.KeyDate.unclear, default=False)


class AnswerKeyDate(Command):
    """Answer a key date."""

    answer: str = required(not_null(models.KeyDate.answer))
    answered_on: date | None = optional(not_null(models.KeyDate.answered_on), default=None)
    proof: str | None = optional(PROOF, default=None)


class NeedDocument(Command):
    """Record a needed document."""

    kind: str = required(models.DueDocument.kind)
    due_on: date | None = optional(models.DueDocument.due_on, default=None)


class ReceiveDocument(Command):
    """Record that a document was received."""

    received_on: date | None = optional(not_null(models.DueDocument.received_on), default=None)


class FileCorrection(View):
    """The earlier values of a corrected record of the file."""

    id = declare(Reference(), OURS, "The correction.")
    record_class = declare(Code(codes("matter_record")), OURS, "The kind of record.")
    record = declare(Reference(), OURS, "The corrected record.")
    revision = declare(Count(), OURS, "The revision: 1 until it is corrected.", example=1)
    reason = declare(Code(codes("fact_correction_reason")), OURS, "The reason of the correction.")
    was = declare(
        nullable(fields.Dict(keys=fields.String())),
        OURS,
        "The previous values of the changed fields; null: none.",
    )
    corrected_on = declare(Day(), OURS, "The day of the correction.")
    corrected_by = declare(Reference(), OURS, "The staff member who corrected it.", staff=True)


class FileHead(View, of=models.MatterFile):
    """A matter file without its records."""


class FileAdviser(View, of=models.FileMember):
    """A current or former adviser of a matter."""


class FileStep(View, of=models.FileStep):
    """A step of a matter."""


class KeyDate(View, of=models.KeyDate):
    """A key date and its answer."""

    proof = PROOF


class Document(View, of=models.DueDocument):
    """A document that a matter needs."""


class FileList(CaseView):
    """The matters of a case that the reader works on, without any sign of others."""

    files = parts(FileHead)


class StaffedFile(FileHead):
    """A matter file with its team and its barriers."""

    members = declare(BoundedList(Reference(), rules.MOST_FILES), OURS, "The team of the matter.", staff=True)
    apart = declare(
        BoundedList(Reference(), rules.MOST_FILES), OURS, "The staff whom the barrier keeps out.", staff=True
    )


class WholeFile(CaseView):
    """A matter file with its records."""

    file = part(StaffedFile)
    advisers = parts(FileAdviser)
    steps = parts(FileStep)
    dates = parts(KeyDate)
    documents = parts(Document)
    corrections = parts(FileCorrection)


class DueInFile(View):
    """A task in a matter of the reader."""

    case = declare(Reference(), None, "The case.")
    file = declare(Reference(), None, "The matter's file.")
    item = declare(Code(codes("matter_due")), None, "What waits.")
    due_on = declare(nullable(Day()), None, "The day by which; null: now.")
    days_late = declare(Count(), None, "Days since then; 0 until it is overdue.", example=0)
    record = declare(nullable(Reference()), None, "The key date or document.")
    unclear = declare(Flag(), None, "Whether the day is not certain.", example=False)


class DuePeriod(View):
    """A legal period of a case whose adviser is the reader."""

    case = declare(Reference(), None, "The case.")
    clock = declare(Reference(), None, "The period.")
    code = declare(Code(), None, "Which period of the law it is.", example="GB.ET")
    jurisdiction = declare(Code(), None, "Whose law it is of.", example="GB-EAW")
    kind = declare(Code(codes("clock_kind")), None, "What its end means.")
    state = declare(Code(), None, "How far it is.", example="running")
    due_on = declare(
        nullable(Day()), None, "Its last day, by the reading that is safe for the person; null: not known."
    )
    due_at = declare(nullable(Instant()), None, "Its end, if the law counts hours; null: its last day counts whole.")
    other_due_on = declare(nullable(Day()), None, "Its last day by the reading furthest from that.")
    days_late = declare(Count(), None, "Days since then; 0 until it is overdue.", example=0)
    certainty = declare(Code(codes("clock_certainty")), None, "How sure its day is.")
    doubts = declare(Codes(codes("clock_doubt")), None, "What makes it unsure.", example=[])
    check = declare(Code(codes("who_checks")), None, "Who should check its day.", example="lawyer")
    birthday = declare(
        nullable(Count()), None, "It ends on this birthday; the days are those of its month.", example=20
    )
    group = declare(
        Code(codes("due_group")), None, "Whether it is late, due, in doubt by its readings, or without a day."
    )


class DueList(View):
    """The tasks in the reader's matters and the periods of their cases, earliest first. Past periods come last."""

    due = parts(DueInFile)
    periods = parts(DuePeriod)


class ClosingBarrier(View, of=FileBarrier):
    """A barrier that closes a case to a staff member, because they act for the other side of a matter."""

    id = BARRIER


class ClosingBarriers(CaseView):
    """The barriers that close the case to staff members, earliest first."""

    barriers = parts(ClosingBarrier)


_OURS = FieldClass.PRIVILEGED

#: The maximum number of members of a matter.
MOST_MEMBERS = 100

TASK = declare(Reference(), _OURS, "The task; it names no matter.")

KIND = declare(Code(codes("matter_due")), _OURS, "The task.")

DUE_ON = declare(nullable(Day()), _OURS, "By which day; null: now.")

UNCLEAR = declare(Flag(), _OURS, "Whether the day is uncertain: then it is the earliest safe day.", example=False)

MEMBERS = declare(
    BoundedList(Reference(), MOST_MEMBERS),
    _OURS,
    "The staff member for whom it is. Other readers do not see it.",
    staff=True,
)
