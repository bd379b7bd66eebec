"""What holds for every mail: whatever is done to it, judging never fails, and no proof outlives a change of words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inbound.apart.letters import look, words
from inbound.trust.front import findings
from inbound.trust.judging import judge_sender
from inbound.trust.signatures import Holds, check_signatures
from reviews.attachments import clean_name, danger_of, type_by_content
from reviews.mail import read_mail
from reviews.trust import Trust
from tests.post_office import key_record, resolver, signed, written

PLAIN = written(sender="Ada <ada@customer.example>", to="r@x.example", subject="Re: x", text="It still drops, sorry.")
SIGNED = signed(PLAIN, "customer.example")
HEAD = b"From: Ada <ada@customer.example>\r\nSubject: Re: x\r\n\r\n"
KEYS = {"test._domainkey.customer.example": key_record("customer.example")}
COVERED = [
    at
    for at in range(SIGNED.index(b"\r\nFrom:") + 7, len(SIGNED))
    if SIGNED[at : at + 1].isalnum() and (at > SIGNED.index(b"\r\n\r\n") or b"\r\nTo:" in SIGNED[at:])
]
"""Letters of the sender and of the words."""


@given(at=st.sampled_from(COVERED), letter=st.sampled_from(b"qwxyzQWXYZ0123456789"))
@settings(max_examples=150, deadline=None)
def test_no_proof_outlives_a_change_of_sender_or_words(at: int, letter: int) -> None:
    changed = bytearray(SIGNED)
    changed[at] = letter
    proven = judge_sender(bytes(changed), read_mail(bytes(changed)), resolver).trust is Trust.VERIFIED
    assert proven is (changed == SIGNED)


@given(raw=st.binary(max_size=400), cut=st.integers(0, len(SIGNED)), at=st.integers(0, len(SIGNED)))
@settings(max_examples=150, deadline=None)
def test_a_mail_in_pieces_is_read_and_never_proven_with_new_bytes_in_it(raw: bytes, cut: int, at: int) -> None:
    broken = SIGNED[:at] + raw + SIGNED[at:cut]
    look(broken, mail_from="ada@customer.example", own_domains=("x.example",))
    words(broken, original="", keys=KEYS)
    assert judge_sender(broken, read_mail(broken), resolver).reason


@given(
    pieces=st.lists(st.sampled_from([b" ", b"\t", b"  ", b"a", b"\r\n", b" \r\n", b"\r\n\r\n", b"."]), max_size=30),
    form=st.sampled_from([b"simple", b"relaxed"]),
)
@settings(max_examples=150, deadline=None)
def test_a_body_is_hashed_as_the_one_who_signed_it_hashed_it(pieces: list[bytes], form: bytes) -> None:
    raw = signed(HEAD + b"".join(pieces), "customer.example", canonicalize=(b"relaxed", form))
    [one] = check_signatures(raw, KEYS)
    assert one.holds is Holds.YES


@given(value=st.text(max_size=300))
def test_findings_of_a_server_are_read_from_any_text(value: str) -> None:
    for found in findings([("Authentication-Results", f"mx.a.example; {value}")], "mx.a.example"):
        assert found.method in ("dkim", "spf", "dmarc")


@given(name=st.text(max_size=300), content=st.binary(max_size=300))
def test_any_file_has_a_plain_name_a_type_and_a_danger(name: str, content: bytes) -> None:
    clean = clean_name(name)
    assert clean.isprintable()
    assert not set(clean) & set('/\\<>:"|?*')
    assert clean == clean_name(clean)
    danger_of(content, name=clean, claimed="", found=type_by_content(content))
