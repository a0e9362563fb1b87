"""The description of each service, requested once."""

from typing import Any

import pytest

from deploy.documents.description import describe_all


@pytest.fixture(scope="session")
def described() -> dict[str, dict[str, Any]]:
    return describe_all()
