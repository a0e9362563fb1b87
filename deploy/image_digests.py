"""Write the current digests of the base images into `deploy/images.env` (`make image-digests`).

Needs Docker and the images' registries. An image whose registry does not answer keeps its line.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

IMAGES = Path(__file__).parent / "images.env"
#: For one registry to answer.
SECONDS = 60
_LINE = re.compile(r"(CASEPATH_[A-Z]+_IMAGE)=([^@\s]+)(?:@(sha256:[0-9a-f]{64}))?")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def updated(text: str, ask: Callable[[str], str | None]) -> tuple[str, list[str]]:
    """Return the file with the digests that `ask` returns for tags, and the tags without a known digest."""
    lines, unknown = list[str](), list[str]()
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        variable, tag, known = found.groups()
        digest = ask(tag) or known
        lines.append(f"{variable}={tag}" + (f"@{digest}" if digest else ""))
        if not digest:
            unknown.append(tag)
    return "\n".join(lines) + "\n", unknown


def of_registry(tag: str) -> str | None:
    """Return the digest of a tag at its registry; None if it does not answer with one."""
    command = ["docker", "buildx", "imagetools", "inspect", "--format", "{{.Manifest.Digest}}", tag]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    digest = done.stdout.strip()
    return digest if done.returncode == 0 and _DIGEST.fullmatch(digest) else None


def main() -> int:
    """Update the file. Return 1 if a digest is still unknown."""
    text, unknown = updated(IMAGES.read_text(encoding="utf-8"), of_registry)
    IMAGES.write_text(text, encoding="utf-8")
    for tag in unknown:
        sys.stderr.write(f"{tag}: no registry answered, the digest is not known\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
