"""Makes pictures of every mail, to be looked at: `python scripts/mail_pictures.py FOLDER [NAME...]`.

600 and 320 px wide, light and dark, with images off, and in the language that runs from the right. A program that shows
no images shows what stands in their place, so these are taken with every picture refused.
"""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that this file runs by its path, too

from playwright.async_api import Browser, Route, async_playwright  # noqa: E402  the line above finds templates

from scripts.chromium import ARGUMENTS, find_chromium  # noqa: E402
from templates.brands import SHIPPED, Brand, Logo, read_brand  # noqa: E402
from templates.mails import compile_mails  # noqa: E402
from templates.samples import samples  # noqa: E402

WIDE_PX, NARROW_PX = 600, 320
FOR_DARK = "(prefers-color-scheme: dark)"
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><path fill="#1d5c7a" d="M0 0h4v1H0z"/></svg>'
"""What stands for a logo, which the sample brand has only here."""


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which a mail is looked at."""

    name: str
    width_px: int = WIDE_PX
    dark: bool = False
    images: bool = True
    language: str = "en"


LOOKS = (
    Look("wide"),
    Look("narrow", NARROW_PX),
    Look("dark", dark=True),
    Look("narrow-dark", NARROW_PX, dark=True),
    Look("no-images", images=False),
    Look("arabic", language="ar"),
    Look("arabic-narrow", NARROW_PX, language="ar"),
)


def main() -> None:
    """Makes the pictures; ends with a sentence where there is no Chromium."""
    chromium = find_chromium()
    if chromium is None or len(sys.argv) < 2:
        sys.exit("There is no Chromium here: install the package `chromium`." if not chromium else __doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = asyncio.run(make(folder, chromium, names=sys.argv[2:]))
    print(f"{made} pictures in {folder}")


async def make(folder: Path, chromium: str, *, names: list[str]) -> int:
    """A picture of each mail in each look; of those names alone where some are given. How many were made."""
    made = 0
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for name, brand in pictured(names):
            for look in LOOKS:
                await picture(browser, folder / f"{name}-{look.name}.png", brand.said_in(look.language), name, look)
                made += 1
        await browser.close()
    return made


def pictured(names: list[str]) -> Iterator[tuple[str, Brand]]:
    """Every sample of the brand that is shipped, with a logo, as a brand that has one looks; and the question on each
    other scale."""
    acme = read_brand(SHIPPED / "acme.toml")
    known = [(name, acme) for name in samples(acme)]
    known += [(f"invitation-{scale}", acme.on_scale(scale)) for scale in ("thumbs", "faces4", "faces5")]
    known.append(("invitation-logo", replace(acme, logo=Logo("https://acme.example/logo.svg", "Acme IT", 120))))
    return ((name, brand) for name, brand in known if not names or name in names)


async def picture(browser: Browser, file: Path, brand: Brand, name: str, look: Look) -> None:
    """One mail in one look."""
    known = samples(brand)
    html = compile_mails(brand).html(known.get(name) or known["invitation"])
    page = await browser.new_page(viewport={"width": look.width_px, "height": 400})
    await page.emulate_media(color_scheme="dark" if look.dark else "light")

    async def answer(route: Route) -> None:
        await (route.fulfill(body=PICTURE, content_type="image/svg+xml") if look.images else route.abort())

    await page.route("**/*", answer)
    await page.set_content(html)
    await page.screenshot(path=file, full_page=True)
    await page.close()


if __name__ == "__main__":
    main()
