from cdk_lambda_warmer_runtime import with_warming


@with_warming
def handler(event, context):
    return {'statusCode': 200, 'body': event['rawPath']}
