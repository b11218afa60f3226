import { count, inUnit, kilobytes, MICROSECONDS, MILLISECONDS, NS, ratio, table } from './format.mjs';

/** Who is compared, by the case's id: what a row of the table is about stands in its first column. */
const EVENT_PEERS = { bare: 'the bare handler', lambdaWarmer: 'lambda-warmer', middyWarmup: 'middy with `@middy/warmup`', lambdaWarmerPy: 'lambda-warmer-py' };
const SYNTH_PEERS = { bare: 'no warming', rule: 'a rule of CDK each', blowtorch: 'blowtorch each' };

/** Every ratio is of two figures of one run. @param note what has to be said before */
export function summary({ events, coverage, synth }, note) {
  return `## In short

${note}Each row compares two figures of one run: this library's with that of a published peer, or of the bare case. The ratio is ours to theirs.

${table(
    ['What', 'Better is', 'Ours', 'Compared with', 'Theirs', 'Ours / theirs'],
    [...eventRows(events), ...coverageRows(coverage), ...synthRows(synth)].map(({ what, better, ours, peer, theirs, of }, index, all) => {
      const isSame = what === all[index - 1]?.what;
      return [isSame ? '' : what, isSame ? '' : better, isSame ? '' : of(ours), peer, of(theirs), ratio(ours / theirs)];
    }),
  )}`;
}

function eventRows(figures) {
  const rows = (what, group, unit, id, peers) => {
    const ours = figures[group].find((one) => one.id === id).middle;
    return peers.map((peer) => ({
      what, better: 'less', ours, theirs: figures[group].find((one) => one.id === peer).middle, peer: EVENT_PEERS[peer],
      of: (ns) => `${inUnit(ns, unit)} ${unit.name}`,
    }));
  };
  return [
    ...rows('Node.js: an event, handler included', 'nodeEvents', NS, 'ours', ['bare', 'lambdaWarmer', 'middyWarmup']),
    ...rows('Python: an event, handler included', 'pythonEvents', MICROSECONDS, 'ours', ['bare', 'lambdaWarmerPy']),
    ...rows('Node.js: loading the handler\'s file, by our layer', 'nodeImport', MILLISECONDS, 'layer', ['bare', 'lambdaWarmer', 'middyWarmup']),
    ...rows('Python: loading the handler\'s file, by our layer', 'pythonSource', MILLISECONDS, 'layer', ['bare']),
    ...rows('Python: loading the handler\'s file, compiled', 'pythonCompiled', MILLISECONDS, 'ours', ['bare', 'lambdaWarmerPy']),
  ];
}

function coverageRows({ largest: { concurrency, rows: [ours, ...peers] }, loads: [ourLoad, , ...otherLoads], pings }) {
  const loadPeers = { sdk: 'a bundled client of the AWS SDK', serverless: 'serverless-plugin-warmup\'s, bundled', blowtorch: 'blowtorch\'s' };
  const [byTick, bySdk] = ['tick', 'sdk'].map((id) => pings.filter((one) => one.id === id));
  const loading = (what, valueOf, of) => otherLoads.map((load) => ({
    what, better: 'less', ours: valueOf(ourLoad), theirs: valueOf(load), peer: loadPeers[load.id], of,
  }));
  return [
    ...peers.map((peer) => ({
      what: `Distinct environments, of ${concurrency} asked for`, better: 'more', ours: ours.environments, theirs: peer.environments, peer: peer.name, of: count,
    })),
    ...peers.map((peer) => ({
      what: `Time held for each distinct environment, of ${concurrency} asked for`,
      better: 'less',
      ours: ours.heldEach,
      theirs: peer.heldEach,
      peer: `${peer.name}, which reaches ${count(peer.environments)}`,
      of: (ms) => `${ms.toFixed(1)} ms`,
    })),
    ...loading('Loading the dispatcher', ({ middle }) => middle, (ns) => `${inUnit(ns, MILLISECONDS)} ms`),
    ...loading('Size of the dispatcher\'s code', ({ bytes }) => bytes, kilobytes),
    ...byTick.map(({ pings: each, later }, index) => ({
      what: `Pings per second of CPU time, ${each.toLocaleString('en')} in a tick`,
      better: 'more',
      ours: later,
      theirs: bySdk[index].later,
      peer: 'the AWS SDK\'s default client',
      of: (perSecond) => perSecond.toFixed(0),
    })),
  ];
}

function synthRows(groups) {
  const { functions, rows } = groups.find(({ id }) => id === 'shared');
  const app = (approach) => rows.find((one) => one.approach === approach);
  const compared = (what, ours, valueOf, of) => Object.entries(SYNTH_PEERS).map(([approach, peer]) => ({
    what: `Synthesis of ${functions} functions, ${app(ours).label}: ${what}`,
    better: 'less',
    ours: valueOf(app(ours)),
    theirs: valueOf(app(approach)),
    peer,
    of,
  }));
  return ['warmer', 'fleet'].flatMap((ours) => [
    ...compared('CPU time', ours, ({ cpu }) => cpu, (seconds) => `${seconds.toFixed(2)} s`),
    ...compared('resources', ours, ({ resources }) => resources, count),
  ]);
}
