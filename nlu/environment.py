"""Makes the NLU environment: its own uv project with Rasa in it, installed from its lock at the first start.

The bot's process never imports Rasa; it runs the NLU's Python as a child. ``ensure_environment`` is quick when a stamp
in the environment says that it was installed from this very lock.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from nlu.errors import NluSetupError

__all__ = [
    "PROJECT",
    "Progress",
    "child_environment",
    "ensure_environment",
    "environment_folder",
    "find_uv",
    "python_of",
]

PROJECT = Path(__file__).parent
ROOT = PROJECT.parent
TENSORFLOW_SWITCH = "LABAS_NLU_TENSORFLOW"
ENVIRONMENT_VARIABLE = "LABAS_NLU_ENVIRONMENT"
STAMP = "labas-lock"
SYNC_SECONDS = 1_800
# What of our own environment the child may see: nothing of the bot's settings, so no token of a channel.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "LOG_LEVEL")

Progress = Callable[[str, float | None], None]
"""``progress(what, share)``: ``share`` from 0 to 1, or None when the length is not known."""


def _silent(what: str, share: float | None) -> None:
    """No progress is shown."""


def wants_tensorflow() -> bool:
    """Whether the environment must hold TensorFlow (for pipelines with DIET)."""
    return os.environ.get(TENSORFLOW_SWITCH, "").strip().lower() in {"1", "true", "yes", "on"}


def environment_folder() -> Path:
    """Where the NLU's virtual environment is or will be; ``LABAS_NLU_ENVIRONMENT`` moves it."""
    moved = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(moved) if moved else PROJECT / ".venv"


def find_uv() -> str:
    """The uv to install with: the one that runs us, or the first on the path. Raises NluSetupError without one."""
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        raise NluSetupError("uv is needed to install the NLU environment: pip install uv")
    return found


def python_of(folder: Path) -> Path:
    """The interpreter inside an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def lock_stamp() -> str:
    """What an installed environment must be stamped with to fit the lock and the TensorFlow switch."""
    digest = hashlib.sha256((PROJECT / "uv.lock").read_bytes())
    digest.update((PROJECT / "pyproject.toml").read_bytes())
    digest.update(b"tensorflow" if wants_tensorflow() else b"plain")
    return digest.hexdigest()


def ensure_environment(progress: Progress = _silent) -> Path:
    """The NLU's Python, installed first where it is missing or was installed from another lock.

    Safe for two processes at once. Raises NluSetupError with uv's own words when it cannot be installed.
    """
    folder = environment_folder()
    stamp = folder / STAMP
    if _fits(stamp):
        return python_of(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name.lstrip('.')}.lock"):
        if not _fits(stamp):
            progress("installing the NLU environment", None)
            _sync(folder)
            stamp.write_text(lock_stamp(), encoding="utf-8")
    return python_of(folder)


def _fits(stamp: Path) -> bool:
    try:
        return stamp.read_text(encoding="utf-8") == lock_stamp() and python_of(stamp.parent).exists()
    except OSError:
        return False


def _sync(folder: Path) -> None:
    command = [find_uv(), "sync", "--project", str(PROJECT), "--frozen", "--no-progress"]
    if wants_tensorflow():
        command += ["--extra", "tensorflow"]
    # uv would otherwise take the environment that runs us for the one to fill.
    variables = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "UV_PROJECT", "PYTHONPATH")}
    variables["UV_PROJECT_ENVIRONMENT"] = str(folder.resolve())
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, env=variables, cwd=PROJECT, capture_output=True, text=True, timeout=SYNC_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NluSetupError(f"the NLU environment could not be installed: {error}") from error
    if done.returncode != 0:
        raise NluSetupError(f"the NLU environment could not be installed:\n{done.stderr.strip()[-2000:]}")


def child_environment(**more: str) -> dict[str, str]:
    """The environment variables for a child that runs in the NLU environment, and ``more``."""
    variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if wants_tensorflow():
        variables[TENSORFLOW_SWITCH] = "1"
    variables |= {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "RASA_TELEMETRY_ENABLED": "false",
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    return variables | more
