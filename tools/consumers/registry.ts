import { createHash } from 'crypto';
import { readdirSync, readFileSync } from 'fs';
import { createServer, IncomingMessage, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import * as path from 'path';
import { packageFolder } from './packages';
import { capture } from './steps';
import { PROJECT_FOLDER } from '../folders';

/** A package that npm does not have, or not like this. */
export interface LocalPackage {
  readonly manifest: { readonly name: string; readonly version: string };
  readonly tarball: string;
}

/** What the oldest CDK bundles, which Yarn fetches all the same. */
const BUNDLED = 'node_modules/aws-cdk-lib/node_modules/';

/** The package that is built here, as npm would publish it. */
export async function localTarball(): Promise<LocalPackage> {
  const [name] = readdirSync(packageFolder('js'));
  const tarball = path.join(packageFolder('js'), name);
  return { tarball, manifest: JSON.parse(await capture('tar', ['-xzOf', tarball, 'package/package.json'])) };
}

export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * npm's registry as it is for the tests: of each package the versions in this project's package-lock.json, and ours in the place of
 * what will be published. Nothing newer is seen, so nothing else is installed tomorrow; tarballs come from the registry that npm
 * is configured with.
 */
export async function startRegistry(locals: readonly LocalPackage[]): Promise<Registry> {
  const upstream = (await capture('npm', ['config', 'get', 'registry', '--no-workspaces'])).trim().replace(/\/$/, '');
  const versions = lockedVersions();
  for (const { manifest, tarball } of locals) {
    const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    versions.set(manifest.name, [{ ...manifest, integrity }]);
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const asked = decodeURIComponent(new URL(request.url!, 'http://localhost').pathname.slice(1));
    const [name, file] = asked.split('/-/');
    const local = locals.find(({ manifest }) => manifest.name === name);
    if (file && local) {
      response.end(readFileSync(local.tarball));
    } else if (file) {
      response.writeHead(302, { location: `${upstream}/${asked}` }).end();
    } else if (versions.has(name)) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(packument(name, versions.get(name)!, `http://${request.headers.host}`)));
    } else {
      response.writeHead(404).end('{}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

/** By name, what package-lock.json knows of each version: that is what a registry says of it. */
function lockedVersions(): Map<string, any[]> {
  const { packages } = JSON.parse(readFileSync(path.join(PROJECT_FOLDER, 'package-lock.json'), 'utf8'));
  const versions = new Map<string, any[]>();
  for (const [folder, locked] of Object.entries<any>(packages)) {
    const name = locked.name ?? folder.split('node_modules/').pop();
    if (locked.integrity || folder.startsWith(BUNDLED)) {
      versions.set(name, [...versions.get(name) ?? [], { ...locked, name }]);
    }
  }
  return versions;
}

function packument(name: string, versions: readonly any[], host: string): unknown {
  const ordered = [...versions].sort((one, other) => one.version.localeCompare(other.version, 'en', { numeric: true }));
  const withTarball = ({ integrity, ...manifest }: any) => ({
    ...manifest,
    dist: { integrity, tarball: `${host}/${name}/-/${path.basename(name)}-${manifest.version}.tgz` },
  });
  return {
    name,
    'dist-tags': { latest: ordered[ordered.length - 1].version },
    // Yarn takes nothing that is some days old at the most.
    'time': Object.fromEntries(ordered.map((one) => [one.version, '2020-01-01T00:00:00.000Z'])),
    'versions': Object.fromEntries(ordered.map((one) => [one.version, withTarball(one)])),
  };
}
