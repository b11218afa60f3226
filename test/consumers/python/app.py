"""The app of ../typescript/app.ts, as Python has the package."""
from datetime import datetime, timezone

from aws_cdk import App, Aspects, CfnOutput, Duration, Environment, Stack, TimeZone, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from cdk_lambda_warmer import (
    DayOfWeek,
    FanOut,
    FunctionSelector,
    LambdaWarmer,
    ProvisionedConcurrencyOptions,
    ProvisionedWindow,
    WarmerFleet,
    Warming,
    WarmingAspect,
    WarmingDashboard,
    WarmingMixin,
    WarmingPayload,
    WarmingReport,
    WarmingSchedule,
    WarmingValidator,
    WarmingWindow,
)
from constructs import Construct

WORKDAYS = [DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY]


class ShopStack(Stack):
    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=Environment(account="111111111111", region="eu-west-1"))

        # Always on, by the time of the week, and pinged beyond that.
        checkout = self.add_function("Checkout")
        warmer = LambdaWarmer(
            self,
            "CheckoutWarmer",
            target=checkout,
            schedule=WarmingSchedule.windows(
                windows=[
                    WarmingWindow(days=WORKDAYS, start="08:00", end="18:30", concurrency=20),
                    WarmingWindow(days=[DayOfWeek.SATURDAY], start="08:00", end="12:00", concurrency=10, every=Duration.minutes(10)),
                ],
                time_zone=TimeZone.EUROPE_BERLIN,
                otherwise=6,
                lead=Duration.minutes(10),
            ),
            fan_out=FanOut.dispatcher(log_retention=logs.RetentionDays.ONE_MONTH, timeout=Duration.seconds(50)),
            provisioned_concurrency=ProvisionedConcurrencyOptions(
                min_capacity=1,
                windows=[ProvisionedWindow(days=[DayOfWeek.SATURDAY, DayOfWeek.SUNDAY], start="09:50", end="22:30", min_capacity=5)],
                time_zone=TimeZone.EUROPE_BERLIN,
            ),
        )
        assert warmer.alias
        warmer.alias.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)

        # Two by one schedule, with an alarm.
        fleet = WarmerFleet(self, "Fleet", concurrency=2)
        fleet.add(self.add_function("Orders"))
        fleet.add(self.add_function("Search"), concurrency=5)
        fleet.alarm_on_low_coverage(threshold=0.8, treat_missing_data=cloudwatch.TreatMissingData.IGNORE)

        # One whose handler understands pings already, for a year to come.
        LambdaWarmer(
            self,
            "CampaignWarmer",
            target=self.add_function("Campaign"),
            concurrency=2,
            payload=WarmingPayload.lambda_warmer(flag_field="keepWarm"),
            schedule=WarmingSchedule.every(Duration.minutes(3))
            .active_from(datetime(2998, 1, 1, 6, tzinfo=timezone.utc))
            .active_until(datetime(2999, 1, 1, tzinfo=timezone.utc)),
        )

        # What users call is kept warm by the aspect, but for what says why not, and what is of no concern.
        self.add_url(self.add_function("Api"))
        report = self.add_function("NightlyReport")
        self.add_url(report)
        Warming.exempt(report, "Runs at night; nobody waits for it.")
        self.add_url(self.add_function("InternalTool"))

        # One by a mixin.
        mixed = self.add_function("Mixed")
        mixed.with_(WarmingMixin(payload=WarmingPayload.from_object({"warmer": {"keep": True}, "source": "shop"})))

        # All of it, to be looked at.
        WarmingDashboard(self, "Dashboard", dashboard_name="warming", saved_queries=False)

        CfnOutput(self, "CheckoutMonthlyUsd", value=f"{warmer.monthly_cost.monthly_usd:.4f}")
        CfnOutput(self, "FleetCostItems", value=str(len(fleet.monthly_cost.items)))
        CfnOutput(self, "MixedIsWarmedBy", value=",".join(one.node.path for one in Warming.of(mixed)))

    def add_function(self, construct_id: str) -> lambda_.Function:
        return lambda_.Function(
            self,
            construct_id,
            runtime=lambda_.Runtime.NODEJS_24_X,
            handler="index.handler",
            code=lambda_.Code.from_inline("exports.handler = async () => ({ statusCode: 200 });"),
            memory_size=512,
        )

    def add_url(self, fn: lambda_.Function) -> None:
        fn.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)


app = App()
ShopStack(app, "Shop")

select = FunctionSelector.user_facing().except_(FunctionSelector.under_path("*/Internal*"))
Aspects.of(app).add(WarmingAspect(select=select, concurrency=2))
Validations.of(app).add_plugins(WarmingValidator(select=select))
WarmingReport(app, "WarmingReport", account_concurrency=2000)

app.synth()
