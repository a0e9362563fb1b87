"""Remove unused files from the packages of an image during its build: `python lighten.py SITE_PACKAGES`.

Of other packages only the compiled modules stay, without their source (Python calls this sourceless). The package index
has these sources, with the hashes in requirements.lock. Our own sources stay. Debug symbols of shared libraries and
parts of packages that our code cannot reach are removed.
"""

import compileall
import pickle
import py_compile
import shutil
import struct
import sys
from pathlib import Path

#: Below site-packages: other databases, brokers and web frameworks, debuggers, and what packages are tested with.
UNUSED = (
    "sqlalchemy/dialects/mssql",
    "sqlalchemy/dialects/mysql",
    "sqlalchemy/dialects/oracle",
    "sqlalchemy/dialects/sqlite",
    "sqlalchemy/testing",
    "alembic/testing",
    *(f"authlib/integrations/{name}" for name in ("django_client", "django_oauth1", "django_oauth2", "sqla_oauth2")),
    *(f"authlib/integrations/{name}" for name in ("flask_client", "flask_oauth1", "flask_oauth2")),
    *(f"authlib/integrations/{name}" for name in ("httpx_client", "starlette_client")),
    "greenlet/tests",
    "kombu/asynchronous/aws",
    "kombu/transport/SQS",
    "nameko/testing",
    "werkzeug/debug",
    "certifi/tests",
    "wrapt-stubs",
)
#: Data of Babel that no page shows: units, names of currencies, short numbers, intervals.
UNUSED_OF_LANGUAGES = (
    *("unit_patterns", "compound_unit_patterns", "unit_display_names", "currency_names", "currency_names_plural"),
    *("currency_unit_patterns", "compact_decimal_formats", "compact_currency_formats", "date_fields"),
    *("interval_formats", "datetime_skeletons"),
)
#: Of the header of a shared library (ELF, 64 bit): where its programs are and where its sections, how many there are.
_MARK, _PROGRAMS, _SECTIONS = b"\x7fELF\x02\x01", 32, 40
_PROGRAM_SIZE, _SECTION_COUNT = 54, 60
#: A program: its kind, its rights, its place in the file, two addresses, and its length in the file.
_PROGRAM = struct.Struct("<IIQQQQ")


def mapped(library: bytes) -> bytes:
    """Return the part of a shared library that is mapped when it is loaded, without the debug data after it."""
    (first,) = struct.unpack_from("<Q", library, _PROGRAMS)
    size, count = struct.unpack_from("<HH", library, _PROGRAM_SIZE)
    programs = [_PROGRAM.unpack_from(library, first + size * number) for number in range(count)]
    part = bytearray(
        library[: max([first + size * count, *(place + length for _, _, place, _, _, length in programs)])]
    )
    struct.pack_into("<Q", part, _SECTIONS, 0)
    struct.pack_into("<HH", part, _SECTION_COUNT, 0, 0)
    return bytes(part)


def lighten(packages: Path) -> None:
    """Remove files that no container uses from installed packages."""
    for name in UNUSED:
        shutil.rmtree(packages / name)  # a missing path must be removed from this list
    for library in packages.rglob("*.so*"):
        content = library.read_bytes()
        if content.startswith(_MARK):
            library.write_bytes(mapped(content))
    for language in (packages / "babel/locale-data").glob("*.dat"):
        known = pickle.loads(language.read_bytes())  # noqa: S301 - a package's own file, of the version that is locked
        language.write_bytes(pickle.dumps({name: known[name] for name in known if name not in UNUSED_OF_LANGUAGES}, 2))
    for folder in list(packages.rglob("__pycache__")):
        shutil.rmtree(folder)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH  # the same packages make the same files
    compileall.compile_dir(packages, maxlevels=20, quiet=2, legacy=True, invalidation_mode=mode)
    for source in packages.rglob("*.py"):
        if source.with_suffix(".pyc").exists():  # else it is a template, for another Python
            source.unlink()


if __name__ == "__main__":
    lighten(Path(sys.argv[1]))
