"""Phone: what the customer may do with the phone in their hand.

Sixteen tools look, fourteen change something. Each reads and writes the customer's side alone. What they
answer and change is what the recordings of the public benchmark show; where it records nothing, it is ours.
"""

from __future__ import annotations

from typing import Any

from interplay.domains.telecom.tools.phone.access import check_apn_settings, reset_apn_settings, set_apn_settings
from interplay.domains.telecom.tools.phone.apps import (
    can_send_mms,
    check_app_permissions,
    check_app_status,
    check_installed_apps,
    grant_app_permission,
)
from interplay.domains.telecom.tools.phone.data import (
    check_data_restriction_status,
    toggle_data,
    toggle_data_saver_mode,
    toggle_roaming,
)
from interplay.domains.telecom.tools.phone.network import (
    check_network_mode_preference,
    check_network_status,
    check_status_bar,
    run_speed_test,
    set_network_mode_preference,
)
from interplay.domains.telecom.tools.phone.payment import check_payment_request, make_payment
from interplay.domains.telecom.tools.phone.radio import (
    check_sim_status,
    reboot_device,
    reseat_sim_card,
    toggle_airplane_mode,
)
from interplay.domains.telecom.tools.phone.vpn import check_vpn_status, connect_vpn, disconnect_vpn
from interplay.domains.telecom.tools.phone.wifi import (
    check_wifi_calling_status,
    check_wifi_status,
    toggle_wifi,
    toggle_wifi_calling,
)
from interplay.engine.tools import Tool

HUMAN_TOOLS: tuple[Tool[..., Any], ...] = (
    check_status_bar,
    check_network_status,
    check_network_mode_preference,
    set_network_mode_preference,
    run_speed_test,
    toggle_airplane_mode,
    check_sim_status,
    reseat_sim_card,
    toggle_data,
    toggle_roaming,
    check_data_restriction_status,
    toggle_data_saver_mode,
    check_apn_settings,
    set_apn_settings,
    reset_apn_settings,
    check_wifi_status,
    toggle_wifi,
    check_wifi_calling_status,
    toggle_wifi_calling,
    check_vpn_status,
    connect_vpn,
    disconnect_vpn,
    check_installed_apps,
    check_app_status,
    check_app_permissions,
    grant_app_permission,
    can_send_mms,
    reboot_device,
    check_payment_request,
    make_payment,
)
"""In the order of the recordings."""
