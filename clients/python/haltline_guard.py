"""A Haltline guard for agents written in Python: one file, no dependencies, Python 3.9 or newer.

Copy this file into your project. A guard stands before everything an agent does to the outside::

    from haltline_guard import Guard, HaltedError

    guard = Guard(url="http://127.0.0.1:8787", token=TOKEN, agent_id="billing-agent")
    guard.ready(timeout=30)

    @guard.tool("stripe.refund", action_class="external-api-call")
    def refund(charge: str, cents: int) -> str:
        return stripe.refund(charge, cents)

What it promises, and how:

* It denies everything until it has heard from the control plane, and whenever it cannot know what has been ordered.
  The control plane's heartbeats renew a lease of a few seconds; the lease is judged when an action asks to begin, never
  by a timer. A process that was stopped for a minute may not act once more.
* A halt is taken as soon as it is heard. A halt is let go of only for a newer state signed by the one pinned key
  (Ed25519). Orders that it does not understand cover everything.
* Running actions that a halt covers are told to stop: coroutines are cancelled, threads find `action.cancelled` set.
  Nobody can kill a thread. What goes on past the deadline is reported as *uncancellable* for as long as it goes on,
  and as *completed after* when it has ended: the control plane never hears "stopped" of something that was not.
* It never gives up connecting, whatever it is answered.
* After a fork the child holds no lease: it denies until it has a stream of its own, under a name of its own.

Public: `Guard`, `CheckGuard`, `Action`, `HaltedError`, `GuardView`, `Halt`, `current_action`. Everything that begins
with an underscore may change. Times are seconds in Python and milliseconds on the wire.

It says what the guard for Node (src/guard) says, and both are held to the same tests (test/contracts).
"""

from __future__ import annotations

import asyncio
import atexit
import base64
import codecs
import collections
import contextvars
import datetime
import functools
import hashlib
import http.client
import inspect
import json
import math
import os
import queue
import random
import re
import secrets
import socket
import sys
import threading
import time
import urllib.parse
import uuid
import weakref
from typing import (
    Any,
    Awaitable,
    Callable,
    Deque,
    Dict,
    FrozenSet,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
    Union,
)

__all__ = [
    "Action",
    "CheckGuard",
    "Guard",
    "GuardView",
    "Halt",
    "HaltedError",
    "attributes_of",
    "current_action",
]

T = TypeVar("T")

LONGEST_DEADLINE = 5.0
"""Seconds that an action may take to stop before it is called uncancellable: the control plane's proof counts on it."""

_GOODBYE = 2.0
_SPREAD = 0.5
_TICK = 0.25
_CONNECT = 5.0
_STREAM = 300.0
_JUMP = 1.0
_FIRST_BACKOFF, _LONGEST_BACKOFF = 0.25, 4.0
_FIRST_RETRY, _LONGEST_RETRY = 0.1, 2.0
_POLLING = 60.0
_SHORTEST_POLL, _LONGEST_POLL, _UNLEASED_POLL = 0.05, 5.0, 0.25
_LONGEST_EVENT = 4_194_304
_LONGEST_ANSWER = 4_194_304
_LONGEST_NAME = 200
_LEVELS = ("received", "enforced", "quiesced")
_UNKNOWN_CLASS = "unknown"
_LIMITS = ("agentId", "tool", "actionClass", "actionId")
_ENVIRONMENT = "HALTLINE_GUARD"
_LONGEST_ENVIRONMENT = 100_000


# ----------------------------------------------------------------------------------------------------- what agents see


class HaltedError(Exception):
    """Raised in place of a result: the action did not begin, or it was told to stop.

    `refusal` is ``deny`` or ``hold`` where an order covers it, ``starting`` before the first state was heard,
    ``isolated`` when the lease has run out, ``closed`` after `Guard.close`, ``unanswered`` and ``overdue`` by a
    `CheckGuard`. `halt_id` names the order; None where it is the guard itself. `held_id` names what waited in
    quarantine. `scope` and `mode` are the order's; None where it is the guard itself, or where only the order's name
    is known here. `reason` is for the agent: hand it over, so that it does not try again.

    `code` is the same in every copy and version of this file: where several are loaded, ask for that.
    """

    code = "HALTLINE_HALTED"

    def __init__(
        self,
        refusal: str,
        halt_id: Optional[str],
        reason: str,
        epoch: int,
        held_id: Optional[str] = None,
        scope: Optional[Mapping[str, str]] = None,
        mode: Optional[str] = None,
    ) -> None:
        super().__init__(reason if halt_id is None else f"{halt_id}: {reason}")
        self.refusal = refusal
        self.halt_id = halt_id
        self.reason = reason
        self.epoch = epoch
        self.held_id = held_id
        self.scope = scope
        self.mode = mode

    def __reduce__(self) -> Tuple[Any, ...]:
        """Survives the way back from a worker process."""
        said = (self.refusal, self.halt_id, self.reason, self.epoch, self.held_id)
        return HaltedError, (*said, None if self.scope is None else dict(self.scope), self.mode)

    def again(self) -> "HaltedError":
        """The same, to be raised in another place: an exception carries the traceback of where it was raised."""
        return self.because(self.reason, self.held_id)

    def because(self, reason: str, held_id: Optional[str] = None) -> "HaltedError":
        """The same refusal, better explained."""
        return HaltedError(self.refusal, self.halt_id, reason, self.epoch, held_id, self.scope, self.mode)


class Halt(NamedTuple):
    """One standing order, as this guard understands it."""

    id: str
    scope: Mapping[str, str]
    mode: str
    reason: str
    ordered_by: str
    at: str
    drill: bool = False


class GuardView(NamedTuple):
    """How a guard stands: `state` is ``starting``, ``live``, ``isolated`` or ``closed``."""

    state: str
    epoch: int
    halts: Tuple[Halt, ...]


class Attempt(NamedTuple):
    """What an agent is about to do, as an order is held against it."""

    agent_id: str
    tool: str
    action_class: str
    action_id: str
    read_only: bool
    released_from: FrozenSet[str] = frozenset()
    """Orders to hold that a person has released it from."""
    on_behalf_of: Tuple[str, ...] = ()
    """The agents that whoever makes it works for, nearest first: an order for one of them covers it too."""
    release: Optional[str] = None
    """With `released_from`: the item and the claim that took the release up, ``Q-7/<claim>``."""


class Action:
    """A running action. Hand it to whatever can be stopped, and ask it before every step that cannot be taken back."""

    def __init__(self, attempt: Attempt, refusal_now: Callable[[Attempt], Optional[HaltedError]]) -> None:
        self.attempt = attempt
        self.cancelled = threading.Event()
        """Set when the action has to stop. `cancelled.wait(seconds)` is a sleep that a halt ends."""
        self.halted: Optional[HaltedError] = None
        """Why it has to stop; None as long as it may go on."""
        self._refusal_now = refusal_now
        self._callbacks: List[Callable[[], Any]] = []
        self._cancellers: List[Callable[[], Any]] = []
        self._thread_id = threading.get_ident()
        self._due = math.inf
        self._overdue = False
        self._ended = False
        self._timer: Optional[threading.Timer] = None

    @property
    def action_id(self) -> str:
        """Unique; the name under which the control plane knows it."""
        return self.attempt.action_id

    @property
    def release(self) -> Optional[str]:
        """Of what was held and released: for a gateway on the way, in the header ``X-Halt-Release``.

        It lets one request pass. None for what never waited.
        """
        return self.attempt.release

    def raise_if_halted(self) -> None:
        """Raises `HaltedError` if the action may no longer go on, judged at this moment."""
        refusal = self.halted or self._refusal_now(self.attempt)
        if refusal is not None:
            raise refusal.again()

    def sleep(self, seconds: float) -> None:
        """Sleeps, and raises `HaltedError` as soon as the action has to stop."""
        self.cancelled.wait(seconds)
        self.raise_if_halted()

    def on_halt(self, callback: Callable[[], Any]) -> None:
        """Calls back, once and in a thread of its own, when the action has to stop.

        For what blocks: ``action.on_halt(process.kill)``, ``action.on_halt(response.close)``.
        """
        self._callbacks.append(callback)
        if self.cancelled.is_set():
            self._call_back()

    def _cancel_by(self, loop: asyncio.AbstractEventLoop, cancel: Callable[[], Any]) -> None:
        """Has the loop cancel a task, once: a second time would hit its cleaning up."""
        self._cancellers.append(functools.partial(loop.call_soon_threadsafe, cancel))
        if self.cancelled.is_set():
            self._cancel()

    def _cancel(self) -> None:
        try:
            self._cancellers.pop()()
        except (IndexError, RuntimeError):
            pass  # There is none, or its loop is closed.

    def _stop(self, error: HaltedError, due: float) -> None:
        self.halted, self._due = error, due
        self.cancelled.set()
        self._cancel()
        if self._callbacks:
            try:
                threading.Thread(target=self._call_back, name="haltline-stop", daemon=True).start()
            except RuntimeError:  # The interpreter is ending and starts no more threads.
                self._call_back()

    def _call_back(self) -> None:
        while self._callbacks:
            try:
                self._callbacks.pop(0)()
            except Exception:  # noqa: BLE001 - what the agent's own code throws must not keep the next from being told
                continue


_current: "contextvars.ContextVar[Optional[Action]]" = contextvars.ContextVar("haltline_action", default=None)


def current_action() -> Optional[Action]:
    """The action that this code runs in; None outside of any. For tools wrapped by `Guard.tool`."""
    return _current.get()


def attributes_of(action: "Union[Action, Attempt]") -> Dict[str, str]:
    """What ties a span to an action: ``span.set_attributes(attributes_of(action))``. See `Guard`, `active_span`."""
    attempt = action.attempt if isinstance(action, Action) else action
    return {
        "agent.action.id": attempt.action_id,
        "agent.action.class": attempt.action_class,
        "agent.action.tool": attempt.tool,
    }


class _Acting:
    """Where an agent's code acts."""

    _agent_id: str

    def run(
        self,
        fn: Callable[[Action], T],
        *,
        tool: str,
        action_class: str,
        action_id: Optional[str] = None,
        read_only: bool = False,
        parameters: Any = None,
    ) -> T:
        """Runs ``fn(action)`` if nothing stands against it, decided at this moment.

        Raises `HaltedError` where something does, and where the action was told to stop and failed. A result that
        came in spite of that is returned, and reported as completed after the halt.

        :param tool: the tool's name, as in the registry.
        :param action_class: what kind of action it is, as in the registry.
        :param action_id: unique; made here where left out.
        :param read_only: True only where it cannot change anything outside.
        :param parameters: exactly what it will do, as JSON, or a function that says it. Where an order holds such
            attempts, this waits with them until a person releases or rejects it; without them it is denied at once.
        """
        with self.action(
            tool=tool,
            action_class=action_class,
            action_id=action_id,
            read_only=read_only,
            parameters=parameters,
        ) as action:
            return _finished(fn(action))

    async def arun(
        self,
        fn: Callable[[Action], Awaitable[T]],
        *,
        tool: str,
        action_class: str,
        action_id: Optional[str] = None,
        read_only: bool = False,
        parameters: Any = None,
    ) -> T:
        """`run` for coroutines: ``fn(action)`` runs in a task of its own, which a halt cancels."""
        attempt = self._attempt(tool, action_class, action_id, read_only)
        action = await self._abegin(attempt, parameters)

        async def work() -> T:
            self._judge_again(action)  # a turn of the loop has passed since the judgement
            _current.set(action)
            return await fn(action)

        return await _in_task(self._end, action, work())

    def action(
        self,
        *,
        tool: str,
        action_class: str,
        action_id: Optional[str] = None,
        read_only: bool = False,
        parameters: Any = None,
    ) -> "_Guarded":
        """The same for a block: ``with guard.action(...) as action``, or ``async with``: a halt cancels the task."""
        return _Guarded(self, self._attempt(tool, action_class, action_id, read_only), parameters)

    def tool(
        self, name: Optional[str] = None, *, action_class: str, read_only: bool = False
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Wraps a function or coroutine function: each call is an action. Its signature stays as it was.

        `current_action()` is the action inside. The arguments are its parameters, where a person has to release it.
        """

        def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
            if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
                raise TypeError("a generator works after it was called: guard the loop with `with guard.action(...)`")
            about = {"tool": name or function.__name__, "action_class": action_class, "read_only": read_only}
            signature = inspect.signature(function)

            def parameters(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Callable[[], Any]:
                return lambda: dict(signature.bind(*args, **kwargs).arguments)

            if inspect.iscoroutinefunction(function):

                @functools.wraps(function)
                async def aguarded(*args: Any, **kwargs: Any) -> Any:
                    said = parameters(args, kwargs)
                    return await self.arun(lambda _: function(*args, **kwargs), parameters=said, **about)

                return aguarded

            @functools.wraps(function)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                said = parameters(args, kwargs)
                return self.run(lambda _: function(*args, **kwargs), parameters=said, **about)

            return guarded

        return wrap

    # What the two kinds of guards do differently

    def _attempt(self, tool: str, action_class: str, action_id: Optional[str], read_only: bool) -> Attempt:
        minted = action_id if action_id is not None else mint_action_id(time.time())
        return Attempt(self._agent_id, tool, action_class, _name(minted, "action_id"), read_only is True)

    def _begin(self, attempt: Attempt, parameters: Any) -> Action:
        raise NotImplementedError

    async def _abegin(self, attempt: Attempt, parameters: Any) -> Action:
        raise NotImplementedError

    def _judge_again(self, action: Action) -> None:
        raise NotImplementedError

    def _end(self, action: Action, failed: bool) -> None:
        raise NotImplementedError


class Guard(_Acting):
    """An enforcement point in this process. Denies everything until it has heard from the control plane.

    :param url: where Haltline listens, e.g. ``http://127.0.0.1:8787``. Environment proxies are not used.
    :param token: a token with the scope ``guard``, best bound to this agent.
    :param agent_id: the agent that acts here.
    :param point_id: a name for this enforcement point; two processes must not share one. Made from host and process.
    :param instance: unique to this run of the process.
    :param public_key: the control plane's key (Ed25519, SPKI PEM). Without it, the first key it shows is trusted.
    :param abort_deadline: seconds an action may take to stop before it is reported as uncancellable; at most 5.
    :param on_state: told of every `GuardView` that differs from the last, in order, in a thread of its own.
    :param on_trouble: told of what goes wrong between here and the control plane; the guard goes on by itself.
    :param state_file: keeps what it knows for the next process: the highest epochs, the pinned key and the orders.
        Each process needs its own.
    :param active_span: the span that is open now, ``opentelemetry.trace.get_current_span``: the action's id is set on it,
        so that what the agent thought is found by the action's id.
    :param report: False where checks and artifacts are not told to the control plane's telemetry; it delays no action.
    :param clock: for tests.
    :param inherited: what whoever started this process knew, see `from_environment`.
    """

    def __init__(
        self,
        url: str,
        token: str,
        agent_id: str,
        point_id: Optional[str] = None,
        instance: Optional[str] = None,
        public_key: Optional[str] = None,
        abort_deadline: float = LONGEST_DEADLINE,
        on_state: Optional[Callable[[GuardView], Any]] = None,
        on_trouble: Optional[Callable[[Exception], Any]] = None,
        state_file: Optional[Union[str, "os.PathLike[str]"]] = None,
        clock: Optional["Clock"] = None,
        inherited: Optional[str] = None,
        active_span: Optional[Callable[[], Any]] = None,
        report: bool = True,
    ) -> None:
        self._active_span, self._report = active_span, report
        self._agent_id = _name(agent_id, "agent_id")
        self._given_point_id = None if point_id is None else _name(point_id, "point_id")
        self._url, self._token = url, token
        self._instance = _name(instance or str(uuid.uuid4()), "instance")
        self._on_state, self._on_trouble = on_state, on_trouble
        self._clock = clock or system_clock
        self._pinned = _PinnedKey(public_key)
        self._plane = _Plane(url, token)
        self._point_id = self._given_point_id or self._made_point_id()
        self._enforcer = _Enforcer(
            self._agent_id, self._clock, min(abort_deadline, LONGEST_DEADLINE), self._changed
        )
        self._shown: Optional[GuardView] = None
        self._ready = threading.Event()
        self._memory = None if state_file is None else _StateFile(os.fspath(state_file))
        self._take_up(inherited)
        self._open()
        _GUARDS.add(self)

    # Acting

    def ready(self, timeout: Optional[float] = None) -> None:
        """Waits until the agent may act for the first time. TimeoutError where that takes longer than `timeout`."""
        if not self._ready.wait(timeout):
            raise TimeoutError(f"the guard of {self._agent_id} is {self.state}: is the control plane there?")
        if self.state == "closed":
            raise RuntimeError("the guard was closed before the agent could act")

    async def aready(self, timeout: Optional[float] = None) -> None:
        """`ready` for coroutines."""
        await _in_thread(lambda _given_up: self.ready(timeout))

    # Telling of what was written

    def artifact(
        self,
        action_id: str,
        *,
        visibility: str,
        tool: Optional[str] = None,
        action_class: Optional[str] = None,
        review: Optional[Mapping[str, Any]] = None,
        agent_id: Optional[str] = None,
    ) -> None:
        """Reports something that was written for people to see, as it goes out. Returns at once.

        :param visibility: ``customer`` or ``internal``.
        :param review: what is known of it by now, as for `reviewed`.
        :param agent_id: the sub-agent that wrote it.
        """
        about = _about(action_id, agent_id or self._agent_id, tool, action_class, self._clock().wall)
        self._tell(_artifact(about, visibility, review))

    def reviewed(self, action_id: str, *, agent_id: Optional[str] = None, **review: Any) -> None:
        """Reports how a person looked at an artifact; before `artifact`, for what is out unreviewed is told of.

        :param review: `required`, `presented_at` and `decided_at` (aware datetimes: when it was shown, not when it was
            asked for), `reviewer`, `approved_digest`, `executed_digest` (made in the same way), `words`.
        """
        about = _about(action_id, agent_id or self._agent_id, None, None, self._clock().wall)
        self._tell({**about, "kind": "review", "review": _review(**review)})

    def _tell(self, report: Dict[str, Any]) -> None:
        if self._report:
            self._reports.add(report)

    # What it starts

    def child(self, agent_id: str) -> "_Child":
        """For a sub-agent in this process: it acts as this guard does, and its actions are this point's.

        Orders for this agent stop it, and orders for its own id do; the latter are proven here only by a guard that
        bears that id.
        """
        return _Child(self, _name(agent_id, "agent_id"), (self._agent_id,))

    def environment(self) -> Dict[str, str]:
        """For a program that this one starts, ``subprocess.run(command, env={**os.environ, **guard.environment()})``.

        In it, `Guard.from_environment` makes a guard that knows from its first moment what was halted here. It holds
        the token: hand it to nobody else.
        """
        with self._enforcer.lock:
            state = _StateFile.text(self._pinned, self._enforcer.held) if self._pinned.text is not None else None
        about = {"url": self._url, "token": self._token, "agentId": self._agent_id, "publicKey": self._pinned.text}
        said = canonical_json({**about, "state": state})
        # Longer, and no program could be started with it. Without the state the other denies until it has heard.
        return {_ENVIRONMENT: said if len(said) < _LONGEST_ENVIRONMENT else canonical_json({**about, "state": None})}

    @classmethod
    def from_environment(cls, agent_id: Optional[str] = None, **options: Any) -> "Guard":
        """The guard of a program that was started with `environment`; RuntimeError where it was not.

        It is an enforcement point of its own, with a stream and a lease of its own, and outlives whoever started it.
        :param agent_id: another agent than the one that started it; its token must speak for that one too.
        :param options: as for `Guard`.
        """
        text = os.environ.get(_ENVIRONMENT)
        if text is None:
            raise RuntimeError(f"nobody handed down {_ENVIRONMENT}: start this with env=guard.environment()")
        said = read_json(text)
        known = {"url": said["url"], "token": said["token"], "public_key": said["publicKey"]}
        return cls(**{**known, "agent_id": agent_id or said["agentId"], "inherited": said["state"], **options})

    # Looking

    @property
    def state(self) -> str:
        """``starting``, ``live``, ``isolated`` or ``closed``, judged whenever it is read."""
        return self._enforcer.view().state

    @property
    def epoch(self) -> int:
        """The newest signed epoch."""
        return self._enforcer.view().epoch

    @property
    def halts(self) -> Tuple[Halt, ...]:
        """The orders that it holds to."""
        return self._enforcer.view().halts

    @property
    def inflight(self) -> List[Tuple[Attempt, bool]]:
        """What runs, and whether it has been told to stop."""
        return self._enforcer.list()

    @property
    def point_id(self) -> str:
        """The name of this enforcement point."""
        return self._point_id

    # Ending

    def close(self) -> None:
        """Denies everything from now on, stops what runs, and says goodbye once nothing does.

        Work that would not stop within the deadline is answered for in the background until it has ended.
        """
        self._enforcer.close()
        self._quarantine.close()
        self._ready.set()
        if self._enforcer.ended(self._enforcer.abort_deadline):
            self._farewell()
        elif not self._leaving:
            self._leaving = True
            _start("haltline-leave", self._leave_later)

    def __enter__(self) -> "Guard":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    # How it is put together

    def _open(self) -> None:
        self._leaving = False
        self._offering = threading.Lock()
        self._ending = threading.Event()
        self._watchdog = _Watchdog()
        self._plane.watchdog = self._watchdog
        self._quarantine = _Quarantine(_Plane(self._url, self._token), self._enforcer, self._trouble)
        self._teller = _Beside("haltline-tell") if self._on_state or self._on_trouble else None
        self._keeper = _Beside("haltline-keep") if self._memory is not None else None
        self._acknowledger = _Acknowledger(self._plane, self._point, self._enforcer, self._ending, self._trouble)
        self._reports = _Reports(self._plane, self._ending, self._trouble)
        follower = _Follower(self._plane, self, self._ending)
        _start("haltline-watch", self._watch)
        _start("haltline-acknowledge", self._acknowledger.deliver)
        if self._report:
            _start("haltline-report", self._reports.deliver)
        _start("haltline-follow", follower.follow)

    def _made_point_id(self) -> str:
        return f"{self._agent_id}@{socket.gethostname()}-{os.getpid()}-{self._instance[:60]}"[-_LONGEST_NAME:]

    def _point(self) -> Dict[str, str]:
        return {"pointId": self._point_id, "agentId": self._agent_id, "instance": self._instance}

    def _query(self) -> Dict[str, str]:
        return {
            "agent": self._agent_id,
            "point": self._point_id,
            "instance": self._instance,
            "epoch": str(self._enforcer.view().epoch),
        }

    def _begin(self, attempt: Attempt, parameters: Any) -> Action:
        while True:
            try:
                action = self._enforcer.begin(attempt)
                self._checked(attempt, "allow")
                return action
            except HaltedError as refusal:
                self._checked(attempt, "hold" if refusal.refusal == "hold" else "deny")
                if refusal.refusal != "hold":
                    raise
                attempt = self._quarantine.wait(attempt, parameters, refusal)

    async def _abegin(self, attempt: Attempt, parameters: Any) -> Action:
        while True:
            try:
                action = self._enforcer.begin(attempt)
                self._checked(attempt, "allow")
                return action
            except HaltedError as refusal:
                self._checked(attempt, "hold" if refusal.refusal == "hold" else "deny")
                if refusal.refusal != "hold":
                    raise
                attempt = await _in_thread(self._quarantine.wait, attempt, parameters, refusal)

    def _judge_again(self, action: Action) -> None:
        action.raise_if_halted()

    def _end(self, action: Action, failed: bool) -> None:
        self._enforcer.end(action, failed)

    def _checked(self, attempt: Attempt, verdict: str) -> None:
        """A call of a model is no act: its span tells it."""
        if not self._report or attempt.action_class == _MODEL_CLASS:
            return
        place = {} if self._active_span is None else _mark_span(self._active_span, attempt)
        try:
            wall = self._clock().wall
            about = _about(attempt.action_id, attempt.agent_id, attempt.tool, attempt.action_class, wall)
            said = {"kind": "check", "tool": about["tool"] or "unknown", "verdict": verdict}
            self._reports.add({**about, **place, **said})
        except Exception as error:  # noqa: BLE001 - the action has begun, and telemetry is no reason to fail it
            self._trouble(error)

    def _watch(self) -> None:
        """Notices what nobody asks about: a lease that ran out, a deadline that passed, a connection gone quiet."""
        while not self._ending.is_set():
            self._enforcer.wait(min(self._enforcer.tick(), self._watchdog.tick(), self._quarantine.tick()))

    def _changed(self) -> None:
        """Called with the enforcer's lock held."""
        view = self._enforcer.view()
        if view == self._shown:
            return
        self._shown = view
        if view.state == "live":
            self._ready.set()
        if self._on_state is not None and self._teller is not None:
            self._teller.do(functools.partial(self._on_state, view))

    def _trouble(self, error: Exception) -> None:
        if self._on_trouble is not None and self._teller is not None:
            self._teller.do(functools.partial(self._on_trouble, error))

    # For the follower

    def _prepare(self) -> None:
        if self._pinned.text is None:
            answer = self._plane.request("GET", "/v1/halts/key")
            key = answer.get("publicKey") if isinstance(answer, dict) else None
            if not isinstance(key, str):
                raise PlaneError(200, "the control plane showed no public key: is there a proxy in between?")
            self._pinned.pin(key)

    def _accept(self, state: "SignedState") -> bool:
        acceptance = self._enforcer.accept(state, self._pinned.signed(state))
        if acceptance != "older":
            self._keep()
        if acceptance == "older" or (acceptance == "same" and self._enforcer.lacks(state)):
            self._offer()
        if acceptance in ("newer", "same"):
            return True
        why = "is not signed by the pinned key" if acceptance == "unsigned" else "is older than what this guard holds"
        self._trouble(PlaneError(200, f"the state of epoch {state.epoch} {why}: it renews no lease and lifts nothing"))
        return False

    def _offer(self) -> None:
        """Hands the newest signed state back to a control plane that tells an older one.

        It may have lost an order with a failed write or a restored backup. It verifies its own signature, and lifts
        nothing for it. One offer at a time.
        """
        newest = self._enforcer.held.newest
        if newest is None or not self._offering.acquire(blocking=False):
            return

        def offer() -> None:
            try:
                # After a restart every guard may notice the same at once.
                if not self._ending.wait(random.random() * _SPREAD):
                    self._plane.request("POST", "/v1/halts/offer", newest.wire)
            except Exception as error:  # noqa: BLE001 - the next state that is too old has it tried again
                self._trouble(error)
            finally:
                self._offering.release()

        _start("haltline-offer", offer)

    # What outlives the process

    def _take_up(self, inherited: Optional[str]) -> None:
        try:
            if inherited is not None:
                _StateFile.take(inherited, self._pinned, self._enforcer.held)
            elif self._memory is not None:
                self._memory.restore(self._pinned, self._enforcer.held)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the guard begins without it, and denies
            trouble = ValueError(f"what an earlier process knew cannot be read: this guard begins without it ({error})")
            if self._on_trouble is not None:
                _quietly(self._on_trouble, trouble)

    def _keep(self) -> None:
        if self._memory is None or self._keeper is None:
            return
        text = self._memory.text(self._pinned, self._enforcer.held)
        self._keeper.do(functools.partial(self._save, text))

    def _save(self, text: str) -> None:
        try:
            if self._memory is not None:
                self._memory.save(text)
        except OSError as error:
            self._trouble(error)

    # Leaving

    def _leave_later(self) -> None:
        self._enforcer.ended(None)
        self._farewell()

    def _farewell(self) -> None:
        if self._ending.is_set():
            return
        self._acknowledger.flush(_GOODBYE)
        self._reports.flush(_GOODBYE)
        self._ending.set()
        self._reports.wake()
        self._watchdog.cut()
        self._enforcer.wake()
        for worker in (self._teller, self._keeper):
            if worker is not None:
                worker.stop()
        _GUARDS.discard(self)

    def _leave_with_the_process(self) -> None:
        """The frames of inherited actions never go on once the process ends."""
        self._enforcer.forget_inherited()
        self.close()

    # Forking

    def _reopen_in_child(self) -> None:
        self._enforcer.after_fork()
        self._watchdog.let_go()
        self._quarantine.let_go()
        self._instance = str(uuid.uuid4())
        given = self._given_point_id
        self._point_id = self._made_point_id() if given is None else f"{given}/{os.getpid()}"[-_LONGEST_NAME:]
        self._ready = threading.Event()
        self._shown = None
        # Two processes that share a file forget what the other knew: it stays the parent's.
        self._memory = None
        if self.state == "closed":
            _GUARDS.discard(self)
            return
        self._open()
        util = sys.modules.get("multiprocessing.util")
        if util is not None:
            # Children of multiprocessing end without atexit, and clear what was registered before they began.
            util.register_after_fork(self, _finalise_with_the_child)


class _Child(_Acting):
    """A sub-agent under a guard of this process."""

    def __init__(self, guard: Guard, agent_id: str, on_behalf_of: Tuple[str, ...]) -> None:
        self._guard, self._agent_id, self._on_behalf_of = guard, agent_id, on_behalf_of
        guard._enforcer.answer_for(agent_id)

    def child(self, agent_id: str) -> "_Child":
        """A sub-agent of this one."""
        return _Child(self._guard, _name(agent_id, "agent_id"), (self._agent_id, *self._on_behalf_of))

    def _attempt(self, tool: str, action_class: str, action_id: Optional[str], read_only: bool) -> Attempt:
        attempt = super()._attempt(tool, action_class, action_id, read_only)
        return attempt._replace(on_behalf_of=self._on_behalf_of)

    def _begin(self, attempt: Attempt, parameters: Any) -> Action:
        return self._guard._begin(attempt, parameters)

    async def _abegin(self, attempt: Attempt, parameters: Any) -> Action:
        return await self._guard._abegin(attempt, parameters)

    def _judge_again(self, action: Action) -> None:
        self._guard._judge_again(action)

    def _end(self, action: Action, failed: bool) -> None:
        self._guard._end(action, failed)


class CheckGuard(_Acting):
    """A guard for what lives too short to hold a stream open: it asks before every action, and holds nothing between.

    Raises `HaltedError` where an order stands against the action, and (``unanswered``) where no certain answer comes
    in time. What it let through nobody tells to stop; `Action.raise_if_halted` asks again.

    :param timeout: seconds an answer may take before the action is refused.
    :param max_action: seconds after which a running action is told to stop (``overdue``); for ever where left out.
    """

    def __init__(
        self, url: str, token: str, agent_id: str, timeout: float = 2.0, max_action: Optional[float] = None
    ) -> None:
        self._agent_id, self._timeout, self._max_action = _name(agent_id, "agent_id"), timeout, max_action
        self._plane = _Plane(url, token)

    def _begin(self, attempt: Attempt, parameters: Any) -> Action:
        refusal = self._refusal(attempt)
        if refusal is not None:
            raise refusal
        action = Action(attempt, self._refusal)
        if self._max_action is not None:
            overdue = HaltedError("overdue", None, f"the action took longer than {self._max_action} s", 0)
            action._timer = threading.Timer(self._max_action, action._stop, (overdue, math.inf))
            action._timer.daemon = True
            action._timer.start()
        return action

    def artifact(
        self,
        action_id: str,
        *,
        visibility: str,
        tool: Optional[str] = None,
        action_class: Optional[str] = None,
        review: Optional[Mapping[str, Any]] = None,
    ) -> bool:
        """Reports something that was written for people to see, as it goes out; as `Guard.artifact`.

        Waits for the answer, for nobody lives on here to try again. False where it was not taken.
        """
        about = _about(action_id, self._agent_id, tool, action_class, time.time())
        return self._told(_artifact(about, visibility, review))

    def reviewed(self, action_id: str, **review: Any) -> bool:
        """Reports how a person looked at it; as `Guard.reviewed`, and waits as `artifact`."""
        about = _about(action_id, self._agent_id, None, None, time.time())
        return self._told({**about, "kind": "review", "review": _review(**review)})

    def _told(self, report: Mapping[str, Any]) -> bool:
        try:
            self._plane.request("POST", "/v1/actions", [report], self._timeout)
            return True
        except Exception:  # noqa: BLE001 - whatever it was, it was not taken
            return False

    async def _abegin(self, attempt: Attempt, parameters: Any) -> Action:
        return await asyncio.get_running_loop().run_in_executor(None, self._begin, attempt, parameters)

    def _judge_again(self, action: Action) -> None:
        return None

    def _end(self, action: Action, failed: bool) -> None:
        action._ended = True
        if action._timer is not None:
            action._timer.cancel()

    def _refusal(self, attempt: Attempt) -> Optional[HaltedError]:
        """None where the answer is, beyond doubt, yes."""
        asked, nonce = time.monotonic(), str(uuid.uuid4())
        said = {"agentId": attempt.agent_id, "tool": attempt.tool, "actionClass": attempt.action_class}
        about = {"actionId": attempt.action_id, "readOnly": attempt.read_only, "nonce": nonce}
        try:
            answer = self._plane.request("POST", "/v1/check", {**said, **about}, self._timeout)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, nobody said yes
            refusal = HaltedError("unanswered", None, _UNANSWERED, 0)
            refusal.__cause__ = error
            return refusal
        epoch = _number(answer, "epoch")
        # A yes that took too long may have been overtaken by a halt.
        if epoch is None or answer.get("nonce") != nonce or time.monotonic() - asked > self._timeout:
            return HaltedError("unanswered", None, _UNANSWERED, 0)
        if answer.get("verdict") == "allow":
            return None
        kind = "hold" if answer.get("verdict") == "hold" else "deny"
        reason = _text(answer, "reason") or "refused without a reason"
        scope = None if answer.get("scope") is None else _read_scope(answer["scope"])
        return HaltedError(kind, _text(answer, "haltId"), reason, int(epoch), None, scope, _text(answer, "mode"))


_UNANSWERED = "the control plane gave no answer: nobody knows what has been ordered"


class _Guarded:
    """One action around a block."""

    def __init__(self, guard: _Acting, attempt: Attempt, parameters: Any) -> None:
        self._guard, self._attempt, self._parameters = guard, attempt, parameters
        self._action: Optional[Action] = None
        self._token: Any = None
        self._task: Optional["asyncio.Task[Any]"] = None
        self._asked = False

    def __enter__(self) -> Action:
        return self._entered(self._guard._begin(self._attempt, self._parameters))

    def __exit__(self, _type: Any, error: Optional[BaseException], _traceback: Any) -> bool:
        action = self._left(error)
        if action.halted is not None and isinstance(error, Exception) and not isinstance(error, HaltedError):
            raise action.halted.again() from error
        return False

    async def __aenter__(self) -> Action:
        action = self._entered(await self._guard._abegin(self._attempt, self._parameters))
        loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        action._cancel_by(loop, functools.partial(self._cancel, action))
        return action

    async def __aexit__(self, kind: Any, error: Optional[BaseException], traceback: Any) -> bool:
        action, others = self._left(error), 0
        if self._asked and hasattr(self._task, "uncancel"):
            others = self._task.uncancel()  # type: ignore[union-attr]
        ours = isinstance(error, asyncio.CancelledError) and self._asked and others == 0
        failed = isinstance(error, Exception) and not isinstance(error, HaltedError)
        if action.halted is not None and (ours or failed):
            raise action.halted.again() from error
        return False

    def _cancel(self, action: Action) -> None:
        if not action._ended and self._task is not None:
            self._asked = True
            self._task.cancel()

    def _entered(self, action: Action) -> Action:
        self._action, self._token = action, _current.set(action)
        return action

    def _left(self, error: Optional[BaseException]) -> Action:
        if self._action is None:
            raise RuntimeError("this action has not begun")
        self._guard._end(self._action, error is not None)
        try:
            _current.reset(self._token)
        except ValueError:  # Left in another context than entered, as a generator may.
            _current.set(None)
        return self._action


async def _in_thread(work: Callable[..., T], *args: Any) -> T:
    """In a thread of its own: what waits for a person must not use up the loop's few."""
    loop, given_up = asyncio.get_running_loop(), threading.Event()
    answer: "asyncio.Future[T]" = loop.create_future()

    def settle(how: Callable[[Any], None], value: Any) -> None:
        if not answer.done():
            how(value)

    def beside() -> None:
        how: Callable[[Any], None] = answer.set_result
        value: Any = None
        try:
            value = work(*args, given_up)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            how, value = answer.set_exception, error
        _quietly(loop.call_soon_threadsafe, settle, how, value)

    _start("haltline-hold", beside)
    try:
        return await answer
    finally:
        given_up.set()


async def _in_task(end: Callable[[Action, bool], None], action: Action, work: Awaitable[T]) -> T:
    """Runs it in a task that a halt cancels. Whoever cancels us cancels it too, and waits for its end."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    action._cancel_by(loop, task.cancel)
    interrupted: Optional[BaseException] = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            interrupted = error
            task.cancel()
    failure = asyncio.CancelledError() if task.cancelled() else task.exception()
    end(action, failure is not None)
    if interrupted is not None:
        raise interrupted
    if failure is None:
        return task.result()
    translated = isinstance(failure, (Exception, asyncio.CancelledError)) and not isinstance(failure, HaltedError)
    if action.halted is not None and translated:
        raise action.halted.again() from failure
    raise failure


def _finished(result: T) -> T:
    """A coroutine or generator would do its work after the guard has looked away."""
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError("the function returned a coroutine: use `await guard.arun(...)`")
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        raise TypeError("the function returned a generator: guard the loop with `with guard.action(...)`")
    return result


def _name(value: str, what: str) -> str:
    """The control plane refuses longer names, and a refused statement never arrives."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME:
        raise ValueError(f"{what} must be a text of 1 to {_LONGEST_NAME} characters")
    return value


def mint_action_id(wall: float) -> str:
    """A UUIDv7: unique everywhere, sorts by time."""
    value = int(wall * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(uuid.UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


# ----------------------------------------------------------------------------------------------------- time and leases


class Moment(NamedTuple):
    """Two clocks read at once, in seconds.

    The monotonic one never jumps, but may stand still while a machine is suspended; the wall clock goes on then, but
    may be set. Whoever has to know how long ago something was takes the longer answer.
    """

    monotonic: float
    wall: float


Clock = Callable[[], Moment]


def system_clock() -> Moment:
    """The process's own clocks."""
    return Moment(time.monotonic(), time.time())


def jump(before: Moment, now: Moment) -> float:
    """How far the two clocks have drifted apart: a suspended machine, or a clock that was set."""
    return abs(now.wall - before.wall - (now.monotonic - before.monotonic))


class Lease:
    """Until when this process may act without hearing more. Judged whenever it is asked, never by a timer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: Optional[Moment] = None

    def renew(self, sent: Moment, at: float, lease: float) -> None:
        """Extends it. `sent` is when we sent the request whose answer says that `at` seconds had passed since.

        The server wrote this no earlier than ``sent + at``, however late it reached us. A machine that slept, a proxy
        that held the bytes and a heartbeat that waited in the socket make no lease longer.
        """
        now = self._clock()
        until = Moment(
            min(sent.monotonic + at, now.monotonic) + lease,
            min(sent.wall + at, now.wall) + lease,
        )
        if _left(until, now) > _left(self._until, now):
            self._until = until

    def remaining(self) -> float:
        """Seconds; zero or less when it is gone."""
        return _left(self._until, self._clock())

    def drop(self) -> None:
        """Gives it up."""
        self._until = None


def _left(until: Optional[Moment], now: Moment) -> float:
    return 0.0 if until is None else min(until.monotonic - now.monotonic, until.wall - now.wall)


# -------------------------------------------------------------------------------------------------- orders, understood


class SignedState(NamedTuple):
    """A state as it came: what was signed is kept word for word, and what we understand of it."""

    epoch: int
    plane_id: str
    issued_at: str
    lease: float
    halts: Tuple[Halt, ...]
    signature: str
    wire: Mapping[str, Any]

    def signed_text(self) -> str:
        """The text that the signature is over: everything but the signature."""
        return canonical_json({name: self.wire[name] for name in _SIGNED})


_SIGNED = ("epoch", "planeId", "issuedAt", "leaseMs", "halts")


def read_state(value: Any) -> SignedState:
    """Raises ValueError where it is no state at all."""
    if not isinstance(value, dict):
        raise ValueError("this is not a state of a control plane: is there a proxy in between?")
    epoch, lease, halts = value.get("epoch"), value.get("leaseMs"), value.get("halts")
    if not _is_count(epoch) or not _is_count(lease) or lease == 0 or not isinstance(halts, list):
        raise ValueError("this is not a state of a control plane: is there a proxy in between?")
    texts = [_text(value, name) for name in ("planeId", "issuedAt", "signature")]
    plane_id, issued_at, signature = texts
    if plane_id is None or issued_at is None or signature is None:
        raise ValueError("this is not a state of a control plane: it lacks a name, a time or a signature")
    wire = {name: value[name] for name in (*_SIGNED, "signature")}
    read = tuple(read_halt(halt) for halt in halts)
    return SignedState(int(epoch), plane_id, issued_at, lease / 1000, read, signature, wire)


def read_halt(value: Any) -> Halt:
    """An order as this guard takes it: a scope it does not know covers everything, a mode it does not know denies."""
    value = value if isinstance(value, dict) else {}
    mode = value.get("mode")
    return Halt(
        id=_text(value, "id") or "an order without a name",
        scope=_read_scope(value.get("scope")),
        mode=mode if mode in ("hold", "degraded") else "deny",
        reason=_text(value, "reason") or "no reason was sent",
        ordered_by=_text(value, "orderedBy") or "unknown",
        at=_text(value, "at") or "",
        drill=value.get("drill") is True,
    )


_EVERYTHING: Mapping[str, str] = {"kind": "all"}
_REQUIRED = {"agent": "agentId", "tool": "tool", "class": "actionClass", "action": "actionId"}


def _read_scope(value: Any) -> Mapping[str, str]:
    """What is no name is no limit: such an order covers more than it might mean, never less."""
    kind = value.get("kind") if isinstance(value, dict) else None
    required = _REQUIRED.get(kind) if isinstance(kind, str) else None
    named = None if required is None else _text(value, required)
    if required is None or named is None:
        return _EVERYTHING
    scope = {"kind": kind, required: named}
    agent = _text(value, "agentId")
    if kind in ("tool", "class") and agent is not None:
        scope["agentId"] = agent
    return scope


def covers(scope: Mapping[str, str], attempt: Attempt) -> bool:
    """Does the order concern this attempt? Every limit that it names must be met.

    An attempt of class `unknown` has been classified by nobody: every order for a class covers it.
    """
    wanted_class = scope.get("actionClass", attempt.action_class)
    return (
        scope.get("agentId", attempt.agent_id) == attempt.agent_id
        and scope.get("tool", attempt.tool) == attempt.tool
        and attempt.action_class in (wanted_class, _UNKNOWN_CLASS)
        and scope.get("actionId", attempt.action_id) == attempt.action_id
    )


def _covers_any(scope: Mapping[str, str], attempt: Attempt) -> bool:
    if covers(scope, attempt):
        return True
    return any(covers(scope, attempt._replace(agent_id=agent)) for agent in attempt.on_behalf_of)


def decide(attempt: Attempt, halts: Iterable[Halt]) -> Tuple[str, Optional[Halt]]:
    """``deny``, ``hold`` or ``allow``, and the first order that says so. The strictest covering order wins.

    `degraded` refuses all but reads. A rehearsal stands against nothing.
    """
    holding: Optional[Halt] = None
    for halt in halts:
        if halt.drill or not _covers_any(halt.scope, attempt):
            continue
        if halt.mode == "deny" or (halt.mode == "degraded" and not attempt.read_only):
            return "deny", halt
        if halt.mode == "hold" and halt.id not in attempt.released_from:
            holding = holding or halt
    return ("allow", None) if holding is None else ("hold", holding)


class HeldState:
    """The orders this process holds to.

    Adding one needs no proof; dropping one needs a signature of the pinned key and a newer epoch than we have seen.
    Planes that disagree: all their orders together.
    """

    def __init__(self) -> None:
        self.newest: Optional[SignedState] = None
        self.heard = False
        """False until this run of the process has heard for itself."""
        self.halts: Tuple[Halt, ...] = ()
        self.highest: Dict[str, int] = {}
        """The highest epoch seen, by plane."""
        self.others: Dict[str, Tuple[Halt, ...]] = {}
        """By plane: signed ones whose plane is not the newest, and what nobody signed."""

    def accept(self, state: SignedState, signed: bool) -> str:
        """``newer``, ``same``: we hold what it says. ``older``: a replay. ``unsigned``: only its orders were added."""
        acceptance = self._accept(state, signed)
        if acceptance != "older":
            self.refresh()
        return acceptance

    def refresh(self) -> None:
        """Puts together what is in force."""
        halts = self.newest.halts if self.newest is not None else ()
        for others in self.others.values():
            halts = _union(halts, others)
        self.halts = halts

    def _accept(self, state: SignedState, signed: bool) -> str:
        if not signed:
            self._add(state)
            return "unsigned"
        seen = self.highest.get(state.plane_id, -1)
        if state.epoch < seen:
            return "older"
        self.highest[state.plane_id] = state.epoch
        self.heard = True
        if state.epoch > seen:
            self._take_over(state)
            return "newer"
        self._add(state)
        return "same"

    def _take_over(self, state: SignedState) -> None:
        before = self.newest
        if before is not None and before.plane_id != state.plane_id:
            if state.issued_at <= before.issued_at:
                return self._add(state)
            # The same key, later: the control plane was restored under a new name, and speaks for the old one.
            self.others.pop(before.plane_id, None)
        self.others.pop(state.plane_id, None)
        self.newest = state
        return None

    def _add(self, state: SignedState) -> None:
        self.others[state.plane_id] = _union(self.others.get(state.plane_id, ()), state.halts)


def _union(mine: Tuple[Halt, ...], theirs: Tuple[Halt, ...]) -> Tuple[Halt, ...]:
    known = {_identity(halt) for halt in mine}
    return mine + tuple(halt for halt in theirs if _identity(halt) not in known)


def _identity(halt: Halt) -> str:
    """Two halts under one id that stop different things are two halts."""
    return canonical_json([halt.id, halt.mode, dict(halt.scope), halt.drill])


def _is_count(value: Any) -> bool:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool) and 0 <= value <= 2**53 - 1


def _number(value: Any, name: str) -> Optional[float]:
    """Zero or more; None where there is none."""
    member = value.get(name) if isinstance(value, dict) else None
    if isinstance(member, bool) or not isinstance(member, (int, float)):
        return None
    return float(member) if 0 <= member <= 1e300 else None


def _text(value: Mapping[str, Any], name: str) -> Optional[str]:
    member = value.get(name)
    return member if isinstance(member, str) and member != "" else None


# ------------------------------------------------------------------------------------------- the guard without network


class _Enforcer:
    """What is held, until when, what runs, and what may be said about it. One lock; nothing waits while it is held."""

    def __init__(self, agent_id: str, clock: Clock, abort_deadline: float, on_change: Callable[[], None]) -> None:
        self.abort_deadline = abort_deadline
        self.held = HeldState()
        self._agents, self._on_change = {agent_id}, on_change
        self._lease = Lease(clock)
        self._condition = threading.Condition(threading.RLock())
        self._running: Set[Action] = set()
        self._ended: Dict[str, Tuple[Attempt, str]] = {}
        self._inherited: Set[Action] = set()
        self._closed = False
        self._watching = False

    @property
    def lock(self) -> threading.Condition:
        """Held while something is read that belongs together."""
        return self._condition

    # Judging

    def _state(self) -> str:
        if self._closed:
            return "closed"
        if not self.held.heard:
            return "starting"
        return "live" if self._lease.remaining() > 0 else "isolated"

    def refusal(self, attempt: Attempt) -> Optional[HaltedError]:
        """Why not, at this very moment; None where nothing stands against it."""
        with self._condition:
            epoch = self.held.newest.epoch if self.held.newest is not None else 0
            verdict, halt = decide(attempt, self.held.halts)
            if halt is not None:
                return HaltedError(verdict, halt.id, halt.reason, epoch, None, halt.scope, halt.mode)
            state = self._state()
            return None if state == "live" else HaltedError(state, None, _OWN_REASONS[state], epoch)

    def _probe(self) -> bool:
        """Is an attempt that each of the orders covers really refused? A rehearsal is tried as if it were none."""
        for halt in self.held.halts:
            said = [halt.scope.get(name, f"probe-of-{name}") for name in _LIMITS[1:]]
            held = self.held.halts if not halt.drill else (halt._replace(drill=False),)
            for agent in self._agents:
                attempt = Attempt(agent, said[0], said[1], said[2], False)
                if halt.scope.get("agentId", agent) == agent and decide(attempt, held)[1] is None:
                    return False
        return True

    def answer_for(self, agent_id: str) -> None:
        """From now on the self-probe asks for this agent too."""
        with self._condition:
            self._agents.add(agent_id)

    # Acting

    def begin(self, attempt: Attempt) -> Action:
        """Judges and registers in one breath: an order that comes next finds the action running."""
        with self._condition:
            refusal = self.refusal(attempt)
            if refusal is not None:
                raise refusal
            action = Action(attempt, self.refusal)
            self._running.add(action)
            return action

    def end(self, action: Action, failed: bool) -> None:
        """It ended by itself, maybe later than it might."""
        with self._condition:
            action._ended = True
            self._running.discard(action)
            self._inherited.discard(action)
            # A call that kept the interpreter busy ends before anybody could tell it to stop.
            if action.halted is not None or self.refusal(action.attempt) is not None:
                self._ended[action.action_id] = (action.attempt, "aborted" if failed else "completedAfter")
                self._change()

    def list(self) -> List[Tuple[Attempt, bool]]:
        """What runs, and whether it has been told to stop."""
        with self._condition:
            return [(action.attempt, action.halted is not None) for action in self._running]

    def ended(self, patience: Optional[float]) -> bool:
        """Waits until nothing runs; False where that takes longer."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._running, patience)

    def forget(self, standing: Mapping[str, Any]) -> None:
        """The ends in it have been reported."""
        with self._condition:
            for action_id in standing["inflight"]["aborted"] + standing["inflight"]["completedAfter"]:
                self._ended.pop(action_id, None)

    # Hearing

    def accept(self, state: SignedState, signed: bool) -> str:
        """Takes a state over and enforces it."""
        with self._condition:
            acceptance = self.held.accept(state, signed)
            self._enforce()
            return acceptance

    def lacks(self, told: SignedState) -> bool:
        """Two states of one epoch: the control plane has lost an order, and given its epoch again."""
        with self._condition:
            newest = self.held.newest
            if newest is None or (newest.plane_id, newest.epoch) != (told.plane_id, told.epoch):
                return False
            return not {(halt.id, halt.at) for halt in newest.halts} <= {(halt.id, halt.at) for halt in told.halts}

    def renew(self, sent: Moment, at: float, lease: float) -> None:
        """A heartbeat of an epoch that we hold to."""
        with self._condition:
            self._lease.renew(sent, at, lease)
            self._watching = True
            self._on_change()

    def tick(self) -> float:
        """Does what time asks for, and says how many seconds it may take until the next look."""
        with self._condition:
            remaining = self._lease.remaining()
            if self._watching and remaining <= 0:
                self._watching = False
                self._enforce()
            now = time.monotonic()
            late = [action for action in self._running if action._due <= now and not action._overdue]
            for action in late:
                action._overdue = True
            if late:
                self._change()
            dues = [action._due - now for action in self._running if not action._overdue]
            return max(0.0, min([_TICK, *dues, *([remaining] if self._watching else [])]))

    def _enforce(self) -> None:
        due = time.monotonic() + self.abort_deadline
        for action in list(self._running):
            error = None if action.halted is not None else self.refusal(action.attempt)
            if error is not None:
                action._stop(error, due)
        self._change()

    # Saying

    def view(self) -> GuardView:
        """How it stands."""
        with self._condition:
            epoch = self.held.newest.epoch if self.held.newest is not None else 0
            return GuardView(self._state(), epoch, self.held.halts)

    def standing(self) -> Optional[Dict[str, Any]]:
        """What may be acknowledged now; None before this process has heard a signed state."""
        with self._condition:
            newest, halts = self.held.newest, self.held.halts
            if newest is None or not self.held.heard:
                return None
            covered = [action for action in self._running if decide(action.attempt, halts)[0] != "allow"]
            quiet = "quiesced" if not covered else "enforced"
            return {
                "planeId": newest.plane_id,
                "epoch": newest.epoch,
                "level": quiet if self._probe() else "received",
                "inflight": {
                    "aborted": self._ended_as("aborted"),
                    "uncancellable": [action.action_id for action in covered if action._overdue],
                    "completedAfter": self._ended_as("completedAfter"),
                },
                "left": self._closed and not self._running,
            }

    def _ended_as(self, how: str) -> List[str]:
        halts = self.held.halts
        return [
            action_id
            for action_id, (attempt, end) in self._ended.items()
            if end == how and decide(attempt, halts)[0] != "allow"
        ]

    def wait(self, seconds: Optional[float]) -> None:
        """Until something changes."""
        with self._condition:
            self._condition.wait(seconds)

    def wait_for(self, wanted: Callable[[], bool], patience: Optional[float]) -> bool:
        """Until it is so; False where that takes longer."""
        with self._condition:
            return self._condition.wait_for(wanted, patience)

    def wake(self) -> None:
        """Makes everybody who waits look again."""
        with self._condition:
            self._condition.notify_all()

    def _change(self) -> None:
        self._condition.notify_all()
        self._on_change()

    # Ending and forking

    def close(self) -> None:
        """Denies everything for good."""
        with self._condition:
            self._closed = True
            self._enforce()

    def before_fork(self) -> None:
        """Nothing is half done while a child is made."""
        self._condition.acquire()

    def after_fork_in_parent(self) -> None:
        """Goes on."""
        self._condition.release()

    def after_fork(self) -> None:
        """In a child: no lease, and of what ran only what the forking thread was in goes on here.

        Only the flag is raised on that: what else would stop it belongs to the parent.
        """
        self._condition = threading.Condition(threading.RLock())
        self._lease.drop()
        self._ended, self._watching = {}, False
        self._running = {action for action in self._running if action._thread_id == threading.get_ident()}
        self._inherited = set(self._running)
        for action in self._running:
            action._callbacks, action._cancellers = [], []
        with self._condition:
            self._enforce()

    def forget_inherited(self) -> None:
        """This process ends, and with it what it took over from the one it was made by."""
        with self._condition:
            for action in list(self._inherited):
                self.end(action, failed=False)


_OWN_REASONS = {
    "starting": "this guard has not heard from the control plane yet",
    "isolated": "this guard has lost the control plane: nobody knows what has been ordered",
    "closed": "this guard is closed",
}


# --------------------------------------------------------------------------------------------------- the control plane


class PlaneError(Exception):
    """An answer that is not the one we need; the guard goes on trying whatever it is."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Watchdog:
    """Cuts connections that take too long, whatever their sockets believe: a proxy may drip for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: Dict[socket.socket, float] = {}
        self._over = False

    def expect(self, sock: socket.socket, seconds: float) -> None:
        """It has that long from now."""
        with self._lock:
            self._due[sock] = -math.inf if self._over else time.monotonic() + seconds
            if self._over:
                _cut(sock)

    def forget(self, sock: socket.socket) -> None:
        """It is done."""
        with self._lock:
            self._due.pop(sock, None)

    def tick(self) -> float:
        """Cuts what is due, and says how many seconds it may take until the next look."""
        with self._lock:
            now = time.monotonic()
            for sock, due in self._due.items():
                if due <= now:
                    _cut(sock)
            return max(0.01, min((due - now for due in self._due.values() if due > now), default=_TICK))

    def let_go(self) -> None:
        """In a child: what the parent has open stays the parent's, and ends with the parent."""
        for sock in list(self._due):
            try:
                os.close(sock.detach())
            except OSError:
                continue

    def cut(self) -> None:
        """Cuts everything, now and from now on."""
        with self._lock:
            self._over = True
            for sock in self._due:
                _cut(sock)


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # It is gone already.


class _Connection:
    """One request and its answer. No redirects: a login page is not an answer."""

    def __init__(self, plane: "_Plane", timeout: float) -> None:
        kind = http.client.HTTPSConnection if plane.secure else http.client.HTTPConnection
        self._http = kind(plane.host, plane.port, timeout=timeout)
        self._plane, self._timeout = plane, timeout

    def __enter__(self) -> "_Connection":
        self._http.connect()
        self._sock = self._http.sock
        self.expect(self._timeout)
        return self

    def __exit__(self, *_: Any) -> None:
        self._plane.watchdog.forget(self._sock)
        self._http.close()
        self._sock.close()

    def expect(self, seconds: float) -> None:
        """A sign of life is due within that time."""
        self._sock.settimeout(seconds)
        self._plane.watchdog.expect(self._sock, seconds)

    def ask(self, method: str, path: str, body: Optional[str] = None) -> http.client.HTTPResponse:
        """The answer, where it is 2xx."""
        response = self.send(method, path, body)
        if 200 <= response.status < 300:
            return response
        raise PlaneError(response.status, f"{response.status} {_detail(response.read(65_536)) or response.reason}")

    def send(self, method: str, path: str, body: Optional[str] = None) -> http.client.HTTPResponse:
        """The answer, whatever it is."""
        headers = {"Authorization": f"Bearer {self._plane.token}", "Accept": "*/*"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._http.request(method, self._plane.base + path, body and body.encode(), headers)
        return self._http.getresponse()


class _Plane:
    """The control plane as a guard speaks to it."""

    def __init__(self, url: str, token: str) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is no address of a control plane: say http://… or https://…")
        self.secure, self.host, self.port = parts.scheme == "https", parts.hostname, parts.port
        self.base, self.token = parts.path.rstrip("/"), token
        self.watchdog = _Watchdog()

    def open(self, timeout: float = _CONNECT) -> _Connection:
        """A connection of its own for one request."""
        return _Connection(self, timeout)

    def request(self, method: str, path: str, body: Any = None, timeout: float = _CONNECT) -> Any:
        """The JSON of a 2xx answer; None where it has no body."""
        text = None if body is None else canonical_json(body)
        with self.open(timeout) as connection:
            answer = connection.ask(method, path, text).read(_LONGEST_ANSWER)
        return read_json(answer.decode()) if answer else None

    def answer(self, method: str, path: str, body: Any, timeout: float) -> Tuple[int, Any]:
        """The status of any answer, and its JSON."""
        text = None if body is None else canonical_json(body)
        with self.open(timeout) as connection:
            response = connection.send(method, path, text)
            answer = response.read(_LONGEST_ANSWER)
        return response.status, read_json(answer.decode())


def _detail(body: bytes) -> Optional[str]:
    try:
        problem = json.loads(body)
    except ValueError:
        return None
    return str(problem["detail"]) if isinstance(problem, dict) and "detail" in problem else None


class _EventReader:
    """Server-Sent Events from bytes, however the network cuts them. What the end of the stream cuts off is dropped."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""

    def feed(self, chunk: bytes) -> List[Tuple[str, str]]:
        """The complete events so far: name and data."""
        text = self._rest + self._decoder.decode(chunk)
        # A carriage return at the very end may be half of a line end: it waits for what follows.
        half = "\r" if text.endswith("\r") else ""
        blocks = text[: len(text) - len(half)].replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
        self._rest = blocks.pop() + half
        if len(self._rest) > _LONGEST_EVENT:
            raise PlaneError(200, "an event of the stream is too long")
        return [event for event in map(_parse_event, blocks) if event[1] != ""]


def _parse_event(block: str) -> Tuple[str, str]:
    event, data = "message", []
    for line in block.split("\n"):
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "event":
            event = value
        elif name == "data":
            data.append(value)
    return event, "\n".join(data)


class _Session:
    """What one answer has told so far, be it a stream or a single state."""

    def __init__(self, sent: Moment, nonce: str, guard: Guard) -> None:
        self._sent, self._nonce, self._guard = sent, nonce, guard
        self.heartbeat: Optional[float] = None
        """None until a state has come that answers our very request."""
        self.lease = 0.0
        self.held: Optional[int] = None
        """The epoch that we hold to, as far as this answer has told; None while it tells what we cannot accept."""

    def take_state(self, value: Any) -> bool:
        """True where we hold to it now."""
        state = read_state(value)
        self.held = state.epoch if self._guard._accept(state) else None
        connection = value.get("connection")
        at, heartbeat = _number(connection, "at"), _number(connection, "heartbeatMs")
        if at is not None:
            # Made up for this request: only an answer that repeats it was made for us, and not kept by a cache.
            if connection.get("nonce") != self._nonce:
                raise PlaneError(200, "this answer was made for another request: is there a cache in between?")
            self.heartbeat, self.lease = (heartbeat or 2_000) / 1000, state.lease
            self._renew(at)
        return self.held is not None

    def take_heartbeat(self, value: Any) -> None:
        """Renews the lease where it tells the epoch that we hold to."""
        epoch, at = _number(value, "epoch"), _number(value, "at")
        if epoch is None or at is None or self.heartbeat is None or self.held is None:
            return
        if epoch > self.held:
            raise PlaneError(200, f"the control plane is at epoch {int(epoch)}, this stream told {self.held}")
        if epoch == self.held:
            self._renew(at)

    def _renew(self, at: float) -> None:
        if self.held is not None:
            self._guard._enforcer.renew(self._sent, at / 1000, self.lease)


class _StreamBlocked(PlaneError):
    """Something answers, and lets no stream through."""


class _Follower:
    """Follows the control plane for ever: nothing it answers, and no silence, ends the trying.

    Every answer begins with the whole state, so nothing has to be remembered about what was missed. A stream is the
    way; where something in between does not let streams through, it asks again and again instead, and tries a stream
    from time to time.
    """

    def __init__(self, plane: _Plane, guard: Guard, ending: threading.Event) -> None:
        self._plane, self._guard, self._ending = plane, guard, ending
        self._failures = 0

    def follow(self) -> None:
        """Returns when the guard ends."""
        ask = self._stream
        while not self._ending.is_set():
            try:
                ask()
                ask = self._stream
            except Exception as error:  # noqa: BLE001 - nothing at all may end the trying
                if self._ending.is_set():
                    return
                self._guard._trouble(error)
                ask = self._poll if isinstance(error, _StreamBlocked) else self._stream
                most = min(_LONGEST_BACKOFF, _FIRST_BACKOFF * 2**self._failures)
                self._failures = min(self._failures + 1, 10)
                self._ending.wait(random.random() * most)

    def _stream(self) -> None:
        """One stream, until it is time for another. Raises when it breaks."""
        began, session, answered = time.monotonic(), None, False
        try:
            self._guard._prepare()
            with self._plane.open() as connection:
                session, response = self._ask(connection, "/v1/halts/stream", {})
                answered = True
                self._read(connection, response, session)
        except Exception as error:
            silent = isinstance(error, socket.timeout) or time.monotonic() - began >= _CONNECT
            if (session is not None and session.heartbeat is not None) or not (answered or silent):
                raise
            raise _StreamBlocked(200, f"no stream comes through: asking again and again instead ({error})") from error

    def _read(self, connection: _Connection, response: http.client.HTTPResponse, session: _Session) -> None:
        kind = response.headers.get("content-type", "nothing")
        if not kind.lower().startswith("text/event-stream"):
            raise PlaneError(response.status, f"the stream answered with {kind}: is there a proxy in between?")
        reader, began, patience = _EventReader(), self._guard._clock(), _STREAM * random.uniform(0.8, 1.0)
        while not self._ending.is_set():
            chunk = response.read1(65_536)
            if not chunk:
                raise PlaneError(response.status, "the stream ended")
            ours = [event for event in reader.feed(chunk) if event[0] in ("state", "heartbeat")]
            for event, data in ours:
                self._take(session, event, data)
            # Only what a control plane says is a sign of life: a proxy may drip for ever, and hold the rest back.
            if ours and session.heartbeat is not None:
                connection.expect(session.heartbeat * 3)
            now = self._guard._clock()
            # Long before two honest clocks drift apart by as much as the control plane allows for.
            if now.monotonic - began.monotonic > patience or jump(began, now) > _JUMP:
                return

    def _take(self, session: _Session, event: str, data: str) -> None:
        if event == "state" and session.take_state(read_json(data)):
            self._failures = 0
        elif event == "heartbeat":
            session.take_heartbeat(read_json(data))

    def _poll(self) -> None:
        """Asks again and again, each time for the whole state. Raises when one question is not answered."""
        clock, wait, since = self._guard._clock, 0.0, {}
        began = clock()
        while not self._ending.is_set():
            asked = time.monotonic()
            session = self._poll_once({"wait": str(wait), **since}, wait)
            now = clock()
            if now.monotonic - began.monotonic > _POLLING or jump(began, now) > _JUMP:
                return
            # It grants no lease while it waits for our acknowledgement; then the next question is soon enough.
            wait = min(session.lease / 2, _LONGEST_POLL) if session.heartbeat is not None else _UNLEASED_POLL
            since = {"since": str(session.held)}
            self._ending.wait(max(0.0, _SHORTEST_POLL - (time.monotonic() - asked)))

    def _poll_once(self, query: Mapping[str, str], wait: float) -> _Session:
        self._guard._prepare()
        with self._plane.open(_CONNECT + wait) as connection:
            session, response = self._ask(connection, "/v1/halts", query)
            if not session.take_state(read_json(response.read(_LONGEST_ANSWER).decode())):
                raise PlaneError(200, "what the control plane told renews no lease")
        self._failures = 0
        return session

    def _ask(
        self, connection: _Connection, path: str, query: Mapping[str, str]
    ) -> Tuple[_Session, http.client.HTTPResponse]:
        nonce, sent = str(uuid.uuid4()), self._guard._clock()
        about = urllib.parse.urlencode({**self._guard._query(), "nonce": nonce, **query})
        return _Session(sent, nonce, self._guard), connection.ask("GET", f"{path}?{about}")


class _Acknowledger:
    """Tells the control plane how far this guard has come: at least once, in the end, and always the latest.

    Three levels, each said only when it is true; a statement that could not be delivered is replaced by a truer one.
    """

    def __init__(
        self,
        plane: _Plane,
        point: Callable[[], Dict[str, str]],
        enforcer: _Enforcer,
        ending: threading.Event,
        on_trouble: Callable[[Exception], None],
    ) -> None:
        self._plane, self._point, self._enforcer = plane, point, enforcer
        self._ending, self._on_trouble = ending, on_trouble
        self._delivered: Optional[Dict[str, Any]] = None

    def deliver(self) -> None:
        """Returns when the guard ends."""
        failures = 0
        while True:
            self._enforcer.wait_for(lambda: self._ending.is_set() or self._has_news(), None)
            if self._ending.is_set():
                return
            try:
                self._deliver_once()
                failures = 0
            except Exception as error:  # noqa: BLE001 - whatever it was, it is tried again
                self._on_trouble(error)
                self._ending.wait(random.random() * min(_LONGEST_RETRY, _FIRST_RETRY * 2**failures))
                failures = min(failures + 1, 10)

    def flush(self, patience: float) -> bool:
        """Waits until the control plane has what is true now."""
        return self._enforcer.wait_for(lambda: not self._has_news(), patience)

    def _has_news(self) -> bool:
        standing = self._enforcer.standing()
        return standing is not None and standing != self._delivered

    def _deliver_once(self) -> None:
        standing = self._enforcer.standing()
        if standing is None:
            return
        point = self._point()
        batch = [{**point, **statement} for statement in statements(standing, self._delivered)]
        self._plane.request("POST", "/v1/acks", batch)
        self._delivered = standing
        if standing["level"] == "quiesced":
            self._enforcer.forget(standing)
        self._enforcer.wake()


def statements(standing: Mapping[str, Any], delivered: Optional[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """Every level reached since the last delivery, so that each has its own record."""
    reached, first = _LEVELS.index(standing["level"]), 0
    if delivered is not None and all(delivered[key] == standing[key] for key in ("planeId", "epoch")):
        first = min(_LEVELS.index(delivered["level"]) + 1, reached)
    return [{**standing, "level": level} for level in _LEVELS[first : reached + 1]]


# ------------------------------------------------------------------------------------------------------------- reports

_MODEL_CLASS = "model-call"
_MOST_REPORTS, _REPORTS_AT_ONCE = 10_000, 500
_REPORT_PAUSE = 0.2
_FIRST_REPORT_RETRY, _LONGEST_REPORT_RETRY = 0.5, 30.0


class _Reports:
    """Tells the control plane's telemetry what was asked here, in batches, beside the work: nothing waits for it.

    Where there is more than can be told, the oldest is dropped and counted, and the gap is told in its place. A token
    may speak for one agent only, so that each agent's reports travel apart.
    """

    def __init__(self, plane: _Plane, ending: threading.Event, on_trouble: Callable[[Exception], None]) -> None:
        self._plane, self._ending, self._on_trouble = plane, ending, on_trouble
        self._lock, self._sending = threading.Lock(), threading.Lock()
        self._waiting: Dict[str, Deque[Dict[str, Any]]] = {}
        self._gaps: Dict[str, Tuple[str, str, int]] = {}
        self._news = threading.Event()
        self._failures = 0
        self._told = False

    def add(self, report: Dict[str, Any]) -> None:
        """Soon."""
        with self._lock:
            waiting = self._waiting.setdefault(report["agentId"], collections.deque())
            waiting.append(report)
            lost = [waiting.popleft()] if len(waiting) > _MOST_REPORTS else []
        self._lose(lost, PlaneError(0, "there is more to report than the control plane takes: the oldest was dropped"))
        self._news.set()

    def deliver(self) -> None:
        """Returns when the guard ends."""
        while True:
            self._news.wait()
            pause = _FIRST_REPORT_RETRY * 2**self._failures if self._failures else _REPORT_PAUSE
            if self._ending.wait(min(_LONGEST_REPORT_RETRY, pause)):
                return
            self._news.clear()
            if not self._send(math.inf):
                self._news.set()

    def flush(self, patience: float) -> None:
        """Tells what is left within that time, unless nobody has listened of late."""
        if self._failures == 0:
            self._send(time.monotonic() + patience)

    def wake(self) -> None:
        """It may be over."""
        self._news.set()

    def _send(self, until: float) -> bool:
        """False where it has to be tried again."""
        if not self._sending.acquire(timeout=min(_LONGEST_REPORT_RETRY, max(0.0, until - time.monotonic()))):
            return False
        try:
            for agent_id in list(self._waiting):
                while self._waiting[agent_id]:
                    left = until - time.monotonic()
                    if left <= 0:
                        return False
                    try:
                        self._send_some(agent_id, min(_CONNECT, left))
                    except Exception:  # noqa: BLE001 - whatever it was, it is tried again
                        self._failures = min(self._failures + 1, 10)
                        return False
            self._failures = 0
            return True
        finally:
            self._sending.release()

    def _send_some(self, agent_id: str, timeout: float) -> None:
        with self._lock:
            waiting = self._waiting[agent_id]
            batch = [waiting.popleft() for _ in range(min(len(waiting), _REPORTS_AT_ONCE))]
            gap = self._gaps.pop(agent_id, None)
        told = [] if gap is None else [_gap_report(agent_id, gap)]
        try:
            self._plane.request("POST", "/v1/actions", told + batch, timeout)
            self._told = False
        except Exception as error:
            if gap is not None:
                with self._lock:
                    self._gaps[agent_id] = _wider(self._gaps.get(agent_id), gap)
            if isinstance(error, PlaneError) and 400 <= error.status < 500 and error.status not in (401, 408, 429):
                self._lose(batch, error)
                return
            with self._lock:
                waiting.extendleft(reversed(batch))
            raise

    def _lose(self, lost: Sequence[Mapping[str, Any]], why: Exception) -> None:
        if not lost:
            return
        agent_id = lost[0]["agentId"]
        with self._lock:
            gap = (lost[0]["at"], lost[-1]["at"], len(lost))
            self._gaps[agent_id] = _wider(self._gaps.get(agent_id), gap)
            told, self._told = self._told, True
        if not told:
            self._on_trouble(why)


def _wider(one: Optional[Tuple[str, str, int]], other: Optional[Tuple[str, str, int]]) -> Tuple[str, str, int]:
    known = [gap for gap in (one, other) if gap is not None]
    return min(gap[0] for gap in known), max(gap[1] for gap in known), sum(gap[2] for gap in known)


def _gap_report(agent_id: str, gap: Tuple[str, str, int]) -> Dict[str, Any]:
    return {"kind": "gap", "agentId": agent_id, "from": gap[0], "to": gap[1], "lost": gap[2]}


def _about(
    action_id: str, agent_id: str, tool: Optional[str], action_class: Optional[str], wall: float
) -> Dict[str, Any]:
    """What does not fit is cut or left out: a report that is refused takes the others of its batch with it."""
    known = action_class if re.fullmatch(r"[a-z][a-z0-9-]{1,39}", action_class or "") else None
    at = _instant(datetime.datetime.fromtimestamp(wall, datetime.timezone.utc))
    about = {"actionId": _name(action_id, "action_id"), "agentId": agent_id, "at": at}
    return {**about, "tool": _short(tool), "actionClass": known}


def _short(text: Optional[str]) -> Optional[str]:
    """As much of it as fits, counted as the control plane counts: in UTF-16."""
    if not text:
        return None
    if 2 * len(text) <= _LONGEST_NAME:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * _LONGEST_NAME].decode("utf-16-le", "ignore") or None


def _artifact(about: Mapping[str, Any], visibility: str, review: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    if visibility not in ("customer", "internal"):
        raise ValueError("visibility is customer or internal")
    seen = None if review is None else _review(**review)
    return {**about, "kind": "artifact", "customerVisible": visibility == "customer", "review": seen}


def _instant(at: Optional[datetime.datetime]) -> Optional[str]:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("times of a review need a time zone: datetime.now(timezone.utc)")
    return at.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _review(
    *,
    required: bool = True,
    presented_at: Optional[datetime.datetime] = None,
    decided_at: Optional[datetime.datetime] = None,
    reviewer: Optional[str] = None,
    approved_digest: Optional[str] = None,
    executed_digest: Optional[str] = None,
    words: Optional[int] = None,
) -> Dict[str, Any]:
    counted = isinstance(words, int) and not isinstance(words, bool) and 0 <= words < 2**53
    return {
        "required": required is not False,
        "presentedAt": _instant(presented_at),
        "decidedAt": _instant(decided_at),
        "reviewer": _short(reviewer),
        "approvedDigest": _short(approved_digest),
        "executedDigest": _short(executed_digest),
        "words": words if counted else None,
    }


def _mark_span(active_span: Callable[[], Any], attempt: Attempt) -> Dict[str, str]:
    """Puts the action's id on the span that is open now. The agent's tracing must not break its guard."""
    try:
        span = active_span()
        span.set_attributes(attributes_of(attempt))
        context = span.get_span_context()
        if not context.trace_id or not context.span_id:
            return {}
        return {"traceId": format(context.trace_id, "032x"), "spanId": format(context.span_id, "016x")}
    except Exception:  # noqa: BLE001
        return {}


# ---------------------------------------------------------------------------------------------------------- quarantine

_POLL_WAIT = 20
_PAUSE = 0.2
_DEEPEST = 64
_LONGEST_PARAMETERS = 262_144
_FINAL = frozenset((400, 404, 409, 410, 413, 414, 415))
"""Says that it must not be tried like this again; everything else may be better in a moment."""


class _Wait(NamedTuple):
    """One attempt that an order holds."""

    attempt: Attempt
    """As the control plane is told of it."""
    original: Attempt
    parameters: Callable[[], Any]
    held: HaltedError
    claim_id: str
    given_up: threading.Event


class _Quarantine:
    """What becomes of an attempt that an order of mode `hold` covers.

    It waits at the control plane, with its exact parameters, until a person has decided. Nothing runs here while it
    waits, nothing is forgotten when either side is restarted, and nothing but a claim that the control plane has
    granted a moment ago lets it through.
    """

    def __init__(self, plane: _Plane, enforcer: _Enforcer, on_trouble: Callable[[Exception], None]) -> None:
        self._plane, self._enforcer, self._on_trouble = plane, enforcer, on_trouble
        self._closing = threading.Event()

    def tick(self) -> float:
        """Cuts questions that take too long."""
        return self._plane.watchdog.tick()

    def let_go(self) -> None:
        """In a child: see `_Watchdog.let_go`."""
        self._plane.watchdog.let_go()

    def close(self) -> None:
        """Ends all waiting."""
        self._closing.set()
        self._plane.watchdog.cut()

    def wait(
        self, attempt: Attempt, parameters: Any, held: HaltedError, given_up: Optional[threading.Event] = None
    ) -> Attempt:
        """The attempt to be judged again at once: released from the orders that held it, or as it was where those
        were lifted. Raises `HaltedError` where it must not run."""
        said = parameters if callable(parameters) else lambda: parameters
        known = _as_who_is_known(attempt)
        named = known is not attempt and getattr(self._enforcer.refusal(known), "refusal", None) != "hold"
        fault = _NAMED if named else why_not_held(said())
        if fault is not None:
            raise held.because(f"an order holds such attempts, and this one cannot wait: {fault}")
        wait = _Wait(known, attempt, said, held, str(uuid.uuid4()), given_up or threading.Event())
        decided = self._decided(wait)
        return attempt._replace(released_from=decided.released_from, release=decided.release)

    def _decided(self, wait: _Wait) -> Attempt:
        answer = self._hold(wait)
        while True:
            held_id, state = _text(answer, "id"), answer.get("state")
            if state == "not-held" or held_id is None:
                return self._not_held(wait, answer)
            if state not in ("held", "released"):
                return self._decided_against(wait, answer)
            passed = self._claim(wait, held_id) if state == "released" else None
            if passed is not None:
                return passed
            answer = self._poll(wait, held_id)

    def _not_held(self, wait: _Wait, answer: Mapping[str, Any]) -> Attempt:
        """Nothing holds it as the control plane sees it: whoever is behind catches up in a moment."""
        if answer.get("verdict") == "deny":
            raise self._denied(wait, answer, _text(answer, "haltId"))
        self._pause(wait, _PAUSE)
        return wait.attempt

    def _decided_against(self, wait: _Wait, answer: Mapping[str, Any]) -> Attempt:
        """In words; where its order is lifted, it is judged like any other."""
        held_id, state, why = (_text(answer, name) for name in ("id", "state", "why"))
        if why == "lifted":
            self._pause(wait, _PAUSE)
            return wait.attempt
        if why == "halted":
            raise self._denied(wait, answer, _text(answer, "refusedBy"))
        if state == "rejected":
            said = f"rejected by {answer.get('decidedBy')}: {answer.get('reason')}"
            raise wait.held.because(said, held_id)
        raise wait.held.because(_DECIDED.get(why or state or "", f"the quarantine says {state}"), held_id)

    def _denied(self, wait: _Wait, answer: Mapping[str, Any], halt_id: Optional[str]) -> HaltedError:
        reason = _text(answer, "reason") or "a halt that came after the release covers it"
        return HaltedError("deny", halt_id, reason, wait.held.epoch, _text(answer, "id"))

    def _claim(self, wait: _Wait, held_id: str) -> Optional[Attempt]:
        """The check immediately before the side effect; None where there is more to wait for.

        Asked only where nothing else stands against it here, so that no release is spent on what would be refused.
        """
        local = self._enforcer.refusal(wait.original)
        if local is None:
            return wait.attempt
        if local.refusal in ("deny", "closed"):
            raise local.because(local.reason, held_id)
        if self._enforcer.view().state != "live":
            self._pause(wait, _PAUSE)
            return None
        # Taken at this moment: the object may have been changed while it waited.
        body = {"digest": attempt_digest(wait.attempt, wait.parameters()), "claimId": wait.claim_id}
        status, answer = self._answered(wait, "POST", f"/{held_id}/claim", body)
        holds = answer.get("holds")
        if status == 200 and answer.get("run") is True and isinstance(holds, list):
            claimed = f"{held_id}/{wait.claim_id}"
            return wait.attempt._replace(released_from=frozenset(map(str, holds)), release=claimed)
        # An answer without a word of its own is no refusal: another goes first, or it has to be looked at again.
        if _text(answer, "why") in (None, "not-released"):
            self._pause(wait, _PAUSE)
            return None
        refused = {"id": held_id, "state": "refused", "refusedBy": answer.get("haltId")}
        return self._decided_against(wait, {**answer, **refused})

    def _hold(self, wait: _Wait) -> Mapping[str, Any]:
        """The same attempt is the same item, so asking again costs nothing."""
        attempt = wait.attempt
        said = {"agentId": attempt.agent_id, "tool": attempt.tool, "actionClass": attempt.action_class}
        about = {"actionId": attempt.action_id, "parameters": wait.parameters()}
        read_only = {"readOnly": True} if attempt.read_only else {}
        status, answer = self._answered(wait, "POST", "", {**said, **about, **read_only})
        if status < 300:
            return answer
        if status == 409:
            self._pause(wait, _PAUSE)
            return self._hold(wait)
        raise wait.held.because(_text(answer, "detail") or f"the quarantine answered {status}")

    def _poll(self, wait: _Wait, held_id: str) -> Mapping[str, Any]:
        """A control plane that was restored from a backup may not know it: then it is asked for anew."""
        path = f"/{held_id}?wait={_POLL_WAIT}"
        status, answer = self._answered(wait, "GET", path, None, _POLL_WAIT + _CONNECT)
        return answer if status < 300 else self._hold(wait)

    def _answered(
        self, wait: _Wait, method: str, path: str, body: Any, patience: float = _CONNECT
    ) -> Tuple[int, Mapping[str, Any]]:
        """One question until somebody answers it: nothing that goes wrong in between ends the waiting."""
        failures = 0
        while True:
            self._require_waiting(wait)
            try:
                status, answer = self._plane.answer(method, "/v1/quarantine" + path, body, patience)
                if not isinstance(answer, dict):
                    raise PlaneError(status, "the quarantine answered without JSON: is there a proxy in between?")
                if status in (200, 201) or status in _FINAL:
                    return status, answer
                raise PlaneError(status, f"the quarantine answered {status} {answer.get('detail', '')}")
            except Exception as error:  # noqa: BLE001 - whatever it was, it is asked again
                self._require_waiting(wait)
                self._on_trouble(error)
                most = min(_LONGEST_BACKOFF, _PAUSE * 2**failures)
                failures = min(failures + 1, 10)
                self._pause(wait, most * random.uniform(0.5, 1.0))

    def _pause(self, wait: _Wait, seconds: float) -> None:
        self._closing.wait(seconds)
        self._require_waiting(wait)

    def _require_waiting(self, wait: _Wait) -> None:
        if self._closing.is_set() or wait.given_up.is_set():
            reason = "this guard was closed while the attempt waited"
            raise HaltedError("closed", None, reason, wait.held.epoch)


def _as_who_is_known(attempt: Attempt) -> Attempt:
    """A sub-agent has no name at the control plane: it waits under the name of the agent that it works for."""
    if not attempt.on_behalf_of:
        return attempt
    return attempt._replace(agent_id=attempt.on_behalf_of[-1], on_behalf_of=())


_NAMED = "the order names a sub-agent, and for that one only a guard of its own can wait"
_DECIDED = {
    "changed": "its parameters are not those that were released",
    "expired": "its release was not taken up in time: ask again",
    "used": "its release was taken up already, and is good for one use",
    "rejected": "a person rejected it",
}


def attempt_digest(attempt: Attempt, parameters: Any) -> str:
    """What a release is bound to."""
    said = {"agentId": attempt.agent_id, "tool": attempt.tool, "actionClass": attempt.action_class}
    text = canonical_json({**said, "actionId": attempt.action_id, "parameters": parameters})
    return hashlib.sha256(text.encode()).hexdigest()


def why_not_held(parameters: Any) -> Optional[str]:
    """Why these parameters cannot be held; None where they can.

    What JSON would change or drop would let two different attempts share one digest. Walked without recursion.
    """
    if parameters is None:
        return "it was made without `parameters`"
    waiting = [(parameters, 1)]
    while waiting:
        value, depth = waiting.pop()
        fault = f"nested deeper than {_DEEPEST} levels" if depth > _DEEPEST else _fault_of(value)
        if fault is not None:
            return f"the parameters are or hold something {fault}"
        members = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
        waiting.extend((member, depth + 1) for member in members)
    length = len(canonical_json(parameters).encode())
    if length <= _LONGEST_PARAMETERS:
        return None
    return f"the parameters have {length} bytes and at most {_LONGEST_PARAMETERS} can be held: hand over a reference"


def _fault_of(value: Any) -> Optional[str]:
    if isinstance(value, dict):
        return None if all(isinstance(key, str) for key in value) else "with keys that are no texts"
    if value is None or isinstance(value, (bool, str, list, tuple)):
        return None
    if isinstance(value, int):
        return None if abs(value) < 2**53 else "that is too large a number for JSON: hand it over as text"
    if isinstance(value, float):
        return None if math.isfinite(value) else f"that JSON cannot carry: {value}"
    return f"that JSON cannot carry: a {type(value).__name__}"


# ------------------------------------------------------------------------------------------- what outlives the process


class _StateFile:
    """What a guard knows, kept for the next process, in the form that the guard for Node writes too."""

    def __init__(self, path: str) -> None:
        self._path = path

    def restore(self, pinned: "_PinnedKey", held: HeldState) -> None:
        """All of it or nothing. Raises where it was not written by a guard, or belongs to another control plane."""
        try:
            with open(self._path, encoding="utf-8") as file:
                text = file.read()
        except FileNotFoundError:
            return
        self.take(text, pinned, held)

    @staticmethod
    def take(text: str, pinned: "_PinnedKey", held: HeldState) -> None:
        """The same from the text."""
        value = read_json(text)
        if not isinstance(value, dict) or value.get("version") != 1:
            raise ValueError("it was not written by this version")
        trusted = pinned.text or _text(value, "publicKey")
        if trusted is None:
            raise ValueError("it names no key")
        newest = None if value.get("newest") is None else read_state(value["newest"])
        if newest is not None and not _PinnedKey(trusted).signed(newest):
            raise ValueError("its state is not signed by the key that this guard trusts")
        highest = {str(plane): int(epoch) for plane, epoch in value["highest"]}
        others = {str(plane): tuple(map(read_halt, halts)) for plane, halts in value["others"]}
        pinned.pin(trusted)
        held.newest, held.highest, held.others = newest, highest, others
        held.refresh()

    @staticmethod
    def text(pinned: "_PinnedKey", held: HeldState) -> str:
        """What is worth knowing of this moment."""
        others = [[plane, [_wire(halt) for halt in halts]] for plane, halts in held.others.items()]
        known = {
            "version": 1,
            "publicKey": pinned.text,
            "highest": [[plane, epoch] for plane, epoch in held.highest.items()],
            "others": others,
        }
        return canonical_json(known if held.newest is None else {**known, "newest": held.newest.wire})

    def save(self, text: str) -> None:
        """All or nothing: a half-written text must never be loaded."""
        os.makedirs(os.path.dirname(os.path.abspath(self._path)), exist_ok=True)
        following = f"{self._path}.{os.getpid()}.next"
        try:
            with open(following, "w", encoding="utf-8", opener=_private) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(following, self._path)
        finally:
            if os.path.exists(following):
                os.remove(following)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _wire(halt: Halt) -> Dict[str, Any]:
    said = {
        "id": halt.id,
        "scope": dict(halt.scope),
        "mode": halt.mode,
        "reason": halt.reason,
        "orderedBy": halt.ordered_by,
        "at": halt.at,
    }
    return {**said, "drill": True} if halt.drill else said


# ------------------------------------------------------------------------------------------------- threads and forking


class _Beside:
    """Does one thing after another beside the work. What it is given may fail: nobody is left to tell."""

    def __init__(self, name: str) -> None:
        self._queue: "queue.SimpleQueue[Optional[Callable[[], Any]]]" = queue.SimpleQueue()
        self._thread = _start(name, self._work)

    def do(self, task: Callable[[], Any]) -> None:
        """Soon."""
        self._queue.put(task)

    def stop(self) -> None:
        """Does what is left, and ends."""
        self._queue.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join(_GOODBYE)

    def _work(self) -> None:
        for task in iter(self._queue.get, None):
            _quietly(task)


def _quietly(listener: Callable[..., Any], *args: Any) -> None:
    """The agent's own code must not break its guard."""
    try:
        listener(*args)
    except Exception:  # noqa: BLE001
        return


def _start(name: str, target: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=target, name=name, daemon=True)
    thread.start()
    return thread


_GUARDS: "weakref.WeakSet[Guard]" = weakref.WeakSet()
_forking: List[Guard] = []
_one_fork = threading.Lock()


def _before_fork() -> None:
    _one_fork.acquire()
    _forking[:] = list(_GUARDS)
    for guard in _forking:
        guard._enforcer.before_fork()


def _after_fork_in_parent() -> None:
    for guard in _forking:
        guard._enforcer.after_fork_in_parent()
    _forking.clear()
    _one_fork.release()


def _after_fork_in_child() -> None:
    global _one_fork
    _one_fork = threading.Lock()
    guards = list(_forking)
    _forking.clear()
    for guard in guards:
        guard._reopen_in_child()


def _finalise_with_the_child(guard: Guard) -> None:
    sys.modules["multiprocessing.util"].Finalize(None, guard._leave_with_the_process, exitpriority=0)


def _close_all() -> None:
    for guard in list(_GUARDS):
        _quietly(guard._leave_with_the_process)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork_in_parent,
        after_in_child=_after_fork_in_child,
    )
atexit.register(_close_all)


# ------------------------------------------------------------------------------------------------------ canonical JSON


def read_json(text: str) -> Any:
    """JSON and nothing else: Python would read NaN and Infinity as well."""
    return json.loads(text, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def canonical_json(value: Any) -> str:
    """One text for one value (RFC 8785): keys sorted by UTF-16 code units, numbers as ECMAScript writes them.

    Says for JSON what src/core/canonical-json.ts says: signatures and digests are taken over this text.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number_text(value)
    if isinstance(value, str):
        return _string_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of JSON are texts")
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_string_text(key)}:{canonical_json(member)}" for key, member in members) + "}"
    raise TypeError(f"JSON cannot carry a {type(value).__name__}")


_SURROGATE = re.compile("[\ud800-\udfff]")


def _string_text(text: str) -> str:
    """As JSON.stringify writes it: half a surrogate pair is escaped, everything else above 31 stands as it is."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return _SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", json.dumps(text, ensure_ascii=False))


def _number_text(value: Union[int, float]) -> str:
    """As ECMAScript writes a double: integers beyond 2^53 lose what a double cannot hold."""
    if isinstance(value, int) and abs(value) <= 2**53:
        return str(int(value))
    try:
        double = float(value)
    except OverflowError:
        return "null"
    if not math.isfinite(double):
        return "null"
    if double == 0:
        return "0"
    return ("-" if double < 0 else "") + _digits_text(repr(abs(double)))


def _digits_text(shortest: str) -> str:
    """Places the point: Python and ECMAScript agree on the shortest digits, and not on how to write them."""
    mantissa, _, exponent = shortest.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"


# --------------------------------------------------------------------------------------------- Ed25519, to verify only
#
# RFC 8032, section 5.1. Nothing here is secret, so nothing has to take constant time. A point is (X, Y, Z, T) with
# x = X/Z, y = Y/Z and x*y = T/Z on -x^2 + y^2 = 1 + d*x^2*y^2 over the integers modulo 2^255 - 19.

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_Point = Tuple[int, int, int, int]
_IDENTITY: _Point = (0, 1, 1, 0)


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Did the owner of this key (32 bytes) sign this message? Accepts what OpenSSL accepts: S below the order,
    and R byte by byte the encoding of [S]B - [k]A."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key = _decompress(public_key)
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or scalar >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    return _compress(_sum_of_multiples(scalar, _BASE, challenge, _negated(key))) == signature[:32]


def _add(a: _Point, b: _Point) -> _Point:
    one = (a[1] - a[0]) * (b[1] - b[0]) % _P
    two = (a[1] + a[0]) * (b[1] + b[0]) % _P
    three = 2 * a[3] * b[3] * _D % _P
    four = 2 * a[2] * b[2] % _P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double(a: _Point) -> _Point:
    one, two = a[0] * a[0] % _P, a[1] * a[1] % _P
    h, g = one + two, one - two
    e = h - (a[0] + a[1]) ** 2
    f = 2 * a[2] * a[2] + g
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _negated(a: _Point) -> _Point:
    return -a[0] % _P, a[1], a[2], -a[3] % _P


def _sum_of_multiples(m: int, a: _Point, n: int, b: _Point) -> _Point:
    """[m]a + [n]b, in one walk over the bits of both."""
    both, result = _add(a, b), _IDENTITY
    for bit in range(max(m.bit_length(), n.bit_length()) - 1, -1, -1):
        result = _double(result)
        which = (m >> bit & 1, n >> bit & 1)
        if which != (0, 0):
            result = _add(result, both if which == (1, 1) else a if which == (1, 0) else b)
    return result


def _compress(a: _Point) -> bytes:
    """The y coordinate, and in the last bit whether x is odd."""
    inverse = pow(a[2], _P - 2, _P)
    x, y = a[0] * inverse % _P, a[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _decompress(text: bytes) -> Optional[_Point]:
    """None where it is the encoding of no point."""
    value = int.from_bytes(text, "little")
    y, odd = value & (1 << 255) - 1, value >> 255
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P != 0:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P != 0 or (x == 0 and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


def _base() -> _Point:
    base = _decompress((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))
    if base is None:
        raise AssertionError("the base point is on the curve")
    return base


_BASE = _base()
_SPKI = bytes.fromhex("302a300506032b6570032100")


def read_public_key(pem: str) -> bytes:
    """The 32 bytes of an Ed25519 key in SPKI PEM, as the control plane shows it."""
    match = re.search(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----", pem)
    der = base64.b64decode("".join(match.group(1).split())) if match else b""
    if len(der) != 44 or not der.startswith(_SPKI):
        raise ValueError("this is no Ed25519 key in SPKI PEM")
    return der[len(_SPKI) :]


class _PinnedKey:
    """The one key whose signature lifts a halt. It is never replaced while this process lives."""

    def __init__(self, pem: Optional[str] = None) -> None:
        self.text: Optional[str] = None
        self._key = b""
        if pem is not None:
            self.pin(pem)

    def pin(self, pem: str) -> None:
        """The first one stays."""
        if self.text is None:
            self._key = read_public_key(pem)
            self.text = pem

    def signed(self, state: SignedState) -> bool:
        """Was this state, word for word, signed by that key?"""
        try:
            signature = base64.b64decode(state.signature)
            return ed25519_verify(self._key, state.signed_text().encode(), signature)
        except (ValueError, TypeError, RecursionError):
            return False
