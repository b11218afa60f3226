import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { PROJECT_FOLDER, TOOLS_FOLDER } from '../../../tools/folders';

/** What the guides come from, installed, and below it what they are made of, so that it finds that. */
export const MIGRATION_FOLDER = path.join(TOOLS_FOLDER, 'migration');

export const GUIDES = ['lambda-warmer', 'lambda-warmer-py', 'serverless-plugin-warmup', 'blowtorch', 'zappa', 'opennext'] as const;
export type Guide = typeof GUIDES[number];

/** What a reader has before the guide, and after each of its steps. */
export const STATES = ['before', 'step 1', 'step 2', 'step 3'] as const;
export type State = typeof STATES[number];

/** A block of code that belongs to a file, which a comment before it names, with the first state that has it. */
const BLOCK = /<!-- (before|step \d): (\S+) -->\n\n?```[^\n]*\n([\s\S]*?)```\n/g;

export function textOf(guide: Guide): string {
  return readFileSync(path.join(PROJECT_FOLDER, 'docs', 'migration', `${guide}.md`), 'utf8');
}

/** The files that a reader of a guide has in a state, by their paths: each is the last that the guide showed up to there. */
export function filesOf(guide: Guide, state: State): Map<string, string> {
  const files = new Map<string, string>();
  for (const [, shownIn, file, code] of textOf(guide).matchAll(BLOCK)) {
    if (STATES.indexOf(shownIn as State) <= STATES.indexOf(state)) {
      files.set(file, code);
    }
  }
  return files;
}

/** Where these files are. */
export function folderOf(guide: Guide, state: State): string {
  return path.join(MIGRATION_FOLDER, 'guides', guide, state.replace(' ', '-'));
}

/** Writes the files of all guides and states. */
export function writeGuides(): void {
  rmSync(path.join(MIGRATION_FOLDER, 'guides'), { recursive: true, force: true });
  for (const guide of GUIDES) {
    for (const state of STATES) {
      for (const [file, code] of filesOf(guide, state)) {
        const written = path.join(folderOf(guide, state), file);
        mkdirSync(path.dirname(written), { recursive: true });
        writeFileSync(written, code);
      }
    }
  }
}
