"""Two families of chat templates, each with a tokenizer and a tiny model of its kind.

Both mark what the assistant writes, the token that ends its turn included, and leave the header out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

CHATML = """
{%- macro turn(role, content) %}{{ '<|im_start|>' + role + '\\n' + content + '<|im_end|>\\n' }}{% endmacro %}
{%- for message in messages %}
    {%- if message.role == 'system' and tools %}
        {{- '<|im_start|>system\\n' + message.content + '\\n\\n# Tools\\n<tools>' }}
        {%- for tool in tools %}{{ '\\n' + (tool | tojson) }}{% endfor %}
        {{- '\\n</tools><|im_end|>\\n' }}
    {%- elif message.role == 'assistant' %}
        {{- '<|im_start|>assistant\\n' }}
        {%- generation %}
        {{- message.content }}
        {%- for call in message.tool_calls or [] %}
            {{- '<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
            {{- call.function.arguments | tojson }}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>' }}
        {%- endgeneration %}
        {{- '\\n' }}
    {%- elif message.role == 'tool' %}
        {{- turn('user', '<tool_response>\\n' + message.content + '\\n</tool_response>') }}
    {%- else %}
        {{- turn(message.role, message.content) }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
"""

LLAMA = """
{{- bos_token }}
{%- macro head(role) %}{{ '<|start_header_id|>' + role + '<|end_header_id|>\\n\\n' }}{% endmacro %}
{%- for message in messages %}
    {%- if message.role == 'assistant' %}
        {{- head('assistant') }}
        {%- generation %}
        {%- if message.tool_calls %}
            {%- for call in message.tool_calls %}
                {{- '{"name": "' + call.function.name + '", "parameters": ' }}
                {{- call.function.arguments | tojson }}
                {{- '}' }}
            {%- endfor %}
        {%- else %}
            {{- message.content | trim }}
        {%- endif %}
        {{- '<|eot_id|>' }}
        {%- endgeneration %}
    {%- elif message.role == 'tool' %}
        {{- head('ipython') + (message.content | tojson) + '<|eot_id|>' }}
    {%- else %}
        {{- head(message.role) + message.content | trim }}
        {%- if message.role == 'system' and tools %}
            {{- '\\n\\nYou may call these functions:\\n' + (tools | tojson) }}
        {%- endif %}
        {{- '<|eot_id|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ head('assistant') }}{% endif %}
"""

TINY = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "max_position_embeddings": 4096,
}


class Family(NamedTuple):
    """What trains on an export."""

    path: Path
    """Directory of its tokenizer."""
    tokenizer: Any
    model: Callable[[], Any]
    """Makes a model, at random."""
    said: Callable[[str], str]
    """How the template writes what the agent says."""
    called: Callable[[str, dict[str, Any]], str]
    """How it writes a call."""


def chatml(path: Path, texts: Sequence[str]) -> Family:
    """ChatML, calls in <tool_call> blocks, on a Qwen2 model."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    tokenizer = _tokenizer(path, texts, CHATML, ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], eos="<|im_end|>")
    config = Qwen2Config(vocab_size=len(tokenizer), **TINY)

    def called(name: str, arguments: dict[str, Any]) -> str:
        written = json.dumps(arguments, ensure_ascii=False)
        return f'<tool_call>\n{{"name": "{name}", "arguments": {written}}}\n</tool_call><|im_end|>'

    return Family(path, tokenizer, lambda: Qwen2ForCausalLM(config), lambda text: f"{text}<|im_end|>", called)


def llama(path: Path, texts: Sequence[str]) -> Family:
    """Headers between special tokens, calls as bare JSON, on a Llama model."""
    from transformers import LlamaConfig, LlamaForCausalLM

    special = ["<|end_of_text|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
    tokenizer = _tokenizer(path, texts, LLAMA, special, eos="<|eot_id|>", bos="<|begin_of_text|>")
    config = LlamaConfig(vocab_size=len(tokenizer), **TINY)

    def called(name: str, arguments: dict[str, Any]) -> str:
        return f'{{"name": "{name}", "parameters": {json.dumps(arguments, ensure_ascii=False)}}}<|eot_id|>'

    return Family(path, tokenizer, lambda: LlamaForCausalLM(config), lambda text: f"{text.strip()}<|eot_id|>", called)


FAMILIES = {"chatml": chatml, "llama": llama}


def _tokenizer(
    path: Path, texts: Sequence[str], template: str, special: list[str], *, eos: str, bos: str | None = None
) -> Any:
    """A byte-level tokenizer, for which every text comes back as it was; kept in a directory as a user's would be."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        texts,
        trainers.BpeTrainer(vocab_size=1000, special_tokens=special, initial_alphabet=alphabet, show_progress=False),
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token=eos, bos_token=bos, pad_token=special[0])
    tokenizer.chat_template = template
    tokenizer.save_pretrained(str(path))
    return AutoTokenizer.from_pretrained(str(path))
