"""Serving: llama.cpp's server on loopback, from its Python wheel, until standard input ends.

Run by the server's own Python. Reads one line, the key that clients have to show, and prints one, JSON: where
it listens and what it is. It ends with whoever started it, since the pipe to it ends then.
"""

from __future__ import annotations

import json
import os
import sys

import xllamacpp

CONTEXT, SLOTS = 16384, 4


def main(model: str, key: str) -> None:
    """Serve a GGUF file as the model "tiny" to whoever has the key."""
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {"tiny"}
    params.api_keys = [key]
    params.hostnames = ["127.0.0.1"]
    params.n_ctx = CONTEXT * SLOTS
    params.n_parallel = SLOTS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count() or 1
    params.cache_ram_mib = 64
    params.fit_params = False
    params.use_jinja = True
    params.verbosity = 1
    server = xllamacpp.Server(params)
    about = {"url": server.listening_address, "xllamacpp": xllamacpp.__version__, "context": CONTEXT}
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.readline().strip())
