"""docs/monitoring.md has every metric, and its alerts and curves ask for metrics that there are."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.web.test_metrics import families

PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text("utf-8")
KINDS = {"radiocast_build_info": "info"}


def there() -> dict[str, str]:
    """Every metric by the name that a reader sees, with its kind."""
    return {
        f"{family.name}_total" if family.type == "counter" else family.name: KINDS.get(
            family.name, family.type
        )
        for family in families()
    }


def rules() -> list[dict[str, Any]]:
    (text,) = re.findall(r"(?ms)^```yaml\n(groups:.*?)^```", PAGE)
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


def test_every_metric_is_on_the_page_with_its_kind() -> None:
    assert dict(re.findall(r"^\| `(radiocast_\w+)` \| (\w+) \|", PAGE, re.MULTILINE)) == there()


def test_every_reason_and_label_that_the_page_names_is_there() -> None:
    values = {value for family in families() for sample in family.samples for value in sample.labels.values()}
    for label, words in re.findall(r"\{(reason|state): ([\w, ]+)\}", PAGE):
        assert set(words.split(", ")) <= values, label


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_there_is_and_says_what_to_do(rule: dict[str, Any]) -> None:
    metrics = set(re.findall(r"\b(radiocast_\w+)", rule["expr"]))
    known = {*there(), *(f"{name}_bucket" for name, kind in there().items() if kind == "histogram")}
    assert metrics <= known
    assert metrics or rule["expr"].startswith("up{")
    assert rule["expr"].count("(") == rule["expr"].count(")")
    assert set(rule) <= {"alert", "expr", "for", "annotations"}
    assert re.fullmatch(r"\d+[sm]", rule.get("for", "1m"))
    assert rule["annotations"].keys() == {"summary", "do"}


def test_alerts_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))


def test_the_curves_ask_for_what_there_is() -> None:
    curves = PAGE.partition("## Curves")[2]
    metrics = set(re.findall(r"\b(radiocast_\w+)", curves))
    assert metrics
    assert {name.removesuffix("_bucket") for name in metrics} <= there().keys()
