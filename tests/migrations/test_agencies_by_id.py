"""Agencies that were stored by their codes are stored by their ids in the register, and go back to their codes."""

from uuid import uuid4

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from deploy.cli import servers
from services.intake.service import PARTS
from shared.access.agencies import id_of_authority
from shared.store.agency_ids import name_by_code, name_by_id
from shared.store.database import engine_for
from tests.kit import databases

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def test_codes_become_the_ids_of_the_register_and_what_is_no_authority_keeps_its_id(
    postgres: servers.PostgresServer,
) -> None:
    name = f"agencies_by_id_{uuid4().hex[:12]}"
    house = uuid4()
    engine = engine_for(databases.owner_url(databases.migrated_anew(postgres, name, PARTS.migrations)))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("create table told (number integer, agency text)"))
        stored = ["NL.COMENSHA", "GB.SCA", None, str(house), "NL.CLOSED_LONG_AGO"]
        for number, agency in enumerate(stored):
            row = {"number": number, "agency": agency}
            connection.execute(text("insert into told values (:number, :agency)"), row)
        name_by_id("told", nullable=True)
        ids = connection.execute(text("select agency from told order by number")).scalars().all()
        assert ids == [
            id_of_authority("NL.COMENSHA"),
            id_of_authority("GB.SCA"),
            None,
            house,
            id_of_authority("NL.CLOSED_LONG_AGO"),
        ]
        name_by_code("told", nullable=True)
        back = connection.execute(text("select agency from told order by number")).scalars().all()
        assert back == ["NL.COMENSHA", "GB.SCA", None, str(house), str(id_of_authority("NL.CLOSED_LONG_AGO"))]
    engine.dispose()
