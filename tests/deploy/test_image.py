"""The image's list of its parts, and what is asked of containers that run."""

from pathlib import Path

from deploy.bill_of_materials import bill_of_materials
from tests.kit.containers import Container, faults

STATUS = """Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.41-12

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: tzdata
Status: install ok installed
Architecture: all
Version: 2026a+1
Description: time zones
 Version: of a line that goes on
"""


def test_the_bill_names_each_package_that_is_installed_and_no_other_and_is_the_same_twice(tmp_path: Path) -> None:
    info = tmp_path / "Some_Package-1.2.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: Some_Package\nVersion: 1.2\n")
    bill = bill_of_materials("0.2.0", tmp_path, STATUS, "debian-trixie")
    assert bill == bill_of_materials("0.2.0", tmp_path, STATUS, "debian-trixie")
    components = bill["components"]
    assert isinstance(components, list)
    found_by = [str(part["purl"]) for part in components]
    assert [each for each in found_by if not each.startswith("pkg:generic/python@")] == [
        "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-trixie",
        "pkg:deb/debian/tzdata@2026a%2B1?arch=all&distro=debian-trixie",
        "pkg:pypi/some-package@1.2",
    ]
    assert len(found_by) == 4


def test_a_container_that_may_more_than_ours_is_named() -> None:
    closed: Container = {
        "Name": "/casepath-intake-1",
        "Config": {"User": "10001:10001", "Labels": {}},
        "HostConfig": {
            "ReadonlyRootfs": True,
            "Privileged": False,
            "CapDrop": ["ALL"],
            "CapAdd": None,
            "SecurityOpt": ["no-new-privileges:true"],
            "PidsLimit": 128,
            "Memory": 1,
            "NanoCpus": 1,
        },
    }
    assert list(faults(closed)) == []
    opened: Container = {**closed, "HostConfig": {**closed["HostConfig"], "ReadonlyRootfs": False, "PidsLimit": None}}
    assert list(faults(opened)) == [
        "casepath-intake-1: its root can be written to",
        "casepath-intake-1: it may start any number of processes",
    ]
