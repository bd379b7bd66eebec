"""A review as a signed bundle: whole it verifies with nothing but itself, and any changed byte fails and is named."""

import asyncio
import io
import json
import random
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from commands.operating import with_store
from commands.verifying import WHOLE_FILE, Verified, verified, verified_bytes
from inbound.reader import Reader
from reviews import tending
from reviews.links import Links
from reviews.model import Envelope
from reviews.provenance import MANIFEST, SIGNATURE, Manifest, Part, encoded, manifest_bytes, part, read_manifest
from reviews.tokens import Keys
from settings import read_settings
from store import Store, people
from store.erasing import erase_visits
from templates.bundle import key_set, new_seed, packed, read_keys
from tests.post_office import resolver, signed, written
from tests.story import ADA, closing, later, rated_log
from tests.test_cli import afterword, folder, installed, refused, said
from tests.web_house import House, opened_house

__all__ = ["folder", "installed"]
WORDS = "It still drops, every hour."


def in_store(use: Callable[[Store], Any]) -> Any:
    """Something done in the installation's store."""
    return asyncio.run(with_store(use))


@pytest.fixture
def review(installed: Path) -> str:
    """A review that was rated, answered by a signed mail, and read by staff."""

    async def live(store: Store) -> str:
        settings = read_settings()
        links = Links(Keys(settings.secret_keys), settings.base_url, settings.reply_domain)
        log = rated_log()
        await store.record_new(*closing())
        await store.record(log.review.id, lambda _: log.facts)
        to = links.customer_address(log.review.id)
        raw = signed(written(sender=f"Ada <{ADA.email}>", to=to, subject="Re: VPN", text=WORDS), "customer.example")
        envelope = Envelope(later(hours=2), "192.0.2.1", "mx.customer.example", ADA.email, (to,), True)
        await store.keep_mail(id="arrival-1", envelope=envelope, raw=raw)
        await Reader(store, links.keys, settings.reply_domain, lambda: later(hours=2), resolver).read_waiting()
        rule = partial(tending.read, action="read-1", who="lea@acme.example", at=later(hours=3))
        await store.record(log.review.id, rule)
        return log.review.id

    return str(in_store(live))


@pytest.fixture
def bundle(review: str, installed: Path) -> Path:
    said("bundle", review, "proof.zip")
    return installed / "proof.zip"


def places(found: Verified) -> set[str]:
    return {finding.place for finding in found.findings}


def test_a_bundle_holds_the_whole_story_and_verifies_with_nothing_but_itself(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        decision = json.loads(archive.read("decision.json"))
        arrival = json.loads(archive.read("arrivals/00001.json"))
        story = archive.read("story.txt").decode()
        mail = next(archive.read(name) for name in names if name.startswith("mails/"))
    kinds = {name.partition("-")[2] for name in names if name.startswith("facts/")}
    assert {
        "review.json",
        "hit.json",
        "vote.json",
        "delivery.json",
        "settled.json",
        "message.json",
        "read.json",
    } <= kinds
    assert [step["value"] for step in decision["steps"]] == [None, "unhappy"]
    assert (arrival["verdict"], arrival["why"]) == ("verified", "signed by customer.example")
    assert list(arrival["keys"]) == ["test._domainkey.customer.example"]
    assert [one["holds"] for one in arrival["signatures"]] == ["yes"]
    assert "pressed" in story
    assert WORDS.encode() in mail
    assert bundle.stat().st_mode & 0o777 == 0o600

    elsewhere = tmp_path / "elsewhere"  # without settings, without a store
    elsewhere.mkdir()
    shutil.copy(bundle, elsewhere / "proof.zip")
    (tmp_path / ".env").rename(tmp_path / "away")
    told = said("verify", str(elsewhere / "proof.zip"))
    assert "Rating: unhappy, confirmed; decided anew from the facts." in told
    assert "1 signatures of mails were checked again" in told
    assert "nobody has vouched for that key yet" in told


@pytest.mark.skipif(shutil.which("unzip") is None, reason="Debian's unzip is not here")
def test_other_programs_open_it(bundle: Path) -> None:
    assert subprocess.run(["unzip", "-tq", bundle], capture_output=True, check=False).returncode == 0


def test_the_same_record_makes_the_same_bytes(review: str, installed: Path) -> None:
    said("bundle", review, "one.zip")
    made = read_manifest(zipfile.ZipFile("one.zip").read(MANIFEST))
    contents = {name: zipfile.ZipFile("one.zip").read(name) for name in zipfile.ZipFile("one.zip").namelist()}
    again = b"".join(packed(made, read_settings().bundle_keys[0], contents.__getitem__))
    assert again == (installed / "one.zip").read_bytes()


def owners(raw: bytes) -> Iterator[tuple[range, set[str]]]:
    """Whose each byte of a bundle is: a part's own or of its header, or of its line in the directory."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        infos, start = archive.infolist(), archive.start_dir
    for info in infos:
        yield range(info.header_offset, info.header_offset + 30 + len(info.filename) + info.file_size), {info.filename}
    for info in infos:
        yield range(start, start + 46 + len(info.filename)), {info.filename}
        start += 46 + len(info.filename)
    yield range(start, len(raw)), {WHOLE_FILE}


def test_every_changed_byte_fails_and_is_named(bundle: Path) -> None:
    raw, chance, checked = bundle.read_bytes(), random.Random(12), 0
    for where, owner in owners(raw):
        header = where[:200]
        for place in {*header, *chance.sample(where, min(len(where), 40)), where[-1]}:
            changed = bytearray(raw)
            changed[place] ^= 1 << chance.randrange(8)
            found = verified_bytes(bytes(changed), {})
            assert owner & places(found), (place, owner, found.findings)
            checked += 1
    assert checked > len(raw) / 5


def test_every_byte_of_a_small_bundle_is_tried(installed: Path) -> None:
    in_store(lambda store: store.record_new(*closing(ask="never")))
    review = said("export", "reviews", "--format", "jsonl").partition('"review":"')[2].partition('"')[0]
    said("bundle", review, "small.zip")
    raw, chance = (installed / "small.zip").read_bytes(), random.Random(1)
    assert verified_bytes(raw, {}).findings == ()
    named = [owner for where, owner in owners(raw) for _ in where]
    assert len(named) == len(raw)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << chance.randrange(8)
        assert named[place] & places(verified_bytes(bytes(changed), {})), place


@pytest.mark.parametrize(
    "change", [lambda raw: raw + b"x", lambda raw: raw[:-1], lambda raw: b"x" + raw, lambda _: b""]
)
def test_what_is_added_or_cut_off_is_seen(bundle: Path, change: Callable[[bytes], bytes]) -> None:
    bundle.write_bytes(change(bundle.read_bytes()))
    assert verified(bundle).findings


def test_what_a_changed_part_was_claimed_to_be_is_told(bundle: Path) -> None:
    raw = bundle.read_bytes()
    bundle.write_bytes(raw.replace(b'"unhappy"', b'"neutral"'[:9]))
    result = afterword("verify", str(bundle))
    assert result.exit_code == 1
    assert "it was changed: it was claimed to be “vote unhappy button" in result.stdout


# signed again by somebody else


def forged(bundle: Path, change: Callable[[Manifest, dict[str, bytes]], Manifest], seed: str) -> bytes:
    """A bundle that somebody changed and signed with a key."""
    with zipfile.ZipFile(bundle) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    told = change(read_manifest(contents[MANIFEST]), contents)
    return b"".join(packed(told, seed, contents.__getitem__))


def with_parts(told: Manifest, parts: list[Part]) -> Manifest:
    facts = [one for one in parts if one.path.startswith("facts/")]
    return replace(told, parts=tuple(parts), chain_head=facts[-1].sha256)


def rechained(
    told: Manifest, contents: dict[str, bytes], edit: Callable[[str, dict[str, Any]], dict[str, Any] | None]
) -> Manifest:
    """Each JSON part edited, None to leave it out, and the chain made to fit again."""
    parts: list[Part] = []
    before = ""
    for one in told.parts:
        if not one.path.endswith(".json"):
            parts.append(one)
            continue
        shape = edit(one.path, json.loads(contents[one.path]))
        if shape is None:
            continue
        if one.path.startswith("facts/"):
            shape["before"] = before
        parts.append(part(one.path, one.about, encoded(shape)))
        before = parts[-1].sha256 if one.path.startswith("facts/") else before
    return with_parts(told, parts)


def test_another_key_is_seen_by_who_has_the_published_one(bundle: Path, installed: Path) -> None:
    seeds = read_settings().bundle_keys
    (installed / "keys.json").write_text(json.dumps(key_set(seeds)))
    assert "Signed by the key" in said("verify", str(bundle), "--key", "keys.json")
    bundle.write_bytes(forged(bundle, lambda told, _: told, new_seed()))
    assert "nobody has vouched" in said("verify", str(bundle))
    assert "none of those given" in afterword("verify", str(bundle), "--key", "keys.json").stdout


def test_a_rating_that_the_facts_do_not_give_is_seen_though_it_is_signed(bundle: Path) -> None:
    def happier(path: str, shape: dict[str, Any]) -> dict[str, Any]:
        if path == "decision.json":
            shape["steps"][-1]["value"] = "happy"
        return shape

    raw = forged(bundle, lambda told, contents: rechained(told, contents, happier), read_settings().bundle_keys[0])
    found = verified_bytes(raw, {})
    assert places(found) == {"decision.json", MANIFEST}
    assert "it claims 2 steps that end with happy" in found.findings[0].words


def test_a_fact_that_was_taken_out_breaks_the_chain_or_the_rating(bundle: Path) -> None:
    def without_vote(told: Manifest, contents: dict[str, bytes]) -> Manifest:
        return with_parts(told, [one for one in told.parts if not one.path.endswith("-vote.json")])

    seed = read_settings().bundle_keys[0]
    found = verified_bytes(forged(bundle, without_vote, seed), {})
    assert any(finding.words == "it does not follow on the fact before it" for finding in found.findings)
    left_out = partial(rechained, edit=lambda path, shape: None if path.endswith("-vote.json") else shape)
    found = verified_bytes(forged(bundle, left_out, seed), {})
    assert places(found) == {"decision.json"}


def test_a_proof_that_the_mail_does_not_bear_is_seen_though_it_is_signed(bundle: Path) -> None:
    def other_key(path: str, shape: dict[str, Any]) -> dict[str, Any]:
        if path.startswith("arrivals/"):
            shape["keys"] = {name: resolver("test._domainkey.b.example", "TXT")[0].decode() for name in shape["keys"]}
        return shape

    raw = forged(bundle, lambda told, contents: rechained(told, contents, other_key), read_settings().bundle_keys[0])
    [finding] = verified_bytes(raw, {}).findings
    assert finding.place == "arrivals/00001.json"
    assert "customer.example: yes, and they give customer.example: no" in finding.words


def test_a_mail_that_is_missing_is_named(bundle: Path) -> None:
    def without_mail(told: Manifest, contents: dict[str, bytes]) -> Manifest:
        return with_parts(told, [one for one in told.parts if not one.path.startswith("mails/")])

    [finding] = verified_bytes(forged(bundle, without_mail, read_settings().bundle_keys[0]), {}).findings
    assert finding.words.startswith("it is missing: the message")


# hostile files


HOSTILE_PATHS = ("../../etc/passwd", "/etc/passwd", "facts/00001-review.json/../x", "mails/x.eml", "facts/1-a.json", "")


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_a_path_that_no_bundle_has_is_refused(bundle: Path, path: str) -> None:
    def named(told: Manifest, contents: dict[str, bytes]) -> Manifest:
        return replace(told, parts=(*told.parts, part(path, "x", b"x")))

    raw = forged(bundle, named, new_seed())
    assert [finding.words for finding in verified_bytes(raw, {}).findings] == ["it names a part that no bundle has"]


def test_sizes_that_are_not_there_cost_nothing(bundle: Path, installed: Path) -> None:
    bomb = Part(f"mails/{'0' * 64}.eml", "x", "0" * 64, 64 * 1024 * 1024)
    told = read_manifest(zipfile.ZipFile(bundle).read(MANIFEST))
    many = tuple(bomb._replace(path=f"mails/{number:064}.eml") for number in range(60))
    head = manifest_bytes(replace(told, parts=(*told.parts, *many)))
    raw = bundle.read_bytes()
    old = zipfile.ZipFile(bundle).read(MANIFEST)
    raw = raw.replace(old, head).replace(struct.pack("<I", len(old)), struct.pack("<I", len(head)), 2)
    found = verified_bytes(raw, {})
    assert {one.path for one in many} <= places(found)


def test_compressed_bombs_and_other_zips_are_no_bundles(installed: Path) -> None:
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, b"0" * 50_000_000)
        archive.writestr(SIGNATURE, b"{}")
    assert verified(installed / "bomb.zip").findings
    (installed / "none.zip").write_bytes(b"PK\3\4" + b"\0" * 40)
    assert verified(installed / "none.zip").findings


@pytest.mark.parametrize("text", ["[]", "{}", "null", "[" * 100_000, '{"format": "afterword-bundle/1"}', "\ud800"])
def test_nonsense_in_place_of_a_manifest_is_named(bundle: Path, text: str) -> None:
    old, new = zipfile.ZipFile(bundle).read(MANIFEST), text.encode("utf-8", "surrogatepass")
    raw = bundle.read_bytes().replace(old, new)
    raw = raw.replace(struct.pack("<I", len(old)), struct.pack("<I", len(new)), 2)
    assert MANIFEST in places(verified_bytes(raw, {}))


# what is gone, and what is kept back


def test_what_was_forgotten_is_told_and_the_bundle_still_verifies(review: str, installed: Path) -> None:
    said("forget", ADA.email, "--yes")
    said("bundle", review, "after.zip")
    raw = (installed / "after.zip").read_bytes()
    told = said("verify", "after.zip")
    assert "Not in it: the customer's name, address and words: they were forgotten." in told
    assert ".eml: it was erased." in told
    assert b"Lovelace" not in raw
    assert ADA.email.encode() not in raw
    assert WORDS.encode() not in raw


def test_visits_that_were_sealed_are_told_and_the_rating_still_follows(review: str, installed: Path) -> None:
    in_store(lambda store: erase_visits(store, now=later(days=91)))
    said("bundle", review, "sealed.zip")
    assert not any("-hit" in name for name in zipfile.ZipFile("sealed.zip").namelist())
    told = said("verify", "sealed.zip")
    assert "Not in it: visits to the links: they were erased after their term" in told
    assert "Rating: unhappy, confirmed; decided anew from the facts." in told


def test_the_redacted_edition_grants_nothing_to_who_holds_it(review: str, installed: Path) -> None:
    said("bundle", review, "others.zip", "--redacted")
    told = said("verify", "others.zip")
    assert "it is kept back: mails hold links that only the customer may press" in told
    domain = read_settings().reply_domain.encode()
    assert b"r+" not in b"".join(
        line for line in (installed / "others.zip").read_bytes().splitlines() if domain in line
    )


def test_there_is_no_bundle_of_nothing_and_none_without_a_key(review: str, installed: Path) -> None:
    assert "there is no review nothing" in refused("bundle", "nothing", "x.zip")
    said("bundle", review, "proof.zip")
    assert "exists" in refused("bundle", review, "proof.zip")
    env = installed / ".env"
    env.write_text(env.read_text().replace(f"AFTERWORD_BUNDLE_KEYS={read_settings().bundle_keys[0]}", ""))
    assert "`afterword rotate bundle` makes one" in refused("bundle", review, "y.zip")


def test_a_new_key_signs_and_the_old_one_is_still_published(bundle: Path, review: str, installed: Path) -> None:
    (installed / "keys.json").write_text(said("rotate", "bundle"))
    said("bundle", review, "new.zip")
    for name in ("proof.zip", "new.zip"):
        assert "one of the keys given" in said("verify", name, "--key", "keys.json")
    used = [
        verified(installed / name, read_keys((installed / "keys.json").read_bytes())).key
        for name in ("new.zip", "proof.zip")
    ]
    assert used == [one["kid"] for one in json.loads((installed / "keys.json").read_text())["keys"]]


def test_a_key_that_is_none_is_refused(bundle: Path, installed: Path) -> None:
    for text in ("", "{}", "-----BEGIN PUBLIC KEY-----", '{"keys": [{"crv": "Ed25519", "x": "AA"}]}', '{"keys": []}'):
        (installed / "keys").write_text(text)
        assert "key" in refused("verify", str(bundle), "--key", "keys")


# by the web


async def test_the_public_keys_are_published(tmp_path: Path) -> None:
    seeds = (new_seed(), new_seed())
    async with opened_house(tmp_path, bundle_keys=seeds) as house:
        answer = await house.client.get("/.well-known/afterword-keys.json")
    assert answer.status_code == 200
    assert len(read_keys(answer.content)) == 2


async def test_a_lead_saves_a_record_that_verifies_and_grants_nothing(tmp_path: Path) -> None:
    seeds = (new_seed(),)
    async with opened_house(tmp_path, bundle_keys=seeds) as house:
        review = await house.asked()
        await signed_in(house, "lead")
        page = await house.client.get(f"/reviews/{review.id}")
        assert f"/reviews/{review.id}/bundle" in page.text
        answer = await house.client.get(f"/reviews/{review.id}/bundle")
        assert answer.headers["content-disposition"] == f'attachment; filename="review-{review.id}.zip"'
        await signed_in(house, "agent")
        assert "/bundle" not in (await house.client.get(f"/reviews/{review.id}")).text
    found = verified_bytes(answer.content, read_keys(json.dumps(key_set(seeds)).encode()))
    assert found.findings == ()
    assert found.manifest
    assert (found.manifest.review, found.manifest.edition) == (review.id, "redacted")


async def signed_in(house: House, role: str) -> None:
    """Somebody of that role asks from now on."""
    house.client.cookies.clear()
    staff = await house.add_staff(f"{role}@acme.example", role, role=role)
    id, session = house.door.new_id(), house.door.new_id()
    add = partial(people.add_sign_in, id=id, email=staff.email, client="c", expires_at=later(days=9))
    await house.store.write(add)
    use = partial(people.use_sign_in, id=id, session_id=session, expires_at=later(days=9), now=house.clock.now)
    await house.store.write(use)
    house.client.cookies.set("__Host-afterword", session, domain="care.acme.example", path="/")
