"""The rows of a phone company, and of one customer's phone: two sides of one world.

The company's side is `customers`, `lines`, `bills`, `plans` and `devices`, each by id, and `clock`, which
says what day it is. The customer's side is `device`, the phone in their hand, and `surroundings`, what is
true around it: where they are, and what the network grants them. Each of these three has one row. An agent
sees only the company's side, the customer only their own. Money is in dollars, data in gigabytes, a day is
written YYYY-MM-DD.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, NewType, TypeAlias

import msgspec

from interplay.engine.database import Database, Table
from interplay.engine.worldkit.rows import Row

CustomerId = NewType("CustomerId", str)
LineId = NewType("LineId", str)
BillId = NewType("BillId", str)
PlanId = NewType("PlanId", str)
DeviceId = NewType("DeviceId", str)
PhoneNumber = NewType("PhoneNumber", str)
FullName = NewType("FullName", str)
BirthDate = NewType("BirthDate", str)
AppName = NewType("AppName", str)

MINE = "mine"
"""The key of the one row of `device` and of `surroundings`."""
TODAY = "today"
"""The key of the one row of `clock`."""

Dollars: TypeAlias = Annotated[float, msgspec.Meta(description="dollars")]
Gigabytes: TypeAlias = Annotated[float, msgspec.Meta(description="gigabytes")]

AccountStatus: TypeAlias = Literal["Active", "Suspended", "Pending Verification", "Closed"]
LineStatus: TypeAlias = Literal["Active", "Suspended", "Pending Activation", "Closed"]
BillStatus: TypeAlias = Literal["Draft", "Issued", "Awaiting Payment", "Paid", "Overdue", "Disputed"]

SimStatus: TypeAlias = Literal["active", "missing", "locked_pin", "locked_puk"]
SignalStrength: TypeAlias = Literal["none", "poor", "fair", "good", "excellent"]
Technology: TypeAlias = Literal["none", "2G", "3G", "4G", "5G"]
ServiceStatus: TypeAlias = Literal["connected", "searching", "no_service", "emergency_only"]
NetworkMode: TypeAlias = Literal["4g_5g_preferred", "4g_only", "3g_only", "2g_only"]
Performance: TypeAlias = Literal["excellent", "good", "fair", "poor", "unknown"]
ApnName: TypeAlias = Literal["internet", "broken"]
Permission: TypeAlias = Literal["sms", "storage", "phone", "network"]


class Address(Row, frozen=True):
    """A postal address in the USA."""

    street: str
    city: str
    state: str
    zip_code: str


class PaymentMethod(Row, frozen=True):
    """A way to pay that the company has on file."""

    method_type: str
    account_number_last_4: str
    expiration_date: str
    """MM/YYYY."""


class Customer(Row, frozen=True):
    """Somebody with an account."""

    customer_id: CustomerId
    full_name: FullName
    date_of_birth: BirthDate
    email: str
    phone_number: PhoneNumber
    """To reach them under; not always the number of one of their lines."""
    address: Address
    account_status: AccountStatus
    created_at: str
    payment_methods: tuple[PaymentMethod, ...] = ()
    line_ids: tuple[LineId, ...] = ()
    bill_ids: tuple[BillId, ...] = ()
    last_extension_date: str | None = None
    goodwill_credit_used_this_year: Dollars = 0.0


class Line(Row, frozen=True):
    """A phone number on a plan."""

    line_id: LineId
    phone_number: PhoneNumber
    status: LineStatus
    plan_id: PlanId
    device_id: DeviceId | None = None
    data_used_gb: Gigabytes = 0.0
    data_refueling_gb: Gigabytes = 0.0
    """Bought on top of the plan's allowance for this period."""
    roaming_enabled: bool = False
    contract_end_date: str | None = None
    last_plan_change_date: str | None = None
    last_sim_replacement_date: str | None = None
    suspension_start_date: str | None = None


class LineItem(Row, frozen=True):
    """One charge, or credit, of a bill."""

    description: str
    amount: Dollars
    date: str
    item_type: str


class Bill(Row, frozen=True):
    """What a customer owes for a period."""

    bill_id: BillId
    customer_id: CustomerId
    period_start: str
    period_end: str
    issue_date: str
    total_due: Dollars
    due_date: str
    line_items: tuple[LineItem, ...] = ()
    status: BillStatus = "Draft"


class Plan(Row, frozen=True):
    """What a line may be on."""

    plan_id: PlanId
    name: str
    data_limit_gb: Gigabytes
    price_per_month: Dollars
    data_refueling_price_per_gb: Dollars


class Device(Row, frozen=True):
    """A device as the company knows it: what was sold or registered, not how it is set."""

    device_id: DeviceId
    device_type: str
    model: str
    imei: str | None = None
    is_esim_capable: bool = False
    activated: bool = False
    activation_date: str | None = None
    last_esim_transfer_date: str | None = None


class Clock(Row, frozen=True):
    """What day it is; a day of the data, not of the machine."""

    today: str


class ApnSettings(Row, frozen=True):
    """How a phone reaches the internet and the picture message server."""

    apn_name: ApnName = "internet"
    reset_at_reboot: bool = False
    mms_apn: str | None = "mms"
    mmsc_url: str | None = "http://mms.carrier.com/mms/wapenc"
    mms_proxy: str | None = None
    mms_port: int | None = None


class VpnDetails(Row, frozen=True):
    """The server that a phone's traffic goes through."""

    server_address: str
    protocol: str
    server_performance: Performance


class Permissions(Row, frozen=True):
    """What an app may do."""

    sms: bool = False
    storage: bool = False
    phone: bool = False
    network: bool = False


class App(Row, frozen=True):
    """An app on the phone."""

    app_name: AppName
    permissions: Permissions = Permissions()


class Phone(Row, frozen=True):
    """The phone in the customer's hand, every switch of it."""

    sim_card_status: SimStatus = "active"
    sim_card_missing: bool = False
    """Not seated, whatever the card's own status is."""
    airplane_mode: bool = False
    network_signal_strength: SignalStrength = "good"
    network_technology_connected: Technology = "5G"
    network_connection_status: ServiceStatus = "connected"
    battery_level: int = 80
    """Percent."""
    data_enabled: bool = True
    roaming_enabled: bool = False
    network_mode_preference: NetworkMode = "4g_5g_preferred"
    active_apn_settings: ApnSettings = ApnSettings()
    wifi_enabled: bool = False
    wifi_connected: bool = False
    wifi_signal_strength: SignalStrength = "none"
    wifi_calling_enabled: bool = False
    wifi_calling_mms_over_wifi: bool = False
    data_saver_mode: bool = False
    vpn_enabled_setting: bool = False
    vpn_connected: bool = False
    vpn_details: VpnDetails | None = None
    app_statuses: Mapping[AppName, App] = {}


COVERAGE: Mapping[Technology, SignalStrength] = {"2G": "poor", "3G": "fair", "4G": "good", "5G": "excellent"}
"""How well each kind of network is received in most places."""


class PaymentRequest(Row, frozen=True):
    """A bill that the company asks the customer to pay now."""

    bill_id: BillId
    amount_due: Dollars
    paid: bool = False


class Surroundings(Row, frozen=True):
    """What is true around the phone, for the customer and for the network."""

    name: FullName | None = None
    phone_number: PhoneNumber | None = None
    is_abroad: bool = False
    roaming_allowed: bool = False
    """The line may roam."""
    line_active: bool = True
    mobile_data_usage_exceeded: bool = False
    """The line's allowance, with what was bought on top, is used up."""
    signal_strength: Mapping[Technology, SignalStrength] = msgspec.field(default_factory=lambda: dict(COVERAGE))
    """How well each kind of network is received where they are; a kind left out is not there."""
    wifi_in_reach: SignalStrength = "none"
    """How well a Wi-Fi network that the phone knows is received."""
    payment_request: PaymentRequest | None = None


class TelecomDatabase(Database):
    """The company's data, and one customer's phone."""

    customers: Table[CustomerId, Customer]
    lines: Table[LineId, Line]
    bills: Table[BillId, Bill]
    plans: Table[PlanId, Plan]
    devices: Table[DeviceId, Device]
    clock: Table[str, Clock]
    device: Table[str, Phone]
    surroundings: Table[str, Surroundings]

    defaults: ClassVar[Mapping[str, Mapping[str, msgspec.Struct]]] = {
        "clock": {TODAY: Clock(today="2025-02-25")},
        "surroundings": {MINE: Surroundings()},
    }


HUMAN_TABLES = frozenset({"device", "surroundings"})
"""The customer's own side."""
