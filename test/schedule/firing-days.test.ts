import { firesBetween } from '../../src/schedule/firing-days';

const DAY_MS = 86_400_000;

/** With neighbours that are far enough away, since a day before and after counts too. */
function firesOn(expression: string, day: string): boolean[] {
  return [-3, 0, 3].map((offset) => {
    const moment = new Date(Date.parse(day) + offset * DAY_MS);
    return firesBetween(`cron(${expression})`, moment, moment);
  });
}

test.each([
  ['0 0 29 2 ? *', '2028-02-29'],
  ['0 0 L 2 ? *', '2027-02-28'],
  ['0 0 L 4 ? *', '2027-04-30'],
  // Sundays.
  ['0 0 LW 2 ? *', '2027-02-26'],
  ['0 0 28W 2 ? *', '2027-02-26'],
  ['0 0 15W 8 ? *', '2027-08-16'],
  // A Saturday, of which the nearest day is in the month before, and one that is in the same.
  ['0 0 1W 5 ? *', '2027-05-03'],
  ['0 0 15W 5 ? *', '2027-05-14'],
  ['0 0 ? MAY L *', '2027-05-01'],
  ['0 0 ? * 7 *', '2027-05-01'],
  ['0 0 ? * SUN *', '2027-05-02'],
  ['0 0 ? MAY 2L *', '2027-05-31'],
  ['0 0 ? FEB SUNL *', '2027-02-28'],
  ['0 0 ? MAY MON#1 *', '2027-05-03'],
  ['0 0 ? MAY 7#5 *', '2027-05-29'],
  ['0 0 ? MAY FRI#2 *', '2027-05-14'],
  ['0 0 10/20 MAY ? *', '2027-05-10'],
  ['0 0 1,10,20 5 ? *', '2027-05-10'],
  ['0 0 10 4-6 ? 2027', '2027-05-10'],
  ['0 0 10 */2 ? 2027/2', '2027-05-10'],
])('cron(%s) fires on %s, and not three days earlier or later', (expression, day) => {
  expect(firesOn(expression, day)).toEqual([false, true, false]);
});

test.each([
  ['0 0 10 5 ? 2028', '2027-05-10'],
  ['0 0 10 */2 ? *', '2027-06-10'],
  ['0 0 10 5 ? 2028/2', '2027-05-10'],
  ['0 0 30W 2 ? *', '2027-02-26'],
  ['0 0 ? MAY FRI#5 *', '2027-05-28'],
  ['0 0 ? MAY 6L *', '2027-05-21'],
])('cron(%s) does not fire on %s', (expression, day) => {
  expect(firesOn(expression, day)).toEqual([false, false, false]);
});

test('days that come around rarely are found', () => {
  const from = new Date('2026-11-21');
  expect(firesBetween('cron(0 0 ? FEB MON#5 *)', from)).toBe(true);
  expect(firesBetween('cron(0 0 29 FEB ? 2199)', from)).toBe(false);
  expect(firesBetween('cron(0 0 29 FEB ? 2196)', from)).toBe(true);
});

test('rates fire always', () => {
  expect(firesBetween('rate(5 minutes)', new Date('2026-11-21'), new Date('2026-11-21'))).toBe(true);
});
