import functools
import os
import time

STARTED_AT = time.time()


def handler(event, context):
    return {'event': event, 'id': context.aws_request_id, 'name': os.environ['_HANDLER']}


def _greet(greeting, event, context):
    return {'event': event, 'greeting': greeting}


class Service:
    def __init__(self):
        self.count = 0

    def handle(self, event, context):
        self.count += 1
        return {'event': event, 'count': self.count}

    def __call__(self, event, context):
        return {'event': event, 'by': 'instance'}


class Unhashable(Service):
    __hash__ = None


class Response(dict):
    def __init__(self, event, context):
        super().__init__(event=event, by='class')


partial = functools.partial(_greet, 'hello')
bound = Service().handle
instance = Service()
unhashable = Unhashable()
anonymous = lambda event, context: {'event': event}  # noqa: E731
text = 'no function'


def throwing(event, context):
    raise ValueError('on purpose')
