/*
 * Loaded before a function that brings version 2 of the AWS SDK, which knows no AWS_ENDPOINT_URL. Its connections lead
 * to the emulator, and all else stays as it is, above all the 50 sockets of its own agent: the emulator's redirection
 * would give each request an agent of its own.
 */
const https = require('https');
const net = require('net');

const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
https.Agent.prototype.createConnection = () => net.connect(port, hostname);

const { request } = https;
Object.defineProperty(https, 'request', { get: () => request, set() {} });
