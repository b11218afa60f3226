import lambdawarmer


@lambdawarmer.warmer
def handler(event, context):
    return {'statusCode': 200, 'body': event['rawPath']}
