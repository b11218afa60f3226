/* The measured figures as the page takes them: all of them, or a message that says which one is missing. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MissingError } from '../main.mjs';
import { commandOf, PARTS } from '../parts.mjs';

const PLACE = Symbol('where the value stands');

/** The parts by name, from the folder of their files. */
export function readResults(folder, { quickToo }) {
  return Object.fromEntries(Object.keys(PARTS).map((name) => {
    const file = path.join(folder, `${name}.json`);
    if (!existsSync(file)) {
      throw new MissingError(`${file} is missing. Run \`${commandOf(name)}\`.`);
    }
    const result = JSON.parse(readFileSync(file, 'utf8'));
    if (result.quick && !quickToo) {
      throw new MissingError(`${file} is of a quick run, whose figures say nothing. Run \`${commandOf(name)}\`.`);
    }
    return [name, complete(result, { file, command: commandOf(name) })];
  }));
}

/** The same value, but what is asked for and not there is an error that names it. */
function complete(value, place) {
  if (value === null || (Array.isArray(value) && value.length === 0) || (typeof value === 'number' && !Number.isFinite(value))) {
    throw lacking(place);
  }
  if (typeof value !== 'object') {
    return value;
  }
  return new Proxy(value, {
    get(target, key) {
      if (key === PLACE) {
        return place;
      }
      const isOwn = Object.hasOwn(target, key);
      if (typeof key === 'symbol' || (!isOwn && Array.isArray(target) && !/^\d+$/.test(key))) {
        return Reflect.get(target, key);
      }
      const inside = { ...place, at: [...place.at ?? [], key] };
      if (!isOwn) {
        throw lacking(inside);
      }
      return complete(target[key], inside);
    },
  });
}

/** The one of a list with that `id`. */
export function theOne(list, id) {
  const found = list.find((one) => one.id === id);
  if (!found) {
    const place = list[PLACE];
    throw lacking({ ...place, at: [...place.at, `the one with the id '${id}'`] });
  }
  return found;
}

function lacking({ file, command, at = [] }) {
  return new MissingError(`${file} lacks a figure: ${at.join('.')}. Measure it: \`${command}\`.`);
}
