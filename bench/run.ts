import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { billedOperations } from "./measures/billed-operations.ts";
import { largeFolder } from "./measures/large-folder.ts";
import { memory } from "./measures/memory.ts";
import { reUpload } from "./measures/re-upload.ts";
import { searchCorpus } from "./measures/search-corpus.ts";
import { searchIndex } from "./measures/search-index.ts";
import { sharing } from "./measures/sharing.ts";
import { smallFiles } from "./measures/small-files.ts";
import { syncDelta } from "./measures/sync-delta.ts";
import { syncEdits } from "./measures/sync-edits.ts";
import { syncIdle } from "./measures/sync-idle.ts";
import { syncScale } from "./measures/sync-scale.ts";
import { syncSockets } from "./measures/sync-sockets.ts";
import { syncTree } from "./measures/sync-tree.ts";
import { throughput } from "./measures/throughput.ts";
import { type Figure, isMet, type Measure } from "./support/measure.ts";
import { lazyServers } from "./support/servers.ts";
import { table } from "./support/table.ts";

const MEASURES: readonly Measure[] = [
  smallFiles,
  throughput,
  reUpload,
  billedOperations,
  largeFolder,
  memory,
  syncEdits,
  syncTree,
  syncDelta,
  syncIdle,
  syncSockets,
  syncScale,
  sharing,
  searchIndex,
  searchCorpus,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    files: { type: "string", default: "20000" },
    documents: { type: "string", multiple: true, default: [] },
  },
});
const unknown = positionals.filter((name) => !MEASURES.some((measure) => measure.name === name));
const files = Number(values.files);
if (values.help || unknown.length > 0 || !(files >= 1_000)) {
  console.error(
    `usage: npm run bench -- [--json] [--files N] [--documents FOLDER]... [${MEASURES.map((measure) => measure.name).join(" | ")}]...`,
  );
  process.exit(values.help ? 0 : 2);
}

const say = values.json ? console.error : console.log;
const { servers, stop } = lazyServers();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void stop().finally(() => process.exit(1)));
}

const results: Record<string, Figure[]> = {};
try {
  for (const measure of MEASURES) {
    if (positionals.length > 0 && !positionals.includes(measure.name)) continue;
    say(`\n${measure.title}`);
    const figures = await measure.run(servers, { files, documents: values.documents });
    say(table(figures));
    results[measure.name] = figures;
  }
} finally {
  await stop();
}

const report = JSON.stringify(
  { at: new Date().toISOString(), cpus: cpus().length, load: loadavg(), node: process.version, results },
  null,
  2,
);
const directory = join(import.meta.dirname, "results");
await mkdir(directory, { recursive: true });
await writeFile(join(directory, `${new Date().toISOString().replaceAll(":", "-")}.json`), report);
if (values.json) console.log(report);

const missed = Object.values(results)
  .flat()
  .filter((figure) => isMet(figure) === false);
if (missed.length > 0) say(`\n${missed.length} missed: ${missed.map((figure) => figure.name).join("; ")}`);
process.exitCode = missed.length > 0 ? 1 : 0;
