import functools
import hmac
import os
import random
import subprocess
import sys
import time
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from support import NOW_MS, TOKEN, Clock, Context, ask, echo, fresh_runtime, ping_event, unreachable


def test_a_ping_is_answered_without_the_handler(runtime):
    ask(runtime.with_warming(unreachable))


def test_an_event_and_its_context_reach_the_handler_as_they_came(runtime):
    event, context = {'orderId': 7}, Context()
    seen_event, seen_context = runtime.with_warming(echo)(event, context)
    assert seen_event is event
    assert seen_context is context
    assert event == {'orderId': 7}


@pytest.mark.parametrize('event', [
    None, True, 0, 1.5, '', 'cdkLambdaWarmer', TOKEN, [], ['cdkLambdaWarmer'], [ping_event()], {},
], ids=repr)
def test_an_event_need_not_be_an_object(runtime, event):
    assert runtime.with_warming(echo)(event, Context())[0] is event


def test_what_the_handler_raises_is_raised(runtime):
    error = LookupError('no such order')

    @runtime.with_warming
    def handler(event, context):
        raise error

    with pytest.raises(LookupError) as raised:
        handler({}, Context())
    assert raised.value is error


# Tokens


@pytest.mark.parametrize('ping', [
    {},
    {'token': None},
    {'token': ''},
    {'token': 'another'},
    {'token': TOKEN[:-1]},
    {'token': TOKEN[1:]},
    {'token': TOKEN + 'x'},
    {'token': TOKEN + '\0'},
    {'token': ' ' + TOKEN},
    {'token': TOKEN.lower()},
    {'token': TOKEN.upper()},
    {'token': TOKEN.replace('o', 'ο')},
    {'token': TOKEN[:-1] + '\ud800'},
    {'token': [TOKEN]},
    {'token': list(TOKEN)},
    {'token': {TOKEN: TOKEN}},
    {'token': True},
    {'token': 0},
    {'Token': TOKEN},
    {TOKEN: 'token'},
    TOKEN,
    [TOKEN],
    ['token', TOKEN],
    [{'token': TOKEN}],
    True,
    1,
    None,
], ids=ascii)
def test_a_ping_with_another_token_is_an_event(runtime, ping):
    event = {'cdkLambdaWarmer': ping}
    assert runtime.with_warming(echo)(event, Context())[0] is event


def test_a_ping_under_another_key_is_an_event(runtime):
    event = {'cdklambdawarmer': {'token': TOKEN}, 'token': TOKEN}
    assert runtime.with_warming(echo)(event, Context())[0] is event


@pytest.mark.parametrize('token', [TOKEN, '', 'None', None])
def test_without_a_token_in_the_environment_nothing_is_a_ping(runtime, monkeypatch, token):
    monkeypatch.delenv('CDK_LAMBDA_WARMER_TOKEN')
    event = {'cdkLambdaWarmer': {'token': token}}
    assert runtime.with_warming(echo)(event, Context())[0] is event


@pytest.mark.parametrize('ping', [{'token': ''}, {'token': None}, {}, ''], ids=repr)
def test_with_an_empty_token_in_the_environment_nothing_is_a_ping(runtime, monkeypatch, ping):
    monkeypatch.setenv('CDK_LAMBDA_WARMER_TOKEN', '')
    event = {'cdkLambdaWarmer': ping}
    assert runtime.with_warming(echo)(event, Context())[0] is event


@pytest.mark.parametrize(('expected', 'token'), [
    ('12', 12), ('1.5', 1.5), ('True', True), ('None', None), ('[]', []), ('{}', {}),
])
def test_only_a_string_is_a_token(runtime, monkeypatch, expected, token):
    monkeypatch.setenv('CDK_LAMBDA_WARMER_TOKEN', expected)
    event = {'cdkLambdaWarmer': {'token': token}}
    assert runtime.with_warming(echo)(event, Context())[0] is event


# The last one is what an environment variable becomes that is not UTF-8.
@pytest.mark.parametrize('token', ['x', 'tökén', '🔑', 'tok\udcff'], ids=ascii)
def test_a_token_may_hold_any_letters(runtime, monkeypatch, token):
    monkeypatch.setenv('CDK_LAMBDA_WARMER_TOKEN', token)
    ask(runtime.with_warming(unreachable), token=token)


def test_tokens_are_compared_in_constant_time(runtime, monkeypatch):
    compared = []

    def compare_digest(one, other):
        compared.append({one, other})
        return False

    monkeypatch.setattr(hmac, 'compare_digest', compare_digest)
    event = ping_event()
    assert runtime.with_warming(echo)(event, Context())[0] is event
    assert compared == [{TOKEN.encode()}]


# Holds


@pytest.mark.parametrize(('wish', 'held_ms'), [
    ({}, 0),
    ({'releaseAt': NOW_MS + 250}, 250),
    ({'releaseAt': NOW_MS + 250.5}, 250.5),
    ({'releaseAt': float(NOW_MS + 250)}, 250),
    ({'releaseAt': NOW_MS}, 0),
    ({'releaseAt': NOW_MS - 1}, 0),
    ({'releaseAt': 0}, 0),
    ({'releaseAt': -1e308}, 0),
    ({'releaseAt': NOW_MS + 10_000}, 10_000),
    ({'releaseAt': NOW_MS + 10_001}, 10_000),
    ({'releaseAt': 1e308}, 10_000),
    ({'holdMs': 1}, 1),
    ({'holdMs': 250.5}, 250.5),
    ({'holdMs': 10_000}, 10_000),
    ({'holdMs': 10_001}, 10_000),
    ({'holdMs': 1e308}, 10_000),
    ({'holdMs': 0}, 0),
    ({'holdMs': -250}, 0),
    ({'releaseAt': NOW_MS + 100, 'holdMs': 900}, 100),
    ({'releaseAt': NOW_MS + 900, 'holdMs': 100}, 900),
    ({'releaseAt': NOW_MS - 1, 'holdMs': 900}, 0),
    ({'releaseAt': NOW_MS, 'holdMs': 900}, 0),
    ({'releaseAt': 0, 'holdMs': 900}, 0),
    ({'releaseAt': None, 'holdMs': 900}, 900),
    ({'releaseAt': 'tomorrow', 'holdMs': 900}, 900),
    ({'releaseAt': True, 'holdMs': 900}, 900),
    ({'releaseAt': float('inf'), 'holdMs': 900}, 900),
    ({'releaseAt': float('nan'), 'holdMs': 900}, 900),
    ({'releaseAt': 10 ** 400, 'holdMs': 900}, 900),
], ids=lambda value: str(value)[:60])
def test_a_ping_is_held_as_long_as_it_wishes_but_ten_seconds_at_most(runtime, clock, wish, held_ms):
    answer = ask(runtime.with_warming(unreachable), **wish)
    assert clock.slept_ms == held_ms
    assert answer['heldMs'] == round(held_ms)


@pytest.mark.parametrize('key', ['releaseAt', 'holdMs'])
@pytest.mark.parametrize('garbage', [
    None, True, '', '250', str(NOW_MS + 250), [], [250], {}, {'ms': 250},
    float('nan'), float('inf'), float('-inf'), 10 ** 400, -10 ** 400,
], ids=lambda garbage: repr(garbage)[:20])
def test_a_ping_that_wishes_garbage_is_not_held(runtime, clock, key, garbage):
    ask(runtime.with_warming(unreachable), **{key: garbage})
    assert clock.slept == []


@pytest.mark.parametrize(('remaining_ms', 'held_ms'), [
    (300_000, 4000), (4501, 4000), (4500, 4000), (4499, 3999), (501, 1), (500, 0), (499, 0), (0, 0), (-4000, 0),
])
def test_a_hold_leaves_half_a_second_of_the_invocation(runtime, clock, remaining_ms, held_ms):
    answer = ask(runtime.with_warming(unreachable), Context(remaining_ms), holdMs=4000)
    assert clock.slept_ms == held_ms
    assert answer['heldMs'] == held_ms


@pytest.mark.parametrize('context', [SimpleNamespace(), {}, 'context'], ids=repr)
def test_a_context_that_cannot_tell_the_remaining_time_is_no_limit(runtime, clock, context):
    ask(runtime.with_warming(unreachable), context, holdMs=60_000)
    assert clock.slept_ms == 10_000


def test_a_ping_needs_no_context(runtime, clock):
    runtime.with_warming(unreachable)(ping_event(holdMs=60_000), None)
    assert clock.slept_ms == 10_000


def test_an_event_is_never_held(runtime, clock):
    runtime.with_warming(echo)({'cdkLambdaWarmer': {'token': 'another', 'holdMs': 4000}}, Context())
    assert clock.slept == []


def test_a_hold_takes_real_time(runtime):
    before = time.monotonic()
    answer = ask(runtime.with_warming(unreachable), holdMs=20)
    # Clocks are coarser than a millisecond on some systems.
    assert time.monotonic() - before >= 0.019
    assert answer['heldMs'] >= 19


def test_a_clock_that_is_set_back_does_not_change_a_hold(runtime, clock, monkeypatch):
    sleep = clock.sleep

    def sleep_meanwhile(seconds):
        clock.set_back(60_000)
        sleep(seconds)

    monkeypatch.setattr(clock, 'sleep', sleep_meanwhile)
    assert ask(runtime.with_warming(unreachable), holdMs=100)['heldMs'] == 100
    assert clock.slept_ms == 100


# Environments


def test_an_environment_keeps_its_id(runtime):
    warmed = runtime.with_warming(echo)
    first = ask(warmed)['environmentId']
    warmed({}, Context())
    assert ask(warmed)['environmentId'] == first
    assert ask(runtime.with_warming(lambda event, context: None))['environmentId'] == first


def test_environments_have_ids_of_their_own():
    assert len({ask(fresh_runtime().with_warming(unreachable))['environmentId'] for _ in range(50)}) == 50


def test_an_id_does_not_come_from_what_a_snapshot_holds(monkeypatch):
    ids = set()
    for _ in range(2):
        # Two environments are restored from a snapshot at the same time, with the same state of `random`.
        random.seed(0)
        runtime = fresh_runtime()
        monkeypatch.setattr(runtime, 'time', Clock())
        ids.add(ask(runtime.with_warming(unreachable))['environmentId'])
    assert len(ids) == 2


@pytest.mark.skipif(not hasattr(os, 'fork'), reason='there is no fork on this system')
@pytest.mark.parametrize('events_before_the_snapshot', [0, 1])
def test_two_environments_from_one_snapshot_have_different_ids(runtime, events_before_the_snapshot):
    warmed = runtime.with_warming(echo)
    for _ in range(events_before_the_snapshot):
        warmed({}, Context())
    ids = [id_in_a_fork(warmed), id_in_a_fork(warmed)]
    assert all(ids)
    assert ids[0] != ids[1]


def id_in_a_fork(warmed):
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write_end, ask(warmed)['environmentId'].encode())
        finally:
            # Without what is left of the test run, which is the parent's.
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        environment_id = pipe.read()
    os.waitpid(child, 0)
    return environment_id


def test_a_cold_start_is_the_first_ping_alone(runtime):
    warmed = runtime.with_warming(unreachable)
    assert [ask(warmed)['coldStart'] for _ in range(3)] == [True, False, False]


def test_a_ping_after_an_event_is_no_cold_start(runtime):
    warmed = runtime.with_warming(echo)
    warmed({}, Context())
    assert ask(warmed)['coldStart'] is False


def test_a_ping_after_a_failed_event_is_no_cold_start(runtime):
    @runtime.with_warming
    def handler(event, context):
        raise LookupError

    with pytest.raises(LookupError):
        handler({}, Context())
    assert ask(handler)['coldStart'] is False


def test_a_ping_after_a_forged_one_is_no_cold_start(runtime):
    warmed = runtime.with_warming(echo)
    warmed({'cdkLambdaWarmer': {'token': 'another'}}, Context())
    answer = ask(warmed)
    assert answer['coldStart'] is False
    assert answer['pings'] == 1


def test_pings_are_counted_and_events_are_not(runtime):
    warmed = runtime.with_warming(echo)
    counts = []
    for _ in range(3):
        warmed({}, Context())
        counts.append(ask(warmed)['pings'])
    assert counts == [1, 2, 3]


def test_all_handlers_of_an_environment_share_its_state(runtime):
    one, other = runtime.with_warming(echo), runtime.with_warming(unreachable)
    ask(other)
    one({}, Context())
    answer = ask(other)
    assert answer['pings'] == 2
    assert answer['coldStart'] is False
    assert answer['idleMs'] is not None


def test_an_environment_without_an_event_has_no_idle_time(runtime):
    warmed = runtime.with_warming(unreachable)
    assert [ask(warmed)['idleMs'] for _ in range(2)] == [None, None]


def test_idle_time_is_what_has_passed_since_the_last_event(runtime, clock):
    warmed = runtime.with_warming(echo)
    warmed({}, Context())
    clock.advance(1000)
    assert ask(warmed)['idleMs'] == 1000
    clock.advance(500)
    assert ask(warmed)['idleMs'] == 1500
    warmed({}, Context())
    clock.advance(7)
    assert ask(warmed)['idleMs'] == 7


def test_a_failed_event_ends_idle_time_too(runtime, clock):
    @runtime.with_warming
    def handler(event, context):
        raise LookupError

    with pytest.raises(LookupError):
        handler({}, Context())
    clock.advance(2000)
    assert ask(handler)['idleMs'] == 2000


def test_a_hold_is_not_idle_time(runtime, clock):
    warmed = runtime.with_warming(echo)
    warmed({}, Context())
    clock.advance(1000)
    assert ask(warmed, holdMs=4000)['idleMs'] == 1000


def test_a_clock_that_is_set_back_does_not_make_idle_time_negative(runtime, clock):
    warmed = runtime.with_warming(echo)
    warmed({}, Context())
    clock.advance(-1000)
    assert ask(warmed)['idleMs'] == 0


# Handlers


class Greeter:
    """Says hello."""

    # Equality without a hash: it can be neither a key of a dict nor an element of a set.
    __hash__ = None

    def __eq__(self, other):
        return True

    def __call__(self, event, context):
        return 'called', event

    def greet(self, event, context):
        return 'greeted', event

    @staticmethod
    def greet_statically(event, context):
        return 'static', event

    @classmethod
    def greet_by_class(cls, event, context):
        return 'class', event


class Slotted:
    __slots__ = ()

    def __call__(self, event, context):
        return 'slotted', event


def with_options(event, context, option):
    return option, event


@pytest.mark.parametrize(('handler', 'name'), [
    (lambda event, context: ('lambda', event), 'lambda'),
    (functools.partial(with_options, option='partial'), 'partial'),
    (Greeter(), 'called'),
    (Greeter().greet, 'greeted'),
    (Greeter.greet_statically, 'static'),
    (Greeter.greet_by_class, 'class'),
    (Slotted(), 'slotted'),
], ids=lambda value: value if isinstance(value, str) else '')
def test_a_handler_is_any_callable(runtime, handler, name):
    warmed = runtime.with_warming(handler)
    event = {'orderId': 7}
    result = warmed(event, Context())
    assert result == (name, event)
    assert result[1] is event
    ask(warmed)


def test_a_class_may_be_a_handler(runtime):
    class Order:
        def __init__(self, event, context):
            self.event = event

    warmed = runtime.with_warming(Order)
    event = {'orderId': 7}
    order = warmed(event, Context())
    assert isinstance(order, Order)
    assert order.event is event
    ask(warmed)


def test_a_builtin_may_be_a_handler(runtime):
    warmed = runtime.with_warming(isinstance)
    assert warmed('event', str) is True
    ask(warmed)


@pytest.mark.parametrize('handler', [None, 'app.handler', 42, {}, (), ('a', 'b')], ids=repr)
def test_what_cannot_be_called_is_no_handler(runtime, handler):
    with pytest.raises(TypeError) as raised:
        runtime.with_warming(handler)
    assert repr(handler) in str(raised.value)


def test_a_warmed_handler_tells_what_it_wraps(runtime):
    def handler(event, context):
        """Takes orders."""

    handler.timeout = 30
    warmed = runtime.with_warming(handler)
    assert warmed is not handler
    assert warmed.__name__ == 'handler'
    assert warmed.__qualname__ == handler.__qualname__
    assert warmed.__module__ == __name__
    assert warmed.__doc__ == 'Takes orders.'
    assert warmed.__wrapped__ is handler
    assert warmed.timeout == 30


def test_wrapping_leaves_the_handler_as_it_is(runtime):
    def handler(event, context):
        return event

    runtime.with_warming(handler)
    assert vars(handler) == {}
    event = ping_event()
    assert handler(event, Context()) is event


def test_with_warming_is_a_decorator(runtime):
    @runtime.with_warming
    def handler(event, context):
        return 'handled'

    assert handler({}, Context()) == 'handled'
    ask(handler)


def test_wrapping_twice_is_wrapping_once(runtime):
    warmed = runtime.with_warming(echo)
    assert runtime.with_warming(warmed) is warmed


def test_a_decorator_around_a_warmed_handler_sees_no_pings_when_it_is_warmed_itself(runtime):
    warmed = runtime.with_warming(echo)

    @functools.wraps(warmed)
    def demanding(event, context):
        return warmed(event['orderId'], context)

    ask(runtime.with_warming(demanding))


def test_a_handler_that_has_every_attribute_is_wrapped(runtime):
    ask(runtime.with_warming(Mock()))


def test_an_event_passes_through_nested_wrappers(runtime):
    inner = runtime.with_warming(echo)
    outer = runtime.with_warming(lambda event, context: inner(event, context))
    event = {}
    assert outer(event, Context())[0] is event
    assert ask(outer)['pings'] == 1


def test_a_ping_may_be_nested_deeper_than_python_can_follow(runtime):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    event = {'cdkLambdaWarmer': deep}
    assert runtime.with_warming(echo)(event, Context())[0] is event
    ask(runtime.with_warming(unreachable), releaseAt=deep, holdMs=deep)


def test_a_ping_stays_as_it_came(runtime):
    event = ping_event(holdMs=0, index=3, of=5)
    runtime.with_warming(unreachable)(event, Context())
    assert event == {'cdkLambdaWarmer': {'token': TOKEN, 'holdMs': 0, 'index': 3, 'of': 5}}


def test_importing_the_package_imports_nothing_that_the_runtime_has_not():
    pytest.importorskip('awslambdaric.bootstrap')
    script = (
        'import sys, awslambdaric.bootstrap\n'
        'before = set(sys.modules)\n'
        'import cdk_lambda_warmer_runtime\n'
        'print(*set(sys.modules) - before)\n'
    )
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(path for path in sys.path if path)}
    output = subprocess.run([sys.executable, '-c', script], env=environment, check=True, capture_output=True, text=True)
    assert output.stdout.split() == ['cdk_lambda_warmer_runtime']


def test_a_local_test_may_leave_the_context_out(runtime):
    assert runtime.with_warming(lambda event, context: (event, context))({'a': 1}) == ({'a': 1}, None)
