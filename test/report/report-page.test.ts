import { createHash } from 'crypto';
import { EMPTY_REPORT, sampleReport } from './sample-report';
import { HeatScale } from '../../src/report/page/heat-scale';
import { ReportData, ReportedEnvironment, ReportedFunction } from '../../src/report/report-data';
import { reportPage } from '../../src/report/report-page';
import { HOURS_PER_WEEK } from '../../src/schedule/firing-days';

const MARKUP = '<img src=x onerror=alert(1)>';
function always(environments: number): number[] {
  return Array.from({ length: HOURS_PER_WEEK }, () => environments);
}

function functionOf(props?: Partial<ReportedFunction>): ReportedFunction {
  return {
    path: 'Stack/Fn',
    warmer: 'Stack/Warmer',
    warmerType: 'LambdaWarmer',
    environment: '111111111111/eu-west-1',
    isEnabled: true,
    schedule: 'rate(5 minutes)',
    timeZone: 'UTC',
    hours: always(1),
    provisionedHours: always(0),
    isEveryWeek: true,
    ...props,
  };
}

function environmentOf(props?: Partial<ReportedEnvironment>): ReportedEnvironment {
  return { name: '111111111111/eu-west-1', quota: 1000, isQuotaAssumed: false, timeZone: 'UTC', hours: always(10), ...props };
}

function pageOf(props?: Partial<ReportData>): string {
  return reportPage({ ...EMPTY_REPORT, functions: [functionOf()], environments: [environmentOf()], ...props }, 'own.json');
}

/** The text of what matches, a piece each, without markup. */
function texts(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map(([, text]) => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim());
}

/** The totals by what they are of: value and note. */
function totals(html: string): { [title: string]: string } {
  return Object.fromEntries([...html.matchAll(/<div><dt>(.*?)<\/dt>(.*?)<\/div>/g)].map(([, title, rest]) => [title, texts(`${rest};`, /(.*);/g)[0]]));
}

function section(html: string, id: string): string {
  return html.match(new RegExp(`<section id="${id}">.*?</section>`, 's'))![0];
}

function rowsOf(html: string, id: string): string[] {
  return texts(section(html, id), /<tr[^>]*>(<th[^>]* scope="row">.*?)<\/tr>/gs);
}

describe('the page', () => {
  test('is an HTML document of its own, in English, for screens of any width', () => {
    const html = pageOf();
    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(html).toContain('<title>Warming report</title>');
    expect(html).not.toMatch(/<(link|img|iframe)\b|\bsrc=|url\(|@import|https?:/);
  });

  test('allows nothing but its own style and script, by their hashes', () => {
    const html = pageOf();
    const hashOf = (element: string) => `'sha256-${createHash('sha256').update(html.match(new RegExp(`<${element}>(.*?)</${element}>`, 's'))![1]).digest('base64')}'`;
    expect(html).toContain(`content="default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; base-uri 'none'; form-action 'none'"`);
    expect(html).not.toMatch(/ style=| on[a-z]+="/);
    // A comment's beginning would change where the browser sees the script end.
    expect(html.match(/<script>(.*)<\/script>/s)![1]).not.toMatch(/<\/?script|<!--/i);
  });

  test('names the stage that it is about', () => {
    expect(pageOf({ scope: 'Prod' })).toContain('<title>Warming report: Prod</title>');
  });

  test('shows markup as text wherever it comes from', () => {
    const sent = `</script>${MARKUP}"'&`;
    const html = reportPage({
      ...EMPTY_REPORT,
      scope: sent,
      priceLists: [sent],
      environments: [environmentOf({ name: sent, timeZone: sent }), environmentOf()],
      functions: [functionOf({ path: sent, warmer: sent, environment: sent, schedule: sent, timeZone: sent, costUnknown: sent })],
      sharedCosts: [{ path: sent, what: sent, monthlyUsd: 1 }, { path: sent, what: sent, costUnknown: sent }],
      enrolled: [{ path: sent, concurrency: 1 }],
      exempt: [{ path: sent, reason: sent }],
      notWarmed: [{ path: sent, why: sent, isUserFacing: true }],
    }, sent);
    expect(html).not.toContain(MARKUP);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    // A path may be broken after a slash.
    expect(html.replace(/<wbr><\/span>/g, '').match(/&lt;\/(<wbr>)?(<\/span>)?script&gt;&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/g)!.length).toBeGreaterThan(15);
  });

  test('says plainly that nothing is kept warm', () => {
    const html = reportPage(EMPTY_REPORT, 'own.json');
    expect(html).toContain('<p class="nothing">Nothing is kept warm here.</p>');
    expect(html).not.toContain('<table');
    expect(totals(html)).toEqual({
      'functions kept warm': '0', 'environments at the peak': '0', 'USD a month': '$0.00', 'exempt': '0', 'not warmed': '0',
    });
    expect(pageOf()).not.toContain('Nothing is kept warm');
  });

  test('says so too where all warmers are disabled, and shows them', () => {
    const html = pageOf({ functions: [functionOf({ isEnabled: false })] });
    expect(html).toContain('Nothing is kept warm here.');
    expect(rowsOf(html, 'week')).toEqual([expect.stringContaining('UTC disabled')]);
  });
});

describe('the totals', () => {
  test('say what is kept warm, for how much, and what is not', () => {
    expect(totals(reportPage(sampleReport(), 'own.json'))).toEqual({
      'functions kept warm': '12 1 warmer disabled',
      'environments at the peak': '150 2 accounts or regions, each at its peak',
      'USD a month': '$179.03 $336.43 at the most, 1 cost unknown',
      'exempt': '2 each with its reason',
      'not warmed': '4 2 user-facing',
    });
  });

  test('count a function with two warmers once', () => {
    expect(totals(pageOf({ functions: [functionOf(), functionOf({ warmer: 'Stack/Other' })] }))['functions kept warm']).toBe('1');
  });

  test('add up what is warm at the same time, in one time zone', () => {
    const [morning, evening] = [8, 20].map((peak) => always(1).map((one, hour) => hour === peak ? 5 : one));
    const { 'environments at the peak': peak } = totals(pageOf({ environments: [environmentOf({ hours: morning }), environmentOf({ hours: evening })] }));
    expect(peak).toBe('6 first at Mon 08:00');
  });

  test('leave out the most if it is no more', () => {
    expect(totals(pageOf({ monthlyUsd: 1234.5, maxMonthlyUsd: 1234.5 }))['USD a month']).toBe('$1,234.50 1 cost unknown');
    expect(totals(pageOf({ monthlyUsd: 0.001, maxMonthlyUsd: 0.02, functions: [functionOf({ monthlyUsd: 0.001 })] }))['USD a month']).toBe('&lt; $0.01 $0.02 at the most');
  });
});

describe('the week', () => {
  test('has a cell for each hour, with its number', () => {
    const hours = Array.from({ length: HOURS_PER_WEEK }, (_, hour) => hour % 7);
    const html = section(pageOf({ functions: [functionOf({ hours })] }), 'week');
    expect([...html.matchAll(/data-value="(\d+)" title="([^"]*)">(\d+)</g)].map(([, value, title, text]) => [value, title.slice(4), text]))
      .toEqual(hours.map((value, hour) => [String(value), `${String(hour % 24).padStart(2, '0')}:00: ${value}`, String(value)]));
    expect(html).toContain('title="Mon 00:00: 0"');
    expect(html).toContain(`title="Sun 23:00: ${167 % 7}"`);
  });

  test('names the role of each element, because a grid has none', () => {
    const week = section(pageOf(), 'week');
    expect(week.match(/<(table|thead|tbody|tr|th|td)\b(?! role=)/g)).toBeNull();
    expect(week.match(/<td role="cell"/g)).toHaveLength(2 + HOURS_PER_WEEK);
  });

  test('says the time zone, and what is not what it seems', () => {
    const functions = [
      functionOf({ path: 'Stack/A', timeZone: 'Europe/Berlin', monthlyUsd: 2 }),
      functionOf({ path: 'Stack/B', isEnabled: false }),
      functionOf({ path: 'Stack/C', isEveryWeek: false }),
    ];
    expect(rowsOf(pageOf({ functions }), 'week').map((row) => row.replace(/ \d.*/, ''))).toEqual([
      'Stack/ A Europe/Berlin Stack/Warmer', 'Stack/ B UTC disabled Stack/Warmer', 'Stack/ C UTC not every week Stack/Warmer',
    ]);
  });

  test('marks what is provisioned, and says how many', () => {
    const html = pageOf({ functions: [functionOf({ hours: always(5), provisionedHours: always(2) })] });
    expect(html).toMatch(/class="h8 provisioned shown" data-value="5" title="Mon 00:00: 5, 2 of them provisioned"/);
    expect(html).toContain('some of them provisioned</li>');
    expect(pageOf()).not.toContain('some of them provisioned</li>');
  });

  test('gives what is disabled a pattern instead of a colour', () => {
    const week = section(pageOf({ functions: [functionOf({ isEnabled: false })] }), 'week');
    expect(week.match(/class="idle/g)).toHaveLength(HOURS_PER_WEEK + 1);
    expect(week).not.toMatch(/<td[^>]* class="h[1-8]/);
  });

  test('writes a number out where it begins to hold, if it fits', () => {
    const hours = always(0).map((none, hour) => hour < 10 ? 4 : hour === 12 ? 7 : hour > 160 ? 120 : none);
    const html = pageOf({ functions: [functionOf({ hours })] });
    expect(texts(html, / shown" data-value="\d+" title="([^"]*)"/g)).toEqual(['Mon 00:00: 4', 'Sun 17:00: 120']);
  });
});

describe('the scale of colours', () => {
  test.each([1, 2, 3, 8, 9, 40, 1000, 123456])('has for each number up to %d the step in whose range it is', (most) => {
    const scale = new HeatScale(most);
    const { ranges } = scale;
    expect(ranges[0]).toEqual({ step: 0, from: 0, to: 0 });
    expect(ranges[1].from).toBe(1);
    expect(ranges.at(-1)!.to).toBe(most);
    ranges.slice(1).forEach(({ step, from, to }, index) => {
      expect(from).toBe(ranges[index].to + 1);
      expect([from, to].map((one) => scale.step(one))).toEqual([step, step]);
    });
    expect(scale.step(most)).toBe(most === 1 ? 1 : 8);
  });
});

describe('the quota', () => {
  test('is drawn as a line where the peak comes near', () => {
    const quota = section(pageOf({ environments: [environmentOf({ quota: 40 })] }), 'quota');
    expect(texts(quota, /<text class="quota"[^>]*>(.*?)</g)).toEqual(['quota 40']);
    expect(quota).toContain('10 at the peak, 25 % of the quota of 40');
    expect(quota).not.toContain('default');
  });

  test('is said where it is far above, and that it is assumed', () => {
    const quota = section(pageOf({ environments: [environmentOf({ isQuotaAssumed: true })] }), 'quota');
    expect(quota).not.toContain('class="quota"');
    expect(texts(quota, /<text class="peak"[^>]*>(.*?)</g)).toEqual(['peak 10; the quota, 1,000, is far above']);
    expect(texts(quota, /<p>(.*?)<\/p>/gs)).toEqual(['10 at the peak, 1 % of the quota of 1,000 , which is AWS’s default: the account’s own is not known. UTC.']);
  });

  test('is told where it is exceeded', () => {
    const quota = section(pageOf({ environments: [environmentOf({ quota: 8 })] }), 'quota');
    expect(quota).toContain('<strong class="alert">10 at the peak, 125 % of the quota of 8: more than the account may run at once</strong>');
  });

  test('has a picture that is told in words', () => {
    const hours = always(1).map((one, hour) => hour === 30 ? 9 : one);
    expect(section(pageOf({ environments: [environmentOf({ hours })] }), 'quota')).toContain(
      'role="img" height="162" aria-label="Environments kept warm in 111111111111/eu-west-1: Monday 1 to 1, Tuesday 1 to 9, Wednesday 1 to 1, '
      + 'Thursday 1 to 1, Friday 1 to 1, Saturday 1 to 1, Sunday 1 to 1. Quota: 1,000."');
  });

  test('is above steps of the height of each hour', () => {
    const hours = always(0).map((none, hour) => hour === 0 ? 10 : hour === 1 ? 5 : none);
    expect(section(pageOf({ environments: [environmentOf({ hours, quota: 10 })] }), 'quota')).toContain('d="M0 120V0H1V60H2V120H3V120H4');
  });
});

describe('the tables', () => {
  test('say what each function costs, the dearest first', () => {
    const functions = [
      functionOf({ path: 'Stack/Unknown', costUnknown: 'It is imported.' }),
      functionOf({ path: 'Stack/Cheap', monthlyUsd: 0.004, provisionedUsd: 11.16, breakEvenUtilization: 0.6177 }),
      functionOf({ path: 'Stack/Dear', warmer: 'Stack/Fleet', warmerType: 'WarmerFleet', monthlyUsd: 2, maxMonthlyUsd: 1234.567, hours: always(1500) }),
    ];
    expect(rowsOf(pageOf({ functions }), 'costs')).toEqual([
      'Stack/ Dear Stack/ Fleet WarmerFleet rate(5 minutes) 1,500 $2.00 $1,234.57 – –',
      'Stack/ Cheap Stack/ Warmer LambdaWarmer rate(5 minutes) 1 &lt; $0.01 &lt; $0.01 $11.16 61.8 %',
      'Stack/ Unknown Stack/ Warmer LambdaWarmer rate(5 minutes) 1 unknown It is imported. – – –',
    ]);
  });

  test('name the account and region where there are several', () => {
    expect(rowsOf(pageOf(), 'costs')[0]).not.toContain('111111111111');
    expect(rowsOf(pageOf({ environments: [environmentOf(), environmentOf({ name: 'other' })] }), 'costs')[0]).toContain('Fn 111111111111/eu-west-1 ');
  });

  test('end with what is shared, and all of it', () => {
    const html = pageOf({ monthlyUsd: 5, maxMonthlyUsd: 7, sharedCosts: [{ path: 'Stack/Fleet', what: 'Its dispatcher', monthlyUsd: 3 }] });
    expect(rowsOf(html, 'shared')).toEqual(['Stack/ Fleet Its dispatcher $3.00']);
    expect(section(html, 'shared')).toContain('All together <strong>$5.00</strong> a month, $7.00 at the most.');
    expect(section(pageOf({ monthlyUsd: 5, maxMonthlyUsd: 5 }), 'shared')).toContain('<p>None.</p>\n<p class="total">All together <strong>$5.00</strong> a month.');
  });

  test('say why the cost of something shared is unknown', () => {
    const html = pageOf({ sharedCosts: [{ path: 'Stack/Fleet', what: 'Its ticks', costUnknown: 'The schedule is a token.' }] });
    expect(rowsOf(html, 'shared')).toEqual(['Stack/ Fleet Its ticks unknown The schedule is a token.']);
    expect(totals(html)['USD a month']).toBe('$0.00 2 costs unknown');
  });

  test('have what is shared also where no function is known', () => {
    expect(rowsOf(pageOf({ functions: [], sharedCosts: [{ path: 'Stack/Account', what: 'Its ticks', monthlyUsd: 1 }] }), 'shared')).toHaveLength(1);
  });

  test("name what is left to the account's warmer", () => {
    expect(rowsOf(pageOf({ enrolled: [{ path: 'Stack/Fn', concurrency: 12 }] }), 'enrolled')).toEqual(['Stack/ Fn 12']);
    expect(pageOf()).not.toContain('id="enrolled"');
    expect(pageOf({ functions: [], enrolled: [{ path: 'Stack/Fn', concurrency: 12 }] })).not.toContain('Nothing is kept warm');
  });

  test('give the reasons of what is exempt', () => {
    expect(rowsOf(pageOf({ exempt: [{ path: 'Stack/Nightly', reason: 'Nobody waits.' }] }), 'exempt')).toEqual(['Stack/ Nightly Nobody waits.']);
    expect(section(pageOf(), 'exempt')).toContain('Nothing is exempt.');
  });

  test('name what is not warmed, what users wait for first', () => {
    const notWarmed = [{ path: 'A', isUserFacing: false, why: 'No warmer.' }, { path: 'B', isUserFacing: true, why: 'Behind an API.' }];
    const html = pageOf({ notWarmed });
    expect(rowsOf(html, 'cold')).toEqual(['B user-facing Behind an API.', 'A no No warmer.']);
    expect(section(html, 'cold')).toContain('Users may wait for a cold start of 1 function.');
    expect(section(pageOf({ notWarmed: notWarmed.slice(0, 1) }), 'cold')).toContain('no user waits for one of these');
    expect(section(pageOf(), 'cold')).toContain('No other function.');
  });

  test('scroll below their headers if they are long', () => {
    const functions = Array.from({ length: 31 }, (_, index) => functionOf({ path: `Stack/Fn${index}` }));
    expect(section(pageOf({ functions }), 'week')).toContain('class="scroll long"');
    expect(section(pageOf({ functions: functions.slice(1) }), 'week')).toContain('class="scroll"');
  });
});

test('the notes name the file with the data', () => {
  expect(section(pageOf(), 'notes')).toContain('<a href="own.json">own.json</a>');
});

test('the notes name the price lists', () => {
  expect(section(pageOf({ priceLists: ['list A', 'list B'] }), 'notes')).toContain('list prices (list A; list B):');
});
