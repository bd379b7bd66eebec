"""The voice: every word a person reads, as mails (subject, text, MJML), web pages, brands.

A mail is a triplet over one base, compiled once per brand and rendered per person (`mails.py`); a page is Jinja under a
strict content security policy (`pages.py`); a brand is a file (`brands.py`). Nothing here sends, stores or decides.
"""
