"""The vault: what was sealed opens for its purpose only, and no changed byte goes unnoticed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.services import vault

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def site() -> Iterator[Flask]:
    """An application that knows a newer and an older key."""
    site = Flask(__name__)
    site.config.update(KEKS={"new": NEW, "old": OLD}, PEPPER=b"pepper for tests")
    with site.app_context():
        yield site


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("text", ["林岚", "", "11010519491231002X", "🀄" * 500])
def test_what_was_sealed_opens_again(text: str) -> None:
    blob = vault.seal(text, purpose="person.name")
    assert vault.unseal(blob, purpose="person.name") == text
    assert not text or text.encode() not in blob


@pytest.mark.usefixtures("site")
def test_the_same_value_is_never_sealed_to_the_same_bytes() -> None:
    assert vault.seal("林岚", purpose="p") != vault.seal("林岚", purpose="p")


@pytest.mark.usefixtures("site")
def test_a_value_sealed_for_one_purpose_does_not_open_for_another() -> None:
    with pytest.raises(vault.VaultTampered):
        vault.unseal(vault.seal("6222020200112233445", purpose="claim.account"), purpose="person.name")


@pytest.mark.usefixtures("site")
def test_no_byte_of_a_sealed_value_can_be_changed_unnoticed() -> None:
    blob = vault.seal("六个字的姓名", purpose="p")
    for place in range(len(blob)):
        changed = blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        with pytest.raises((vault.VaultTampered, vault.VaultSealedWithUnknownKey)):
            vault.unseal(changed, purpose="p")
    for length in range(len(blob)):
        with pytest.raises((vault.VaultTampered, vault.VaultSealedWithUnknownKey)):
            vault.unseal(blob[:length], purpose="p")


def test_the_newest_key_seals_and_older_ones_still_open(site: Flask) -> None:
    site.config["KEKS"] = {"old": OLD}
    before = vault.seal("林岚", purpose="p")
    site.config["KEKS"] = {"new": NEW, "old": OLD}
    after = vault.seal("林岚", purpose="p")
    assert vault.unseal(before, purpose="p") == "林岚"
    site.config["KEKS"] = {"new": NEW}
    assert vault.unseal(after, purpose="p") == "林岚"
    with pytest.raises(vault.VaultSealedWithUnknownKey) as unknown:
        vault.unseal(before, purpose="p")
    assert unknown.value.key_id == "old"


def test_a_keyed_hash_depends_on_every_part_on_their_borders_and_on_the_pepper(site: Flask) -> None:
    known = vault.keyed_hash("resident", "11010519491231002X")
    assert known == vault.keyed_hash("resident", "11010519491231002X")
    assert len(known) == 32
    others = {
        vault.keyed_hash("passport", "11010519491231002X"),
        vault.keyed_hash("resident1", "1010519491231002X"),
        vault.keyed_hash("resident11010519491231002X"),
    }
    site.config["PEPPER"] = b"another pepper"
    others.add(vault.keyed_hash("resident", "11010519491231002X"))
    assert known not in others
    assert len(others) == 4


@pytest.mark.usefixtures("site")
def test_a_document_key_is_kept_wrapped() -> None:
    key, wrapped = vault.new_document_key()
    assert vault.open_document_key(wrapped) == key
    assert key not in wrapped


@given(
    content=st.binary(max_size=300) | st.integers(0, 3).map(lambda chunks: os.urandom(chunks * vault.CHUNK_BYTES)),
    extra=st.integers(0, 40),
    piece=st.sampled_from((1, 7, 1000, 65_536, 70_000, 200_000)),
)
def test_a_document_of_any_length_opens_again_however_it_is_cut(content: bytes, extra: int, piece: int) -> None:
    if len(content) > 10_000 and piece < 1000:
        piece = 1000
    content += bytes(extra)
    sealed = b"".join(vault.encrypt_document(_cut(content, piece), key=NEW, purpose="view"))
    assert b"".join(vault.decrypt_document(_cut(sealed, piece), key=NEW, purpose="view")) == content


def test_a_document_opens_for_its_own_key_and_purpose_only() -> None:
    sealed = b"".join(vault.encrypt_document([b"pathology"], key=NEW, purpose="view"))
    for key, purpose in ((OLD, "view"), (NEW, "original")):
        with pytest.raises(vault.VaultTampered):
            list(vault.decrypt_document([sealed], key=key, purpose=purpose))


def test_a_document_cut_short_at_any_place_is_noticed() -> None:
    content = os.urandom(2 * vault.CHUNK_BYTES)
    sealed = b"".join(vault.encrypt_document([content], key=NEW, purpose="view"))
    chunk = vault.CHUNK_BYTES + 16
    head = len(sealed) - 2 * chunk
    for length in (0, 3, head - 1, head, head + 5, head + chunk - 1, head + chunk, head + chunk + 9, len(sealed) - 1):
        with pytest.raises(vault.VaultTampered):
            list(vault.decrypt_document([sealed[:length]], key=NEW, purpose="view"))


def test_chunks_exchanged_repeated_or_added_are_noticed() -> None:
    sealed = b"".join(vault.encrypt_document([os.urandom(3 * vault.CHUNK_BYTES)], key=NEW, purpose="view"))
    chunk = vault.CHUNK_BYTES + 16
    head, rest = sealed[: len(sealed) - 3 * chunk], sealed[-3 * chunk :]
    one, two, three = rest[:chunk], rest[chunk : 2 * chunk], rest[2 * chunk :]
    for forged in ((two, one, three), (one, one, three), (one, three), (one, two, three, three), (one, two, two)):
        with pytest.raises(vault.VaultTampered):
            list(vault.decrypt_document([head, *forged], key=NEW, purpose="view"))


def test_a_chunk_is_given_out_only_when_it_is_authentic() -> None:
    content = os.urandom(3 * vault.CHUNK_BYTES)
    sealed = bytearray(b"".join(vault.encrypt_document([content], key=NEW, purpose="view")))
    sealed[-1] ^= 1
    pieces = vault.decrypt_document([bytes(sealed)], key=NEW, purpose="view")
    assert next(pieces) + next(pieces) == content[: 2 * vault.CHUNK_BYTES]
    with pytest.raises(vault.VaultTampered):
        next(pieces)


@pytest.mark.usefixtures("site")
def test_two_hundred_thousand_names_are_sealed_in_a_few_seconds() -> None:
    began = time.process_time()
    for number in range(20_000):
        vault.seal(f"会员{number}", purpose="person.name")
    assert time.process_time() - began < 1.0


def _cut(content: bytes, piece: int) -> Iterator[bytes]:
    for start in range(0, len(content), piece):
        yield content[start : start + piece]
