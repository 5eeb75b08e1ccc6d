import { describe, expect, test } from "vitest";
import {
  brief,
  file,
  folder,
  planOf,
  ROOT,
  same,
  syncedOf,
  treesOf,
  contextOf,
  type Sketch,
} from "./support/three-trees.ts";
import type { PlanContext } from "../../../client/sync/plan.ts";
import { plan } from "../../../client/sync/plan.ts";

type Case = [name: string, entries: Record<string, Sketch>, expected: unknown[], options?: Partial<PlanContext>];

const conflict = (name: string) => `${name} (conflict here 1970-01-01)`;
const caseConflict = (name: string) => `${name} (case conflict here 1970-01-01)`;
const a = file("root/a", "x");
const edited = file("root/a", "edited");
const edited2 = file("root/a", "edited there", { version: 2 });
const trashed = file("root/a", "x", { state: "trashed" });
const dir = folder("root/dir");

describe.each<[string, Case[]]>([
  [
    "on the server only",
    [
      ["[Y2] a folder is made here", { d: { remote: dir } }, [{ type: "makeFolder", id: "d" }]],
      ["[Y2] a file is fetched", { f: { remote: a } }, [{ type: "fetch", id: "f" }]],
      [
        "[Y2] what is in a folder waits for it",
        { f: { remote: file("d/a", "x") }, d: { remote: dir } },
        [{ type: "makeFolder", id: "d" }, "f waits: order"],
      ],
      [
        "[Y19] a folder of that name becomes it",
        { d: { remote: dir }, n: { local: dir } },
        [{ type: "adopt", id: "d", from: "n" }],
      ],
      [
        "[Y19] a file of that name and size is read first",
        { f: { remote: a }, n: { local: { at: "root/a", content: null, size: 1 } } },
        [{ type: "hash", id: "n" }, "f waits: order"],
      ],
      [
        "[Y10] a file of equal content becomes it",
        { f: { remote: a }, n: { local: a } },
        [{ type: "adopt", id: "f", from: "n" }],
      ],
      [
        "[Y10] a file of other content makes room",
        { f: { remote: a }, n: { local: file("root/a", "other") } },
        [{ type: "moveLocal", id: "n", parent: ROOT, name: conflict("a"), why: "conflict" }, "f waits: order"],
      ],
      [
        "[Y11] a file under another spelling makes room",
        { f: { remote: a }, n: { local: file("root/A", "other") } },
        [{ type: "moveLocal", id: "n", parent: ROOT, name: caseConflict("A"), why: "case" }, "f waits: order"],
      ],
      [
        "[Y10] a folder in a file's place makes room",
        { f: { remote: a }, n: { local: folder("root/a") } },
        [{ type: "moveLocal", id: "n", parent: ROOT, name: conflict("a"), why: "conflict" }, "f waits: order"],
      ],
      [
        "[Y11] a name that cannot be here stays there and is reported, once for all below it",
        { d: { remote: dir }, f: { remote: file("d/a", "x") } },
        ["d waits: name"],
        { nameProblem: (name) => (name === "dir" ? "no" : null) },
      ],
      ["[Y15] what is ignored is not fetched", { f: { remote: a } }, [], { exclusion: () => "ignored" }],
      ["[Y16] what is left out is not fetched", { f: { remote: a } }, [], { exclusion: () => "chosen" }],
      [
        "[Y2] nothing is told while a folder above is still to be pulled",
        { f: { remote: file("d/a", "x"), local: a, synced: a } },
        ["f waits: order"],
      ],
    ],
  ],
  [
    "here only",
    [
      [
        "[Y2] folders are created before what is in them, in one plan",
        { b: { local: file("d/b", null) }, d: { local: folder("e/d") }, e: { local: folder("root/e") } },
        [
          { type: "createFolder", id: "e", parent: ROOT, name: "e" },
          { type: "createFolder", id: "d", parent: "e", name: "d" },
          { type: "createFile", id: "b", parent: "d", name: "b" },
        ],
      ],
      [
        "[Y8] a new file of a missing one's size is read first",
        { f: { remote: a, synced: a }, n: { local: { at: "root/b", content: null, size: 1 } } },
        [
          { type: "hash", id: "n" },
          { type: "trashRemote", id: "f", baseSeq: 100, nodes: 1 },
        ],
      ],
      [
        "[Y8] a new file of a missing one's bytes is that one",
        { n: { local: file("root/b", "x") }, f: { remote: a, synced: a } },
        [{ type: "adopt", id: "f", from: "n" }],
      ],
      [
        "[Y11] of two spellings the later gets a name of its own",
        { n1: { local: a }, n2: { local: file("root/A", "y") } },
        [
          { type: "moveLocal", id: "n2", parent: ROOT, name: caseConflict("A"), why: "case" },
          { type: "createFile", id: "n1", parent: ROOT, name: "a" },
        ],
      ],
      [
        "[Y11] another spelling of what is in sync gets a name of its own",
        { f: same(a), n: { local: file("root/A", "x") } },
        [{ type: "moveLocal", id: "n", parent: ROOT, name: caseConflict("A"), why: "case" }],
      ],
      [
        "[Y12] a name that is given up is taken after that",
        { n: { local: folder("root/a") }, f: { remote: a, synced: a } },
        [
          { type: "trashRemote", id: "f", baseSeq: 100, nodes: 1 },
          { type: "createFolder", id: "n", parent: ROOT, name: "a" },
        ],
      ],
      [
        "[Y5] what was created and deleted there before it was recorded goes on as a new node",
        { f: { remote: trashed, local: a } },
        [{ type: "rebirth", id: "f", as: "new1" }],
      ],
      [
        "[Y15] what is ignored is forgotten",
        { n: { local: a } },
        [{ type: "forget", id: "n", keepRemote: false }],
        { exclusion: () => "ignored" },
      ],
      [
        "[Y16] a name that a left-out folder has there is not taken",
        { d: { remote: dir }, n: { local: dir } },
        [{ type: "moveLocal", id: "n", parent: ROOT, name: conflict("dir"), why: "conflict" }],
        { exclusion: (_path, _type, id) => (id === "d" ? "chosen" : null) },
      ],
    ],
  ],
  [
    "on both sides without a base",
    [
      ["[Y1] equal bytes settle", { f: { remote: a, local: a } }, [{ type: "settle", id: "f", synced: syncedOf(a) }]],
      ["[Y1] folders settle", { d: { remote: dir, local: dir } }, [{ type: "settle", id: "d", synced: syncedOf(dir) }]],
      ["[Y1] unread bytes are read", { f: { remote: a, local: file("root/a", null) } }, [{ type: "hash", id: "f" }]],
      [
        "[Y20] other bytes are reconciled",
        { f: { remote: a, local: edited } },
        [{ type: "reconcile", id: "f", base: null, name: conflict("a") }],
      ],
    ],
  ],
  [
    "deleted there",
    [
      [
        "[Y6] what is unchanged goes to the local trash",
        { f: { remote: trashed, local: a, synced: a } },
        [{ type: "trashLocal", id: "f", entryType: "file" }],
      ],
      [
        "[Y6] unread bytes are read first",
        { f: { remote: trashed, local: file("root/a", null), synced: a } },
        [{ type: "hash", id: "f" }],
      ],
      [
        "[Y5] an edited file goes on as a new node",
        { f: { remote: trashed, local: edited, synced: a } },
        [{ type: "rebirth", id: "f", as: "new1" }],
      ],
      [
        "[Y5] so does one whose executable bit changed",
        { f: { remote: trashed, local: { ...a, executable: true }, synced: a } },
        [{ type: "rebirth", id: "f", as: "new1" }],
      ],
      [
        "[Y5] and one that was renamed",
        { f: { remote: trashed, local: file("root/b", "x"), synced: a } },
        [{ type: "rebirth", id: "f", as: "new1" }],
      ],
      [
        "[Y6] files go before their folder",
        { d: { remote: folder("root/dir", { state: "trashed" }), local: dir, synced: dir }, f: same(file("d/a", "x")) },
        [{ type: "trashLocal", id: "f", entryType: "file" }, "d waits: order"],
      ],
      [
        "[Y6] an empty folder goes",
        { d: { remote: folder("root/dir", { state: "trashed" }), local: dir, synced: dir } },
        [{ type: "trashLocal", id: "d", entryType: "folder" }],
      ],
      [
        "[Y5] a folder with something new in it goes on as a new folder",
        {
          d: { remote: folder("root/dir", { state: "trashed" }), local: dir, synced: dir },
          n: { local: file("d/n", "x") },
        },
        [{ type: "rebirth", id: "d", as: "new1" }, "n waits: order"],
      ],
      [
        "[Y5] a folder that was renamed goes on with all that is in it",
        {
          d: { remote: folder("root/dir", { state: "trashed" }), local: folder("root/other"), synced: dir },
          f: same(file("d/a", "x")),
        },
        [
          { type: "rebirth", id: "d", as: "new1" },
          { type: "rebirth", id: "f", as: "new2" },
        ],
      ],
      [
        "[Y5] a folder that something was moved into here goes on with it",
        {
          d: { remote: folder("root/dir", { state: "trashed" }), local: dir, synced: dir },
          f: { remote: a, local: file("d/a", "x"), synced: a },
        },
        [{ type: "rebirth", id: "d", as: "new1" }, "f waits: order"],
      ],
      [
        "[Y6] what was moved out of the replica's root goes likewise",
        { f: { remote: file("/a", "x"), local: a, synced: a } },
        [{ type: "trashLocal", id: "f", entryType: "file" }],
      ],
      [
        "[Y6] what is gone on both sides is forgotten",
        { f: { remote: trashed, synced: a } },
        [{ type: "forget", id: "f", keepRemote: true }],
      ],
      [
        "[Y6] the record of a purged file goes with it",
        { f: { remote: file("root/a", null, { state: "purged" }), synced: a } },
        [{ type: "forget", id: "f", keepRemote: false }],
      ],
      [
        "[M11] what is on its way here is awaited without a word, before and after what is below it is told",
        {
          t: { remote: folder("/top", { state: "purged" }) },
          u: { remote: folder("/up", { state: "purged" }) },
          f: { remote: file("u/a", "x") },
        },
        [],
      ],
      [
        "[Y15] what is ignored from now on stays where it is",
        { f: same(a) },
        [{ type: "forget", id: "f", keepRemote: true }],
        { exclusion: () => "ignored" },
      ],
      [
        "[Y16] what is left out from now on goes to the local trash, files first",
        { d: same(dir), f: same(file("d/a", "x")) },
        [{ type: "trashLocal", id: "f", entryType: "file" }, "d waits: order"],
        { exclusion: (_path, _type, id) => (id === "d" ? "chosen" : null) },
      ],
      [
        "[Y16] but an edit goes up first",
        { f: { remote: a, local: edited, synced: a } },
        [{ type: "updateFile", id: "f", baseVersion: 1 }],
        { exclusion: () => "chosen" },
      ],
    ],
  ],
  [
    "deleted here",
    [
      [
        "[Y7] an unchanged file is trashed there",
        { f: { remote: a, synced: a } },
        [{ type: "trashRemote", id: "f", baseSeq: 100, nodes: 1 }],
      ],
      [
        "[Y7] an unchanged folder is trashed as one",
        { f: { remote: file("d/a", "x"), synced: file("d/a", "x") }, d: { remote: dir, synced: dir } },
        [{ type: "trashRemote", id: "d", baseSeq: 100, nodes: 2 }, "f waits: order"],
      ],
      [
        "[Y7] a file that was edited there comes back",
        { f: { remote: edited2, synced: a } },
        [{ type: "forget", id: "f", keepRemote: true }],
      ],
      [
        "[Y7] so does one that was renamed there",
        { f: { remote: file("root/b", "x"), synced: a } },
        [{ type: "forget", id: "f", keepRemote: true }],
      ],
      [
        "[Y7] a folder with something new comes back; what is unchanged in it is trashed",
        {
          d: { remote: dir, synced: dir },
          f: { remote: file("d/a", "x"), synced: file("d/a", "x") },
          n: { remote: file("d/n", "new") },
        },
        [
          { type: "forget", id: "d", keepRemote: true },
          { type: "trashRemote", id: "f", baseSeq: 100, nodes: 1 },
          "n waits: order",
        ],
      ],
      [
        "[Y7] what was moved out of a folder moves there before the folder goes",
        {
          d: { remote: dir, synced: dir },
          f: { remote: file("d/a", "x"), local: a, synced: file("d/a", "x") },
        },
        [
          { type: "moveRemote", id: "f", parent: ROOT },
          { type: "trashRemote", id: "d", baseSeq: 100, nodes: 1 },
        ],
      ],
      [
        "[Y16] a folder that holds what is left out comes back",
        { d: { remote: dir, synced: dir }, x: { remote: folder("d/x") } },
        [{ type: "forget", id: "d", keepRemote: true }],
        { exclusion: (_path, _type, id) => (id === "x" ? "chosen" : null) },
      ],
      [
        "[Y7] kept beside but not yet fetched is not what the server has",
        { f: { remote: file("root/a", "theirs"), synced: a } },
        [{ type: "forget", id: "f", keepRemote: true }],
      ],
      [
        "[Y15] what cannot be looked at is not deleted",
        { d: { remote: dir, synced: dir }, f: { remote: file("d/a", "x"), synced: file("d/a", "x") } },
        ["f waits: unreadable", "d waits: order"],
        { isUnreadable: (id) => id === "f" },
      ],
    ],
  ],
  [
    "on both sides, bytes",
    [
      ["[Y1] nothing changed: settled", { f: same(a) }, []],
      [
        "[Y3] an edit goes up with its base",
        { f: { remote: a, local: edited, synced: a } },
        [{ type: "updateFile", id: "f", baseVersion: 1 }],
      ],
      [
        "[Y3] unread bytes go up too: reading tells whether they are an edit",
        { f: { remote: a, local: file("root/a", null), synced: a } },
        [{ type: "updateFile", id: "f", baseVersion: 1 }],
      ],
      ["[Y3] a remote edit is fetched", { f: { remote: edited2, local: a, synced: a } }, [{ type: "fetch", id: "f" }]],
      [
        "[Y3] but not over bytes that were not read",
        { f: { remote: edited2, local: file("root/a", null), synced: a } },
        [{ type: "hash", id: "f" }],
      ],
      [
        "[Y4] two equal edits are one",
        { f: { remote: edited2, local: file("root/a", "edited there"), synced: a } },
        [{ type: "settle", id: "f", synced: syncedOf(edited2) }],
      ],
      [
        "[Y4] two edits are reconciled",
        { f: { remote: edited2, local: edited, synced: a } },
        [{ type: "reconcile", id: "f", base: syncedOf(a), name: conflict("a") }],
      ],
      [
        "[Y3] an edit of a version that was sent from here is no conflict, though the answer was lost",
        {
          f: { remote: edited2, local: edited, synced: a },
          g: { remote: file("root/g", "sent"), local: file("root/g", "later") },
        },
        [
          { type: "settle", id: "f", synced: syncedOf(edited2) },
          { type: "settle", id: "g", synced: syncedOf(file("root/g", "sent")) },
        ],
        { isOwnVersion: () => true },
      ],
      [
        "[Y3] what is as it was before that version was put back after it: the version is not fetched over it",
        { f: { remote: edited2, local: a, synced: a } },
        [{ type: "settle", id: "f", synced: syncedOf(edited2) }],
        { isOwnVersion: () => true },
      ],
      [
        "[Y18] a version of the same bytes is recorded",
        { f: { remote: file("root/a", "x", { version: 2 }), local: a, synced: a } },
        [{ type: "settle", id: "f", synced: syncedOf({ ...a, version: 2 }) }],
      ],
      [
        "[Y2] the executable bit goes up",
        { f: { remote: a, local: { ...a, executable: true }, synced: a } },
        [{ type: "updateFile", id: "f", baseVersion: 1 }],
      ],
      [
        "[Y2] and comes down without the bytes",
        { f: { remote: { ...a, executable: true }, local: a, synced: a } },
        [{ type: "setExecutable", id: "f" }],
      ],
      [
        "[Y21] what rests waits, and what is in flight is left alone",
        { f: { remote: a }, g: { remote: file("root/g", "x") } },
        ["f waits: error"],
        { resting: new Map([["f", "no"]]), inFlight: new Set(["g"]) },
      ],
    ],
  ],
  [
    "on both sides, places",
    [
      [
        "[Y8] a local move goes up, and names only what changed",
        { d: same(dir), f: { remote: a, local: file("d/a", "x"), synced: a } },
        [{ type: "moveRemote", id: "f", parent: "d" }],
      ],
      [
        "[Y8] a remote move comes down",
        { d: same(dir), f: { remote: file("d/b", "x"), local: a, synced: a } },
        [{ type: "moveLocal", id: "f", parent: "d", name: "b", why: "remote" }],
      ],
      [
        "[Y9] a move here and a rename there merge",
        { d: same(dir), f: { remote: file("root/b", "x"), local: file("d/a", "x"), synced: a } },
        [{ type: "moveRemote", id: "f", parent: "d" }],
      ],
      [
        "[Y9] of two renames the server's holds",
        { f: { remote: file("root/b", "x"), local: file("root/c", "x"), synced: a } },
        [{ type: "moveLocal", id: "f", parent: ROOT, name: "b", why: "remote" }],
      ],
      [
        "[Y1] two equal renames are one",
        { f: { remote: file("root/b", "x"), local: file("root/b", "x"), synced: a } },
        [{ type: "settle", id: "f", synced: syncedOf(file("root/b", "x")) }],
      ],
      [
        "[Y11] a rename of case alone goes up",
        { f: { remote: a, local: file("root/A", "x"), synced: a } },
        [{ type: "moveRemote", id: "f", name: "A" }],
      ],
      [
        "[Y11] a disk that keeps another normal form has the same name",
        { f: { remote: file("root/\u00e9", "x"), local: file("root/e\u0301", "x"), synced: file("root/\u00e9", "x") } },
        [],
      ],
      [
        "[Y10] a name that is taken there is changed there",
        { f: { remote: a, local: file("root/b", "x"), synced: a }, g: { remote: file("root/b", "y") } },
        [{ type: "moveRemote", id: "f", name: conflict("b") }, "g waits: order"],
      ],
      [
        "[Y12] an exchange goes up by way of a passing name, in one plan",
        {
          f: { remote: a, local: file("root/b", "x"), synced: a },
          g: { remote: file("root/b", "y"), local: file("root/a", "y"), synced: file("root/b", "y") },
        },
        [
          { type: "moveRemote", id: "f", name: ".ledge-moving-f" },
          { type: "moveRemote", id: "g", name: "a" },
          { type: "moveRemote", id: "f", name: "b" },
        ],
      ],
      [
        "[Y12] an exchange comes down by way of the stage",
        {
          f: { local: a, remote: file("root/b", "x"), synced: a },
          g: { local: file("root/b", "y"), remote: file("root/a", "y"), synced: file("root/b", "y") },
        },
        [{ type: "stage", id: "g" }, "f waits: order"],
      ],
      [
        "[Y12] what is staged comes back where the server has it",
        { f: { local: file("stage/f", "x"), remote: file("root/b", "x"), synced: a } },
        [{ type: "moveLocal", id: "f", parent: ROOT, name: "b", why: "remote" }],
      ],
      [
        "[Y9] a move that makes a cycle there is taken back",
        {
          d: { remote: folder("root/d"), local: folder("e/d"), synced: folder("root/d") },
          e: { remote: folder("d/e"), local: folder("root/e"), synced: folder("root/e") },
        },
        [{ type: "moveLocal", id: "d", parent: ROOT, name: "d", why: "remote" }, "e waits: order"],
      ],
      [
        "[Y9] folders that are turned inside out go up in order",
        {
          d: { remote: folder("root/d"), local: folder("e/d"), synced: folder("root/d") },
          e: { remote: folder("d/e"), local: folder("root/e"), synced: folder("d/e") },
        },
        [
          { type: "moveRemote", id: "e", parent: ROOT },
          { type: "moveRemote", id: "d", parent: "e" },
        ],
      ],
      [
        "[Y11] what was renamed there to a name that cannot be here stays, and is reported",
        { f: { remote: file("root/b", "x"), local: a, synced: a } },
        ["f waits: name"],
        { nameProblem: (name) => (name === "b" ? "no" : null) },
      ],
      [
        "[Y12] a folder and what takes its name from inside it change places in one go",
        {
          d: { remote: dir, synced: dir },
          f: { remote: file("d/a", "x"), local: file("root/dir", "x"), synced: file("d/a", "x") },
        },
        [{ type: "moveRemote", id: "f", name: ".ledge-moving-f", parent: ROOT }, "d waits: order"],
      ],
    ],
  ],
])("%s", (_, cases) => {
  test.each(cases)("%s", (_name, entries, expected, options) => {
    const actual = brief(planOf(entries, options));
    expect(actual).toHaveLength(expected.length);
    expect(actual).toEqual(expect.arrayContaining(expected));
    const steps = (all: unknown[]) => all.filter((each) => typeof each === "object");
    expect(steps(actual)).toEqual(steps(expected));
  });
});

test("[Y1] the same trees give the same plan", () => {
  const entries = {
    d: { local: folder("root/d") },
    f: { remote: file("root/a", "x"), local: file("d/a", "x"), synced: file("root/a", "x") },
    g: { remote: file("root/g", "new") },
  };
  expect(planOf(entries)).toEqual(planOf(entries));
});

test("[Y21] what does not fit into a plan stays for the next", () => {
  const trees = treesOf({ f: { remote: file("root/a", "x") }, g: { remote: file("root/g", "x") } });
  const { local, waiting, settled } = plan(trees, contextOf({ limit: 1 }));
  expect([local, waiting, settled]).toEqual([[{ type: "fetch", id: "f" }], [], []]);
  expect([...trees.dirty()]).toEqual(["f", "g"]);
});
