def fn(event, context):
    return {'event': event, 'from': __name__}
