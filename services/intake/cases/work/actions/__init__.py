"""Actions of the work list, and its read model; summaries of cases are in `summaries`."""

from services.intake.cases.work.actions.listing import work_list
from services.intake.cases.work.actions.projecting import PROJECTIONS

__all__ = ["PROJECTIONS", "work_list"]
