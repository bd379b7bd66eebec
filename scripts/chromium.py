"""Which Chromium takes the pictures, and how is it started?"""

import shutil

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium tells pages that a program drives it, which Afterword takes for what it is: here it plays a person.
ARGUMENTS = ["--no-sandbox", "--disable-blink-features=AutomationControlled"]


def find_chromium() -> str | None:
    """The first that is installed; None when there is none."""
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)
