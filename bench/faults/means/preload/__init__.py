"""What is put before libc in the processes of a trial, so that a fault falls where no signal could be aimed?"""

import shutil
import subprocess
import sys
from pathlib import Path

from bench.faults.ledger import Skipped

HERE = Path(__file__).parent


def preloaded(name: str, folder: Path) -> dict[str, str]:
    """The environment of a process that has `NAME.c`, built into that folder, before libc. Skipped says what it
    needs."""
    compiler = shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        raise Skipped("it needs Linux, and a C compiler named cc")
    library = folder / f"{name}.so"
    if not library.exists():
        source = HERE / f"{name}.c"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl", "-lpthread"], check=True)
    return {"LD_PRELOAD": str(library)}
