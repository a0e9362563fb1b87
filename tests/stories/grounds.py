"""What an agency has of a person without their consent, by the task that the law gives it: one table, as `mapping`.

A story's `basis: public_task` says that it is so, and its tables what the agency then hears and is shown; the reason,
the purpose and the day on which it ends are the table's own. What CoMensha may be shown of a person is nothing: its
ground names no data category, and opens what is of none.
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
    """What one agency of a story has of the person; `cases`: of whom, where the story is about several people."""

    agency: str
    purpose: str
    data_categories: tuple[str, ...]
    until: str
    reason: str = _BY_LAW
    cases: tuple[str, ...] = ()

    def body(self, story: Story) -> mapping.Body:
        """Return the proposal to share by it."""
        return {
            "agency": mapping.agency(story.id, self.agency),
            "purpose": self.purpose,
            "data_categories": self.data_categories,
            "reason": self.reason,
            "until": self.until,
        }


_OFFICIAL: Final = "referral_to_official_identification"
#: A story, and the step after which a second person agrees -> what is shared from then on.
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
    """Return what is shared from a step of a story on, of one of its cases."""
    return [ground for ground in GROUNDS.get((story.id, step.number), ()) if case in (ground.cases or (case,))]


def of_story(story: Story) -> list[Ground]:
    """Return all that is shared in a story without consent."""
    return [ground for (of, _), begun in GROUNDS.items() if of == story.id for ground in begun]


def of_agency(story: Story, agency: str) -> list[Ground]:
    """Return all that an agency of a story has by its task."""
    return [ground for ground in of_story(story) if ground.agency == agency]
