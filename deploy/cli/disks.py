"""How full the disks are that an installation of this machine writes to."""

import shutil
from dataclasses import dataclass

from deploy.cli.compose import compose, services_up
from deploy.cli.installation import Installation

#: A disk is nearly full below the smaller of these two: a share of its size, or bytes (for large disks).
LEAST_FREE_SHARE = 0.1
LEAST_FREE_BYTES = 2 * 1024**3
#: Where the containers' data lie.
_IN_DOCKER = {
    "postgres": "/var/lib/postgresql/data",
    "key-store": "/var/lib/postgresql/data",
    "rabbitmq": "/var/lib/rabbitmq",
}


@dataclass(frozen=True)
class Disk:
    """A disk with its writers; sizes in bytes."""

    of: str
    size: int
    free: int

    @property
    def is_nearly_full(self) -> bool:
        """Whether so little is free that an operator must act."""
        return self.free < min(self.size * LEAST_FREE_SHARE, LEAST_FREE_BYTES)

    @property
    def sentence(self) -> str:
        """The message for the operator."""
        return (
            f"The disk of {self.of} is nearly full: {self.free / 1024**3:.1f} of {self.size / 1024**3:.1f} GB are free."
        )


def disks(installation: Installation) -> list[Disk]:
    """Return the disks of this installation: of the state folder and of each container with data."""
    disks_here = []
    if installation.home.exists():
        usage = shutil.disk_usage(installation.home)
        disks_here.append(Disk(f"the state folder {installation.home}", usage.total, usage.free))
    running = set(services_up(installation))
    for container, folder in _IN_DOCKER.items():
        if container in running:
            disks_here += read(container, compose(installation, "exec", "-T", container, "df", "-Pk", folder))
    return disks_here


def nearly_full(installation: Installation) -> list[str]:
    """Return a sentence for each disk that is nearly full."""
    return [disk.sentence for disk in disks(installation) if disk.is_nearly_full]


def read(of: str, listing: str) -> list[Disk]:
    """Read what `df -Pk` says of one folder; nothing where it said something else."""
    columns = listing.splitlines()[-1].split() if listing else []
    if len(columns) < 4 or not (columns[1].isdecimal() and columns[3].isdecimal()):  # noqa: PLR2004 - size and free
        return []
    return [Disk(of, int(columns[1]) * 1024, int(columns[3]) * 1024)]
