"""Every recorded task of the newer public airline benchmark, on its edition of our airline."""

import json

import pytest
from tests.conformance.recorded import parameters, tallied, told

from interplay.domains.airline import DOMAIN
from interplay.engine.environment import Environment
from interplay.engine.messages import ToolCall
from interplay.engine.replaying.stage import Stage

EDITION = DOMAIN.editions["tau2"]


@pytest.fixture(scope="module")
def stage(conformance_kit) -> Stage:
    return Stage(DOMAIN, conformance_kit / "tau2" / "airline")


@pytest.mark.recordings("golden/tau2_airline*.jsonl")
def test_every_recorded_task_answers_and_ends_as_it_was_recorded(stage, recording):
    tally = tallied(stage, recording)
    assert tally.compared[1] > 0
    assert tally.agrees, told(tally)


def test_the_edition_has_the_recorded_tools_and_parameters(conformance_kit):
    recorded = json.loads((conformance_kit / "tau2" / "airline" / "tools.json").read_bytes())
    assert parameters(EDITION.domain.tools.schemas) == parameters(recorded)


def test_its_data_are_saved_as_they_are_read(stage, tmp_path):
    EDITION.write(stage.base, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["db.json"]
    assert EDITION.read(tmp_path).digest() == stage.base.digest()


def test_every_day_of_every_flight_has_a_status(stage):
    environment = Environment(EDITION.domain.tools, stage.base.fork())
    found = set()
    for number, flight in environment.db.flights.items():
        for date in flight.dates:
            arguments = {"flight_number": number, "date": date}
            found.add(environment.apply(ToolCall(call_id="0", tool="get_flight_status", arguments=arguments)).content)
    assert found == {"available", "on time", "delayed", "flying", "landed", "cancelled"}
