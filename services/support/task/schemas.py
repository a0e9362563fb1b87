"""The view of tasks. Fields are declared on their columns (`models`)."""

from services.support.task import models
from shared.access.views import View


class Task(View, of=models.Task):
    """Something to see to, as the case shows it."""
