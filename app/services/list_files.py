"""A list as a file: CSV with a header, as a spreadsheet saves it, read line by line however long it is.

The header names the columns, in English or Chinese and in any order:

    name      姓名          the full name, as in the document
    born      出生日期      1998-05-02, 1998/5/2 or 19980502
    province  省份          浙江省, 浙江, Zhejiang or 33
    document  证件类型      resident or passport, 居民身份证 or 护照
    number    证件号码
    deposit   首笔金额      yuan, for example 30 or 12.50

A list that invites (`read_invited`) has no deposits, and may name where each invitation goes:

    email     邮箱          left empty where the code is handed over on paper

UTF-8 (with or without a byte order mark) and GB18030 are read; commas, semicolons or tabs stand between the columns.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from app.domain.money import NotMoney, parse_yuan
from app.domain.places import PROVINCES
from app.services.list_lines import Line, Refused, Row

COLUMNS: Final = ("name", "born", "province", "document", "number", "deposit")
INVITED: Final = ("name", "born", "province", "document", "number")
EMAIL: Final = "email"
_ALSO: Final = {
    "姓名": "name",
    "出生日期": "born",
    "省份": "province",
    "证件类型": "document",
    "证件号码": "number",
    "首笔金额": "deposit",
    "邮箱": EMAIL,
    "电子邮箱": EMAIL,
}
_DOCUMENTS: Final = {"居民身份证": "resident", "身份证": "resident", "护照": "passport"}
_DAY: Final = re.compile(r"([0-9]{4})([-/.年]?)([0-9]{1,2})([-/.月]?)([0-9]{1,2})日?")
_SHORT: Final = re.compile("(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_DELIMITERS: Final = ",;\t"
_CODE_DIGITS: Final = 2
_PIECE: Final = 1 << 20
_PROVINCES: Final = {
    name: one.code for one in PROVINCES for name in (one.name.zh, _SHORT.sub("", one.name.zh), one.name.en.lower())
}


class NotAList(Exception):
    """The file cannot be read as a list at all; the message says why, in words.

    `why` is `no_text`, `encoding`, `columns` or `broken`; `detail` the columns that are missing, or the line.
    """

    def __init__(self, message: str, why: str, detail: str = "") -> None:
        super().__init__(message)
        self.why, self.detail = why, detail


def read(path: Path) -> Iterator[Line]:
    """The lines of a list, as they are asked for. The number of a line is that of the file; the header is line 1.

    What cannot be read as a name, a day, a place or an amount is refused here. Raises `NotAList` before the first
    line for a file without text or without its columns, and later where the file itself is broken.
    """
    return _read(lambda: path.open("rb"), COLUMNS)


def read_invited(content: bytes) -> Iterator[Line]:
    """The lines of a list that invites, in the same way; its rows have no deposit. Raises `NotAList`."""
    return _read(lambda: io.BytesIO(content), INVITED)


def _read(opened: Callable[[], BinaryIO], needed: Sequence[str]) -> Iterator[Line]:
    encoding = _encoding_of(opened)
    with io.TextIOWrapper(opened(), encoding=encoding, newline="") as lines:
        header = lines.readline()
        delimiter = max(_DELIMITERS, key=header.count)
        places = _places(next(csv.reader([header], delimiter=delimiter), []), needed)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield _line(1 + reader.line_num, cells, places)
        except csv.Error as broken:
            message = f"line {1 + reader.line_num}: {broken}"
            raise NotAList(message, "broken", str(1 + reader.line_num)) from broken


def _encoding_of(opened: Callable[[], BinaryIO]) -> str:
    """UTF-8 where the whole file is that, otherwise GB18030; raises `NotAList` where it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with opened() as file:
                while piece := file.read(_PIECE):
                    if b"\x00" in piece:
                        raise NotAList("it holds bytes that are no text; save it as CSV", "no_text")
                    decoder.decode(piece)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise NotAList("it is neither UTF-8 nor GB18030; save it as CSV in one of them", "encoding")


def _places(header: Sequence[str], needed: Sequence[str]) -> dict[str, int]:
    """Where each of the columns stands."""
    named = [_ALSO.get(cell.strip(), cell.strip().lower()) for cell in header]
    missing = [name for name in needed if named.count(name) != 1]
    if missing:
        named_here = ", ".join(missing)
        raise NotAList(f"the first line has to name each of these columns once: {named_here}", "columns", named_here)
    also = (EMAIL,) if needed is INVITED and EMAIL in named else ()
    return {name: named.index(name) for name in (*needed, *also)}


def _line(line: int, cells: Sequence[str], places: dict[str, int]) -> Line:
    if len(cells) <= max(places[name] for name in places if name != EMAIL):
        return Refused(line, "CellsMissing")
    said = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
    birth_on = _day(said["born"])
    if birth_on is None:
        return Refused(line, "NoBirthDate")
    try:
        deposit_fen = parse_yuan(said["deposit"]) if "deposit" in said else 0
    except NotMoney:
        return Refused(line, "NoAmount")
    place, document = said["province"], said["document"]
    return Row(
        line=line,
        name=said["name"],
        birth_on=birth_on,
        province=place if len(place) == _CODE_DIGITS and place.isascii() else _PROVINCES.get(place.lower(), ""),
        document_type=_DOCUMENTS.get(document, document.lower()),
        number=said["number"],
        deposit_fen=deposit_fen,
        email=said.get(EMAIL, ""),
    )


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text)
    if found is None or (not found[2] and len(text) != len("19980502")):
        return None
    try:
        return dt.date(int(found[1]), int(found[3]), int(found[5]))
    except ValueError:
        return None
