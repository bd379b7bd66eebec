"""The API: closed tickets come in, reviews are read."""
