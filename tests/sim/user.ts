import { joinPath, lastName, NO_BYTES, parentPath, SystemError, type SimDisk } from "./disk.ts";
import type { UserAction } from "./history.ts";
import { Prng } from "./prng.ts";
import { EPOCH } from "./scheduler.ts";
import { bytesOf, textOf, type Writer } from "./tokens.ts";

const FILE_NAMES = [
  "a",
  "b",
  "c",
  "A",
  "f.txt",
  "g.txt",
  "F.txt",
  "\u00e9",
  "e\u0301",
  "x.tmp",
  "stra\u00dfe",
  "STRASSE",
];
const FOLDER_NAMES = ["d", "e", "D", "sub", "\u00fc", "u\u0308", "build"];
const UNPORTABLE = ["x:y", "con", "dot.", "q?"];
/** What several people may have of their own accord. */
const EQUAL = ["", "equal", "equal\nlines\n", "\0equal"];

/** What `.ledgeignore` says where a user makes one. */
const IGNORE_RULES = "*.tmp\nbuild/\n";

/** Part of an action that happens later. */
export interface Later {
  readonly delay: number;
  readonly run: () => void;
}

/** True for what the users' ignore rules match, or for what they would if it were a folder. */
export function isIgnorable(path: string, type = "folder"): boolean {
  const names = path.split("/");
  const isBelow = (index: number): boolean => index < names.length - 1;
  return names.some(
    (name, i) => /\.tmp$/i.test(name) || ((isBelow(i) || type === "folder") && name.toLowerCase() === "build"),
  );
}

/**
 * Carries out one action on a device's disk, as far as there is something to do it to. Answers the parts of it that come
 * later.
 */
export function act(
  disk: SimDisk,
  { action, salt, isTwin }: { action: UserAction; salt: number; isTwin?: true },
  writer: Writer,
): readonly Later[] {
  if (disk.isUnmounted) return [];
  try {
    return new Actor(disk, salt, isTwin === true, writer).act(action);
  } catch (error) {
    // The user sees the message, and lets it be.
    if (error instanceof SystemError) return [];
    throw error;
  }
}

class Actor {
  readonly #disk: SimDisk;
  /** What the thing is chosen by that something is done to. */
  readonly #target: Prng;
  /** What everything else is chosen by. */
  readonly #random: Prng;
  readonly #writer: Writer;
  readonly #files: readonly string[];
  readonly #folders: readonly string[];

  constructor(disk: SimDisk, salt: number, isTwin: boolean, writer: Writer) {
    this.#disk = disk;
    this.#target = new Prng(salt, 2);
    this.#random = isTwin ? new Prng(salt, 5) : this.#target;
    this.#writer = writer;
    const paths = disk.paths();
    this.#files = paths.filter((path) => disk.find(path)?.type === "file" && path !== ".ledgeignore");
    this.#folders = paths.filter((path) => disk.find(path)?.type === "folder");
  }

  act(action: UserAction): readonly Later[] {
    const disk = this.#disk;
    const random = this.#random;
    switch (action) {
      case "create":
        disk.write(this.#newFile(), this.#writer.binary());
        return [];
      case "createText":
        disk.write(this.#newFile(), this.#writer.text(random.int(3, 8)));
        return [];
      case "createEmpty":
        disk.write(this.#newFile(), NO_BYTES);
        return [];
      case "createEqual":
        disk.write(this.#newFile(), bytesOf(random.pick(EQUAL)));
        return [];
      case "createUnportable":
        if (random.chance(0.5)) disk.write(joinPath(this.#folder(), random.pick(UNPORTABLE)), this.#writer.binary());
        else disk.makeFolder(joinPath(this.#folder(), random.pick(UNPORTABLE)));
        return [];
      case "edit":
        disk.write(this.#file(), this.#writer.binary());
        return [];
      case "editLine":
        return this.#editLine();
      case "append":
        return this.#append();
      case "saveAtomically":
        return this.#saveAtomically();
      case "writeSlowly":
        return this.#writeSlowly();
      case "sameBytes": {
        const path = this.#file();
        disk.write(path, disk.read(path));
        return [];
      }
      case "makeTree":
        return this.#makeTree();
      case "makeFolder":
        disk.makeFolder(joinPath(this.#folder(), random.pick(FOLDER_NAMES)));
        return [];
      case "chmod": {
        const path = this.#file();
        disk.setExecutable(path, !disk.get(path).executable);
        return [];
      }
      case "touch":
        disk.setMtime(this.#file(), EPOCH + random.int(-1_000_000, 1_000_000));
        return [];
      case "copy":
        disk.write(this.#newFile(), disk.read(this.#file()));
        return [];
      case "hardLink":
        disk.hardLink(this.#file(), this.#newFile());
        return [];
      case "symlink":
        disk.symlink(this.#newFile());
        return [];
      case "ignore":
        disk.write(".ledgeignore", bytesOf(IGNORE_RULES));
        return [];
      default:
        return this.#arrange(action);
    }
  }

  /** Actions that leave all bytes as they are. */
  #arrange(action: UserAction): readonly Later[] {
    const disk = this.#disk;
    const random = this.#random;
    switch (action) {
      case "remove":
        disk.remove(this.#file());
        return [];
      case "removeAll":
        disk.removeAll(this.#target.pick(this.#some(this.#folders)));
        return [];
      case "move": {
        const from = random.chance(0.5) ? this.#file() : this.#any();
        this.#moveTo(from, joinPath(this.#folder(), lastName(from)));
        return [];
      }
      case "moveOver":
        disk.rename(this.#file(), this.#file());
        return [];
      case "moveFolder": {
        const from = this.#target.pick(this.#some(this.#folders));
        this.#moveTo(from, joinPath(this.#folder(), random.chance(0.5) ? lastName(from) : random.pick(FOLDER_NAMES)));
        return [];
      }
      case "rename": {
        const from = this.#any();
        const names = disk.get(from).type === "folder" ? FOLDER_NAMES : FILE_NAMES;
        this.#moveTo(from, joinPath(parentPath(from), random.pick(names)));
        return [];
      }
      case "renameCase": {
        const from = this.#any();
        const name = lastName(from);
        this.#moveTo(
          from,
          joinPath(parentPath(from), name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase()),
        );
        return [];
      }
      case "renameForm": {
        const from = this.#any();
        const name = lastName(from);
        const other = name === name.normalize("NFC") ? name.normalize("NFD") : name.normalize("NFC");
        this.#moveTo(from, joinPath(parentPath(from), other));
        return [];
      }
      case "swap":
        return this.#swap();
      case "fileToFolder": {
        const path = this.#file();
        disk.remove(path);
        disk.makeFolder(path);
        if (random.chance(0.5)) disk.write(joinPath(path, random.pick(FILE_NAMES)), this.#writer.binary());
        return [];
      }
      default:
        throw new Error(`nobody knows how to ${action}`);
    }
  }

  /** As `mv -n`: over nothing. */
  #moveTo(from: string, to: string): void {
    const there = this.#disk.find(to);
    if (!there || there === this.#disk.find(from)) this.#disk.rename(from, to);
  }

  #editLine(): readonly Later[] {
    const texts = this.#files.filter((path) => textOf(this.#disk.get(path).bytes).startsWith("t"));
    const path = this.#target.pick(this.#some(texts));
    const lines = textOf(this.#disk.read(path)).split("\n").slice(0, -1);
    const at = this.#random.int(0, lines.length);
    const isInsert = this.#random.chance(0.4);
    const isRemoval = !isInsert && lines.length > 2 && this.#random.chance(0.2);
    lines.splice(at, isInsert ? 0 : 1, ...(isRemoval ? [] : [`${this.#writer.token()} edited`]));
    const bytes = bytesOf(lines.map((line) => `${line}\n`).join(""));
    if (this.#random.chance(0.5)) return this.#replace(path, bytes);
    this.#disk.write(path, bytes);
    return [];
  }

  #append(): readonly Later[] {
    const path = this.#file();
    const add = (): void => {
      const before = this.#disk.find(path);
      if (before?.type === "file")
        this.#disk.write(path, Buffer.concat([before.bytes, bytesOf(`${this.#writer.token()} more\n`)]));
    };
    add();
    const delays = Array.from({ length: this.#random.int(0, 3) }, () => this.#random.int(10, 3_000));
    return delays.map((delay) => ({ delay, run: add }));
  }

  /** As editors do: another file, renamed over the old one. */
  #saveAtomically(): readonly Later[] {
    return this.#replace(this.#file(), this.#writer.binary());
  }

  #replace(path: string, bytes: Uint8Array): readonly Later[] {
    const temporary = joinPath(parentPath(path), `.save${this.#random.int(1, 99)}`);
    const executable = this.#disk.get(path).executable;
    this.#disk.write(temporary, bytes);
    if (executable) this.#disk.setExecutable(temporary, true);
    const rename = (): void => {
      if (this.#disk.find(temporary)) this.#disk.rename(temporary, path);
    };
    if (this.#random.chance(0.8)) {
      rename();
      return [];
    }
    return [{ delay: this.#random.int(1, 300), run: rename }];
  }

  /** Half of it, then all of it. */
  #writeSlowly(): readonly Later[] {
    const path = this.#random.chance(0.5) ? this.#newFile() : this.#file();
    const bytes = this.#writer.text(4);
    this.#disk.write(path, bytes.slice(0, 13));
    return [{ delay: this.#random.int(10, 4_000), run: () => void this.#disk.write(path, bytes) }];
  }

  #makeTree(): readonly Later[] {
    const top = joinPath(this.#folder(), this.#random.pick(FOLDER_NAMES));
    if (!this.#disk.find(top)) this.#disk.makeFolder(top);
    for (const name of ["a", "b.txt", "c"].slice(0, this.#random.int(1, 3)))
      this.#disk.write(joinPath(top, name), name.includes(".") ? this.#writer.text(4) : this.#writer.binary());
    const inner = joinPath(top, "sub");
    if (!this.#disk.find(inner)) this.#disk.makeFolder(inner);
    this.#disk.write(joinPath(inner, "deep"), this.#writer.binary());
    return [];
  }

  #swap(): readonly Later[] {
    const first = this.#any();
    const second = this.#any();
    if (`${second}/`.startsWith(`${first}/`) || `${first}/`.startsWith(`${second}/`)) return [];
    const passing = joinPath(parentPath(first), `.swap${this.#random.int(1, 99)}`);
    const steps = [
      () => this.#disk.rename(first, passing),
      () => this.#disk.rename(second, first),
      () => this.#disk.rename(passing, second),
    ];
    if (this.#random.chance(0.7)) {
      for (const step of steps) step();
      return [];
    }
    return steps.map((run, i) => ({ delay: i * 40, run }));
  }

  #file(): string {
    return this.#target.pick(this.#some(this.#files));
  }

  #any(): string {
    return this.#target.pick(this.#some([...this.#files, ...this.#folders]));
  }

  #folder(): string {
    return this.#random.chance(0.4) ? "" : this.#random.pick(["", ...this.#folders]);
  }

  /** A path for a new file; seldom one that is taken. */
  #newFile(): string {
    const path = joinPath(this.#folder(), this.#random.pick(FILE_NAMES));
    if (!this.#disk.find(path)) return path;
    return joinPath(this.#folder(), `${this.#random.pick(FILE_NAMES)}${this.#random.int(1, 9)}`);
  }

  #some(paths: readonly string[]): readonly string[] {
    if (paths.length === 0) throw new SystemError("ENOENT", "nothing there yet");
    return paths;
  }
}
