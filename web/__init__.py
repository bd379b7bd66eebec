"""The HTTP door: the rating page, the customer's other links, the API, helpdesks' webhooks, staff's pages.

Every handler has the same shape: verify, read, `flow.…`, record, answer. What counts is decided in reviews/.
"""
