"""Display: a run's progress on the terminal; plain lines where there is none."""

from __future__ import annotations

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from interplay.engine.forge.record import Yield
from interplay.engine.models.bill import Bill, RoleBill
from interplay.engine.progress import Progress

PLAIN_SECONDS = 5.0
"""How often a plain line is printed."""


class Display:
    """Shows moments of a run; use it in a `with` block.

    Args:
        console: where, usually on standard error.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._printed = 0.0

    def __enter__(self) -> Display:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, progress: Progress) -> None:
        """Show a moment."""
        if self._live is not None:
            self._live.update(_panel(progress), refresh=True)
        elif progress.seconds - self._printed >= PLAIN_SECONDS:
            self._printed = progress.seconds
            self._console.print(line(progress), highlight=False, soft_wrap=True)


def line(progress: Progress) -> str:
    """A moment in one line."""
    kinds = ", ".join(f"{count:,} {name}" for name, count in sorted(progress.kinds.items())) or "none"
    left = progress.seconds_left
    return (
        f"{progress.before + progress.done:,} of {progress.total:,} done ({kinds}); {progress.in_flight:,} in flight; "
        f"{progress.rate:,.0f}/s; {'?' if left is None else duration(left)} left{_spent(progress.bill)}"
    )


def _spent(bill: Bill | None) -> str:
    if bill is None or not bill.roles:
        return ""
    return f"; {_role_line(bill.total, 'models')}"


def yielded(made: Yield | None) -> list[str]:
    """What became of a session's tasks: how many were accepted, and what the others fell at."""
    if made is None or not made.tasks:
        return []
    joined = f"; {made.joined:,} more were joined from others" if made.joined else ""
    lines = [
        f"tasks: {made.tasks:,}; accepted at the first attempt {_share(made.first, made.tasks)}, "
        f"in the end {_share(made.accepted, made.tasks)}{joined}"
    ]
    if made.fallen:
        fell = ", ".join(f"{check.partition(':')[2]} {count:,}" for check, count in made.fallen.items())
        lines.append(f"attempts fell at {fell}")
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})"


def billed(bill: Bill | None) -> list[str]:
    """What the models of a run cost, a line a role."""
    if bill is None or not bill.roles:
        return []
    lines = [_role_line(each, f"{each.role} on {each.model}") for each in bill.roles]
    lines.append(_role_line(bill.total, "models in all"))
    if bill.budget is not None and bill.cost is not None:
        lines[-1] += f" of a budget of {bill.budget:g}"
    return lines


def _role_line(each: RoleBill, name: str) -> str:
    free = each.cached + each.replayed
    tokens = f"{each.calls:,} calls, {each.prompt:,} + {each.completion:,} tokens"
    parts = [tokens, f"{free:,} replies had before" if free else "", f"{each.failed:,} failed" if each.failed else ""]
    cost = "cost unknown" if each.cost is None else f"cost {each.cost:.4f}" if each.cost else ""
    return f"{name}: " + ", ".join(part for part in (*parts, cost) if part)


def duration(seconds: float) -> str:
    """Seconds as a person says them: "42 s", "3 min 20 s", "2 h 05 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _panel(progress: Progress) -> Table:
    share = (progress.before + progress.done) / progress.total if progress.total else 1.0
    filled = round(40 * share)
    bar = Text("━" * filled, style="green") + Text("━" * (40 - filled), style="bright_black")
    kinds = Text("  ").join(
        Text(f"{count:,} {name}", style="green" if name == "verified" else "red")
        for name, count in progress.kinds.items()
    )
    left = progress.seconds_left
    table = Table.grid(padding=(0, 2))
    table.add_row(bar, f"{progress.before + progress.done:,}/{progress.total:,}", kinds)
    if progress.bill is not None and progress.bill.roles:
        table.add_row(Text(_role_line(progress.bill.total, "models"), style="dim"), "", "")
    table.add_row(
        Text(f"{progress.in_flight:,} in flight", style="dim"),
        Text(f"{progress.rate:,.0f}/s", style="dim"),
        Text("" if left is None else f"{duration(left)} left", style="dim"),
    )
    return table
