"""Remedies and their conflicts, as they are shown."""

from marshmallow import fields

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Count, Flag
from shared.reference import codes

_BASIC = FieldClass.BASIC
REMEDY = declare(Code(codes("remedy")), _BASIC, "The remedy.")
FORUM = declare(fields.String(), _BASIC, "Where it is claimed.", example="Fictitious tribunal")
CLOCK = declare(nullable(Code(codes("clock_code"))), _BASIC, "The period that limits it, if one in days is known.")
SOURCE = declare(fields.String(), _BASIC, "Where it stands.", example="Fictitious act, article 1")
CERTAINTY = declare(Code(codes("clock_certainty")), _BASIC, "How certain that is.")
NOTE = declare(nullable(fields.String()), _BASIC, "What else must be known of it, in English.", example=None)


class Conflict(View):
    """What another remedy means for this one."""

    effect = declare(Code(codes("remedy_conflict")), _BASIC, "What the first of the two means for the second.")
    first = declare(Code(codes("remedy")), _BASIC, "The first.")
    second = declare(Code(codes("remedy")), _BASIC, "The second.")
    bites = declare(Flag(), _BASIC, "Whether the other one is pursued in this case.", example=False)
    source = SOURCE
    certainty = CERTAINTY
    note = NOTE


class Remedy(View):
    """A remedy of the jurisdiction, how often it was claimed in this case, and what stands in its way."""

    code = REMEDY
    forum = FORUM
    clock = CLOCK
    source = SOURCE
    certainty = CERTAINTY
    note = NOTE
    claims = declare(Count(), _BASIC, "How many claims towards it stand in the case.", example=0)
    awards = declare(Count(), _BASIC, "How many awards of it.", example=0)
    conflicts = parts(Conflict)


class RemedyList(CaseView):
    """The remedies of the case's jurisdiction."""

    remedies = parts(Remedy)
