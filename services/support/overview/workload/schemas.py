"""The views of workload. They contain nothing about a person."""

from shared.access.declarations import declare
from shared.access.views import View, parts
from shared.events.contract import Count, Reference


class Carried(View):
    """The workload of one worker."""

    member = declare(Reference(), None, "The worker.", staff=True)
    open_cases = declare(Count(), None, "In how many open cases they work.", example=9)
    high_risk_cases = declare(Count(), None, "In how many of them the risk is high or urgent.", example=2)
    alerts_unanswered = declare(Count(), None, "The number of unacknowledged alerts of these cases.", example=0)
    tasks_overdue = declare(Count(), None, "How many tasks of these cases are past their day.", example=1)
    sessions_this_week = declare(Count(), None, "How many sessions they recorded in the last seven days.", example=6)


class Workload(View):
    """The workload of the caller and of those whom they supervise, in the order of their ids."""

    members = parts(Carried)
