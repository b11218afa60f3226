/*
 * Stands in for the HTTP client inside AWS's loader, which is C++ that would have to be built on each machine. Like it,
 * it waits for the next invocation beside the event loop, and blocks while it posts what came of one.
 */
const { spawnSync } = require('child_process');
const { request } = require('http');
const Module = require('module');

const API = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
const POST = `
  const [url, type] = process.argv.slice(1);
  const request = require('http').request(url, { method: 'POST', headers: type ? { 'lambda-runtime-function-error-type': type } : {} });
  process.stdin.pipe(request);
  request.on('response', (response) => response.resume());
`;

function post(url, body, type = '') {
  const { status, stderr } = spawnSync(process.execPath, ['-e', POST, url, type], { input: body, env: {}, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(stderr);
  }
}

const client = {
  next: () => new Promise((resolve, reject) => {
    // A socket that stays open would keep the event loop busy, which handlers with a callback wait for.
    request(`${API}/next`, { agent: false }, (response) => {
      let bodyJson = '';
      response.setEncoding('utf8').on('data', (chunk) => (bodyJson += chunk)).on('end', () => resolve({ bodyJson, headers: response.headers }));
    }).on('error', reject).end();
  }),
  done: (id, body) => post(`${API}/${id}/response`, body),
  error: (id, body) => post(`${API}/${id}/error`, body, JSON.parse(body).errorType),
};

const load = Module._load;
Module._load = function (name, ...others) {
  return name === './rapid-client.node' ? client : load.call(this, name, ...others);
};
