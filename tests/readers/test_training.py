"""What is exported, formatted and trained on by TRL: the agent's words and calls are learned, and nothing else."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from tests.readers.conftest import Export
from tests.readers.families import Family

from interplay.engine.export.selection import Wanted
from interplay.engine.messages import AgentMessage, AnyMessage, ToolCall
from interplay.engine.trajectory import Scored, Trajectory

IGNORED = -100
HERE: dict[str, Any] = {
    "max_steps": 1,
    "per_device_train_batch_size": 2,
    "use_cpu": True,
    "bf16": False,
    "report_to": "none",
    "save_strategy": "no",
    "activation_checkpointing": False,
    "disable_tqdm": True,
}
"""One step, on the processor, that tells nobody anything."""

pytestmark = [
    # TRL asks transformers by a name that is about to go.
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning"),
    # PyTorch, on a machine without an accelerator.
    pytest.mark.filterwarnings("ignore:.*pin_memory.*:UserWarning"),
]


class Shop(NamedTuple):
    """All that a training takes."""

    trl: ModuleType
    datasets: ModuleType
    family: Family
    exported: Export
    played: dict[str, Trajectory]
    home: Path

    def rows(self, name: str, outcome: Wanted | None = None, **settings: Any) -> Any:
        """The rows of an export as trainers take them."""
        directory = self.exported("mock", name, outcome, **settings)
        return self.datasets.load_dataset(str(directory), split="train", cache_dir=str(self.home / "cache"))

    def trainer(self, kind: str, rows: Any, *, reference: bool = False, **settings: Any) -> Any:
        """A trainer for one step, on the processor, that tells nobody anything.

        Args:
            kind: "SFT", "DPO", "KTO".
            rows: to train on.
            reference: whether it wants a second model to compare with.
            settings: of its own.
        """
        config = getattr(self.trl, f"{kind}Config")(
            output_dir=str(self.home),
            max_length=None,
            **HERE,
            **settings,
        )
        more = {"ref_model": self.family.model()} if reference else {}
        make = getattr(self.trl, f"{kind}Trainer")
        return make(
            self.family.model(), args=config, train_dataset=rows, processing_class=self.family.tokenizer, **more
        )

    def sft(self, rows: Any) -> Any:
        """A trainer that learns from the assistant's part of each row."""
        return self.trainer("SFT", rows, assistant_only_loss=True, shuffle_dataset=False)


@pytest.fixture
def shop(
    trl: ModuleType,
    datasets: ModuleType,
    family: Family,
    exported: Export,
    played: dict[str, Trajectory],
    tmp_path: Path,
) -> Shop:
    """With each family in turn."""
    return Shop(trl, datasets, family, exported, played, tmp_path)


def batch(trainer: Any) -> Any:
    """All rows as the trainer's own collator makes a batch of them, in their order."""
    kept = [name for name in ("input_ids", "labels") if name in trainer.train_dataset.column_names]
    return trainer.data_collator(list(trainer.train_dataset.select_columns(kept)))


def learned(family: Family, ids: Sequence[int], labels: Sequence[int]) -> list[str]:
    """What is learned of one row: each unbroken run of tokens, as text."""
    pairs = [(int(token), int(label)) for token, label in zip(ids, labels, strict=True)]
    assert all(label in (IGNORED, token) for token, label in pairs)
    runs = [(learns, [token for token, _ in run]) for learns, run in groupby(pairs, lambda pair: pair[1] != IGNORED)]
    return [family.tokenizer.decode(tokens) for learns, tokens in runs if learns]


def agents(family: Family, messages: Sequence[AnyMessage]) -> dict[int, str]:
    """What the agent said and did, by the message's index, as its model has to write it; straight from the record."""
    found: dict[int, str] = {}
    for at, message in enumerate(messages):
        if isinstance(message, AgentMessage):
            found[at] = family.said(message.text)
        elif isinstance(message, ToolCall) and message.by == "agent":
            found[at] = family.called(message.tool, message.arguments)
    return found


def steps(trainer: Any) -> float:
    """The loss of one step of training."""
    loss: float = trainer.train().training_loss
    return loss


@pytest.mark.parametrize(
    ("name", "outcome", "settings"),
    [
        ("openai", None, {}),
        ("loss", "good", {"tokenizer": True}),
        ("preferences", None, {}),
        ("preferences", None, {"preference": "singles"}),
    ],
)
def test_what_the_card_says_of_training_trains_as_it_stands(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str, outcome: Wanted | None, settings: dict[str, Any]
) -> None:
    if "tokenizer" in settings:
        settings = {"tokenizer": shop.family.path}
    directory = shop.exported("mock", name, outcome, **settings)
    blocks = re.findall(r"```python\n(.*?)```", (directory / "README.md").read_text("utf-8"), re.DOTALL)
    (block,) = (each for each in blocks if "trl" in each)
    kind = re.findall(r"(\w+)Trainer\(", block)[0]
    model = shop.home / "model"
    shop.family.model().save_pretrained(str(model))
    shop.family.tokenizer.save_pretrained(str(model))
    config = getattr(shop.trl, f"{kind}Config")
    monkeypatch.setattr(shop.trl, f"{kind}Config", functools.partial(config, output_dir=str(shop.home), **HERE))
    data = {"train": shop.rows(name, outcome, **settings)}
    names: dict[str, Any] = {"MODEL": str(model), "TOKENIZER": shop.family.tokenizer, "data": data}
    exec(block, names)
    assert len(names["trainer"].train_dataset) == len(data["train"])  # none was dropped
    assert math.isfinite(steps(names["trainer"]))


def test_of_openai_rows_the_agents_words_and_calls_are_learned_and_nothing_else(shop: Shop) -> None:
    rows = shop.rows("openai")
    trainer = shop.sft(rows)
    made = batch(trainer)
    for name, ids, labels in zip(rows["id"], made["input_ids"], made["labels"], strict=True):
        assert learned(shop.family, ids, labels) == list(agents(shop.family, shop.played[name].messages).values())
    assert math.isfinite(steps(trainer))


def test_of_loss_rows_bad_turns_are_not_learned_and_all_others_are(shop: Shop) -> None:
    rows = shop.rows("loss", "good", tokenizer=shop.family.path)
    trainer = shop.sft(rows)
    made = batch(trainer)
    left_out = 0
    for name, ids, labels in zip(rows["id"], made["input_ids"], made["labels"], strict=True):
        outcome = shop.played[name].outcome
        assert isinstance(outcome, Scored)
        said = agents(shop.family, shop.played[name].messages)
        for violation in outcome.verdict.violations:
            left_out += said.pop(violation.message, "") != ""
        for claim in outcome.verdict.false_claims:
            said[claim.message] = said[claim.message].replace(claim.sentence, "")
        assert "".join(learned(shop.family, ids, labels)) == "".join(said.values())
    assert left_out
    assert math.isfinite(steps(trainer))


def test_a_pair_is_learned_from_where_the_two_part(shop: Shop) -> None:
    rows = shop.rows("preferences")
    trainer = shop.trainer("DPO", rows, reference=True)
    for row, made in zip(rows, trainer.train_dataset, strict=True):
        chosen, rejected = (
            shop.family.tokenizer.decode(made[name]).rstrip("\n") for name in ("chosen_ids", "rejected_ids")
        )
        assert chosen in agents(shop.family, shop.played[row["chosen_id"]].messages).values()
        assert rejected in agents(shop.family, shop.played[row["rejected_id"]].messages).values()
        assert chosen != rejected
    assert math.isfinite(steps(trainer))


def test_a_single_is_learned_with_its_label(shop: Shop) -> None:
    rows = shop.rows("preferences", preference="singles")
    trainer = shop.trainer("KTO", rows, reference=True)
    assert set(rows["label"]) == {True, False}
    for row, made in zip(rows, trainer.train_dataset, strict=True):
        name, _, at = row["id"].partition("#")
        completion = shop.family.tokenizer.decode(made["completion_ids"]).rstrip("\n")
        assert completion == agents(shop.family, shop.played[name].messages)[int(at)]
        assert row["label"] is shop.played[name].accepted
    assert math.isfinite(steps(trainer))
