"""What an uploaded document is, by its content, and the view of it that reviewers look at.

Nothing is believed of a file but its bytes. Images are decoded and encoded anew, so that the view carries neither
place, device nor hidden matter; PDFs are searched object by object for what acts by itself.

Memory: the encoded document is read from its encrypted spool 64 KiB at a time. Decoding an image holds its pixels
(at most `MOST_PIXELS`, up to 4 bytes each, and once more while it is turned upright); a PDF's objects are held without
the streams of its pages, each of which is held while the view is written; no stream that has to be unpacked to read
the objects may exceed `MOST_UNPACKED_BYTES`. All of it happens in a process apart, whose memory is limited.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

import pikepdf
from pikepdf import settings as pdf_settings
from PIL import Image, ImageFile, ImageOps
from pillow_heif import register_heif_opener

from app.services.apart.answers import VIEWS, Checked
from app.services.file_refusals import (
    ActsByItself,
    Damaged,
    Locked,
    TooManyPages,
    TooManyPixels,
    TooMuchWork,
)  # fmt: skip
from app.services.file_types import HEIC, JPEG, PDF, PNG, EvidenceRefused, type_of
from app.services.spool import EncryptedSpool

MOST_PIXELS: Final = 50_000_000
"""A telephone's picture of 48 megapixels passes; what would fill the memory does not."""
MOST_PAGES: Final = 300
MOST_UNPACKED_BYTES: Final = 64 * 1024 * 1024
_QUALITY: Final = 90
_DEEPEST: Final = 60

_DECODERS: Final = {JPEG: "JPEG", PNG: "PNG", HEIC: "HEIF"}

register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pdf_settings.set_qpdf_limits(flate_max_memory=MOST_UNPACKED_BYTES, run_length_max_memory=MOST_UNPACKED_BYTES,
                             png_max_memory=MOST_UNPACKED_BYTES, tiff_max_memory=MOST_UNPACKED_BYTES)  # fmt: skip

_ACTING_KEYS: Final = frozenset({"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
_ACTIONS: Final = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/Movie", "/Sound",
    "/GoToE", "/GoTo3DView",
})  # fmt: skip
_ACTING_SUBTYPES: Final = frozenset({"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
_NO_MEMORY: Final = "bad_alloc"
_UNREAD: Final = ("error reading object", "error during parsing")
"""What the library says of an object that it then takes for nothing."""
_BROKEN: Final = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, struct.error, zlib.error)


def check(document: EncryptedSpool, view: EncryptedSpool) -> Checked:
    """Find out what it is, whether it is sound, and write its view. Raises a kind of `EvidenceRefused`.

    Called in a process of its own only (app/services/apart): what is in a file decides how much memory this takes.
    """
    media_type = type_of(document)
    document.seek(0)
    pages, carries = _read_pdf(document, view) if media_type == PDF else _read_image(document, media_type, view)
    return Checked(media_type, pages, carries)


def _read_image(document: EncryptedSpool, media_type: str, view: EncryptedSpool) -> tuple[int, str]:
    """Decode it wholly, write its pixels into the view; one page, carrying nothing."""
    kind, shown_as = _DECODERS[media_type], _DECODERS[VIEWS[media_type]]
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # importing WeasyPrint turns this on for the whole process
    try:
        with Image.open(document, formats=(kind,)) as probe:
            if probe.width * probe.height > MOST_PIXELS:
                raise TooManyPixels(MOST_PIXELS)
            probe.verify()
        document.seek(0)
        with Image.open(document, formats=(kind,)) as image:
            image.load()
            upright = _plain(ImageOps.exif_transpose(image))
        if shown_as == "JPEG" and upright.mode in {"RGBA", "LA"}:
            upright = upright.convert("RGB")
        upright.save(view, shown_as, **({"quality": _QUALITY, "optimize": False} if shown_as == "JPEG" else {}))
    except EvidenceRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooManyPixels(MOST_PIXELS) from bomb
    except _BROKEN as broken:
        raise Damaged(media_type) from broken
    return 1, ""


def _plain(image: Image.Image) -> Image.Image:
    """Nothing but pixels: no EXIF, no colour profile, no comments, no palette."""
    if "transparency" in image.info and image.mode != "RGBA":
        image = image.convert("RGBA")
    if image.mode not in {"L", "RGB", "RGBA", "LA"}:
        image = image.convert("L" if image.mode in {"1", "I;16", "I"} else "RGB")
    image.info.clear()
    return image


def _read_pdf(document: EncryptedSpool, view: EncryptedSpool) -> tuple[int, str]:
    """Search every object, write a cleaned copy into the view; its pages and what it carries."""
    try:
        with pikepdf.open(document, attempt_recovery=False, access_mode=pikepdf.AccessMode.stream) as pdf:
            if pdf.is_encrypted:
                raise Locked
            pages = len(pdf.pages)
            if pages > MOST_PAGES:
                raise TooManyPages(MOST_PAGES)
            if pages == 0:
                raise Damaged(PDF)
            for held in pdf.objects:
                _refuse_acting(held, 0)
            _refuse_unread(pdf)
            carries = _carried(pdf)
            _clean(pdf)
            # Streams go into the view as they came: nothing is unpacked to be packed again.
            pdf.save(view, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    except EvidenceRefused:
        raise
    except pikepdf.PasswordError as locked:
        raise Locked from locked
    except (pikepdf.PdfError, RuntimeError, *_BROKEN) as broken:
        raise TooMuchWork if _NO_MEMORY in str(broken) else Damaged(PDF) from broken
    return pages, carries


def _refuse_unread(pdf: pikepdf.Pdf) -> None:
    """Raise when an object could not be read: the library then takes it for nothing, and nobody has searched it."""
    warnings = [str(warning) for warning in pdf.get_warnings()]
    if any(_NO_MEMORY in said for said in warnings):
        raise TooMuchWork
    if any(unread in said for said in warnings for unread in _UNREAD):
        raise Damaged(PDF)


def _refuse_acting(held: object, depth: int) -> None:
    """Raise `ActsByItself` when this object, or what lies directly in it, does something without being asked."""
    if depth > _DEEPEST:
        raise ActsByItself("/nesting")
    if isinstance(held, pikepdf.Array):
        for item in held:
            _refuse_inner(item, depth)
    elif isinstance(held, (pikepdf.Dictionary, pikepdf.Stream)):
        for key in held.keys():  # noqa: SIM118 -- a stream iterates over nothing
            value = held.get(key)
            if key in _ACTING_KEYS:
                raise ActsByItself(key)
            if key == "/OpenAction" and not _is_only_a_place(value):
                raise ActsByItself(key)
            if key == "/S" and _name(value) in _ACTIONS:
                raise ActsByItself(_name(value))
            if key == "/Subtype" and _name(value) in _ACTING_SUBTYPES:
                raise ActsByItself(_name(value))
            _refuse_inner(value, depth)


def _refuse_inner(value: object, depth: int) -> None:
    """Go into what is written in place; what is only referred to is an object of its own and has its own turn."""
    if isinstance(value, (pikepdf.Array, pikepdf.Dictionary)) and not value.is_indirect:
        _refuse_acting(value, depth + 1)


def _is_only_a_place(value: object) -> bool:
    """Where to begin reading: an array, a name, or a plain jump. It opens a page and runs nothing."""
    if isinstance(value, pikepdf.Dictionary):
        return _name(value.get("/S")) == "/GoTo" and "/Next" not in value
    return isinstance(value, (pikepdf.Array, pikepdf.String, pikepdf.Name))


def _name(value: object) -> str:
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _carried(pdf: pikepdf.Pdf) -> str:
    """What else is in it; hospital invoices carry such things, and they harm nobody unopened."""
    form = pdf.Root.get("/AcroForm")
    is_signed = isinstance(form, pikepdf.Dictionary) and int(form.get("/SigFlags", 0)) & 1
    names = pdf.Root.get("/Names")
    has_files = "/AF" in pdf.Root or (isinstance(names, pikepdf.Dictionary) and "/EmbeddedFiles" in names)
    found = (("attachments", has_files), ("form", form is not None), ("signature", bool(is_signed)))
    return " ".join(word for word, is_there in found if is_there)


def _clean(pdf: pikepdf.Pdf) -> None:
    """Take out of the view what tells of devices and people, and the files carried along."""
    for key in ("/OpenAction", "/Metadata", "/AF", "/PieceInfo"):
        if key in pdf.Root:
            del pdf.Root[key]
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/EmbeddedFiles" in names:
        del names["/EmbeddedFiles"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
