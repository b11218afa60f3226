/* What it costs a process to send pings. Arguments: the file that sends them, how many, and how often. */
import { createRequire } from 'node:module';

const [file, pings, ticks] = process.argv.slice(2);
// The line of each tick goes there too.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

const { send } = createRequire(import.meta.url)(file);

const cpuMs = [];
for (let tick = 0; tick < Number(ticks); tick++) {
  const before = process.cpuUsage();
  const answered = await send(Number(pings));
  const { user, system } = process.cpuUsage(before);
  if (answered !== Number(pings)) {
    throw new Error(`${answered} of ${pings} pings were answered.`);
  }
  cpuMs.push((user + system) / 1000);
}
write(JSON.stringify({ cpuMs }));
process.exit();
