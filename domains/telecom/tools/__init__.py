"""Tools: what the company's agent may do, and what the customer may do with their own phone."""

from interplay.domains.telecom.tools.carrier import TOOLS
from interplay.domains.telecom.tools.phone import HUMAN_TOOLS

__all__ = ["HUMAN_TOOLS", "TOOLS"]
