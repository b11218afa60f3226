/*
 * Checks `rate(...)` and `cron(...)` against the syntax that EventBridge documents, so that a slip is found at synthesis
 * and not when the rule is created. What is documented nowhere is let through: a wrong refusal would leave no way out.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */

export interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names for the numbers from `from` on. */
  readonly names?: readonly string[];
  /** Forms beside numbers, names, ranges, lists, steps and `*`. */
  readonly special?: RegExp;
}

export const CRON_FIELDS: readonly CronField[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day-of-month', from: 1, to: 31, special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  {
    name: 'month',
    from: 1,
    to: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
  },
  {
    name: 'day-of-week',
    from: 1,
    to: 7,
    names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    special: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/i,
  },
  { name: 'year', from: 1970, to: 2199 },
];

/**
 * What is wrong with a schedule expression and what to write instead; undefined if EventBridge takes it.
 */
export function expressionProblem(expression: string): string | undefined {
  const parts = /^(rate|cron)\((.*)\)$/.exec(expression);
  if (!parts) {
    return `'${expression}' is neither rate(...) nor cron(...): write 'rate(5 minutes)', say`;
  }
  return parts[1] === 'rate' ? rateProblem(expression, parts[2]) : cronProblem(expression, parts[2]);
}

function rateProblem(expression: string, body: string): string | undefined {
  const parts = /^(\d+) (minute|hour|day)(s?)$/.exec(body);
  if (!parts || Number(parts[1]) < 1) {
    return `'${expression}' is not a rate: write a whole number above 0 and minutes, hours or days, such as 'rate(5 minutes)'`;
  }
  const [, value, unit, plural] = parts;
  const one = Number(value) === 1;
  return one === (plural === '') ? undefined : `'${expression}' has the wrong number of '${unit}': write 'rate(${value} ${unit}${one ? '' : 's'})'`;
}

function cronProblem(expression: string, body: string): string | undefined {
  const texts = body.trim().split(/\s+/);
  if (texts.length !== CRON_FIELDS.length) {
    return `'${expression}' has ${texts.length} fields, not 6: write minutes, hours, day-of-month, month, day-of-week and year, such as 'cron(0/5 8-18 ? * MON-FRI *)'`;
  }
  for (const [index, field] of CRON_FIELDS.entries()) {
    if (!isField(field, texts[index])) {
      return `'${expression}' has '${texts[index]}' as ${field.name}: write ${field.from} to ${field.to}${field.names ? ` or ${field.names[0]} to ${field.names[field.names.length - 1]}` : ''}, a range, a list or steps of them, or *`;
    }
  }
  const dayOfMonth = texts[2];
  const dayOfWeek = texts[4];
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    return `'${expression}' ${dayOfMonth === '?' ? 'sets neither' : 'sets both'} day-of-month ${dayOfMonth === '?' ? 'nor' : 'and'} day-of-week: write ? for exactly one of the two`;
  }
  return undefined;
}

function isField(field: CronField, text: string): boolean {
  return field.special?.test(text) || text.split(',').every((item) => isItem(field, item));
}

/** One element of a list: `*`, a value or a range, each perhaps with a step. */
function isItem(field: CronField, item: string): boolean {
  const [base, step, ...more] = item.split('/');
  if (more.length > 0 || (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1))) {
    return false;
  }
  if (base === '*') {
    // A larger step after * is refused when the rule is created, after a number it is not.
    return step === undefined || Number(step) <= field.to;
  }
  const bounds = base.split('-');
  return bounds.length <= 2 && bounds.every((bound) => isValue(field, bound));
}

function isValue(field: CronField, text: string): boolean {
  if (field.names?.includes(text.toUpperCase())) {
    return true;
  }
  return /^\d+$/.test(text) && Number(text) >= field.from && Number(text) <= field.to;
}
