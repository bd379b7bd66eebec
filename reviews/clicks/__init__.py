"""Which rating counts, and why? The click protocol as a pure function of the log.

`case.py` reads a log into what the rules ask for, `clusters.py` what was opened together; `voids.py` and `doubts.py`
are the rules, `course.py` says how one vote fares by them, and `decide.py` which of the votes is the rating.
"""

from reviews.clicks.decide import Standing, decide, standings
from reviews.clicks.pages import Told, evidence_of, moves, told
from reviews.timeline import Step, Timeline

__all__ = ["Standing", "Step", "Timeline", "Told", "decide", "evidence_of", "moves", "standings", "told"]
