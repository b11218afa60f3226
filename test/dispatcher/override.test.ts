import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { signedByAws } from './aws-signer';
import { closeAll, deadPort, later, LocalServer, nothingResolves, Received, respond, until } from './local-server';
import { captureStdout } from './stdout';
import { BASKET, Behaviour, entry, fakeAws, freshHandler, freshVariables, never, ORDERS, parameters, plain, STOCK, tick, warmed } from './ticks';
import { PlanEntry } from '../../src/dispatcher/plan';
import { TickReport } from '../../src/dispatcher/tick-report';

const NAME = '/orders/concurrency';
const UNREADABLE = 'cannot be read';

let output: ReturnType<typeof captureStdout>;

beforeEach(() => {
  freshVariables();
  output = captureStdout();
});

afterEach(() => {
  jest.restoreAllMocks();
  closeAll();
});

/** What stands in the log beside the lines of the ticks. */
function warnings(): { readonly function: string; readonly parameter: string; readonly warning: string }[] {
  return output.reports().filter((line) => line.concurrency === undefined);
}

function asked({ received }: LocalServer): Received[] {
  return received.filter(({ path }) => path === '/');
}

function pinged({ received }: LocalServer): number {
  return received.filter(({ path }) => path !== '/').length;
}

interface Tick {
  readonly server: LocalServer;
  readonly report: TickReport;
}

/** A tick of 3 environments, or what the parameter says, up to 5. */
async function tickBy(ssm: Behaviour, more: Partial<PlanEntry> = {}, concurrency = 3): Promise<Tick> {
  const server = await fakeAws({ [ORDERS]: plain() }, ssm);
  const [report] = await tick([entry(ORDERS, concurrency, { parameter: NAME, maxConcurrency: 5, ...more })]);
  expect([report.pings, pinged(server)]).toEqual([report.concurrency, report.concurrency]);
  return { server, report };
}

const says = (value: string) => parameters({ [NAME]: value });
const answers = (body: unknown, status = 200): Behaviour => (_request, response) => respond(response, body, status);

describe('against a local server, the concurrency is', () => {
  test.each([
    ['deployed', 3], [' deployed\n', 3], ['1', 1], ['2', 2], ['3', 3], ['4', 4], ['5', 5], [' 4 ', 4], ['4\n', 4], ['004', 4],
  ])('what the parameter says, and nothing is said of it: %j', async (value, concurrency) => {
    expect((await tickBy(says(value))).report.concurrency).toBe(concurrency);
    expect(output.lines()).toHaveLength(1);
  });

  test.each(['6', '99', '1000000000000'])('no more than the most that was deployed, of which a line tells: %s', async (value) => {
    expect((await tickBy(says(value))).report.concurrency).toBe(5);
    expect(warnings()).toEqual([{ function: ORDERS, parameter: NAME, warning: `says ${value}, more than the 5 that were deployed as the most: 5` }]);
    expect(output.lines()).toHaveLength(2);
  });

  test.each([
    '', ' ', '-1', '-0', '+2', '1.5', '2.0', '1e3', '0x2', '2 3', '٣', 'many', 'Deployed', 'deployed 2', 'as deployed', 'NaN', 'null', '"2"',
  ])('as deployed where the parameter says nonsense, of which a line tells: %j', async (value) => {
    expect((await tickBy(says(value))).report.concurrency).toBe(3);
    const warning = `says '${value.trim()}', which is neither a whole number nor 'deployed': 3 as deployed`;
    expect(warnings()).toEqual([{ function: ORDERS, parameter: NAME, warning }]);
    expect(output.lines()).toHaveLength(2);
  });

  test.each<[string, string, number, string]>([
    ['a number', '9'.repeat(4096), 5, `says ${'9'.repeat(300)}, more than the 5 that were deployed as the most: 5`],
    ['nonsense', 'x'.repeat(4096), 3, `says '${'x'.repeat(300)}', which is neither a whole number nor 'deployed': 3 as deployed`],
    ['lines', '2\n3', 3, 'says \'2 3\', which is neither a whole number nor \'deployed\': 3 as deployed'],
  ])('told of in a short line, however long the parameter is: %s', async (_what, value, concurrency, warning) => {
    expect((await tickBy(says(value))).report.concurrency).toBe(concurrency);
    expect(warnings()).toEqual([{ function: ORDERS, parameter: NAME, warning }]);
  });

  test.each<[string, Behaviour, string]>([
    ['it does not exist', parameters({}), 'ParameterNotFound'],
    ['it may not be read', answers({ __type: 'AccessDeniedException', message: 'User: dispatcher is\nnot authorized' }, 400),
      'AccessDeniedException: User: dispatcher is not authorized'],
    ['the service says so in capitals', answers({ __type: 'AccessDeniedException', Message: 'not authorized' }, 400), 'AccessDeniedException: not authorized'],
    ['an error without a type', answers({ message: 'Forbidden' }, 403), 'status 403: Forbidden'],
    ['an error without a word', answers({}, 500), 'status 500'],
    ['a list', answers([]), 'status 200'],
    ['a text', answers('"2"'), 'status 200'],
    ['no parameter', answers({ Parameter: null }), 'status 200'],
    ['no value', answers({ Parameter: { Name: NAME } }), 'status 200'],
    ['a value that is none', answers({ Parameter: { Value: null } }), 'status 200'],
    ['a value that is a number', answers({ Parameter: { Value: 2 } }), 'status 200'],
  ])('as deployed where the parameter cannot be read, of which a line tells: %s', async (_what, ssm, why) => {
    expect((await tickBy(ssm)).report.concurrency).toBe(3);
    expect(warnings()).toEqual([{ function: ORDERS, parameter: NAME, warning: `${UNREADABLE} (${why}): 3 as deployed` }]);
    expect(output.lines()).toHaveLength(2);
  });

  test.each<[string, Behaviour]>([
    ['nothing in it', answers('')],
    ['null', answers('null')],
    ['HTML', answers('<html>Bad Gateway</html>', 502)],
    ['a part of it', answers('{"Parameter":{"Value":"2"')],
    ['more than is read', answers({ Parameter: { Value: '2' }, more: 'x'.repeat(65_536) })],
    ['a connection that is closed', (_request, response) => response.destroy()],
    ['an answer that breaks off', (_request, response) => {
      response.writeHead(200, { 'Content-Length': 99 });
      response.write('{"Parameter":{"Value":"2"}}', () => response.destroy());
    }],
  ])('as deployed where the answer is malformed, of which a short line tells: %s', async (_what, ssm) => {
    expect((await tickBy(ssm)).report.concurrency).toBe(3);
    expect(warnings()).toEqual([{ function: ORDERS, parameter: NAME, warning: expect.stringMatching(/^cannot be read \(.{1,300}\): 3 as deployed$/) }]);
    expect(output.lines()).toHaveLength(2);
  });

  test('as deployed where nobody listens, of which a line tells', async () => {
    process.env.AWS_ENDPOINT_URL_SSM = `http://127.0.0.1:${await deadPort()}`;
    expect((await tickBy(never)).report.concurrency).toBe(3);
    expect(warnings()).toEqual([expect.objectContaining({ warning: expect.stringMatching(/^cannot be read \(connect ECONNREFUSED .*\): 3 as deployed$/) })]);
  });

  test('as deployed where there is no answer within two seconds, of which a line tells', async () => {
    const arns = [ORDERS, STOCK, BASKET, `${STOCK}:live`];
    const pingedAt = new Map<string, number>();
    const value = '{"Parameter":{"Value":"1"}}';
    const server = await fakeAws(Object.fromEntries(arns.map((arn) => [arn, (event, response) => {
      pingedAt.set(arn, Date.now());
      plain()(event, response);
    }])), parameters({
      nothing: never,
      head: (_request, response) => response.writeHead(200, { 'Content-Length': value.length }).flushHeaders(),
      part: (_request, response) => response.writeHead(200, { 'Content-Length': value.length }).write(value.slice(0, -1)),
      late: (_request, response) => setTimeout(() => respond(response, value), 1500),
    }));
    const startedAt = Date.now();
    const names = ['head', 'nothing', 'part', 'late'];
    const reports = await tick(arns.map((arn, index) => entry(arn, 2, { parameter: names[index] })));

    expect(reports.map(({ concurrency }) => concurrency)).toEqual([2, 2, 2, 1]);
    const byParameter = warnings().sort((one, other) => one.parameter.localeCompare(other.parameter));
    expect(byParameter).toEqual(names.slice(0, 3).map((parameter, index) => (
      { function: arns[index], parameter, warning: `${UNREADABLE} (no answer within 2000 ms): 2 as deployed` })));
    for (const arn of arns.slice(0, 3)) {
      expect(pingedAt.get(arn)! - startedAt).toBeGreaterThanOrEqual(1990);
      expect(pingedAt.get(arn)! - startedAt).toBeLessThan(4000);
    }
    const unanswered = asked(server).filter(({ body }) => JSON.parse(body).Name !== 'late');
    await until(() => unanswered.every(({ socket }) => socket.destroyed));
    expect(unanswered).toHaveLength(3);
  });

  test.each<[string, number, unknown, string, number, boolean]>([
    ['10', 3, 20, '15', 10, true],
    ['10', 3, 20, '10', 10, false],
    ['4', 3, 5, '5', 4, true],
    ['2', 3, 5, '4', 2, true],
    ['2', 3, 5, 'deployed', 2, false],
    ['2', 3, 5, 'many', 2, true],
    ['10', 3, 1, '2', 1, true],
    ['10', 3, 1, 'deployed', 3, false],
    ['10', 3, undefined, '4', 3, true],
    ['10', 3, undefined, '2', 2, false],
    ...[null, '5', 4.5, Infinity, -1, 0, {}, [5]].map((odd): [string, number, unknown, string, number, boolean] => ['10', 3, odd, '4', 3, true]),
    ['2', 3, undefined, '4', 2, true],
  ])('within what was deployed: %s at the most, %d in an event with a maximum of %p, and the parameter says %j', async (...row) => {
    const [most, concurrency, maxConcurrency, value, sent, warns] = row;
    process.env.CDK_LAMBDA_WARMER_MAX_CONCURRENCY = most;
    expect((await tickBy(says(value), { maxConcurrency: maxConcurrency as number }, concurrency)).report.concurrency).toBe(sent);
    expect(warnings()).toHaveLength(warns ? 1 : 0);
  });
});

describe('zero pauses the pings', () => {
  test.each(['0', '00', ' 0\n'])('nothing is sent, and the report says so: %j', async (value) => {
    const server = await fakeAws({ [ORDERS]: plain() }, says(value));
    const [report] = await tick([entry(ORDERS, 3, { parameter: NAME, maxConcurrency: 5, everySeconds: 60 })]);
    expect(report).toEqual({
      summary: 'orders:live: nothing was pinged, because the parameter says 0',
      function: ORDERS,
      concurrency: 0,
      coverage: null,
      environments: null,
      usedSinceLastTick: null,
      outcomes: { warm: 0, coldStarted: 0, answered: 0, throttled: {}, functionError: 0, accessDenied: 0, notFound: 0, timeout: 0, failed: {} },
      error: undefined,
      heldMs: null,
      pings: 0,
      waves: 0,
      leadMs: 0,
      tookMs: expect.any(Number),
    });
    expect(output.reports()).toEqual([JSON.parse(JSON.stringify(report))]);
    expect([asked(server).length, server.received.length, server.connections.length]).toEqual([1, 1, 1]);
  });

  test('but not those of others', async () => {
    const server = await fakeAws({ [STOCK]: warmed() }, says('0'));
    const plan = [entry(ORDERS, 2, { parameter: NAME }), entry(STOCK, 2)];
    expect(await tick(plan)).toMatchObject([{ concurrency: 0 }, { coverage: 1, environments: 2 }]);
    expect(pinged(server)).toBe(2);
  });
});

describe('a parameter', () => {
  /** Stops all clocks at so many seconds after some moment. */
  const at = (seconds: number) => jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2030, 0, 1) + seconds * 1000);

  test('is read once for all warmers that share it, each with a maximum of its own', async () => {
    const server = await fakeAws({ [ORDERS]: plain(), [STOCK]: plain(), [BASKET]: plain() }, parameters({ [NAME]: '4', '/basket': '2' }));
    expect(await tick([
      entry(ORDERS, 1, { parameter: NAME, maxConcurrency: 9 }),
      entry(STOCK, 2, { parameter: NAME, maxConcurrency: 3 }),
      entry(BASKET, 1, { parameter: '/basket', maxConcurrency: 9 }),
    ])).toMatchObject([{ concurrency: 4 }, { concurrency: 3 }, { concurrency: 2 }]);
    expect(asked(server).map(({ body }) => JSON.parse(body).Name).sort()).toEqual(['/basket', NAME]);
    expect(warnings()).toEqual([expect.objectContaining({ function: STOCK })]);
  });

  test('that cannot be read is asked for once too, of which each warmer has a line', async () => {
    const server = await fakeAws({ [ORDERS]: plain(), [STOCK]: plain() }, parameters({}));
    const plan = [entry(ORDERS, 1, { parameter: NAME }), entry(STOCK, 2, { parameter: NAME })];
    expect(await tick(plan)).toMatchObject([{ concurrency: 1 }, { concurrency: 2 }]);
    expect(asked(server)).toHaveLength(1);
    expect(warnings()).toEqual([[ORDERS, 1], [STOCK, 2]].map(([arn, concurrency]) => (
      { function: arn, parameter: NAME, warning: `${UNREADABLE} (ParameterNotFound): ${concurrency} as deployed` })));
  });

  test('is taken to say the same for 20 seconds, and is read again then', async () => {
    const values: (string | undefined)[] = ['2', undefined, '1'];
    const server = await fakeAws({ [ORDERS]: plain() }, (request, response) => parameters({ [NAME]: values.shift()! })(request, response));
    at(0);
    const handler = freshHandler();
    const concurrencies: number[] = [];
    for (const seconds of [0, 5, 19.999, 20, 39.999, 40]) {
      at(seconds);
      concurrencies.push(...(await tick([entry(ORDERS, 3, { parameter: NAME })], handler)).map(({ concurrency }) => concurrency));
    }
    expect(concurrencies).toEqual([2, 2, 2, 3, 3, 1]);
    expect(asked(server)).toHaveLength(3);
    expect(warnings()).toHaveLength(2);
  });

  test('of one region says nothing of one in another, whatever a plan makes of an ARN', async () => {
    const nowhere = ORDERS.replace('eu-west-1', 'xx-nowhere-1');
    const server = await fakeAws({ [ORDERS]: plain(), [nowhere]: plain() }, parameters({ [NAME]: '1' }));
    const handler = freshHandler();
    await tick([entry(nowhere, 3, { parameter: NAME })], handler);
    expect(await tick([entry(ORDERS, 3, { parameter: NAME })], handler)).toMatchObject([{ concurrency: 1 }]);
    expect(asked(server)).toHaveLength(2);
  });

  test('is one of fifty at the most, however many a plan names, and the others are as deployed', async () => {
    const arns = Array.from({ length: 60 }, (_, index) => `${STOCK}-${index}`);
    const server = await fakeAws(Object.fromEntries(arns.map((arn) => [arn, plain()])), (_request, response) => respond(response, { Parameter: { Value: '0' } }));
    const handler = freshHandler();
    at(0);
    const reports = await tick(arns.map((arn, index) => entry(arn, 1, { parameter: `invented-${index}` })), handler);
    expect(asked(server)).toHaveLength(50);
    expect(reports.filter(({ concurrency }) => concurrency === 1)).toHaveLength(10);
    expect(warnings().map(({ warning }) => warning)).toEqual(Array(10).fill(`${UNREADABLE} (more than 50 parameters at once): 1 as deployed`));
    at(20);
    expect(await tick([entry(arns[59], 1, { parameter: 'invented-59' })], handler)).toMatchObject([{ concurrency: 0 }]);
  });

  test('that said 0 resumes the pings when it says something else', async () => {
    const values = ['0', 'deployed'];
    const server = await fakeAws({ [ORDERS]: warmed() }, (request, response) => parameters({ [NAME]: values.shift()! })(request, response));
    at(0);
    const handler = freshHandler();
    const plan = [entry(ORDERS, 1, { parameter: NAME })];
    expect(await tick(plan, handler)).toMatchObject([{ concurrency: 0 }]);
    at(60);
    expect(await tick(plan, handler)).toMatchObject([{ concurrency: 1, coverage: 1 }]);
    expect(pinged(server)).toBe(1);
  });

  test('that takes its time keeps no other warmer waiting', async () => {
    let answer: () => void;
    const server = await fakeAws({ [ORDERS]: plain(), [STOCK]: plain(), [BASKET]: plain() }, parameters({
      [NAME]: (_request, response) => (answer = () => respond(response, { Parameter: { Value: '2' } })),
      '/stock': '2',
    }));
    const ticking = tick([entry(ORDERS, 3, { parameter: NAME }), entry(STOCK, 3, { parameter: '/stock' }), entry(BASKET, 1)]);
    await until(() => output.reports().length === 2);
    expect(output.reports().map(({ function: arn }) => arn).sort()).toEqual([BASKET, STOCK]);
    await until(() => asked(server).length === 2);
    answer!();
    expect(await ticking).toMatchObject([{ concurrency: 2 }, { concurrency: 2 }, { concurrency: 1 }]);
  });

  test.each([undefined, null, 5, true, {}, [NAME]])('that is no text is none: %j', async (parameter) => {
    const { server, report } = await tickBy(never, { parameter: parameter as string });
    expect(report.concurrency).toBe(3);
    expect([asked(server), warnings()]).toEqual([[], []]);
  });

  test('leaves no connection open', async () => {
    const { server } = await tickBy(says('2'));
    await until(() => server.open === 0);
  });
});

describe('against a local server, the request for a parameter', () => {
  const NAMES = [NAME, 'plain', '/ünïcode "✓"', 'arn:aws:ssm:eu-west-1:111111111111:parameter/orders'];
  const ARNS = [ORDERS, 'arn:aws-cn:lambda:cn-north-1:111111111111:function:orders:7', 'arn:aws-us-gov:lambda:us-gov-west-1:111111111111:function:orders'];

  test.each(NAMES.flatMap((name) => ARNS.map((arn) => [name, arn])))('is what AWS\'s own client would send: %s, for %s', async (name, arn) => {
    // AWS's client warns of an old Node.js, which is not the matter here.
    jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    Object.assign(process.env, { AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjE//x+y==' });
    const server = await fakeAws({ [arn]: plain() }, parameters({ [name]: '1' }));
    await tick([entry(arn, 2, { parameter: name })]);
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'IQoJb3JpZ2luX2VjE//x+y==' };
    const client = new SSMClient({ region: arn.split(':')[3], endpoint: server.url, credentials });
    later(() => client.destroy());
    await client.send(new GetParameterCommand({ Name: name }));

    const [ours, theirs] = asked(server);
    expect(ours.headers.authorization).toBe(await signedByAws(client, ours));
    expect(ours.headers.authorization).toContain('SignedHeaders=content-length;content-type;host;x-amz-date;x-amz-security-token;x-amz-target,');
    const parts = ({ method, path, body, headers }: Received) => ({
      method,
      path,
      body,
      type: headers['content-type'],
      length: headers['content-length'],
      host: headers.host,
      target: headers['x-amz-target'],
      session: headers['x-amz-security-token'],
      scope: /Credential=[^,]*/.exec(headers.authorization!)![0],
    });
    expect(parts(ours)).toEqual(parts(theirs));
    expect(ours.headers['x-amz-target']).toBe('AmazonSSM.GetParameter');
  });

  test('goes to the endpoint of SSM, and the pings to that of Lambda', async () => {
    const { url } = await fakeAws({ [ORDERS]: plain() });
    const ssm = await fakeAws({}, says('2'));
    process.env.AWS_ENDPOINT_URL_SSM = ssm.url;
    process.env.AWS_ENDPOINT_URL = url;
    expect(await tick([entry(ORDERS, 3, { parameter: NAME })])).toMatchObject([{ concurrency: 2, pings: 2, outcomes: { warm: 2 } }]);
    expect(ssm.received).toHaveLength(1);
  });

  test('goes to the public endpoint where no other is given', async () => {
    nothingResolves();
    process.env.CDK_LAMBDA_WARMER_DOMAIN = 'eu-west-1.amazonaws.test';
    await tick([entry(ORDERS, 1, { parameter: NAME })]);
    expect(warnings()).toMatchObject([{ warning: `${UNREADABLE} (getaddrinfo ENOTFOUND ssm.eu-west-1.amazonaws.test): 1 as deployed` }]);
  });
});
