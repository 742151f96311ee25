"""Evidence: every real document is kept encrypted, everything else is refused by name and leaves nothing behind."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageFile

from app.db import db, transaction
from app.models import Account, Audit, Claim, Evidence
from app.services import documents, evidence, file_refusals, file_types, vault
from tests.claims.builders import NOW, account, claim, locked_paper, membership, paper, picture


@pytest.fixture
def mine(app: Flask) -> Iterator[tuple[Claim, Account]]:
    """A draft of a claim and its claimant."""
    with app.app_context():
        with transaction():
            owner = account()
            draft = claim(membership(owner.id))
        yield draft, owner


def bring(
    mine: tuple[Claim, Account], content: bytes, kind: str = "pathology_report", name: str = "报告.jpg"
) -> Evidence:
    """Bring one file."""
    return evidence.receive(io.BytesIO(content), claim=mine[0], kind=kind, filename=name, account=mine[1], at=NOW)


def view(row: Evidence, by: Account) -> bytes:
    """Everything a reviewer would see of it."""
    return b"".join(evidence.open_view(row, by=by, role="caseworker", at=NOW))


def stored(app: Flask) -> list[Path]:
    """Every file in the store."""
    return [path for path in Path(app.config["STORE"]).rglob("*") if path.is_file()]


def test_a_photo_is_kept_as_it_came_and_shown_without_its_secrets(app: Flask, mine: tuple[Claim, Account]) -> None:
    content = picture(turned=True)
    assert b"SecretMaker" in content
    row = bring(mine, content)
    assert (row.media_type, row.pages, row.size_bytes) == ("image/jpeg", 1, len(content))
    assert evidence.name_of(row) == "报告.jpg"
    shown = view(row, mine[1])
    with Image.open(io.BytesIO(shown)) as image:
        assert (image.format, image.size) == ("JPEG", (240, 320))
        assert not image.getexif()
    assert b"Secret" not in shown
    assert b"".join(evidence.open_original(row, by=mine[1], role="auditor", at=NOW)) == content


def test_nothing_readable_lies_in_the_store_and_no_name_comes_from_the_person(
    app: Flask, mine: tuple[Claim, Account]
) -> None:
    content = picture()
    bring(mine, content, name="../../etc/病理报告.jpg")
    files = stored(app)
    assert len(files) == 2
    for path in files:
        written = path.read_bytes()
        assert b"SecretMaker" not in written
        assert content[200:260] not in written
        assert b"\xff\xd8\xff" not in written[:64]
        assert set(path.name) <= set("0123456789abcdef")


def test_a_png_with_a_palette_and_transparency_is_shown_as_a_png(mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    Image.new("P", (20, 30), 3).save(held, "PNG", transparency=3)
    row = bring(mine, held.getvalue())
    with Image.open(io.BytesIO(view(row, mine[1]))) as image:
        assert (image.format, image.size, row.view_media_type) == ("PNG", (20, 30), "image/png")


def test_a_pdf_is_shown_without_author_attachments_and_a_place_to_begin(mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(3))) as pdf:
        pdf.attachments["invoice.xml"] = b"<invoice/>"
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
        pdf.save(held)
    row = bring(mine, held.getvalue(), name="发票.pdf")
    assert (row.media_type, row.pages) == ("application/pdf", 3)
    with pikepdf.open(io.BytesIO(view(row, mine[1]))) as shown:
        assert len(shown.pages) == 3
        assert not shown.attachments
        assert "/OpenAction" not in shown.Root
        assert "/Author" not in shown.docinfo
    noted = db.session.scalars(db.select(Audit.detail).where(Audit.deed == "evidence.received")).one()
    assert noted is not None
    assert noted.endswith("carries attachments")


ACTING: dict[str, dict[str, Any]] = {
    "javascript at opening": {"OpenAction": Dictionary(S=Name.JavaScript, JS="app.alert(1)")},
    "a program": {"OpenAction": Dictionary(S=Name.Launch, F="calc.exe")},
    "a jump that then runs": {"OpenAction": Dictionary(S=Name.GoTo, D="a", Next=Dictionary(S=Name.Launch))},
    "additional actions": {"AA": Dictionary(WC=Dictionary(S=Name.Named, N=Name.Print))},
    "named scripts": {"Names": Dictionary(JavaScript=Dictionary(Names=Array([])))},
    "a form that sends": {
        "AcroForm": Dictionary(Fields=Array([Dictionary(A=Dictionary(S=Name.SubmitForm, F="http://x"))]))
    },
    "an XFA form": {"AcroForm": Dictionary(XFA="<xdp/>")},
    "rich media": {"Extra": Array([Dictionary(Subtype=Name.RichMedia)])},
}


@pytest.mark.parametrize("what", ACTING)
def test_a_pdf_that_does_something_by_itself_is_refused(app: Flask, mine: tuple[Claim, Account], what: str) -> None:
    with pytest.raises(file_refusals.ActsByItself):
        bring(mine, paper(1, **ACTING[what]))
    assert stored(app) == []


def test_an_action_hidden_in_an_object_stream_is_found(mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1))) as pdf:
        pdf.Root.Lost = pdf.make_indirect(Dictionary(A=Dictionary(S=Name.JavaScript, JS="app.alert(1)")))
        pdf.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"/JS" not in held.getvalue()
    with pytest.raises(file_refusals.ActsByItself) as refused:
        bring(mine, held.getvalue())
    assert refused.value.what in {"/JS", "/JavaScript"}


REFUSED = {
    "nothing": (b"", file_refusals.Empty),
    "half a JPEG": (picture()[:-4000], file_refusals.Damaged),
    "half a PNG": (picture("PNG")[:-4000], file_refusals.Damaged),
    "half a PDF": (paper(9)[:-300], file_refusals.Damaged),
    "the head of a JPEG": (b"\xff\xd8\xff\xe0" + bytes(50), file_refusals.Damaged),
    "the head of a PNG": (b"\x89PNG\r\n\x1a\n" + bytes(50), file_refusals.Damaged),
    "the head of a PDF": (b"%PDF-1.7\nhello", file_refusals.Damaged),
    "a locked PDF": (locked_paper(user="u"), file_refusals.Locked),
    "a PDF with restrictions": (locked_paper(user=""), file_refusals.Locked),
    "HTML": (b"<html><script>alert(1)</script>", file_types.WrongType),
    "a GIF": (b"GIF89a" + bytes(100), file_types.WrongType),
    "the head of a HEIC": (b"\0\0\0\x18ftypheic" + bytes(100), file_refusals.Damaged),
    "an executable": (b"MZ" + bytes(100), file_types.WrongType),
    "pages without end": (paper(documents.MOST_PAGES + 1), file_refusals.TooManyPages),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_a_whole_document_is_refused_by_name(app: Flask, mine: tuple[Claim, Account], what: str) -> None:
    content, refusal = REFUSED[what]
    with pytest.raises(refusal):
        bring(mine, content, name="报告.jpg")
    assert stored(app) == []
    assert db.session.scalar(db.select(db.func.count(Evidence.id))) == 0


def test_a_library_that_shrugs_at_half_pictures_does_not_make_us_shrug(
    mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(file_refusals.Damaged):
        bring(mine, picture()[:-4000])


def test_the_type_is_what_the_content_says_whatever_the_name_claims(mine: tuple[Claim, Account]) -> None:
    assert bring(mine, picture("PNG"), name="scan.pdf").media_type == "image/png"
    with pytest.raises(file_types.WrongType) as refused:
        bring(mine, b"\0\0\0\x18ftypmsf1" + bytes(100), name="IMG_0001.JPG")
    assert refused.value.found == "heic"


def test_a_small_file_that_unfolds_to_a_giant_picture_is_refused(mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(held, "PNG")
    assert len(held.getvalue()) < 200_000
    tracemalloc.start()
    with pytest.raises(file_refusals.TooManyPixels):
        bring(mine, held.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_pdf_whose_objects_unfold_without_end_is_refused(mine: tuple[Claim, Account]) -> None:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(1))) as pdf:
        pdf.Root.Lost = pdf.make_indirect(Array([pikepdf.String("0" * 1_000_000) for _ in range(80)]))
        pdf.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert len(held.getvalue()) < 1_000_000
    with pytest.raises(file_refusals.Damaged):
        bring(mine, held.getvalue())


def test_a_file_above_the_limit_is_refused_and_its_neighbour_is_not(app: Flask, mine: tuple[Claim, Account]) -> None:
    app.config["UPLOAD_FILE_BYTES"] = 50_000
    with pytest.raises(file_refusals.TooLarge) as refused:
        bring(mine, picture(size=(900, 900)))
    assert refused.value.limit_bytes == 50_000
    assert bring(mine, picture(size=(100, 100))).id


def test_a_claim_takes_so_many_documents_and_no_more(app: Flask, mine: tuple[Claim, Account]) -> None:
    app.config["UPLOAD_FILES_PER_CLAIM"] = 2
    rows = [bring(mine, picture(shade=shade)) for shade in (10, 20)]
    with pytest.raises(evidence.TooMany):
        bring(mine, picture(shade=30))
    with transaction():
        evidence.remove(rows[0], claim=mine[0], by=mine[1], at=NOW)
    assert bring(mine, picture(shade=30)).id


def test_the_same_file_twice_is_noticed_within_its_kind(mine: tuple[Claim, Account]) -> None:
    content = picture()
    bring(mine, content)
    with pytest.raises(evidence.AlreadyHere):
        bring(mine, content, name="another name.jpg")
    assert bring(mine, content, kind="identity_document").id


def test_only_documents_of_the_checklist_are_taken(mine: tuple[Claim, Account]) -> None:
    with pytest.raises(evidence.UnknownKind):
        bring(mine, picture(), kind="love_letter")


@pytest.mark.parametrize("state", ["submitted", "in_review", "approved", "paid", "withdrawn"])
def test_a_claim_that_is_not_open_takes_nothing(app: Flask, state: str) -> None:
    with app.app_context():
        with transaction():
            owner = account()
            closed = claim(membership(owner.id), state=state)
        with pytest.raises(evidence.NotOpen):
            bring((closed, owner), picture())
        assert stored(app) == []


def test_the_view_is_given_out_after_the_audit_row_is_committed(app: Flask, mine: tuple[Claim, Account]) -> None:
    row = bring(mine, picture())
    pieces = evidence.open_view(row, by=mine[1], role="caseworker", at=NOW)
    with app.app_context(), db.engine.connect() as elsewhere:
        seen = elsewhere.execute(
            db.select(Audit.deed, Audit.role).where(Audit.about_ref == row.ref).order_by(Audit.id)
        ).all()
    assert [tuple(line) for line in seen] == [
        ("evidence.received", "member"),
        ("evidence.view_opened", "caseworker"),
    ]
    assert next(iter(pieces)).startswith(b"\xff\xd8\xff")


def test_inside_a_transaction_no_document_is_opened(mine: tuple[Claim, Account]) -> None:
    row = bring(mine, picture())
    with pytest.raises(RuntimeError), transaction():
        evidence.open_view(row, by=mine[1], role="caseworker", at=NOW)


def test_a_changed_file_in_the_store_is_noticed(app: Flask, mine: tuple[Claim, Account]) -> None:
    row = bring(mine, picture())
    path = Path(app.config["STORE"]) / row.view_object
    written = bytearray(path.read_bytes())
    written[-20] ^= 1
    path.write_bytes(written)
    with pytest.raises(vault.VaultTampered):
        view(row, mine[1])


def test_what_is_taken_back_is_gone_with_its_key(app: Flask, mine: tuple[Claim, Account]) -> None:
    row = bring(mine, picture())
    with transaction():
        evidence.remove(row, claim=mine[0], by=mine[1], at=NOW)
    evidence.delete_files(row)
    assert row.wrapped_key == b""
    assert stored(app) == []
    assert evidence.documents_of(mine[0]) == []
    with pytest.raises(evidence.Removed):
        evidence.open_view(row, by=mine[1], role="caseworker", at=NOW)


def test_a_row_that_cannot_be_written_leaves_no_file(
    app: Flask, mine: tuple[Claim, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(*_args: object, **_named: object) -> None:
        raise evidence.NotOpen("withdrawn")

    monkeypatch.setattr(evidence, "attach", moved)
    with pytest.raises(evidence.NotOpen):
        bring(mine, picture())
    assert stored(app) == []
