"""The age by which a person is treated, and why consent is asked anew: all that is announced of the person."""

from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.events.contract import Code
from shared.reference import codes

AGE = declare(Code(codes("age")), FieldClass.STATISTICS, "Whether the person is treated as a child.")
DUE_AGAIN_REASON = declare(Code(codes("consent_due_reason")), FieldClass.BASIC, "Why consent has to be asked anew.")
