/*
 * What can be measured, one part after the other. Each says what it lacks (`missing`), what its figures depend on
 * (`versions`), and measures (`measure`); it loads what may be missing only then.
 */
import { fileURLToPath } from 'node:url';
import coverage from './coverage/part.mjs';
import events from './events/part.mjs';
import synth from './synth/part.mjs';

export const PARTS = { events, coverage, synth };

/** As people write it in the project's main folder. */
export const commandOf = (name) => `npx projen bench ${name}`;

/** What was measured, a file for each part. */
export const RESULTS = fileURLToPath(new URL('results', import.meta.url));
