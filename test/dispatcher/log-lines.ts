/** What Lambda writes after each invocation, beyond what the start of the environment adds to it. */
const USUAL = 'Duration: 53.20 ms\tBilled Duration: 54 ms\tMemory Size: 128 MB\tMax Memory Used: 65 MB\t';

export const REQUEST_ID = '79b4f56e-95b1-4643-9700-2807f4e68189';
export const START_LINE = `START RequestId: ${REQUEST_ID} Version: $LATEST\n`;
export const END_LINE = `END RequestId: ${REQUEST_ID}\n`;
export const WARM_REPORT = reportLine();
export const COLD_REPORT = reportLine('Init Duration: 152.30 ms\t');
export const WARM_RECORD = reportRecord();
export const COLD_RECORD = reportRecord({ initDurationMs: 152.3 });

/** The `REPORT` of the text format. */
export function reportLine(start = ''): string {
  return `REPORT RequestId: ${REQUEST_ID}\t${USUAL}${start}\n`;
}

/** The `platform.report` of the JSON format. */
export function reportRecord(start: object = {}): string {
  const metrics = { durationMs: 53.2, billedDurationMs: 54, memorySizeMB: 128, maxMemoryUsedMB: 65, ...start };
  return `${JSON.stringify({ time: '2023-11-14T22:13:20.053Z', type: 'platform.report', record: { requestId: REQUEST_ID, metrics, status: 'success' } })}\n`;
}

/** How `X-Amz-Log-Result` carries it: its last 4 kB. */
export function logResult(...lines: readonly string[]): string {
  return Buffer.from(lines.join('')).subarray(-4096).toString('base64');
}
