"""Measures how long a handler's module takes to load.

Arguments: the module; ``compiled`` or ``source``, as which Python is to find it; and an empty folder.
"""

# Some are here only because the runtime has loaded them before it loads a handler.
import functools  # noqa: F401
import importlib
import json
import logging  # noqa: F401
import os  # noqa: F401
import sys
import time

module, form, empty_folder = sys.argv[1:]
if form == 'source':
    sys.pycache_prefix = empty_folder
    sys.dont_write_bytecode = True

start = time.perf_counter()
handler = importlib.import_module(module).handler
seconds = time.perf_counter() - start

print(json.dumps({'ns': seconds * 1e9}))
