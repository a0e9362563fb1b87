"""An action of the desk: its request, its form and its words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.web.forms.fields import Kind
from services.web.forms.published import Operation, operation
from services.web.words.texts import gettext_noop


class Source(StrEnum):
    """Where the desk reads what an action is about, and whether the person may do it."""

    #: Nothing: the action is about no case that exists.
    NOTHING = "nothing"
    #: The case's file at the service of the action.
    CASE = "case"
    #: A referral that an agency offers.
    OFFER = "offer"
    #: The register of staff.
    REGISTER = "register"
    #: A person in the register of staff.
    MEMBER = "member"
    #: An entry of the list of decisions for a second person.
    CONFIRMATION = "confirmation"


#: These sources contain one record, which the address of the form names.
NAMES_ITS_RECORD: Final = frozenset((Source.OFFER, Source.CONFIRMATION, Source.MEMBER))


@dataclass(frozen=True, kw_only=True, eq=False)
class Act:
    """An action: its request, its form, and its words."""

    #: In the address of the form.
    code: str
    service: str
    #: The id of the request in the service's OpenAPI document.
    request: str
    title: str
    button: str = gettext_noop("Save")
    group: str = ""
    source: Source = Source.CASE
    #: The list of the case's file with the records that the action is about, and the fields that describe one, with
    #: their code lists (empty: a date or text).
    records: str = ""
    #: The request whose answer has that list, if the case's file does not have it.
    records_from: str = ""
    described_by: tuple[tuple[str, str], ...] = ()
    #: The values of a record's field with which the action is offered (empty: all records).
    only_if: tuple[str, tuple[object, ...]] = ("", ())
    #: Set if the form begins with the values of the record, and sends only the fields that the person changed.
    is_correction: bool = False
    #: A request whose answer has the values with which the form begins, and their name in the answer (empty: the whole
    #: answer). The form replaces all of them.
    begins_with: tuple[str, str] = ("", "")
    #: The lists of the case's file with which these fields of the form begin.
    begins_from: Mapping[str, str] = field(default_factory=dict)
    #: A request whose answer is shown before the person confirms: the data that the receiver would see.
    preview: str = ""
    #: The fields that come first.
    first: tuple[str, ...] = ()
    #: The fields that the form does not have.
    without: tuple[str, ...] = ()
    #: The values that the desk itself adds.
    fixed: Mapping[str, object] = field(default_factory=dict)
    #: The field that decides which others the form has, and these by its codes; the form then has no other codes. A
    #: field that the request does not have is one of the record that the form corrects.
    decides: str = ""
    shows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: A field of the record, and by its values the codes that can be chosen now (empty: all).
    possible: tuple[str, Mapping[str, tuple[str, ...]]] = ("", MappingProxyType({}))
    #: The fields that a chosen code needs, where the form has them; `code.field` for one code only. Without a choice:
    #: lists that need at least one value.
    required: tuple[str, ...] = ()
    #: The code lists of fields whose schema does not name one, by the paths of the fields.
    lists: Mapping[str, str] = field(default_factory=dict)
    #: The kinds of fields whose schema does not show what an id or a text names.
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    #: The roles with this action, if no answer of the service lists the actions of its reader (empty: it does).
    for_roles: frozenset[str] = frozenset()
    #: Set if a value of the record can be removed.
    can_remove: bool = False
    #: Of a field that is an object by a code: the list of these codes.
    keys: Mapping[str, str] = field(default_factory=dict)
    #: The effect of the action. Shown on the form, and again before an action that cannot be undone.
    effect: str = ""
    is_irreversible: bool = False
    #: The code of the action to which the person is led next, about the same or the new record.
    leads_to: str = ""

    @property
    def is_of_case(self) -> bool:
        """Return whether the action is about a case that exists."""
        return self.source is Source.CASE

    @property
    def operation(self) -> Operation:
        """Return the published request."""
        return operation(self.service, self.request)


#: The fields of a correction that takes a record back state nothing else.
REASON: Final = ("reason",)
TIMES: Final = ("happened", "learnt")
CORRECTION: Final = gettext_noop(
    "The earlier version is kept, with your reason. The timeline shows earlier dates of a fact. Deadlines and events "
    "follow the corrected version."
)
