from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interplay.engine.models.exchange import Request, Said
from interplay.engine.models.fingerprint import Beginning, Fingerprints

messages = st.lists(
    st.builds(
        lambda role, content: Said(role=role, content=content),
        st.sampled_from(["user", "assistant"]),
        st.text(max_size=3),
    ),
    max_size=4,
).map(tuple)
tools = st.sampled_from([(), ({"name": "look"},), ({"name": "look"}, {"name": "act"})])
requests = st.builds(
    lambda messages, tools, schema, temperature: Request(
        messages=messages, tools=tools, schema=schema, temperature=temperature
    ),
    messages,
    tools,
    st.sampled_from([None, {}, {"type": "object"}]),
    st.sampled_from([None, 0.0, 1.0]),
)


@given(st.lists(st.tuples(requests, st.integers(0, 3)), max_size=8))
def test_a_hash_depends_on_the_question_alone_and_not_on_those_before_it(asked: list[tuple[Request, int]]) -> None:
    beginning = Beginning("small")
    units = [Fingerprints(beginning), Fingerprints(beginning)]
    for request, seed in asked:
        one = units[seed % 2]
        assert one.of(request, seed) == Fingerprints(Beginning("small")).of(request, seed)


@given(requests, requests, st.integers(0, 1), st.integers(0, 1))
def test_different_questions_have_different_hashes(a: Request, b: Request, seed: int, other: int) -> None:
    one = Fingerprints(Beginning("small"))
    assert (one.of(a, seed) == one.of(b, other)) is (a == b and seed == other)


@given(requests)
def test_the_model_and_what_else_is_sent_count_for_the_hash(request: Request) -> None:
    ways = [("small", None), ("large", None), ("small", {"top_p": 0.5})]
    assert len({Fingerprints(Beginning(model, extra)).of(request, 0) for model, extra in ways}) == 3


def test_a_temperature_of_0_is_the_same_question_however_it_is_spelt_and_whoever_asks_first() -> None:
    whole, real = (Request(messages=(Said(role="user", content="a"),), temperature=each) for each in (0, 0.0))
    alone = Fingerprints(Beginning("m")).of(real, 1)
    beginning = Beginning("m")
    assert Fingerprints(beginning).of(whole, 1) == alone
    assert Fingerprints(beginning).of(real, 1) == alone
