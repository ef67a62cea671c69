"""Passing: how often an agent succeeds when a blueprint is played several times.

pass^k is the chance that k trials all succeed, pass@k that one of k does; both are estimated without bias
from n trials of each blueprint, for k up to n. Around each stands an interval in which the value for all
blueprints of this kind lies, in 95 of 100 such runs. Blueprints are what is sampled, so only they make it
narrow: trials of one blueprint resemble each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import comb, sqrt

import msgspec

from interplay.engine.statistics.spread import share
from interplay.engine.trajectory import Faulted, Scored, Trajectory

Z = 1.959964
"""Quantile of the normal distribution that leaves 95 % in the middle."""
ROUNDING = 1e-12
"""A variance below this is none."""
NEVER = "never"
"""Stands among attempts for units of which none was verified."""


class Estimate(msgspec.Struct, frozen=True):
    """A chance, and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


class Passing(msgspec.Struct, frozen=True):
    """Both chances for one k."""

    k: int
    all: Estimate
    """pass^k: k trials all succeed."""
    any: Estimate
    """pass@k: at least one of k trials succeeds."""


class Passed(msgspec.Struct, frozen=True):
    """What a run with several trials a blueprint says of its agent."""

    trials: int
    """Trials of each blueprint."""
    blueprints: int
    """Blueprints that are counted: all trials verified, rejected or failed by the agent."""
    left_out: int
    """Blueprints with a trial that says nothing of the agent: a provider's failure, a human's, ours."""
    verified: int
    """Trials of the counted blueprints that were verified."""
    passing: tuple[Passing, ...]
    """For k from 1 to `trials`; empty where no blueprint is counted."""


def pass_hat_k(successes: Sequence[int], trials: int, k: int) -> float:
    """Chance that k trials of a blueprint all succeed, averaged over blueprints.

    Args:
        successes: shape (blueprints,), successful trials of each, 0 to trials.
        trials: trials of each blueprint, the same for all, at least k.
        k: how many have to succeed, at least 1.

    Raises:
        ValueError: no blueprints, or a count outside those ranges.

    Source: Yao et al. 2024, arXiv:2406.12045.
    """
    return _mean(_counted(successes, trials, k), comb(trials, k), lambda count: comb(count, k))


def pass_at_k(successes: Sequence[int], trials: int, k: int) -> float:
    """Chance that at least one of k trials of a blueprint succeeds, averaged over blueprints.

    Args:
        successes: shape (blueprints,), successful trials of each, 0 to trials.
        trials: trials of each blueprint, the same for all, at least k.
        k: of how many one has to succeed, at least 1.

    Raises:
        ValueError: no blueprints, or a count outside those ranges.

    Source: Chen et al. 2021, arXiv:2107.03374.
    """
    most = comb(trials, k)
    return _mean(_counted(successes, trials, k), most, lambda count: most - comb(trials - count, k))


def interval(values: Counter[float], z: float = Z) -> tuple[float, float]:
    """The interval, of 95 % unless it is said otherwise, of a mean of values from 0.0 to 1.0, one a blueprint.

    Wilson's, with as many observations as would vary like the mean does: blueprints whose trials agree
    within themselves count once each, others for more. Where all have one value, each counts once. So it
    stays within 0.0 and 1.0, and has a width where everything succeeded.

    Args:
        values: how often each occurs.
        z: quantile of the normal distribution that says how sure it has to be.

    Raises:
        ValueError: there are none.

    Source: Wilson 1927; with an effective number of observations, Korn and Graubard 1998.
    """
    blueprints = values.total()
    if not blueprints:
        raise ValueError("there is no interval around the mean of no blueprints")
    mean = sum(value * count for value, count in sorted(values.items())) / blueprints
    squares = sum(count * (value - mean) ** 2 for value, count in sorted(values.items()))
    variance = squares / (blueprints - 1) if blueprints > 1 else 0.0
    observations = blueprints * mean * (1 - mean) / variance if variance > ROUNDING else blueprints
    return wilson(mean, observations, z)


class PassCounter:
    """Counts the trials of units as they come.

    Args:
        trials: how often each blueprint was to be played; 0 for no more once one was verified. None where
            nobody says: then a conversation that follows upon a verified one tells that it was a fixed number.
    """

    def __init__(self, *, trials: int | None = None) -> None:
        self._trials = trials
        self._telling = False
        self._counts: Counter[tuple[int, int]] = Counter()
        """Blueprints by how many trials say something of the agent's, and how many were verified."""
        self._mute: Counter[int] = Counter()
        """Blueprints with a trial that says nothing, by how many trials there were."""
        self._attempts: Counter[int] = Counter()
        """Units by the attempt that was verified, from 1; 0 for none."""
        self._most = 0

    def add(self, trials: Sequence[Trajectory]) -> None:
        """Count the conversations of one unit that has a blueprint.

        Args:
            trials: in order.
        """
        self.count([trial.accepted for trial in trials], telling=all(map(tells, trials)))

    def count(self, accepted: Sequence[bool], *, telling: bool, often: int = 1) -> None:
        """Count units of which no more is known than what became of their conversations.

        Args:
            accepted: of each conversation, in order, whether it was verified.
            telling: whether each says something of the agent.
            often: how many such units there are.
        """
        self._most = max(self._most, len(accepted))
        self._telling = self._telling or any(accepted[:-1])
        self._attempts[accepted.index(True) + 1 if True in accepted else 0] += often
        if telling:
            self._counts[len(accepted), sum(accepted)] += often
        else:
            self._mute[len(accepted)] += often

    @property
    def several(self) -> bool:
        """Whether a unit has several conversations."""
        return self._most > 1

    @property
    def _fixed(self) -> bool:
        return self._telling if self._trials is None else self._trials > 0

    def attempts(self) -> dict[str, int]:
        """Units by how many conversations it took until one was verified; empty where each had just one."""
        if not self.several or self._fixed:
            return {}
        needed = {str(attempt): count for attempt, count in sorted(self._attempts.items()) if attempt}
        return needed | ({NEVER: self._attempts[0]} if self._attempts[0] else {})

    def passed(self) -> Passed | None:
        """pass^k and pass@k; None where blueprints were not played a fixed number of times."""
        if not self.several or not self._fixed:
            return None
        trials = self._trials or self._most
        whole = Counter({count: often for (of, count), often in self._counts.items() if of == trials})
        blueprints = whole.total()
        return Passed(
            trials=trials,
            blueprints=blueprints,
            left_out=self._counts.total() + self._mute.total() - blueprints,
            verified=sum(count * often for count, often in whole.items()),
            passing=tuple(_passing(whole, trials, k) for k in range(1, trials + 1)) if blueprints else (),
        )


def share_estimate(part: int, whole: int) -> Estimate:
    """A share of independent things, with Wilson's interval; all 0.0 of nothing."""
    if not whole:
        return Estimate(0.0, 0.0, 0.0)
    low, high = wilson(part / whole, whole)
    return Estimate(share(part, whole), round(low, 4), round(high, 4))


def wilson(mean: float, observations: float, z: float = Z) -> tuple[float, float]:
    """Wilson's interval around a share.

    Args:
        mean: the share, 0.0 to 1.0.
        observations: of how many things, more than 0.
        z: quantile of the normal distribution that says how sure it has to be.
    """
    centre = mean + z**2 / (2 * observations)
    half = z * sqrt(max(0.0, mean * (1 - mean)) / observations + (z / (2 * observations)) ** 2)
    scale = 1 + z**2 / observations
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def tells(trial: Trajectory) -> bool:
    """Whether a conversation says something of its agent."""
    match trial.outcome:
        case Scored():
            return True
        case Faulted(fault=fault):
            return fault == "agent"
        case _:
            return False


def _passing(successes: Counter[int], trials: int, k: int) -> Passing:
    most = comb(trials, k)
    return Passing(
        k,
        _estimate(successes, most, lambda count: comb(count, k)),
        _estimate(successes, most, lambda count: most - comb(trials - count, k)),
    )


def _estimate(successes: Counter[int], most: int, good: Callable[[int], int]) -> Estimate:
    values: Counter[float] = Counter()
    for count, often in successes.items():
        values[good(count) / most] += often
    low, high = interval(values)
    return Estimate(round(_mean(successes, most, good), 4), round(low, 4), round(high, 4))


def _mean(successes: Counter[int], most: int, good: Callable[[int], int]) -> float:
    """The average share of choices of k trials that are good; added up in whole numbers."""
    return sum(good(count) * often for count, often in successes.items()) / (most * successes.total())


def _counted(successes: Sequence[int], trials: int, k: int) -> Counter[int]:
    if not successes:
        raise ValueError("there are no blueprints to average over")
    if not 1 <= k <= trials:
        raise ValueError(f"k is {k}; with {trials} trials of each blueprint it is from 1 to {trials}")
    wrong = next((count for count in successes if not 0 <= count <= trials), None)
    if wrong is not None:
        raise ValueError(f"a blueprint has {wrong} successful trials of {trials}")
    return Counter(successes)
