import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Node } from "../../../protocol/tree.ts";
import { matching } from "../../../web/src/uploads/choose-again.ts";
import { RateMeter, timeLeft } from "../../../web/src/uploads/rate.ts";
import { withTakenNames } from "../../../web/src/uploads/taken-names.ts";
import { inOrder, share, summarize } from "../../../web/src/uploads/summary.ts";
import type { ConflictChoice, UploadItem } from "../../../web/src/uploads/upload-item.ts";
import { seededBytes } from "../support/vector-input.ts";
import { UploadServer } from "./support/upload-server.ts";
import { UploadTab } from "./support/upload-tab.ts";

const MiB = 1024 * 1024;

describe("the rate of uploads", () => {
  it("[B12] finds a steady speed whatever the distance of the samples", () => {
    const gaps = fc.array(fc.integer({ min: 50, max: 1_000 }), { minLength: 30, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1_000, max: 50 * MiB }), (steps, speed) => {
        const meter = new RateMeter();
        let at = 0;
        for (const step of steps) meter.add({ at: (at += step), bytes: (at * speed) / 1000, files: at / 100 });
        const pace = meter.pace;
        if (at - (steps[0] ?? 0) < 1_500) return pace === null;
        return pace !== null && Math.abs(pace.bytes / speed - 1) < 0.01 && Math.abs(pace.files - 10) < 0.1;
      }),
    );
  });

  it("[B12] follows a change within some seconds, and forgets what was before a pause", () => {
    const meter = new RateMeter();
    let bytes = 0;
    for (let at = 0; at <= 20_000; at += 500) meter.add({ at, bytes: (bytes += 500_000), files: 0 });
    for (let at = 20_500; at <= 32_000; at += 500) meter.add({ at, bytes: (bytes += 50_000), files: 0 });
    expect(meter.pace?.bytes).toBeLessThan(300_000);
    meter.add({ at: 60_000, bytes, files: 0 });
    expect(meter.pace).toBe(null);
  });

  it("[B12] is never below nothing, though a request that begins anew takes back what it told", () => {
    const meter = new RateMeter();
    for (const [i, bytes] of [0, 5_000_000, 9_000_000, 1_000_000].entries())
      meter.add({ at: i * 1000, bytes, files: 0 });
    expect(meter.pace?.bytes).toBeGreaterThanOrEqual(0);
  });

  it("[B12] tells the time left by bytes for large files, and by their number for small ones", () => {
    const pace = { bytes: MiB, files: 10 };
    expect(timeLeft({ bytes: 60 * MiB, files: 2 }, pace)).toBe(60_000);
    expect(timeLeft({ bytes: MiB, files: 1_000 }, pace)).toBe(100_000);
    expect(timeLeft({ bytes: MiB, files: 1 }, { bytes: 0, files: 0 })).toBe(null);
    expect(timeLeft({ bytes: MiB, files: 1 }, null)).toBe(null);
  });
});

describe("files that are chosen again", () => {
  it("[B11] are those of the same name, size and time", () => {
    const item = { id: "1", name: "a", size: 3, mtime: 5 };
    const fits = { name: "a", size: 3, lastModified: 5 };
    const others = [
      { ...fits, name: "b" },
      { ...fits, size: 4 },
      { ...fits, lastModified: 6 },
    ];
    expect(matching([item], others)).toEqual([]);
    expect(matching([item, { ...item, id: "2" }], [...others, fits])).toEqual([
      { id: "1", file: fits },
      { id: "2", file: fits },
    ]);
  });
});

describe("names that are taken", () => {
  const large = new File([new Uint8Array(9 * MiB)], "Film.MP4", { lastModified: 7 });
  const there = { name: "film.mp4", size: 5, mtime: 7 } as Node;

  it("[B13] are asked about before a large file is sent, unless it looks the same", () => {
    const upload = { kind: "file", path: [], name: large.name, file: large } as const;
    expect(withTakenNames([upload], [there])).toEqual([{ ...upload, existing: there }]);
    expect(withTakenNames([upload], [{ ...there, size: large.size }])).toEqual([upload]);
    expect(withTakenNames([{ ...upload, path: ["in"] }], [there])).toEqual([{ ...upload, path: ["in"] }]);
  });

  it("[B13] nothing of such a file is sent before the answer", async () => {
    const server = new UploadServer();
    const tab = new UploadTab(server);
    const upload = tab.upload("film", seededBytes(1, 9 * MiB));
    tab.engine.add([upload], new Map([[upload.id, there]]));
    await tab.settled();
    expect(tab.items.get(upload.id)).toMatchObject({ state: "conflict", existing: there });
    expect(server.received).toBe(0);
    tab.engine.resolve([upload.id], "rename");
    await tab.settled();
    expect(tab.state(upload.id)).toBe("done");
  });
});

type Step =
  | { readonly do: "pause" | "resume" | "retry" | "cancel"; readonly of: number }
  | { readonly do: "resolve"; readonly of: number; readonly choice: ConflictChoice }
  | { readonly do: "online"; readonly is: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("pause", "resume", "retry", "cancel"), of: fc.nat(7) }),
  fc.record({
    do: fc.constant("resolve"),
    of: fc.nat(7),
    choice: fc.constantFrom<ConflictChoice>("rename", "replace", "skip"),
  }),
  fc.record({ do: fc.constant("online"), is: fc.boolean() }),
);

describe("the upload engine, whatever is asked of it and whatever fails", () => {
  it("[B11] [B12] [B13] brings every file up that nobody cancelled, once, and leaves nothing open", async () => {
    const names = ["a", "b", "in/a", "in/b", "a", "in/deep/c", "large", "b"];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.infiniteStream(fc.nat(9)), async (steps, chances) => {
        const server = new UploadServer();
        const tab = new UploadTab(server);
        server.before = async () => {
          await new Promise((resolve) => setTimeout(resolve, chances.next().value));
        };
        server.losesAnswers = (chances.next().value ?? 0) % 2;
        const uploads = names.map((name, i) =>
          tab.upload(name, name === "large" ? seededBytes(9, 2 * MiB) : `${name} as ${i}`),
        );
        tab.engine.add(uploads);
        const ids = uploads.map(({ id }) => id);
        const unwanted = new Set<string>();
        for (const each of steps) {
          await new Promise((resolve) => setTimeout(resolve, chances.next().value));
          if (each.do === "online") tab.engine.setOnline(each.is);
          else {
            const id = ids[each.of] ?? "";
            if (each.do === "cancel" || (each.do === "resolve" && each.choice === "skip")) unwanted.add(id);
            if (each.do === "resolve") tab.engine.resolve([id], each.choice);
            else tab.engine[each.do]([id]);
          }
        }
        tab.engine.setOnline(true);
        tab.engine.resume(ids);
        await tab.settled();
        tab.engine.resolve(ids, "rename");
        await tab.settled();

        for (const id of ids) {
          const state = tab.state(id);
          expect(state === "done" || (state === undefined && unwanted.has(id))).toBe(true);
        }
        const kept = [...server.space.versions.values()].map(({ content }) => content);
        // Each that is done is a version of some file, with its own bytes, and no other is there twice.
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.length).toBeGreaterThanOrEqual([...tab.items.values()].length);
        await expect.poll(() => server.open.size).toBe(0);
        expect(tab.kept.size).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe("the list of uploads", () => {
  it("[B12] shows first what needs somebody and last what is through, and sums all up", () => {
    const states = ["done", "sending", "conflict", "paused", "failed", "done", "waiting"] as const;
    const items = states.map((state, i): UploadItem => {
      const sent = state === "done" ? 10 : state === "sending" ? 4 : 0;
      const place = { kind: "file", folder: "f", path: [], name: String(i), mtime: 0 } as const;
      return { id: String(i), ...place, size: 10, state, sent, problem: null, existing: null, node: null };
    });
    expect(inOrder(items).map(({ id }) => id)).toEqual(["2", "4", "1", "3", "6", "0", "5"]);
    const summary = summarize(items);
    expect(summary).toMatchObject({ files: 7, done: 2, working: 2, paused: 1, needHelp: 2, bytes: 70, sent: 24 });
    expect(share(summary)).toBeCloseTo(24 / 70);
  });
});
