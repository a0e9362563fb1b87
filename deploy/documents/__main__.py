"""`python -m deploy.documents [--check]`."""

import os
import sys

# The documents describe the shipped profiles, whatever is mounted on this machine. Code lists are built at import.
os.environ.pop("CASEPATH_PROFILES", None)

from deploy.documents.assembly import ContractBroken, generate, stale, write

_WAY_OUT = """Nothing was written.
A version of an event only ever gains optional fields; a new meaning is a new version.
If no installation can have sent the event yet, take its file in tests/contracts/ away and run this again.
"""


def main(arguments: list[str]) -> int:
    """Write the documents, or with `--check` only name those that are stale. Return the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m deploy.documents [--check]\n")
        return 2
    texts = generate()
    try:
        names = stale(texts) if arguments else write(texts)
    except ContractBroken as broken:
        sys.stderr.write(f"{broken}\n{_WAY_OUT}")
        return 1
    for name in names:
        sys.stdout.write(f"{'stale' if arguments else 'written'}: {name}\n")
    return 1 if arguments and names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
