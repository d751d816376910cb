"""Decide whether and when a failed request is retried: a frozen policy over plain values.

This table is the rule (`x-should-retry` from the server overrides the status column, but never
allows a body that cannot be replayed):

    outcome             statuses                  safe call¹   any other call
    NOT_SENT            –                         yes          yes
    ANSWERED            408, 425, 429             yes          yes: the server says that it did not act
    ANSWERED            503 with Retry-After²     yes          yes: the server asks for it
    ANSWERED            500, 503                  yes          no: the server may have acted before it failed
    UNKNOWN             502, 504, no response       yes          no: a gateway gave up, the server may go on

¹ GET, HEAD, PUT, DELETE, OPTIONS, TRACE (RFC 9110 §9.2.2), QUERY (RFC 10008), an operation declared
to only read, or a call that carries an idempotency key.

² Or `retry-after-ms`. A rate limit's reset says when to retry, not that nothing was done.

Each request of a redirected call is decided separately: see `veneer._core.redirects`.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from veneer._core.attempts import Outcome
from veneer._core.checks import check_range
from veneer._core.deadline import Deadline
from veneer._core.errors import ConfigurationError
from veneer._core.late import NamedTuple, dataclass

__all__ = [
    "READING_METHODS",
    "SAFE_METHODS",
    "UNPROCESSED",
    "Decision",
    "Failure",
    "RetryBudget",
    "RetryPolicy",
    "outcome_of_status",
    "rate_limit",
    "rate_limit_reset",
    "retry_after",
    "server_delay",
    "should_retry",
]

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})
"""Methods that change nothing: RFC 9110 §9.2.1, RFC 10008."""

SAFE_METHODS = READING_METHODS | {"PUT", "DELETE"}
"""Idempotent methods, RFC 9110 §9.2.2."""

UNPROCESSED = frozenset({408, 425, 429})
"""Statuses that mean that the server did not act."""

_GATEWAY = frozenset({502, 504})

# Compiled on first use: only failures need it.
_DECIMAL = r"[0-9]+(\.[0-9]+)?"
_UNITS = r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)"
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def outcome_of_status(status: int) -> Outcome:
    """Return the outcome of a status. 502 and 504 are from a gateway: the request may be running."""
    return Outcome.UNKNOWN if status in _GATEWAY else Outcome.ANSWERED


class Failure(NamedTuple):
    """The failure of one attempt.

    `status` is None without a response. `server_delay` is the wait that the server asked for, in
    seconds; `retry_after` is whether it used Retry-After. `verdict` is a code that no retry
    changes.
    """

    outcome: Outcome
    status: int | None = None
    server_delay: float | None = None
    should_retry: bool | None = None
    verdict: str | None = None
    retry_after: bool = False

    @property
    def asks(self) -> bool:
        """Whether the server itself asks for a retry."""
        return self.server_delay is not None or self.should_retry is True


class Decision(NamedTuple):
    """Retry after `delay` seconds, or not (None); `reason` says why in a few words."""

    delay: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When and how often a failed call is retried. Times are seconds.

    | field | meaning | range |
    |---|---|---|
    | max_retries | retries after the first attempt | 0 (never) … |
    | statuses | statuses that may be retried at all | |
    | connection_errors | retry without a response | |
    | base, factor, cap | the n-th delay (n from 0) is at most `min(cap, base × factorⁿ)` | ≥ 0, ≥ 1, ≥ 0 |
    | jitter | the random share of each delay: 1 is full jitter, 0 none | 0 … 1 |
    | max_elapsed | no retry starts later than this after the first attempt; None: no limit | > 0 |
    | max_server_delay | the longest wait that a server may ask for; a longer one is refused, not shortened | ≥ 0 |

    Full jitter: <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
    """

    max_retries: int = 3
    statuses: frozenset[int] = frozenset({408, 425, 429, 500, 502, 503, 504})
    connection_errors: bool = True
    base: float = 0.5
    factor: float = 2.0
    cap: float = 8.0
    jitter: float = 1.0
    max_elapsed: float | None = None
    max_server_delay: float = 60.0

    def __post_init__(self) -> None:
        check_range(
            "max_retries",
            self.max_retries,
            "a whole number, 0 (never) or more",
            good=lambda n: n >= 0,
            whole=True,
        )
        given: object = self.statuses
        if isinstance(given, (str, bytes, int)):
            raise ConfigurationError(
                f"statuses takes a set of HTTP statuses such as {{429, 503}}, not {type(given).__name__}"
            )
        for name in ("base", "cap"):
            check_range(name, getattr(self, name), "seconds, 0 or more", good=lambda n: 0 <= n < math.inf)
        check_range("factor", self.factor, "a number, 1 or more", good=lambda n: 1 <= n < math.inf)
        check_range("jitter", self.jitter, "a share from 0 to 1", good=lambda n: 0 <= n <= 1)
        if self.max_elapsed is not None:
            check_range(
                "max_elapsed",
                self.max_elapsed,
                "positive seconds, or None for no limit",
                good=lambda n: n > 0,
            )
        check_range("max_server_delay", self.max_server_delay, "seconds, 0 or more", good=lambda n: n >= 0)

    def backoff(self, retries: int, random: float) -> float:
        """Return the seconds before retry `retries` + 1, at most `cap`; `random` is uniform in 0 … 1."""
        # 1,024 doublings overflow a float; any factor > 1 has reached every sensible cap long before 1,000 powers.
        try:
            ceiling = min(self.cap, self.base * self.factor ** min(retries, 1000))
        except OverflowError:
            ceiling = self.cap
        return ceiling * (1.0 - self.jitter + self.jitter * random)

    def decide(
        self,
        failure: Failure,
        *,
        retries: int,
        safe: bool,
        replayable: bool,
        elapsed: float,
        now: float,
        deadline: Deadline,
        random: float,
    ) -> Decision:
        """Decide whether to retry, and when.

        `retries` counts the earlier retries, `safe` is whether a retry can do no harm (see the
        module), `elapsed` the seconds since the first attempt, `now` the monotonic time that
        `deadline` is measured in.
        """
        refusal = self._refuse(failure, retries=retries, safe=safe, replayable=replayable)
        if refusal is not None:
            return Decision(None, refusal)
        if failure.server_delay is not None and failure.server_delay > self.max_server_delay:
            return Decision(
                None,
                f"the server asks for {failure.server_delay:g} s, over the cap of {self.max_server_delay:g} s",
            )
        if failure.server_delay is not None:
            delay, reason = failure.server_delay, "asked by the server"
        else:
            delay, reason = self.backoff(retries, random), "backoff"
        if self.max_elapsed is not None and elapsed + delay > self.max_elapsed:
            return Decision(None, f"a wait of {delay:.3g} s would pass max_elapsed of {self.max_elapsed:g} s")
        if now + delay >= deadline.at:
            return Decision(None, f"a wait of {delay:.3g} s would pass the deadline of {deadline.limit:g} s")
        return Decision(delay, reason)

    def _refuse(self, failure: Failure, *, retries: int, safe: bool, replayable: bool) -> str | None:
        """Return why the attempt must not be retried, or None."""
        if failure.verdict is not None:
            return f"{failure.verdict} is a verdict"
        if failure.status is None:
            if not self.connection_errors:
                return "connection errors are not repeated by this policy"
            if not safe and failure.outcome is not Outcome.NOT_SENT:
                return "it may have been carried out, and the call has no idempotency key"
        elif failure.should_retry is False:
            return "the server says not to"
        elif failure.should_retry is None:
            if failure.status not in self.statuses:
                return "not a status to repeat"
            if not safe and not self._answered_unprocessed(failure):
                return "it may have been carried out, and the call has no idempotency key"
        if not replayable:
            return "the body cannot be sent twice"
        if retries >= self.max_retries:
            return f"gave up after {retries} of {self.max_retries} retries" if retries else "retries are off"
        return None

    @staticmethod
    def _answered_unprocessed(failure: Failure) -> bool:
        return failure.status in UNPROCESSED or (failure.status == 503 and failure.retry_after)


class RetryBudget:
    """A token bucket that all calls of a client share, so that retries cannot overload a failing server.

    | argument | meaning | default |
    |---|---|---|
    | capacity | the most tokens | 10 |
    | initial | tokens at the start | capacity |
    | cost | tokens that a retry takes | 1 |
    | refill | tokens that a call returns if it succeeds at once | 0.1 |
    | refund | tokens that a call returns if it succeeds after retries | refill |

    A retry that the server itself asked for (Retry-After, a rate limit's reset, `x-should-retry`)
    returns its cost when its call succeeds. So, with the defaults, a dead server sees at most 10
    requests more than calls; a server that keeps failing without asking for retries sees at most 10
    more, and a tenth of the calls that succeed; and a server that limits its rate gets every retry
    that it asks for. `refund=cost` is the rule of the AWS SDKs' retry quota, which counts no retry
    that succeeds. Safe to share between threads and tasks: no method waits.
    """

    __slots__ = ("_capacity", "_cost", "_initial", "_lock", "_refill", "_refund", "_tokens")

    def __init__(
        self,
        capacity: float = 10.0,
        *,
        initial: float | None = None,
        cost: float = 1.0,
        refill: float = 0.1,
        refund: float | None = None,
    ) -> None:
        refund = refill if refund is None else refund
        figures = {"capacity": capacity, "cost": cost, "refill": refill, "refund": refund}
        if initial is not None:
            figures["initial"] = initial
        for name, figure in figures.items():
            check_range(f"a retry budget's {name}", figure, "a number, 0 or more", good=lambda n: n >= 0)
        self._capacity = capacity
        self._tokens = self._initial = capacity if initial is None else min(initial, capacity)
        self._cost = cost
        self._refill = refill
        self._refund = refund
        self._lock = threading.Lock()

    @property
    def tokens(self) -> float:
        """The tokens that are left."""
        return self._tokens

    @property
    def settings(self) -> dict[str, float]:
        """The arguments that make another one like it."""
        names = ("capacity", "initial", "cost", "refill", "refund")
        return {name: getattr(self, f"_{name}") for name in names}

    def take(self) -> bool:
        """Take the cost of one retry; return False if the budget does not allow it."""
        with self._lock:
            if self._tokens < self._cost:
                return False
            self._tokens -= self._cost
            return True

    def succeeded(self, *, retried: bool, asked: int = 0) -> None:
        """Return tokens for a call that succeeded.

        `asked` counts the retries that the server asked for; `retried` is whether there were
        others.
        """
        if self._tokens >= self._capacity:
            return
        with self._lock:
            self._tokens = min(self._capacity, self._tokens + self._back(retried=retried, asked=asked))

    def _back(self, *, retried: bool, asked: int) -> float:
        return asked * self._cost + (self._refund if retried else self._refill)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process has its own budget, as full as this one was at the start.
        return _budget, (self.settings,)

    def __repr__(self) -> str:
        return f"RetryBudget(tokens={self._tokens:g}, capacity={self._capacity:g})"


def _budget(settings: Mapping[str, float]) -> RetryBudget:
    return RetryBudget(**settings)


def should_retry(headers: Mapping[str, str]) -> bool | None:
    """Read `x-should-retry`: whether the server wants a retry; None without it."""
    return {"true": True, "false": False}.get(headers.get("x-should-retry", "").strip().lower())


def server_delay(headers: Mapping[str, str], *, wall: float) -> float | None:
    """Return the seconds that the server asks the client to wait, or None.

    This is the value of `retry_after`, else that of `rate_limit_reset`. `wall` is the current time
    in seconds since the epoch.
    """
    asked = retry_after(headers, wall=wall)
    if asked is not None or "retry-after" in headers:
        return asked
    return rate_limit_reset(headers, wall=wall)


def retry_after(headers: Mapping[str, str], *, wall: float) -> float | None:
    """Return `retry-after-ms`, else `Retry-After`, in seconds; None if neither can be read.

    `Retry-After` is seconds (fractions are accepted, although RFC 9110 §10.2.3 allows only whole
    ones: servers send them) or any HTTP-date (§5.6.7; a past one is 0, one without a zone is UTC).
    Signs, exponents, digits that are not ASCII, lists and other junk are ignored.
    """
    milliseconds = _decimal(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000.0
    value = headers.get("retry-after")
    return None if value is None else _seconds_or_date(value, wall)


def rate_limit_reset(headers: Mapping[str, str], *, wall: float) -> float | None:
    """Return the seconds until an exhausted rate limit is reset; None without one.

    `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11: `"default";r=0;t=30`, a list; the longest
    wait of the policies that are used up; and as a dictionary, before draft 8: `remaining=0,
    reset=30`), else `RateLimit-Remaining` with `RateLimit-Reset`, else the two with `X-` before
    them.
    """
    for limits in _rate_limits(headers, wall):
        waits = [seconds for remaining, seconds in limits if remaining == 0]
        if waits:
            return max(waits)
    return None


def rate_limit(headers: Mapping[str, str], *, wall: float) -> tuple[float, float] | None:
    """Return the tightest rate limit of a response: remaining calls and seconds to the reset, or None.

    It reads the same fields as `rate_limit_reset`, also if calls remain.
    """
    told = [limit for limits in _rate_limits(headers, wall) for limit in limits if limit[1] > 0]
    return min(told, key=lambda limit: limit[0] / limit[1], default=None)


def _rate_limits(headers: Mapping[str, str], wall: float) -> Iterator[list[tuple[float, float]]]:
    """Yield each field's rate limits: remaining calls and seconds to the reset; unreadable fields have none."""
    yield _rate_limit_field(headers.get("ratelimit"))
    for prefix in ("ratelimit", "x-ratelimit"):
        reset = headers.get(f"{prefix}-reset")
        remaining = _decimal(headers.get(f"{prefix}-remaining"))
        if reset is None or remaining is None:
            continue
        seconds = _decimal(reset)
        if seconds is None:
            seconds = _spelled(reset)
        # A value this large can only be a time since the epoch, in seconds or in milliseconds.
        elif seconds > 1e11:
            seconds = max(0.0, seconds / 1000.0 - wall)
        elif seconds > 1e9:
            seconds = max(0.0, seconds - wall)
        if seconds is not None:
            yield [(remaining, seconds)]


# The part of structured fields (RFC 9651) that RateLimit uses: items of a list, and
# parameters of an item.
_SF_STRING = r'"(?:[^"\\\x00-\x1f\x7f-\U0010ffff]|\\["\\])*"'
_SF_VALUE = rf"(?:{_SF_STRING}|:[A-Za-z0-9+/=]*:|[^\s\",;=()]+)"
_SF_PARAMETER = rf";[ ]*([a-z*][a-z0-9_.*-]*)(?:=({_SF_VALUE}))?"
_SF_MEMBER = rf"({_SF_STRING}|[A-Za-z*][^\s\",;()]*)((?:{_SF_PARAMETER})*)"


def _rate_limit_field(value: str | None) -> list[tuple[float, float]]:
    """Return the limits of a RateLimit field; one that cannot be parsed is ignored (RFC 9651 §4.2)."""
    if value is None:
        return []
    limits: list[tuple[float | None, float | None]] = []
    members: dict[str, str] = {}
    rest = value.strip(" ")
    while True:
        member = re.match(_SF_MEMBER, rest)
        if member is None:
            return []
        facts = dict(re.findall(_SF_PARAMETER, member[2]))
        limits.append((_integer(facts.get("r")), _integer(facts.get("t"))))
        name, _, said = member[1].partition("=")
        members[name] = said
        rest = rest[member.end() :].strip(" \t")
        if not rest:
            break
        if not rest.startswith(","):
            return []
        rest = rest[1:].strip(" \t")
    limits.append((_integer(members.get("remaining")), _integer(members.get("reset"))))
    return [(left, seconds) for left, seconds in limits if left is not None and seconds is not None]


def _integer(value: str | None) -> float | None:
    return float(value) if value is not None and re.fullmatch(r"[0-9]{1,15}", value, re.ASCII) else None


def _decimal(value: str | None) -> float | None:
    value = (value or "").strip()
    number = float(value) if re.fullmatch(_DECIMAL, value, re.ASCII) else math.inf
    return number if number < math.inf else None


def _seconds_or_date(value: str, wall: float) -> float | None:
    seconds = _decimal(value)
    if seconds is not None:
        return seconds
    from email.utils import parsedate_to_datetime

    try:
        when = parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError):
        return None
    # The parser does not check the weekday; a misspelt one marks an unreliable header.
    if value.strip()[:3].lower() not in {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}:
        return None
    when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.fromtimestamp(wall, UTC)).total_seconds())


def _spelled(value: str) -> float | None:
    """Read `1m30s`, `250ms`."""
    value = value.strip()
    parts = re.findall(_UNITS, value, re.ASCII)
    if not parts or "".join(number + unit for number, unit in parts) != value:
        return None
    return float(sum(float(number) * _UNIT_SECONDS[unit] for number, unit in parts))
