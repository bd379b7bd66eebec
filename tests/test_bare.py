"""Does everything start with what requirements/run.txt brings, and nothing that an extra or the tests bring?"""

import subprocess
import sys

import pytest

EXTRAS = ("authlib", "httpx2", "joserfc", "opentelemetry", "psycopg", "sentry_sdk", "playwright", "pytest", "rich")
STARTS = ("cli", "demo.run", "web.app", "web.__main__", "mailer.__main__", "inbound.__main__", "calling.__main__")
BARE = """
import importlib, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {extras}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
importlib.import_module({module!r})
"""


@pytest.mark.parametrize("module", STARTS)
def test_what_is_started_needs_no_extra(module: str) -> None:
    code = BARE.format(extras=EXTRAS, module=module)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
