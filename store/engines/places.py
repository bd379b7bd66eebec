"""May a database of SQLite lie here? Not on a network file system: locks are not kept there, and commits are lost."""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
"""What is mounted where, on Linux; elsewhere nobody tells us."""
NETWORK = frozenset(
    "9p afs beegfs ceph cifs coda fuse.cephfs fuse.davfs2 fuse.glusterfs fuse.mfs fuse.rclone fuse.s3fs fuse.sshfs"
    " gfs2 glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 smb2 smb3 smbfs vboxsf".split()
)
ESCAPED = re.compile(r"\\([0-7]{3})")


def network_file_system(path: Path) -> str:
    """The type of the network file system that this file or folder lies on, or ''."""
    try:
        mounts = MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    kind = file_system(str(path.resolve()), mounts)
    return kind if kind in NETWORK else ""


def file_system(path: str, mounts: str) -> str:
    """The type of the file system that an absolute path lies on, by the text of /proc/self/mountinfo (proc(5)), or ''.
    Of mounts over one another the innermost counts, and of several on one place the last."""
    best, kind = "", ""
    for line in mounts.splitlines():
        fields, _, told = line.partition(" - ")
        place = _unescaped(fields.split(" ")[4]) if fields.count(" ") > 4 else ""
        if place and len(place) >= len(best) and _holds(place, path):
            best, kind = place, told.split(" ")[0]
    return kind


def _holds(place: str, path: str) -> bool:
    return path == place or path.startswith(place.rstrip("/") + "/")


def _unescaped(place: str) -> str:
    """Blanks and the like stand as octal numbers there."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 8)), place)
