"""Where a file may be written: a path that can be one, and nothing of anybody else's that lies there.

Whoever writes a file replaces only what is absent or is recognisably output of the same kind; anything else only where
the user says so. Devices, pipes, sockets and what lies beyond a link that leads out of its folder are never written.
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
"""Bytes of the name of one file or folder that file systems take at most."""

LONGEST_PATH = 4000
"""Bytes of a whole path; Linux takes 4,096."""

PathKind = Literal["file", "folder", "any"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of output.

    Attributes:
        what: what it is, with its article, as part of a sentence.
        is_ours: tells whether a file that exists is output of this kind; it only reads, and executes nothing.
    """

    what: str
    is_ours: Callable[[Path], bool]


def check_text(text: str, name: str, is_shown: bool = True) -> None:
    """Refuses text that no program and no file system takes.

    Args:
        text: the value.
        name: what it is the value of: an option, an argument or a setting.
        is_shown: False for a secret.

    Raises:
        UsageError: it is not UTF-8, or holds a NUL.
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
        name: the option, argument or setting that it is the value of.
        of: `file` for one that ends with a name; `folder` for one that is written into, and is not the root of all;
            `any` for what is only read.

    Raises:
        UsageError: it is empty, not UTF-8, too long, or has no name.
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
        raise UsageError(f"{name} takes a folder of its own, and {_shown(text)} is that of everything: add a name.")


def _shown(text: str) -> str:
    plain = ascii(text) if not text.isprintable() else f"'{text}'"
    return plain if len(plain) <= 80 else f"{plain[:77]}…"


def place(path: Path, option: str, instead: str = "name a file") -> Path:
    """Returns the file to write: the path, or what it leads to where it is a link within its folder.

    Args:
        path: the path as given; the file need not be there, its folder must.
        option: the option that names it.
        instead: what else the user can do where it is no ordinary file.

    Raises:
        UsageError: it is a folder, a device, a pipe or a socket, or a link that leads out of its folder, or its folder
            is not there.
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
    """Refuses what cannot be a folder to write into; it need not be there.

    Args:
        path: the folder.
        option: the option that names it.

    Raises:
        UsageError: it is a file, a device, a pipe or a socket, or a link that leads out of its folder.
    """
    try:
        if path.is_symlink():
            _within(path, option)
        if (path.exists() or path.is_symlink()) and not path.is_dir():
            raise UsageError(f"{path} is no folder, and {option} takes one: choose another.")
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
    """Refuses to replace what is not ours.

    Args:
        path: the file that is to be written.
        kind: what will be written.
        option: the option that names it.
        may_overwrite: whether the user said that whatever file is there may be replaced.
        instead: as for `place`.

    Returns:
        The file to replace, as `place` does.

    Raises:
        UsageError: there is something else, or it is no place for a file.
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
    """Returns the file beside `path` that this process writes before it takes its place.

    What processes that were killed left of it is removed.
    """
    prefix = f".{path.name}"
    if len(prefix.encode()) > LONGEST_NAME - 30:
        prefix = f".{sha256(path.name.encode()).hexdigest()[:32]}"
    with suppress(OSError):
        for left in path.parent.iterdir():
            found = _PART.fullmatch(left.name.removeprefix(prefix)) if left.name.startswith(prefix) else None
            if found and not _is_running(int(found["process"])):
                # Windows removes no file that is open.
                with suppress(OSError):
                    left.unlink()
    return path.with_name(f"{prefix}.{os.getpid()}.part")


def _is_running(process: int) -> bool:
    """Whether another process of that number runs; on Windows, where to ask would end it, it is taken for none."""
    if os.name == "nt" or process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
