import functools
import io
import json
import sys

import pytest

from support import NOW_MS, Context, ask, echo


@pytest.fixture
def names(capsys):
    """The names of the metrics that were written since the last call."""

    def read():
        lines = capsys.readouterr().out.splitlines()
        return [json.loads(line)['_aws']['CloudWatchMetrics'][0]['Metrics'][0]['Name'] for line in lines]

    return read


@pytest.mark.parametrize('value', [None, '', 'false', '0'])
def test_nothing_is_written_unless_asked_for(runtime, monkeypatch, capsys, value):
    if value is not None:
        monkeypatch.setenv('CDK_LAMBDA_WARMER_RECORD_STARTS', value)
    warmed = runtime.with_warming(echo)
    warmed({}, Context())
    ask(warmed)
    warmed({}, Context())
    assert capsys.readouterr().out == ''


@pytest.mark.usefixtures('record_starts')
class TestRecording:
    def test_the_first_event_is_a_cold_start_and_the_later_ones_are_warm_starts(self, runtime, names):
        warmed = runtime.with_warming(echo)
        for _ in range(3):
            warmed({}, Context())
        assert names() == ['ColdStart', 'WarmStart', 'WarmStart']

    def test_pings_write_nothing(self, runtime, capsys):
        warmed = runtime.with_warming(echo)
        ask(warmed)
        ask(warmed)
        warmed({}, Context())
        capsys.readouterr()
        ask(warmed)
        assert capsys.readouterr().out == ''

    def test_an_event_after_a_ping_is_a_warm_start(self, runtime, names):
        warmed = runtime.with_warming(echo)
        ask(warmed)
        warmed({}, Context())
        assert names() == ['WarmStart']

    def test_a_forged_ping_is_an_event(self, runtime, names):
        warmed = runtime.with_warming(echo)
        warmed({'cdkLambdaWarmer': {'token': 'another'}}, Context())
        assert names() == ['ColdStart']
        assert ask(warmed)['coldStart'] is False

    @pytest.mark.parametrize(('pings_before', 'name'), [(0, 'ColdStart'), (1, 'WarmStart')])
    def test_a_start_is_one_line_of_embedded_metric_format(self, runtime, clock, capsys, pings_before, name):
        warmed = runtime.with_warming(echo)
        for _ in range(pings_before):
            ask(warmed)
        clock.advance(0.5)
        warmed({}, Context())
        written = capsys.readouterr().out
        assert written.count('\n') == 1 and written.endswith('}\n')
        line = json.loads(written)
        # CloudWatch takes whole milliseconds only.
        assert type(line['_aws']['Timestamp']) is int
        assert line == {
            '_aws': {
                'Timestamp': NOW_MS,
                'CloudWatchMetrics': [{
                    'Namespace': 'LambdaWarmer',
                    'Dimensions': [['FunctionName']],
                    'Metrics': [{'Name': name, 'Unit': 'Count'}],
                }],
            },
            'FunctionName': 'orders',
            name: 1,
        }

    def test_a_start_is_written_before_the_handler_runs(self, runtime, names):
        written = []

        @runtime.with_warming
        def handler(event, context):
            written.extend(names())

        handler({}, Context())
        assert written == ['ColdStart']

    def test_a_failed_event_is_a_start(self, runtime, names):
        @runtime.with_warming
        def handler(event, context):
            raise LookupError

        for _ in range(2):
            with pytest.raises(LookupError):
                handler({}, Context())
        assert names() == ['ColdStart', 'WarmStart']

    def test_a_start_is_flushed_before_the_handler_runs(self, runtime, monkeypatch):
        # What is left in a buffer when the process is killed at a timeout is lost.
        raw = io.BytesIO()
        monkeypatch.setattr(sys, 'stdout', io.TextIOWrapper(io.BufferedWriter(raw), write_through=False))
        flushed = []
        runtime.with_warming(lambda event, context: flushed.append(raw.getvalue()))({}, Context())
        assert b'ColdStart' in flushed[0]

    def test_a_start_is_not_logged(self, runtime, caplog):
        caplog.set_level(0)
        runtime.with_warming(echo)({}, Context())
        assert caplog.records == []

    def test_handlers_of_one_environment_have_one_cold_start(self, runtime, names):
        one, other = runtime.with_warming(echo), runtime.with_warming(lambda event, context: None)
        one({}, Context())
        other({}, Context())
        assert names() == ['ColdStart', 'WarmStart']

    @pytest.mark.parametrize('depth', [1, 2, 5])
    def test_nested_wrappers_count_an_event_once(self, runtime, names, depth):
        handler = runtime.with_warming(echo)
        for _ in range(depth):
            handler = runtime.with_warming(functools.partial(handler))
        handler({}, Context())
        assert names() == ['ColdStart']
        handler({}, Context())
        handler({}, Context())
        assert names() == ['WarmStart', 'WarmStart']

    def test_nested_wrappers_count_an_event_once_when_a_decorator_between_replaces_it(self, runtime, names):
        inner = runtime.with_warming(echo)
        outer = runtime.with_warming(lambda event, context: inner({'parsed': event}, context))
        outer({}, Context())
        ask(outer)
        outer({}, Context())
        assert names() == ['ColdStart', 'WarmStart']

    def test_each_event_without_a_context_counts(self, runtime, names):
        warmed = runtime.with_warming(echo)
        warmed({}, None)
        warmed({}, None)
        assert names() == ['ColdStart', 'WarmStart']

    def test_wrapping_twice_counts_an_event_once_without_a_context_too(self, runtime, names):
        runtime.with_warming(runtime.with_warming(echo))({}, None)
        assert names() == ['ColdStart']

    def test_equal_contexts_are_contexts_of_different_events(self, runtime, names):
        class EqualContext(Context):
            def __eq__(self, other):
                return True

        warmed = runtime.with_warming(echo)
        warmed({}, EqualContext())
        warmed({}, EqualContext())
        assert names() == ['ColdStart', 'WarmStart']


@pytest.mark.parametrize('output', [None, 'closed'])
def test_an_event_is_handled_though_the_output_is_gone(runtime, record_starts, monkeypatch, output):
    class Closed:
        def write(self, line):
            raise BrokenPipeError

    monkeypatch.setattr(sys, 'stdout', None if output is None else Closed())
    assert runtime.with_warming(lambda event, context: 'handled')({}, Context()) == 'handled'
