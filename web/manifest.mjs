// Writes dist/manifest.json: SHA-256 of every source and every built file, so that the committed
// build can be compared with the sources without Node.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const APART = new Set(["node_modules", ".test", "test", "dist"]);
const MANIFEST = "dist/manifest.json";

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

function sources() {
  return readdirSync(".", { withFileTypes: true })
    .filter((entry) => !APART.has(entry.name) && !entry.name.endsWith(".md"))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(entry.name) : [entry.name]));
}

const digest = (path) => [path, createHash("sha256").update(readFileSync(path)).digest("hex")];
const digests = (paths) => Object.fromEntries(paths.sort().map(digest));
const built = filesOf("dist").filter((path) => path !== MANIFEST);
writeFileSync(MANIFEST, `${JSON.stringify({ sources: digests(sources()), built: digests(built) }, null, 1)}\n`);
