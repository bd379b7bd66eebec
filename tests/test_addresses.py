"""Addresses: what we may mail, and what others write into From."""

import pytest

from reviews.addresses import Address, domain_of, folded, normal, parse_address, read_addresses, same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@customer.example", Address("", "ada@customer.example")),
        ("Ada@Customer.Example", Address("", "Ada@customer.example")),
        ("Ada Example <ada@customer.example>", Address("Ada Example", "ada@customer.example")),
        ('"Example, Ada" <ada@customer.example>', Address("Example, Ada", "ada@customer.example")),
        ("ada+survey@customer.example", Address("", "ada+survey@customer.example")),
        ("o'hara@customer.example", Address("", "o'hara@customer.example")),
        ("ada@bücher.example", Address("", "ada@xn--bcher-kva.example")),
        ("ada@straße.example", Address("", "ada@xn--strae-oqa.example")),
        (f"{'a' * 64}@customer.example", Address("", f"{'a' * 64}@customer.example")),
        ("jörg@customer.example", Address("", "jörg@customer.example")),
        ("jo\u0308rg@bücher.example", Address("", "jörg@xn--bcher-kva.example")),
        ("Jörg <jörg.müller+vpn@customer.example>", Address("Jörg", "jörg.müller+vpn@customer.example")),
        ("अजय.हिंदी@डाटा.example", Address("", "अजय.हिंदी@xn--c2bd1gb.example")),
        ("用户@例え.example", Address("", "用户@xn--r8jz45g.example")),
        ("ö" * 32 + "@customer.example", Address("", "ö" * 32 + "@customer.example")),
    ],
)
def test_an_address_we_may_mail_is_read(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@customer.example",
        "ada@",
        "ada@localhost",
        "ada@192.0.2.1",
        "ada@[192.0.2.1]",
        "ada@customer..example",
        "ada@-customer.example",
        "ada..b@customer.example",
        ".ada@customer.example",
        "ada b@customer.example",
        "ada@customer.example\r\nBcc: eve@evil.example",
        "Ada\n <ada@customer.example>",
        "ada\0@customer.example",
        "ada@customer.example, bob@customer.example",
        "ada@customer.example <eve@evil.example",
        "<ada@customer.example> junk",
        "<<ada@customer.example>>",
        "\udcff@customer.example",
        "ö" * 32 + "a@customer.example",  # 65 octets
        "ö" * 32 + "@" + "a." * 93 + "example",  # 226 characters, 258 octets
        "\u0308jorg@customer.example",  # a mark that would melt into the bracket before it
        "jörg.\u0338x@customer.example",
        "jörg\uff20evil@customer.example",  # a fullwidth @
        "jörg\uff1cx@customer.example",
        "jörg\u3000x@customer.example",
        "jörg\xa0x@customer.example",
        "jö\u200brg@customer.example",
        "jö\u202erg@customer.example",
        "jö..rg@customer.example",
        '"jö rg"@customer.example',
        "ada@\u200bcustomer.example.",
        f"{'a' * 65}@customer.example",
        f"ada@{'a' * 64}.example",
        f"ada@{'a.' * 130}example",
        "a" * 100_000,
    ],
)
def test_an_address_we_must_not_mail_is_refused(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Ada <ada@CUSTOMER.example>", [Address("Ada", "ada@customer.example")]),
        ("ada@customer.example (Ada Example)", [Address("Ada Example", "ada@customer.example")]),
        (
            '"Example, Ada" <a@x.example>, b@y.example',
            [Address("Example, Ada", "a@x.example"), Address("", "b@y.example")],
        ),
        ("Team: a@x.example, b@y.example;", [Address("", "a@x.example"), Address("", "b@y.example")]),
        ("undisclosed-recipients:;", []),
        ('"Ada <ada@customer.example>', [Address("", "ada@customer.example")]),
        ("ada @ customer.example", [Address("", "ada@customer.example")]),
        ("<@one.example,@two.example:ada@x.example>", [Address("", "ada@x.example")]),
        ("<boss@acme.example> <ada@x.example>", [Address("", "ada@x.example")]),
        ("@ <@> <@x.example>", []),
        ("MAILER-DAEMON", []),
        ("(" * 10_000, []),
        ("", []),
    ],
)
def test_the_addresses_of_a_field_are_found(field: str, expected: list[Address]) -> None:
    assert list(read_addresses(field)) == expected


def test_a_field_gives_a_hundred_addresses_at_most() -> None:
    assert len(read_addresses("a@x.example, " * 1_000)) == 100


def test_addresses_are_compared_without_case() -> None:
    assert normal(" Ada@Customer.Example ") == normal("ada@customer.example")


def test_two_ways_to_type_an_umlaut_are_one_person() -> None:
    assert normal("JO\u0308RG@customer.example") == normal("jörg@customer.example") == "jörg@customer.example"
    assert same("jo\u0308rg@bücher.example", "Jörg@xn--bcher-kva.example")


def test_the_domain_stands_behind_the_last_at() -> None:
    assert (domain_of('"a@b"@Customer.Example'), domain_of("nobody")) == ("customer.example", "")


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ada@Customer.Example", "ada@customer.example"),
        ("ada+list@customer.example", "ada+list@customer.example"),  # nobody outside knows what that domain does
        ("A.d.a+List@gmail.com", "ada@gmail.com"),
        ("ada@googlemail.com", "ada@gmail.com"),
        ("ada.l+x@outlook.com", "ada.l@outlook.com"),
        ("ada@mac.com", "ada@icloud.com"),
        ("+@gmail.com", "+@gmail.com"),
        ("no address", "@no address"),
    ],
)
def test_two_addresses_are_one_mailbox_where_their_domain_has_it_so(address: str, mailbox: str) -> None:
    assert folded(address) == mailbox
    assert folded(mailbox) == mailbox or "@" not in address
