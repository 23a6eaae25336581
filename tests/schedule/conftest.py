"""Whole years take two minutes, so they run with `-m year` (make test-year) or by their name only."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is marked `year`, and have pytest say so, unless it was asked for."""
    years = [item for item in items if item.get_closest_marker("year")]
    if not years or config.option.markexpr or any("::" in arg for arg in config.args):
        return
    config.hook.pytest_deselected(items=years)
    items[:] = [item for item in items if not item.get_closest_marker("year")]
