"""Faults: what can be wrong with a phone or with its line, each by itself.

A fault is how it is made (setups that a blueprint does before anybody speaks), how it is mended (what the
agent does, and what the customer does when they are asked to), and how one sees that it is mended: what a look
at the phone shows, or an assertion about the company's data. Each says which of the troubles that customers call
about it makes. `compose` puts several together; faults of one aspect exclude each other, for they would be made,
or mended, by undoing one another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from interplay.engine.blueprint import Check
from interplay.engine.errors import BlueprintError

Trouble: TypeAlias = Literal["service", "data", "mms"]
"""What a customer notices: no service, mobile data that is slow or dead, picture messages that do not go out."""
Where: TypeAlias = Literal["anywhere", "home", "abroad"]

MESSAGING = "messaging"
MOST_GB = 2
"""Gigabytes that are added to a line at a time, at most."""


class Step(NamedTuple):
    """A call, by the agent or by the customer; what is None among its arguments is put in later, as with `Made`."""

    by: Literal["agent", "human"]
    tool: str
    arguments: Mapping[str, Any] = {}


class Made(NamedTuple):
    """One setup; what is None among its arguments is put in when it is known who calls."""

    tool: str
    arguments: Mapping[str, Any] = {}
    by: Literal["world", "agent", "human"] = "world"


class Fault(NamedTuple):
    """One thing that is wrong."""

    name: str
    aspect: str
    """What it is a fault of; no two of one aspect go together."""
    makes: frozenset[Trouble]
    made: tuple[Made, ...]
    looked_at: tuple[Step, ...]
    """How the agent finds it."""
    mended: tuple[Step, ...]
    """How it is put right; empty where only a person can."""
    seen: Check | None
    """What a look at the phone shows when it is mended; None where the company's data shows it."""
    where: Where = "anywhere"

    @property
    def beyond(self) -> bool:
        """Whether nobody here can mend it, and a person has to see to it."""
        return not self.mended


def _do(tool: str, **arguments: Any) -> Step:
    return Step("human", tool, arguments)


def _call(tool: str, **arguments: Any) -> Step:
    return Step("agent", tool, arguments)


def _shows(tool: str, contains: str, **arguments: Any) -> Check:
    return Check(tool=tool, contains=contains, arguments=arguments)


NO_SERVICE: frozenset[Trouble] = frozenset({"service", "data", "mms"})
NO_DATA: frozenset[Trouble] = frozenset({"data", "mms"})
SLOW: frozenset[Trouble] = frozenset({"data"})
NO_PICTURES: frozenset[Trouble] = frozenset({"mms"})

_NETWORK = "check_network_status"
_LINE = _call("get_details_by_id", id=None)
_ROAMS = _shows("run_speed_test", "Speed test result")
"""Where the company granted nothing, data passes by no switch of the phone; so the phone is tried."""

FAULTS: tuple[Fault, ...] = (
    Fault(
        "airplane_mode",
        "airplane",
        NO_SERVICE,
        (Made("turn_airplane_mode_on"),),
        (_do("check_status_bar"),),
        (_do("toggle_airplane_mode"),),
        _shows(_NETWORK, "Airplane Mode: OFF"),
    ),
    Fault(
        "sim_loose",
        "sim",
        NO_SERVICE,
        (Made("unseat_sim_card"),),
        (_do("check_sim_status"),),
        (_do("reseat_sim_card"),),
        _shows("check_sim_status", "active and working"),
    ),
    Fault(
        "sim_locked",
        "sim",
        NO_SERVICE,
        (Made("lock_sim_card", {"mode": "pin"}),),
        (_do("check_sim_status"),),
        (),
        None,
    ),
    Fault(
        "access_point",
        "apn",
        NO_SERVICE,
        (Made("break_apn_settings"),),
        (_do("check_apn_settings"),),
        (_do("reset_apn_settings"), _do("reboot_device")),
        _shows("check_apn_settings", "APN Name: internet"),
    ),
    Fault(
        "bill_overdue",
        "contract",
        NO_SERVICE,
        (
            Made(
                "suspend_line_for_overdue_bill",
                {"customer_id": None, "line_id": None, "new_bill_id": None, "contract_ended": False},
            ),
            Made("simulate_network_search"),
        ),
        (_LINE, _call("get_bills_for_customer", customer_id=None)),
        (
            _call("send_payment_request", customer_id=None, bill_id=None),
            _do("make_payment"),
            _call("resume_line", customer_id=None, line_id=None),
            _do("reboot_device"),
        ),
        _shows(_NETWORK, "Connection: connected"),
        "home",
    ),
    Fault(
        "contract_ended",
        "contract",
        NO_SERVICE,
        (
            Made(
                "suspend_line_for_overdue_bill",
                {"customer_id": None, "line_id": None, "new_bill_id": None, "contract_ended": True},
            ),
            Made("simulate_network_search"),
        ),
        (_LINE,),
        (),
        None,
        "home",
    ),
    Fault(
        "data_off",
        "data",
        NO_DATA,
        (Made("turn_data_off"),),
        (_do(_NETWORK),),
        (_do("toggle_data"),),
        _shows(_NETWORK, "Mobile Data: ON"),
    ),
    Fault(
        "roaming_off_on_phone",
        "roaming",
        NO_DATA,
        (Made("turn_roaming_off"), Made("enable_roaming", {"customer_id": None, "line_id": None}, "agent")),
        (_LINE, _do(_NETWORK)),
        (_do("toggle_roaming"),),
        _shows(_NETWORK, "Data Roaming: ON"),
        "abroad",
    ),
    Fault(
        "roaming_off_on_line",
        "roaming",
        NO_DATA,
        (Made("turn_roaming_on"), Made("disable_roaming", {"customer_id": None, "line_id": None}, "agent")),
        (_LINE, _do(_NETWORK)),
        (_call("enable_roaming", customer_id=None, line_id=None),),
        _ROAMS,
        "abroad",
    ),
    Fault(
        "roaming_off_on_both",
        "roaming",
        NO_DATA,
        (Made("turn_roaming_off"), Made("disable_roaming", {"customer_id": None, "line_id": None}, "agent")),
        (_LINE, _do(_NETWORK)),
        (_call("enable_roaming", customer_id=None, line_id=None), _do("toggle_roaming")),
        _ROAMS,
        "abroad",
    ),
    Fault(
        "data_used_up",
        "allowance",
        NO_DATA,
        (Made("set_data_usage", {"customer_id": None, "line_id": None, "data_used_gb": None}),),
        (_call("get_data_usage", customer_id=None, line_id=None),),
        (_call("refuel_data", customer_id=None, line_id=None, gb_amount=None),),
        None,
    ),
    Fault(
        "data_saver",
        "saver",
        SLOW,
        (Made("turn_data_saver_mode_on"),),
        (_do("check_data_restriction_status"),),
        (_do("toggle_data_saver_mode"),),
        _shows("check_data_restriction_status", "Data Saver Mode is OFF"),
    ),
    Fault(
        "old_network",
        "preference",
        NO_DATA,
        (Made("set_network_mode_preference", {"mode": "2g_only"}, "human"),),
        (_do("check_network_mode_preference"),),
        (_do("set_network_mode_preference", mode="4g_5g_preferred"),),
        _shows("check_network_mode_preference", "4g_5g_preferred"),
    ),
    Fault(
        "slow_vpn",
        "vpn",
        SLOW,
        (Made("break_vpn"),),
        (_do("check_vpn_status"),),
        (_do("disconnect_vpn"),),
        _shows("check_vpn_status", "not connected"),
    ),
    Fault(
        "wifi_calling",
        "wifi_calling",
        NO_PICTURES,
        (Made("set_wifi_calling", {"enabled": True, "mms_over_wifi": True}),),
        (_do("check_wifi_calling_status"),),
        (_do("toggle_wifi_calling"),),
        _shows("check_wifi_calling_status", "Wi-Fi Calling is OFF"),
    ),
    Fault(
        "picture_server",
        "apn",
        NO_PICTURES,
        (Made("break_apn_mms_setting"),),
        (_do("check_apn_settings"),),
        (_do("reset_apn_settings"), _do("reboot_device")),
        _shows("check_apn_settings", "MMSC URL: http"),
    ),
    *(
        Fault(
            f"no_{permission}_permission",
            f"{permission}_permission",
            NO_PICTURES,
            (Made("remove_app_permission", {"app_name": MESSAGING, "permission": permission}),),
            (_do("check_app_permissions", app_name=MESSAGING),),
            (_do("grant_app_permission", app_name=MESSAGING, permission=permission),),
            _shows("check_app_permissions", shown, app_name=MESSAGING),
        )
        for permission, shown in (("sms", "Allowed: sms"), ("storage", "Allowed: sms, storage"))
    ),
)
"""All of them, in the order in which an employee looks for them."""

ROAMING_IN_ORDER: tuple[Made, ...] = (
    Made("turn_roaming_on"),
    Made("enable_roaming", {"customer_id": None, "line_id": None}, "agent"),
)
"""What lets somebody abroad have data, where roaming is not what is wrong."""

BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}


def compose(trouble: Trouble, names: Sequence[str], *, abroad: bool) -> tuple[Fault, ...]:
    """Faults put together, in the order in which an employee looks for them.

    Args:
        trouble: what the customer notices; each of the faults has to make it.
        names: of the faults.
        abroad: whether the customer is.
    Raises:
        BlueprintError: "composition": there is no such fault, two exclude each other, or one does not make this
            trouble or not in this place; says which and what goes together.
    """
    unknown = [name for name in names if name not in BY_NAME]
    if unknown:
        raise _contradiction(f"there is no fault {unknown[0]!r}; faults are {', '.join(BY_NAME)}")
    if not names:
        raise _contradiction("no fault was named; nothing would be wrong")
    found = tuple(fault for fault in FAULTS if fault.name in names)
    aspects: dict[str, Fault] = {}
    for fault in found:
        other = aspects.setdefault(fault.aspect, fault)
        if other is not fault:
            raise _contradiction(
                f"{other.name} and {fault.name} are both faults of the {fault.aspect}; making one undoes the other, so "
                "leave one out"
            )
        if trouble not in fault.makes:
            raise _contradiction(f"{fault.name} makes no trouble of the kind {trouble!r}, but {sorted(fault.makes)}")
        if fault.where not in ("anywhere", "abroad" if abroad else "home"):
            raise _contradiction(f"{fault.name} shows only {fault.where}, and the customer is elsewhere")
    return found


def beginning(faults: Sequence[Fault], *, abroad: bool) -> tuple[Made, ...]:
    """What makes these faults; abroad, roaming is put in order first where it is not among them.

    Args:
        faults: as `compose` gives them.
        abroad: whether the customer is.
    """
    roams = abroad and all(fault.aspect != "roaming" for fault in faults)
    return (*(ROAMING_IN_ORDER if roams else ()), *(made for fault in faults for made in fault.made))


def choices(trouble: Trouble, *, abroad: bool, beyond: bool) -> list[Fault]:
    """Faults that make a trouble in a place.

    Args:
        trouble: what the customer notices.
        abroad: whether they are.
        beyond: those that only a person can see to, or the others.
    """
    place = "abroad" if abroad else "home"
    return [f for f in FAULTS if trouble in f.makes and f.where in ("anywhere", place) and f.beyond == beyond]


def _contradiction(text: str) -> BlueprintError:
    return BlueprintError("composition", text)
