"""Hooks of consent and of sharing without consent: an agency may receive more or less of a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.agencies.consent.models import Consent
from services.intake.facts.case.models import Case
from shared.runtime.hooks import Hook


@dataclass(frozen=True, slots=True)
class Coverage:
    """An agency that may receive more or less of a case's person, for these purposes; None: for any."""

    case: Case
    agency: UUID
    now: datetime
    purposes: Collection[str] | None = None


#: A consent or a sharing may allow an agency more. Announced after its event.
WIDENED: Final = Hook[Coverage]("coverage.widened")
#: A consent or a sharing allows an agency less. Announced after its event.
NARROWED: Final = Hook[Coverage]("coverage.narrowed")
#: The person withdrew a consent. Announced before its event, and before `NARROWED`.
WITHDRAWN: Final = Hook[Consent]("consent.withdrawn")
