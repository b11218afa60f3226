from cdk_lambda_warmer_runtime import on_warm, with_warming

_warmed = []
on_warm(lambda: _warmed.append(1))


@on_warm
def failing():
    raise ValueError('on warm, on purpose')


# By hand and by the layer: once is enough.
@with_warming
def handler(event, context):
    return {'event': event, 'warmed': len(_warmed)}
