import { spawn, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { seconds } from "../support/timing.ts";

const EVERYTHING = ["--no-ignore", "--hidden", "--no-config", "--no-messages", "-i", "-F"];

/** Whether a program is installed. */
export function isInstalled(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).error === undefined;
}

/**
 * The files below `root` that have each word as a whole one (`rg -l -i -w -F`), by word; all words are looked for at once.
 *
 * @param words - Lower case, of ASCII letters and digits.
 * @param list - A path that may be written.
 */
export async function filesWith(
  root: string,
  words: readonly string[],
  list: string,
): Promise<Map<string, Set<string>>> {
  await writeFile(list, words.join("\n"));
  const found = new Map<string, Set<string>>(words.map((word) => [word, new Set()]));
  const args = [...EVERYTHING, "-w", "-o", "--no-heading", "--with-filename", "-N", "--null", "-f", list, "."];
  const child = spawn("rg", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    const end = line.indexOf("\0");
    // Where a match is in a file with NUL bytes, rg says so and no more.
    if (end > 0) found.get(line.slice(end + 1).toLowerCase())?.add(line.slice(1, end));
  }
  return found;
}

/** Milliseconds that `rg -l -i -w -F` takes, from the process's start, for each of some words. */
export async function timeRipgrep(root: string, words: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const word of words) {
    const taken = await seconds(
      () =>
        new Promise((resolve) => {
          spawn("rg", [...EVERYTHING, "-l", "-w", word, "."], { cwd: root, stdio: "ignore" }).once("close", resolve);
        }),
    );
    times.push(taken * 1_000);
  }
  return times;
}
