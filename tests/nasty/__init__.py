"""Mails made to hurt whoever reads them, by title: each can be stored, so each is taken and kept as it came."""

from tests.nasty import headers, structure, words

MAILS = headers.MAILS | structure.MAILS | words.MAILS
