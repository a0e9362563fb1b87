"""Checks of `docker inspect` output: each container is hardened, limited, and made from the expected image.

`docker inspect CONTAINER ... | python -m tests.kit.containers` exits 1 and names each difference from
docker-compose.yml.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import TypedDict


class HostConfig(TypedDict):
    """The permissions and limits that the machine gives a container."""

    ReadonlyRootfs: bool
    Privileged: bool
    CapDrop: list[str] | None
    CapAdd: list[str] | None
    SecurityOpt: list[str] | None
    PidsLimit: int | None
    Memory: int
    NanoCpus: int


class Config(TypedDict):
    """The user, the image and the settings of a container."""

    User: str
    Labels: Mapping[str, str]


class Container(TypedDict):
    """The checked part of a container in the output of `docker inspect`."""

    Name: str
    Config: Config
    HostConfig: HostConfig


def faults(container: Container) -> Iterator[str]:
    """Yield each permission that the container has and none of ours may have."""
    granted = container["HostConfig"]
    closed = {
        "it runs as root": container["Config"]["User"].partition(":")[0] not in ("", "0", "root"),
        "its root can be written to": granted["ReadonlyRootfs"],
        "it is privileged": not granted["Privileged"],
        "it has capabilities": granted["CapDrop"] == ["ALL"] and not granted["CapAdd"],
        "it may gain privileges": "no-new-privileges:true" in (granted["SecurityOpt"] or []),
        "it may start any number of processes": (granted["PidsLimit"] or 0) > 0,
        "it may take all memory": granted["Memory"] > 0,
        "it may take all processors": granted["NanoCpus"] > 0,
    }
    yield from (f"{container['Name'].lstrip('/')}: {fault}" for fault, is_well in closed.items() if not is_well)


def main() -> int:
    """Check the containers on standard input; returns the exit code."""
    containers: list[Container] = json.load(sys.stdin)
    found = [fault for container in containers for fault in faults(container)]
    sys.stdout.write("\n".join(found) + "\n" if found else f"{len(containers)} containers are closed and bounded.\n")
    return 1 if found or not containers else 0


if __name__ == "__main__":
    sys.exit(main())
