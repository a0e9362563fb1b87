"""Actions of the work list, and its read model."""

from services.intake.work.actions.hearing import PROJECTIONS
from services.intake.work.actions.listing import work_list

__all__ = ["PROJECTIONS", "work_list"]
