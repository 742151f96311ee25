"""People, memberships and claims to test with, written as the house would have written them."""

from __future__ import annotations

import datetime as dt
import io

import pikepdf
from PIL import Image

from app.db import db
from app.models import Account, Claim, Membership, Person, Plan, Pool
from app.services import at_the_desk, rulebook, vault
from tests.domain.plan_files import plan as rules_of

OPENED = dt.date(2026, 1, 1)
JOINED = dt.datetime(2026, 1, 10, 4, 0, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
EVENT = dt.date(2026, 10, 20)


def account(email: str = "lan@example.org") -> Account:
    """Somebody who can sign in nowhere, for tests below the web."""
    row = Account(email=email, name="林岚", password_hash="x", created_at=JOINED)
    db.session.add(row)
    db.session.flush()
    return row


def plan(slug: str = "young-cancer") -> Plan:
    """A plan of the house with the first version of its rules, published once."""
    found = db.session.scalar(db.select(Plan).where(Plan.slug == slug))
    if found is None:
        rulebook.publish(rules_of(slug), valid_from=OPENED, by=None, at=JOINED)
        found = db.session.scalars(db.select(Plan).where(Plan.slug == slug)).one()
    return found


def membership(  # noqa: PLR0913 -- a person has this many sides
    owner_id: int, slug: str = "young-cancer", *, name: str = "林岚", born: dt.date = dt.date(1998, 5, 2),
    joined: dt.datetime = JOINED, number: str = "110105199805020026",
) -> Membership:  # fmt: skip
    """A sharing membership of a person of this account."""
    of = plan(slug)
    pool = db.session.scalars(db.select(Pool).where(Pool.plan_id == of.id)).one()
    identity = vault.keyed_hash("resident", number)
    person = db.session.scalar(db.select(Person).where(Person.account_id == owner_id, Person.identity_hash == identity))
    if person is None:
        person = Person(
            account_id=owner_id, relation="self", name_sealed=vault.seal(name, purpose="person.name"), birth_on=born,
            province="33", document_type="resident", identity_hash=identity,
            document_sealed=vault.seal(number, purpose="person.document"), created_at=joined,
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
    terms = rulebook.member_terms_row(rulebook.version_on(of.id, joined.date()))
    row = Membership(
        plan_id=of.id, pool_id=pool.id, account_id=owner_id, person_id=person.id, member_terms_id=terms.id,
        identity_hash=person.identity_hash, state="sharing", joined_at=joined, joined_on=joined.date(),
        join_seq=0, join_index_fen=0, paid_net_fen=3000,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def claim(of: Membership, *, state: str = "draft", event_on: dt.date | None = EVENT) -> Claim:
    """A claim on a membership, as far as its state says."""
    row = Claim(
        account_id=of.account_id, membership_id=of.id, member_terms_id=of.member_terms_id, state=state,
        benefit="malignant_tumour", disease_group="thyroid", province="33", event_on=event_on, created_at=NOW,
        submitted_at=None if state == "draft" else NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    at_the_desk.keep(row)
    db.session.flush()
    return row


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 240), *, shade: int = 90, turned: bool = False) -> bytes:
    """A picture; a JPEG says where and with what it was taken, and with `turned` that it lies on its side."""
    image = Image.effect_noise(size, shade).convert("RGB")
    held = io.BytesIO()
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x010F] = "SecretMaker"
        exif[0x0112] = 6 if turned else 1
        exif.get_ifd(0x8825)[1] = "N"
        image.save(held, kind, exif=exif, comment=b"SecretComment", quality=85)
    else:
        image.save(held, kind)
    return held.getvalue()


def paper(pages: int = 2, **root: object) -> bytes:
    """A PDF with so many pages; `root` goes into its catalogue under these keys, without their slash."""
    held = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        for key, value in root.items():
            pdf.Root[f"/{key}"] = value
        pdf.docinfo["/Author"] = "SecretAuthor"
        pdf.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return held.getvalue()


def locked_paper(*, user: str) -> bytes:
    """A PDF that asks for the password `user`, or with none carries its owner's restrictions only."""
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1))) as pdf:
        pdf.save(held, encryption=pikepdf.Encryption(owner="o", user=user))
    return held.getvalue()
