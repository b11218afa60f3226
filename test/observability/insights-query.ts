/*
 * This suite's own reading of what AWS documents of the query language of CloudWatch Logs Insights
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html), and no more of it than the library's queries
 * take. It is strict: it throws on whatever it does not know, or AWS does not document. Where AWS leaves open what comes of something,
 * there are readings.
 */

/** A line of a log, with the group that it is in. */
export interface LogEvent {
  readonly timestamp: number;
  readonly log: string;
  readonly message: string;
}

/** What AWS does not say: whether a field of JSON that is null is there, and what the sum of nothing is. */
export interface Reading {
  readonly hasNulls: boolean;
  readonly hasEmptySums: boolean;
}

export const READINGS: readonly Reading[] = [true, false].flatMap((hasNulls) => [true, false].map((hasEmptySums) => ({ hasNulls, hasEmptySums })));

type Value = number | string | boolean | null | undefined;
export type Row = { [name: string]: Value };
type Evaluate = (row: Row, group: readonly Row[] | undefined) => Value;

const UNITS: { readonly [unit: string]: readonly [number, number] } = { m: [60_000, 60], h: [3_600_000, 24], d: [86_400_000, Infinity] };

/** What a query finds: rows of fields, the numbers and texts that a table shows. */
export function runQuery(query: string, events: readonly LogEvent[], reading: Reading): Row[] {
  let rows = events.map((event) => fieldsOf(event, reading));
  let stats = 0;
  const commands = commandsOf(query);
  for (const [index, command] of commands.entries()) {
    const [, name, rest] = /^(\w+)\s+([\s\S]*)$/.exec(command) ?? [];
    const parser = new Parser(rest ?? '', reading, stats > 0);
    switch (name?.toLowerCase()) {
      case 'fields':
        rows = parser.columns().reduce((all, { alias, evaluate }) => all.map((row) => ({ ...row, [alias]: evaluate(row, undefined) })), rows);
        break;
      case 'parse':
        rows = parsed(rest, rows);
        break;
      case 'filter': {
        const condition = parser.whole();
        rows = rows.filter((row) => asBoolean(condition(row, undefined)));
        break;
      }
      case 'stats':
        stats += 1;
        if (stats > 2) {
          throw new Error('A query has two stats commands at the most');
        }
        rows = aggregated(parser, rows);
        break;
      case 'sort': {
        const [, field, direction] = /^(@?\w+) (asc|desc)$/.exec(rest)!;
        rows = [...rows].sort((one, other) => compare(defined(one, field), defined(other, field)) * (direction === 'asc' ? 1 : -1));
        break;
      }
      case 'limit':
        rows = rows.slice(0, Number(/^\d+$/.exec(rest)![0]));
        break;
      default:
        throw new Error(`Unknown command: ${command}`);
    }
    if (['sort', 'limit'].includes(name) && commands.slice(index).some((one) => /^stats\b/.test(one))) {
      throw new Error(`${name} comes after the last stats command`);
    }
  }
  return rows;
}

/** The log groups that a dashboard's query is of, and the query. */
export function sourcesOf(query: string): { readonly logs: string[]; readonly query: string } {
  const commands = query.split(' | ');
  const sources = commands.filter((command) => /^SOURCE '[^']*'$/.test(command));
  return { logs: sources.map((source) => source.slice("SOURCE '".length, -1)), query: commands.slice(sources.length).join(' | ') };
}

/** Fields are discovered in lines that are JSON. */
function fieldsOf({ timestamp, log, message }: LogEvent, { hasNulls }: Reading): Row {
  const row: Row = { '@timestamp': timestamp, '@log': log, '@message': message };
  const flatten = (path: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      Object.entries(value).forEach(([key, inner]) => flatten(path === '' ? key : `${path}.${key}`, inner));
    } else if (value !== null || hasNulls) {
      row[path] = value as Value;
    }
  };
  if (message.startsWith('{')) {
    flatten('', JSON.parse(message));
  }
  return row;
}

/** Without comments, and apart at each bar that is in no text, regular expression or parentheses. */
function commandsOf(query: string): string[] {
  const commands = [''];
  const pieces = query.match(/"(?:[^"\\]|\\.)*"|\/(?:[^/\\\n]|\\.)+\/|#[^\n]*|[\s\S]/g) ?? [];
  for (const piece of pieces) {
    if (piece === '|') {
      commands.push('');
    } else if (!piece.startsWith('#')) {
      commands[commands.length - 1] += piece;
    }
  }
  return commands.map((command) => command.trim());
}

function parsed(rest: string, rows: readonly Row[]): Row[] {
  const [, field, expression] = /^(@\w+) \/(.*)\/$/.exec(rest) ?? [];
  if (!field) {
    throw new Error(`Unknown form of parse: ${rest}`);
  }
  const regex = new RegExp(expression);
  return rows.map((row) => ({ ...row, ...regex.exec(String(row[field]))?.groups }));
}

function aggregated(parser: Parser, rows: readonly Row[]): Row[] {
  const columns = parser.columns();
  const by = parser.takeWord('by') ? parser.columns() : [];
  parser.end();
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const keys = by.map(({ evaluate }) => evaluate(row, undefined));
    // Of lines without the field, no group.
    if (keys.every((key) => key !== undefined && key !== null)) {
      groups.set(JSON.stringify(keys), [...groups.get(JSON.stringify(keys)) ?? [], row]);
    }
  }
  return [...groups].map(([key, group]) => Object.fromEntries([
    ...by.map(({ alias }, index) => [alias, JSON.parse(key)[index]]),
    ...columns.map(({ alias, evaluate }) => [alias, evaluate({}, group)]),
  ]));
}

function defined(row: Row, field: string): Value {
  if (!(field in row)) {
    throw new Error(`There is no field ${field} to sort by`);
  }
  return row[field];
}

function compare(one: Value, other: Value): number {
  const [low, high] = [one, other].map((value) => value ?? -Infinity);
  return low < high ? -1 : Number(low > high);
}

function asBoolean(value: Value): boolean {
  if (typeof value !== 'boolean') {
    throw new Error(`A condition is ${value}`);
  }
  return value;
}

function asNumber(value: Value, what: string): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new Error(`${what} is given ${value}`);
  }
  return value;
}

class Parser {
  private readonly tokens: string[];
  private inAggregate = false;

  constructor(text: string, private readonly reading: Reading, private readonly isAfterStats: boolean) {
    this.tokens = text.match(/"(?:[^"\\]|\\.)*"|\d+[mhd]\b|\d+(?:\.\d+)?|[@A-Za-z_][\w.@]*|!=|<=|>=|[-+*/%=<>(),]|\S/g) ?? [];
  }

  /** `expression as alias, ...`; without an alias, a field's own name or the text of the expression. */
  public columns(): { readonly alias: string; readonly evaluate: Evaluate }[] {
    const columns = [];
    do {
      const before = [...this.tokens];
      const evaluate = this.or();
      const own = before.slice(0, before.length - this.tokens.length).join('');
      columns.push({ evaluate, alias: this.takeWord('as') ? this.take() : own });
    } while (this.takeWord(','));
    return columns;
  }

  public whole(): Evaluate {
    const evaluate = this.or();
    this.end();
    return evaluate;
  }

  public end(): void {
    if (this.tokens.length > 0) {
      throw new Error(`Not understood: ${this.tokens.join(' ')}`);
    }
  }

  public takeWord(word: string): boolean {
    return this.tokens[0]?.toLowerCase() === word ? this.tokens.shift() !== undefined : false;
  }

  private take(): string {
    const token = this.tokens.shift();
    if (token === undefined) {
      throw new Error('The query ends too early');
    }
    return token;
  }

  private expect(token: string): void {
    const found = this.take();
    if (found !== token) {
      throw new Error(`${token} is missing before ${found}`);
    }
  }

  private or(): Evaluate {
    let left = this.and();
    while (this.takeWord('or')) {
      const [one, other] = [left, this.and()];
      left = (row, group) => asBoolean(one(row, group)) || asBoolean(other(row, group));
    }
    return left;
  }

  private and(): Evaluate {
    let left = this.comparison();
    while (this.takeWord('and')) {
      const [one, other] = [left, this.comparison()];
      left = (row, group) => asBoolean(one(row, group)) && asBoolean(other(row, group));
    }
    return left;
  }

  private comparison(): Evaluate {
    const left = this.sum();
    const operator = ['=', '!=', '<', '<=', '>', '>='].find((one) => one === this.tokens[0]);
    if (!operator) {
      return left;
    }
    this.take();
    const right = this.sum();
    return (row, group) => {
      const [one, other] = [left(row, group), right(row, group)];
      // What is not there is like nothing.
      if (one === undefined || one === null || other === undefined || other === null) {
        return false;
      }
      const order = compare(one, other);
      return { '=': order === 0, '!=': order !== 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator]!;
    };
  }

  private sum(): Evaluate {
    return this.arithmetic(['+', '-'], () => this.product());
  }

  private product(): Evaluate {
    return this.arithmetic(['*', '/', '%'], () => this.operand());
  }

  /** Of what is not there, nothing is known. */
  private arithmetic(operators: readonly string[], next: () => Evaluate): Evaluate {
    let left = next();
    while (operators.includes(this.tokens[0])) {
      const operator = this.take();
      const [one, other] = [left, next()];
      left = (row, group) => {
        const values = [one(row, group), other(row, group)];
        if (values.some((value) => value === undefined || value === null)) {
          return undefined;
        }
        const [a, b] = values.map((value) => asNumber(value, operator));
        return { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[operator];
      };
    }
    return left;
  }

  private operand(): Evaluate {
    const token = this.take();
    if (token === '(') {
      const inner = this.or();
      this.expect(')');
      return inner;
    }
    if (/^\d+(\.\d+)?$/.test(token)) {
      return () => Number(token);
    }
    if (token.startsWith('"')) {
      return () => token.slice(1, -1).replace(/\\(.)/g, '$1');
    }
    if (/^[@A-Za-z_]/.test(token)) {
      return this.tokens[0] === '(' ? this.call(token) : this.field(token);
    }
    throw new Error(`Not understood: ${token}`);
  }

  private field(name: string): Evaluate {
    return (row, group) => {
      if (group) {
        throw new Error(`${name} is of a single row, and not of all that are counted together`);
      }
      if (this.isAfterStats && !(name in row)) {
        throw new Error(`${name} is not there any more after stats`);
      }
      return row[name];
    };
  }

  private period(): number {
    const [, count, unit] = /^(\d+)([mhd])$/.exec(this.take()) ?? [];
    const [milliseconds, cap] = UNITS[unit];
    if (Number(count) > cap) {
      throw new Error(`A period of ${count}${unit} is longer than ${cap}${unit}`);
    }
    return Number(count) * milliseconds;
  }

  private call(name: string): Evaluate {
    this.expect('(');
    const evaluate = ['count', 'sum', 'min', 'max', 'avg'].includes(name) ? this.aggregate(name) : this.plain(name);
    this.expect(')');
    return evaluate;
  }

  private aggregate(name: string): Evaluate {
    if (this.inAggregate) {
      throw new Error(`${name} in another aggregation`);
    }
    this.inAggregate = true;
    const argument = this.or();
    this.inAggregate = false;
    return (_, group) => {
      if (!group) {
        throw new Error(`${name} is of stats alone`);
      }
      const values = group.map((row) => argument(row, undefined)).filter((value) => value !== undefined && value !== null);
      if (name === 'count') {
        return values.length;
      }
      const numbers = values.map((value) => asNumber(value, name));
      if (numbers.length === 0) {
        return name === 'sum' && !this.reading.hasEmptySums ? 0 : undefined;
      }
      const sum = numbers.reduce((total, each) => total + each, 0);
      return { sum, min: Math.min(...numbers), max: Math.max(...numbers), avg: sum / numbers.length }[name];
    };
  }

  private plain(name: string): Evaluate {
    if (name === 'bin') {
      const milliseconds = this.period();
      if (this.isAfterStats) {
        throw new Error('bin takes @timestamp, which is not there any more after stats');
      }
      return (row) => Math.floor(asNumber(row['@timestamp'], name) / milliseconds) * milliseconds;
    }
    const first = this.or();
    if (name === 'datefloor') {
      this.expect(',');
      const milliseconds = this.period();
      return (row, group) => Math.floor(asNumber(first(row, group), name) / milliseconds) * milliseconds;
    }
    const rest: Evaluate[] = [];
    while (this.takeWord(',')) {
      rest.push(this.or());
    }
    const call = FUNCTIONS[name];
    if (!call) {
      throw new Error(`There is no function ${name}`);
    }
    return (row, group) => call([first, ...rest].map((one) => one(row, group)));
  }
}

/** Numbers only where AWS documents numbers: nothing says what comes of a field that is not there. */
const FUNCTIONS: { readonly [name: string]: (values: readonly Value[]) => Value } = {
  greatest: (values) => Math.max(...values.map((value) => asNumber(value, 'greatest'))),
  least: (values) => Math.min(...values.map((value) => asNumber(value, 'least'))),
  coalesce: (values) => values.find((value) => value !== undefined && value !== null),
  ispresent: ([value]) => value !== undefined,
  strcontains: ([text, part]) => Number(String(text).includes(String(part))),
  strlen: ([text]) => String(text).length,
  toMillis: ([timestamp]) => asNumber(timestamp, 'toMillis'),
  fromMillis: ([milliseconds]) => asNumber(milliseconds, 'fromMillis'),
};
