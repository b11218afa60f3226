"""
Stands before the handler of a guide, and leaves it as it is: notes what the handler has seen and answered, in which process, and
since when that has it loaded. Then keeps the environment for as long as the event says, so that requests at once need several.
"""
import importlib
import json
import os
import sys
import time

# What would be in the function's package.
sys.path.extend(os.environ['PACKAGES'].split(os.pathsep))

module, name = os.environ['HANDLER_OF_GUIDE'].rsplit('.', 1)
handler_of_guide = getattr(importlib.import_module(module), name)
LOADED_AT = int(time.time() * 1000)


def handler(event, context):
    answer = handler_of_guide(event, context)
    line = dict(pid=os.getpid(), loadedAt=LOADED_AT, event=event, answer=answer)
    with open(os.environ['JOURNAL'], 'a') as file:
        file.write(json.dumps(line) + '\n')
    time.sleep(event.get('hold', 0) / 1000)
    return answer
