import contextlib
import io
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import NOW_MS, TOKEN, Clock, Context, assert_is_an_answer, echo, fresh_runtime, ping_event


def nested(depth):
    value = 'deep'
    for level in range(depth):
        value = [value] if level % 2 else {'cdkLambdaWarmer': value}
    return value


# `characters` has halves of surrogate pairs, which `text` leaves out by itself.
texts = st.text(st.characters(), max_size=20) | st.sampled_from(['cdkLambdaWarmer', 'token', TOKEN, '\ud800', ''])
huge_integers = st.integers(300, 1000).flatmap(lambda digits: st.sampled_from([10 ** digits, -10 ** digits]))
numbers = st.integers() | st.floats() | huge_integers | st.floats(NOW_MS - 20_000, NOW_MS + 20_000)
scalars = st.none() | st.booleans() | numbers | texts
json_values = st.recursive(
    scalars,
    lambda values: st.lists(values, max_size=4) | st.dictionaries(texts, values, max_size=4),
    max_leaves=10,
) | st.integers(50, 200).map(nested)
json_objects = st.dictionaries(texts, json_values, max_size=4)


def is_ping(event):
    """Told from the ping's documentation, by other means than the package's."""
    try:
        return event['cdkLambdaWarmer']['token'] == TOKEN
    except (KeyError, TypeError, IndexError):
        return False


events = (
    json_values
    | json_objects
    | st.builds(lambda event, ping: {**event, 'cdkLambdaWarmer': ping}, json_objects, json_values)
).filter(lambda event: not is_ping(event))


def near_misses(token):
    positions = st.integers(0, len(token) - 1)
    return st.one_of(
        positions.map(lambda at: token[:at]),
        positions.map(lambda at: token[at + 1:]),
        positions.map(lambda at: token[:at] + token[at + 1:]),
        positions.map(lambda at: token[:at] + token[at].swapcase() + token[at + 1:]),
        st.tuples(positions, st.characters()).map(lambda edit: token[:edit[0]] + edit[1] + token[edit[0] + 1:]),
        st.tuples(positions, st.characters()).map(lambda edit: token[:edit[0]] + edit[1] + token[edit[0]:]),
        st.characters().map(lambda letter: token + letter),
        st.characters().map(lambda letter: letter + token),
    )


wrong_tokens = st.one_of(
    texts,
    near_misses(TOKEN),
    json_values,
    st.sampled_from([[TOKEN], list(TOKEN), {TOKEN: TOKEN}, {'token': TOKEN}, [{'token': TOKEN}]]),
).filter(lambda token: token != TOKEN)

remaining_times = st.integers() | st.integers(-1000, 12_000) | st.floats(allow_nan=False) | huge_integers


@pytest.fixture(scope='module')
def shared():
    """One environment for all examples, which is faster, for properties that hold whatever came before."""
    return fresh_runtime()


def assert_reaches_the_handler(runtime, event):
    before = json.dumps(event)
    context = Context()
    seen_event, seen_context = runtime.with_warming(echo)(event, context)
    assert seen_event is event
    assert seen_context is context
    assert json.dumps(event) == before


@given(events)
def test_every_event_that_is_no_ping_reaches_the_handler_as_it_came(shared, event):
    assert_reaches_the_handler(shared, event)


@given(json_objects, json_objects, wrong_tokens)
def test_every_forged_ping_reaches_the_handler_as_it_came(shared, event, ping, token):
    assert_reaches_the_handler(shared, {**event, 'cdkLambdaWarmer': {**ping, 'token': token}})


@given(json_objects, json_objects, remaining_times | st.just(math.nan))
def test_every_ping_is_answered_as_documented(shared, event, ping, remaining_ms):
    shared.time = Clock()
    event = {**event, 'cdkLambdaWarmer': {**ping, 'token': TOKEN}}
    before = json.dumps(event)
    assert_is_an_answer(shared.with_warming(echo)(event, Context(remaining_ms)))
    assert json.dumps(event) == before


@given(
    st.fixed_dictionaries({}, optional={'releaseAt': json_values | numbers, 'holdMs': json_values | numbers}),
    remaining_times,
)
def test_no_ping_is_held_longer_than_allowed(shared, wish, remaining_ms):
    shared.time = clock = Clock()
    answer = shared.with_warming(echo)(ping_event(**wish), Context(remaining_ms))
    assert_is_an_answer(answer)
    allowed_ms = min(10_000, max(0, remaining_ms - 500))
    assert clock.slept_ms <= allowed_ms
    assert answer['cdkLambdaWarmer']['heldMs'] <= math.ceil(allowed_ms)


@given(st.integers(0, 20_000), st.integers(0, 20_000), st.booleans())
def test_every_ping_is_held_as_long_as_it_wishes_within_what_is_allowed(shared, hold_ms, remaining_ms, until):
    shared.time = clock = Clock()
    wish = {'releaseAt': NOW_MS + hold_ms} if until else {'holdMs': hold_ms}
    shared.with_warming(echo)(ping_event(**wish), Context(remaining_ms))
    assert clock.slept_ms == min(hold_ms, 10_000, max(0, remaining_ms - 500))


steps = st.tuples(
    st.sampled_from([ping_event(), {'cdkLambdaWarmer': {'token': 'another'}}, {'orderId': 7}, {'orderId': 'missing'}]),
    st.integers(0, 10_000_000),
)


@pytest.mark.usefixtures('record_starts')
@given(st.lists(steps, max_size=12))
def test_every_sequence_of_pings_and_events_is_told_as_it_went(sequence):
    runtime = fresh_runtime()
    runtime.time = clock = Clock()

    @runtime.with_warming
    def handler(event, context):
        if event == {'orderId': 'missing'}:
            raise LookupError

    ids, pings, event_at, invocations = set(), 0, None, 0
    for event, pause_ms in sequence:
        clock.advance(pause_ms)
        with contextlib.redirect_stdout(io.StringIO()) as stdout, contextlib.suppress(LookupError):
            answer = handler(event, Context())
        started = 'WarmStart' if invocations else 'ColdStart'
        invocations += 1
        if is_ping(event):
            pings += 1
            ids.add(answer['cdkLambdaWarmer'].pop('environmentId'))
            assert answer['cdkLambdaWarmer'] == {
                'coldStart': invocations == 1,
                'heldMs': 0,
                'pings': pings,
                'idleMs': None if event_at is None else round((clock.now - event_at) * 1000),
            }
            assert stdout.getvalue() == ''
        else:
            event_at = clock.now
            assert json.loads(stdout.getvalue())[started] == 1
    assert len(ids) == min(pings, 1)
