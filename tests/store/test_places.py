"""A database of SQLite lies on a disk of its own machine."""

from pathlib import Path

import pytest

from store import EngineError, migrate_store
from store.engines import places, sqlite
from store.engines.places import file_system
from tests.store.keeping import url_of

MOUNTS = r"""22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
23 22 0:20 / /proc rw,nosuid shared:5 - proc proc rw
40 22 0:44 / /srv rw,relatime shared:9 - nfs4 files.example:/srv rw,vers=4.2
41 40 254:2 / /srv/local rw,relatime - xfs /dev/vdb rw
42 22 0:45 / /mnt/win rw - cifs //nas/share rw
43 22 0:46 / /home/ada/with\040blank rw - fuse.sshfs ada@host: rw
44 22 0:47 / /over rw - ext4 /dev/vdc rw
45 22 0:48 / /over rw master:3 propagate_from:2 - 9p host rw
46 22 0:49 / /both - broken
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/afterword/afterword.db", "ext4"),
        ("/", "ext4"),
        ("/srv/afterword.db", "nfs4"),
        ("/srv", "nfs4"),
        ("/srvother/afterword.db", "ext4"),
        ("/srv/local/afterword.db", "xfs"),
        ("/mnt/win/a/b/c.db", "cifs"),
        ("/home/ada/with blank/afterword.db", "fuse.sshfs"),
        ("/over/afterword.db", "9p"),
    ],
)
def test_the_file_system_of_a_path_is_found(path: str, kind: str) -> None:
    assert file_system(path, MOUNTS) == kind


def test_where_nobody_tells_what_is_mounted_nothing_is_found() -> None:
    assert file_system("/var/lib/afterword.db", "") == ""


def test_a_database_on_a_network_file_system_is_refused_unless_it_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 254:1 / / rw - ext4 /dev/vda1 rw\n40 22 0:44 / {tmp_path} rw - nfs4 files:/srv rw\n")
    monkeypatch.setattr(places, "MOUNTS", mounts)
    with pytest.raises(EngineError, match="nfs4"):
        migrate_store(url_of(tmp_path))
    assert not (tmp_path / "afterword.db").exists()
    assert migrate_store(url_of(tmp_path), affected_allowed=True)
    monkeypatch.setattr(places, "MOUNTS", tmp_path / "no such file")
    with sqlite.opened(tmp_path / "afterword.db"):
        assert migrate_store(url_of(tmp_path)) == ()
