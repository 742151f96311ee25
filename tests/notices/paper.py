"""Reading a PDF the way people and programs do."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdf


def text_of(content: bytes) -> str:
    """All words of the document, spaces run together; what lies across the page as a mark is there too."""
    return " ".join(" ".join(page.extract_text() for page in opened(content).pages).split())


def opened(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def characters(content: bytes) -> str:
    """The words without any space: Chinese lines break anywhere."""
    return re.sub(r"\s", "", text_of(content))


def faults(content: bytes) -> list[str]:
    """What qpdf finds wrong in the structure of the file; nothing in a sound one."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [str(problem) for problem in pdf.check_pdf_syntax()]
