package consumer;

import io.github.cdklambdawarmer.CoverageAlarmOptions;
import io.github.cdklambdawarmer.DayOfWeek;
import io.github.cdklambdawarmer.DispatcherOptions;
import io.github.cdklambdawarmer.FanOut;
import io.github.cdklambdawarmer.FleetFunctionOptions;
import io.github.cdklambdawarmer.LambdaWarmer;
import io.github.cdklambdawarmer.LambdaWarmerPayloadOptions;
import io.github.cdklambdawarmer.ProvisionedConcurrencyOptions;
import io.github.cdklambdawarmer.ProvisionedWindow;
import io.github.cdklambdawarmer.WarmerFleet;
import io.github.cdklambdawarmer.Warming;
import io.github.cdklambdawarmer.WarmingDashboard;
import io.github.cdklambdawarmer.WarmingMixin;
import io.github.cdklambdawarmer.WarmingPayload;
import io.github.cdklambdawarmer.WarmingSchedule;
import io.github.cdklambdawarmer.WarmingWindow;
import io.github.cdklambdawarmer.WarmingWindowsOptions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.TimeZone;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionUrlAuthType;
import software.amazon.awscdk.services.lambda.FunctionUrlOptions;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

final class ShopStack extends Stack {
    private static final List<DayOfWeek> WORKDAYS =
        List.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.WEDNESDAY, DayOfWeek.THURSDAY, DayOfWeek.FRIDAY);

    ShopStack(final Construct scope, final String id) {
        super(scope, id, StackProps.builder()
            .env(Environment.builder().account("111111111111").region("eu-west-1").build())
            .build());

        // Always on, by the time of the week, and pinged beyond that.
        final Function checkout = addFunction("Checkout");
        final LambdaWarmer warmer = LambdaWarmer.Builder.create(this, "CheckoutWarmer")
            .target(checkout)
            .schedule(WarmingSchedule.windows(WarmingWindowsOptions.builder()
                .windows(List.of(
                    WarmingWindow.builder().days(WORKDAYS).start("08:00").end("18:30").concurrency(20).build(),
                    WarmingWindow.builder().days(List.of(DayOfWeek.SATURDAY)).start("08:00").end("12:00").concurrency(10)
                        .every(Duration.minutes(10)).build()))
                .timeZone(TimeZone.EUROPE_BERLIN)
                .otherwise(6)
                .lead(Duration.minutes(10))
                .build()))
            .fanOut(FanOut.dispatcher(DispatcherOptions.builder()
                .logRetention(RetentionDays.ONE_MONTH)
                .timeout(Duration.seconds(50))
                .build()))
            .provisionedConcurrency(ProvisionedConcurrencyOptions.builder()
                .minCapacity(1)
                .windows(List.of(ProvisionedWindow.builder()
                    .days(List.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY)).start("09:50").end("22:30").minCapacity(5).build()))
                .timeZone(TimeZone.EUROPE_BERLIN)
                .build())
            .build();
        warmer.getAlias().addFunctionUrl(FunctionUrlOptions.builder().authType(FunctionUrlAuthType.NONE).build());

        // Two by one schedule, with an alarm.
        final WarmerFleet fleet = WarmerFleet.Builder.create(this, "Fleet").concurrency(2).build();
        fleet.add(addFunction("Orders"));
        fleet.add(addFunction("Search"), FleetFunctionOptions.builder().concurrency(5).build());
        fleet.alarmOnLowCoverage(CoverageAlarmOptions.builder().threshold(0.8).treatMissingData(TreatMissingData.IGNORE).build());

        // One whose handler understands pings already, for a year to come.
        LambdaWarmer.Builder.create(this, "CampaignWarmer")
            .target(addFunction("Campaign"))
            .concurrency(2)
            .payload(WarmingPayload.lambdaWarmer(LambdaWarmerPayloadOptions.builder().flagField("keepWarm").build()))
            .schedule(WarmingSchedule.every(Duration.minutes(3))
                .activeFrom(Instant.parse("2998-01-01T06:00:00Z"))
                .activeUntil(Instant.parse("2999-01-01T00:00:00Z")))
            .build();

        // What users call is kept warm by the aspect, but for what says why not, and what is of no concern.
        addUrl(addFunction("Api"));
        final Function report = addFunction("NightlyReport");
        addUrl(report);
        Warming.exempt(report, "Runs at night; nobody waits for it.");
        addUrl(addFunction("InternalTool"));

        // One by a mixin.
        final Function mixed = addFunction("Mixed");
        mixed.with(WarmingMixin.Builder.create()
            .payload(WarmingPayload.fromObject(Map.of("warmer", Map.of("keep", true), "source", "shop")))
            .build());

        // All of it, to be looked at.
        WarmingDashboard.Builder.create(this, "Dashboard").dashboardName("warming").savedQueries(false).build();

        addOutput("CheckoutMonthlyUsd", String.format(Locale.ROOT, "%.4f", warmer.getMonthlyCost().getMonthlyUsd().doubleValue()));
        addOutput("FleetCostItems", String.valueOf(fleet.getMonthlyCost().getItems().size()));
        addOutput("MixedIsWarmedBy", Warming.of(mixed).stream().map(one -> one.getNode().getPath()).collect(Collectors.joining(",")));
    }

    private Function addFunction(final String id) {
        return Function.Builder.create(this, id)
            .runtime(Runtime.NODEJS_24_X)
            .handler("index.handler")
            .code(Code.fromInline("exports.handler = async () => ({ statusCode: 200 });"))
            .memorySize(512)
            .build();
    }

    private void addUrl(final Function function) {
        function.addFunctionUrl(FunctionUrlOptions.builder().authType(FunctionUrlAuthType.NONE).build());
    }

    private void addOutput(final String id, final String value) {
        CfnOutput.Builder.create(this, id).value(value).build();
    }
}
