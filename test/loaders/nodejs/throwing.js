exports.handler = async () => {
  throw new RangeError('on purpose');
};
exports.sync = () => {
  throw new RangeError('at once');
};
