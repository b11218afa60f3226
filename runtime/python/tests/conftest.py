import os
import sys
import tempfile

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from support import TOKEN, Clock, fresh_runtime

# Derandomized, so that a run fails only for a change of the code. Without a database there are still caches, which are
# to stay out of the checkout.
settings.register_profile('warmer', database=None, deadline=None, derandomize=True)
settings.load_profile('warmer')
set_hypothesis_home_dir(os.path.join(tempfile.gettempdir(), 'cdk-lambda-warmer-hypothesis'))


@pytest.fixture(autouse=True)
def _variables(monkeypatch):
    for name in ('CDK_LAMBDA_WARMER_HANDLER', 'CDK_LAMBDA_WARMER_RECORD_STARTS'):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv('CDK_LAMBDA_WARMER_TOKEN', TOKEN)
    monkeypatch.setenv('AWS_LAMBDA_FUNCTION_NAME', 'orders')
    # The redirect sets it: only what monkeypatch has set before is restored after the test.
    monkeypatch.setenv('_HANDLER', 'cdk_lambda_warmer_runtime.redirect.handler')


@pytest.fixture
def runtime():
    return fresh_runtime()


@pytest.fixture
def clock(runtime, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(runtime, 'time', clock)
    return clock


@pytest.fixture
def record_starts(monkeypatch):
    monkeypatch.setenv('CDK_LAMBDA_WARMER_RECORD_STARTS', 'true')


@pytest.fixture
def users_code(tmp_path, monkeypatch):
    """Writes modules of the function's own, whose names start with `users_`."""

    def write(files):
        for path, source in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)
        monkeypatch.syspath_prepend(tmp_path)

    yield write
    for name in [name for name in sys.modules if name.startswith('users_')]:
        del sys.modules[name]
