"""Measures one handler in this process and no other.

Arguments: the handler's module; a ping that the handler must answer by itself, or ``null``; and, for a handler that
sends metrics, what of boto3 is replaced: its ``client``, or only the ``call`` that the client would send.
"""

import importlib
import json
import logging
import pathlib
import sys
import time

LOOPS = 9
LOOP_SECONDS = 0.1


class Context:
    function_name = 'orders'
    function_version = '$LATEST'
    invoked_function_arn = 'arn:aws:lambda:eu-central-1:123456789012:function:orders'
    memory_limit_in_mb = '128'
    aws_request_id = '8f5d6b1e-3c0a-4f43-9d0c-6a3f6a1b2c3d'
    log_group_name = '/aws/lambda/orders'
    log_stream_name = '2026/03/12/[$LATEST]0123456789abcdef0123456789abcdef'
    _deadline = time.time() + 900

    def get_remaining_time_in_millis(self):
        return int((self._deadline - time.time()) * 1000)


class Records(logging.Handler):
    """Stands where Lambda has its own handler, and counts what that would have had to write."""

    count = 0

    def emit(self, record):
        self.count += 1


class CloudWatch:
    put_metric_data_calls = 0

    def put_metric_data(self, **_):
        CloudWatch.put_metric_data_calls += 1


def replace(part):
    if part == 'client':
        import lambdawarmer
        lambdawarmer.boto3_client = lambda service: CloudWatch()
    elif part == 'call':
        from botocore.client import BaseClient

        def make_api_call(self, operation_name, api_params):
            if operation_name != 'PutMetricData':
                raise AssertionError(operation_name)
            CloudWatch.put_metric_data_calls += 1

        BaseClient._make_api_call = make_api_call


def main():
    module, ping, *replaced = sys.argv[1:]
    records = Records()
    logging.getLogger().addHandler(records)
    replace(*replaced or [None])
    handler = importlib.import_module(module).handler
    event = json.loads(pathlib.Path(__file__).parent.parent.joinpath('event.json').read_text())
    context = Context()
    handled = 0

    def loop(events):
        nonlocal handled
        handled += events
        start = time.perf_counter()
        for _ in range(events):
            handler(event, context)
        return time.perf_counter() - start

    # Finding out how many events fill a loop warms the interpreter's caches too.
    events = 1
    while loop(events) < LOOP_SECONDS:
        events *= 2
    ns_per_event = [loop(events) / events * 1e9 for _ in range(LOOPS)]
    calls_per_event = CloudWatch.put_metric_data_calls / handled

    # A number is worth nothing if it is of a handler that logs, or of one that would not have known a ping.
    if records.count > 0:
        raise AssertionError(module + ' logs on events that are no pings.')
    ping = json.loads(ping)
    if ping is not None and 'statusCode' in (handler(ping, context) or {}):
        raise AssertionError(module + ' does not know its ping.')
    print(json.dumps({'nsPerEvent': ns_per_event, 'callsPerEvent': calls_per_event}))


main()
