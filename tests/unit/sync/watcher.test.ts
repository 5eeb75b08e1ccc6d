import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, renameSync } from "node:fs";
import { rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { folderWatcher } from "../../../client/ports/folder-watcher.ts";
import { nodeWatcher } from "../../../client/ports/node-watcher.ts";
import { parcelWatcher } from "../../../client/ports/parcel-watcher.ts";
import type { Watcher } from "../../../client/ports/watcher.ts";

const DEADLINE_MS = 20_000;

/** A watcher at work, and what it told. */
class Watching {
  readonly seen = new Set<string>();
  alls = 0;
  readonly ended: Promise<Error | null>;
  readonly #abort = new AbortController();

  constructor(watcher: Watcher) {
    const onPaths = (paths: readonly string[] | "all"): void => {
      if (paths === "all") this.alls++;
      else for (const path of paths) this.seen.add(path);
    };
    this.ended = watcher.watch(onPaths, this.#abort.signal).then(
      () => null,
      (error: unknown) => error as Error,
    );
  }

  async until(isSo: () => boolean): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!isSo()) {
      if (Date.now() > deadline) throw new Error(`not told; seen ${[...this.seen].slice(0, 20).join(", ")}`);
      await sleep(5);
    }
  }

  async begun(): Promise<this> {
    await this.until(() => this.alls > 0);
    return this;
  }

  end(): Promise<Error | null> {
    this.#abort.abort();
    return this.ended;
  }
}

const WATCHERS: [string, (root: string) => Watcher][] = [["parcel", parcelWatcher]];
if (process.platform === "linux") WATCHERS.push(["folder", folderWatcher]);

describe.each(WATCHERS)("%s watcher", (_, make) => {
  let root: string;
  let watching: Watching;
  const at = (path: string): string => join(root, path);

  beforeEach(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "ledge-watch-")));
    mkdirSync(at(".ledge/partial"), { recursive: true });
    mkdirSync(at("old/deep"), { recursive: true });
    writeFileSync(at("old/deep/file"), "x");
    watching = await new Watching(make(root)).begun();
  });
  afterEach(async () => {
    expect(await watching.end()).toBeNull();
    rmSync(root, { recursive: true, force: true });
  });

  test("[Y2] a file's writing, coming, going and renaming are told by path", async () => {
    appendFileSync(at("old/deep/file"), "y");
    await watching.until(() => watching.seen.has("old/deep/file"));
    writeFileSync(at("new"), "x");
    await watching.until(() => watching.seen.has("new"));
    watching.seen.clear();
    renameSync(at("new"), at("old/renamed"));
    await watching.until(() => watching.seen.has("new") && watching.seen.has("old/renamed"));
    watching.seen.clear();
    rmSync(at("old/renamed"));
    await watching.until(() => watching.seen.has("old/renamed"));
  });

  test("[Y2] nothing in .ledge of the root is told", async () => {
    writeFileSync(at(".ledge/partial/p"), "x");
    writeFileSync(at(".ledge/state"), "x");
    writeFileSync(at(".ledgeignore"), "x");
    await watching.until(() => watching.seen.has(".ledgeignore"));
    await sleep(100);
    expect([...watching.seen].filter((path) => path.split("/")[0] === ".ledge")).toEqual([]);
  });
});

describe.runIf(process.platform === "linux")("folder watcher", () => {
  let root: string;
  let watching: Watching;
  const at = (path: string): string => join(root, path);

  beforeEach(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "ledge-watch-")));
    mkdirSync(at("old/deep"), { recursive: true });
    writeFileSync(at("old/deep/file"), "x");
    watching = await new Watching(nodeWatcher(root)).begun();
  });
  afterEach(async () => {
    await watching.end();
    rmSync(root, { recursive: true, force: true });
  });

  test("[Y2] of 2,000 files in new nested folders none is missed, nor what is written there later", async () => {
    const wanted: string[] = [];
    for (let a = 0; a < 10; a++) {
      for (let b = 0; b < 10; b++) {
        const folder = `new/a${a}/b${b}/c`;
        mkdirSync(at(folder), { recursive: true });
        for (let n = 0; n < 20; n++) {
          writeFileSync(at(`${folder}/f${n}`), "x");
          wanted.push(`${folder}/f${n}`);
        }
        if (b % 3 === 0) await sleep(1);
      }
    }
    await watching.until(() => watching.alls > 1 || wanted.every((path) => watching.seen.has(path)));
    await sleep(200);
    watching.seen.clear();
    for (const path of ["new/a0/b0/c/f0", "new/a9/b9/c/f19"]) {
      appendFileSync(at(path), "later");
      await watching.until(() => watching.seen.has(path));
    }
  });

  test("[Y2] more events than the system's queue holds are told as all, and new folders in them are watched", async () => {
    const folders = Array.from({ length: 10 }, (_, n) => `many${n}`);
    // One after the other in two files: the system makes one event of equal ones that follow each other.
    const files = ["a", "b"].map((name) => openSync(at(`old/deep/${name}`), "w"));
    for (let n = 0; n < 10_000; n++) for (const file of files) writeSync(file, "x");
    files.forEach(closeSync);
    for (const folder of folders) mkdirSync(at(`old/${folder}`));
    await watching.until(() => watching.alls > 1);
    await sleep(200);
    for (const folder of folders) {
      writeFileSync(at(`old/${folder}/later`), "x");
      await watching.until(() => watching.seen.has(`old/${folder}/later`));
    }
  });

  test("[Y8] what is in a folder that was moved in or renamed is told and watched, under its new path", async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), "ledge-outside-")));
    mkdirSync(join(outside, "tree/deep"), { recursive: true });
    writeFileSync(join(outside, "tree/deep/file"), "x");
    renameSync(join(outside, "tree"), at("tree"));
    await watching.until(() => watching.seen.has("tree/deep/file"));
    renameSync(at("tree"), at("old/tree"));
    await watching.until(() => watching.seen.has("old/tree/deep/file"));
    watching.seen.clear();
    appendFileSync(at("old/tree/deep/file"), "y");
    await watching.until(() => watching.seen.has("old/tree/deep/file"));
    await sleep(50);
    expect(watching.seen.has("tree/deep/file")).toBe(false);
    renameSync(at("old/tree"), join(outside, "tree"));
    await watching.until(() => watching.seen.has("old/tree"));
    watching.seen.clear();
    appendFileSync(join(outside, "tree/deep/file"), "z");
    await sleep(100);
    expect([...watching.seen]).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  test("[Y8] folders that exchange their places are watched in the new ones", async () => {
    mkdirSync(at("one/in"), { recursive: true });
    mkdirSync(at("two/in"), { recursive: true });
    await watching.until(() => watching.seen.has("one/in") && watching.seen.has("two/in"));
    renameSync(at("one"), at("passing"));
    renameSync(at("two"), at("one"));
    renameSync(at("passing"), at("two"));
    await sleep(100);
    watching.seen.clear();
    writeFileSync(at("one/in/f"), "x");
    await watching.until(() => watching.seen.has("one/in/f"));
    await sleep(50);
    expect(watching.seen.has("two/in/f")).toBe(false);
    writeFileSync(at("two/in/f"), "x");
    await watching.until(() => watching.seen.has("two/in/f"));
  });

  test("[Y15] a symlinked folder is not watched through", async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), "ledge-outside-")));
    symlinkSync(outside, at("link"));
    await watching.until(() => watching.seen.has("link"));
    writeFileSync(join(outside, "f"), "x");
    await sleep(100);
    expect(watching.seen.has("link/f")).toBe(false);
    rmSync(outside, { recursive: true });
  });

  test("[Y14] watching ends with an error when the root is moved or removed", async () => {
    renameSync(root, `${root}-moved`);
    expect((await watching.ended)?.message).toBe(`${root} was moved or removed`);
    mkdirSync(root);
    watching = await new Watching(nodeWatcher(root)).begun();
    rmSync(root, { recursive: true });
    expect((await watching.ended)?.message).toBe(`${root} was moved or removed`);
    expect((await new Watching(nodeWatcher(root)).ended)?.message).toBe(`${root} is not there any more`);
    rmSync(`${root}-moved`, { recursive: true });
  });

  test("[Y2] an aborted watcher tells nothing any more", async () => {
    expect(await watching.end()).toBeNull();
    watching.seen.clear();
    writeFileSync(at("new"), "x");
    await sleep(50);
    expect([...watching.seen]).toEqual([]);
    expect(await new Watching(nodeWatcher(root)).end()).toBeNull();
  });
});
