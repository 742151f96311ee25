"""What a story may never contain, and what its reader is shown."""

from __future__ import annotations

import pytest

from app.domain.story_hints import hints, pieces, tidy, unfit

PLAIN = "确诊那天我正在上班。手术之后化疗六次，现在每三个月复查一次。谢谢大家。"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("证号 110105199805020026", ("identity",)),
        ("证号 110105 19980502 002X。", ("identity",)),
        ("打我电话 138-0013-8000", ("telephone",)),
        ("电话：＋86 １３８００１３８０００", ("telephone",)),
        ("手机一三八零零一三八零零零", ("telephone",)),
        ("座机 0571-87654321", ("telephone",)),
        ("请汇到 6228 4800 1234 5678 903", ("account",)),
        ("写信到 lan@example.org", ("mail",)),
        ("138 0013 8000，a@example.org", ("mail", "telephone")),
        ("看 https://example.org/help", ("link",)),
        ("花了300000元，2026年10月20日手术，今年45岁", ()),
        (PLAIN, ()),
    ],
)
def test_what_somebody_could_be_found_by_is_refused_however_it_is_written(text: str, kinds: tuple[str, ...]) -> None:
    assert unfit(text) == kinds


@pytest.mark.parametrize(
    ("text", "marked", "kind"),
    [
        ("感谢王医生", "王医生", "name"),
        ("我叫林岚。", "我叫林岚", "name"),
        ("在第一人民医院手术", "第一人民医院", "hospital"),
        ("家住幸福小区3栋", "幸福小区3栋", "place"),
        ("2026年3月5日手术", "2026年3月5日", "date"),
        ("孩子在育才小学", "育才小学", "work"),
        ("微信号：lan_1998", "微信号：lan_1998", "contact"),
        ("Dr. Wang was kind", "Dr. Wang", "name"),
        ("at Riverside Hospital", "Riverside Hospital", "hospital"),
    ],
)
def test_what_may_point_at_somebody_is_marked(text: str, marked: str, kind: str) -> None:
    found = [(piece.text, piece.kind) for piece in pieces(text, hints(text)) if piece.kind]
    assert any(marked in words and kind == said for words, said in found), found


def test_the_names_of_the_account_are_marked_with_or_without_the_family_name() -> None:
    def marked(text: str, name: str) -> list[str]:
        return [text[hint.start : hint.end] for hint in hints(text, [name])]

    assert marked("若曦一直很坚强，欧阳若曦是我女儿。", "欧阳若曦") == ["若曦", "欧阳若曦"]
    assert marked("岚岚说", "林岚岚") == ["岚岚"]
    assert marked(PLAIN, "林岚") == []


def test_pieces_joined_are_the_story_again() -> None:
    text = "我叫林岚，在浙江省人民医院住院，王医生很好。\n谢谢。"
    assert "".join(piece.text for piece in pieces(text, hints(text))) == text


def test_marks_that_hide_or_turn_letters_are_taken_out() -> None:
    assert tidy("\u202e谢谢\u200b大家\r\n\r\n\r\n\r\n再见\x00 ") == "谢谢大家\n\n再见"
