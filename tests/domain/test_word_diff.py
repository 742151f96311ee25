"""What differs between two wordings: nothing is lost, numbers hold together, and the change is readable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.domain.word_diff import runs

texts = st.text(alphabet="ab 12,.天甲乙申诉的。", max_size=40)


@given(texts, texts)
def test_either_wording_can_be_read_out_of_it(before: str, after: str):
    found = runs(before, after)
    assert "".join(run.text for run in found if run.kind != "new") == before
    assert "".join(run.text for run in found if run.kind != "gone") == after
    assert all(run.text for run in found)


@given(texts)
def test_the_same_words_are_one_run(text: str):
    assert [(run.kind, run.text) for run in runs(text, text)] == ([("same", text)] if text else [])


def test_a_number_is_changed_for_a_number():
    said = [(run.kind, run.text) for run in runs("Within 30 days of it.", "Within 300 days of it.")]
    assert said == [("same", "Within "), ("gone", "30"), ("new", "300"), ("same", " days of it.")]
    chinese = [(run.kind, run.text) for run in runs("收到决定后 30 天内申诉一次", "收到决定后 60 天内申诉一次")]
    assert chinese == [("same", "收到决定后 "), ("gone", "30"), ("new", "60"), ("same", " 天内申诉一次")]


def test_words_that_stand_alone_between_changes_are_read_with_them():
    said = runs("a red and old house", "a blue and new house")
    assert [run.kind for run in said] == ["same", "gone", "new", "same", "gone", "new", "same"]
    assert [run.kind for run in runs("x: red a old y", "x: blue a new y")] == ["same", "gone", "new", "same"]


def test_two_sentences_that_share_little_stand_whole_one_after_the_other():
    before, after = "Have you ever had a malignant tumour?", "Do you climb rocks for a living, or dive?"
    assert [(run.kind, run.text) for run in runs(before, after)] == [("gone", before), ("new", after)]
    assert [run.kind for run in runs("", "all of it")] == ["new"]
