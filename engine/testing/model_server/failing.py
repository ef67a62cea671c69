"""Failing: the responses of a server on a bad day.

The texts are our own; the fields that clients read, and the few words that they look for, are those of the
servers that are meant.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formatdate
from math import ceil
from typing import Any

import msgspec

from interplay.engine.models.exchange import Call, Reply
from interplay.engine.testing.model_server.answers import completion
from interplay.engine.testing.model_server.asked import Asked
from interplay.engine.testing.model_server.faults import Fault
from interplay.engine.testing.model_server.wire import Plan, response

FOR_EVER = 1e9
"""Seconds that no client waits."""
_STAND_IN = Reply(text="This sentence is here only so that there is something that can be broken off.")


def refused(status: int, text: str, *, code: str | None, kind: str = "invalid_request_error") -> bytes:
    """The JSON of an error, as OpenAI's API shapes it; its `type` follows the status."""
    of_status = {401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error"}
    told = "server_error" if status >= 500 else of_status.get(status, kind)
    return msgspec.json.encode({"error": {"message": text, "type": told, "param": None, "code": code}})


def failing(fault: Fault, asked: Asked, now: Callable[[], float], context: int) -> tuple[int, Plan]:
    """What a request gets that is struck by a fault which stands in the answer's place.

    Args:
        fault: of any kind but the late ones.
        asked: the request.
        now: seconds since 1970, for dates.
        context: tokens that the model can take, as an overflow tells it.
    Returns:
        The status, 0 for none, and what to do.
    """
    match fault.kind:
        case "silent":
            return 0, Plan(((FOR_EVER, b""),), "close")
        case "dropped":
            return 0, Plan((), "close")
        case "reset":
            return 0, Plan((), "reset")
        case "half_body":
            whole = response(200, _body(_STAND_IN, asked))
            return 200, Plan(((0.0, whole[: len(whole) - len(_body(_STAND_IN, asked)) // 2]),), "close")
        case "rate_limited" | "server_error" | "overloaded" | "unauthorized" | "unknown_model" | "schema_refused":
            return _refusing(fault, asked, now)
        case "context_overflow" | "context_overflow_vllm" | "context_overflow_llama":
            return 400, Plan(((0.0, response(400, overflow(fault.kind, asked.tokens, context))),))
        case _:
            return 200, Plan(((0.0, _spoiled(fault.kind, asked)),))


def _refusing(fault: Fault, asked: Asked, now: Callable[[], float]) -> tuple[int, Plan]:
    """Errors that say what they are."""
    status, code, text = {
        "rate_limited": (429, "rate_limit_exceeded", "Too many requests: wait a little and ask again."),
        "server_error": (500, None, "Something broke in the server while it made the answer."),
        "overloaded": (503, None, "The server has more work than it can do just now."),
        "unauthorized": (401, "invalid_api_key", "The key is missing or is not one that this server knows."),
        "unknown_model": (404, "model_not_found", f"There is no model {asked.get('model')!r} on this server."),
        "schema_refused": (400, None, "response_format: the schema uses a keyword that cannot be constrained."),
    }[fault.kind]
    headers: dict[str, str] = {}
    if fault.retry_after is not None and status in {429, 503}:
        dated = formatdate(ceil(now() + fault.retry_after), usegmt=True)
        headers["retry-after"] = dated if fault.dated else f"{fault.retry_after:g}"
    return status, Plan(((0.0, response(status, refused(status, text, code=code), headers=headers)),))


def overflow(kind: str, tokens: int, context: int) -> bytes:
    """The JSON of the error that says that a request is too long, as one of the servers spells it."""
    limit = context or max(1, tokens - 1)
    told: dict[str, Any]
    match kind:
        case "context_overflow_vllm":
            text = f"The maximum context length is {limit} tokens, and the request comes to {tokens}: shorten it."
            told = {"message": text, "type": "BadRequestError", "param": "input_tokens", "code": 400}
        case "context_overflow_llama":
            text = f"The request ({tokens} tokens) exceeds the available context size ({limit} tokens)."
            told = {"code": 400, "message": text, "type": "exceed_context_size_error"}
            told |= {"n_prompt_tokens": tokens, "n_ctx": limit}
        case _:
            text = f"Too long: the messages come to {tokens} tokens, the maximum context length is {limit} tokens."
            told = {"message": text, "type": "invalid_request_error", "param": "messages"}
            told["code"] = "context_length_exceeded"
    return msgspec.json.encode({"error": told})


def _spoiled(kind: str, asked: Asked) -> bytes:
    """A response that says 200 and is of no use."""
    match kind:
        case "html_page":
            page = b"<!doctype html><title>Sign in</title><h1>Please sign in to the network</h1>"
            return response(200, page, kind="text/html; charset=utf-8")
        case "wrong_shape":
            return response(200, b'{"object":"list","data":[]}')
        case "no_choices":
            return response(200, msgspec.json.encode(completion(_STAND_IN, asked) | {"choices": []}))
        case "empty":
            return response(200, _body(Reply(), asked))
        case "cut":
            cut = Reply(text=_STAND_IN.text[: len(_STAND_IN.text) // 2], finish="length")
            return response(200, _body(cut, asked))
        case "broken_arguments":
            call = Call(id="", name=_some_tool(asked), arguments='{"half": "an obj')
            return response(200, _body(Reply(calls=(call,), finish="tool_calls"), asked))
        case "wrong_content_type":
            return response(200, _body(_STAND_IN, asked), kind="text/plain; charset=utf-8")
        case _:
            body = _body(_STAND_IN, asked)
            return response(200, body[: len(body) // 2])


def _body(reply: Reply, asked: Asked) -> bytes:
    return msgspec.json.encode(completion(reply, asked))


def _some_tool(asked: Asked) -> str:
    """The name of a tool that may be called, if any may."""
    match asked.get("tools"):
        case [{"function": {"name": str(name)}}, *_]:
            return name
        case _:
            return "nothing"
