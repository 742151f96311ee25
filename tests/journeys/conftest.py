"""Which journeys are walked on which database."""

from __future__ import annotations

import pytest

LONG = (
    "test_a_missing_item_is_asked_for_and_answered_without_scripts",
    "test_a_refusal_is_read_before_it_is_sent_appealed_and_approved",
    "test_a_document_that_was_cut_three_times_arrives_is_checked_and_handed_in",
    "test_the_whole_way",
    "test_the_whole_way_without_scripts",
    "test_a_family_joins_runs_low_grows_up_leaves_and_stays",
    "test_an_event_before_the_agreement_is_judged_by_the_old_version",
    "test_a_relative_files_for_a_dead_member",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest journey is walked once a language, not once a language and engine.

    Where both engines are tested, it is walked in Chinese on SQLite, in English and without scripts on PostgreSQL.
    """
    long = [item for item in items if isinstance(item, pytest.Function) and item.originalname in LONG]
    if len({_engine(item) for item in long}) > 1:
        elsewhere = [item for item in long if _engine(item) != _wanted(item)]
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


def _engine(item: pytest.Function) -> str:
    return str(item.callspec.params["engine_name"])


def _wanted(item: pytest.Function) -> str:
    return "sqlite" if item.callspec.params.get("locale") == "zh" else "postgresql"
