"""The source as text and syntax."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("deploy", "services", "shared")
#: Pages that people read in the repository.
DOCUMENTS = (
    *("README.md", "CONTRIBUTING.md", "SECURITY.md"),
    *(path.relative_to(CHECKOUT).as_posix() for path in sorted((CHECKOUT / ".github").glob("*.md"))),
    *(path.relative_to(CHECKOUT).as_posix() for path in sorted((CHECKOUT / "docs").rglob("*.md"))),
)
#: A link to one of our files, without its fragment.
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


@cache
def modules() -> dict[Path, ast.Module]:
    """Return every module of this repository, by its path below the checkout."""
    return {
        path.relative_to(CHECKOUT): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((CHECKOUT / package).rglob("*.py"))
    }


@cache
def kept_files() -> list[Path]:
    """Return every file that git tracks or would track: also new files, but no ignored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (CHECKOUT / name).is_file()]


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of everything that a module imports: `from a import b` is `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
