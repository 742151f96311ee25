"""Keep the catalogue app/translations/zh/LC_MESSAGES/messages.po.

    translate.py FILE.json …   merge {"English msgid": "中文"} into the catalogue and compile it; a plural is written
                               {"msgid": {"plural": "msgid_plural", "zh": "中文"}}
    translate.py --check       list what is missing, untranslated, fuzzy, obsolete or has other placeholders; exit 1
    translate.py --prune       remove what the source no longer says
    translate.py --compile     write the .mo beside the .po

Several people may call this at once: a lock is held from reading the catalogue until it is written.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("app/translations/zh/LC_MESSAGES/messages.po")
SOURCES = {
    "app": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.xml", "jinja2")],
}
JINJA = {"silent": "false", "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "encoding": "utf-8"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

Text = str | tuple[str, ...] | list[str]
"""What Babel calls an id or a string: one text, or the forms of a plural."""


def read(root: Path) -> Catalog:
    """Return the Chinese catalogue of `root`, an empty one if there is none yet."""
    path = root / CATALOGUE
    if not path.exists():
        heading = "# Chinese words of Juntan, merged by scripts/translate.py."
        return Catalog(
            locale="zh", project="Juntan", version="1", header_comment=heading, charset="utf-8", fuzzy=False,
            msgid_bugs_address="Juntan", last_translator="Juntan", language_team="zh",
        )  # fmt: skip
    with path.open("rb") as handle:
        return read_po(handle, locale="zh", charset="utf-8", abort_invalid=True)


@contextmanager
def locked(root: Path) -> Iterator[Catalog]:
    """Give the catalogue to one writer at a time; what it became is written and compiled at the end."""
    folder = (root / CATALOGUE).parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        catalogue = read(root)
        yield catalogue
        write(root, catalogue)


def write(root: Path, catalogue: Catalog) -> None:
    """Write the catalogue sorted by msgid, so that two branches merge, and compile it. Readers see old or new."""
    path = root / CATALOGUE
    catalogue.fuzzy = False
    draft = path.with_suffix(".po.new")
    with draft.open("wb") as handle:
        write_po(handle, catalogue, width=10_000, sort_output=True, no_location=True, omit_header=False)
    draft.replace(path)
    compile_catalogue(root, catalogue)


def compile_catalogue(root: Path, catalogue: Catalog) -> None:
    """Write the .mo that the running service reads; never older than the .po."""
    path = (root / CATALOGUE).with_suffix(".mo")
    draft = path.with_suffix(".mo.new")
    with draft.open("wb") as handle:
        write_mo(handle, catalogue)
    draft.replace(path)
    os.utime(path)


def merge(catalogue: Catalog, entries: dict[str, object]) -> int:
    """Add or replace the translations in `entries`; return how many there were. ValueError names a wrong entry."""
    for msgid, value in entries.items():
        given: dict[str, str] = value if isinstance(value, dict) else {"zh": str(value or "")}
        context, plural, chinese = given.get("context"), given.get("plural"), given.get("zh", "")
        if not chinese.strip() or not msgid:
            raise ValueError(f"no translation given for {msgid!r}")
        identity: Text = (msgid, plural) if plural else msgid
        text: Text = (chinese,) if plural else chinese
        if wrong := placeholder_difference(identity, text):
            raise ValueError(f"{msgid!r}: {wrong}")
        catalogue.delete(msgid, context)
        catalogue.add(identity, text, context=context)
    return len(entries)


def placeholder_difference(identity: Text, text: Text) -> str:
    """Say which %(name)s differ between source and translation; empty when none does.

    A plural's one Chinese form serves every number, so it needs what the English plural needs.
    """
    forms = [identity] if isinstance(identity, str) else list(identity)
    allowed = {found for form in forms for found in PLACEHOLDER.findall(form)}
    needed = set(PLACEHOLDER.findall(forms[-1]))
    chinese = "".join([text] if isinstance(text, str) else text)
    given = set(PLACEHOLDER.findall(chinese))
    if needed <= given <= allowed:
        return ""
    return f"placeholders {sorted(given)} instead of {sorted(needed)}"


def said_in_source(root: Path) -> dict[tuple[str | tuple[str, ...], str | None], str]:
    """Return every message the source says, (msgid or (msgid, plural), context) to the place of its first use."""
    found: dict[tuple[str | tuple[str, ...], str | None], str] = {}
    for folder, mapping in SOURCES.items():
        options = {pattern: JINJA for pattern, method in mapping if method == "jinja2"}
        extracted = extract_from_dir(str(root / folder), mapping, options_map=options, keywords=KEYWORDS)
        for filename, line, message, _comments, context in extracted:
            if message:
                identity = tuple(message) if isinstance(message, (tuple, list)) else message
                found.setdefault((identity, context), f"{folder}/{filename}:{line}")
    return found


def complaints(root: Path) -> list[str]:
    """List, one line each, what stands between source and a complete Chinese catalogue."""
    catalogue = read(root)
    lines = []
    known = set()
    for (identity, context), place in sorted(said_in_source(root).items(), key=lambda item: item[1]):
        first = identity[0] if isinstance(identity, tuple) else identity
        known.add((first, context))
        if complaint := complaint_about(catalogue.get(first, context), is_plural=isinstance(identity, tuple)):
            lines.append(f"{complaint:13} {place}  {first!r}")
    lines += [f"{'obsolete':13} {key[0]!r}" for key in catalogued(catalogue) if key not in known]
    return lines


def complaint_about(message: Message | None, *, is_plural: bool) -> str:
    """Say in a word what is wrong with one entry of the catalogue; empty when nothing is."""
    if message is None:
        return "missing"
    if message.fuzzy:
        return "fuzzy"
    if is_plural != isinstance(message.id, (tuple, list)):
        return "plural"
    text = message.string or ""
    if not text or not all(text):
        return "untranslated"
    return "placeholders" if placeholder_difference(message.id, text) else ""


def catalogued(catalogue: Catalog) -> list[tuple[str, str | None]]:
    """List (msgid, context) of everything in the catalogue, its header left out."""
    return [
        (message.id if isinstance(message.id, str) else message.id[0], message.context)
        for message in catalogue
        if message.id
    ]


def prune(root: Path, catalogue: Catalog) -> int:
    """Remove what the source no longer says; return how many messages went."""
    source = said_in_source(root)
    said = {(identity[0] if isinstance(identity, tuple) else identity, context) for identity, context in source}
    unsaid = [key for key in catalogued(catalogue) if key not in said]
    for msgid, context in unsaid:
        catalogue.delete(msgid, context)
    catalogue.obsolete.clear()
    return len(unsaid)


def main() -> int:
    """Do what the command line asks; the exit status says whether the catalogue is complete."""
    parser = argparse.ArgumentParser(description="Keep the Chinese catalogue.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE.json")
    parser.add_argument("--check", action="store_true", help="list what is missing, untranslated, fuzzy or obsolete")
    parser.add_argument("--prune", action="store_true", help="remove what the source no longer says")
    parser.add_argument("--compile", action="store_true", help="write the .mo")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    wish = parser.parse_args()
    if not (wish.files or wish.check or wish.prune or wish.compile):
        parser.error("nothing to do: give FILE.json, --check, --prune or --compile")
    try:
        entries: dict[str, object] = {}
        for file in wish.files:
            entries |= json.loads(file.read_text(encoding="utf-8"))
        if entries or wish.prune:
            with locked(wish.root) as catalogue:
                print(f"{merge(catalogue, entries)} translations merged")
                if wish.prune:
                    print(f"{prune(wish.root, catalogue)} obsolete messages removed")
    except (ValueError, OSError) as error:
        print(f"translate.py: {error}", file=sys.stderr)
        return 1
    if wish.compile:
        compile_catalogue(wish.root, read(wish.root))
    lines = complaints(wish.root) if wish.check else []
    for line in lines:
        print(line)
    if wish.check:
        print(f"{len(lines)} complaints about the Chinese catalogue", file=sys.stderr)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
