// AssemblyScript with its WASI shim: streams, strings, maps, arguments, environment, time.
// Usage: words < TEXT

const text = readAll();
const counts = new Map<string, i32>();
const words = text.split("\n").join(" ").split(" ");
for (let i = 0; i < words.length; i++) {
  const word = words[i];
  if (word.length == 0) continue;
  counts.set(word, counts.has(word) ? counts.get(word) + 1 : 1);
}
const keys = counts.keys();
keys.sort((a, b) => counts.get(b) != counts.get(a) ? counts.get(b) - counts.get(a) : a < b ? -1 : 1);
for (let i = 0; i < keys.length; i++) console.log(keys[i].padEnd(8) + counts.get(keys[i]).toString());
console.log(process.argv.length.toString() + " " + process.env.get("NAME"));
console.log((Date.now() > 0).toString());
console.log((Math.sqrt(2.0) * Math.sqrt(2.0) == 2.0000000000000004).toString());
console.error("done");  // the shim writes it to standard output, behind "Error: "
process.exit(7);

function readAll(): string {
  const chunk = new ArrayBuffer(64);
  let all = "";
  let size: i32;
  while ((size = process.stdin.read(chunk, 0)) > 0) {
    all += String.UTF8.decodeUnsafe(changetype<usize>(chunk), size);
  }
  return all;
}
