"""The usual small click recorder: Flask, a signed token, one row and one commit per request, a Jinja page."""

import os
import sqlite3
import threading

from flask import Flask, abort, render_template_string
from itsdangerous import BadData, URLSafeSerializer

PAGE = """<!doctype html><title>{{ question }}</title><h1>{{ question }}</h1>
<form method="post">{% for face in faces %}<button name="answer" value="{{ face }}">{{ face }}</button>{% endfor %}
<input type="hidden" name="nonce" value="{{ nonce }}"></form>"""
FACES = ("happy", "neutral", "unhappy")

app = Flask(__name__)
links = URLSafeSerializer(os.environ["PEER_SECRET"], salt="peer")
mine = threading.local()


def database() -> sqlite3.Connection:
    """This thread's connection, durable as ours is."""
    if not hasattr(mine, "db"):
        mine.db = sqlite3.connect(os.environ["PEER_DATABASE"], timeout=30)
        mine.db.execute("pragma journal_mode=wal")
        mine.db.execute("pragma synchronous=full")
    db: sqlite3.Connection = mine.db
    return db


with database() as begun:
    begun.execute("create table if not exists hit (seq integer primary key, review text, link text)")


@app.get("/r/<token>")
def opened(token: str) -> str:
    """Verify, insert, commit, render."""
    try:
        review, slot = links.loads(token)
    except (BadData, ValueError):
        abort(404)
    db = database()
    db.execute("insert into hit (review, link) values (?, ?)", (review, slot))
    db.commit()
    return render_template_string(PAGE, question="How did it go?", faces=FACES, nonce=links.dumps([review, "nonce"]))
