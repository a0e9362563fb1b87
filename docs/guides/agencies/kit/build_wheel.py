"""Build the wheel without downloads: the hook of PEP 517 that `pip wheel` and `pip install` call."""

import base64
import hashlib
import tomllib
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
MODULES = ("casepath_agency", "casepath_listen")


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Write the wheel and return its file name."""
    del config_settings, metadata_directory
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info, record = f"{MODULES[0]}-{project['version']}.dist-info", []
    name = f"{MODULES[0]}-{project['version']}-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, text in files(project, info).items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            record.append(f"{path},sha256={digest},{len(text.encode())}")
            wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,", ""]))
    return name


def files(project: dict, info: str) -> dict[str, str]:
    """Return the files of the wheel by their path."""
    extras = project["optional-dependencies"]
    metadata = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
    metadata += [f"Summary: {project['description']}", f"Requires-Python: {project['requires-python']}"]
    metadata += [f"Provides-Extra: {extra}" for extra in extras]
    metadata += [f"Requires-Dist: {each}; extra == '{extra}'" for extra, needed in extras.items() for each in needed]
    scripts = [f"{name} = {target}" for name, target in project["scripts"].items()]
    return {
        **{f"{module}.py": (HERE / f"{module}.py").read_text(encoding="utf-8") for module in MODULES},
        f"{info}/METADATA": "\n".join([*metadata, ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: build_wheel\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "\n".join(["[console_scripts]", *scripts, ""]),
    }
