"""Lets an AWS Lambda handler answer the pings of cdk-lambda-warmer.

Runs inside other people's functions, on every invocation: no dependencies, and nothing imported at the start that the
runtime has not imported already.
"""

import functools
import json
import logging
import math
import os
import sys
import time

__all__ = ['with_warming', 'on_warm']

_PING_KEY = 'cdkLambdaWarmer'

# However late a ping asks to be released, a forged one cannot cost more than this.
_MAX_HOLD_MS = 10_000
# What a ping leaves of the invocation's time, so that holding it never ends in a timeout.
_MARGIN_MS = 500
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, function timeout
_MAX_REMAINING_MS = 900_000


class _Environment:
    """What an execution environment knows of itself."""

    id = None
    pings = 0
    last_event_at = None
    last_context = None
    hooks = []


class _Hook:
    def __init__(self, function):
        self.function = function
        self.thread = None
        self.reported = False

    def start(self):
        import threading
        thread = threading.Thread(target=self._run, name='cdk-lambda-warmer', daemon=True)
        try:
            thread.start()
            self.thread = thread
        except RuntimeError as error:
            # Lambda has a limit on threads, which the function may have reached.
            self.report(error)

    def is_running(self):
        return self.thread is not None and self.thread.is_alive()

    def report(self, error):
        if not self.reported:
            self.reported = True
            import traceback
            # In the message: Lambda's formatter ends no line after `exc_info`, and what is printed next starts none.
            logging.getLogger('cdk-lambda-warmer').error(
                'A function registered by on_warm failed; further failures of it are not logged.\n%s',
                ''.join(traceback.format_exception(type(error), error, error.__traceback__)).rstrip())

    def wait(self, seconds):
        if self.is_running():
            self.thread.join(max(0, seconds))
            if self.is_running():
                self.report(TimeoutError('still running when the ping had to be answered'))

    def _run(self):
        try:
            result = self.function()
            if hasattr(result, '__await__'):
                raise TypeError('on_warm takes plain functions: this one returned {!r}, which nothing awaits'.format(result))
        except BaseException as error:
            self.report(error)


def with_warming(handler):
    """Answers warming pings before they reach a handler. Every other event reaches it as it came.

    A ping is known by a token: the environment variable ``CDK_LAMBDA_WARMER_TOKEN``, which the construct sets.
    Without it nothing is a ping.

    Takes any callable, as a decorator or as a function; one that has been wrapped already is returned as it is.
    Raises TypeError if the handler is not callable.
    """
    if not callable(handler):
        raise TypeError('with_warming takes the handler, a callable, not {!r}'.format(handler))
    # A decorator that copies the attributes of a warmed handler is not one itself.
    if getattr(handler, '_cdk_lambda_warmer_warmed', None) is handler:
        return handler
    record = os.environ.get('CDK_LAMBDA_WARMER_RECORD_STARTS') == 'true'
    environment = _Environment

    def warmed(event, context=None):
        if isinstance(event, dict) and _PING_KEY in event and _is_ping(event[_PING_KEY]):
            return _answer(event[_PING_KEY], context)
        if record:
            _record_start(context)
            environment.last_context = context
        environment.last_event_at = time.time()
        return handler(event, context)

    functools.update_wrapper(warmed, handler)
    warmed._cdk_lambda_warmer_warmed = warmed
    return warmed


def on_warm(hook):
    """Registers a function to be run on each ping, such as one that keeps a connection open. Once, in a module.

    It is called without arguments, and not awaited, in a thread of its own, so that one that hangs cannot make the ping fail: the ping
    waits for it as long as the invocation has time, less 500 ms. A failure is logged once and never fails the ping. A
    function that is still running when the next ping comes is not started again.

    Returns the function, so that it can be used as a decorator. Raises TypeError if it is not callable.
    """
    if not callable(hook):
        raise TypeError('on_warm takes a function, not {!r}'.format(hook))
    _Environment.hooks.append(_Hook(hook))
    return hook


def _is_ping(ping):
    expected = os.environ.get('CDK_LAMBDA_WARMER_TOKEN')
    if not expected or not isinstance(ping, dict):
        return False
    token = ping.get('token')
    if not isinstance(token, str):
        return False
    import hmac
    # JSON may hold halves of surrogate pairs, which have no encoding of their own.
    return hmac.compare_digest(token.encode('utf-8', 'surrogatepass'), expected.encode('utf-8', 'surrogatepass'))


def _answer(ping, context):
    arrived_at = time.time()
    # Whatever is done to the clock meanwhile.
    started = time.monotonic()
    environment = _Environment
    cold_start = environment.pings == 0 and environment.last_event_at is None
    environment.pings += 1
    if environment.id is None:
        # Only now: environments restored from one snapshot would share an id made at initialization.
        environment.id = os.urandom(16).hex()
    idle_ms = None
    if environment.last_event_at is not None:
        idle_ms = max(0, round((arrived_at - environment.last_event_at) * 1000))

    spendable_ms = max(0, min(_remaining_ms(context), _MAX_REMAINING_MS) - _MARGIN_MS)
    hold_ms = min(_wished_hold_ms(ping, arrived_at), _MAX_HOLD_MS, spendable_ms)
    hooks = [hook for hook in environment.hooks if not hook.is_running()]
    for hook in hooks:
        hook.start()
    _hold(hold_ms / 1000 - (time.monotonic() - started))
    for hook in hooks:
        hook.wait(spendable_ms / 1000 - (time.monotonic() - started))
    return {
        _PING_KEY: {
            'environmentId': environment.id,
            'coldStart': cold_start,
            'heldMs': round((time.monotonic() - started) * 1000),
            'pings': environment.pings,
            'idleMs': idle_ms,
        }
    }


def _wished_hold_ms(ping, now):
    release_at = _number(ping.get('releaseAt'))
    if release_at is not None:
        return release_at - now * 1000
    return _number(ping.get('holdMs')) or 0


def _number(value):
    """A finite number, or None for everything else that JSON may hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        value = float(value)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def _remaining_ms(context):
    ask = getattr(context, 'get_remaining_time_in_millis', None)
    return ask() if ask else _MAX_HOLD_MS + _MARGIN_MS


def _hold(seconds):
    if seconds > 0:
        time.sleep(seconds)


def _record_start(context):
    """Writes one line in embedded metric format, past ``logging``, which JSON logging would wrap.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    environment = _Environment
    if context is not None and context is environment.last_context:
        # A decorator further out has counted the event on its way here.
        return
    name = 'ColdStart' if environment.pings == 0 and environment.last_event_at is None else 'WarmStart'
    line = json.dumps({
        '_aws': {
            'Timestamp': int(time.time() * 1000),
            'CloudWatchMetrics': [{
                'Namespace': 'LambdaWarmer',
                'Dimensions': [['FunctionName']],
                'Metrics': [{'Name': name, 'Unit': 'Count'}],
            }],
        },
        'FunctionName': os.environ.get('AWS_LAMBDA_FUNCTION_NAME'),
        name: 1,
    })
    try:
        sys.stdout.write(line + '\n')
        sys.stdout.flush()
    except (AttributeError, OSError):
        # Without an output there is no metric, but still an event to be handled.
        pass
