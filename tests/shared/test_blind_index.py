"""Cases are found by keyed fingerprints of values, but no longer once they are erased."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from shared.encryption import KeyDestroyed, Keys
from shared.encryption.tables import blind_indexes

pytestmark = pytest.mark.integration
ONE, OTHER = uuid4(), uuid4()


def test_a_case_is_found_by_its_values_until_they_change_or_it_is_erased(own_keys: Keys) -> None:
    own_keys.index(ONE, "name", ["ruxandra", "ruxi"])
    own_keys.index(OTHER, "name", ["ruxi"])
    assert own_keys.found_among([ONE, OTHER], "name", [["ruxi", "nobody"]]) == {ONE, OTHER}
    assert own_keys.found_among([ONE, OTHER], "name", [["ruxi"], ["ruxandra"]]) == {ONE}
    assert own_keys.found_among([OTHER], "name", [["ruxi"]]) == {OTHER}
    assert own_keys.found_among([ONE, OTHER], "name", []) == set()
    assert own_keys.found_among([ONE, OTHER], "phone", [["ruxi"]]) == set()
    own_keys.index(ONE, "name", ["ruxandra"])
    own_keys.index(OTHER, "phone", [])
    assert own_keys.found_among([ONE, OTHER], "name", [["ruxi"]]) == {OTHER}
    own_keys.destroy(ONE)
    assert own_keys.found_among([ONE, OTHER], "name", [["ruxandra"]]) == set()
    with pytest.raises(KeyDestroyed):
        own_keys.index(ONE, "name", ["ruxandra"])
    with own_keys._engine.connect() as connection:
        kept = connection.execute(select(blind_indexes)).all()
    assert [row.subject for row in kept] == [OTHER]
    assert b"ruxi" not in kept[0].digest
