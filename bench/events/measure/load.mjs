/* Measures how long a handler's file takes to load. Arguments: `require` or `import`, and the file. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [how, file] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { href } = pathToFileURL(file);

const start = process.hrtime.bigint();
const { handler } = how === 'require' ? require(file) : await import(href);
const ns = Number(process.hrtime.bigint() - start);

if (typeof handler !== 'function') {
  throw new Error(`${file} exports no handler.`);
}
process.stdout.write(JSON.stringify({ ns }));
