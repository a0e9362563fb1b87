"""The views of recovery periods. Fields of a period are declared on their columns (`models`)."""

from services.support.help.recovery import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Flag


class RecoveryPeriod(View, of=models.Recovery):
    """A recovery period, whose clock intake keeps."""


class Recovery(View):
    """The recovery periods of a case. Support continues after them."""

    periods = parts(RecoveryPeriod)
    support_continues = declare(Flag(), FieldClass.BASIC, "True: support ends with no period.")
