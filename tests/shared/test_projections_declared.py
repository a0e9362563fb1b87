"""Projections of one service: each has a name and tables that no other projection has."""

from typing import Any

import pytest

from shared.events.contract import Emits, Reads
from shared.exchange.follower import Following, Projection, ReadModelTable

STAFF = Projection("staff", frozenset({"intake.staff.registered"}), lambda *_: None, (ReadModelTable("staff", "id"),))


@pytest.mark.parametrize(
    "other",
    [
        Projection("staff", frozenset({"intake.staff.registered"}), lambda *_: None, (ReadModelTable("people", "id"),)),
        Projection("people", frozenset({"intake.staff.registered"}), lambda *_: None, (ReadModelTable("staff", "id"),)),
    ],
    ids=["name", "table"],
)
def test_a_second_projection_of_a_name_or_a_table_is_refused(other: Any) -> None:
    with pytest.raises(ValueError, match="staff"):
        Following("legal", Emits("legal"), Reads(), (STAFF, other))
