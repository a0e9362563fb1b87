"""Matters' files: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from uuid import UUID

from marshmallow import fields

from services.legal.matter_file import rules
from services.legal.matter_file.models import OURS
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, part, parts
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Count, Day, Flag, Instant, Reference
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

LONGEST_PROOF = 2_000

FILE = declare(Reference(), OURS, "The matter's file.")
TYPE = declare(Code(codes("matter_type")), OURS, "What kind of matter it is.")
STAGE = declare(Code(codes("matter_stage")), OURS, "How far the work is.")
COURT_STAGE = declare(Code(codes("prosecution_stage")), OURS, "Where the court or authority is.")
REMEDY = declare(nullable(Code(codes("remedy"))), OURS, "The remedy that it works towards, if any.")
CLAIM = declare(nullable(Reference()), OURS, "The claim that the case's own file shows, if one was made.")
PRIVILEGE = declare(Code(codes("privilege")), OURS, "Whether what is written in it is privileged.")
#: Of somebody who works on it, where it is another than the matter's: it depends on who advises.
OWN_PRIVILEGE = declare(
    nullable(Code(codes("privilege"))), OURS, "Whether what they are told is privileged; null: as the matter is."
)
WAIVED_ON = declare(Day(), OURS, "The day on which the person waived it, who alone can; today by default.")
OPENING = declare(Code(codes("matter_opening")), OURS, "Whether it was taken on.")
REJECTION = declare(nullable(Code(codes("matter_rejection"))), OURS, "Why it was not taken on.")
OPENED_ON = declare(Day(), OURS, "The day on which work began, today by default.")
HAPPENED_ON = declare(Day(), OURS, "The day of the step, today by default.")
RESPONSIBLE = declare(nullable(Reference()), OURS, "Who answers for it.", author=True)
DEPUTY = declare(nullable(Reference()), OURS, "Who stands in for them.", author=True)
OPENED_BY = declare(Reference(), OURS, "Who opened it.", author=True)
MEMBER = declare(Reference(), OURS, "Somebody who works on it.", staff=True)
REVIEW_ON = declare(nullable(Day()), OURS, "The day by which somebody looks through the file.")
OUTCOME = declare(Code(codes("matter_outcome")), OURS, "How it ended.")
CLOSED_ON = declare(Day(), OURS, "The day on which it was closed, today by default.")
REASON = declare(Code(codes("barrier_reason")), OURS, "Why somebody is kept apart from it.")
APART = declare(Reference(), OURS, "Who is kept apart from it.", staff=True)
BARRIER = declare(Reference(), FieldClass.BASIC, "The barrier; it names no matter.")
SET_BY = declare(Reference(), FieldClass.BASIC, "Who set it.", staff=True)
TO = declare(Reference(), OURS, "Who takes it on.", staff=True)
STEP = declare(Code(codes("matter_step")), OURS, "What kind of step it was.")
_CAME_TO = ("matter_opening", "matter_stage", "prosecution_stage", "matter_outcome", "privilege")
NOW = declare(
    nullable(Code(tuple(dict.fromkeys(code for name in _CAME_TO for code in codes(name))))), OURS, "What it came to."
)
DATE_KIND = declare(Code(codes("key_date_kind")), OURS, "What must be done by then.")
DUE_ON = declare(Day(), OURS, "The last day.")
UNCLEAR = declare(Flag(), OURS, "Whether the day is not certain: then it is the earliest safe reading.", example=False)
ANSWER = declare(Code(codes("deadline_answer")), OURS, "What became of it.")
ANSWERED_ON = declare(Day(), OURS, "The day on which that was done or decided, today by default.")
PROOF = declare(
    nullable(Words(LONGEST_PROOF)), OURS, "What shows it: a receipt, who said so.", example="Receipt, fictitious"
)
MOVED_FROM = declare(nullable(Reference()), OURS, "The key date in whose place it stands, which was moved.")
DOCUMENT_KIND = declare(Code(codes("matter_document")), OURS, "Which document is needed.")
RECEIVED_ON = declare(Day(), OURS, "The day on which it was there, today by default.")
RECORDED_BY = declare(Reference(), OURS, "Who recorded it.", author=True)
SOMEBODY = declare(nullable(Reference()), OURS, "Who did that.", staff=True)
AT = declare(nullable(Instant()), OURS, "When that was.")
REVISION = declare(Count(), OURS, "How often it has been recorded: 1 until it is put right.", example=1)
TAKEN_BACK_AT = declare(nullable(Instant()), OURS, "When it was taken back, as recorded wrongly; null: it counts.")
WHY_PUT_RIGHT = declare(Code(codes("fact_correction_reason")), OURS, "Why it was put right.")
WAS = declare(
    nullable(fields.Dict(keys=fields.String())), OURS, "What it said before, of that which was changed; null: nothing."
)


class OpenFile(Command):
    """Work on a matter begins; whoever opens it answers for it."""

    type: str = required(TYPE)
    remedy: str | None = optional(REMEDY, default=None)
    claim: UUID | None = optional(CLAIM, default=None)
    privilege: str = optional(PRIVILEGE, default="unclear")
    review_on: date | None = optional(REVIEW_ON, default=None)
    opened_on: date | None = optional(OPENED_ON, default=None)


class DecideOpening(Command):
    """It was taken on, advised on and closed, or not taken on, with the reason."""

    decision: str = required(OPENING)
    rejection: str | None = optional(REJECTION, default=None)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class RecordStage(Command):
    """The work, or the court or authority, is at another stage; one of the two."""

    stage: str | None = optional(or_null(STAGE), default=None)
    court_stage: str | None = optional(or_null(COURT_STAGE), default=None)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class ReviewFile(Command):
    """Somebody looked through the file; when that is done next."""

    review_on: date | None = optional(REVIEW_ON, default=None)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class RecordPrivilege(Command):
    """Whether what is written in the file is privileged; a waiver that was recorded does not stand any more."""

    privilege: str = required(PRIVILEGE)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class WaivePrivilege(Command):
    """The person waives privilege. Nobody else can."""

    waived_on: date | None = optional(WAIVED_ON, default=None)


class CloseFile(Command):
    """The matter ended."""

    outcome: str = required(OUTCOME)
    closed_on: date | None = optional(CLOSED_ON, default=None)


class KeepApart(Command):
    """Somebody has no part in this matter, and does not learn of it."""

    member: UUID = required(APART)
    reason: str = required(REASON)


class HandOver(Command):
    """Somebody takes on the matters that nobody is left for."""

    to: UUID = required(TO)


class RecordKeyDate(Command):
    """Something must be done by a day."""

    kind: str = required(DATE_KIND)
    due_on: date = required(DUE_ON)
    unclear: bool = optional(UNCLEAR, default=False)


class MoveKeyDate(Command):
    """It is another day now: a hearing that was moved, a period that was extended."""

    due_on: date = required(DUE_ON)
    unclear: bool = optional(UNCLEAR, default=False)


class AnswerKeyDate(Command):
    """What became of a key date."""

    answer: str = required(ANSWER)
    answered_on: date | None = optional(ANSWERED_ON, default=None)
    proof: str | None = optional(PROOF, default=None)


class NeedDocument(Command):
    """A document is needed."""

    kind: str = required(DOCUMENT_KIND)
    due_on: date | None = optional(or_null(DUE_ON), default=None)


class ReceiveDocument(Command):
    """A document is there."""

    received_on: date | None = optional(RECEIVED_ON, default=None)


class FileCorrection(View):
    """What a record of the file said before it was put right."""

    id = declare(Reference(), OURS, "The correction.")
    record_class = declare(Code(codes("matter_record")), OURS, "Of what kind the record is.")
    record = declare(Reference(), OURS, "The record that was put right.")
    revision = REVISION
    reason = WHY_PUT_RIGHT
    was = WAS
    corrected_on = declare(Day(), OURS, "The day on which it was put right.")
    corrected_by = declare(Reference(), OURS, "Who put it right.", staff=True)


class FileHead(View):
    """A matter's file, without what is in it."""

    id = FILE
    type = TYPE
    stage = STAGE
    court_stage = or_null(COURT_STAGE)
    remedy = REMEDY
    claim = CLAIM
    privilege = PRIVILEGE
    privilege_waived_on = or_null(WAIVED_ON)
    opening = OPENING
    rejection = REJECTION
    responsible = RESPONSIBLE
    deputy = DEPUTY
    opened_on = OPENED_ON
    opened_by = OPENED_BY
    review_on = REVIEW_ON
    outcome = or_null(OUTCOME)
    closed_on = or_null(CLOSED_ON)


class FileAdviser(View):
    """Somebody who works on a matter, or did."""

    member = MEMBER
    joined_on = declare(Day(), OURS, "Since when.")
    left_on = declare(nullable(Day()), OURS, "Until when; null: they do.")
    privilege = OWN_PRIVILEGE


class FileStep(View):
    """A step of a matter."""

    id = declare(Reference(), OURS, "The step.")
    step = STEP
    now = NOW
    happened_on = HAPPENED_ON
    recorded_by = RECORDED_BY


class KeyDate(View):
    """A key date, and what became of it."""

    id = declare(Reference(), OURS, "The key date.")
    kind = DATE_KIND
    due_on = DUE_ON
    unclear = UNCLEAR
    recorded_by = RECORDED_BY
    checked_by = SOMEBODY
    checked_at = AT
    answer = or_null(ANSWER)
    answered_on = or_null(ANSWERED_ON)
    answered_by = SOMEBODY
    proof = PROOF
    moved_from = MOVED_FROM


class Document(View):
    """A document that a matter needs."""

    id = declare(Reference(), OURS, "The document.")
    kind = DOCUMENT_KIND
    due_on = or_null(DUE_ON)
    unclear = UNCLEAR
    received_on = or_null(RECEIVED_ON)
    recorded_by = RECORDED_BY


class FileList(CaseView):
    """The matters of a case that the reader works on; whether there are others it does not say."""

    files = parts(FileHead)


class StaffedFile(FileHead):
    """A matter's file with who works on it, and who is kept apart from it."""

    members = declare(BoundedList(Reference(), rules.MOST_FILES), OURS, "Who works on it.", staff=True)
    apart = declare(BoundedList(Reference(), rules.MOST_FILES), OURS, "Who is kept apart from it.", staff=True)


class WholeFile(CaseView):
    """A matter's file with what is in it."""

    file = part(StaffedFile)
    advisers = parts(FileAdviser)
    steps = parts(FileStep)
    dates = parts(KeyDate)
    documents = parts(Document)
    corrections = parts(FileCorrection)


class DueInFile(View):
    """What waits in a matter of the reader's."""

    case = declare(Reference(), None, "The case.")
    file = declare(Reference(), None, "The matter's file.")
    item = declare(Code(codes("matter_due")), None, "What waits.")
    due_on = declare(nullable(Day()), None, "The day by which; null: now.")
    days_late = declare(Count(), None, "Days since then; 0 until it is overdue.", example=0)
    record = declare(nullable(Reference()), None, "The key date or document.")
    unclear = declare(Flag(), None, "Whether the day is not certain.", example=False)


class DueList(View):
    """What waits in the reader's matters, the first day first."""

    due = parts(DueInFile)


class ClosingBarrier(View):
    """That a case is closed to a member of staff, since they act for the other side of a matter."""

    id = BARRIER
    member = declare(Reference(), FieldClass.BASIC, "Who is kept apart.", staff=True)
    set_by = SET_BY
    set_at = declare(Instant(), FieldClass.BASIC, "When it was set.")
    lifted_by = declare(nullable(Reference()), FieldClass.BASIC, "Who lifted it.", staff=True)
    lifted_at = declare(nullable(Instant()), FieldClass.BASIC, "When it was lifted; null: it stands.")


class ClosingBarriers(CaseView):
    """The barriers that close the case to somebody, the earliest first."""

    barriers = parts(ClosingBarrier)
