"""Webhooks of helpdesks: signed payloads of any shape, mapped to a closed ticket."""
