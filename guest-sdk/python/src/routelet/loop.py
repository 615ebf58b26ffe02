"""Runs coroutines inside a component, sleeping in the host while all of them wait. Knows nothing of HTTP.

A component has one thread, and whatever a coroutine waits for is a pollable of the host: when nothing can go on, one
`poll` over all of them is the whole event loop. `asyncio.sleep`, `gather`, `wait_for`, `timeout`, `Queue` and tasks
work on it; sockets, processes and threads do not exist.
"""

from __future__ import annotations

import asyncio
import heapq
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, TypeVar

from . import _host, traces

T = TypeVar("T")

# After how many turns without a wait the host is asked for events all the same: a coroutine that yields in a loop
# would otherwise keep timers and bodies waiting for ever.
_TURNS_MAX = 32


class Loop(asyncio.AbstractEventLoop):
    """An event loop over the host's pollables."""

    def __init__(self) -> None:
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._timer_count = 0
        self._pollables: dict[asyncio.Future[None], Any] = {}
        self._is_closed = False
        self._turns = 0

    def run_until_complete(self, future: Any) -> Any:
        task = asyncio.ensure_future(future, loop=self)
        asyncio._set_running_loop(self)
        try:
            while not task.done():
                self._turn(task)
        finally:
            asyncio._set_running_loop(None)
        return task.result()

    async def pollable(self, pollable: Any) -> None:
        """Waits until the host says that `pollable` is ready, and gives it back to the host."""
        waiting = self.create_future()
        self._pollables[waiting] = pollable
        try:
            await waiting
        finally:
            self._pollables.pop(waiting, None)
            pollable.__exit__(None, None, None)

    def _turn(self, task: asyncio.Future[Any]) -> None:
        for _ in range(len(self._ready)):
            handle = self._ready.popleft()
            if not handle.cancelled():
                handle._run()
        while self._timers and (self._timers[0][2].cancelled() or self._timers[0][0] <= self.time()):
            _, _, timer = heapq.heappop(self._timers)
            if not timer.cancelled():
                self._ready.append(timer)
        self._turns += 1
        if not self._ready and not task.done():
            self._wait()
        elif self._turns >= _TURNS_MAX:
            self._wake([waiting for waiting, pollable in self._pollables.items() if pollable.ready()])

    def _wait(self) -> None:
        waiting = list(self._pollables)
        pollables = [self._pollables[one] for one in waiting]
        timer = None
        if self._timers:
            left_ns = max(0, int((self._timers[0][0] - self.time()) * 1e9))
            timer = _host.monotonic_clock.subscribe_duration(left_ns)
            pollables.append(timer)
        if not pollables:
            raise RuntimeError("the handler waits for something that nothing in this component will wake")
        ready = _host.poll.poll(pollables)
        if timer is not None:
            timer.__exit__(None, None, None)
        self._wake([waiting[index] for index in ready if index < len(waiting)])

    def _wake(self, waiting: list[asyncio.Future[None]]) -> None:
        self._turns = 0
        for one in waiting:
            self._pollables.pop(one, None)
            if not one.done():
                one.set_result(None)

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment]

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        # The count keeps timers of one moment in their order.
        self._timer_count += 1
        heapq.heappush(self._timers, (when, self._timer_count, timer))
        return timer

    def time(self) -> float:
        return time.monotonic()

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is left out when its time comes."""

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self, **options)

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """There are no threads: the function runs here and now."""
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.default_exception_handler(context)

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        print(context.get("message", "a task failed"), file=sys.stderr)
        error = context.get("exception")
        if error is not None:
            print(traces.render(error), file=sys.stderr)

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return asyncio._get_running_loop() is self

    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        self._is_closed = True

    async def shutdown_asyncgens(self) -> None:
        """Those that are left end with the instance."""

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """There is none."""


current: Loop | None = None


def wait(awaitable: Awaitable[T]) -> T:
    """Waits for `awaitable` in a handler that is a plain `def`: `wait(request.json())`."""
    if current is None:
        raise RuntimeError("wait() is for handlers, while they answer a request")
    if current.is_running():
        raise RuntimeError("wait() is for plain functions; in an `async def`, write `await`")
    result: T = current.run_until_complete(awaitable)
    return result


async def ready(pollable: Any) -> None:
    """Waits until the host says that `pollable` is ready."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, Loop):
        raise RuntimeError("the host can be waited for in a component only")
    await loop.pollable(pollable)
