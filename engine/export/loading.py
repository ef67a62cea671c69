"""Loading: how the rows of each format are read and trained on, in code that can be copied."""

from __future__ import annotations

from collections.abc import Container

from interplay.engine.export.census import Figures
from interplay.engine.export.manifest import Manifest

_SFT = """```python
from trl import SFTConfig, SFTTrainer

settings = SFTConfig(assistant_only_loss=True, max_length=None)
trainer = SFTTrainer(MODEL, args=settings, train_dataset=data[{split}])
```"""
_OPENAI = f"""With TRL, of which the model learns what the agent said and called alone:

{_SFT}

`assistant_only_loss` takes a chat template that marks the assistant's turns."""
_MASKED = f"""With TRL, which takes `input_ids` and `assistant_masks` as they are, and so learns what the spans say:

{_SFT}"""
_UNMASKED = """\
Each span of `spans` says whether to learn from it. These rows hold characters and no tokens, and a trainer that is
given their `messages` learns from every turn, those that should not be learned among them. Rows that hold `input_ids`
and `assistant_masks`, which TRL takes as they are, come of

```
interplay export RUN --format loss --tokenizer DIRECTORY --out OUT
```

where DIRECTORY holds the tokenizer of the model that shall learn, with a chat template that marks the assistant's
turns."""
_PAIRS = """With TRL:

```python
from trl import DPOConfig, DPOTrainer

settings = DPOConfig(max_length=None)
trainer = DPOTrainer(MODEL, args=settings, train_dataset=data[{split}], processing_class=TOKENIZER)
```"""
_SINGLES = """With TRL:

```python
from trl import KTOConfig, KTOTrainer

settings = KTOConfig(max_length=None)
trainer = KTOTrainer(MODEL, args=settings, train_dataset=data[{split}], processing_class=TOKENIZER)
```"""
_OTHERS = {
    "sharegpt": "Trainers of this layout want `conversations`, `system` and `tools` named in their configuration.",
    "xlam": "The messages and `tools` go through the model's chat template: the system message announces them.",
}
_ARROW = """or, with pyarrow, by the names of the files, for this text stands beside them:

```python
from glob import glob

import pyarrow.parquet

table = pyarrow.parquet.read_table(sorted(glob("THIS_DIRECTORY/{split}-*.parquet")))
```"""
_LONG = (
    "`max_length=None` keeps TRL from cutting rows off: one row is long, for it begins with the whole policy and all "
    "tools. Cut at TRL's usual length nothing of the agent would be left in it to learn from."
)


def loading(manifest: Manifest, figures: Figures, names: Container[str]) -> str:
    """How to read an export, in Markdown.

    Args:
        manifest: what it holds.
        figures: what was counted of it.
        names: of the rows' columns.
    """
    split = next(iter(manifest.splits), "train")
    parquet = manifest.format == "parquet"
    suffix = ".parquet" if parquet else ".jsonl"
    parts = [
        '```python\nfrom datasets import load_dataset\n\ndata = load_dataset("THIS_DIRECTORY")\n```',
        "or, in SQL, with DuckDB:\n\n"
        f"```sql\nSELECT domain, count(*) FROM 'THIS_DIRECTORY/{split}-*{suffix}' GROUP BY domain\n```",
    ]
    if parquet:
        parts.append(_ARROW.replace("{split}", split))
    training = _training(manifest.format, names).replace("{split}", f'"{split}"')
    if training:
        parts.append(training)
    if "max_length=None" in training:
        parts.append(_LONG + _longest(manifest, figures))
    return "\n\n".join(parts)


def _training(layout: str, names: Container[str]) -> str:
    """How a trainer takes the rows; empty where nothing is to be said of it."""
    match layout:
        case "openai":
            return _OPENAI
        case "loss":
            return _MASKED if "input_ids" in names else _UNMASKED
        case "preferences":
            return _SINGLES if "completion" in names else _PAIRS
    return _OTHERS.get(layout, "")


def _longest(manifest: Manifest, figures: Figures) -> str:
    """How long the longest conversation is, where that was counted."""
    if figures.tokens is None:
        return ""
    how = "about, at 4 characters each" if manifest.tokens is None or manifest.tokens.estimate else "as counted"
    return f" The longest conversation here has {figures.tokens.max:,} tokens, {how}."
