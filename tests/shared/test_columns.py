"""Fields declared on their columns: the fields that commands and views use, and the declarations that are refused."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from marshmallow import ValidationError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.access.columns import declared_column
from shared.access.declarations import InternalColumn, declaration_of, declare, not_null, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts, shown
from shared.events.contract import Code, Count, Day, Flag, Reference
from shared.http import Command, optional, required

BASIC = FieldClass.BASIC


class Record(DeclarativeBase):
    """The base of this module's tables."""


class Counted:
    """A mixin."""

    revision: Mapped[int] = declared_column(Count(), BASIC, "How often.", default=1)


class Visit(Counted, Record):
    """A table with declared and internal columns."""

    __tablename__ = "visits"

    id: Mapped[UUID] = declared_column(Reference(), BASIC, "The visit.", primary_key=True)
    kind: Mapped[str] = declared_column(Code(("short", "long")), FieldClass.HEALTH, "What kind it is.")
    ended_on: Mapped[date | None] = declared_column(nullable(Day()), BASIC, "Its last day; null: it goes on.")
    case_id: Mapped[UUID] = mapped_column(index=True)


class ShownVisit(View, of=Visit):
    """A visit."""

    is_open = declare(Flag(), BASIC, "Whether it goes on.")


class EndVisit(Command):
    """End a visit."""

    ended_on: date = required(not_null(Visit.ended_on))
    kind: str | None = optional(or_null(Visit.kind), default=None)


@dataclass
class Row:
    """A row, or its substitute."""

    id: int = 1
    kind: str = "long"
    ended_on: date | None = None
    revision: int = 2
    case_id: int = 9


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="internal-columns")
def test_a_view_of_a_table_has_its_declared_columns_and_no_internal_one() -> None:
    assert set(ShownVisit().fields) == {"id", "kind", "ended_on", "revision", "is_open"}
    assert set(ShownVisit.of_table) == {"id", "kind", "ended_on", "revision"}


def test_a_field_in_the_body_replaces_the_column() -> None:
    class Short(View, of=Visit):
        kind = declare(Code(("short",)), BASIC, "Always short.")

    assert declaration_of(Short().fields["kind"]).meaning == "Always short."
    assert "kind" not in Short.of_table


def test_a_column_in_the_body_selects_only_that_one() -> None:
    class Kind(View):
        kind = Visit.kind

    assert set(Kind().fields) == {"kind"}
    assert declaration_of(Kind().fields["kind"]).field_class is FieldClass.HEALTH


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="internal-columns")
def test_a_view_that_names_an_internal_column_is_refused() -> None:
    with pytest.raises(InternalColumn, match=r"Visit\.case_id"):
        type(View)("Leaky", (View,), {"case": Visit.case_id})


@pytest.mark.hazard("H-CONFIDENTIALITY-2", control="internal-columns")
def test_a_command_that_names_an_internal_column_is_refused() -> None:
    with pytest.raises(InternalColumn, match=r"Visit\.case_id"):
        required(Visit.case_id)


def test_a_command_checks_what_the_column_declares() -> None:
    command = EndVisit.schema().load({"ended_on": "2026-03-02", "kind": None})
    assert command == EndVisit(ended_on=date(2026, 3, 2), kind=None)
    for body in ({"ended_on": None}, {"ended_on": "2026-03-02", "kind": "endless"}, {}):
        with pytest.raises(ValidationError):
            EndVisit.schema().load(body)


def test_a_command_takes_the_column_of_a_mixin() -> None:
    class Recount(Command):
        revision: int = required(Counted.revision)

    assert Recount.schema().load({"revision": 3}) == Recount(revision=3)
    with pytest.raises(ValidationError):
        Recount.schema().load({"revision": "often"})


def test_a_view_selects_the_column_of_a_mixin() -> None:
    class ShownCount(View):
        revision = Counted.revision

    assert declaration_of(ShownCount().fields["revision"]).meaning == "How often."


def test_a_command_leaves_the_field_of_the_column_as_it_was() -> None:
    EndVisit.schema().load({"ended_on": "2026-03-02"})
    assert ShownVisit().fields["ended_on"].allow_none
    assert not ShownVisit().fields["kind"].allow_none


def test_a_shown_row_has_the_derived_values_and_no_internal_column() -> None:
    assert shown(Row(), ShownVisit, is_open=True, kind="short") == {
        "id": 1,
        "kind": "short",
        "ended_on": None,
        "revision": 2,
        "is_open": True,
    }


def test_a_shown_row_without_a_field_of_its_view_is_an_error() -> None:
    with pytest.raises(AttributeError, match="is_open"):
        shown(Row(), ShownVisit)


def test_an_omittable_field_and_those_of_the_edge_may_be_missing() -> None:
    class Visits(CaseView):
        visits = parts(ShownVisit)
        late = omittable(declare(Flag(), BASIC, "Whether it came late."))

    assert shown(object(), Visits, visits=[]) == {"visits": []}
