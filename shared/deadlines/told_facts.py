"""The events by which agencies receive facts, for views of facts."""

from shared.access.views import Take, Told
from shared.deadlines.joined import STEPS


class ToldFact(Told):
    """The events of facts. A step on the official path is announced by its own event, which depends on its stage."""

    def event_of(self, take: Take) -> tuple[str, str, int]:
        """Return the event that announces a fact."""
        if take("kind") in STEPS and take("stage") is not None:
            return "intake", "identification.step_recorded", 1
        return super().event_of(take)
