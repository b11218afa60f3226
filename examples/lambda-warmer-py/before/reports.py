import lambdawarmer

print("reports: cold start")


@lambdawarmer.warmer(flag="keepWarm", concurrency="copies", delay=150, send_metric=True)
def handler(event, context):
    return {"statusCode": 200, "body": "the report"}
