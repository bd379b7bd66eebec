"""How does a bundle stand in a file, and who signed it? A plain zip whose every byte follows from its parts.

Nothing is compressed, the order is the manifest's, all times are the first that a zip can tell: so who verifies lays
the file out anew and compares, instead of trusting what a zip says of itself.
Signatures are Ed25519 (RFC 8032); the public keys are told as a JSON Web Key Set (RFC 7517, RFC 8037).
"""

import base64
import hashlib
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from reviews.provenance import (
    FORMAT,
    MANIFEST,
    PARTS_MAX,
    SIGNATURE,
    TEXTS_BYTES_MAX,
    Manifest,
    encoded,
    manifest_bytes,
    part,
)

SEED_BYTES = 32
SIGNATURE_BYTES_MAX = 2_000
FILE_BYTES_MAX = 2**32 - 1
"""Beyond it a zip needs other fields."""
KEYS_BYTES_MAX = 100_000
CONTEXT = f"{FORMAT}\n".encode()
"""Stands before the manifest in what is signed: the key says nothing of any other text."""
SEED = re.compile(r"[A-Za-z0-9_-]{43}")

# As PKWARE's APPNOTE.TXT has them (sections 4.3.7, 4.3.12, 4.3.16): version 1.0, names in ASCII, stored, 1980-01-01.
_DATE = 0x21
_LOCAL, _ENTRY, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")


class Placed(NamedTuple):
    """One part as it stands in the file: its path, its size and CRC, and where it begins."""

    path: str
    size_bytes: int
    crc: int
    start: int


def new_seed() -> str:
    """A new private key, as a setting holds it."""
    return _b64(Ed25519PrivateKey.generate().private_bytes_raw())


def private_key(seed: str) -> Ed25519PrivateKey:
    """The key of a setting. ValueError when it is none."""
    if not SEED.fullmatch(seed):
        raise ValueError("expected keys as `afterword rotate bundle` makes them")
    return Ed25519PrivateKey.from_private_bytes(_unb64(seed))


def key_id(key: Ed25519PublicKey) -> str:
    """The thumbprint of a key (RFC 7638)."""
    told = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _raw(key)}, separators=(",", ":"), sort_keys=True)
    return _b64(hashlib.sha256(told.encode()).digest())


def key_set(seeds: Iterable[str]) -> dict[str, Any]:
    """The public keys of an installation, the one that signs first."""
    publics = [private_key(seed).public_key() for seed in seeds]
    shape = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA"}
    return {"keys": [{**shape, "kid": key_id(key), "x": _raw(key)} for key in publics]}


def read_keys(text: bytes) -> dict[str, Ed25519PublicKey]:
    """The public keys by id, of a key set or a PEM file. ValueError when there are none."""
    try:
        if text.lstrip().startswith(b"-----"):
            found = [load_pem_public_key(text)]
        else:
            told = [one for one in json.loads(text)["keys"] if one.get("crv") == "Ed25519"]
            found = [Ed25519PublicKey.from_public_bytes(_unb64(one["x"])) for one in told]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ValueError("there is no public key in it: expected a key set as published, or PEM") from None
    keys = [key for key in found if isinstance(key, Ed25519PublicKey)]
    if not keys:
        raise ValueError("there is no Ed25519 key in it")
    return {key_id(key): key for key in keys}


def signature_bytes(manifest: bytes, seed: str) -> bytes:
    """The file beside the manifest."""
    key = private_key(seed)
    return _signature_file(key.public_key(), hashlib.sha256(manifest).hexdigest(), key.sign(CONTEXT + manifest))


def _signature_file(public: Ed25519PublicKey, manifest_sha256: object, signature: bytes) -> bytes:
    return encoded(
        {
            "algorithm": "Ed25519",
            "key": key_id(public),
            "public_key": _raw(public),
            "manifest_sha256": manifest_sha256,
            "signature": _b64(signature),
        }
    )


class Signed(NamedTuple):
    """What a signature says of a manifest: the id of the key, and what is wrong with either of them."""

    key: str
    wrong: tuple[tuple[str, str], ...]


def check_signature(raw: bytes, manifest: bytes, keys: dict[str, Ed25519PublicKey]) -> Signed:
    """Hold a signature against its manifest; by one of `keys` where any are given, else by the one it names itself."""
    try:
        told = json.loads(raw)
        public, signature = Ed25519PublicKey.from_public_bytes(_unb64(told["public_key"])), _unb64(told["signature"])
        if _signature_file(public, told["manifest_sha256"], signature) != raw:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Signed("", ((SIGNATURE, "it is no signature of such a bundle"),))
    wrong = list(_unfit(public, signature, manifest, told["manifest_sha256"]))
    key = key_id(public)
    if keys and key not in keys:
        wrong.append((SIGNATURE, f"it is signed by the key {key}, which is none of those given"))
    return Signed(key, tuple(wrong))


def _unfit(key: Ed25519PublicKey, signature: bytes, manifest: bytes, sha256: object) -> Iterator[tuple[str, str]]:
    fits = hashlib.sha256(manifest).hexdigest() == sha256
    try:
        key.verify(signature, CONTEXT + manifest)
    except InvalidSignature:
        if fits:
            yield SIGNATURE, "the signature does not fit the manifest, and the manifest is the one it was made of"
        else:
            yield MANIFEST, f"it is not the one that was signed, whose SHA-256 was claimed to be {sha256}"
    else:
        if not fits:
            yield SIGNATURE, "the SHA-256 it names is not that of the manifest it signs"


def packed(told: Manifest, seed: str, fetch: Callable[[str], bytes]) -> Iterator[bytes]:
    """The bytes of a bundle, a piece at a time; `fetch` gives a mail by its path. ValueError when it is too large."""
    head = manifest_bytes(told)
    parts = [part(MANIFEST, "", head), part(SIGNATURE, "", signature_bytes(head, seed)), *told.parts]
    if len(told.parts) > PARTS_MAX or size_of([(one.path, one.size_bytes) for one in parts]) > FILE_BYTES_MAX:
        raise ValueError("it has more parts, or more bytes, than a bundle may have")
    placed: list[Placed] = []
    start = 0
    for one in parts:
        content = fetch(one.path) if one.content is None else one.content
        placed.append(Placed(one.path, len(content), zlib.crc32(content), start))
        header = local_header(placed[-1])
        start += len(header) + len(content)
        yield header
        yield content
    yield directory(placed, start)


def size_of(parts: Iterable[tuple[str, int]]) -> int:
    """How many bytes a file with these paths and sizes has."""
    found = [(len(path), size) for path, size in parts]
    return sum(_LOCAL.size + _ENTRY.size + 2 * name + size for name, size in found) + _END.size


def local_header(one: Placed) -> bytes:
    """What stands before a part."""
    name = one.path.encode("ascii")
    return _LOCAL.pack(b"PK\3\4", 10, 0, 0, 0, _DATE, one.crc, one.size_bytes, one.size_bytes, len(name), 0) + name


def directory(placed: Sequence[Placed], start: int) -> bytes:
    """What stands after all parts, where they end."""
    entries = b"".join(map(entry, placed))
    return entries + _END.pack(b"PK\5\6", 0, 0, len(placed), len(placed), len(entries), start, 0)


def entry(one: Placed) -> bytes:
    """A part's line in the directory."""
    name, size = one.path.encode("ascii"), one.size_bytes
    fixed = (b"PK\1\2", 10, 10, 0, 0, 0, _DATE, one.crc, size, size, len(name), 0, 0, 0, 0, 0, one.start)
    return _ENTRY.pack(*fixed) + name


def claimed_size(header: bytes, path: str) -> int:
    """How large a file's first two parts say that they are; ValueError when this is no header of such a part."""
    most = SIGNATURE_BYTES_MAX if path == SIGNATURE else TEXTS_BYTES_MAX
    if len(header) < _LOCAL.size or header[_LOCAL.size :] != path.encode("ascii"):
        raise ValueError(f"there is no {path} where it should be")
    fields = _LOCAL.unpack(header[: _LOCAL.size])
    if fields[0] != b"PK\3\4" or fields[7] != fields[8] or fields[8] > most:
        raise ValueError(f"there is no {path} where it should be")
    return int(fields[8])


def header_size(path: str) -> int:
    """How many bytes stand before a part."""
    return _LOCAL.size + len(path)


def _raw(key: Ed25519PublicKey) -> str:
    return _b64(key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
