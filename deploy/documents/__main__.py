"""`python -m deploy.documents [--check]`."""

import sys

from deploy.documents.assembly import DOCUMENTS, generate, stale


def main(arguments: list[str]) -> int:
    """Write the documents, or only name those that are stale."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m deploy.documents [--check]\n")
        return 2
    texts = generate()
    found = stale(texts)
    for name in found:
        sys.stdout.write(f"{'stale' if arguments else 'written'}: docs/{name}\n")
    if arguments:
        return 1 if found else 0
    for name in found:
        path = DOCUMENTS / name
        if name in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[name], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
