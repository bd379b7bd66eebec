"""What does a program say of itself?"""

import pytest

from reviews.agents import NO_AGENT, PLATFORM_DIFFERS, VERSION_DIFFERS, contradiction, declares_itself

ENGINE = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0"
CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {ENGINE} Safari/537.36"
EDGE = f"{CHROME} Edg/146.0.0.0"
PIXEL = f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {ENGINE} Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
BRANDS = '"Not:A-Brand";v="8", "Chromium";v="146", "Google Chrome";v="146"'


@pytest.mark.parametrize(
    "agent",
    [
        "Go-http-client/1.1",
        "Barracuda Sentinel (EE)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b",
        "WhatsApp/2.23.20.0 A",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/145.0.0.0 Safari/537.36",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "facebookexternalhit/1.1",
        "python-requests/2.32",
        "curl/8.5.0",
        "SomeNewBot/1.0 (+https://example.com/bot)",
    ],
)
def test_who_says_what_it_is_is_believed(agent: str) -> None:
    assert declares_itself(agent)


@pytest.mark.parametrize(
    "agent",
    [
        CHROME,
        EDGE,
        PIXEL,
        IPHONE,
        "Mozilla/5.0 (Linux; Android 10; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 9; CUBOT/X30) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
        "",
    ],
)
def test_a_browser_is_no_machine_by_its_name(agent: str) -> None:
    assert not declares_itself(agent)


@pytest.mark.parametrize(
    ("agent", "platform", "brands", "why"),
    [
        (CHROME, '"Windows"', BRANDS, ""),
        (CHROME, '"Linux"', BRANDS, PLATFORM_DIFFERS),
        (CHROME, '"Windows"', '"Not:A-Brand";v="8", "Chromium";v="156"', VERSION_DIFFERS),
        (PIXEL, '"Android"', BRANDS, ""),
        (PIXEL, '"Linux"', BRANDS, PLATFORM_DIFFERS),
        (CHROME.replace("Windows NT 10.0; Win64; x64", "X11; Linux x86_64"), '"Android"', BRANDS, ""),  # desktop page
        (CHROME.replace("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7"), '"macOS"', BRANDS, ""),
        (CHROME.replace("Windows NT 10.0; Win64; x64", "X11; CrOS x86_64 14541.0.0"), '"Chrome OS"', BRANDS, ""),
        (EDGE, '"Windows"', '"Chromium";v="146", "Microsoft Edge";v="146"', ""),
        (CHROME, None, None, ""),  # no browser has to give hints
        (IPHONE, None, None, ""),
        ("An unknown browser", '"Windows"', BRANDS, ""),
        (CHROME, '""', "nonsense", ""),
        ("", None, None, NO_AGENT),
        ("  ", '"Windows"', BRANDS, NO_AGENT),
    ],
)
def test_what_a_browser_says_of_itself_must_agree(
    agent: str, platform: str | None, brands: str | None, why: str
) -> None:
    hints = {"user-agent": agent, "sec-ch-ua-platform": platform, "sec-ch-ua": brands}
    assert contradiction({name: said for name, said in hints.items() if said is not None}) == why
