import json
import os

import lambdawarmer
from plain import journal


def request(event, context):
    return 'a request'


warmed = lambdawarmer.warmer(**json.loads(os.environ.get('CONFIG', '{}')))(request)


def handler(event, context):
    # The decorator answers a ping with nothing.
    answer = 'warmed' if warmed(event, context) is None else 'a request'
    journal(event, context, answer=answer)
    return answer
