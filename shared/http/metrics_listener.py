"""The listener for the metrics collector, if the metrics are separate from the public port."""

from http import HTTPStatus

from shared.http.inner_listener import InnerListener
from shared.http.server.connection import Environ
from shared.telemetry import metrics


class MetricsListener(InnerListener):
    """Listens for `GET /metrics`, and serves nothing else."""

    content_type = metrics.CONTENT_TYPE
    #: Where a listener is, the service itself does not serve it.
    path = "/metrics"

    def reply(self, environ: Environ) -> tuple[HTTPStatus, bytes]:
        """Return the metrics in Prometheus' text form."""
        if environ["PATH_INFO"] != self.path:
            return HTTPStatus.NOT_FOUND, b""
        if environ["REQUEST_METHOD"] != "GET":
            return HTTPStatus.METHOD_NOT_ALLOWED, b""
        return HTTPStatus.OK, metrics.exposition()
