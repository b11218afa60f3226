"""A function behind API Gateway, by an alias of its versions, and the rule that keeps it warm."""
from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from cdk_lambda_warmer import LambdaWarmer, WarmingPayload, WarmingSchedule
from constructs import Construct


class ScheduledEventStack(Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        fn = lambda_.Function(
            self,
            "Quotes",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="quotes.handler",
            code=lambda_.Code.from_asset("handler"),
            memory_size=256,
        )

        # Each deployment that changes the function publishes a version, and moves the alias to it.
        live = lambda_.Alias(self, "Live", alias_name="live", version=fn.current_version)
        apigateway.LambdaRestApi(self, "Api", handler=live, cloud_watch_role=False)

        # What API Gateway invokes is what is pinged: by EventBridge's own event, since the rule has no input.
        LambdaWarmer(
            self,
            "Warmer",
            target=live,
            payload=WarmingPayload.scheduled_event(),
            # `cdk deploy -c everyMinutes=1` shows the pings sooner.
            schedule=WarmingSchedule.every(Duration.minutes(int(self.node.try_get_context("everyMinutes") or 5))),
        )

        CfnOutput(self, "AliasArn", value=live.function_arn)
        CfnOutput(self, "Version", value=fn.current_version.version)


app = App()
ScheduledEventStack(app, "ScheduledEvent")
app.synth()
