"""Features that a service's database session does not use."""

import pytest
from sqlalchemy import text

from shared.store.database import engine_for

pytestmark = pytest.mark.integration


def test_no_statement_of_ours_is_compiled_however_dear_the_server_thinks_it(fresh_database: str) -> None:
    # Check the setting: a server without a JIT compiler would compile nothing in any case.
    engine = engine_for(fresh_database, pool_size=1)
    try:
        with engine.connect() as session:
            assert session.execute(text("show jit")).scalar_one() == "off"
    finally:
        engine.dispose()


def test_a_connection_prepares_a_statement_when_it_executes_it_again(fresh_database: str) -> None:
    engine = engine_for(fresh_database, pool_size=1)
    prepared = "select count(*) from pg_prepared_statements where starts_with(statement, 'select 3141')"
    try:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as session:
            for expected in (0, 1, 1):
                session.exec_driver_sql("select 3141 + %(more)s::int", {"more": 5})
                assert session.exec_driver_sql(prepared).scalar_one() == expected
    finally:
        engine.dispose()
