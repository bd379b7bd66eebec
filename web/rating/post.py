"""What does the rating page post? Its script reports in and casts votes; its forms do the same without script."""

from datetime import datetime
from functools import partial
from typing import Annotated, Literal, Self
from urllib.parse import urlencode

import structlog
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from reviews import flow
from reviews.clicks import told
from reviews.events import Press
from reviews.flow import COMMENT_LENGTH_MAX
from reviews.model import Cause, Mode
from reviews.rules import Rules
from reviews.tokens import Nonce, read_nonce
from reviews.voting import taken
from templates.brand_words import CHIPS_MAX
from templates.plain import OPEN_TOO_LONG, RATED_ELSEWHERE, at_most
from web.answers.refusals import Refused, wants_json
from web.client import network_of
from web.door import door_of
from web.forms import read_form, refuse_foreign
from web.rating.link import RatingLink, rating_link
from web.rating.page import COMMENT, done_token

EVENT_LENGTH_MAX = 32
SILENT = ("arrive", "signal")

log = structlog.get_logger()


class RatingPost(BaseModel):
    """The fields of a post, as `templates/static/rating.js` and the forms of `rating.html` send them."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: Literal["arrive", "signal", "vote", "comment"]
    nonce: str
    mode: Mode = Mode.FORM
    answer: str = ""
    comment: Annotated[
        str,
        BeforeValidator(lambda words: words.replace("\r\n", "\n")),  # forms send CRLF for what was counted as one
        Field(max_length=COMMENT_LENGTH_MAX),
    ] = ""
    unfixed: bool = False
    hear: bool = False
    causes: tuple[Cause, ...] = Field((), max_length=CHIPS_MAX)
    trusted: bool = False
    webdriver: bool = False
    event: str = Field("", max_length=EVENT_LENGTH_MAX)

    @model_validator(mode="before")
    @classmethod
    def _tapped(cls, fields: dict[str, str]) -> dict[str, object]:
        """A chip is a field of its own, `cause-1` to `cause-6`; two may stand for the same cause."""
        tapped = (fields.get(f"cause-{number}") for number in range(1, CHIPS_MAX + 1))
        return {**fields, "causes": tuple(dict.fromkeys(cause for cause in tapped if cause))}

    @model_validator(mode="after")
    def _honest(self) -> Self:
        if self.kind == "vote" and self.mode is Mode.COMMENT:
            raise ValueError("a vote without words is no comment")
        if self.kind == "signal" and not self.trusted:
            raise ValueError("only a trusted event is a signal")
        return self

    def rule(self, hit: str, *, network: str, at: datetime, rules: Rules) -> flow.Rule:
        """What this post says happened on the page of that hit, from that kind of network."""
        machine = "webdriver" if self.webdriver else ""
        mode = Mode.COMMENT if self.kind == COMMENT else self.mode
        press = Press(hit, self.answer, mode, trusted=self.trusted, machine=machine, network=network)
        if self.kind == "arrive":
            return partial(flow.page_arrived, hit=hit, at=at)
        if self.kind == "signal":
            return partial(flow.page_touched, hit=hit, event=self.event, at=at, rules=rules)
        if self.kind == "vote":
            return partial(flow.voted, press=press, at=at, rules=rules)
        return partial(
            flow.commented,
            press=press,
            words=self.comment,
            causes=self.causes,
            at=at,
            rules=rules,
            unfixed=self.unfixed,
            hear=self.hear,
        )


async def posted(request: Request) -> Response:
    """The page or its script posted something."""
    door = door_of(request)
    at = door.clock()
    link = await rating_link(door, request.scope, at=at)
    refuse_foreign(request)
    post = await _read(request)
    nonce = _nonce(request, post, link, at)
    network = network_of(door, request.scope).kind
    recorded = await door.store.record(link.review, post.rule(nonce.hit, network=network, at=at, rules=door.rules))
    log.info("rating page posted", review=link.review, hit=nonce.hit, kind=post.kind, new=len(recorded.new))
    if taken(recorded.log, nonce.hit):
        raise Refused(409, RATED_ELSEWHERE)
    if post.kind in SILENT:
        return Response(status_code=204)
    if wants_json(request):
        now = told(recorded.log, recorded.timeline, hit=nonce.hit, now=at)
        return JSONResponse({"status": now.status, "rating": now.answer or None, "needs_tap": now.needs_tap})
    done = urlencode({"done": done_token(door, hit=nonce.hit, kind=post.kind)})
    return RedirectResponse(f"{request.scope['path']}?{done}", status_code=303)


async def _read(request: Request) -> RatingPost:
    try:
        return RatingPost.model_validate(await read_form(request))
    except ValidationError as error:
        if any(problem["loc"] == (COMMENT,) for problem in error.errors()):
            raise Refused(422, at_most(COMMENT_LENGTH_MAX)) from None
        raise Refused(422) from None


def _nonce(request: Request, post: RatingPost, link: RatingLink, at: datetime) -> Nonce:
    """The nonce of the page that posted; Refused 403 when it is not of this review, or the page stood open too long."""
    door = door_of(request)
    nonce = read_nonce(door.keys, post.nonce, at=at, ttl=door.rules.nonce, skew=door.rules.skew)
    if nonce is None or nonce.review != link.review:
        raise Refused(403, OPEN_TOO_LONG)
    return nonce
