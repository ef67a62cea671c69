"""Hostile: runs whose every text means harm, for whoever shows it.

Everything in a run's records may have been written by a model or a stranger. Here all of it is script, markup, links,
template syntax and characters that terminals and bidirectional text obey.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from interplay.domains.retail import DOMAIN
from interplay.engine.blueprint import Action, Assertion, Blueprint, Duty, Fact, Goal, Output, Persona
from interplay.engine.conversation import Failed, Stopped
from interplay.engine.deliberation import Deliberation, Draft
from interplay.engine.forge.assignment import Finding
from interplay.engine.forge.difficulty import Difficulty
from interplay.engine.forge.probing import Probe
from interplay.engine.forge.record import BlueprintRecord, Rejected
from interplay.engine.forge.review import Review
from interplay.engine.messages import MAX_MESSAGE_CHARACTERS, AgentMessage, HumanMessage, ToolCall, ToolResult, encoder
from interplay.engine.policy import Violation
from interplay.engine.run import Run, RunConfig
from interplay.engine.seeds import Seed
from interplay.engine.trajectory import Faulted, Outcome, Scored, Trajectory, Trials, Unresolved
from interplay.engine.turns import TurnVerdict
from interplay.engine.verifier import Discrepancy, FalseClaim, Unmet, Verdict

FLAG = "pwned"
"""What the script in these texts sets on `window`."""
_SET = f"window.{FLAG}=document.title||1"
MARKUP = (
    f"<script>{_SET}</script>",
    f"</script><script>{_SET}</script>",
    f'<img src=x onerror="{_SET}">',
    f"</title></style></textarea></noscript></template><svg onload={_SET}>",
    f"\"><details open ontoggle={_SET}>'><input autofocus onfocus={_SET}>",
    f"' onmouseover='{_SET}' style='display:none",
    f"`-{_SET}-`;'-{_SET}-';\"-{_SET}-\"",
    f'<iframe srcdoc="<script>parent.{FLAG}=1</script>"></iframe><object data=x></object><embed src=x>',
    "<style>* { display: none !important; background: url(http://evil.test/css) }</style>",
    "<link rel=stylesheet href=http://evil.test/x.css><base href=http://evil.test/>",
    '<meta http-equiv="refresh" content="0;url=http://evil.test/">',
    f'<a href="javascript:{_SET}">look</a> [look](javascript:{_SET}) javascript:{_SET}',
    "<form action=http://evil.test/><button autofocus>go</button></form>",
    f"--><script>{_SET}</script><!-- ]]><script>{_SET}</script><![CDATA[",
    "{{7*7}} {% raw %}{{ self }} ${7*7} #{7*7} <%= 7*7 %> %s %(x)s {0}",
    "&lt;b&gt; &amp; &#x3c;script&#x3e; %3Cscript%3E \\u003cscript\\u003e",
    "data: x\n\nevent: message\ndata: {}\n\n",
)
"""Texts that an HTML page, a template or an event stream may take for its own."""
OBEYED = (
    "\x1b[31;5mred\x1b[0m \x1b]0;owned\x07 \x1b[2J\x9b31m\x9d0;owned\x9c \x00\x08\x08\x7f\r "
    "\u202eback\u202c \u2066iso\u2069 \ufeff\u2028\u2029\u200b"
)
"""Characters that a terminal, a line or bidirectional text obeys."""
TEXT = "\n".join([*MARKUP, OBEYED])
LINE = " ".join([*MARKUP[:4], *MARKUP[11:12], *MARKUP[14:15], OBEYED])
"""The same for what is a name and not a text."""
NAME = f"<img src=x onerror={FLAG}=1>\x1b[31;5m\u202e'\"&{{{{7*7}}}}%00#?"
"""Name of a run's directory; no slash, and else whatever a file system allows."""
DOCUMENTS = (
    '{"a":"\\ud800"}',
    "[" * 20_000,
    "9" * 5_000,
    "1e999",
    "NaN",
    '{"a":1,"a":2}',
    '{"__proto__":{"pwned":1},"constructor":{"prototype":{"pwned":1}}}',
    "[" + ",".join(["[]"] * 3_000) + "]",
    '"' + "\\u0000" * 100 + '"',
    "\ufeff{}",
    "",
)
"""What a tool may answer and a reader of JSON may choke on."""
LONG = f"<b>{'long ' * 39_990}</b>"
BASE = DOMAIN.generate(Seed.root(5).child("data"), 20)
USER = next(iter(BASE.fork().table("users")))


def make_hostile(directory: Path) -> Path:
    """A directory that holds one run, which holds nothing good.

    Returns:
        The directory; the run's own name is hostile, too.
    """
    assert len(LONG) < MAX_MESSAGE_CHARACTERS
    outcomes = tuple(_outcomes())
    settings = {"asked": {LINE: TEXT, "play": {"trials": 2}}, LINE: TEXT, "data": {LINE: LINE}}
    config = RunConfig(domain=DOMAIN.name, seed=1, units=len(outcomes) + 2, versions={LINE: LINE}, settings=settings)
    with Run.create(directory / NAME, config, BASE).writing() as writing:
        for unit, outcome in enumerate(outcomes):
            record = BlueprintRecord(
                unit=unit,
                blueprint=_blueprint(unit),
                parents=(LINE, LINE),
                sampled=(LINE,),
                difficulty=Difficulty(reads=1, writes=1, depth=1, entities=1, rules=1, hidden=1),
                reviews=(_review(),),
                probe=Probe(flaw=LINE, reviews=(_review(),)),
                rejected=(_rejected(),),
            )
            trials = Trials(unit, _id(unit), (_trajectory(unit, outcome, 0), _trajectory(unit, outcome, 1)))
            writing.blueprints.write(unit, encoder.encode(record))
            writing.trajectories.write(unit, encoder.encode(trials))
        unit = len(outcomes)
        failed = BlueprintRecord(unit=unit, rejected=(_rejected(),), failure=TEXT, provider=True)
        nobody = Trajectory(unit, "", "", None, Unresolved(TEXT), ())
        writing.blueprints.write(unit, encoder.encode(failed))
        writing.trajectories.write(unit, encoder.encode(Trials(unit, "", (nobody,))))
        # the last unit is never done, so the run is one that is being written
    return directory


def _id(unit: int) -> str:
    return f"retail-{unit}{LINE}"


def _outcomes() -> Iterator[Outcome]:
    yield Scored(_verdict(), "agent")
    yield Scored(_verdict(), "human")
    yield Faulted("agent", "error", TEXT, TEXT)
    yield Scored(Verdict(1.0, True, True, True, True, 1.0))


def _verdict() -> Verdict:
    pointer = f"/users/{LINE.replace('~', '~0').replace('/', '~1')}/name"
    return Verdict(
        reward=0.0,
        state=False,
        outputs=False,
        duties=False,
        policy=False,
        progress=0.0,
        discrepancies=(
            Discrepancy("different", pointer, {LINE: TEXT}, [TEXT], 3),
            Discrepancy("missing", pointer, expected=TEXT),
            Discrepancy("extra", pointer, found=TEXT, message=5),
        ),
        untold=(TEXT, LINE),
        unmet=(Unmet("refuse", TEXT),),
        violations=(Violation(LINE, LINE, 3, TEXT), Violation(LINE, LINE, 5, LINE)),
        false_claims=(FalseClaim(1, MARKUP[0]), FalseClaim(1, TEXT)),
        assertions=False,
        unmet_assertions=(f"{LINE}({LINE})",),
        asides=(Discrepancy("extra", pointer, found=TEXT),),
        turns=(TurnVerdict(0, False, False, True, (pointer,), (LINE,)), TurnVerdict(1, False, False, False)),
    )


def _trajectory(unit: int, outcome: Outcome, trial: int) -> Trajectory:
    address = {"address1": TEXT, "address2": LINE, "city": LINE, "country": LINE, "state": LINE, "zip": "12345"}
    own = {"user_id": USER, **address}
    calls = [
        (ToolCall(call_id=f"{at} {LINE}", tool="think", arguments={"thought": text}), text)
        for at, text in enumerate((*DOCUMENTS, LONG))
    ]
    messages = (
        HumanMessage(text=TEXT),
        AgentMessage(text=f"{TEXT} {MARKUP[0]}", thought=TEXT),
        HumanMessage(text=LONG),
        ToolCall(call_id=LINE, tool="modify_user_address", arguments=own, thought=TEXT),
        ToolResult(call_id=LINE, content=TEXT, refusal=LINE),
        ToolCall(call_id="x" + LINE, tool=LINE, arguments={LINE: TEXT, "list": [TEXT, {LINE: LINE}]}),
        ToolResult(call_id="x" + LINE, content=f'{{"html": {encoder.encode(TEXT).decode()}}}'),
        ToolCall(call_id="y" + LINE, tool=LINE, arguments={}, by="human"),
        ToolResult(call_id="y" + LINE, content=TEXT, by="human"),
        *(each for call, text in calls for each in (call, ToolResult(call_id=call.call_id, content=text))),
        AgentMessage(text=TEXT, final=True),
        HumanMessage(text="", stop="denied"),
    )
    drafts = (Draft(text=TEXT, struck=TEXT, critique=TEXT), Draft(text=TEXT, stop="denied", agreement=1.0))
    return Trajectory(
        unit=unit,
        blueprint=_id(unit),
        seed=LINE,
        ending=Failed("agent", TEXT, TEXT, LINE) if isinstance(outcome, Faulted) else Stopped("denied"),
        outcome=outcome,
        messages=messages,
        trial=trial,
        deliberations=(Deliberation(turn=0, drafts=drafts, chosen=0),),
    )


def _blueprint(unit: int) -> Blueprint:
    user = USER
    address = {"address1": LINE, "address2": "", "city": TEXT, "country": LINE, "state": LINE, "zip": "12345"}
    return Blueprint(
        id=_id(unit),
        domain=DOMAIN.name,
        instruction=TEXT,
        persona=Persona(name=LINE, description=TEXT),
        facts=(Fact(key=LINE, values=(LINE,), say=TEXT, question=TEXT, cues=(LINE,), goal="g"),),
        goals=(Goal(id="g", kind="write", wish=TEXT, signs=(LINE,), revision=TEXT, insistence=TEXT, story=TEXT),),
        actions=(
            Action(tool="modify_user_address", arguments={"user_id": user, **address}, goal="g", origins={LINE: LINE}),
        ),
        outputs=(Output(value=LINE, statement=TEXT, goal="g"),),
        duties=(Duty(kind="refuse", goal="g", statement=TEXT),),
        assertions=(Assertion(tool=LINE, arguments={LINE: TEXT}),) if unit == 1 else (),
        traits=(LINE,),
        rows={"users": {LINE: None}} if unit == 2 else {},
    )


def _review() -> Review:
    return Review(reviewer=LINE, correctness=3, reason=TEXT)


def _rejected() -> Rejected:
    return Rejected(
        task=0,
        attempt=0,
        findings=(Finding(stage="checks", check=LINE, text=TEXT, by=LINE),),
        candidate=_blueprint(0),
        reviews=(_review(),),
        parents=(LINE,),
        sampled=(LINE,),
    )
