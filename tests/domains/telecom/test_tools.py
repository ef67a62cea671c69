"""What the company's agent may do, and what shows of it on the phone."""

from __future__ import annotations

import json
from contextlib import suppress

import msgspec
import pytest

from interplay.domains.telecom import DOMAIN
from interplay.domains.telecom.integrity import check
from interplay.domains.telecom.rows import HUMAN_TABLES, MINE, CustomerId, TelecomDatabase
from interplay.engine.database import Base
from interplay.engine.errors import DataError, Refusal


def test_a_customer_is_found_by_their_own_number_and_by_that_of_a_line(world):
    for number in ("555-700-0001", "555-700-0007", "555-700-0008"):
        assert json.loads(world.agent("get_customer_by_phone", phone_number=number).content)["customer_id"] == "C7"
    assert world.agent("get_customer_by_phone", phone_number="555-000-0000").refusal == "customer_unknown"


def test_a_name_finds_everybody_of_that_name_born_that_day(world):
    found = world.agent("get_customer_by_name", full_name="ada byrne", dob="1990-12-10").content
    assert [each["customer_id"] for each in json.loads(found)] == ["C7"]
    assert world.agent("get_customer_by_name", full_name="Ada Byrne", dob="1990-12-11").content == "[]"


@pytest.mark.parametrize("id_", ["C7", "L7", "P7", "D7", "B70"])
def test_anything_that_has_an_id_is_looked_up_by_it(world, id_):
    assert id_ in json.loads(world.agent("get_details_by_id", id=id_).content).values()
    assert world.agent("get_details_by_id", id=id_ + "0").refusal == "id_unknown"


def test_bills_are_listed_the_latest_first(world):
    every = json.loads(world.agent("get_bills_for_customer", customer_id="C7").content)
    assert [each["bill_id"] for each in every] == ["B72", "B71", "B70"]
    assert len(json.loads(world.agent("get_bills_for_customer", customer_id="C7", limit=1).content)) == 1
    assert world.agent("get_bills_for_customer", customer_id="C7", limit=0).refusal == "bad_limit"


def test_the_period_of_data_usage_ends_with_the_worlds_month(world):
    usage = json.loads(world.agent("get_data_usage", customer_id="C7", line_id="L7").content)
    assert usage["cycle_end_date"] == "2031-02-28"
    assert (usage["data_used_gb"], usage["data_limit_gb"]) == (3.0, 10.0)


def test_a_suspended_line_loses_service_at_the_next_search_and_has_it_again_once_resumed(world):
    line = json.loads(world.agent("suspend_line", customer_id="C7", line_id="L7", reason="lost phone").content)["line"]
    assert (line["status"], line["suspension_start_date"]) == ("Suspended", "2031-02-17")
    assert world.agent("suspend_line", customer_id="C7", line_id="L7", reason="again").refusal == "wrong_status"
    assert "No Signal" in world.human("reboot_device").content
    line = json.loads(world.agent("resume_line", customer_id="C7", line_id="L7").content)["line"]
    assert (line["status"], line["suspension_start_date"]) == ("Active", None)
    assert world.agent("resume_line", customer_id="C7", line_id="L7").refusal == "wrong_status"
    assert "Excellent" in world.human("reboot_device").content


def test_a_line_that_waits_to_be_activated_is_resumed(world):
    assert world.agent("resume_line", customer_id="C7", line_id="L8").refusal is None


def test_roaming_is_switched_once_and_shows_on_the_phone(world):
    assert world.agent("enable_roaming", customer_id="C7", line_id="L7").content == "Roaming enabled successfully"
    assert world.around.roaming_allowed
    before = world.db.changes()
    assert "already" in world.agent("enable_roaming", customer_id="C7", line_id="L7").content
    assert world.db.changes() == before
    world.agent("disable_roaming", customer_id="C7", line_id="L7")
    assert not world.around.roaming_allowed


def test_data_is_charged_on_the_draft_at_the_plans_price(world):
    world.setup("set_data_usage", customer_id="C7", line_id="L7", data_used_gb=10.0)
    assert world.around.mobile_data_usage_exceeded
    answer = json.loads(world.agent("refuel_data", customer_id="C7", line_id="L7", gb_amount=0.7).content)
    assert answer["charge"] == "1.05"
    assert world.db.bills["B72"].total_due == 1.05
    assert world.holds("assert_data_refueling_amount", customer_id="C7", line_id="L7", expected_amount=0.7)
    assert not world.around.mobile_data_usage_exceeded
    assert world.agent("refuel_data", customer_id="C7", line_id="L7", gb_amount=0).refusal == "bad_amount"


def test_a_customer_without_a_draft_is_given_one_for_next_month(world):
    world.db.bills.put("B72", msgspec.structs.replace(world.db.bills["B72"], status="Issued"))
    world.agent("refuel_data", customer_id="C7", line_id="L7", gb_amount=2.0)
    made = world.db.bills["B73"]
    assert (made.status, made.period_start, made.period_end) == ("Draft", "2031-03-01", "2031-03-31")
    assert made.total_due == 3.0
    assert world.db.customers["C7"].bill_ids[-1] == "B73"


def test_a_bill_is_asked_for_paid_on_the_phone_and_paid_at_the_company(world):
    assert world.human("make_payment").refusal == "no_payment_request"
    assert world.agent("send_payment_request", customer_id="C7", bill_id="B72").refusal == "wrong_status"
    world.agent("send_payment_request", customer_id="C7", bill_id="B70")
    assert world.agent("send_payment_request", customer_id="C7", bill_id="B71").refusal == "already_awaiting"
    assert "B70" in world.human("check_payment_request").content
    assert not world.holds("assert_no_overdue_bill", overdue_bill_id="B70")
    assert "30.0 USD" in world.human("make_payment").content
    assert world.db.bills["B70"].status == "Paid"
    assert world.holds("assert_no_overdue_bill", overdue_bill_id="B70")
    assert world.human("make_payment").refusal == "no_payment_request"
    assert world.agent("send_payment_request", customer_id="C7", bill_id="B70").refusal == "wrong_status"


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("get_customer_by_id", {"customer_id": "C8"}, "customer_unknown"),
        ("enable_roaming", {"customer_id": "C7", "line_id": "L9"}, "line_unknown"),
        ("refuel_data", {"customer_id": "C8", "line_id": "L7", "gb_amount": 1.0}, "customer_unknown"),
        ("send_payment_request", {"customer_id": "C7", "bill_id": "B79"}, "bill_unknown"),
        ("refuel_data", {"customer_id": "C7", "line_id": "L7", "gb_amount": "some"}, "bad_arguments"),
    ],
)
def test_what_is_not_there_is_refused_and_changes_nothing(world, tool, arguments, code):
    before = world.db.changes()
    assert world.agent(tool, **arguments).refusal == code
    assert world.db.changes() == before


def test_an_overdue_bill_of_last_month_suspends_the_line_today(world):
    arguments = {"customer_id": "C7", "line_id": "L7", "new_bill_id": "B99", "contract_ended": True}
    world.setup("suspend_line_for_overdue_bill", **arguments)
    bill, line = world.db.bills["B99"], world.db.lines["L7"]
    assert (bill.period_start, bill.period_end, bill.due_date) == ("2031-01-01", "2031-01-31", "2031-01-15")
    assert (line.status, line.suspension_start_date, line.contract_end_date) == (
        "Suspended",
        "2031-02-17",
        "2031-01-31",
    )
    assert not world.around.line_active
    with pytest.raises(Refusal):
        world.setup("suspend_line_for_overdue_bill", **{**arguments, "new_bill_id": "B98"})


def test_neither_side_reads_or_writes_the_others_tables(company):
    def seen(tool, db):
        with suppress(Refusal):
            tool.run(db, ARGUMENTS.get(tool.name, {}))
        return {name for name in TelecomDatabase.row_types() if name in db.__dict__}

    for tool in DOMAIN.tools.values():
        assert not seen(tool, company.fork()) & HUMAN_TABLES, tool
    for tool in DOMAIN.tools.human.values():
        assert seen(tool, company.fork()) <= HUMAN_TABLES, tool


def test_a_phone_whose_number_is_no_line_is_left_as_it_is(company):
    db = company.fork()
    db.surroundings.put(MINE, msgspec.structs.replace(db.surroundings[MINE], phone_number=None))
    before = db.changes()
    DOMAIN.sync(db)
    assert db.changes() == before


def test_rows_that_do_not_fit_together_are_told(company):
    def with_row(table: str, key: str, **fields: object) -> Base[TelecomDatabase]:
        tables = {name: dict(each.rows) for name, each in company.tables.items()}
        tables[table][key] = msgspec.structs.replace(tables[table][key], **fields)
        return Base(TelecomDatabase, tables)

    for table, key, fields, told in (
        ("lines", "L7", {"plan_id": "P9"}, "plans.json"),
        ("bills", "B70", {"customer_id": CustomerId("C9")}, "customers.json"),
        ("customers", "C7", {"line_ids": ("L9",)}, "lines.json"),
        ("clock", "today", {"today": "soon"}, "YYYY-MM-DD"),
        ("surroundings", "mine", {"phone_number": "1"}, "that of a line"),
    ):
        with pytest.raises(DataError, match=told):
            check(with_row(table, key, **fields))


MINE_AND_LINE = {"customer_id": "C7", "line_id": "L7"}
ARGUMENTS = {
    "suspend_line": {**MINE_AND_LINE, "reason": "lost"},
    "resume_line": MINE_AND_LINE,
    "get_data_usage": MINE_AND_LINE,
    "enable_roaming": MINE_AND_LINE,
    "disable_roaming": MINE_AND_LINE,
    "refuel_data": {**MINE_AND_LINE, "gb_amount": 1.0},
    "send_payment_request": {"customer_id": "C7", "bill_id": "B70"},
    "get_bills_for_customer": {"customer_id": "C7"},
    "get_customer_by_id": {"customer_id": "C7"},
    "get_customer_by_phone": {"phone_number": "555-700-0008"},
    "get_customer_by_name": {"full_name": "Ada Byrne", "dob": "1990-12-10"},
    "get_details_by_id": {"id": "C7"},
    "transfer_to_human_agents": {"summary": "no"},
    "set_network_mode_preference": {"mode": "3g_only"},
    "set_apn_settings": {"apn_settings": {}},
    "grant_app_permission": {"app_name": "browser", "permission": "sms"},
    "check_app_status": {"app_name": "browser"},
    "check_app_permissions": {"app_name": "browser"},
}
