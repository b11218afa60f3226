import json
import random

QUOTES = ["Simple is better than complex.", "Flat is better than nested.", "Now is better than never."]
print(f"{len(QUOTES)} quotes loaded")


def handler(event, context):
    if event.get("detail-type") == "Scheduled Event":
        print("Kept warm by a scheduled event")
        return None
    return {"statusCode": 200, "body": json.dumps({"quote": random.choice(QUOTES)})}
