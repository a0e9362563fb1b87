"""The files for operators: yamllint finds nothing; the image fetches only locked versions, and does not run as root."""

import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = (".github", "deploy", "docs", "services", "shared", "tests")
YAML = sorted(
    str(path.relative_to(CHECKOUT))
    for path in (
        *CHECKOUT.glob("*.y*ml"),
        *(each for folder in FOLDERS for each in (CHECKOUT / folder).rglob("*.y*ml")),
    )
    # `make contracts` installs third-party packages next to the files that use them.
    if path.suffix in {".yml", ".yaml"} and "node_modules" not in path.parts
)


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, each on one line, without comments."""
    kept = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(kept))
    return [(name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in joined.splitlines())]


DOCKERFILE = instructions((CHECKOUT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))


def of_kind(name: str) -> list[str]:
    return [rest for kind, rest in DOCKERFILE if kind == name]


def test_yamllint_has_nothing_to_say() -> None:
    assert YAML
    command = [sys.executable, "-m", "yamllint", "--strict", "-f", "parsable", *YAML]
    said = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")


def test_nothing_is_fetched_by_the_build_but_what_is_locked() -> None:
    runs = of_kind("RUN")
    assert of_kind("ADD") == []
    assert [run for run in runs if re.search(r"\b(apt|apt-get|apk|curl|wget|sudo)\b", run)] == []
    installs = [run for run in runs if "pip" in run and " install " in run]
    assert installs
    assert [run for run in installs if "--require-hashes" not in run] == []


def test_what_runs_is_nobody_and_is_asked_to_stop_itself() -> None:
    last = max(index for index, (kind, _) in enumerate(DOCKERFILE) if kind == "FROM")
    final = DOCKERFILE[last:]
    users = [rest for kind, rest in final if kind == "USER"]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]), "a number that is not root's"
    entry = [rest for kind, rest in final if kind in ("ENTRYPOINT", "CMD")]
    assert entry
    assert [rest for rest in entry if not rest.startswith("[")] == [], "a shell would not pass a signal on"
