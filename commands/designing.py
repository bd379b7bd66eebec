"""What does somebody see who works on a brand? `afterword brand check`, and `brand preview`: its mails in a browser."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import click
import uvicorn
from jinja2 import Environment, TemplateError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from templates.brand_file import BrandError
from templates.brands import Brand, read_brand
from templates.checking import check_brands
from templates.compiling import FOLDER, CompileError
from templates.languages import languages
from templates.mails import Mails, Rendered
from templates.samples import samples

DARK = "(prefers-color-scheme: dark)"
WIDE_PX, NARROW_PX = 600, 320
FRAMES: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("Wide, light", WIDE_PX, {}),
    ("Narrow, light", NARROW_PX, {}),
    ("Wide, dark", WIDE_PX, {"dark": "1"}),
    ("Narrow, dark", NARROW_PX, {"dark": "1"}),
    ("Images off", WIDE_PX, {"images": "0"}),
)
LOOK_AGAIN_MS = 700
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; form-action 'none'; base-uri 'none'"
PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title><style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #1f2328; background: #fff; }
nav a { margin-right: .75rem; } nav a[aria-current] { font-weight: 700; color: inherit; text-decoration: none; }
main { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; } figure { margin: 0; }
iframe { border: 1px solid #888; height: 860px; background: #fff; }
pre { white-space: pre-wrap; max-width: 600px; padding: 1rem; border: 1px solid #888; }
.wrong { white-space: pre-wrap; color: #8a1c12; font-weight: 700; }
</style></head><body>
{% if wrong %}<p class="wrong" role="alert">{{ wrong }}</p>{% endif %}
{% for name, links in choices.items() %}<nav aria-label="{{ name }}">
{% for value, query, current in links %}
<a href="/?{{ query }}"{% if current %} aria-current="true"{% endif %}>{{ value }}</a>
{% endfor %}</nav>{% endfor %}
<main>{% for words, width, query in frames %}
<figure><figcaption>{{ words }}</figcaption>
<iframe title="{{ words }}" width="{{ width }}" sandbox="" src="/mail?{{ query }}"></iframe></figure>
{% endfor %}{% if text %}<figure><figcaption>Text</figcaption><pre>{{ text }}</pre></figure>{% endif %}</main>
<script>
setInterval(async () => {
  const now = await (await fetch("/version")).text();
  if (now !== "{{ version }}") location.reload();
}, {{ again }});
</script></body></html>
""")


@click.command("check")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--language", "codes", multiple=True, help="Only in this one; may be given several times.")
def brand_check(folder: Path, codes: tuple[str, ...]) -> None:
    """Make every mail of every brand in every language, and say what is wrong, by file and line.

    Ends with status 1 when something is.
    """
    wrong = [code for code in codes if code not in languages()]
    if wrong:
        raise click.ClickException(f"there is no language {wrong[0]}; there are: {', '.join(languages())}")
    problems = list(check_brands(folder, codes=codes))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise SystemExit(1)
    brands = ", ".join(file.stem for file in sorted(folder.glob("*.toml")))
    click.echo(f"{brands}: every mail can be made, in {', '.join(codes or languages())}.")


@click.command("preview")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--port", type=click.IntRange(1, 65535), default=8025, show_default=True)
def brand_preview(folder: Path, port: int) -> None:
    """Show the mails in a browser: wide, narrow, light, dark, images off, text. They follow every change of a file."""
    click.echo(f"http://127.0.0.1:{port}/   (Ctrl-C ends it)")
    server = uvicorn.Server(uvicorn.Config(preview_app(folder), host="127.0.0.1", port=port, log_level="warning"))
    asyncio.run(server.serve())


WRONG = (BrandError, CompileError, TemplateError, OSError, TypeError, LookupError)


@dataclass(frozen=True)
class Asked:
    """Which mail is looked at: of which brand, which kind, in which language."""

    folder: Path
    brand: str
    mail: str
    language: str

    def query(self, **changes: str) -> str:
        """The query of the same with something else."""
        return urlencode({"brand": self.brand, "mail": self.mail, "language": self.language} | changes)

    def voice(self) -> Brand:
        """The brand in the language; an error of `WRONG` says why it cannot be read."""
        return read_brand(self.folder / f"{self.brand}.toml").said_in(self.language)

    def rendered(self) -> Rendered:
        """The mail; an error of `WRONG` says why there is none."""
        brand = self.voice()
        return Mails(brand).render(samples(brand)[self.mail])


def preview_app(folder: Path) -> Starlette:
    """The pages of the preview. Everything is read anew for every request: it is here to be edited."""

    def shown(request: Request) -> Response:
        return HTMLResponse(_page(_asked(folder, request.query_params)))

    def mail(request: Request) -> Response:
        query = request.query_params
        try:
            content = _asked(folder, query).rendered().html
        except WRONG as error:
            return PlainTextResponse(str(error), 422)
        content = content.replace(DARK, "all" if query.get("dark") else "not all")
        policy = POLICY.format(images="'none'" if query.get("images") == "0" else "https:")
        return HTMLResponse(content, headers={"Content-Security-Policy": policy})

    def version(request: Request) -> Response:
        return PlainTextResponse(_version(folder))

    return Starlette(routes=[Route("/", shown), Route("/mail", mail), Route("/version", version)])


def _asked(folder: Path, query: Mapping[str, str]) -> Asked:
    """What a request asks for; the first of each where it names none that is there."""
    brands = [file.stem for file in sorted(folder.glob("*.toml"))]
    brand, language = query.get("brand", ""), query.get("language", "en")
    return Asked(
        folder,
        brand if brand in brands else next(iter(brands), ""),
        query.get("mail", "invitation"),
        language if language in languages() else "en",
    )


def _page(asked: Asked) -> str:
    text = wrong = ""
    kinds = ["invitation"]
    try:
        kinds = list(samples(asked.voice()))
        mail = asked.rendered()
        text = f"Subject: {mail.subject}\n\n{mail.text}"
    except WRONG:
        wrong = "\n".join(map(str, check_brands(asked.folder, codes=(asked.language,))))
    choices = {
        "brand": _choices(asked, "brand", [file.stem for file in sorted(asked.folder.glob("*.toml"))]),
        "mail": _choices(asked, "mail", kinds),
        "language": _choices(asked, "language", languages()),
    }
    frames = [] if wrong else [(words, width, asked.query(**changes)) for words, width, changes in FRAMES]
    return PAGE.render(
        title=f"{asked.brand}: {asked.mail}",
        wrong=wrong,
        choices=choices,
        frames=frames,
        text=text,
        version=_version(asked.folder),
        again=LOOK_AGAIN_MS,
    )


def _choices(asked: Asked, name: str, values: Iterable[str]) -> list[tuple[str, str, bool]]:
    return [(value, asked.query(**{name: value}), getattr(asked, name) == value) for value in values]


def _version(folder: Path) -> str:
    """What changes whenever a file of the brands, or of the house's mails, is written."""
    files = [file for where in (folder, FOLDER) for file in where.rglob("*") if file.is_file()]
    return str(max((file.stat().st_mtime_ns for file in files), default=0) + len(files))
