"""Every recorded task of the newer public retail benchmark, on its edition of our shop."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from interplay.domains.retail import DOMAIN
from interplay.engine.database import Base
from interplay.engine.environment import Environment
from interplay.engine.messages import ToolCall
from interplay.engine.patch import same

EDITION = DOMAIN.editions["tau2"]


@pytest.fixture(scope="module")
def base(conformance_kit: Path) -> Base[Any]:
    return EDITION.read(conformance_kit / "tau2" / "retail")


@pytest.fixture(scope="module")
def tasks(conformance_kit: Path) -> list[dict[str, Any]]:
    lines = (conformance_kit / "golden" / "tau2_retail.jsonl").read_text("utf-8").splitlines()
    return [line for line in map(json.loads, lines) if line["type"] == "task"]


def answered(content: str) -> Any:
    return json.loads(content) if content.startswith(("{", "[")) else content


def unlike_actions(environment: Environment, actions: list[dict[str, Any]]) -> Iterator[str]:
    for at, action in enumerate(actions):
        result = environment.apply(ToolCall(call_id=str(at), tool=action["name"], arguments=action["arguments"]))
        expected = "" if action.get("refused") else answered(action["observation"])
        if bool(action.get("refused")) != (result.refusal is not None):
            yield f"{action['name']}: {result.content}; recorded {expected or 'a refusal'}"
        elif result.refusal is None and not same(answered(result.content), expected):
            yield f"{action['name']}: {result.content}; recorded {expected}"


def by_path(changes: Sequence[Any]) -> dict[tuple[Any, ...], Any]:
    plain: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(changes))
    return {tuple(each.pop("path")): each for each in plain}


def test_every_recorded_action_answers_refuses_and_changes_what_was_recorded(base, tasks):
    unlike: list[tuple[str, Any]] = []
    for task in tasks:
        environment = Environment(EDITION.domain.tools, base.fork())
        unlike += [(task["id"], each) for each in unlike_actions(environment, task["actions"])]
        ours, theirs = EDITION.recorded(base, environment.db.patch()), task["final_diff"]
        assert list(ours) == list(theirs) == ["agent"]
        if by_path(ours["agent"]) != by_path(theirs["agent"]):
            unlike.append((task["id"], (ours, theirs)))
    assert tasks
    assert not unlike, "\n".join(map(str, unlike[:5]))


def test_the_edition_has_the_recorded_tools_and_parameters(conformance_kit):
    def bare(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: bare(value) for key, value in node.items() if key not in {"description", "title"}}
        return [bare(each) for each in node] if isinstance(node, list) else node

    recorded = json.loads((conformance_kit / "tau2" / "retail" / "tools.json").read_bytes())
    theirs = {each["name"]: bare(each["parameters"]) for each in (each.get("function", each) for each in recorded)}
    ours = {each["function"]["name"]: bare(each["function"]["parameters"]) for each in EDITION.domain.tools.schemas}
    assert list(ours) == list(theirs)
    for name, parameters in theirs.items():
        assert ours[name] == {"required": [], **parameters}
        assert list(ours[name]["properties"]) == list(parameters["properties"])


def test_its_data_are_saved_as_they_are_read(base, tmp_path):
    EDITION.write(base, tmp_path)
    assert EDITION.read(tmp_path).digest() == base.digest()


def test_an_item_is_looked_up_by_itself(base):
    product = next(iter(base.fork().products.values()))
    item_id, variant = next(iter(product.variants.items()))
    found = EDITION.domain.tools["get_item_details"].run(base.fork(), {"item_id": item_id})
    assert json.loads(found)["price"] == variant.price
    environment = Environment(EDITION.domain.tools, base.fork())
    unknown = ToolCall(call_id="0", tool="get_item_details", arguments={"item_id": product.product_id})
    assert environment.apply(unknown).refusal == "item_unknown"


def test_a_reason_that_is_none_of_the_two_is_refused(base):
    db = base.fork()
    order_id = next(order_id for order_id, order in db.orders.items() if order.status == "pending")
    arguments = {"order_id": order_id, "reason": "found it for less"}
    environment = Environment(EDITION.domain.tools, db)
    result = environment.apply(ToolCall(call_id="0", tool="cancel_pending_order", arguments=arguments))
    assert result.refusal == "reason_not_allowed"
    assert not db.changes()
