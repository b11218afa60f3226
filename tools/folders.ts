import * as path from 'path';

export const PROJECT_FOLDER = path.resolve(__dirname, '..');

/** What the project's scripts set up for themselves. Nothing of it is committed, and all of it may be deleted. */
export const TOOLS_FOLDER = path.join(PROJECT_FOLDER, '.tools');
