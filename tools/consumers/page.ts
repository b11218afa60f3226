import { readFileSync } from 'fs';
import * as path from 'path';
import { PROJECT_FOLDER } from '../folders';

/** A step of a page that is followed: a file to write, or commands for a shell. */
export type PageStep = { readonly file: string; readonly content: string } | { readonly commands: string };

const FENCE = /^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm;
const FILE_NAME = /`([^`\s]+)`:\n\n$/;

/** The steps of a page, in its order. */
export function stepsOf(page: string): PageStep[] {
  const text = readFileSync(path.join(PROJECT_FOLDER, page), 'utf8');
  return [...text.matchAll(FENCE)].map(({ 1: language, 2: content, index }) => {
    if (language === 'sh') {
      return { commands: content };
    }
    const file = FILE_NAME.exec(text.slice(0, index))?.[1];
    if (!file) {
      throw new Error(`${page} does not say which file this is, with its name before the block:\n${content}`);
    }
    return { file, content };
  });
}
