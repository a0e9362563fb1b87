"""What a service's session at its database server does without."""

import pytest
from sqlalchemy import text

from shared.store.database import engine_for

pytestmark = pytest.mark.integration


def test_no_statement_of_ours_is_compiled_however_dear_the_server_thinks_it(fresh_database: str) -> None:
    # By the setting: a server that was built without a compiler would compile nothing in any case.
    engine = engine_for(fresh_database, pool_size=1)
    try:
        with engine.connect() as session:
            assert session.execute(text("show jit")).scalar_one() == "off"
    finally:
        engine.dispose()
