"""The legal file as a whole, and the person's copy of it."""

from services.legal.advice.schemas import Advice
from services.legal.identification.schemas import IdentificationStep
from services.legal.matter.schemas import Matter
from services.legal.note.schemas import Note
from services.legal.reconsideration.schemas import Reconsideration
from shared.access.views import Copied, parts
from shared.casework.schemas import FollowedCaseView
from shared.deadlines import Deadline


class LegalFile(FollowedCaseView):
    """A case's legal file."""

    advice = parts(Advice, Copied("legal_advice"))
    clocks = parts(Deadline, Copied("deadline"))
    matters = parts(Matter, Copied("compensation"))
    reconsiderations = parts(Reconsideration, Copied("reconsideration"))
    identification = parts(IdentificationStep, Copied("identification"))


class LegalCopy(LegalFile):
    """What legal hands over when the person asks for a copy."""

    notes = parts(Note, Copied("legal_note", privileged=True))
