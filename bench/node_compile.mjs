// node [flags] node_compile.mjs MODULE: prints the seconds that compiling it takes.
import { readFileSync } from 'node:fs';

const bytes = readFileSync(process.argv[2]);
const start = process.hrtime.bigint();
new WebAssembly.Module(bytes);
console.log(Number(process.hrtime.bigint() - start) / 1e9);
