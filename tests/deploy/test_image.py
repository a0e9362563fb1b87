"""The image's list of its components, and the requirements on running containers."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.bill_of_materials import bill_of_materials
from deploy.lighten import UNUSED, lighten
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


def test_the_bill_of_materials_lists_exactly_the_installed_packages_reproducibly(tmp_path: Path) -> None:
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


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Return packages as installed: one with a shared library, unused ones, and a template."""
    for name in UNUSED:
        tmp_path.joinpath(name).mkdir(parents=True)
    spec = importlib.util.find_spec("wrapt")
    assert spec
    assert spec.origin
    shutil.copytree(Path(spec.origin).parent, tmp_path / "wrapt")
    tmp_path.joinpath("wrapt", "template.py").write_text("def ${name}: pass\n", encoding="utf-8")
    return tmp_path


def test_slimmed_packages_run_without_sources_and_libraries_without_debug_symbols(packages: Path) -> None:
    [library] = packages.glob("wrapt/_wrappers.*.so")
    size = library.stat().st_size
    lighten(packages)
    assert library.stat().st_size < size
    assert [path.name for path in packages.rglob("*.py")] == ["template.py"]
    assert not [path for path in packages.rglob("*") if path.name == "__pycache__"]
    assert not [name for name in UNUSED if packages.joinpath(name).exists()]
    asked = (
        "import wrapt, wrapt._wrappers as library; print(wrapt.__file__, library.__file__, wrapt.ObjectProxy(3) + 1)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(packages)!r}); {asked}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(packages / "wrapt" / "__init__.pyc"), str(library), "4"]


def test_a_part_that_a_package_has_no_more_is_to_be_struck_off(packages: Path) -> None:
    packages.joinpath(UNUSED[0]).rmdir()
    with pytest.raises(FileNotFoundError):
        lighten(packages)


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
    found = list(faults(opened))
    assert len(found) == len(("its root can be written to", "it may start any number of processes"))
    assert all("casepath-intake-1" in fault for fault in found)
