"""What a script with boto3 did for one function after the other, as a CDK app."""
from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_lambda as lambda_
from cdk_lambda_warmer import CostAssumptions, LambdaWarmer, WarmerFleet, WarmingCost, WarmingPayload, WarmingSchedule
from constructs import Construct


class EventBridgeScriptStack(Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        # `cdk deploy -c everyMinutes=1` shows the pings sooner.
        schedule = WarmingSchedule.every(Duration.minutes(int(self.node.try_get_context("everyMinutes") or 5)))
        # What all the handlers look for.
        payload = WarmingPayload.of_type("warmer")

        # The rule of the script: put_rule(), put_targets() and add_permission() are the construct's.
        orders = LambdaWarmer(
            self,
            "OrdersWarmer",
            target=self.add_function("Orders", "orders.handler", memory_size=2048),
            schedule=schedule,
            payload=payload,
            description="Keeps the orders warm",
            enabled=True,
            # How long the handler takes for a ping.
            cost_assumptions=CostAssumptions(answering_milliseconds=100),
        )

        # All the others by one schedule, where the script was run once for each.
        fleet = WarmerFleet(self, "Fleet", schedule=schedule, payload=payload)
        fleet.add(self.add_function("Customers", "customers.handler"))
        fleet.add(self.add_function("Invoices", "invoices.handler"))

        CfnOutput(self, "OrdersMonthlyUsd", value=f"{orders.monthly_cost.monthly_usd:.2f}")
        CfnOutput(self, "FleetMonthlyUsd", value=f"{fleet.monthly_cost.monthly_usd:.2f}")
        # The tutorial's own figures: 12 pings an hour, 24 hours, 30 days.
        tutorial = WarmingCost.estimate(memory_size=2048, billed_milliseconds=100, pings_per_month=8640)
        CfnOutput(self, "TutorialMonthlyUsd", value=f"{tutorial.monthly_usd:.2f}")

    def add_function(self, construct_id: str, handler: str, memory_size: int = 512) -> lambda_.Function:
        return lambda_.Function(
            self,
            construct_id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler=handler,
            code=lambda_.Code.from_asset("handler"),
            memory_size=memory_size,
        )


app = App()
EventBridgeScriptStack(app, "EventBridgeScript")
app.synth()
