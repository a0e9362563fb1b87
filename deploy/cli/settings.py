"""The settings of the command: the shell's environment, and below it the file `.env` of the checkout.

Every verb reads its settings here, so that a setting in `.env` applies to the command as it applies to the containers.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from string import Template

from deploy.cli.errors import CommandRefused

FILE = ".env"
#: The environment is recorded at creation. Only `environment_record` reads the record of Docker.
_RECORDED = frozenset(("CASEPATH_ENVIRONMENT", "CASEPATH_ENVIRONMENT_FILE"))
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*")


# control: H-OPERATION-2 one-settings-reader
def settings(checkout: Path, shell: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of an installation: those of the shell, then those of `.env` that the shell does not set.

    A shell with `CASEPATH_HOME` names another installation than that of the checkout; `.env` does not apply to it.
    """
    if shell.get("CASEPATH_HOME"):
        return dict(shell)
    written = settings_written(checkout / FILE, shell)
    set_in_shell = {name.removesuffix("_FILE") for name in shell}
    below = {
        name: value
        for name, value in written.items()
        if name not in _RECORDED and name.removesuffix("_FILE") not in set_in_shell
    }
    return {**below, **shell}


def settings_written(file: Path, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the settings in a file for docker compose, parsed as docker compose does; empty without a file.

    `variables`: the variables that a value can refer to. Raises `CommandRefused` for an unreadable file.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise CommandRefused(
            f"{file} can't be read ({type(error).__name__}).",
            why="the file contains settings of this installation",
            next_step="run the command as the owner of the file",
        ) from None
    written: dict[str, str] = {}
    for line in text.splitlines():
        if match := _LINE.fullmatch(line):
            written[match[1]] = _value(match[2], {**written, **(variables or {})})
    return written


def _value(text: str, variables: Mapping[str, str]) -> str:
    if text.startswith("'"):
        return text[1:].partition("'")[0]
    quoted = text[1:].partition('"')[0] if text.startswith('"') else None
    return Template(re.split(r"\s#", text)[0].rstrip() if quoted is None else quoted).safe_substitute(variables)
