import logging
import threading
import time

import pytest

from support import NOW_MS, Context, ask, echo, ping_event, unreachable

# Of what is certain to come; a test that fails is not to hang.
SOON_S = 5


@pytest.fixture
def warmed(runtime):
    return runtime.with_warming(unreachable)


@pytest.fixture
def hang():
    """A hook that hangs until the test is over, or until it is told to go on."""

    def hook():
        hook.threads.append(threading.current_thread())
        hook.started.set()
        hook.go_on.wait(SOON_S)

    hook.threads = []
    hook.started = threading.Event()
    hook.go_on = threading.Event()
    yield hook
    hook.go_on.set()
    for thread in hook.threads:
        thread.join(SOON_S)


def reports(caplog):
    """What was logged, in the format that Lambda gives the root logger, as far as it matters."""
    formatter = logging.Formatter('[%(levelname)s]\t%(message)s\n')
    return [formatter.format(record) for record in caplog.records]


def test_a_hook_runs_on_each_ping(runtime, warmed):
    runs = []
    runtime.on_warm(lambda: runs.append('run'))
    assert runs == []
    for count in (1, 2, 3):
        ask(warmed)
        assert len(runs) == count


def test_a_hook_does_not_run_on_an_event(runtime):
    runs = []
    runtime.on_warm(lambda: runs.append('run'))
    handler = runtime.with_warming(echo)
    handler({}, Context())
    handler({'cdkLambdaWarmer': {'token': 'another'}}, Context())
    assert runs == []


def test_on_warm_is_a_decorator(runtime):
    def hook():
        pass

    assert runtime.on_warm(hook) is hook


@pytest.mark.parametrize('hook', [None, 'hook', 42, (1, 2)], ids=repr)
def test_what_cannot_be_called_is_no_hook(runtime, warmed, hook):
    with pytest.raises(TypeError) as raised:
        runtime.on_warm(hook)
    assert repr(hook) in str(raised.value)
    ask(warmed)


def test_a_hook_may_be_any_callable(runtime, warmed):
    class Pool:
        __hash__ = None
        opened = 0

        def __eq__(self, other):
            return True

        def open(self):
            self.opened += 1

        __call__ = open

    pool = Pool()
    runtime.on_warm(pool)
    runtime.on_warm(pool.open)
    ask(warmed)
    assert pool.opened == 2


def test_a_hook_may_be_registered_after_the_handler_was_wrapped_and_pinged(runtime, warmed):
    ask(warmed)
    runs = []
    runtime.on_warm(lambda: runs.append('run'))
    ask(warmed)
    assert runs == ['run']


def test_a_hook_runs_in_a_thread_that_does_not_keep_the_process_alive(runtime, warmed):
    threads = []
    runtime.on_warm(lambda: threads.append(threading.current_thread()))
    ask(warmed)
    assert threads[0] is not threading.current_thread()
    assert threads[0].daemon


def test_a_ping_waits_for_its_hooks(runtime, warmed):
    finished = []

    @runtime.on_warm
    def hook():
        time.sleep(0.02)
        finished.append('hook')

    answer = ask(warmed)
    assert finished == ['hook']
    # Clocks are coarser than a millisecond on some systems.
    assert answer['heldMs'] >= 19


def test_hooks_run_at_the_same_time(runtime, warmed):
    meeting = threading.Barrier(3, timeout=SOON_S)
    met = []

    def hook():
        meeting.wait()
        met.append('hook')

    for _ in range(3):
        runtime.on_warm(hook)
    ask(warmed)
    assert len(met) == 3


def test_a_hook_runs_while_the_ping_is_held(runtime, warmed, clock, monkeypatch):
    ran = threading.Event()
    runtime.on_warm(ran.set)
    ran_during_the_hold = []
    monkeypatch.setattr(clock, 'sleep', lambda seconds: ran_during_the_hold.append(ran.wait(SOON_S)))
    ask(warmed, holdMs=100)
    assert ran_during_the_hold == [True]


@pytest.mark.parametrize(('release_in_ms', 'remaining_ms'), [(500, 300_000), (5000, 1000)])
def test_the_time_that_starting_hooks_takes_is_not_held_again(
        runtime, warmed, clock, monkeypatch, release_in_ms, remaining_ms):
    start = threading.Thread.start

    def start_slowly(thread):
        # As when the hook does not give up the interpreter lock.
        clock.advance(300)
        start(thread)

    monkeypatch.setattr(threading.Thread, 'start', start_slowly)
    runtime.on_warm(lambda: None)
    ask(warmed, Context(remaining_ms), releaseAt=NOW_MS + release_in_ms)
    assert clock.slept_ms == 200


def test_a_ping_waits_for_a_hook_until_half_a_second_before_its_end(runtime, warmed, hang):
    runtime.on_warm(hang)
    before = time.monotonic()
    answer = ask(warmed, Context(530))
    assert 0.029 <= time.monotonic() - before < SOON_S / 2
    assert answer['heldMs'] >= 29


@pytest.mark.parametrize('remaining_ms', [500, 499, 0, -1000])
def test_a_ping_without_time_does_not_wait_for_a_hook(runtime, warmed, hang, remaining_ms):
    runtime.on_warm(hang)
    before = time.monotonic()
    ask(warmed, Context(remaining_ms))
    assert time.monotonic() - before < SOON_S / 2


def test_all_hooks_together_have_the_time_of_one(runtime, warmed, hang):
    for _ in range(100):
        runtime.on_warm(hang)
    before = time.monotonic()
    ask(warmed, Context(550))
    assert time.monotonic() - before < SOON_S / 2


def test_a_hold_uses_up_the_time_of_the_hooks(runtime, warmed, clock, hang):
    runtime.on_warm(hang)
    before = time.monotonic()
    ask(warmed, Context(10_520), holdMs=10_000)
    assert clock.slept_ms == 10_000
    assert time.monotonic() - before < SOON_S / 2


def test_a_hook_that_is_still_running_is_not_started_again(runtime, warmed, hang):
    runtime.on_warm(hang)
    for count in (1, 2, 3):
        assert ask(warmed, Context(510))['pings'] == count
        assert hang.started.wait(SOON_S)
    assert len(hang.threads) == 1


def test_a_ping_does_not_wait_for_a_hook_of_an_earlier_one(runtime, warmed, hang):
    runtime.on_warm(hang)
    ask(warmed, Context(510))
    before = time.monotonic()
    ask(warmed)
    assert time.monotonic() - before < SOON_S / 2


def test_a_hook_that_hangs_does_not_stop_the_others(runtime, warmed, hang):
    runs = threading.Semaphore(0)
    runtime.on_warm(hang)
    runtime.on_warm(runs.release)
    for _ in range(2):
        ask(warmed, Context(510))
        assert runs.acquire(timeout=SOON_S)


def test_a_hook_that_was_late_is_started_again_once_it_has_finished(runtime, warmed, hang):
    runtime.on_warm(hang)
    ask(warmed, Context(510))
    assert hang.started.wait(SOON_S)
    hang.go_on.set()
    hang.threads[0].join(SOON_S)
    ask(warmed)
    assert len(hang.threads) == 2


def test_a_late_hook_is_logged_once(runtime, warmed, hang, caplog):
    runtime.on_warm(hang)
    for _ in range(3):
        ask(warmed, Context(510))
    (report,) = reports(caplog)
    assert report.startswith('[ERROR]\t')
    assert 'TimeoutError: still running' in report


@pytest.mark.parametrize(('error', 'told'), [
    (ValueError('100 %s broken'), 'ValueError: 100 %s broken'),
    (SystemExit(1), 'SystemExit: 1'),
    (KeyboardInterrupt(), 'KeyboardInterrupt'),
], ids=repr)
def test_a_failure_is_logged_once_and_does_not_fail_the_ping(runtime, warmed, caplog, error, told):
    runs = []

    @runtime.on_warm
    def hook():
        runs.append('run')
        raise error

    for count in (1, 2, 3):
        assert ask(warmed)['pings'] == count
    assert len(runs) == 3
    (report,) = reports(caplog)
    assert report.startswith('[ERROR]\t')
    assert told in report
    # Where it happened.
    assert ', in hook\n' in report


def test_a_failure_that_is_logged_ends_its_line(runtime, warmed, caplog):
    # What is written next is to start a line of its own: embedded metric format is read line by line.
    runtime.on_warm(lambda: 1 / 0)
    ask(warmed)
    (report,) = reports(caplog)
    assert report.endswith('ZeroDivisionError: division by zero\n')


def test_each_hook_that_fails_is_logged(runtime, warmed, caplog):
    runtime.on_warm(lambda: int('one'))
    runtime.on_warm(lambda: int('other'))
    ask(warmed)
    one, other = sorted(reports(caplog))
    assert "'one'" in one
    assert "'other'" in other


def test_a_hook_that_fails_does_not_stop_the_others(runtime, warmed):
    runs = []
    runtime.on_warm(lambda: 1 / 0)
    runtime.on_warm(lambda: runs.append('run'))
    ask(warmed)
    assert runs == ['run']


def test_hooks_that_succeed_are_not_logged(runtime, warmed, caplog):
    runtime.on_warm(lambda: 'result')
    ask(warmed)
    assert reports(caplog) == []


def test_a_hook_may_register_another(runtime, warmed):
    runs = []

    @runtime.on_warm
    def hook():
        if not runs:
            runtime.on_warm(lambda: runs.append('second'))
        runs.append('first')

    ask(warmed)
    assert runs == ['first']
    ask(warmed)
    assert sorted(runs) == ['first', 'first', 'second']


def test_a_hook_that_finds_no_thread_to_run_in_does_not_fail_the_ping(runtime, warmed, caplog, monkeypatch):
    def start(thread):
        raise RuntimeError("can't start new thread")

    runtime.on_warm(lambda: None)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, 'start', start)
        ask(warmed)
    assert len(reports(caplog)) == 1


@pytest.mark.parametrize('remaining_ms', [float('inf'), 2 ** 63, 10 ** 400], ids=['inf', '2**63', '10**400'])
def test_a_ping_with_endless_time_waits_for_its_hooks(runtime, warmed, remaining_ms):
    runtime.on_warm(lambda: None)
    ask(warmed, Context(remaining_ms))


def test_without_a_context_a_ping_waits_for_its_hooks(runtime, warmed):
    finished = []

    @runtime.on_warm
    def hook():
        time.sleep(0.01)
        finished.append('hook')

    warmed(ping_event(), None)
    assert finished == ['hook']


def test_a_hook_that_would_have_to_be_awaited_is_a_failure(runtime, warmed, caplog):
    async def nothing():
        pass

    coroutine = nothing()
    runtime.on_warm(lambda: coroutine)
    ask(warmed)
    coroutine.close()
    [record] = caplog.records
    assert 'TypeError: on_warm takes plain functions: this one returned <coroutine object' in record.getMessage()
