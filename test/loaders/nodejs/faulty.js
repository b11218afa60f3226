function connect() {
  throw new TypeError('cannot connect');
}
connect();
