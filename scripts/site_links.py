"""A hook of MkDocs (`make docs`): the README is the site's first page, and links to files beside docs/ become words, as
those files are not part of the site. MkDocs is not among the test tools, so it is looked for when it calls."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parent.parent / "README.md"
FOLDERS = "bench|deploy|reviews|scripts|store|templates|tests|watching|web"
OUTSIDE = re.compile(
    rf"(?<!!)\[([^\]]+)\]\((?:(?:\.\./)+README\.md|(?:\.\./)*(?:(?!README)[A-Z]|\.env|(?:{FOLDERS})/)[\w./@#-]*)\)"
)


def on_files(files: Any, config: Any, **_: object) -> Any:  # noqa: ANN401 - MkDocs' own, which is not here
    """Add the README as `index.md`, its links told from where that lies."""
    text = README.read_text("utf-8").replace("](docs/", "](")
    files.append(import_module("mkdocs.structure.files").File.generated(config, "index.md", content=text))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Take links off what is not on the site."""
    return OUTSIDE.sub(r"\1", markdown)
