"""Carrier: what an agent of the phone company may do.

Six tools look something up, six write, one hands over. Each reads and writes the company's side alone, checks
everything before its first write, and says no with a `Refusal`.
"""

from __future__ import annotations

from typing import Any

from interplay.domains.telecom.tools.carrier.billing import refuel_data, send_payment_request
from interplay.domains.telecom.tools.carrier.lines import disable_roaming, enable_roaming, resume_line, suspend_line
from interplay.domains.telecom.tools.carrier.lookups import (
    get_bills_for_customer,
    get_customer_by_id,
    get_customer_by_name,
    get_customer_by_phone,
    get_data_usage,
    get_details_by_id,
)
from interplay.engine.tools import Tool
from interplay.engine.worldkit.service import transfer_to_human_agents

TOOLS: tuple[Tool[..., Any], ...] = (
    get_customer_by_phone,
    get_customer_by_id,
    get_customer_by_name,
    get_details_by_id,
    suspend_line,
    resume_line,
    get_bills_for_customer,
    send_payment_request,
    get_data_usage,
    enable_roaming,
    disable_roaming,
    transfer_to_human_agents,
    refuel_data,
)
"""In the order of the recordings."""
