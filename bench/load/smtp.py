"""How are mails sent as fast as they are taken? By Postfix's smtp-source, which does nothing else."""

import subprocess
import time

from bench.ports import HOST
from bench.rows import Measured, NotMeasured, needed

SENDER = "ada@customer.example"
TIMEOUT_SECONDS = 40


def sent(*, port: int, to: str, mails: int, sessions: int, size_bytes: int, kept: bool = True) -> Measured:
    """So many mails to that port, over kept connections or a new one for each; mails per second. NotMeasured without
    smtp-source."""
    command = [needed("smtp-source", package="postfix"), "-s", str(sessions), "-m", str(mails), "-l", str(size_bytes)]
    command += ["-f", SENDER, "-t", to, "-M", "load.example", *(["-d"] if kept else []), f"{HOST}:{port}"]
    begun = time.monotonic()
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_SECONDS)
    except subprocess.SubprocessError as error:
        raise NotMeasured(f"not measured: the mails were not taken ({type(error).__name__})") from error
    return Measured(mails / (time.monotonic() - begun))
