"""Every sentence has its Chinese, and none of them uses the words of another trade."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.domain.wording import forbidden_words

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path("app/translations/zh/LC_MESSAGES/messages.po")


def translate(*arguments: object, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / "translate.py", *map(str, arguments), "--root", root]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def messages(root: Path) -> dict[str, str]:
    with (root / CATALOGUE).open("rb") as handle:
        return {str(message.id): str(message.string) for message in read_po(handle) if message.id}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def house(tmp_path: Path) -> Path:
    write(
        tmp_path / "app" / "view.py", '_("Good day, %(name)s", name=name)\nngettext("%(num)s day", "%(num)s days", n)\n'
    )
    write(tmp_path / "templates" / "page.html", '<h1>{{ _("Plans") }}</h1>\n')
    return tmp_path


def test_every_sentence_has_its_chinese():
    outcome = translate("--check")
    assert outcome.returncode == 0, outcome.stdout


def test_no_sentence_in_either_language_uses_words_of_insurance_or_promises_an_amount():
    found = {msgid: words for msgid, text in messages(ROOT).items() if (words := forbidden_words(f"{msgid}\n{text}"))}
    assert found == {}


def test_no_template_says_what_no_sentence_may_say():
    found = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if words := forbidden_words(text):
            found[str(path.relative_to(ROOT))] = words
    assert found == {}


def test_a_forbidden_word_is_seen():
    assert forbidden_words("Pay your premium") == ["premium"]
    assert forbidden_words("缴纳保费") == ["保费"]


def test_translations_are_merged_and_compiled(house: Path):
    plural = {"plural": "%(num)s days", "zh": "%(num)s 天"}
    words = {"Good day, %(name)s": "%(name)s，您好", "%(num)s day": plural, "Plans": "计划"}
    assert translate(write(house / "words.json", json.dumps(words)), root=house).returncode == 0
    assert translate("--check", root=house).returncode == 0
    assert (house / CATALOGUE).with_suffix(".mo").stat().st_size > 100


def test_what_is_missing_wrong_or_no_longer_said_is_listed(house: Path):
    words = {"Good day, %(name)s": "%(name)s，您好", "Farewell": "再见"}
    translate(write(house / "words.json", json.dumps(words)), root=house)
    outcome = translate("--check", root=house)
    assert outcome.returncode == 1
    assert re.findall(r"^(\w+).*'(.+)'$", outcome.stdout, re.MULTILINE) == [
        ("missing", "%(num)s day"),
        ("missing", "Plans"),
        ("obsolete", "Farewell"),
    ]
    assert translate("--prune", root=house).returncode == 0
    assert "Farewell" not in messages(house)


@pytest.mark.parametrize("chinese", ["您好", "%(nmae)s，您好", "", None])
def test_a_translation_that_loses_a_placeholder_or_says_nothing_is_refused(house: Path, chinese: str | None):
    outcome = translate(write(house / "words.json", json.dumps({"Good day, %(name)s": chinese})), root=house)
    assert outcome.returncode == 1
    assert "Good day" in outcome.stderr
    assert messages(house) == {} if (house / CATALOGUE).exists() else True


def test_many_may_merge_at_once_and_nothing_is_lost(house: Path):
    parts = [write(house / f"{number}.json", json.dumps({f"word {number}": f"词 {number}"})) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert all(outcome.returncode == 0 for outcome in pool.map(lambda part: translate(part, root=house), parts))
    assert sorted(messages(house)) == [f"word {number}" for number in range(8)]
