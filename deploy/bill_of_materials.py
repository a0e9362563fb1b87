"""The bill of materials of an image as CycloneDX 1.6 (JSON): Debian packages, Python and Python packages.

The build of the image runs this with the Python of the image and no other package. `make image` copies the file out of
the image. The same packages produce the same file: it contains no time and no serial number.
"""

import json
import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from urllib.parse import quote

DPKG_STATUS = Path("/var/lib/dpkg/status")
OS_RELEASE = Path("/etc/os-release")

Component = Mapping[str, object]


def bill_of_materials(
    release: str, site_packages: Path, dpkg_status: str, distribution: str
) -> Mapping[str, str | int | Mapping[str, object] | list[Component]]:
    """Return the document for the image of a release."""
    python = platform.python_version()
    parts: list[Component] = [
        {"type": "platform", "name": "python", "version": python, "purl": f"pkg:generic/python@{python}"},
        *_debian_packages(dpkg_status, distribution),
        *_python_packages(distributions(path=[str(site_packages)])),
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": "casepath", "version": release}},
        "components": sorted(parts, key=lambda part: str(part["purl"])),
    }


def _debian_packages(dpkg_status: str, distribution: str) -> Iterator[Component]:
    for paragraph in dpkg_status.split("\n\n"):
        fields = dict(re.findall(r"^([\w-]+): (.*)$", paragraph, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            name, version, architecture = fields["Package"], fields["Version"], fields["Architecture"]
            found_by = f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={architecture}&distro={distribution}"
            yield {"type": "library", "name": name, "version": version, "purl": found_by}


def _python_packages(installed: Iterable[Distribution]) -> Iterator[Component]:
    for package in installed:
        name = re.sub(r"[-_.]+", "-", package.name).lower()
        yield {
            "type": "library",
            "name": package.name,
            "version": package.version,
            "purl": f"pkg:pypi/{name}@{quote(package.version)}",
        }


def main(release: str, site_packages: str) -> None:
    """Print the document of the image that is being built."""
    codename = re.search(r"^VERSION_CODENAME=(\w+)$", OS_RELEASE.read_text(encoding="utf-8"), re.MULTILINE)
    document = bill_of_materials(
        release,
        Path(site_packages),
        DPKG_STATUS.read_text(encoding="utf-8"),
        f"debian-{codename[1]}" if codename else "debian",
    )
    json.dump(document, sys.stdout, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
