"""What is a ping, and how long it is held: the same for every runtime, and for what sends the pings."""

import json
import os

import pytest

from support import Context

with open(os.path.join(os.path.dirname(__file__), '..', '..', 'vectors.json')) as _file:
    VECTORS = json.load(_file)


@pytest.fixture(autouse=True)
def _token(monkeypatch):
    monkeypatch.setenv('CDK_LAMBDA_WARMER_TOKEN', VECTORS['token'])


@pytest.mark.parametrize('vector', VECTORS['recognition'], ids=json.dumps)
def test_recognition(runtime, vector):
    received = runtime.with_warming(lambda event, context: [event])(vector['event'], Context())
    if vector['ping']:
        assert received['cdkLambdaWarmer']['pings'] == 1
    else:
        assert received[0] is vector['event']


@pytest.mark.parametrize('vector', VECTORS['holds'], ids=json.dumps)
def test_holds(runtime, clock, vector):
    clock.now = VECTORS['now'] / 1000
    ping = {'cdkLambdaWarmer': {'token': VECTORS['token'], **vector['wishes']}}
    answer = runtime.with_warming(lambda event, context: None)(ping, Context(vector['remainingMs']))
    assert answer['cdkLambdaWarmer']['heldMs'] == clock.slept_ms == vector['heldMs']
