package consumer;

import io.github.cdklambdawarmer.FunctionSelector;
import io.github.cdklambdawarmer.WarmingAspect;
import io.github.cdklambdawarmer.WarmingReport;
import io.github.cdklambdawarmer.WarmingValidator;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Validations;

/** The app of ../typescript/app.ts, as Java has the package. */
public final class ShopApp {
    private ShopApp() {
    }

    public static void main(final String[] args) {
        final App app = new App();
        new ShopStack(app, "Shop");

        final FunctionSelector select = FunctionSelector.userFacing().except(FunctionSelector.underPath("*/Internal*"));
        Aspects.of(app).add(WarmingAspect.Builder.create().select(select).concurrency(2).build());
        Validations.of(app).addPlugins(WarmingValidator.Builder.create().select(select).build());
        WarmingReport.Builder.create(app, "WarmingReport").accountConcurrency(2000).build();

        app.synth();
    }
}
