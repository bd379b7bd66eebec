"""How is a history told to the application? Its steps, and what pages post by themselves, in the order of time."""

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

from bench.scanners.corpus import Case, Check, Corpus, Step
from bench.scanners.page import Fields, Page, read_page, script_posts
from bench.scanners.world import FORM, World
from reviews.clicks import decide
from reviews.facts import Hit, Vote

Doing = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Found:
    """What was so at a check."""

    status: str
    rating: str | None
    counted: str | None
    hits: int


class Telling:
    """One case while it is told."""

    def __init__(self, world: World, case: Case, corpus: Corpus) -> None:
        self.failures: list[str] = []
        self._world, self._case, self._corpus = world, case, corpus
        self._pages: dict[str, Page] = {}
        self._queue: list[tuple[float, int, Doing]] = []
        self._order = count()
        self.found: list[tuple[Check, Found]] = []

    async def tell(self) -> None:
        """Everything that happens, and the checks in between: a check comes after what happens at its instant."""
        for name, invitation in self._case.invitations.items():
            await self._world.ask(name, scale=invitation.scale)
            for attempt, sent in enumerate(invitation.sends, 1):
                self._at(sent, _later(self._world.sent, name, sent, attempt=attempt))
            if invitation.delivered_at is not None:
                self._at(invitation.delivered_at, _later(self._world.delivered, name))
        for step in self._case.steps:
            self._at(step.t, _later(self._take, step))
        last = len(self._case.steps) * 1_000_000
        for place, check in enumerate(self._case.check):
            heapq.heappush(self._queue, (check.t, last + place, _later(self._look, check)))
        while self._queue:
            self._world.seconds, _, doing = heapq.heappop(self._queue)
            await doing()

    def _at(self, seconds: float, doing: Doing) -> None:
        heapq.heappush(self._queue, (seconds, next(self._order), doing))

    async def _take(self, step: Step) -> None:
        taken: dict[str, Callable[[Step], Awaitable[None]]] = {
            "get": self._open,
            "request": self._open,
            "js": self._script,
            "press": self._press,
            "submit": self._submit,
            "comment": self._comment,
            "replay": self._replay,
            "post_raw": self._post_raw,
            "staff": self._staff,
        }
        await taken[step.do](step)

    async def _open(self, step: Step) -> None:
        path = _mutated(self._world.path(step.inv, step.link), step.mutate)
        answer = await self._world.request(step.method, path, {**self._headers(step.client), **step.headers})
        if step.name:
            nonce, opened = read_page(answer.text) if answer.status_code == 200 else ("", "")
            self._pages[step.name] = Page(step.client, path, nonce, opened)

    async def _script(self, step: Step) -> None:
        page = self._pages.get(step.page)
        if page is None or not page.votes:
            return
        page.driven = step.webdriver
        for post in script_posts(step):
            self._at(post.t, _later(self._scripted, page, step.client, post.fields, by_itself=post.by_itself))

    async def _scripted(self, page: Page, client: str, fields: Fields, *, by_itself: bool) -> None:
        if by_itself and page.pressed:
            return
        own = {"answer": page.answer} if by_itself else {}
        await self._post(page, {**fields, **own, "webdriver": "1" if page.driven else "0"}, by=client)

    async def _press(self, step: Step) -> None:
        await self._pressed(step, mode="button", trusted="1" if step.trusted else "0")

    async def _submit(self, step: Step) -> None:
        page = self._pages.get(step.page)
        if page and page.votes:
            await self._post(page, {"kind": "vote", "mode": "form", "answer": step.rating or ""}, by=step.client)

    async def _comment(self, step: Step) -> None:
        await self._pressed(step, kind="comment", mode="comment", comment=step.text, trusted="1")

    async def _pressed(self, step: Step, *, kind: str = "vote", **fields: str) -> None:
        page = self._pages.get(step.page)
        if page is None or not page.votes:
            return
        page.pressed = True
        driven = "1" if page.driven or step.webdriver else "0"
        told = {"kind": kind, "answer": step.rating or page.answer, "webdriver": driven, **fields}
        await self._post(page, told, by=step.client)

    async def _replay(self, step: Step) -> None:
        page = self._pages.get(step.page)
        votes = [fields for fields in page.posted if fields["kind"] == "vote"] if page else []
        if page and votes:
            wanted = [fields for fields in votes if fields.get("mode") == step.mode] if step.mode else votes
            await self._post(page, dict((wanted or votes)[-1]), by=step.client)

    async def _post_raw(self, step: Step) -> None:
        path = self._world.path(step.inv, step.link)
        fields = {"kind": "vote", "mode": step.mode or "auto", "answer": step.rating or "", "nonce": "made up"}
        await self._world.request("POST", path, {**self._headers(step.client), **FORM}, data=fields)

    async def _post(self, page: Page, fields: Fields, *, by: str = "") -> None:
        told = {**fields, "nonce": page.nonce}
        page.posted.append(told)
        headers = {**self._headers(by or page.client), **FORM}
        if fields.get("mode") != "form":
            headers["Accept"] = "application/json"
        await self._world.request("POST", page.path, headers, data=told)

    async def _staff(self, step: Step) -> None:
        log = await self._world.log(step.inv)
        counted = [one.vote for one in decide(log, self._world.door.rules).steps if one.counted]
        votes = [vote.id for vote in log.of(Vote) if vote.answer == step.rating] if step.rating else counted
        vote = votes[-1] if step.action == "restore" and votes else ""
        form = {"action": f"{step.action} {vote}".strip(), "reason": step.reason}
        await self._world.correct(step.inv, form)

    def _headers(self, client: str) -> dict[str, str]:
        who = self._case.clients[client]
        agent = self._corpus.user_agents.get(who.ua, who.ua)
        return {"User-Agent": agent, "X-Forwarded-For": who.ip, **who.headers}

    async def _look(self, check: Check) -> None:
        told = await self._world.rating(check.inv)
        hits = len((await self._world.log(check.inv)).of(Hit))
        counted = told["value"] if told["counted"] else None
        found = Found(told["status"], told["value"], counted, hits)
        self.found.append((check, found))
        if wrong := wrongs(check, found):
            self.failures.append(f"at {check.t:g} s{f' ({check.inv})' if check.inv else ''}: {'; '.join(wrong)}")


def wrongs(check: Check, found: Found) -> list[str]:
    """What is not as a check expects, in words."""
    wrong = []
    if check.counted != "any" and check.counted != found.counted:
        wrong.append(f"expected {check.counted or 'nothing'} to count, got {found.counted or 'nothing'}")
    if check.status and found.status not in check.status:
        wrong.append(f"expected status {' or '.join(check.status)}, got {found.status}")
    if check.rating and check.rating != found.rating:
        wrong.append(f"expected the rating shown to be {check.rating}, got {found.rating or 'none'}")
    if found.hits < check.min_hits:
        wrong.append(f"expected at least {check.min_hits} hits, got {found.hits}")
    return wrong


def _mutated(path: str, how: str) -> str:
    """The path with its token altered: cut, in small letters, or with something appended; `pad` leaves it valid."""
    head, _, token = path.rpartition("/")
    name, _, what = how.partition(":")
    altered = {"": token, "append": token + what, "truncate": token[:-4], "lower": token.lower(), "pad": token + "="}
    return f"{head}/{altered[name]}"


def _later(do: Callable[..., Awaitable[None]], *args: object, **more: object) -> Doing:
    async def doing() -> None:
        await do(*args, **more)

    return doing
