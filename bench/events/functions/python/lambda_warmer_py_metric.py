import lambdawarmer


@lambdawarmer.warmer(send_metric=True)
def handler(event, context):
    return {'statusCode': 200, 'body': event['rawPath']}
