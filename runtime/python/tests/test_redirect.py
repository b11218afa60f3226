import importlib
import json
import os
import sys
import time
from types import SimpleNamespace

import pytest

from support import Context, ask, fresh_runtime, ping_event

APP = """
def handler(event, context):
    return 'handled', event
"""


@pytest.fixture
def redirect(monkeypatch):
    """Loads the redirect in a new environment, for the handler that is given."""

    def load(name=None):
        if name is not None:
            monkeypatch.setenv('CDK_LAMBDA_WARMER_HANDLER', name)
        fresh_runtime()
        return importlib.import_module('cdk_lambda_warmer_runtime.redirect')

    return load


@pytest.fixture
def without_awslambdaric(monkeypatch):
    monkeypatch.delitem(sys.modules, 'awslambdaric.bootstrap', raising=False)


@pytest.fixture
def bootstrap():
    return pytest.importorskip('awslambdaric.bootstrap')


@pytest.fixture(params=['without_awslambdaric', 'bootstrap'])
def either_loader(request):
    request.getfixturevalue(request.param)


@pytest.mark.usefixtures('either_loader')
class TestWithEitherLoader:
    @pytest.mark.parametrize(('name', 'path'), [
        ('users_app.handler', 'users_app.py'),
        ('users_pkg.app.handler', 'users_pkg/app.py'),
        ('users_pkg/app.handler', 'users_pkg/app.py'),
        ('users_pkg/sub/app.handler', 'users_pkg/sub/app.py'),
        ('users_pkg/sub.app.handler', 'users_pkg/sub/app.py'),
    ])
    def test_the_users_handler_is_loaded_and_warmed(self, redirect, users_code, name, path):
        users_code({path: APP})
        handler = redirect(name).handler
        assert os.environ['_HANDLER'] == name
        event = {'orderId': 7}
        result = handler(event, Context())
        assert result == ('handled', event)
        assert result[1] is event
        assert handler.__name__ == 'handler'
        ask(handler)

    def test_the_users_handler_may_have_another_name(self, redirect, users_code):
        users_code({'users_app.py': 'def take_order(event, context):\n    return "taken"\n'})
        assert redirect('users_app.take_order').handler({}, Context()) == 'taken'

    def test_the_users_handler_may_be_warmed_already(self, redirect, users_code):
        users_code({'users_app.py': f'from cdk_lambda_warmer_runtime import with_warming\n{APP}'
                                    'handler = with_warming(handler)\n'})
        handler = redirect('users_app.handler').handler
        assert handler is sys.modules['users_app'].handler
        ask(handler)

    def test_hooks_of_the_users_module_run_on_pings(self, redirect, users_code):
        users_code({'users_app.py': f'from cdk_lambda_warmer_runtime import on_warm\n{APP}'
                                    'runs = []\non_warm(lambda: runs.append("run"))\n'})
        ask(redirect('users_app.handler').handler)
        assert sys.modules['users_app'].runs == ['run']

    def test_the_users_module_finds_the_original_handler_in_the_environment(self, redirect, users_code):
        users_code({'users_app.py': f'import os\nname = os.environ["_HANDLER"]\n{APP}'})
        redirect('users_app.handler')
        assert sys.modules['users_app'].name == 'users_app.handler'

    @pytest.mark.parametrize('value', [None, ''])
    def test_without_the_handlers_name_the_redirect_says_what_is_missing(self, redirect, value):
        with pytest.raises(RuntimeError, match='CDK_LAMBDA_WARMER_HANDLER'):
            redirect(value)
        assert os.environ['_HANDLER'] == 'cdk_lambda_warmer_runtime.redirect.handler'

    def test_what_the_users_module_raises_is_raised(self, redirect, users_code):
        users_code({'users_app.py': 'raise LookupError("no such table")'})
        with pytest.raises(LookupError, match='no such table'):
            redirect('users_app.handler')

    def test_a_handler_that_cannot_be_called_is_refused(self, redirect, users_code):
        users_code({'users_app.py': 'handler = "a string"'})
        with pytest.raises(TypeError, match='a string'):
            redirect('users_app.handler')

    def test_events_that_were_recorded_by_the_users_wrapper_are_counted_once(
            self, redirect, users_code, capsys, record_starts):
        users_code({'users_app.py': f'from cdk_lambda_warmer_runtime import with_warming\n{APP}'
                                    'warmed = with_warming(handler)\n'
                                    'def decorated(event, context):\n    return warmed(event, context)\n'})
        redirect('users_app.decorated').handler({}, Context())
        assert capsys.readouterr().out.count('\n') == 1


@pytest.mark.usefixtures('without_awslambdaric')
class TestWithItsOwnLoader:
    def test_a_missing_module_is_an_import_error(self, redirect):
        with pytest.raises(ImportError, match='users_missing'):
            redirect('users_missing.handler')

    def test_a_missing_handler_is_an_attribute_error(self, redirect, users_code):
        users_code({'users_app.py': APP})
        with pytest.raises(AttributeError, match='missing'):
            redirect('users_app.missing')

    def test_it_serves_where_the_runtimes_loader_has_gone(self, redirect, users_code, monkeypatch):
        users_code({'users_app.py': APP})
        monkeypatch.setitem(sys.modules, 'awslambdaric.bootstrap', SimpleNamespace())
        ask(redirect('users_app.handler').handler)

    def test_it_does_not_load_the_runtime(self, redirect, users_code):
        users_code({'users_app.py': APP})
        redirect('users_app.handler')
        assert 'awslambdaric.bootstrap' not in sys.modules


def load_as_the_runtime_does(bootstrap):
    return bootstrap._get_handler('cdk_lambda_warmer_runtime.redirect.handler')


class TestWithTheRuntimesLoader:
    def test_the_runtimes_loader_is_given_the_name_as_it_is(self, redirect, bootstrap, monkeypatch):
        names = []

        def handler(event, context):
            return 'loaded by the runtime'

        def get_handler(name):
            names.append(name)
            return handler

        monkeypatch.setattr(bootstrap, '_get_handler', get_handler)
        assert redirect('users_pkg/app.handler').handler({}, Context()) == 'loaded by the runtime'
        assert names == ['users_pkg/app.handler']

    @pytest.mark.parametrize(('name', 'message'), [
        ('users_missing.handler', "Unable to import module 'users_missing': No module named 'users_missing'"),
        ('users_app.missing', "Handler 'missing' missing on module 'users_app'"),
        ('users_broken.handler', "Syntax error in module 'users_broken': "),
        ('sys.exit', 'Cannot use built-in module sys as a handler module'),
        ('handler', "Bad handler 'handler': "),
    ])
    def test_what_goes_wrong_is_told_in_the_runtimes_words(self, bootstrap, users_code, monkeypatch, name, message):
        users_code({'users_app.py': APP, 'users_broken.py': 'def handler(:'})
        monkeypatch.setenv('CDK_LAMBDA_WARMER_HANDLER', name)
        fresh_runtime()
        with pytest.raises(bootstrap.FaultException) as raised:
            load_as_the_runtime_does(bootstrap)
        # Not "Unable to import module 'cdk_lambda_warmer_runtime.redirect'".
        assert raised.value.msg.startswith(message)

    def test_the_runtime_can_send_the_answer(self, bootstrap, users_code, monkeypatch):
        users_code({'users_app.py': APP})
        monkeypatch.setenv('CDK_LAMBDA_WARMER_HANDLER', 'users_app.handler')
        fresh_runtime()
        handler = load_as_the_runtime_does(bootstrap)
        deadline = int(time.time() * 1000) + 3000

        def answer_to(event):
            sent = []
            client = SimpleNamespace(
                marshaller=bootstrap.LambdaRuntimeClient('localhost').marshaller,
                post_invocation_result=lambda invoke_id, result, *_: sent.append(result),
            )
            bootstrap.handle_event_request(
                client,
                handler,
                'invocation',
                json.dumps(event),
                'application/json',
                client_context_json=None,
                cognito_identity_json=None,
                invoked_function_arn='arn',
                epoch_deadline_time_in_ms=deadline,
                tenant_id=None,
                log_sink=bootstrap.StandardLogSink(),
            )
            return json.loads(sent[0])

        answer = answer_to(ping_event(releaseAt=0, index=0, of=1))['cdkLambdaWarmer']
        assert answer == {
            'environmentId': answer['environmentId'], 'coldStart': True, 'heldMs': answer['heldMs'], 'pings': 1,
            'idleMs': None,
        }
        assert answer_to({'orderId': 7}) == ['handled', {'orderId': 7}]
