"""Environment variables: each can instead be read from a file, `<NAME>_FILE`.

Secrets are then in no environment and no process list. This module imports nothing else, because every command uses
it.
"""

from collections.abc import Mapping
from pathlib import Path

PREFIX = "CASEPATH"
PRODUCTION = "production"
ENVIRONMENTS = (PRODUCTION, "training", "development")


class SettingRefused(ValueError):
    """A setting that can't be used. The message names the variable and the solution, never a secret's value."""


def from_files(variables: Mapping[str, str]) -> dict[str, str]:
    """Replace each `<NAME>_FILE` by the content of that file, less one newline at its end."""
    resolved = dict(variables)
    for name in [
        variable for variable in variables if variable.startswith(f"{PREFIX}_") and variable.endswith("_FILE")
    ]:
        setting = name.removesuffix("_FILE")
        if setting in variables:
            raise SettingRefused(f"{setting} and {name} are both set. Keep one of them.")
        try:
            content = Path(resolved.pop(name)).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingRefused(
                f"{name} names a file that can't be read ({type(error).__name__}). Correct the path, or the rights of "
                "the file."
            ) from None
        resolved[setting] = content.removesuffix("\n")
        if not resolved[setting]:
            raise SettingRefused(f"{name} names an empty file. Write the value into the file.")
    return resolved
