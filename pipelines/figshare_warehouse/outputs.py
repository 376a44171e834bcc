"""Checks of output paths: valid, and not in use by a file that is not ours.

A file is written only where there is none or an earlier output of the same kind; anything else is replaced only with
`--overwrite`. Devices, pipes, sockets and links that lead out of their folder are never written.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from figshare_warehouse.errors import UsageError

LONGEST_NAME = 255
"""Longest name of a file or folder, in bytes, that file systems take."""

LONGEST_PATH = 4000
"""Longest path in bytes; Linux takes 4,096."""

PathKind = Literal["file", "folder", "any"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of output.

    Attributes:
        what: what it is, with an article, as part of a sentence.
        is_ours: returns whether an existing file is output of this kind; it only reads, and executes nothing.
    """

    what: str
    is_ours: Callable[[Path], bool]


def check_text(text: str, name: str, is_shown: bool = True) -> None:
    """Refuses text that is not UTF-8 or holds a NUL.

    Args:
        text: the value.
        name: the option, argument or setting.
        is_shown: False for a secret.

    Raises:
        UsageError: the text is refused.
    """
    shown = _shown(text) if is_shown else "what is given"
    if "\0" in text:
        raise UsageError(f"{name} takes no NUL character, and {shown} holds one: leave it out.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{name} takes UTF-8 text, and {shown} is not: write it in UTF-8.") from None


def check_path(text: str, name: str, of: PathKind = "file") -> None:
    """Refuses what cannot be the path of a file.

    Args:
        text: the path.
        name: the option, argument or setting.
        of: `file` for a path that must end with a name; `folder` for one to write into, which must not be the root;
            `any` for one that is only read.

    Raises:
        UsageError: the path is empty, not UTF-8, too long, or has no name.
    """
    check_text(text, name)
    if not text.strip():
        raise UsageError(f"{name} is empty: give it a path, or leave it out.")
    if any(len(part.encode()) > LONGEST_NAME for part in Path(text).parts) or len(text.encode()) > LONGEST_PATH:
        raise UsageError(
            f"{name} takes names of at most {LONGEST_NAME} bytes and paths of at most {LONGEST_PATH:,}, and "
            f"{_shown(text)} is longer: choose a shorter one."
        )
    if of == "file" and not Path(text).name:
        raise UsageError(f"{name} takes a file, and {_shown(text)} is a folder: add a name.")
    if of == "folder" and not Path(text).absolute().name:
        raise UsageError(f"{name} cannot be the root folder {_shown(text)}: add a name.")


def _shown(text: str) -> str:
    plain = ascii(text) if not text.isprintable() else f"'{text}'"
    return plain if len(plain) <= 80 else f"{plain[:77]}…"


def place(path: Path, option: str, instead: str = "name a file") -> Path:
    """Returns the file to write: the path, or its target where it is a link within its folder.

    Args:
        path: the path as given; its folder must exist.
        option: the option that names it.
        instead: what else the user can do where it is not an ordinary file.

    Raises:
        UsageError: it is a folder, a device, a pipe or a socket, a link that leads out of its folder, or its folder
            does not exist.
    """
    try:
        if not path.parent.is_dir():
            raise UsageError(
                f"{path} cannot be written: the folder {path.parent} does not exist; make it first, or choose another "
                f"{option}."
            )
        with suppress(FileNotFoundError):
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise UsageError(f"{path} is a folder: {option} takes a file.")
            if not stat.S_ISREG(mode):
                raise UsageError(f"{path} is a device, a pipe or a socket, which is never written: {instead}.")
        return _within(path, option) if path.is_symlink() else path
    except (OSError, RuntimeError) as error:
        # Links in a circle are a RuntimeError in Python before 3.13.
        raise UsageError(f"{option} {path} cannot be used ({_reason(error)}): choose another.") from None


def folder_place(path: Path, option: str) -> None:
    """Refuses a path that cannot be a folder to write into.

    Args:
        path: the folder; it need not exist.
        option: the option that names it.

    Raises:
        UsageError: it is a file, a device, a pipe or a socket, or a link that leads out of its folder.
    """
    try:
        if path.is_symlink():
            _within(path, option)
        if (path.exists() or path.is_symlink()) and not path.is_dir():
            raise UsageError(f"{path} is not a folder, and {option} takes one: choose another.")
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{option} {path} cannot be used ({_reason(error)}): choose another.") from None


def _within(link: Path, option: str) -> Path:
    target, folder = link.resolve(), link.parent.resolve()
    if not target.is_relative_to(folder):
        raise UsageError(
            f"{link} is a link that leads out of its folder, and is not followed: give {option} the path that it "
            "leads to."
        )
    if not target.parent.is_dir():
        raise UsageError(f"{link} leads to {target}, whose folder does not exist: make it, or choose another {option}.")
    return target


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or " ".join(str(error).split())


def refuse_foreign(path: Path, kind: Kind, option: str, may_overwrite: bool, instead: str = "name a file") -> Path:
    """Refuses to replace a file that is not an earlier output of the same kind.

    Args:
        path: the file to write.
        kind: what will be written.
        option: the option that names it.
        may_overwrite: whether the user allowed any file to be replaced.
        instead: as for `place`.

    Returns:
        The file to replace, as `place` does.

    Raises:
        UsageError: there is another file, or the path cannot be a file.
    """
    target = place(path, option, instead)
    try:
        is_free = may_overwrite or not target.exists() or kind.is_ours(target)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({_reason(error)}), and is left as it is: choose another.") from None
    if not is_free:
        raise UsageError(
            f"{path} exists and is not {kind.what} that figshare-warehouse wrote: choose another {option}, or add "
            "--overwrite to replace it."
        )
    return target


_PART = re.compile(r"\.(?P<process>\d{1,18})\.part")


def part_of(path: Path) -> Path:
    """Returns the temporary file beside `path` that this process writes and then renames to `path`.

    Such files of processes that were killed are removed.
    """
    prefix = f".{path.name}"
    if len(prefix.encode()) > LONGEST_NAME - 30:
        prefix = f".{sha256(path.name.encode()).hexdigest()[:32]}"
    with suppress(OSError):
        for left in path.parent.iterdir():
            found = _PART.fullmatch(left.name.removeprefix(prefix)) if left.name.startswith(prefix) else None
            if found and not _is_running(int(found["process"])):
                # Windows does not remove open files.
                with suppress(OSError):
                    left.unlink()
    return path.with_name(f"{prefix}.{os.getpid()}.part")


def _is_running(process: int) -> bool:
    """Whether another process has this id; always False on Windows, where asking would kill it."""
    if os.name == "nt" or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
