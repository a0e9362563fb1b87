"""The endpoints of every service for operators and other services: health, metrics, feed, clock, keys, documents."""

from nameko.extensions import DependencyProvider

from shared.http import Edge
from shared.operate import (
    access,
    audit,
    clock,
    copies,
    documents,
    exchange,
    health,
    holds,
    keys,
    operation,
    rebuilds,
    reference,
)
from shared.operate.documents import AgencyDocuments
from shared.reference.words import load_words
from shared.runtime.process import Process

__all__ = [
    "ACCESS",
    "ON_TIMER",
    "WITHOUT_CASES",
    "AgencyDocuments",
    "Operated",
    "OperatedWithoutCases",
    "copies",
    "documents",
]

#: The entries of the access table for the routes of this package that every service has.
WITHOUT_CASES = {
    **exchange.ACCESS,
    **clock.ACCESS,
    **access.ACCESS,
    **holds.ACCESS,
    **audit.ACCESS,
    **rebuilds.ACCESS,
    **keys.ACCESS,
}
#: The same for a service that stores data about persons.
ACCESS = {**WITHOUT_CASES, **copies.ACCESS}

#: The timer handlers of this package, the same in every service.
ON_TIMER = access.ON_TIMER


class Parts(DependencyProvider):  # type: ignore[misc]  # nameko carries no types
    """The running parts of its process, for a service class."""

    def setup(self) -> None:
        """Build the documents that are served from memory before the first request, which has to be short."""
        process: Process = self.container.config["process"]
        load_words()
        documents.documents_of(self.container.service_cls, process.parts.following.emits)
        if issubclass(self.container.service_cls, AgencyDocuments):
            documents.documents_for_agencies(self.container.service_cls)

    def get_dependency(self, _worker_ctx: object) -> Process:
        """Hand the parts to a worker."""
        process: Process = self.container.config["process"]
        return process


class OperatedWithoutCases(
    clock.OperatedClock,
    exchange.OperatedExchange,
    documents.OperatedDocuments,
    reference.OperatedReference,
    health.OperatedHealth,
    access.OperatedAccess,
    holds.OperatedHolds,
    audit.OperatedAudit,
    rebuilds.OperatedRebuild,
    keys.OperatedKeys,
    operation.OperatedSummary,
):
    """The routes that every service class inherits: nameko finds entrypoints only on the class."""

    name: str
    edge = Edge()
    process = Parts()


class Operated(OperatedWithoutCases, copies.OperatedCopies):
    """The same routes, and the person's copy, for the class of a service that keeps cases."""
