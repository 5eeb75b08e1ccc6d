/** The simulation at the command line; see scripts/sim.mjs. */
import { parseArgs } from "node:util";
import { runSafely, type BatchResult } from "./batch.ts";
import { generate, type History } from "./history.ts";
import { runParallel } from "./parallel.ts";
import { shrink } from "./shrink.ts";

const { values } = parseArgs({
  options: {
    histories: { type: "string", default: "1000" },
    seed: { type: "string" },
    jobs: { type: "string" },
    failures: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    shrink: { type: "boolean", default: false },
    /** A history as JSON, in place of the one that the seed makes. */
    history: { type: "string" },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 0x7fff_ffff) : Number(values.seed);

if (values.trace || values.history) process.exitCode = await replay();
else if (values.shrink) process.exitCode = await showSmallest(generate(seed));
else process.exitCode = await hunt();

/** Runs one history, showing all that happens. */
async function replay(): Promise<number> {
  const history = values.history ? (JSON.parse(values.history) as History) : generate(seed);
  console.log(JSON.stringify(history));
  const { problems, traceHash, events, settledAfter } = await runSafely(history, (line) => console.log(line));
  console.log(`trace ${traceHash}, ${events} events, at rest ${Math.round(settledAfter / 1000)} s after the last one`);
  for (const problem of problems) console.log(`FAILED: ${problem}`);
  return problems.length > 0 ? 1 : 0;
}

/** Finds the smallest history that fails as the given one, and shows it. */
async function showSmallest(history: History): Promise<number> {
  const { problems } = await runSafely(history);
  if (problems.length === 0) {
    console.log(`seed ${history.seed} passes`);
    return 0;
  }
  const smallest = await shrink(history, async (candidate) => (await runSafely(candidate)).problems.length > 0);
  const outcome = await runSafely(smallest);
  console.log(`\nthe smallest history that fails (of seed ${history.seed}):`);
  for (const device of smallest.devices) console.log(`  device ${JSON.stringify(device)}`);
  for (const event of smallest.events) console.log(`  ${JSON.stringify(event)}`);
  console.log(`  rates ${JSON.stringify(smallest.rates)}, page size ${smallest.pageSize}, ${smallest.profile}`);
  for (const problem of outcome.problems) console.log(`FAILED: ${problem}`);
  console.log("the last things that happened:");
  for (const line of outcome.recent.slice(-60)) console.log(`  ${line}`);
  console.log(`\nshow it again: npm run sim -- --trace --seed ${history.seed} --history '${JSON.stringify(smallest)}'`);
  return 1;
}

async function hunt(): Promise<number> {
  const count = Number(values.histories);
  console.log(`${count} histories from seed ${seed}`);
  const began = Date.now();
  let shown = began;
  const told = new Set<number>();
  const rate = ({ ran, events }: BatchResult): string => {
    const seconds = (Date.now() - began) / 1000;
    return `${ran} of ${count}, ${(ran / seconds).toFixed(1)} histories/s, ${Math.round(events / seconds)} steps/s`;
  };
  const result = await runParallel(seed, count, {
    ...(values.jobs === undefined ? {} : { jobs: Number(values.jobs) }),
    mostFailures: Number(values.failures),
    onProgress: (soFar) => {
      for (const { seed, problems } of soFar.failures) {
        if (!told.has(seed)) console.log(`seed ${seed} FAILED: ${problems[0]}`);
        told.add(seed);
      }
      if (Date.now() - shown < 10_000) return;
      shown = Date.now();
      console.log(`${rate(soFar)}, ${soFar.failures.length} failed`);
    },
  });
  console.log(`\n${rate(result)}, ${Math.round((Date.now() - began) / 1000)} s in all`);
  const counts = Object.entries(result.counts).sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(counts.map(([what, times]) => `${what}: ${times}`).join(", "));
  for (const { seed, problems } of result.failures)
    console.log(`seed ${seed} FAILED: ${problems.slice(0, 4).join("\n  ")}`);
  const [first] = result.failures;
  if (!first) return 0;
  await showSmallest(generate(first.seed));
  return 1;
}
