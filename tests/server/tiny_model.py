"""Tiny model: a llama of random weights, 2 layers of 32 numbers, with a tokenizer and a chat template of its own.

Its words are noise. Three things about it are not chance. Tokens are bytes and a few pairs of bytes, since what a
server does to hold noise to a schema costs by the tokens it might say. In one direction all embeddings agree, and
it makes the end of a turn, the beginning of a call, quotes and brackets likely and whatever is no ASCII unlikely, so
that noise ends and can be read. The template writes tools and calls in the usual tags, which the server recognises.

Run by the server's own Python: it needs gguf and numpy.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np

CONTEXT = 16384
WIDTH, HIDDEN, LAYERS, HEADS = 32, 64, 2, 4
MERGES = 150
CALL = '<tool_call>{"name": "'
TAGS = (CALL, "</tool_call>")
SPECIAL = ("<|end|>", "<|turn|>", "<|over|>")
LIKED = {"<|over|>": 1.0, CALL: 1.4, "</tool_call>": 0.8, '"': 1.4, "}": 1.2, "]": 1.2, ",": 0.6, "0": 0.6, "1": 0.6}
"""Tokens that are likelier than others, and how much."""
TEMPLATE = (
    "{%- if tools %}<|turn|>system\nTools:\n{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}"
    'Call one as <tool_call>{"name": ..., "arguments": {...}}</tool_call>.<|over|>\n{% endif %}'
    "{%- for message in messages %}"
    "{%- if message.role == 'tool' %}<|turn|>user\n<tool_response>{{ message.content }}</tool_response><|over|>\n"
    "{%- else %}<|turn|>{{ message.role }}\n{{ message.content or '' }}"
    "{%- for call in message.tool_calls or [] %}"
    '\n<tool_call>{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}'
    "</tool_call>{% endfor %}<|over|>\n{%- endif %}{% endfor %}"
    "{%- if add_generation_prompt %}<|turn|>assistant\n{% endif %}"
)


def spelled() -> dict[int, str]:
    """Byte to the character that byte-level tokenizers write for it: one above 255 where it cannot be seen."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {byte: chr(byte) for byte in shown} | {byte: chr(256 + place) for place, byte in enumerate(hidden)}


def merges(text: str, count: int) -> list[tuple[str, str]]:
    """The pairs that byte-pair encoding joins, the most frequent first; ties go to the lesser pair."""
    letters = spelled()
    words = Counter(f" {word}" for word in text.split())
    split = {tuple(letters[byte] for byte in word.encode()): times for word, times in words.items()}
    made: list[tuple[str, str]] = []
    while len(made) < count:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, times in split.items():
            for pair in pairwise(word):
                pairs[pair] += times
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        made.append(best)
        split = {joined(word, best): times for word, times in split.items()}
    return made


def joined(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """A word with each occurrence of a pair made one."""
    out: list[str] = []
    for letter in word:
        if out and (out[-1], letter) == pair:
            out[-1] += letter
        else:
            out.append(letter)
    return tuple(out)


def tensors(vocabulary: list[str], seed: int) -> dict[str, np.ndarray]:
    """The weights, by the names that llama.cpp gives them."""
    chance = np.random.default_rng(seed)

    def noise(*shape: int, scale: float = 0.2) -> np.ndarray:
        return (chance.standard_normal(shape) * scale).astype(np.float32)

    one = np.ones(WIDTH, dtype=np.float32)
    embedding, output = noise(len(vocabulary), WIDTH, scale=0.5), noise(len(vocabulary), WIDTH, scale=0.1)
    embedding[:, 0], output[:, 0] = 2.0, 0.0
    for token, strength in LIKED.items():
        output[vocabulary.index(token), 0] = strength
    letters = spelled()
    unwanted = ["<|turn|>", "<|end|>", *(letters[byte] for byte in range(256) if byte < 32 or byte > 126)]
    for token in unwanted:
        output[vocabulary.index(token), 0] = -6.0
    found = {"token_embd.weight": embedding, "output_norm.weight": one, "output.weight": output}
    for layer in range(LAYERS):
        found |= {
            f"blk.{layer}.attn_norm.weight": one,
            f"blk.{layer}.ffn_norm.weight": one,
            **{f"blk.{layer}.attn_{part}.weight": noise(WIDTH, WIDTH) for part in ("q", "k", "v", "output")},
            f"blk.{layer}.ffn_gate.weight": noise(HIDDEN, WIDTH),
            f"blk.{layer}.ffn_up.weight": noise(HIDDEN, WIDTH),
            f"blk.{layer}.ffn_down.weight": noise(WIDTH, HIDDEN),
        }
    return found


def write(path: Path, text: str, seed: int = 7) -> None:
    """Write the model.

    Args:
        path: where; a GGUF file.
        text: what its tokenizer is made from.
        seed: of its weights.
    """
    pairs = merges(text, MERGES)
    vocabulary = [*spelled().values(), *("".join(pair) for pair in pairs)]
    plain = len(dict.fromkeys(vocabulary))
    vocabulary = [*dict.fromkeys(vocabulary), *TAGS, *SPECIAL]
    kinds = [gguf.TokenType.NORMAL] * plain
    kinds += [gguf.TokenType.USER_DEFINED] * len(TAGS) + [gguf.TokenType.CONTROL] * len(SPECIAL)
    file = gguf.GGUFWriter(str(path), "llama")
    file.add_name("tiny")
    file.add_context_length(CONTEXT)
    file.add_embedding_length(WIDTH)
    file.add_block_count(LAYERS)
    file.add_feed_forward_length(HIDDEN)
    file.add_head_count(HEADS)
    file.add_head_count_kv(HEADS)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_rope_dimension_count(WIDTH // HEADS)
    file.add_vocab_size(len(vocabulary))
    file.add_file_type(gguf.LlamaFileType.ALL_F32)
    file.add_tokenizer_model("gpt2")
    file.add_tokenizer_pre("gpt-2")
    file.add_token_list(vocabulary)
    file.add_token_types(kinds)
    file.add_token_merges([" ".join(pair) for pair in pairs])
    file.add_bos_token_id(vocabulary.index("<|end|>"))
    file.add_eos_token_id(vocabulary.index("<|over|>"))
    file.add_add_bos_token(False)
    file.add_chat_template(TEMPLATE)
    for name, values in tensors(vocabulary, seed).items():
        file.add_tensor(name, values)
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), "".join(Path(each).read_text("utf-8") for each in sys.argv[2:]))
