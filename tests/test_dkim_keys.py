"""Keys for each domain that mails come from: made by command, published, put to use, rotated; mails signed by them."""

from dataclasses import replace
from pathlib import Path

import dkim as verifier
import pytest

import commands.signing as signing
from mailer.__main__ import signers
from mailer.domain.key import new_ed25519_key, public_part
from mailer.domain.records import Key, dkim_record
from mailer.domain.ring import Ring
from mailer.sign import Signer, Signers
from settings import read_settings
from tests.test_cli import folder, installed, refused, said

__all__ = ["folder", "installed"]
pytestmark = pytest.mark.usefixtures("installed")

NAME = "autumn"
RAW = b"From: care@shop.example\r\nTo: ada@customer.example\r\nSubject: How did we do?\r\n\r\nOne click.\r\n"


def test_new_keys_come_with_the_records_to_set_and_do_not_sign_yet(installed: Path) -> None:
    told = said("dkim", "new", "Shop.Example", "--name", NAME)
    for selector, pem in Ring(installed / "dkim").keys("shop.example", NAME):
        assert f'{selector}._domainkey.shop.example. TXT "v=DKIM1; k=' in told
        assert public_part(pem).text in told.replace('" "', "")
    assert "afterword dkim use shop.example autumn" in told
    assert ["does not sign" in line for line in said("dkim", "list").splitlines() if "shop.example" in line] == [True]
    assert "shop.example" not in signers(read_settings()).by_domain
    secret = [file.stat().st_mode & 0o777 for file in (installed / "dkim").rglob("*.pem")]
    assert secret == [0o600, 0o600]


def test_they_sign_once_the_dns_has_them(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said("dkim", "new", "shop.example", "--name", NAME)
    zone = published(installed, "shop.example", NAME)
    half = dict(list(zone.items())[:1])
    monkeypatch.setattr(signing, "look_up", lambda name, type: half.get(name, ()))
    assert "does not have it yet" in refused("dkim", "use", "shop.example", NAME)
    monkeypatch.setattr(signing, "look_up", lambda name, type: zone.get(name, ()))
    assert "signs for shop.example" in said("dkim", "use", "shop.example", NAME)
    found = signers(read_settings())
    assert [signer.selector for signer in found.of("shop.example")] == ["autumn", "autumn-ed25519"]
    assert [signer.selector for signer in found.of("mail.shop.example")] == ["autumn", "autumn-ed25519"]
    assert [signer.selector for signer in found.of("elsewhere.example")] == ["afterword"], "as the settings name it"


def test_both_signatures_of_a_pair_hold_under_another_programs_eyes(installed: Path) -> None:
    said("dkim", "new", "shop.example", "--name", NAME)
    said("dkim", "use", "shop.example", NAME, "--unseen")
    zone = {
        f"{name}.".encode(): texts[0].encode() for name, texts in published(installed, "shop.example", NAME).items()
    }
    for signer in signers(read_settings()).of("shop.example"):
        seen = verifier.DKIM(signer.sign(RAW))
        assert seen.verify(dnsfunc=lambda name, timeout=5: zone.get(name)), signer.selector


def test_a_rotation_leaves_the_old_key_until_it_is_dropped(installed: Path) -> None:
    said("dkim", "new", "shop.example", "--name", NAME)
    said("dkim", "use", "shop.example", NAME, "--unseen")
    assert "Until then autumn signs on" in said("dkim", "new", "shop.example", "--name", "winter")
    assert "autumn signs for shop.example" in refused("dkim", "drop", "shop.example", NAME)
    assert "afterword dkim drop shop.example autumn" in said("dkim", "use", "shop.example", "winter", "--unseen")
    gone = said("dkim", "drop", "shop.example", NAME)
    assert "autumn-ed25519._domainkey.shop.example" in gone
    assert Ring(installed / "dkim").names("shop.example") == ["winter"]


def test_keys_of_the_folder_go_before_the_one_in_the_settings() -> None:
    assert [signer.selector for signer in signers(read_settings()).of("acme.example")] == ["afterword"]
    assert "Until then afterword signs on" in said("dkim", "new", "acme.example", "--name", NAME)
    said("dkim", "use", "acme.example", NAME, "--unseen")
    assert [signer.selector for signer in signers(read_settings()).of("acme.example")] == ["autumn", "autumn-ed25519"]
    assert "from the settings" not in said("dkim", "list")


@pytest.mark.parametrize("name", ["-x", "x-ed25519", "Autumn", "../x", "a.b", "x" * 60])
def test_a_name_that_is_no_selector_is_refused(name: str) -> None:
    assert "cannot be a selector" in refused("dkim", "new", "shop.example", f"--name={name}")


@pytest.mark.parametrize("domain", ["../../etc", "acme", "a b.example", "<acme.example>"])
def test_a_domain_that_is_none_is_refused(domain: str) -> None:
    assert "is no domain" in refused("dkim", "new", domain)


def test_a_name_is_taken_once_and_one_left_out_has_the_date() -> None:
    said("dkim", "new", "shop.example", "--name", NAME)
    assert "choose another name" in refused("dkim", "new", "shop.example", "--name", NAME)
    first, second = said("dkim", "new", "shop.example"), said("dkim", "new", "shop.example")
    assert first.split("._domainkey")[0] + "-2" == second.split("._domainkey")[0]
    assert "has no key named nothing" in refused("dkim", "use", "shop.example", "nothing", "--unseen")


def test_a_mail_is_signed_by_the_keys_of_its_own_domain_or_of_the_nearest_above() -> None:
    usual, own = (Signer.of(domain, "s", new_ed25519_key().encode()) for domain in ("acme.example", "shop.example"))
    known = Signers([usual], {"shop.example": [own]})
    assert known.of("shop.example") == known.of("care.shop.example") == [own]
    assert known.of("notshop.example") == known.of("example") == [usual]
    assert replace(known, usual=()).of("acme.example") == ()


def published(installed: Path, domain: str, name: str) -> dict[str, tuple[str, ...]]:
    """The DNS as it has to be for a pair."""
    keys = Ring(installed / "dkim").keys(domain, name)
    wanted = [dkim_record(Key(selector, domain, public_part(pem))) for selector, pem in keys]
    return {record.name: (record.value,) for record in wanted}
