"""Remedies as they are shown against what was claimed and awarded in a case. Nothing is stored here."""

from collections import Counter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.compensation.award.models import Award
from services.legal.compensation.matter.models import Matter
from services.legal.compensation.remedy import rules
from services.legal.compensation.remedy.rules import Shown
from shared.reference import Remedy


def remedies_shown(session: Session, case: UUID) -> dict[str, object]:
    """Return the remedies of a case's jurisdiction, each with its conflicts. Raises `NotFound`, `NotArrivedYet`."""
    law = rules.law_of(CASES.read(session, case).jurisdiction)
    standing = select(Matter.remedy).where(Matter.case_id == case, Matter.taken_back_at.is_(None))
    claims = Counter(session.scalars(standing))
    awards = Counter(session.scalars(select(Award.remedy).where(Award.case_id == case)))
    pursued = claims.keys() | awards.keys()
    return {
        "remedies": [
            {
                **_remedy(remedy),
                "claims": claims[code],
                "awards": awards[code],
                "conflicts": [_conflict(shown) for shown in rules.conflicts_of(law, code, pursued)],
            }
            for code, remedy in law.remedies.items()
        ]
    }


def _remedy(remedy: Remedy) -> dict[str, object]:
    origin = {"source": remedy.source, "certainty": remedy.certainty, "note": remedy.note or None}
    return {"code": remedy.code, "forum": remedy.forum, "clock": remedy.clock, **origin}


def _conflict(shown: Shown) -> dict[str, object]:
    leaf = shown.conflict
    origin = {"source": leaf.source, "certainty": leaf.certainty, "note": leaf.note or None}
    return {"effect": leaf.effect, "first": leaf.first, "second": leaf.second, "bites": shown.bites, **origin}
