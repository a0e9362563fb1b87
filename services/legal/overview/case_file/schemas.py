"""The legal file as a whole, and the person's copy of it."""

from marshmallow import fields

from services.legal.cases.advice.schemas import Advice, AdviceRequest, FollowUp
from services.legal.cases.identification.schemas import IdentificationStep
from services.legal.cases.reconsideration.schemas import Reconsideration
from services.legal.cases.right.schemas import RightExplained
from services.legal.compensation.award.schemas import AwardState, ExactAward
from services.legal.compensation.fact.schemas import Fact
from services.legal.compensation.matter.schemas import Matter
from services.legal.matters.note.schemas import Note
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import Copied, parts
from shared.casework import corrections
from shared.casework.schemas import FollowedCaseView
from shared.deadlines import Deadline
from shared.http import shown_case

PUT_RIGHT = declare(
    nullable(fields.Dict(keys=fields.String())),
    FieldClass.PRIVILEGED,
    "What it said before, of that which was changed.",
)


class Correction(corrections.Correction):
    """What a record said before it was put right; what that was is for the person's own advisers."""

    was = PUT_RIGHT


class LegalFile(FollowedCaseView):
    """A case's legal file."""

    actions = shown_case.actions()
    etags = shown_case.etags()
    advice = parts(Advice, Copied("legal_advice"))
    advice_requests = parts(AdviceRequest, Copied("legal_advice"))
    follow_ups = parts(FollowUp, Copied("legal_advice"))
    rights_explained = parts(RightExplained, Copied("legal_advice"))
    clocks = parts(Deadline, Copied("deadline"))
    matters = parts(Matter, Copied("compensation"))
    awards = parts(AwardState, Copied("award"))
    reconsiderations = parts(Reconsideration, Copied("reconsideration"))
    corrections = parts(Correction)
    identification = parts(IdentificationStep, Copied("identification"))


class LegalCopy(LegalFile):
    """What legal hands over when the person asks for a copy."""

    awards = parts(ExactAward, Copied("award"))
    facts = parts(Fact, Copied("deadline"))
    notes = parts(Note, Copied("legal_note", privileged=True))
