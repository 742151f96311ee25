"""Every rule of the house holds, and would be seen to break."""

from pathlib import Path

import pytest

from tests.house import rules

ROOT = Path(__file__).resolve().parents[2]

PLANTED = {
    rules.long_files: ("app/plans/views.py", "x = 1\n" * 301),
    rules.long_functions: ("app/plans/views.py", "def f():\n" + "    x = 1\n" * 51),
    rules.nameless_files: ("app/plans/helpers.py", ""),
    rules.rooms_of_other_shape: ("app/plans/services.py", ""),
    rules.old_queries: ("app/plans/queries.py", "accounts = Account.query.all()\n"),
    rules.floats_in_the_domain: ("app/domain/shares.py", "share = pool_fen / members\n"),
    rules.clocks_below_the_porch: ("app/services/pools.py", "moment = dt.datetime.now(dt.UTC)\n"),
    rules.commits_away_from_the_edge: ("app/plans/actions.py", "db.session.commit()\n"),
    rules.unfinished_work: ("tests/plans/test_plans.py", "@pytest.mark.skip\ndef test_a():\n    pass\n"),
    rules.unescaped_text: ("templates/plans/plan.html", "{{ words | safe }}\n"),
    rules.inline_style_and_script: ("templates/plans/plan.html", '<p style="color: red">\n'),
    rules.templates_of_no_species: ("templates/plans/_rows.html", "<ul><li>{{ plan }}</li></ul>\n"),
    rules.speechless_text: ("templates/plans/plan.html", '<img alt="A family">\n'),
    rules.traces_of_a_machine: ("docs/notes.md", f"See /{'work'}/main/app for more.\n"),
    rules.private_registries: ("uv.lock", 'url = "https://mirror.example.org/simple/flask"\n'),
}


def test_there_is_something_to_check():
    assert len(list(rules.files(ROOT, "app", suffix=".py"))) > 50
    assert len(list(rules.files(ROOT, "templates", suffix=".html"))) > 10


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: rules.Rule):
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_planted_violation_is_seen_by(rule: rules.Rule, tmp_path: Path):
    name, text = PLANTED[rule]
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    found = rule(tmp_path)
    assert found
    assert all(line.startswith(name) for line in found)


def test_what_users_may_do_with_it_and_what_changed_is_written_down():
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "END OF TERMS AND CONDITIONS" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
