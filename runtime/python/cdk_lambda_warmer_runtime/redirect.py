"""What a function's ``Handler`` is pointed at.

Loads the function's own handler, whose name is in ``CDK_LAMBDA_WARMER_HANDLER``, and wraps it.
"""

import importlib
import os
import sys

from . import with_warming


def _load(name):
    # The runtime's own loader, where this is the runtime: it reports what goes wrong in the words that users know.
    # https://github.com/aws/aws-lambda-python-runtime-interface-client
    runtime = sys.modules.get('awslambdaric.bootstrap')
    if hasattr(runtime, '_get_handler'):
        return runtime._get_handler(name)
    module, _, attribute = name.rpartition('.')
    return getattr(importlib.import_module(module.replace('/', '.')), attribute)


_name = os.environ.get('CDK_LAMBDA_WARMER_HANDLER')
if not _name:
    raise RuntimeError(
        'The environment variable CDK_LAMBDA_WARMER_HANDLER is missing: '
        'it names the handler that cdk-lambda-warmer wraps.')
# Whoever reads it is to find what the function was made with.
os.environ['_HANDLER'] = _name

handler = with_warming(_load(_name))
