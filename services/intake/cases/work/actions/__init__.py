"""Actions of the work list; summaries of cases are in `summaries`."""

from services.intake.cases.work.actions.listing import work_list

__all__ = ["work_list"]
