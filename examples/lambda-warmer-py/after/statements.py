print("statements: cold start")


def handler(event, context):
    return {"statusCode": 200, "body": "the statement"}
