"""A table of the legal grounds on which agencies receive data without consent, as in `mapping`.

A story's `basis: public_task` states that the ground exists, and its tables state which events the agency receives
and which data it sees. The reason, the purpose and the last day come from this table. CoMensha cannot see any personal
data: its ground names no data category, so it opens only data without a category.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.stories import mapping
from tests.stories.stories import Step, Story

OF_A_CHILD: Final = "child_at_risk"
_BY_LAW: Final = "statutory_duty"
_FOUND: Final = ("W1", "W2", "W3")


@dataclass(frozen=True)
class Ground:
    """The ground of one agency in a story; `cases`: the people it covers, if the story is about several."""

    agency: str
    purpose: str
    data_categories: tuple[str, ...]
    until: str
    reason: str = _BY_LAW
    cases: tuple[str, ...] = ()

    def body(self, story: Story) -> mapping.Body:
        """Return the request body of the proposal to share on this ground."""
        return {
            "agency": mapping.agency(story.id, self.agency),
            "purpose": self.purpose,
            "data_categories": self.data_categories,
            "reason": self.reason,
            "until": self.until,
        }


_OFFICIAL: Final = "referral_to_official_identification"
#: A story, and the step after which a second person confirms -> the grounds that apply from then on.
GROUNDS: Final[Mapping[tuple[str, int], tuple[Ground, ...]]] = {
    ("gb-born-in-september", 3): (
        Ground("authority", _OFFICIAL, ("identity", "account"), "2026-11-24", OF_A_CHILD),
        Ground("brackenford_police", "police_investigation", ("identity", "account"), "2026-10-22", OF_A_CHILD),
        Ground("wayfarers", "referral_for_support", ("identity", "account"), "2026-10-22", OF_A_CHILD),
    ),
    ("nl-parcel-hall", 1): (
        Ground("politie", "police_investigation", ("identity", "account"), "2025-11-29", cases=_FOUND),
        Ground("ind", _OFFICIAL, ("identity", "immigration"), "2025-11-29", cases=_FOUND),
        Ground("comensha", "national_register", (), "2025-11-29", cases=_FOUND),
    ),
    ("ro-voucher-on-the-national-day", 1): (Ground("igi", _OFFICIAL, ("identity", "immigration"), "2026-02-23"),),
}


def begun_by(story: Story, step: Step, case: str) -> list[Ground]:
    """Return the grounds that apply to one of a story's cases from a step on."""
    return [ground for ground in GROUNDS.get((story.id, step.number), ()) if case in (ground.cases or (case,))]


def of_story(story: Story) -> list[Ground]:
    """Return all grounds without consent in a story."""
    return [ground for (of, _), begun in GROUNDS.items() if of == story.id for ground in begun]


def of_agency(story: Story, agency: str) -> list[Ground]:
    """Return all grounds of an agency in a story that follow from its task."""
    return [ground for ground in of_story(story) if ground.agency == agency]
