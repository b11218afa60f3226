"""Two functions: one that lambda-warmer-py goes on to warm, and one that has done without it."""
import shutil
import subprocess
import sys
import tempfile

from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from cdk_lambda_warmer import FanOut, LambdaWarmer, WarmingPayload, WarmingSchedule
from constructs import Construct


class LambdaWarmerPyStack(Stack):
    def __init__(self, scope: Construct, construct_id: str, build: str) -> None:
        super().__init__(scope, construct_id)
        # `cdk deploy -c everyMinutes=1` shows the pings sooner.
        schedule = WarmingSchedule.every(Duration.minutes(int(self.node.try_get_context("everyMinutes") or 5)))

        # Before: the decorator answers the pings, and has the function invoke itself, which the construct permits it.
        reports = self.add_function("Reports", "reports.handler", with_requirements("before", build))
        LambdaWarmer(
            self,
            "ReportsWarmer",
            target=reports,
            schedule=schedule,
            concurrency=4,
            fan_out=FanOut.self_invoke(),
            # As the decorator is told to call them.
            payload=WarmingPayload.lambda_warmer(flag_field="keepWarm", concurrency_field="copies"),
        )
        # Its metrics are calls to CloudWatch, which need a permission.
        reports.add_to_role_policy(
            iam.PolicyStatement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": "LambdaWarmer"}},
            )
        )

        # After: no decorator and no package. The layer answers the pings, and counts starts by lines of the log.
        statements = self.add_function("Statements", "statements.handler", lambda_.Code.from_asset("after"))
        LambdaWarmer(self, "StatementsWarmer", target=statements, schedule=schedule, concurrency=4, record_starts=True)

    def add_function(self, construct_id: str, handler: str, code: lambda_.Code) -> lambda_.Function:
        return lambda_.Function(
            self,
            construct_id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler=handler,
            code=code,
            memory_size=256,
            timeout=Duration.seconds(20),
        )


def with_requirements(folder: str, output: str) -> lambda_.Code:
    """The code with the packages that it requires, the same files each time."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    subprocess.run([*pip, "--requirement", f"{folder}/requirements.txt", "--target", output], check=True)
    shutil.copytree(folder, output, dirs_exist_ok=True)
    return lambda_.Code.from_asset(output, exclude=["*.dist-info"])


# What is built is copied into the cloud assembly, and not needed any more.
with tempfile.TemporaryDirectory() as build:
    app = App()
    LambdaWarmerPyStack(app, "LambdaWarmerPy", build)
    app.synth()
