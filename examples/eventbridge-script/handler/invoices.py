import json

print("invoices: cold start")


def handler(event, context):
    if event.get("type") == "warmer":
        return {"statusCode": 200}
    return {"statusCode": 200, "body": json.dumps({"invoices": []})}
