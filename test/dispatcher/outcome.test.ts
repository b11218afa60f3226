import * as fc from 'fast-check';
import {
  COLD_RECORD, COLD_REPORT, END_LINE, logResult, reportLine, reportRecord, REQUEST_ID, START_LINE, WARM_RECORD, WARM_REPORT,
} from './log-lines';
import { Answered, brief, InvokeResponse, isCapacity, Outcome, outcomeOf } from '../../src/dispatcher/outcome';
import { PingProtocol } from '../../src/payload/ping-event';

const CAPACITY_REASONS = ['ConcurrentInvocationLimitExceeded', 'ReservedFunctionConcurrentInvocationLimitExceeded'];
const RATE_REASONS = [
  'FunctionInvocationRateLimitExceeded',
  'ReservedFunctionInvocationRateLimitExceeded',
  'CallerRateLimitExceeded',
  'ConcurrentSnapshotCreateLimitExceeded',
];
const PROTOCOLS = Object.values(PingProtocol);
const UNNAMED = PROTOCOLS.filter((protocol) => protocol !== PingProtocol.STANDARD && protocol !== PingProtocol.OPEN_NEXT);

function respond(response: Partial<InvokeResponse>, protocol = PingProtocol.STANDARD): Outcome {
  return outcomeOf(protocol, { status: 200, headers: {}, body: 'null', ...response });
}

/** An error of Lambda's own, as its API gives it. */
function refuse(status: number, type: string, body: object): Outcome {
  return respond({ status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': type }, body: JSON.stringify(body) });
}

/** An error of the function's. */
function fail(body: unknown, functionError = 'Unhandled'): Outcome {
  return respond({
    headers: { 'x-amz-executed-version': '$LATEST', 'x-amz-function-error': functionError, 'x-amz-log-result': logResult(START_LINE, END_LINE, COLD_REPORT) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The answer of a function. */
function answer(body: unknown, protocol = PingProtocol.STANDARD, log?: string): Outcome {
  const headers = { 'x-amz-executed-version': '$LATEST', ...log !== undefined && { 'x-amz-log-result': log } };
  return respond({ headers, body: JSON.stringify(body) ?? '' }, protocol);
}

/** Whether a bare answer with this log is taken for a cold start. */
function coldStartIn(...lines: readonly string[]): boolean | undefined {
  return (answer(null, PingProtocol.FIXED, logResult(...lines)) as Answered).coldStart;
}

describe('what Lambda refuses', () => {
  test.each([...CAPACITY_REASONS, ...RATE_REASONS])('is throttled with its reason: %s', (reason) => {
    expect(refuse(429, 'TooManyRequestsException', { Reason: reason, Type: 'User', message: 'Rate Exceeded.' })).toEqual({ kind: 'throttled', reason });
  });

  test('is throttled with its type where it gives no reason', () => {
    expect(refuse(429, 'TooManyRequestsException:http://internal.amazon.com/coral/com.amazonaws.lambda/', { message: 'Rate exceeded' }))
      .toEqual({ kind: 'throttled', reason: 'TooManyRequestsException' });
    expect(respond({ status: 429, body: JSON.stringify({ __type: 'ThrottlingException', message: 'Rate exceeded' }) }))
      .toEqual({ kind: 'throttled', reason: 'ThrottlingException' });
    expect(respond({ status: 429, body: '' })).toEqual({ kind: 'throttled', reason: 'HTTP 429' });
  });

  test.each([
    ['AccessDeniedException', 'User: arn:aws:sts::111111111111:assumed-role/dispatcher is not authorized to perform: lambda:InvokeFunction'],
    ['AccessDeniedException:http://internal.amazon.com/coral/com.amazon.coral.service/', 'User: anonymous is not authorized'],
    ['ExpiredTokenException', 'The security token included in the request is expired'],
    ['InvalidSignatureException', 'The request signature we calculated does not match the signature you provided.'],
    ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  ])('for want of permission, is that: %s', (type, message) => {
    expect(refuse(403, type, { Message: message })).toEqual({ kind: 'accessDenied', error: message });
    expect(refuse(403, type, { message })).toEqual({ kind: 'accessDenied', error: message });
  });

  test('for a function that does not exist, is that', () => {
    const message = 'Function not found: arn:aws:lambda:eu-west-1:111111111111:function:orders:live';
    expect(refuse(404, 'ResourceNotFoundException', { Message: message, Type: 'User' })).toEqual({ kind: 'notFound', error: message });
  });

  test('for a file system that cannot be mounted, is no lack of the permission to invoke, though its status is the same', () => {
    const message = 'The function couldn\'t mount the EFS file system due to a permission or configuration issue.';
    expect(refuse(403, 'EFSMountFailureException', { Message: message, Type: 'User' }))
      .toEqual({ kind: 'failed', code: 'EFSMountFailureException', error: message });
  });

  test.each([
    [400, 'InvalidParameterValueException'],
    [400, 'InvalidRequestContentException'],
    [400, 'RecursiveInvocationException'],
    [400, 'SnapStartException'],
    [408, 'EFSMountConnectivityException'],
    [408, 'EFSMountTimeoutException'],
    [408, 'SnapStartTimeoutException'],
    [409, 'ResourceConflictException'],
    [409, 'SnapStartNotReadyException'],
    [410, 'EFSIOException'],
    [413, 'RequestTooLargeException'],
    [415, 'UnsupportedMediaTypeException'],
    [500, 'ServiceException'],
    [502, 'EC2ThrottledException'],
    [502, 'ENILimitReachedException'],
    [502, 'KMSAccessDeniedException'],
    [502, 'ResourceNotReadyException'],
    [503, 'ServiceUnavailableException'],
  ])('else, with status %i, has failed by its type: %s', (status, code) => {
    expect(refuse(status, code, { Type: 'Service', Message: 'What went wrong.' })).toEqual({ kind: 'failed', code, error: 'What went wrong.' });
    expect(refuse(status, `${code}:http://internal.amazon.com/coral/com.amazonaws.lambda/`, { message: 'What went wrong.' }))
      .toEqual({ kind: 'failed', code, error: 'What went wrong.' });
  });

  test('may say its type in the body', () => {
    expect(respond({ status: 400, body: JSON.stringify({ __type: 'ValidationException:http://internal.amazon.com/', message: 'No.' }) }))
      .toEqual({ kind: 'failed', code: 'ValidationException', error: 'No.' });
  });

  test.each([
    ['', 502, ''],
    ['<html>\r\n<h1>503   Service\tUnavailable</h1>\n</html>', 503, '<html> <h1>503 Service Unavailable</h1> </html>'],
    ['null', 500, 'null'],
    ['"no"', 500, '"no"'],
    ['{', 500, '{'],
  ])('by something before Lambda, has failed by its status: %j', (body, status, error) => {
    expect(respond({ status, body })).toEqual({ kind: 'failed', code: `HTTP ${status}`, error });
  });

  test.each([201, 202, 204, 206, 301, 307])('is anything but a 200: %i', (status) => {
    expect(respond({ status, body: '' })).toEqual({ kind: 'failed', code: `HTTP ${status}`, error: '' });
  });

  test('is quoted as one short line', () => {
    expect(refuse(500, 'ServiceException', { message: `One\n  two\t${'x'.repeat(1000)}` }))
      .toEqual({ kind: 'failed', code: 'ServiceException', error: `One two ${'x'.repeat(292)}` });
  });

  test.each([
    ['status 500', 500, 'ServiceException'],
    ['status 429', 429, 'TooManyRequestsException'],
    ['status 403', 403, 'AccessDeniedException'],
    ['status 404', 404, 'ResourceNotFoundException'],
  ])('is no answer of a function, whatever it looks like: %s', (_what, status, type) => {
    const body = { cdkLambdaWarmer: { environmentId: 'e', coldStart: true, heldMs: 0, pings: 1, idleMs: null } };
    expect(refuse(status, type, body).kind).not.toBe('answered');
    expect(respond({ status, headers: { 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify(body) }).kind).not.toBe('functionError');
  });
});

test.each(CAPACITY_REASONS)('no further environment is to be had: %s', (reason) => {
  expect(isCapacity(reason)).toBe(true);
});

test.each([...RATE_REASONS, 'TooManyRequestsException', 'HTTP 429', ''])('to go slower may bring one: %j', (reason) => {
  expect(isCapacity(reason)).toBe(false);
});

describe('a handler that fails on a ping', () => {
  test.each([
    ['Handled', { errorMessage: 'no Records', errorType: 'TypeError', trace: ['TypeError: no Records'] }, 'TypeError: no Records'],
    ['Unhandled', { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: 1 Error: Runtime exited with error: exit status 1' },
      'Runtime.ExitError: RequestId: 1 Error: Runtime exited with error: exit status 1'],
    ['Unhandled', { errorMessage: '\'Records\'', errorType: 'KeyError', requestId: REQUEST_ID, stackTrace: ['  File "/var/task/index.py"\n'] }, 'KeyError: \'Records\''],
    ['Unhandled', { errorMessage: 'RequestId: 1 Process exited before completing request' }, 'RequestId: 1 Process exited before completing request'],
    ['Unhandled', { errorType: 'Function.ResponseSizeTooLarge' }, 'Function.ResponseSizeTooLarge'],
    ['Unhandled', { errorType: 'Error', errorMessage: '' }, 'Error: '],
  ])('%s, is quoted: %j', (kind, body, error) => {
    expect(fail(body, kind)).toEqual({ kind: 'functionError', error });
  });

  test('is quoted as one short line', () => {
    expect(fail({ errorType: 'Error', errorMessage: `a\n b${'x'.repeat(1000)}` })).toEqual({ kind: 'functionError', error: `Error: a b${'x'.repeat(290)}` });
  });

  test.each(['', 'null', 'not JSON', '"text"', '[]', '1', '{}'])('may say anything: %j', (body) => {
    expect(fail(body)).toEqual({ kind: 'functionError', error: expect.any(String) });
  });

  test.each([
    { errorMessage: '2023-11-14T22:13:23.000Z 79b4f56e-95b1-4643-9700-2807f4e68189 Task timed out after 3.00 seconds' },
    { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: 79b4f56e-95b1-4643-9700-2807f4e68189 Error: Task timed out after 3.00 seconds' },
    { errorType: 'Sandbox.Timedout' },
  ])('for lack of time, has timed out: %j', (body) => {
    expect(fail(body)).toEqual({ kind: 'timeout', error: expect.stringMatching(/timed ?out/i) });
  });

  test('has not answered, even if it looks as if', () => {
    expect(fail({ cdkLambdaWarmer: { environmentId: 'e', coldStart: false, heldMs: 0, pings: 1, idleMs: null } }).kind).toBe('functionError');
    expect(fail({ errorMessage: 'x' }, '').kind).toBe('functionError');
  });
});

describe('an answer to a standard ping', () => {
  const given = { environmentId: '5f0f5c2e', coldStart: false, heldMs: 41, pings: 7, idleMs: 61_000 };

  test.each([
    [{}, {}],
    [{ coldStart: true }, {}],
    [{ idleMs: null }, {}],
    [{ heldMs: 0, idleMs: 0 }, {}],
    [{ heldMs: -0.5 }, {}],
    [{ heldMs: '41' }, { heldMs: undefined }],
    [{ heldMs: null }, { heldMs: undefined }],
    [{ heldMs: undefined }, { heldMs: undefined }],
    [{ idleMs: '61000' }, { idleMs: undefined }],
    [{ idleMs: true }, { idleMs: undefined }],
    [{ idleMs: undefined }, { idleMs: undefined }],
    [{ coldStart: 'true' }, { coldStart: false }],
    [{ more: 1 }, {}],
  ])('tells all of its environment: %j', (changes, expected) => {
    const { environmentId: environment, coldStart, heldMs, idleMs } = { ...given, ...changes, ...expected };
    expect(answer({ cdkLambdaWarmer: { ...given, ...changes } })).toStrictEqual({ kind: 'answered', environment, coldStart, heldMs, idleMs });
  });

  test('has no numbers that are none', () => {
    const outcome = respond({ body: '{"cdkLambdaWarmer":{"environmentId":"e","coldStart":false,"heldMs":1e999,"idleMs":-1e999}}' });
    expect(outcome).toStrictEqual({ kind: 'answered', environment: 'e', coldStart: false, heldMs: undefined, idleMs: undefined });
  });

  test('is believed more than the log, which is not read', () => {
    expect(answer({ cdkLambdaWarmer: given }, PingProtocol.STANDARD, logResult(COLD_REPORT))).toHaveProperty('coldStart', false);
    expect(answer({ cdkLambdaWarmer: { ...given, coldStart: true } }, PingProtocol.STANDARD, logResult(WARM_REPORT))).toHaveProperty('coldStart', true);
  });

  test.each([
    null, 'text', 0, true, [], {}, { cdkLambdaWarmer: null }, { cdkLambdaWarmer: 'e' }, { cdkLambdaWarmer: {} }, { cdkLambdaWarmer: [given] },
    { cdkLambdaWarmer: { ...given, environmentId: 5 } }, { cdkLambdaWarmer: { ...given, environmentId: null } },
    { statusCode: 200, body: JSON.stringify({ cdkLambdaWarmer: given }) }, { type: 'warmer', serverId: 's' }, [{ cdkLambdaWarmer: given }],
  ])('that names none is one all the same, of which the log says whether it was a cold start: %j', (body) => {
    expect(answer(body, PingProtocol.STANDARD, logResult(START_LINE, END_LINE, COLD_REPORT)))
      .toStrictEqual({ kind: 'answered', environment: undefined, coldStart: true });
  });
});

describe('an answer of OpenNext', () => {
  test('names its server, and leaves it to the log whether that has just started', () => {
    const body = { type: 'warmer', serverId: 'server-x1y2z3' };
    expect(answer(body, PingProtocol.OPEN_NEXT, logResult(COLD_REPORT))).toStrictEqual({ kind: 'answered', environment: 'server-x1y2z3', coldStart: true });
    expect(answer(body, PingProtocol.OPEN_NEXT, logResult(WARM_REPORT))).toStrictEqual({ kind: 'answered', environment: 'server-x1y2z3', coldStart: false });
    expect(answer(body, PingProtocol.OPEN_NEXT)).toStrictEqual({ kind: 'answered', environment: 'server-x1y2z3', coldStart: undefined });
  });

  test.each([
    null, 'text', {}, { serverId: 5 }, { serverId: null }, [{ serverId: 's' }], { cdkLambdaWarmer: { environmentId: 'e', coldStart: true } },
  ])('that names none: %j', (body) => {
    expect(answer(body, PingProtocol.OPEN_NEXT)).toStrictEqual({ kind: 'answered', environment: undefined, coldStart: undefined });
  });
});

test.each(UNNAMED)('an answer of protocol %s names no environment, whatever it says', (protocol) => {
  for (const body of [{ cdkLambdaWarmer: { environmentId: 'e', coldStart: true } }, { type: 'warmer', serverId: 's' }, 'warmed', null]) {
    expect(answer(body, protocol, logResult(WARM_REPORT))).toStrictEqual({ kind: 'answered', environment: undefined, coldStart: false });
  }
});

test.each(['', 'null', 'warmed', '{"open":', 'ä', '\u0000', '[1,2]', '-1', '"x"'])('a bare answer is one: %j', (body) => {
  for (const protocol of PROTOCOLS) {
    expect(respond({ body }, protocol)).toStrictEqual({ kind: 'answered', environment: undefined, coldStart: undefined });
  }
});

describe('the log tells whether the ping was a cold start', () => {
  const xray = 'XRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793\tSegmentId: 3c0b1e2a1f\tSampled: true\t\n';

  test.each([
    ['as text', [START_LINE, END_LINE, COLD_REPORT], true],
    ['as text, warm', [START_LINE, END_LINE, WARM_REPORT], false],
    ['as text, with a trace', [START_LINE, END_LINE, COLD_REPORT, xray], true],
    ['as text, warm, with a trace', [START_LINE, END_LINE, WARM_REPORT, xray], false],
    ['as text, restored', ['RESTORE_START Runtime Version: java:11.v19\n', START_LINE, END_LINE,
      reportLine('Restore Duration: 474.16 ms\tBilled Restore Duration: 196 ms\t')], true],
    ['as text, with a status', [START_LINE, END_LINE, reportLine('Init Duration: 152.30 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError')], true],
    ['as text, warm, with a status', [START_LINE, END_LINE, reportLine('Status: timeout')], false],
    ['as JSON', [COLD_RECORD], true],
    ['as JSON, warm', [WARM_RECORD], false],
    ['as JSON, restored', [reportRecord({ restoreDurationMs: 474.16, billedRestoreDurationMs: 196 })], true],
    ['as JSON, with the others', ['{"time":"2023","type":"platform.start","record":{"requestId":"1"}}\n', COLD_RECORD], true],
    ['as JSON, with blanks', ['{"time": "2023", "type": "platform.report", "record": {"metrics": {"initDurationMs": 152.3}}}\n'], true],
    ['as JSON, without the end of its line', [COLD_RECORD.trimEnd()], true],
    ['cut off in its first line', ['x'.repeat(5000), '\n', COLD_REPORT], true],
    ['cut off in a letter', ['ü'.repeat(3000), '\n', WARM_REPORT], false],
  ])('%s', (_what, lines, coldStart) => {
    expect(coldStartIn(...lines)).toBe(coldStart);
  });

  test.each([
    ['empty', []],
    ['without the last line', [START_LINE, 'INIT_START Runtime Version: nodejs:24.v1\n']],
    ['of platform.start alone', ['{"time":"2023","type":"platform.start","record":{"requestId":"1"}}\n']],
    ['of platform.initReport alone', ['{"time":"2023","type":"platform.initReport","record":{"metrics":{"durationMs":1}}}\n']],
    ['of the handler alone', ['Init Duration: 3 ms\n', 'a REPORT RequestId: 1 Init Duration: 3 ms\n', '"initDurationMs"\n']],
  ])('not at all if it is %s', (_what, lines) => {
    expect(coldStartIn(...lines)).toBeUndefined();
  });

  test.each([undefined, '', '%%%', '====', 'not base64 ü'])('not at all if it is none: %j', (log) => {
    expect(answer(null, PingProtocol.FIXED, log)).toStrictEqual({ kind: 'answered', environment: undefined, coldStart: undefined });
  });

  test.each([
    { type: 'platform.report' }, { type: 'platform.report', record: null }, { type: 'platform.report', record: 'none' },
    { type: 'platform.report', record: { metrics: null } }, { type: 'platform.report', record: { metrics: 'none' } },
  ])('not as a cold start if it is %j', (record) => {
    expect(coldStartIn(`${JSON.stringify(record)}\n`)).not.toBe(true);
  });

  // Whatever the handler prints stands before the last line, which is Lambda's own.
  const lookalikes = [
    'Init Duration: 12.00 ms\n',
    'REPORT\n',
    'REPORT Init Duration: 12.00 ms\n',
    'done. REPORT RequestId: 1\tInit Duration: 12.00 ms\n',
    '2023-11-14T22:13:20.000Z\t1\tINFO\tREPORT RequestId: 1\tInit Duration: 12.00 ms\n',
    'REPORT RequestId: 1\tDuration: 1.00 ms\tInit Duration: 12.00 ms\n',
    'REPORT RequestId: 1\tDuration: 1.00 ms\n',
    'REPORT RequestId: 1',
    `${JSON.stringify({ level: 'INFO', message: 'initDurationMs' })}\n`,
    `${JSON.stringify({ level: 'INFO', message: { initDurationMs: 12 } })}\n`,
    `${JSON.stringify({ level: 'INFO', message: WARM_RECORD })}\n`,
    `${JSON.stringify({ level: 'INFO', message: COLD_RECORD })}\n`,
    `${JSON.stringify({ level: 'INFO', message: JSON.parse(COLD_RECORD) })}\n`,
    `${JSON.stringify({ level: 'INFO', message: JSON.parse(WARM_RECORD) })}\n`,
    WARM_RECORD, COLD_RECORD,
  ];

  test.each(lookalikes)('not fooled by a handler that prints %j', (printed) => {
    const line = printed.endsWith('\n') ? printed : `${printed}\n`;
    expect(coldStartIn(START_LINE, line, END_LINE, WARM_REPORT)).toBe(false);
    expect(coldStartIn(START_LINE, line, END_LINE, COLD_REPORT)).toBe(true);
    expect(coldStartIn(line, WARM_RECORD)).toBe(false);
    expect(coldStartIn(line, COLD_RECORD)).toBe(true);
  });
});

describe('property', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', 'a:b', 'constructor', '__proto__', 'Task timed out after'));
  const value = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>({ toString: 1 }, { toString: null, valueOf: null }, [[{ toString: '' }]]));
  const object = fc.record({
    cdkLambdaWarmer: fc.oneof(value, fc.record({ environmentId: value, coldStart: value, heldMs: value, idleMs: value }, { requiredKeys: [] })),
    serverId: value,
    __type: value,
    message: value,
    Message: value,
    Reason: value,
    errorType: value,
    errorMessage: value,
  }, { requiredKeys: [], noNullPrototype: true });
  const body = fc.oneof(text, fc.json(), object.map((it) => JSON.stringify(it)));
  const line = fc.oneof(text, fc.constantFrom(COLD_REPORT, WARM_REPORT, COLD_RECORD, WARM_RECORD));
  const log = fc.oneof(text, fc.array(line).map((lines) => logResult(...lines)));
  const headers = fc.record({
    'x-amz-function-error': text,
    'x-amz-log-result': fc.oneof(log, fc.array(log)),
    'x-amzn-errortype': fc.oneof(text, fc.array(text)),
  }, { requiredKeys: [], noNullPrototype: true });
  const status = fc.oneof(fc.constantFrom(200, 403, 404, 429, 500), fc.integer({ min: 100, max: 999 }));
  const protocol = fc.constantFrom(...PROTOCOLS);

  test('whatever comes, there is an outcome, and no environment that the answer does not name', () => {
    fc.assert(fc.property(protocol, fc.record({ status, headers, body }), (ping, response) => {
      const outcome = outcomeOf(ping, response);
      if (outcome.kind !== 'answered') {
        expect(Object.values(outcome)).toEqual(Object.values(outcome).map(() => expect.any(String)));
        return;
      }
      expect(response.status).toBe(200);
      expect(response.headers).not.toHaveProperty('x-amz-function-error');
      if (outcome.environment !== undefined) {
        const { cdkLambdaWarmer, serverId } = JSON.parse(response.body);
        expect(UNNAMED).not.toContain(ping);
        expect(outcome.environment).toBe(ping === PingProtocol.STANDARD ? cdkLambdaWarmer.environmentId : serverId);
      }
      expect([true, false, undefined]).toContain(outcome.coldStart);
      expect([outcome.heldMs, outcome.idleMs ?? undefined].every((it) => it === undefined || Number.isFinite(it))).toBe(true);
    }), { numRuns: 2000 });
  });

  test('whatever a handler prints in lines of its own, the last line decides', () => {
    const own: [string, boolean][] = [[COLD_REPORT, true], [WARM_REPORT, false], [COLD_RECORD, true], [WARM_RECORD, false]];
    fc.assert(fc.property(fc.array(line), fc.constantFrom(...own), (printed, [last, coldStart]) => {
      expect(coldStartIn(...printed.map((it) => `${it}\n`), last)).toBe(coldStart);
    }), { numRuns: 300 });
  });

  test('an error is quoted as one line of at most 300 characters', () => {
    fc.assert(fc.property(fc.string({ maxLength: 1000, unit: 'binary' }), (message) => {
      expect(brief(message)).toMatch(/^[^\n\r\t]{0,300}$/);
    }));
  });
});
