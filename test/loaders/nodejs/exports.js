exports.text = 'no function';
exports.deep = {};
