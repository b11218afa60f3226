// As esbuild writes CommonJS.
var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all) __defProp(target, name, { get: all[name], enumerable: true });
};
var bundled_exports = {};
__export(bundled_exports, { handler: () => handler });
module.exports = __defProp({}, '__esModule', { value: true });
__export(module.exports, { handler: () => handler });
var handler = async (event) => ({ event, by: 'bundle' });
0 && (module.exports = { handler });
