"""Assessments: record and correct (`making`), read (`reading`), and share parts (`sharing`)."""

from services.support.risks.assessment.actions.making import (
    complete_assessment,
    continue_assessment,
    correct_assessment,
)
from services.support.risks.assessment.actions.reading import with_scores, without_scores
from services.support.risks.assessment.actions.sharing import end_share, read_persons_copy, share_domains, shared_alone

__all__ = [
    "complete_assessment",
    "continue_assessment",
    "correct_assessment",
    "end_share",
    "read_persons_copy",
    "share_domains",
    "shared_alone",
    "with_scores",
    "without_scores",
]
