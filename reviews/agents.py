"""What does a program say of itself? Whether it declares that it is no browser, and whether its words agree.

Names prove little: a scanner calls itself Chrome, and a phone is called CUBOT. So only what no browser says is taken
for a machine's word, and what contradicts itself is asked for a tap.
"""

from collections.abc import Mapping
from functools import lru_cache

AGENT, PLATFORM, BRANDS = "user-agent", "sec-ch-ua-platform", "sec-ch-ua"
CLIENT_HINTS = (PLATFORM, BRANDS)
A_PHONE = "cubot"
"""A maker of phones, whose name ends like those of machines."""
AGENTS_KNOWN = 1_024
"""Agent strings whose reading is kept: few programs make most requests."""
DECLARED = (
    # fetchers and libraries
    "go-http-client", "python-requests", "python-urllib", "python-httpx", "aiohttp", "okhttp", "java/", "jakarta",
    "apache-httpclient", "libwww-perl", "lwp::", "curl/", "wget/", "node-fetch", "axios/", "guzzlehttp", "faraday",
    "winhttp", "php/", "httpclient", "scrapy", "phantomjs", "headlesschrome", "puppeteer", "playwright",
    # mail filters that give their name
    "barracuda", "mimecast", "proofpoint", "symantec", "ironport", "fireeye", "trendmicro", "cloudmark", "messagelabs",
    # previews and unfurlers
    "slackbot", "slack-imgproxy", "skypeuripreview", "bingpreview", "whatsapp/", "telegrambot", "discordbot",
    "facebookexternalhit", "facebot", "twitterbot", "linkedinbot", "pinterestbot", "redditbot", "embedly", "vkshare",
    "googleimageproxy", "google-read-aloud", "iframely", "teamsbot",
    # crawlers
    "googlebot", "bingbot", "applebot", "yandexbot", "duckduckbot", "baiduspider", "ahrefsbot", "semrushbot", "mj12bot",
    "petalbot", "gptbot", "ccbot", "bytespider", "crawler", "spider/", "urlscan", "linkcheck", "+http", "bot/",
)  # fmt: skip
"""What only a program says that wants to be known: its own name, or where its owner can be read about."""
PLATFORMS = (
    ("windows", ("windows",)),
    ("android", ("android",)),
    ("cros", ("chrome os", "chromium os")),
    ("macintosh", ("macos",)),
    ("linux", ("linux", "android")),  # a phone that asks for the desktop's page calls itself Linux
)
"""The platform in an agent string, and what Sec-CH-UA-Platform may say beside it; the first that is found holds."""
NO_AGENT, PLATFORM_DIFFERS, VERSION_DIFFERS = "no_agent", "platform_differs", "version_differs"


@lru_cache(AGENTS_KNOWN)
def declares_itself(agent: str) -> bool:
    """Whether an agent string says that no person is there."""
    lowered = agent.lower().replace(A_PHONE, "")
    return any(mark in lowered for mark in DECLARED)


def contradiction(headers: Mapping[str, str]) -> str:
    """What in the headers of a request does not agree, or ''. Names are in lower case."""
    agent = headers.get(AGENT, "")
    if not agent.strip():
        return NO_AGENT
    platform, brands = headers.get(PLATFORM), headers.get(BRANDS)
    if platform is None and brands is None:
        return ""
    return _contradiction(agent, platform or "", brands or "")


@lru_cache(AGENTS_KNOWN)
def _contradiction(agent: str, platform: str, brands: str) -> str:
    lowered, said = agent.lower(), platform.strip('" ').lower()
    expected = next((names for mark, names in PLATFORMS if mark in lowered), ())
    if said and expected and said not in expected:
        return PLATFORM_DIFFERS
    named, hinted = _after(lowered, "chrome/"), _after(brands.lower(), '"chromium";v="')
    return VERSION_DIFFERS if named and hinted and named != hinted else ""


def _after(text: str, mark: str) -> str:
    """The digits that follow a mark."""
    digits = text.partition(mark)[2][:4]
    return digits[: next((place for place, sign in enumerate(digits) if not sign.isdecimal()), len(digits))]
