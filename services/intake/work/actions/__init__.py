"""The work list, and what is heard for it."""

from services.intake.work.actions.hearing import PROJECTIONS
from services.intake.work.actions.listing import work_list

__all__ = ["PROJECTIONS", "work_list"]
