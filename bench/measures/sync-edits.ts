import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PHASES, type Phase } from "../device/messages.ts";
import { type Arrivals, watchArrivals } from "../support/arrivals.ts";
import { type Device, startDevice } from "../support/device.ts";
import { edit, EDITED, pause } from "../support/edit.ts";
import { signUp } from "../support/ledge-account.ts";
import { withTemporaryFolder, writeSmallFiles } from "../support/local-files.ts";
import type { Figure, Measure } from "../support/measure.ts";
import { percentile } from "../support/percentile.ts";
import { median } from "../support/timing.ts";

const EDITS = 200;
const WARM_UP = 10;

/** An edit's times: its phases, and when its bytes were seen in the other device's folder. */
type Times = ReadonlyMap<Phase | "written" | "seen", number>;

/** A file of 10 KiB edited in place on one device, until its bytes are on the other's disk. */
export const syncEdits: Measure = {
  name: "sync-edits",
  title: "An edit on one device, until it is on the other's disk",
  run: (servers) =>
    withTemporaryFolder(async (temporary) => {
      const { url } = await servers.ledge();
      const { token } = await signUp(url);
      const [from, to] = [join(temporary, "a"), join(temporary, "b")];
      await writeSmallFiles(from, "sync edits", EDITED.files, EDITED.bytes);
      const a = startDevice({ url, token, folder: from, marks: true });
      await a.reached("idle");
      await mkdir(to);
      const b = startDevice({ url, token, folder: to, marks: true });
      await b.reached("idle");
      const arrivals = watchArrivals(to);
      const edits: Times[] = [];
      for (let i = -WARM_UP; i < EDITS; i++) {
        await sleep(pause());
        const times = await timed(i, from, a, b, arrivals);
        if (i >= 0) edits.push(times);
      }
      arrivals.close();
      await Promise.all([a.stop(), b.stop()]);
      return figures(edits);
    }),
};

async function timed(i: number, folder: string, a: Device, b: Device, arrivals: Arrivals): Promise<Times> {
  a.clear();
  b.clear();
  const { written, seen } = await edit(`edit ${i}`, folder, arrivals);
  // Messages of the two processes may still be on their way.
  await sleep(20);
  const there: readonly Phase[] = ["heard", "fetching", "fetched"];
  const phases = PHASES.map((phase) => [phase, (there.includes(phase) ? b : a).phases.get(phase)] as const);
  const known = phases.flatMap(([phase, at]) => (at === undefined ? [] : [[phase, at] as const]));
  return new Map([["written", written], ...known, ["seen", seen]]);
}

const PARTS: readonly (readonly [name: string, from: Phase | "written", to: Phase | "seen"])[] = [
  ["written → told by the watcher", "written", "watched"],
  ["→ quiet, planned, reading begins", "watched", "reading"],
  ["→ read, cut, sent", "reading", "sent"],
  ["→ commit begins", "sent", "committing"],
  ["→ commit answered", "committing", "committed"],
  ["→ the other one told, after that answer", "committed", "heard"],
  ["→ fetch begins", "heard", "fetching"],
  ["→ fetched, verified, synced to disk", "fetching", "fetched"],
  ["→ seen in place", "fetched", "seen"],
];

function figures(edits: readonly Times[]): Figure[] {
  const whole = edits.map((times) => span(times, "written", "seen"));
  const parts = PARTS.map(([name, from, to]): Figure => {
    const spans = edits.map((times) => span(times, from, to)).filter((time) => !Number.isNaN(time));
    return {
      name,
      value: median(spans),
      unit: "ms, p50",
      reference: { name: "p99", value: percentile(spans, 0.99) },
      rounds: spans,
    };
  });
  return [
    {
      name: `edit → disk, ${edits.length} edits, p50`,
      value: median(whole),
      unit: "ms",
      target: { atMost: 300 },
      rounds: whole,
    },
    { name: "the same, p99", value: percentile(whole, 0.99), unit: "ms", target: { atMost: 2_000 } },
    ...parts,
  ];
}

function span(times: Times, from: Phase | "written", to: Phase | "seen"): number {
  return (times.get(to) ?? Number.NaN) - (times.get(from) ?? Number.NaN);
}
