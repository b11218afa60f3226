// The app of ../typescript/app.ts, as Go has the package.
package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	warmer "github.com/cdk-lambda-warmer/cdk-lambda-warmer-go/cdklambdawarmer"
)

var workdays = []warmer.DayOfWeek{
	warmer.DayOfWeek_MONDAY, warmer.DayOfWeek_TUESDAY, warmer.DayOfWeek_WEDNESDAY, warmer.DayOfWeek_THURSDAY, warmer.DayOfWeek_FRIDAY,
}

func newShopStack(scope constructs.Construct, id string) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String("111111111111"), Region: jsii.String("eu-west-1")},
	})

	// Always on, by the time of the week, and pinged beyond that.
	checkout := addFunction(stack, "Checkout")
	checkoutWarmer := warmer.NewLambdaWarmer(stack, jsii.String("CheckoutWarmer"), &warmer.LambdaWarmerProps{
		Target: checkout,
		Schedule: warmer.WarmingSchedule_Windows(&warmer.WarmingWindowsOptions{
			Windows: &[]*warmer.WarmingWindow{
				{Days: &workdays, Start: jsii.String("08:00"), End: jsii.String("18:30"), Concurrency: jsii.Number(20)},
				{
					Days:        &[]warmer.DayOfWeek{warmer.DayOfWeek_SATURDAY},
					Start:       jsii.String("08:00"),
					End:         jsii.String("12:00"),
					Concurrency: jsii.Number(10),
					Every:       awscdk.Duration_Minutes(jsii.Number(10)),
				},
			},
			TimeZone:  awscdk.TimeZone_EUROPE_BERLIN(),
			Otherwise: jsii.Number(6),
			Lead:      awscdk.Duration_Minutes(jsii.Number(10)),
		}),
		FanOut: warmer.FanOut_Dispatcher(&warmer.DispatcherOptions{
			LogRetention: awslogs.RetentionDays_ONE_MONTH,
			Timeout:      awscdk.Duration_Seconds(jsii.Number(50)),
		}),
		ProvisionedConcurrency: &warmer.ProvisionedConcurrencyOptions{
			MinCapacity: jsii.Number(1),
			Windows: &[]*warmer.ProvisionedWindow{{
				Days:        &[]warmer.DayOfWeek{warmer.DayOfWeek_SATURDAY, warmer.DayOfWeek_SUNDAY},
				Start:       jsii.String("09:50"),
				End:         jsii.String("22:30"),
				MinCapacity: jsii.Number(5),
			}},
			TimeZone: awscdk.TimeZone_EUROPE_BERLIN(),
		},
	})
	checkoutWarmer.Alias().AddFunctionUrl(&awslambda.FunctionUrlOptions{AuthType: awslambda.FunctionUrlAuthType_NONE})

	// Two by one schedule, with an alarm.
	fleet := warmer.NewWarmerFleet(stack, jsii.String("Fleet"), &warmer.WarmerFleetProps{Concurrency: jsii.Number(2)})
	fleet.Add(addFunction(stack, "Orders"), nil)
	fleet.Add(addFunction(stack, "Search"), &warmer.FleetFunctionOptions{Concurrency: jsii.Number(5)})
	fleet.AlarmOnLowCoverage(&warmer.CoverageAlarmOptions{
		Threshold:        jsii.Number(0.8),
		TreatMissingData: awscloudwatch.TreatMissingData_IGNORE,
	})

	// One whose handler understands pings already, for a year to come.
	from := time.Date(2998, time.January, 1, 6, 0, 0, 0, time.UTC)
	until := time.Date(2999, time.January, 1, 0, 0, 0, 0, time.UTC)
	warmer.NewLambdaWarmer(stack, jsii.String("CampaignWarmer"), &warmer.LambdaWarmerProps{
		Target:      addFunction(stack, "Campaign"),
		Concurrency: jsii.Number(2),
		Payload:     warmer.WarmingPayload_LambdaWarmer(&warmer.LambdaWarmerPayloadOptions{FlagField: jsii.String("keepWarm")}),
		Schedule:    warmer.WarmingSchedule_Every(awscdk.Duration_Minutes(jsii.Number(3))).ActiveFrom(&from).ActiveUntil(&until),
	})

	// What users call is kept warm by the aspect, but for what says why not, and what is of no concern.
	addUrl(addFunction(stack, "Api"))
	report := addFunction(stack, "NightlyReport")
	addUrl(report)
	warmer.Warming_Exempt(report, jsii.String("Runs at night; nobody waits for it."))
	addUrl(addFunction(stack, "InternalTool"))

	// One by a mixin.
	mixed := addFunction(stack, "Mixed")
	mixed.With(warmer.NewWarmingMixin(&warmer.WarmingMixinProps{
		Payload: warmer.WarmingPayload_FromObject(&map[string]interface{}{"warmer": map[string]interface{}{"keep": true}, "source": "shop"}),
	}))

	// All of it, to be looked at.
	warmer.NewWarmingDashboard(stack, jsii.String("Dashboard"), &warmer.WarmingDashboardProps{
		DashboardName: jsii.String("warming"),
		SavedQueries:  jsii.Bool(false),
	})

	addOutput(stack, "CheckoutMonthlyUsd", strconv.FormatFloat(*checkoutWarmer.MonthlyCost().MonthlyUsd(), 'f', 4, 64))
	addOutput(stack, "FleetCostItems", strconv.Itoa(len(*fleet.MonthlyCost().Items())))
	paths := []string{}
	for _, one := range *warmer.Warming_Of(mixed) {
		paths = append(paths, *one.Node().Path())
	}
	addOutput(stack, "MixedIsWarmedBy", strings.Join(paths, ","))
	return stack
}

func addFunction(scope constructs.Construct, id string) awslambda.Function {
	return awslambda.NewFunction(scope, &id, &awslambda.FunctionProps{
		Runtime:    awslambda.Runtime_NODEJS_24_X(),
		Handler:    jsii.String("index.handler"),
		Code:       awslambda.Code_FromInline(jsii.String("exports.handler = async () => ({ statusCode: 200 });")),
		MemorySize: jsii.Number(512),
	})
}

func addUrl(fn awslambda.Function) {
	fn.AddFunctionUrl(&awslambda.FunctionUrlOptions{AuthType: awslambda.FunctionUrlAuthType_NONE})
}

func addOutput(scope constructs.Construct, id string, value string) {
	awscdk.NewCfnOutput(scope, &id, &awscdk.CfnOutputProps{Value: &value})
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	newShopStack(app, "Shop")

	selector := warmer.FunctionSelector_UserFacing().Except(warmer.FunctionSelector_UnderPath(jsii.String("*/Internal*")))
	awscdk.Aspects_Of(app).Add(warmer.NewWarmingAspect(&warmer.WarmingAspectProps{Select: selector, Concurrency: jsii.Number(2)}), nil)
	awscdk.Validations_Of(app).AddPlugins(warmer.NewWarmingValidator(&warmer.WarmingValidatorProps{Select: selector}))
	warmer.NewWarmingReport(app, jsii.String("WarmingReport"), &warmer.WarmingReportProps{AccountConcurrency: jsii.Number(2000)})

	app.Synth(nil)
}
