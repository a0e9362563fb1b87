"""One cluster on loopback, shared by all scenarios that need no separate network."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cluster.field import ClusterField, opened_on
from tests.faults.cluster.nodes import on_loopback


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that the servers' user can enter."""
    found = Path(tempfile.mkdtemp(prefix="casepath-cluster-"))
    found.chmod(0o711)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_cluster_field() -> Iterator[ClusterField]:
    """Yield the shared cluster, with the services that use it."""
    found = Path(tempfile.mkdtemp(prefix="casepath-cluster-"))
    found.chmod(0o711)
    with on_loopback(found, cluster_partition_handling="pause_minority") as cluster, opened_on(cluster) as field:
        yield field
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def field(shared_cluster_field: ClusterField) -> ClusterField:
    """Return the field, restored after the previous scenario."""
    shared_cluster_field.restore()
    return shared_cluster_field
