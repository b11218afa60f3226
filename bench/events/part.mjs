import { rounded } from '../results.mjs';
import { runInterleaved } from '../processes.mjs';
import { casesOf } from './cases.mjs';
import { missing, setUp, versions } from './setup.mjs';

const ROUNDS = { events: 9, load: 21 };
const QUICK_ROUNDS = { events: 1, load: 3 };

export default {
  minutes: 4,
  missing,
  versions,

  async measure({ quick, progress }) {
    const rounds = quick ? QUICK_ROUNDS : ROUNDS;
    const setup = setUp();
    const groups = {};
    for (const [name, cases] of Object.entries(casesOf(setup))) {
      const results = await runInterleaved(cases, name.endsWith('Events') ? rounds.events : rounds.load, setup, (text) => progress(`${name}, ${text}`));
      groups[name] = results.map((one) => ({ ...one, runs: one.runs.map(shortened) }));
    }
    return { groups, layers: setup.layers };
  },
};

function shortened({ ns, nsPerEvent, callsPerEvent }) {
  return {
    ...ns === undefined ? {} : { ns: Math.round(ns) },
    ...nsPerEvent ? { nsPerEvent: nsPerEvent.map(rounded) } : {},
    ...callsPerEvent === undefined ? {} : { callsPerEvent },
  };
}
