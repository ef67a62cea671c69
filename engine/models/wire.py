"""Wire: chat completions as bytes, both ways.

What goes out is the OpenAI shape, which every server reads. What comes in is read leniently, since servers differ
in what they leave out or spell their own way: content may be null or a list of parts, arguments an object instead
of text, ids and usage absent, reasoning under either of two names, an error wrapped in a 200.

Tools and schemas are the same objects for a whole run; their JSON is kept, and goes into each body as it is.
Messages are encoded anew each time, which costs a few microseconds for a long conversation.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal, NamedTuple

import msgspec

from interplay.engine.models.exchange import Call, Reply, Request, Said, Usage

RESERVED = ("model", "messages", "tools", "tool_choice", "response_format", "seed", "stream", "n")
"""What extra options of a config may not set: the client decides it, or could not read the answer."""
KEPT = 64
"""Encoded tools and schemas that are remembered."""

MaxTokens = Literal["max_tokens", "max_completion_tokens"]

_encoder = msgspec.json.Encoder()
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NOTHING: dict[str, Any] = {}


class WireFault(ValueError):
    """A body is not an answer.

    Args:
        text: what is wrong with it, or what the server says is.
        status: what the server would have answered had it not answered 200; 0 if it said nothing of the kind.
    """

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class _Kept(NamedTuple):
    """Tools or a schema, encoded."""

    value: object
    """Held, so that its id is not given to another."""
    raw: msgspec.Raw
    closed: bool
    """Whether it is a schema that may be called strict."""


class Encoding:
    """Turns requests into bodies.

    Args:
        extra: options that every body has beside its own.
        max_tokens: what the server calls the limit of an answer's tokens.
    """

    def __init__(self, extra: Mapping[str, Any] = _NOTHING, max_tokens: MaxTokens = "max_tokens") -> None:
        self._extra = dict(extra)
        self._max_tokens = max_tokens
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def body(self, model: str, request: Request, seed: int | None = None) -> bytes:
        """The body of a POST to /chat/completions.

        Args:
            model: the name that the server knows it by; empty leaves it out.
            request: what to ask.
            seed: for the server's own draws; None leaves it out.
        """
        body: dict[str, Any] = {"model": model} if model else {}
        body["messages"] = [_message(said) for said in request.messages]
        if request.tools:
            body["tools"] = self._keep(request.tools).raw
            body["tool_choice"] = "auto"
        if request.schema is not None:
            named = self._schema(request.schema, request.schema_name)
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        if request.temperature is not None:
            body["temperature"] = request.temperature
        if request.max_tokens is not None:
            body[self._max_tokens] = request.max_tokens
        if seed is not None:
            body["seed"] = seed
        body.update(self._extra)
        return _encoder.encode(body)

    def _schema(self, schema: dict[str, Any], name: str) -> dict[str, Any]:
        kept = self._keep(schema)
        named = {"name": name, "schema": kept.raw}
        # OpenAI holds an answer to its schema only if it is called strict, and refuses to call others so.
        return {**named, "strict": True} if kept.closed else named

    def _keep(self, value: object) -> _Kept:
        """What is known of a value, which is remembered for as long as that same object keeps coming."""
        kept = self._kept.get(id(value))
        if kept is not None and kept.value is value:
            return kept
        kept = _Kept(value, msgspec.Raw(_encoder.encode(value)), isinstance(value, dict) and _is_closed(value))
        self._kept[id(value)] = kept
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept


def _message(said: Said) -> dict[str, Any]:
    if said.role == "tool":
        return {"role": "tool", "tool_call_id": said.call_id, "content": said.content}
    if not said.calls:
        return {"role": said.role, "content": said.content}
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _object(call.arguments)}}
        for call in said.calls
    ]
    return {"role": said.role, "content": said.content or None, "tool_calls": calls}


def _object(arguments: str) -> str:
    """Arguments as a server's chat template can read them: it decodes what the model once wrote, broken or not."""
    try:
        if isinstance(msgspec.json.decode(arguments), dict):
            return arguments
    except (msgspec.DecodeError, RecursionError):
        pass
    return _encoder.encode({"unreadable": arguments}).decode()


def _is_closed(schema: Any) -> bool:
    """Whether every object in a schema lists all that it has and requires all of it."""
    if isinstance(schema, list):
        return all(_is_closed(part) for part in schema)
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object":
        known = schema.get("properties")
        if not isinstance(known, dict) or schema.get("additionalProperties") is not False:
            return False
        if set(schema.get("required", ())) != set(known):
            return False
    return all(_is_closed(part) for part in schema.values())


class _Function(msgspec.Struct):
    name: Any = None
    arguments: Any = None


class _Call(msgspec.Struct):
    id: Any = None
    function: _Function | None = None


class _Message(msgspec.Struct):
    content: Any = None
    refusal: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    tool_calls: list[_Call] | None = None
    function_call: _Function | None = None


class _Choice(msgspec.Struct):
    message: _Message | None = None
    finish_reason: Any = None
    error: Any = None


class _Usage(msgspec.Struct):
    prompt_tokens: Any = None
    completion_tokens: Any = None


class _Completion(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: Any = None


class _Served(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    data: list[_Served]


_completion = msgspec.json.Decoder(_Completion)
_models = msgspec.json.Decoder(_Models)


def read_reply(body: bytes) -> Reply:
    """The first answer in the body of a chat completion.

    Ids of calls that the server left out, or gave twice, are made of the body: the same bytes give the same ids.

    Raises:
        WireFault: it is no chat completion, has no answer, or says that there was an error.
    """
    try:
        completion = _completion.decode(body)
    except _UNREADABLE as error:
        raise WireFault(f"not a chat completion: {error}") from None
    if completion.error:
        raise _told(completion.error)
    if not completion.choices:
        raise WireFault("a chat completion without choices")
    choice = completion.choices[0]
    if choice.error:
        raise _told(choice.error)
    if choice.message is None:
        raise WireFault("a chat completion without a message")
    message = choice.message
    text, thought = _texts(message.content)
    calls = _calls(message, body)
    return Reply(
        text=text or _texts(message.refusal)[0],
        calls=calls,
        finish=_finish(choice.finish_reason, bool(calls)),
        usage=_usage(completion.usage),
        thought=_texts(message.reasoning_content)[0] or _texts(message.reasoning)[0] or thought,
    )


def read_models(body: bytes) -> list[str]:
    """The names in the body of a list of models, in its order.

    Raises:
        WireFault: it is no such list.
    """
    try:
        return [served.id for served in _models.decode(body).data]
    except _UNREADABLE as error:
        raise WireFault(f"not a list of models: {error}") from None


def told(body: bytes) -> str:
    """What a server says is wrong, from the body of an error in any of the usual shapes; "" if it says nothing."""
    try:
        error = msgspec.json.decode(body)
    except _UNREADABLE:
        return body.decode(errors="replace")
    return str(_told(error))


def _told(error: Any) -> WireFault:
    """An error object: {"error": {"message", "code"}}, {"message"}, {"detail"}, or text."""
    status = 0
    while isinstance(error, dict):
        status = _status(error.get("code")) or _status(error.get("status")) or status
        inner = next((error[key] for key in ("error", "message", "detail", "msg") if error.get(key)), None)
        if inner is None:
            break
        words = [str(error[key]) for key in ("code", "type") if isinstance(error.get(key), str)]
        if isinstance(inner, str) and words:
            return WireFault(f"{inner} ({', '.join(words)})", status)
        error = inner
    return WireFault(error if isinstance(error, str) else _encoder.encode(error).decode(), status)


def _status(value: Any) -> int:
    return value if type(value) is int and 400 <= value < 600 else 0


def _texts(content: Any) -> tuple[str, str]:
    """Text and reasoning of a content: text, null, or a list of parts."""
    if isinstance(content, str):
        return content, ""
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list):
        return "", ""
    text, thought = [], []
    for part in content:
        if isinstance(part, str):
            text.append(part)
        elif isinstance(part, dict) and part.get("type") in ("thinking", "reasoning"):
            thought.append(_texts(part.get("thinking") or part.get("reasoning") or part.get("text"))[0])
        elif isinstance(part, dict):
            text.append(_texts(part.get("text") or part.get("refusal"))[0])
    return "".join(text), "".join(thought)


def _calls(message: _Message, body: bytes) -> tuple[Call, ...]:
    written = [call for call in message.tool_calls or () if call.function is not None]
    if not written and message.function_call is not None:
        written = [_Call(function=message.function_call)]
    calls: list[Call] = []
    for index, call in enumerate(written):
        function = call.function or _Function()
        given = "" if call.id is None else str(call.id)
        if not given or any(given == other.id for other in calls):
            given = f"call_{sha256(body).hexdigest()[:12]}_{index}"
        calls.append(Call(id=given, name=str(function.name or ""), arguments=_arguments(function.arguments)))
    return tuple(calls)


def _arguments(written: Any) -> str:
    if isinstance(written, str):
        return written or "{}"
    return "{}" if written is None else _encoder.encode(written).decode()


def _finish(reason: Any, has_calls: bool) -> str:
    if isinstance(reason, str) and reason:
        return "tool_calls" if reason == "function_call" else reason
    return "tool_calls" if has_calls else "stop"


def _usage(usage: _Usage | None) -> Usage:
    return (
        Usage()
        if usage is None
        else Usage(prompt=_count(usage.prompt_tokens), completion=_count(usage.completion_tokens))
    )


def _count(number: Any) -> int:
    return int(number) if isinstance(number, int | float) and number > 0 else 0
