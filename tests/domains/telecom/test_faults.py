"""Faults: each alone, and put together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.telecom.patient import GIGABYTES, TOOLS, Patient

from interplay.domains.telecom.faults import (
    BY_NAME,
    FAULTS,
    ROAMING_IN_ORDER,
    Fault,
    Step,
    Trouble,
    beginning,
    choices,
    compose,
)
from interplay.domains.telecom.scenarios.trouble import NOTICED
from interplay.engine.errors import BlueprintError

MENDABLE = [fault for fault in FAULTS if not fault.beyond]
BEYOND = [fault for fault in FAULTS if fault.beyond]
RIVALS = [(one, other) for one, other in combinations(FAULTS, 2) if one.aspect == other.aspect]
PLACES = [(trouble, abroad) for trouble in NOTICED for abroad in (False, True)]


def alone(fault: Fault) -> Patient:
    return Patient([fault], abroad=fault.where == "abroad")


def name(value: Any) -> str:
    return value.name if isinstance(value, Fault) else str(value)


@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_a_fault_makes_the_troubles_that_it_says_and_no_other(fault: Fault) -> None:
    assert alone(fault).troubles == fault.makes


@pytest.mark.parametrize("abroad", [False, True])
def test_without_a_fault_there_is_no_trouble_at_home_or_abroad(abroad: bool) -> None:
    assert Patient([], abroad=abroad).troubles == set()
    assert Patient([]).troubles == set()


@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_looking_for_a_fault_shows_it(fault: Fault) -> None:
    assert fault.looked_at
    in_order = Patient([], abroad=fault.where == "abroad")
    assert alone(fault).look(fault) != in_order.look(fault)


@pytest.mark.parametrize("fault", FAULTS, ids=name)
def test_looking_changes_nothing(fault: Fault) -> None:
    for step in fault.looked_at:
        assert not TOOLS.of(step.by)[step.tool].writes


@pytest.mark.parametrize("fault", MENDABLE, ids=name)
def test_the_steps_of_a_fault_put_it_right_and_what_is_seen_holds_only_then(fault: Fault) -> None:
    patient = alone(fault)
    assert fault.seen is None or not patient.shows(fault.seen)
    patient.mend([fault])
    assert patient.troubles == set()
    assert fault.seen is None or patient.shows(fault.seen)


@pytest.mark.parametrize("fault", [fault for fault in MENDABLE if len(fault.mended) > 1], ids=name)
def test_no_step_of_a_fault_can_be_left_out(fault: Fault) -> None:
    for at in range(len(fault.mended)):
        patient = alone(fault)
        for step in (*fault.mended[:at], *fault.mended[at + 1 :]):
            patient.do(step)
        unpaid = not patient.holds("assert_no_overdue_bill", {"overdue_bill_id": patient.bill})
        assert patient.troubles or unpaid, fault.mended[at]


def test_what_the_company_grants_is_seen_in_its_own_data() -> None:
    spent, owing = BY_NAME["data_used_up"], BY_NAME["bill_overdue"]
    for fault, tool, more in (
        (spent, "assert_data_refueling_amount", {"expected_amount": GIGABYTES}),
        (owing, "assert_no_overdue_bill", {}),
    ):
        patient = alone(fault)
        arguments = {**patient.line, **more} if more else {"overdue_bill_id": patient.bill}
        assert not patient.holds(tool, arguments)
        patient.mend([fault])
        assert patient.holds(tool, arguments)


@pytest.mark.parametrize("fault", BEYOND, ids=name)
def test_what_only_a_person_can_see_to_is_mended_by_nothing_that_the_customer_can_do(fault: Fault) -> None:
    patient = alone(fault)
    for tool in ("reseat_sim_card", "reset_apn_settings", "reboot_device", "toggle_airplane_mode"):
        patient.do(Step("human", tool))
    patient.do(Step("human", "toggle_airplane_mode"))
    assert patient.troubles == fault.makes


# Several together


@st.composite
def compositions(draw: st.DrawFn) -> tuple[Trouble, bool, tuple[Fault, ...]]:
    """A trouble, whether the customer is abroad, and faults that go together."""
    trouble, abroad = draw(st.sampled_from(PLACES))
    aspects: dict[str, list[Fault]] = {}
    for fault in choices(trouble, abroad=abroad, beyond=False):
        aspects.setdefault(fault.aspect, []).append(fault)
    taken = draw(st.sets(st.sampled_from(sorted(aspects)), min_size=1))
    names = [draw(st.sampled_from(aspects[aspect])).name for aspect in sorted(taken)]
    return trouble, abroad, compose(trouble, draw(st.permutations(names)), abroad=abroad)


@settings(max_examples=120)
@given(compositions())
def test_any_composition_is_mended_by_its_steps_in_the_order_in_which_one_looks(
    composed: tuple[Trouble, bool, tuple[Fault, ...]],
) -> None:
    trouble, abroad, faults = composed
    patient = Patient(faults, abroad=abroad)
    assert patient.has(trouble)
    patient.mend(faults)
    assert not patient.has(trouble)
    assert all(patient.shows(fault.seen) for fault in faults if fault.seen is not None)


@settings(max_examples=80)
@given(compositions(), st.data())
def test_no_composition_is_mended_by_the_steps_of_fewer_faults(
    composed: tuple[Trouble, bool, tuple[Fault, ...]], data: st.DataObject
) -> None:
    trouble, abroad, faults = composed
    fewer = [tuple(f for f in faults if f is not left) for left in faults]
    fewer.append(data.draw(st.sampled_from(fewer))[1:])
    for some in fewer:
        patient = Patient(faults, abroad=abroad)
        patient.mend(fault for fault in faults if fault in some)
        assert patient.has(trouble), [fault.name for fault in some]


def test_a_composition_stands_in_the_order_of_the_faults_however_it_is_named() -> None:
    names = ["slow_vpn", "airplane_mode", "data_off"]
    assert [fault.name for fault in compose("data", names, abroad=False)] == ["airplane_mode", "data_off", "slow_vpn"]


def test_abroad_roaming_is_in_order_where_it_is_not_what_is_wrong() -> None:
    saver, roaming = BY_NAME["data_saver"], BY_NAME["roaming_off_on_both"]
    assert beginning([saver], abroad=True) == (*ROAMING_IN_ORDER, *saver.made)
    assert beginning([saver], abroad=False) == saver.made
    assert beginning([roaming, saver], abroad=True) == (*roaming.made, *saver.made)


CONTRADICTIONS: list[tuple[Trouble, list[str], bool, str]] = [
    ("data", ["data_of"], False, "no fault 'data_of'; faults are airplane_mode, .*data_off"),
    ("data", [], False, "no fault was named"),
    ("service", ["sim_loose", "sim_locked"], False, "both faults of the sim; .* leave one out"),
    ("mms", ["access_point", "picture_server"], False, "both faults of the apn"),
    ("service", ["bill_overdue", "contract_ended"], False, "both faults of the contract"),
    ("data", ["roaming_off_on_line", "roaming_off_on_both"], True, "both faults of the roaming"),
    ("service", ["data_saver"], False, r"data_saver makes no trouble of the kind 'service', but \['data'\]"),
    ("data", ["data_off", "wifi_calling"], False, "wifi_calling makes no trouble of the kind 'data'"),
    ("data", ["roaming_off_on_phone"], False, "roaming_off_on_phone shows only abroad"),
    ("service", ["bill_overdue"], True, "bill_overdue shows only home"),
]


@pytest.mark.parametrize(("trouble", "names", "abroad", "said"), CONTRADICTIONS)
def test_a_contradiction_is_refused_and_says_what_contradicts_what(
    trouble: Trouble, names: list[str], abroad: bool, said: str
) -> None:
    with pytest.raises(BlueprintError, match=said) as found:
        compose(trouble, names, abroad=abroad)
    assert found.value.check == "composition"


@pytest.mark.parametrize(("one", "other"), RIVALS, ids=name)
def test_two_faults_of_one_aspect_never_go_together(one: Fault, other: Fault) -> None:
    for trouble in one.makes & other.makes:
        for abroad in (False, True):
            with pytest.raises(BlueprintError):
                compose(trouble, [one.name, other.name], abroad=abroad)


def possible(trouble: Trouble, faults: Sequence[Fault], *, abroad: bool) -> bool:
    try:
        compose(trouble, [fault.name for fault in faults], abroad=abroad)
    except BlueprintError:
        return False
    return True


def counted(trouble: Trouble, *, abroad: bool) -> int:
    """How many compositions there are: of each aspect one fault or none, and not none of all."""
    aspects: dict[str, int] = {}
    for fault in choices(trouble, abroad=abroad, beyond=False):
        aspects[fault.aspect] = aspects.get(fault.aspect, 0) + 1
    return prod(count + 1 for count in aspects.values()) - 1


def test_a_dozen_and_a_half_faults_compose_thousands_of_tasks() -> None:
    found = {(trouble, abroad): counted(trouble, abroad=abroad) for trouble, abroad in PLACES}
    assert found == {
        ("service", False): 15,
        ("service", True): 7,
        ("data", False): 511,
        ("data", True): 1023,
        ("mms", False): 1535,
        ("mms", True): 3071,
    }
    assert len(FAULTS) == 18
    assert sum(found.values()) == 6162
    pool = choices("data", abroad=False, beyond=False)
    subsets = chain.from_iterable(combinations(pool, size) for size in range(len(pool) + 1))
    assert sum(possible("data", subset, abroad=False) for subset in subsets) == found["data", False]
