import { describe, expect, it } from "vitest";
import type { NoThumbnailReason, ThumbnailInfo } from "../../../protocol/thumbnails.ts";
import { DrawingLine } from "../../../web/src/thumbnails/drawing-line.ts";
import { InfoBatches } from "../../../web/src/thumbnails/info-batches.ts";
import { nextLook } from "../../../web/src/thumbnails/next-look.ts";
import { isDrawn } from "../../../web/src/thumbnails/pictured.ts";

const info = (id: string, reason: NoThumbnailReason | null): ThumbnailInfo => ({
  id,
  version: 1,
  kind: reason === null ? "image" : "none",
  reason,
  width: null,
  height: null,
  placeholder: null,
});
const endless = new AbortController().signal;
const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("what is asked of the server", () => {
  it("[H4] whoever asks within a moment is one request a space, of 200 at most; what was given up is not asked for", async () => {
    const asked: [string | null, number][] = [];
    let send = (): void => undefined;
    const batches = new InfoBatches(
      (sharedIn: string | null, ids) => {
        asked.push([sharedIn, ids.length]);
        return Promise.resolve(ids.filter((id) => id !== "gone").map((id) => info(id, null)));
      },
      (run) => {
        send = run;
      },
    );
    const ended = new AbortController();
    const all = Array.from({ length: 250 }, (_, at) => batches.info(null, `file${at}`, endless));
    const twice = batches.info(null, "file3", endless);
    const other = batches.info("space", "theirs", endless);
    const absent = batches.info("space", "gone", endless);
    const left = batches.info(null, "scrolled away", ended.signal);
    ended.abort();
    send();
    await expect(left).rejects.toThrow();
    expect((await Promise.all(all)).map((each) => each?.id)).toEqual(all.map((_, at) => `file${at}`));
    expect((await twice)?.id).toBe("file3");
    expect((await other)?.id).toBe("theirs");
    expect(await absent).toBeNull();
    // The second batch has one that the first has, too.
    expect(asked).toEqual([
      [null, 200],
      [null, 51],
      ["space", 2],
    ]);
  });

  it("[H4] a request that fails fails for those who asked, and for no other space", async () => {
    let send = (): void => undefined;
    const batches = new InfoBatches(
      (sharedIn: string | null, ids) =>
        sharedIn === null ? Promise.reject(new Error("offline")) : Promise.resolve(ids.map((id) => info(id, null))),
      (run) => {
        send = run;
      },
    );
    const [own, theirs] = [batches.info(null, "mine", endless), batches.info("space", "theirs", endless)];
    send();
    await expect(own).rejects.toThrow("offline");
    expect((await theirs)?.id).toBe("theirs");
  });

  it("[H4] what is being made is asked for again, ever later, and not for ever", () => {
    const pending = info("file", "pending");
    expect([1, 2, 3, 6, 11].map((answers) => nextLook(pending, 1, answers))).toEqual([
      1_000, 2_000, 4_000, 30_000, 30_000,
    ]);
    expect(nextLook(pending, 1, 12)).toBe(false);
    expect(nextLook(info("file", null), 1, 1)).toBe(false);
    expect(nextLook(info("file", "damaged"), 1, 1)).toBe(false);
    expect(nextLook(info("file", null), 2, 1), "of the version before").toBe(1_000);
    expect(nextLook(null, 1, 1), "not heard of yet").toBe(1_000);
    expect(nextLook(undefined, 1, 1)).toBe(false);
  });
});

describe("what a browser draws", () => {
  const drawn = (name: string, size: number, reason: NoThumbnailReason | null): boolean =>
    isDrawn({ name, size }, info("file", reason));

  it("[H5] it draws what the server could not, of kinds and sizes that it can, and nothing else", () => {
    expect(drawn("a.pdf", 1e6, "unknown_kind")).toBe(true);
    expect(drawn("a.avif", 1e6, "unknown_kind")).toBe(true);
    expect(drawn("a.jpg", 19e6, "over_pixels")).toBe(true);
    expect(drawn("a.webm", 5e9, "unknown_kind")).toBe(true);
    for (const reason of ["pending", "damaged", "storage_failed", "counted", null] as const)
      expect(drawn("a.pdf", 1e6, reason)).toBe(false);
    expect(drawn("a.pdf", 60e6, "unknown_kind")).toBe(false);
    expect(drawn("a.jpg", 30e6, "over_bytes")).toBe(false);
    expect(drawn("a.pdf", 0, "unknown_kind")).toBe(false);
    for (const name of ["a.ts", "a.zip", "a.svg", "a.cr2", "a.avi", "a"])
      expect(drawn(name, 1e3, "unknown_kind")).toBe(false);
  });

  it("[H5] two are drawn at once, of PDFs one; what was scrolled away is not begun", async () => {
    const line = new DrawingLine((run) => void moment().then(run));
    const ends = new Map<string, () => void>();
    const begun: string[] = [];
    const draw = (name: string, isHeavy: boolean, signal = endless): Promise<string> =>
      line.add(isHeavy, signal, () => {
        begun.push(name);
        return new Promise((resolve) => ends.set(name, () => resolve(name)));
      });
    const left = new AbortController();
    const first = draw("pdf 1", true);
    const second = draw("pdf 2", true);
    const gone = draw("gone", false, left.signal);
    left.abort();
    const third = draw("picture 1", false);
    const fourth = draw("picture 2", false);
    await expect(gone).rejects.toThrow();
    await moment();
    await moment();
    expect(begun).toEqual(["pdf 1", "picture 1"]);
    ends.get("picture 1")?.();
    expect(await third).toBe("picture 1");
    await moment();
    await moment();
    expect(begun, "the second PDF waits for the first").toEqual(["pdf 1", "picture 1", "picture 2"]);
    ends.get("pdf 1")?.();
    await first;
    await moment();
    await moment();
    expect(begun.at(-1)).toBe("pdf 2");
    ends.get("pdf 2")?.();
    ends.get("picture 2")?.();
    expect(await Promise.all([second, fourth])).toEqual(["pdf 2", "picture 2"]);
  });

  it("[H5] one that fails, or is scrolled away while it is drawn, makes room for the next", async () => {
    const line = new DrawingLine((run) => void moment().then(run));
    const left = new AbortController();
    const stuck = line.add(true, left.signal, () => new Promise<string>(() => undefined));
    const damaged = line.add(false, endless, () => Promise.reject(new Error("damaged")));
    const next = line.add(true, endless, () => Promise.resolve("drawn"));
    await expect(damaged).rejects.toThrow("damaged");
    left.abort();
    await expect(stuck).rejects.toThrow();
    expect(await next).toBe("drawn");
  });

  it("[H5] what was given up before it came to the line is not begun, and takes nobody's place", async () => {
    const line = new DrawingLine((run) => void moment().then(run));
    const left = AbortSignal.abort();
    const begun: string[] = [];
    const gone = ["film 1", "film 2"].map((name) =>
      line.add(false, left, () => {
        begun.push(name);
        return new Promise<string>(() => undefined);
      }),
    );
    const next = line.add(false, endless, () => Promise.resolve("drawn"));
    for (const each of gone) await expect(each).rejects.toThrow();
    expect(await next).toBe("drawn");
    expect(begun).toEqual([]);
  });
});
