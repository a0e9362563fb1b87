"""The view of identification steps. The fields are declared on their columns (`models`)."""

from services.legal.cases.identification.models import IdentificationFact
from shared.access.views import View


class IdentificationStep(View, of=IdentificationFact):
    """A step on the official path, as intake published it."""
