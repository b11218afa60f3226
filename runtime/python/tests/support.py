"""What stands in for Lambda in the tests."""

import importlib
import json
import sys

PACKAGE = 'cdk_lambda_warmer_runtime'
TOKEN = 'Tok3n-of-the-tests'

# The fake clock's first reading. A whole number of seconds, so that sums of milliseconds come out exact.
NOW_S = 1_700_000_000.0
NOW_MS = 1_700_000_000_000


class Context:
    def __init__(self, remaining_ms=300_000):
        self.remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self):
        return self.remaining_ms


class Clock:
    """Stands in for the module `time`: sleeping takes no time, and moves the clock."""

    def __init__(self):
        self.now = NOW_S
        self.elapsed = 0.0
        self.slept = []

    def time(self):
        return self.now

    def monotonic(self):
        return self.elapsed

    def sleep(self, seconds):
        # The real one raises for the rest.
        assert 0 <= seconds < float('inf')
        self.slept.append(seconds)
        self.advance(seconds * 1000)

    def advance(self, milliseconds):
        self.now += milliseconds / 1000
        self.elapsed += milliseconds / 1000

    def set_back(self, milliseconds):
        self.now -= milliseconds / 1000

    @property
    def slept_ms(self):
        return round(sum(self.slept) * 1000, 3)


def fresh_runtime():
    """The package as a new execution environment has it."""
    for name in [name for name in sys.modules if name.partition('.')[0] == PACKAGE]:
        del sys.modules[name]
    return importlib.import_module(PACKAGE)


def ping_event(**fields):
    return {'cdkLambdaWarmer': {'token': TOKEN, **fields}}


def ask(handler, context=None, **fields):
    """What a handler answers to a ping."""
    answer = handler(ping_event(**fields), Context() if context is None else context)
    assert_is_an_answer(answer)
    return answer['cdkLambdaWarmer']


def assert_is_an_answer(answer):
    assert list(answer) == ['cdkLambdaWarmer']
    body = answer['cdkLambdaWarmer']
    assert sorted(body) == ['coldStart', 'environmentId', 'heldMs', 'idleMs', 'pings']
    assert type(body['environmentId']) is str and body['environmentId']
    assert type(body['coldStart']) is bool
    assert type(body['heldMs']) is int and body['heldMs'] >= 0
    assert type(body['pings']) is int and body['pings'] >= 1
    assert body['idleMs'] is None or type(body['idleMs']) is int and body['idleMs'] >= 0
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def unreachable(event, context):
    raise AssertionError('a ping reached the handler')


def echo(event, context):
    return event, context
