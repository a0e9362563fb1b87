"""The OpenAPI documents of the services, for tests: drawn from the code once for each process."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from deploy.documents.description import describe


@cache
def openapi(service: str) -> Mapping[str, Any]:
    """Return the document of a service."""
    return describe(service)["openapi"]
