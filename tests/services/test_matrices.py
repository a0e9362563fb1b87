"""The matrices for reviewers (`tests/matrices`) match the running services."""

from collections.abc import Iterator

import pytest

from deploy.cli import servers
from services.registry import parts_of
from shared.access.permissions import Relation
from shared.reference import codes
from tests.kit import matrices
from tests.kit.access_matrix import Matrix, settle
from tests.kit.harness import harness

pytestmark = pytest.mark.integration

CASE = "/v1/cases/<uuid:case>"
ROLES = sorted(codes("staff_role"))
#: The fields that the HTTP layer adds to a reply about a case; `parts` only on request.
BY_EDGE = {"actions", "etags", "parts", "withheld", "withheld_categories"}


@pytest.fixture(params=("intake", "legal", "support"), scope="module")
def matrix(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[Matrix]:
    name = str(request.param)
    with harness(name, postgres) as service:
        matrix = Matrix(service)
        with service.database.transaction() as session:
            settle(session, matrix, parts_of(name)[0].migrations.metadata[-1].tables["case_team"])
        yield matrix


def test_each_role_in_each_relation_sees_the_fields_of_a_case_that_the_matrix_lists(matrix: Matrix) -> None:
    service = matrix.service.name
    view = matrices.view_of(service, f"GET {CASE}")
    callers, fields = matrices.callers(service, f"GET {CASE}"), matrices.fields(service, view)
    assert callers
    assert fields
    shown = 0
    for role in ROLES:
        for relation in Relation:
            answer = matrix.answer("GET", "/v1/cases/{case}", role, relation)
            classes = callers.get((role, relation.name.lower()))
            if classes is None:
                assert answer.status_code in (403, 404), (role, relation)
                continue
            listed = {path.partition(".")[0] for path, (seen_as, _) in fields.items() if seen_as in classes}
            assert answer.get_json().keys() - BY_EDGE == listed - BY_EDGE, (role, relation)
            shown += 1
    assert shown == len(callers)
