"""How does a person's browser look? Chromium without a window calls itself headless, which is no person's name."""

from playwright.async_api import Browser

LIKE_A_PERSON = ("--no-sandbox", "--disable-blink-features=AutomationControlled")
"""Without the second, `navigator.webdriver` says that nobody is there, and no vote of such a page counts."""


def agent_of(browser: Browser) -> str:
    """What the same browser would call itself with a window; of its own version, which its other headers tell too."""
    version = browser.version.partition(".")[0]
    engine = f"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
    return f"Mozilla/5.0 (X11; Linux x86_64) {engine}"
