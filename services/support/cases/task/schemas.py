"""The view of tasks. Fields are declared on their columns (`models`)."""

from services.support.cases.task import models
from shared.access.views import View


class Task(View, of=models.Task):
    """A task in the support file."""
