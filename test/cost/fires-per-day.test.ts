/*
 * How often expressions fire, against a count of days by the calendar: 28 years, after which days of the week and of the
 * year come together again. Other years than those that the library counts.
 */
import { firesPerDay } from '../../src/schedule/firing-days';
import { firings, MINUTE_MS } from '../schedule/week';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2000, 0, 1);
const LAST = Date.UTC(2028, 0, 1);
const DAYS = (LAST - FIRST) / DAY_MS;

/** What the calendar says of a day: 1 is January, and 0 is Sunday. */
interface Day {
  readonly day: number;
  readonly month: number;
  readonly week: number;
  /** The days of its month. */
  readonly of: number;
}

const CALENDAR: readonly Day[] = Array.from({ length: DAYS }, (_, index) => {
  const date = new Date(FIRST + index * DAY_MS);
  return {
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    week: date.getUTCDay(),
    of: new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  };
});

function perDay(matches: (day: Day) => boolean): number {
  return CALENDAR.filter(matches).length / DAYS;
}

const isWorkday = ({ week }: Day) => week >= 1 && week <= 5;
/** Mondays and Fridays beside a weekend with that day, and the day itself if it is a working day. */
const isNearest = (wanted: number) => ({ day, week }: Day) =>
  (isWorkday({ week } as Day) && day === wanted) || (week === 5 && day === wanted - 1) || (week === 1 && day === wanted + 1);

test('the calendar is that of 28 years, with 7 leap days', () => {
  expect(DAYS).toBe(28 * 365 + 7);
  expect(CALENDAR[0]).toEqual({ day: 1, month: 1, week: 6, of: 31 });
});

describe('a rate fires as often as it fits into a day', () => {
  test.each([
    ['rate(1 minute)', 1440],
    ['rate(5 minutes)', 288],
    ['rate(7 minutes)', 1440 / 7],
    ['rate(1 hour)', 24],
    ['rate(5 hours)', 4.8],
    ['rate(1 day)', 1],
    ['rate(14 days)', 1 / 14],
    ['rate(2880 minutes)', 0.5],
  ])('%s', (expression, expected) => {
    expect(firesPerDay(expression)).toBeCloseTo(expected, 12);
  });
});

describe('the minutes and hours of a cron are multiplied', () => {
  test.each([
    ['* *', 1440],
    ['0 *', 24],
    ['0/5 *', 288],
    ['*/5 *', 288],
    ['3/20 *', 3 * 24],
    ['0-30/10 *', 4 * 24],
    ['0/25 *', 3 * 24],
    ['58/5 *', 24],
    ['7,7,8 9', 2],
    ['0,15,30-32 8-17', 5 * 10],
    ['0/30,0/20 6,18', 4 * 2],
    ['50-10/5 0', 5],
    ['55-4 22-1', 10 * 4],
    ['0 22-2/2', 3],
    ['0 20/3', 2],
  ])('%s', (time, expected) => {
    expect(firesPerDay(`cron(${time} * * ? *)`)).toBeCloseTo(expected, 12);
  });
});

describe('the days of a cron are those of the calendar', () => {
  test.each<[string, (day: Day) => boolean]>([
    ['* * ?', () => true],
    ['? * *', () => true],
    ['1 * ?', ({ day }) => day === 1],
    ['31 * ?', ({ day }) => day === 31],
    ['29 2 ?', ({ day, month }) => day === 29 && month === 2],
    ['1,15,31 * ?', ({ day }) => [1, 15, 31].includes(day)],
    ['10-20 * ?', ({ day }) => day >= 10 && day <= 20],
    ['1/7 * ?', ({ day }) => [1, 8, 15, 22, 29].includes(day)],
    ['*/10 * ?', ({ day }) => [1, 11, 21, 31].includes(day)],
    ['5-25/10 * ?', ({ day }) => [5, 15, 25].includes(day)],
    ['28-3 * ?', ({ day }) => day >= 28 || day <= 3],
    ['L * ?', ({ day, of }) => day === of],
    ['LW * ?', ({ day, week, of }) => isWorkday({ week } as Day) && (day === of || (week === 5 && day >= of - 2))],
    ['15W * ?', isNearest(15)],
    ['10w * ?', isNearest(10)],
    // The nearest day of the same month.
    ['1W * ?', ({ day, week }) => (isWorkday({ week } as Day) && day === 1) || (week === 1 && day <= 3)],
    ['31W * ?', ({ day, week, of }) => of === 31 && ((isWorkday({ week } as Day) && day === 31) || (week === 5 && day >= 29))],
    ['? * MON-FRI', isWorkday],
    ['? * 2-6', isWorkday],
    ['? * mon,WED,Fri', ({ week }) => [1, 3, 5].includes(week)],
    ['? * SUN', ({ week }) => week === 0],
    ['? * 1', ({ week }) => week === 0],
    ['? * 7', ({ week }) => week === 6],
    ['? * L', ({ week }) => week === 6],
    ['? * FRI-MON', ({ week }) => [5, 6, 0, 1].includes(week)],
    ['? * SAT-SUN', ({ week }) => [6, 0].includes(week)],
    ['? * FRI-TUE/2', ({ week }) => [5, 0, 2].includes(week)],
    ['? * TUE/2', ({ week }) => [2, 4, 6].includes(week)],
    ['? * */3', ({ week }) => [0, 3, 6].includes(week)],
    ['? * 6L', ({ week, day, of }) => week === 5 && day > of - 7],
    ['? * friL', ({ week, day, of }) => week === 5 && day > of - 7],
    ['? * MON#1', ({ week, day }) => week === 1 && day <= 7],
    ['? * 3#2', ({ week, day }) => week === 2 && day >= 8 && day <= 14],
    ['? * SAT#5', ({ week, day }) => week === 6 && day >= 29],
    ['1 1,JUL ?', ({ day, month }) => day === 1 && [1, 7].includes(month)],
    ['* JUN-AUG ?', ({ month }) => month >= 6 && month <= 8],
    ['* nov-FEB ?', ({ month }) => month >= 11 || month <= 2],
    ['* 2/5 ?', ({ month }) => [2, 7, 12].includes(month)],
    ['* */4 ?', ({ month }) => [1, 5, 9].includes(month)],
    ['L 2 ?', ({ day, month, of }) => month === 2 && day === of],
    ['? FEB MON#5', ({ day, month, week }) => month === 2 && week === 1 && day === 29],
    ['? DEC MON-FRI', (day) => day.month === 12 && isWorkday(day)],
    ['30 2 ?', () => false],
  ])('%s', (fields, matches) => {
    expect(firesPerDay(`cron(0 12 ${fields} *)`)).toBeCloseTo(perDay(matches), 12);
    expect(firesPerDay(`cron(0/15 8-17 ${fields} *)`)).toBeCloseTo(40 * perDay(matches), 10);
  });
});

// Those that the parser understands: not LW, ranges beyond the end of a field, L as a day of the week, nor days that some
// months have not.
describe('a parser of AWS\'s cron expressions fires as often', () => {
  test.each([
    '0 0 * * ? *',
    '0 12 ? * MON-FRI *',
    '0,30 8 ? * TUE,THU *',
    '10/20 6-8 1,15 * ? *',
    '0 0 1/7 * ? *',
    '0 0 15W * ? *',
    '0 0 1W * ? *',
    '0 0 L * ? *',
    '0 0 ? * 6L *',
    '0 0 ? * MON#1 *',
    '0 0 ? * 2#5 *',
    '0 0 ? JUN-AUG SUN *',
    '0 0 1-5 */3 ? *',
  ])('cron(%s)', (fields) => {
    const count = firings(`cron(${fields})`, FIRST / MINUTE_MS, LAST / MINUTE_MS).length;
    expect(count).toBeGreaterThan(0);
    expect(firesPerDay(`cron(${fields})`)).toBeCloseTo(count / DAYS, 12);
  });
});

test('years do not count: it is how often it fires in those that it names', () => {
  expect(firesPerDay('cron(0 12 * * ? 2030)')).toBe(1);
  expect(firesPerDay('cron(0 12 * * ? 2030-2040/2)')).toBe(firesPerDay('cron(0 12 * * ? *)'));
});

test('the same expression fires as often when it is asked for again', () => {
  expect(firesPerDay('cron(0 0 ? * MON *)')).toBe(firesPerDay('cron(0 0 ? * MON *)'));
});

test('spaces around the fields do not count', () => {
  expect(firesPerDay('cron( 0/5  8-17 ?  *  MON-FRI * )')).toBe(firesPerDay('cron(0/5 8-17 ? * MON-FRI *)'));
});
