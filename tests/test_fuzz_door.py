"""Five hundred mails made by chance and as many sessions of nonsense, through the real door and its reader."""

from pathlib import Path

from tests.fuzz_door import ANSWER_SECONDS_MAX, fuzzed

MAILS, SESSIONS = 500, 200


async def test_every_mail_made_by_chance_is_answered_kept_and_read(tmp_path: Path) -> None:
    found = await fuzzed(tmp_path, 7, mails=MAILS, sessions=SESSIONS)
    assert found.wrong == []
    assert found.slowest_seconds < ANSWER_SECONDS_MAX
    assert found.answers["then pending"] == found.answers["then unreadable"] == 0
    assert found.answers["250 2.0.0"] + found.answers["554 5.6.0"] + found.answers["554 5.4.6"] == MAILS
