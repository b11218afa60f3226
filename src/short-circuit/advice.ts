import { RuntimeFamily } from 'aws-cdk-lib/aws-lambda';
import { TOKEN_VARIABLE } from './protocol';
import { PING_KEY } from '../payload/protocol';

const NODEJS = `// npm install cdk-lambda-warmer-runtime
import { withWarming } from 'cdk-lambda-warmer-runtime';
export const handler = withWarming(async (event, context) => { ... });`;

const PYTHON = `# pip install cdk-lambda-warmer-runtime
from cdk_lambda_warmer_runtime import with_warming

@with_warming
def handler(event, context): ...`;

/** The lines by which a handler answers pings, by language; none of them takes an event without the token for a ping. */
const LINES: { readonly [family in RuntimeFamily]?: string } = {
  [RuntimeFamily.NODEJS]: NODEJS,
  [RuntimeFamily.PYTHON]: PYTHON,

  [RuntimeFamily.JAVA]: `public Object handleRequest(Map<String, Object> event, Context context) {
    Object ping = event.get("${PING_KEY}");
    String token = System.getenv("${TOKEN_VARIABLE}");
    if (ping instanceof Map && token != null && token.equals(((Map<?, ?>) ping).get("token"))) {
        // Above a concurrency of 1, wait here until the ping's releaseAt, in epoch milliseconds, or without one for its holdMs milliseconds.
        return null;
    }
    ...`,

  [RuntimeFamily.RUBY]: `def handler(event:, context:)
  token = ENV['${TOKEN_VARIABLE}']
  ping = event['${PING_KEY}'] if event.is_a?(Hash)
  if token && ping.is_a?(Hash) && ping['token'] == token
    # Above a concurrency of 1, wait here until the ping's releaseAt, in epoch milliseconds, or without one for its holdMs milliseconds.
    return
  end
  ...`,

  [RuntimeFamily.GO]: `func handler(ctx context.Context, event json.RawMessage) (any, error) {
    var ping struct {
        Warmer struct{ Token string } \`json:"${PING_KEY}"\`
    }
    token := os.Getenv("${TOKEN_VARIABLE}")
    if json.Unmarshal(event, &ping) == nil && token != "" && ping.Warmer.Token == token {
        // Above a concurrency of 1, wait here until the ping's releaseAt, in epoch milliseconds, or without one for its holdMs milliseconds.
        return nil, nil
    }
    ...`,

  [RuntimeFamily.DOTNET_CORE]: `public async Task<object?> Handler(JsonElement input, ILambdaContext context)
{
    var token = Environment.GetEnvironmentVariable("${TOKEN_VARIABLE}");
    if (token is not null && input.ValueKind == JsonValueKind.Object
        && input.TryGetProperty("${PING_KEY}", out var ping) && ping.ValueKind == JsonValueKind.Object
        && ping.TryGetProperty("token", out var given) && given.ValueKind == JsonValueKind.String && given.ValueEquals(token))
    {
        // Above a concurrency of 1, wait here until the ping's releaseAt, in epoch milliseconds, or without one for its holdMs milliseconds.
        return null;
    }
    ...`,
};

/**
 * What to write into a handler that answers pings by itself.
 *
 * @param family the runtime's, if it is known
 */
export function handlerLines(family: RuntimeFamily | undefined): string {
  // The code of an image or a custom runtime may be Go, which has no runtime of its own any more, or anything else.
  const lines = family === RuntimeFamily.OTHER ? LINES[RuntimeFamily.GO] : family !== undefined ? LINES[family] : undefined;
  return lines ?? `${NODEJS}\n\nor in Python\n\n${PYTHON}`;
}
