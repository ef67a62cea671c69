"""What the customer may do with their phone, and what keeps it from working."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interplay.domains.telecom import DOMAIN
from interplay.domains.telecom.rows import (
    COVERAGE,
    MINE,
    ApnSettings,
    App,
    AppName,
    Permissions,
    Phone,
    Surroundings,
    VpnDetails,
)
from interplay.domains.telecom.tools.phone.signal import (
    NOTHING,
    can_send_mms,
    grade,
    has_mobile_data,
    received,
    searched,
    speed,
)

MESSAGING = AppName("messaging")
APPS = {MESSAGING: App(app_name=MESSAGING, permissions=Permissions(sms=True, storage=True))}
GOOD = searched(Phone(app_statuses=APPS), Surroundings())
BAD_VPN = VpnDetails(server_address="x", protocol="y", server_performance="poor")

FAULTS = {
    "turn_airplane_mode_on": ("toggle_airplane_mode", {}),
    "turn_data_off": ("toggle_data", {}),
    "unseat_sim_card": ("reseat_sim_card", {}),
    "break_vpn": ("disconnect_vpn", {}),
    "turn_data_saver_mode_on": ("toggle_data_saver_mode", {}),
}
"""What makes the speed less than excellent, and what undoes it."""


def test_nothing_in_the_way_is_excellent_and_sends_pictures(world):
    assert world.human("check_status_bar").content == "Status Bar: 📶⁴ Excellent | 5G | 📱 Data Enabled | 🔋 80%"
    assert world.human("run_speed_test").content.endswith("(Excellent).")
    assert world.human("can_send_mms").content == "Your messaging app can send MMS messages."
    assert world.holds("assert_internet_speed", expected_speed=200, expected_desc="excellent")


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_alone_costs_the_excellent_speed_until_it_is_undone(world, fault):
    world.setup(fault)
    assert not world.holds("assert_internet_speed", expected_speed=200)
    tool, arguments = FAULTS[fault]
    assert world.human(tool, **arguments).refusal is None
    assert world.holds("assert_internet_speed", expected_speed=200, expected_desc="excellent")


@pytest.mark.parametrize("mode", ["4g_only", "3g_only", "2g_only"])
def test_only_the_best_network_is_excellent(world, mode):
    world.human("set_network_mode_preference", mode=mode)
    assert world.phone.network_technology_connected == f"{mode[0]}G"
    assert world.holds("assert_mobile_data_status", expected_status=True)
    assert not world.holds("assert_internet_speed", expected_speed=200)
    assert world.holds("assert_can_send_mms", expected_status=mode != "2g_only")


def test_abroad_data_needs_both_the_phones_and_the_lines_roaming(world):
    world.setup("set_user_location", abroad=True)
    assert world.holds("assert_service_status", expected_status="connected")
    assert world.holds("assert_mobile_data_status", expected_status=False)
    world.human("toggle_roaming")
    assert world.holds("assert_mobile_data_status", expected_status=False)
    world.agent("enable_roaming", customer_id="C7", line_id="L7")
    assert world.holds("assert_mobile_data_status", expected_status=True)
    world.human("toggle_roaming")
    assert world.holds("assert_mobile_data_status", expected_status=False)


def test_a_locked_card_is_not_unlocked_by_seating_it_again(world):
    world.setup("lock_sim_card", mode="pin")
    assert "PIN" in world.human("check_sim_status").content
    assert "No Signal" in world.human("reseat_sim_card").content


def test_a_broken_access_point_is_reset_at_the_next_restart(world):
    world.setup("break_apn_settings")
    assert world.holds("assert_service_status", expected_status="no_service")
    assert "broken" in world.human("check_apn_settings").content
    assert "No Signal" in world.human("reset_apn_settings").content
    assert world.human("reboot_device").content.startswith("Resetting APN settings...\nRestarting network services...")
    assert world.phone.active_apn_settings == ApnSettings()
    assert world.human("reboot_device").content.startswith("Restarting network services...")
    assert world.holds("assert_service_status", expected_status="connected")


def test_apn_settings_are_typed_in_and_what_is_left_out_is_the_usual(world):
    world.human("set_apn_settings", apn_settings={"mmsc_url": None})
    assert world.phone.active_apn_settings == ApnSettings(mmsc_url=None)
    assert world.holds("assert_can_send_mms", expected_status=False)
    assert world.human("set_apn_settings", apn_settings={"server": "x"}).refusal == "bad_arguments"


def test_picture_messages_need_their_server_both_permissions_and_no_wifi_calling(world):
    world.setup("break_apn_mms_setting")
    world.setup("set_wifi_calling", enabled=True, mms_over_wifi=True)
    for permission in ("sms", "storage"):
        world.setup("remove_app_permission", app_name="messaging", permission=permission)
    steps = (
        ("reset_apn_settings", {}),
        ("reboot_device", {}),
        ("toggle_wifi_calling", {}),
        ("grant_app_permission", {"app_name": "messaging", "permission": "sms"}),
        ("grant_app_permission", {"app_name": "messaging", "permission": "storage"}),
    )
    for tool, arguments in steps:
        assert world.human("can_send_mms").content == "Your messaging app cannot send MMS messages."
        world.human(tool, **arguments)
    assert world.human("can_send_mms").content == "Your messaging app can send MMS messages."


def test_an_app_or_permission_that_is_not_there_is_refused(world):
    assert world.human("check_app_status", app_name="maps").refusal == "app_unknown"
    refused = world.human("grant_app_permission", app_name="browser", permission="camera")
    assert (refused.refusal, "storage" in refused.content) == ("permission_unknown", True)


def test_a_vpn_is_connected_and_disconnected_once(world):
    assert world.human("disconnect_vpn").refusal == "not_connected"
    world.human("connect_vpn")
    assert world.human("connect_vpn").refusal == "already_connected"
    assert "🔒 VPN Connected" in world.human("check_status_bar").content
    assert world.holds("assert_internet_speed", expected_speed=200, expected_desc="Excellent")
    world.human("disconnect_vpn")
    assert world.human("check_vpn_status").content == "VPN: not connected."


def test_wifi_connects_where_a_known_network_is_in_reach_and_not_in_airplane_mode(world):
    assert "Wi-Fi Connected" not in world.human("toggle_wifi").content
    world.human("toggle_wifi")
    world.db.surroundings.put(MINE, msgspec.structs.replace(world.around, wifi_in_reach="good"))
    assert "Wi-Fi Connected" in world.human("toggle_wifi").content
    assert world.human("toggle_airplane_mode").content.endswith("✈️ Airplane Mode | 🔋 80%")
    assert not world.phone.wifi_connected
    world.human("toggle_airplane_mode")
    assert "signal strength: good" in world.human("check_wifi_status").content


def test_what_a_check_says_is_what_the_switches_are(world):
    world.setup("turn_data_saver_mode_on")
    world.setup("set_wifi_calling", enabled=True)
    assert "Data Saver Mode is ON" in world.human("check_data_restriction_status").content
    assert "Wi-Fi Calling is ON. MMS over Wi-Fi is OFF." in world.human("check_wifi_calling_status").content
    assert "4g_5g_preferred" in world.human("check_network_mode_preference").content
    assert "Network Type: 5G" in world.human("check_network_status").content
    assert "messaging, browser" in world.human("check_installed_apps").content
    assert "Not allowed: sms, storage, phone" in world.human("check_app_permissions", app_name="browser").content
    world.setup("turn_data_off")
    assert world.human("run_speed_test").content.startswith("Speed test failed")


def test_every_tool_of_the_customer_can_be_asked_for_in_words_of_its_own():
    asks = [tool.guidance.ask for tool in DOMAIN.tools.human.values()]
    assert len(set(asks)) == len(asks) == 30
    for tool in DOMAIN.tools.human.values():
        for group in tool.guidance.cues:
            assert any(cue in tool.guidance.ask.lower() for cue in group), tool


PHONES = st.builds(
    msgspec.structs.replace,
    st.just(GOOD),
    sim_card_missing=st.booleans(),
    airplane_mode=st.booleans(),
    data_enabled=st.booleans(),
    roaming_enabled=st.booleans(),
    data_saver_mode=st.booleans(),
    network_mode_preference=st.sampled_from(["4g_5g_preferred", "4g_only", "3g_only", "2g_only"]),
    vpn_connected=st.booleans(),
    vpn_details=st.sampled_from([None, BAD_VPN]),
    wifi_calling_enabled=st.booleans(),
    wifi_calling_mms_over_wifi=st.booleans(),
    active_apn_settings=st.sampled_from([ApnSettings(), ApnSettings(apn_name="broken"), ApnSettings(mmsc_url=None)]),
)
AROUND = st.builds(
    Surroundings,
    is_abroad=st.booleans(),
    roaming_allowed=st.booleans(),
    line_active=st.booleans(),
    mobile_data_usage_exceeded=st.booleans(),
    signal_strength=st.sets(st.sampled_from(sorted(COVERAGE))).map(lambda kinds: dict.fromkeys(kinds, "good")),
)


@given(PHONES, AROUND)
def test_a_search_settles_at_once(phone, around):
    found = searched(phone, around)
    assert searched(found, around) == found
    assert (found.network_connection_status == "connected") == (received(phone, around) != NOTHING)


@given(PHONES, AROUND)
def test_what_needs_data_has_it_and_what_is_fast_is_called_so(phone, around):
    phone = searched(phone, around)
    found = speed(phone, around)
    assert (found is not None) == has_mobile_data(phone, around)
    assert not can_send_mms(phone, around) or found is not None
    if found is not None:
        assert (grade(found) == "Excellent") == (found >= 200)


@given(PHONES, AROUND)
def test_a_hindrance_never_makes_data_faster(phone, around):
    phone = searched(phone, around)
    slower = msgspec.structs.replace(phone, vpn_connected=True, vpn_details=BAD_VPN, data_saver_mode=True)
    assert (speed(slower, around) or 0) <= (speed(phone, around) or 0)
