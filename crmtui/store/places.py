"""Where a base lies: on which kind of file system, and who may read its files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

NETWORKS = frozenset({
    "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "sshfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs", "davfs", "fuse.rclone",
    "fuse.glusterfs", "ncpfs", "lustre", "ocfs2",
})  # fmt: skip
"""Kinds of file systems on which two machines may write at once, which no SQLite file with a log survives."""

_MOUNTS = Path("/proc/self/mounts")
_ESCAPES = (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\"))


def file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of the file system that a path is on; empty where the machine does not tell."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    found = ("", "")
    for line in lines:
        _, where, kind, *_ = [*line.split(), "", "", ""]
        for escaped, char in _ESCAPES:
            where = where.replace(escaped, char)
        if path.is_relative_to(where or "-") and len(where) >= len(found[0]):
            found = where, kind
    return found[1]


def open_to_others(path: Path) -> list[Path]:
    """The files of a base, its copies and folders, that others than their owner may read or write."""
    return [each for each in _files(path) if stat.S_IMODE(each.stat().st_mode) & 0o077]


def _files(path: Path) -> Iterator[Path]:
    beside = [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-queue"))]
    beside += path.parent.glob(f"{_escaped(path.name)}-*.backup")
    home = path.with_name(f"{path.name}-files")
    yield from (each for each in beside if each.is_file() and not each.is_symlink())
    if home.is_dir() and not home.is_symlink():
        yield home
        yield from (each for each in home.rglob("*") if not each.is_symlink())


def _escaped(name: str) -> str:
    from glob import escape

    return escape(name)


def close_to_others(path: Path) -> None:
    """Leave the files of a base to their owner alone."""
    for each in open_to_others(path):
        os.chmod(each, stat.S_IMODE(each.stat().st_mode) & 0o700)
