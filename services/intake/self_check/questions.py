"""The questions of the self-check, each with the indicators that a yes touches.

The questions are the code list `self_check_question`; their words are in `shared/reference/words/public`. The person
reads questions, never indicators. This table is the only place that connects the two.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

INDICATORS_BY_QUESTION: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "work_not_as_promised": ("deception",),
        "pay_kept": ("withholding_of_wages",),
        "long_hours": ("excessive_overtime",),
        "bad_place": ("abusive_working_and_living_conditions",),
        "work_in_a_home": ("excessive_overtime", "isolation"),
        "papers_kept": ("retention_of_identity_documents",),
        "controlled": ("isolation", "withholding_of_wages"),
        "stopped_from_leaving": ("restriction_of_movement",),
        "debt": ("debt_bondage",),
        "problems_used": ("abuse_of_vulnerability",),
        "threatened": ("intimidation_and_threats",),
        "hurt": ("physical_and_sexual_violence",),
        "made_to_break_the_law": ("abuse_of_vulnerability", "intimidation_and_threats"),
        "made_to_have_sex": ("abuse_of_vulnerability", "physical_and_sexual_violence"),
    }
)
"""Indicators (code list `ilo_forced_labour_indicator`) by question (code list `self_check_question`)."""
