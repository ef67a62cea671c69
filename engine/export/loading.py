"""Loading: how the rows of each format are read, in code that can be copied."""

from __future__ import annotations

from interplay.engine.export.manifest import Manifest

_TRAINING = {
    "openai": """With TRL, of which the model learns what the agent said and called alone:

```python
from trl import SFTConfig, SFTTrainer

trainer = SFTTrainer(MODEL, args=SFTConfig(assistant_only_loss=True), train_dataset=data[{split}])
```

`assistant_only_loss` takes a chat template that marks the assistant's turns.""",
    "loss": """\
Each span of `spans` says whether to learn from it. Where the export was given a tokenizer there are `input_ids`
and `assistant_masks`, and TRL takes the rows as they are:

```python
from trl import SFTConfig, SFTTrainer

trainer = SFTTrainer(MODEL, args=SFTConfig(assistant_only_loss=True), train_dataset=data[{split}])
```""",
    "preferences": """With TRL, `DPOTrainer` takes rows of `prompt`, `chosen` and `rejected`, and `KTOTrainer` rows of
`prompt`, `completion` and `label`:

```python
from trl import DPOConfig, DPOTrainer

trainer = DPOTrainer(MODEL, args=DPOConfig(), train_dataset=data[{split}], processing_class=TOKENIZER)
```""",
    "sharegpt": "Trainers of this layout want `conversations`, `system` and `tools` named in their configuration.",
    "xlam": "The messages and `tools` go through the model's chat template: the system message announces them.",
}


def loading(manifest: Manifest) -> str:
    """How to read an export, in Markdown.

    Args:
        manifest: what it holds.
    """
    split = next(iter(manifest.splits), "train")
    suffix = ".parquet" if manifest.format == "parquet" else ".jsonl"
    parts = [
        '```python\nfrom datasets import load_dataset\n\ndata = load_dataset("THIS_DIRECTORY")\n```',
        "or, in SQL, with DuckDB:\n\n"
        f"```sql\nSELECT domain, count(*) FROM 'THIS_DIRECTORY/{split}-*{suffix}' GROUP BY domain\n```",
    ]
    if manifest.format in _TRAINING:
        parts.append(_TRAINING[manifest.format].replace("{split}", f'"{split}"'))
    return "\n\n".join(parts)
