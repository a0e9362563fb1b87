"""The base images by digest (`deploy/images.env`)."""

import re
from pathlib import Path

from deploy.image_digests import IMAGES, updated

ROOT = Path(__file__).parents[2]
DIGEST, OLDER = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def test_a_digest_is_added_or_replaced_and_an_unknown_one_is_reported() -> None:
    text = f"# comment\nCASEPATH_A_IMAGE=a:1\nCASEPATH_B_IMAGE=b:2@{OLDER}\nCASEPATH_C_IMAGE=c:3@{OLDER}\n"
    lines, unknown = updated(f"{text}CASEPATH_D_IMAGE=d:4\n", {"a:1": DIGEST, "b:2": DIGEST}.get)
    assert lines.splitlines() == [
        "# comment",
        f"CASEPATH_A_IMAGE=a:1@{DIGEST}",
        f"CASEPATH_B_IMAGE=b:2@{DIGEST}",
        f"CASEPATH_C_IMAGE=c:3@{OLDER}",
        "CASEPATH_D_IMAGE=d:4",
    ]
    assert unknown == ["d:4"]


def test_the_file_has_each_image_that_compose_pulls_with_the_same_tag() -> None:
    files = [
        ROOT / "docker-compose.yml",
        *(ROOT / "deploy" / name for name in ("proxy.yml", "training.yml", "docs.yml")),
    ]
    defaults = {
        pair
        for file in files
        for pair in re.findall(r"\$\{(CASEPATH_[A-Z]+_IMAGE):-([^}]+)\}", file.read_text(encoding="utf-8"))
    }
    listed = re.findall(r"^(CASEPATH_[A-Z]+_IMAGE)=([^@\s]+)", IMAGES.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(listed) == defaults
    assert len(listed) == len(defaults)
