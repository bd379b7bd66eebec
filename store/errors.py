"""What can go wrong with the memory itself? Each is passing: the caller says "try again later", never "no"."""


class StoreUnavailableError(Exception):
    """The store could not take or give this now: locked, closing, or its queue is full. Nothing was recorded."""


class StoreFullError(StoreUnavailableError):
    """There is no room on the disk. Nothing was recorded."""


class UnknownReviewError(LookupError):
    """No review has this id."""


class SchemaError(RuntimeError):
    """The schema is not the one this version works with; the message says what to do."""


class EngineError(RuntimeError):
    """The engine must not be trusted with mail, or the database URL names none; the message says why."""
