"""What is told in one call? The news, and the review as it stands; put together when it is told, so it keeps none."""

from dataclasses import dataclass
from datetime import datetime

from reviews.clicks import Timeline
from reviews.deeds import FollowUpClosed
from reviews.facts import Comment, Message
from reviews.log import Log
from reviews.model import Grade
from reviews.news import News, NewsKind
from reviews.redacted import Ours, without_ours
from reviews.shapes import Shape, instant, message_shape, rating_shape, told_shape
from store.calls import TEST, Call

THREAD = ("messages", "automatic", "asked_by_hand")
"""Of a review, what is not sent along: the whole thread may be long, and GET /api/v1/reviews/{id} has it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news of one review."""

    log: Log
    timeline: Timeline
    news: News
    url: str
    """The record, for staff."""
    now: datetime
    ours: Ours
    """What only the customer may press is taken out of their words by these."""

    @property
    def value(self) -> str | None:
        """The rating that counted when it happened."""
        step = self.timeline.at(self.news.at)
        return step.value if step.counted else None

    @property
    def automatic(self) -> bool:
        """Whether it can come to pass with no person behind it: a question, or a rating that nobody confirmed."""
        if self.news.kind in (NewsKind.RATED, NewsKind.CHANGED):
            return self.timeline.at(self.news.at).grade is not Grade.HARD
        return self.news.kind is NewsKind.ASKED

    @property
    def words(self) -> str:
        """What was written, where it is news of words."""
        comment = self.log.find(Comment, self.news.about)
        message = self.log.find(Message, self.news.about)
        words = comment.words if comment else message.text if message else ""
        return without_ours(words, self.ours)


def payload(call: Call, told: Told | None) -> Shape:
    """The body of a webhook; of a test where nothing is told."""
    if told is None:
        return {"type": TEST, "timestamp": instant(call.at), "data": {"words": "This is a test by Afterword."}}
    whole = told_shape(told.log, told.timeline, now=told.now, ours=told.ours)
    review = {name: value for name, value in whole.items() if name not in THREAD}
    data: Shape = {"review": review, "url": told.url}
    comment, message = (told.log.find(kind, told.news.about) for kind in (Comment, Message))
    if isinstance(comment, Comment):
        data["comment"] = {"at": instant(comment.at), "text": told.words, "causes": list(comment.causes)}
    elif isinstance(message, Message):
        data["message"] = message_shape(message, told.log, told.ours)
    elif closed := told.log.find(FollowUpClosed, told.news.about):
        data["follow_up"] = {"outcome": closed.outcome, "words": closed.words, "who": closed.who}
    else:
        data["rating"] = rating_shape(told.log.review, told.timeline.at(told.news.at))
    return {"type": told.news.kind, "timestamp": instant(told.news.at), "data": data}
