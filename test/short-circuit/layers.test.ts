import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { unzipSync } from 'fflate';
import { LAYER_NAMES, layerFile, LayerName, packLayer } from '../../tools/build-layers';
import { PROJECT_FOLDER } from '../../tools/folders';

describe.each(LAYER_NAMES)('the layer for %s', (name) => {
  test('is built from what stands in runtime/ (if not: npx projen build-layers)', () => {
    expect(Buffer.from(packLayer(name)).equals(readFileSync(layerFile(name)))).toBe(true);
  });

  test('is smaller than 10 kB', () => {
    expect(readFileSync(layerFile(name)).length).toBeLessThan(10_000);
  });

  test('holds regular files that everyone may read', () => {
    const zip = readFileSync(layerFile(name));
    // The attributes stand 38 bytes into each entry of the central directory: the format's section 4.3.12.
    const attributes = [...Array(zip.length - 4).keys()]
      .filter((at) => zip.readUInt32LE(at) === 0x02014b50)
      .map((at) => (zip.readUInt32LE(at + 38) / 0x10000).toString(8));
    expect(attributes).toHaveLength(Object.keys(unzipSync(zip)).length);
    expect(new Set(attributes)).toEqual(new Set(['100644']));
  });
});

test('the layers have the same bytes in every time zone', () => {
  const script = `
    const { LAYER_NAMES, packLayer } = require('./tools/build-layers');
    console.log(LAYER_NAMES.map((name) => Buffer.from(packLayer(name)).toString('base64')).join());
  `;
  const [one, other] = ['Pacific/Kiritimati', 'America/Adak'].map((TZ) =>
    execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], { cwd: PROJECT_FOLDER, env: { ...process.env, TZ }, encoding: 'utf8' }));
  expect(one).toBe(other);
  expect(one.trim()).toBe(LAYER_NAMES.map((name) => readFileSync(layerFile(name)).toString('base64')).join());
});

test.each<[LayerName, string[]]>([
  ['nodejs', ['index.cjs', 'index.mjs', 'package.json', 'redirect.mjs'].map((file) => `nodejs/node_modules/cdk-lambda-warmer-runtime/${file}`)],
  ['python', ['__init__.py', 'redirect.py'].map((file) => `python/cdk_lambda_warmer_runtime/${file}`)],
])('the layer for %s holds what runs, where Lambda looks for it, and nothing else', (name, files) => {
  expect(Object.keys(unzipSync(readFileSync(layerFile(name))))).toEqual(files);
});
