// node [flags] node_compile.mjs MODULE: prints the seconds that compiling it takes, by the wall and of CPU time.
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
const cpuStart = process.cpuUsage();
const start = process.hrtime.bigint();
new WebAssembly.Module(bytes);
const wall = Number(process.hrtime.bigint() - start) / 1e9;
const cpu = process.cpuUsage(cpuStart);
console.log(wall, (cpu.user + cpu.system) / 1e6);
