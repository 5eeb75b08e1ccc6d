import type { DiskKind } from "./disk.ts";
import { Prng } from "./prng.ts";

/** What a person, or a program of theirs, does on a device. What it is done to is chosen by `salt` when it happens. */
export type UserAction =
  | "create"
  | "createText"
  | "createEmpty"
  | "createEqual"
  | "createUnportable"
  | "edit"
  | "editLine"
  | "saveAtomically"
  | "append"
  | "writeSlowly"
  | "sameBytes"
  | "remove"
  | "removeAll"
  | "move"
  | "moveOver"
  | "moveFolder"
  | "rename"
  | "renameCase"
  | "renameForm"
  | "swap"
  | "fileToFolder"
  | "makeFolder"
  | "makeTree"
  | "chmod"
  | "touch"
  | "copy"
  | "hardLink"
  | "symlink"
  | "ignore";

/** What is done on the server from elsewhere, or happens to it. */
export type ServerAction =
  | "move"
  | "rename"
  | "trash"
  | "restore"
  | "restoreVersion"
  | "purge"
  | "copyFolder"
  | "collect"
  | "backUp"
  | "rollBack";

export type DeviceFault = "crash" | "powerLoss" | "stop" | "offline" | "diskFull" | "ioErrors" | "denied" | "unmount";

export type HistoryEvent = { readonly at: number; readonly salt: number } & (
  | {
      readonly kind: "user";
      readonly device: number;
      readonly action: UserAction;
      /** Meant for the file or folder that another event of this salt is done to, but otherwise not the same. */
      readonly isTwin?: true;
    }
  | { readonly kind: "server"; readonly action: ServerAction }
  | { readonly kind: "fault"; readonly device: number; readonly fault: DeviceFault; readonly duration: number }
  | { readonly kind: "quotaFull"; readonly duration: number }
);

export interface DeviceSpec {
  readonly kind: DiskKind;
  readonly granularity: number;
  readonly renameChanges: boolean;
  /** Milliseconds that its clock is wrong. */
  readonly skew: number;
  /** When the client is started on it for the first time. */
  readonly startsAt: number;
}

export interface FaultRates {
  readonly networkLoss: number;
  readonly networkDouble: number;
  readonly networkLate: number;
  readonly watcherLoss: number;
  readonly watcherOverflow: number;
  readonly watcherLate: number;
}

/**
 * `any`: everything may happen. `oneUser`: one device is used, and nothing but it: no conflict may come of it. `moves`:
 * files are made, and once all is quiet only moved, renamed and touched: no byte may travel.
 */
export type Profile = "any" | "oneUser" | "moves";

export interface History {
  readonly seed: number;
  readonly profile: Profile;
  readonly devices: readonly DeviceSpec[];
  readonly rates: FaultRates;
  readonly pageSize: number;
  readonly events: readonly HistoryEvent[];
}

const USER_WEIGHTS: Readonly<Record<UserAction, number>> = {
  create: 10,
  createText: 8,
  createEmpty: 2,
  createEqual: 4,
  createUnportable: 0.5,
  edit: 8,
  editLine: 10,
  saveAtomically: 6,
  append: 4,
  writeSlowly: 2,
  sameBytes: 1,
  remove: 6,
  removeAll: 3,
  move: 6,
  moveOver: 3,
  moveFolder: 5,
  rename: 5,
  renameCase: 3,
  renameForm: 2,
  swap: 2,
  fileToFolder: 1.5,
  makeFolder: 6,
  makeTree: 2,
  chmod: 2,
  touch: 2,
  copy: 3,
  hardLink: 1,
  symlink: 0.7,
  ignore: 0.7,
};

const MOVES_ONLY: Partial<Record<UserAction, number>> = { move: 4, moveFolder: 4, rename: 4, renameCase: 2, touch: 2 };

/** What is done to something that is there. */
const MEETING: readonly UserAction[] = [
  "edit",
  "editLine",
  "append",
  "remove",
  "move",
  "rename",
  "chmod",
  "moveFolder",
  "removeAll",
];

const SERVER_WEIGHTS: Readonly<Record<ServerAction, number>> = {
  move: 4,
  rename: 3,
  trash: 4,
  restore: 3,
  restoreVersion: 2,
  purge: 1.5,
  copyFolder: 1,
  collect: 2,
  backUp: 2,
  rollBack: 2,
};

const FAULT_WEIGHTS: Readonly<Record<DeviceFault, number>> = {
  crash: 10,
  powerLoss: 1.5,
  stop: 2,
  offline: 4,
  diskFull: 1.5,
  ioErrors: 1,
  denied: 1,
  unmount: 0.5,
};

/** When everybody of `moves` has made what is moved later. */
export const MOVES_BEGIN = 30 * 60_000;

/** The history of a seed. */
export function generate(seed: number): History {
  const random = new Prng(seed, 1);
  const profile = random.weighted({ any: 80, oneUser: 12, moves: 8 });
  const devices = Array.from({ length: random.pick([2, 2, 2, 3, 3, 4]) }, () => deviceSpec(random, profile));
  const events = profile === "moves" ? movesEvents(random) : anyEvents(random, profile, devices.length);
  const isCalm = random.chance(0.4);
  const rate = (most: number): number => (isCalm || random.chance(0.4) ? 0 : random.next() * most);
  return {
    seed,
    profile,
    devices,
    rates: {
      // Where the answer to an own change is lost, what is deleted meanwhile comes back, and may find its name taken.
      networkLoss: profile === "oneUser" ? 0 : rate(0.15),
      networkDouble: rate(0.2),
      networkLate: rate(0.1),
      // A move of which half is not seen is a deletion.
      // What was moved to where something was moved from, seen at once, is an edit of that (Y8).
      watcherLoss: profile === "moves" ? 0 : rate(0.3),
      watcherOverflow: rate(0.2),
      watcherLate: profile === "moves" ? 0 : rate(0.1),
    },
    pageSize: random.pick([1_000, 1_000, 1_000, 20, 5, 2]),
    events: [...events, ...(profile === "any" ? twins(seed, events, devices.length) : [])].sort((a, b) => a.at - b.at),
  };
}

function deviceSpec(random: Prng, profile: Profile): DeviceSpec {
  const kind = random.weighted({ posix: 6, ntfs: 1.5, apfs: 2, hfs: 0.7 });
  return {
    // One user alone can make no two spellings of one name on such a disk.
    kind: profile === "any" ? kind : profile === "oneUser" ? "apfs" : "posix",
    granularity: random.pick([0.000_1, 0.000_1, 0.001, 1, 4, 10]),
    renameChanges: random.chance(0.7),
    skew: random.chance(0.3) ? random.int(-6, 6) * 3_600_000 + random.int(0, 60_000) : 0,
    startsAt: random.chance(0.6) ? 0 : random.int(0, 60_000),
  };
}

function anyEvents(random: Prng, profile: Profile, deviceCount: number): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  const device = (): number => (profile === "oneUser" ? 0 : random.int(0, deviceCount - 1));
  // What an ignore rule hides keeps its place on the server, where something else may come to want it. And a file that
  // was replaced by a folder while the answer to its upload was lost comes back from there.
  const weights = profile === "any" ? USER_WEIGHTS : { ...USER_WEIGHTS, ignore: 0, fileToFolder: 0 };
  const length = random.pick([20_000, 60_000, 200_000]);
  const count = random.pick([4, 10, 20, 30]);
  let at = random.int(0, 2_000);
  for (let i = 0; i < count; i++) {
    events.push({ kind: "user", at, device: device(), action: random.weighted(weights), salt: salt(random) });
    at += random.chance(0.5) ? random.int(0, 1_500) : random.int(0, (length / count) * 4);
  }
  if (profile === "any") {
    for (let left = random.pick([0, 0, 2, 6]); left > 0; left--)
      events.push({
        kind: "server",
        at: random.int(0, at),
        action: random.weighted(SERVER_WEIGHTS),
        salt: salt(random),
      });
    if (random.chance(0.05))
      events.push({ kind: "quotaFull", at: random.int(0, at), duration: random.int(1_000, 60_000), salt: 0 });
  }
  for (let left = random.pick([0, 0, 1, 3, 6]); left > 0; left--)
    events.push({
      kind: "fault",
      at: random.int(0, at),
      device: random.int(0, deviceCount - 1),
      fault: profile === "oneUser" ? random.pick(["crash", "offline", "stop"]) : random.weighted(FAULT_WEIGHTS),
      duration: random.pick([100, 2_000, 20_000, 120_000]),
      salt: salt(random),
    });
  return events;
}

/** What somebody else does to the same thing at about the same time: in some histories, so that edits and moves meet. */
function twins(seed: number, events: readonly HistoryEvent[], deviceCount: number): HistoryEvent[] {
  const random = new Prng(seed, 4);
  if (!random.chance(0.4)) return [];
  return events.flatMap((event) => {
    if (event.kind !== "user" || !random.chance(0.4)) return [];
    const device = (event.device + random.int(1, deviceCount - 1)) % deviceCount;
    const action = random.chance(0.6) ? event.action : random.pick(MEETING);
    const twin = { ...event, at: event.at + random.int(0, 120), device, action, isTwin: true as const };
    if (!random.chance(0.3)) return [twin];
    const at = Math.max(0, event.at - 300);
    return [
      twin,
      { kind: "fault" as const, at, device, fault: "offline" as const, duration: 15_000, salt: event.salt },
    ];
  });
}

function movesEvents(random: Prng): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  for (const action of ["makeTree", "makeTree", "create", "createText", "makeFolder"] as const)
    for (let i = random.int(1, 2); i > 0; i--)
      events.push({ kind: "user", at: random.int(0, 5_000), device: 0, action, salt: salt(random) });
  let at = MOVES_BEGIN;
  for (let i = random.int(1, 10); i > 0; i--) {
    // Faster, a file that takes the name that another one just left is an edit of that one (Y8): so editors save.
    at += random.int(2_000, 20_000);
    const action = random.weighted(MOVES_ONLY as Record<UserAction, number>);
    events.push({ kind: "user", at, device: 0, action, salt: salt(random) });
  }
  return events;
}

function salt(random: Prng): number {
  return random.int(1, 0x7fff_ffff);
}

/** The time of the last event, with what it takes. */
export function lastTime({ events, devices }: History): number {
  const ends = events.map((event) => event.at + ("duration" in event ? event.duration : 0));
  return Math.max(1_000, ...ends, ...devices.map((device) => device.startsAt));
}
