"""Which review does one of the customer's links stand for?"""

from starlette.requests import Request

from reviews.log import Log
from web.answers.refusals import Refused
from web.door import door_of


async def contact_log(request: Request, purpose: str) -> Log:
    """The log of the review in the link; Refused 404 when we did not sign it for this purpose."""
    door = door_of(request)
    match door.keys.read_link(purpose, request.path_params["token"]):
        case [str(review)]:
            log = await door.store.log(review)
        case _:
            log = None
    if log is None:
        raise Refused(404)
    return log
