import { createInterface } from "node:readline/promises";
import { Interrupted, UsageError } from "./exit-codes.ts";

/** Asks for a line on the terminal without echoing what is typed. */
export async function askSecretly(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY)
    throw new UsageError("there is no terminal to ask for the password: use --password-stdin or LEDGE_PASSWORD");
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.setEncoding("utf8");
  try {
    return await readSecret(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

function readSecret(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = "";
    const onData = (text: string): void => {
      for (const character of text) {
        if (character === "\r" || character === "\n" || character === "\u0004") {
          stdin.off("data", onData);
          resolve(typed);
          return;
        }
        if (character === "\u0003") {
          stdin.off("data", onData);
          // In raw mode Ctrl-C is a character, not a signal.
          reject(new Interrupted("interrupted"));
          return;
        }
        typed = character === "\u007f" || character === "\b" ? [...typed].slice(0, -1).join("") : typed + character;
      }
    };
    stdin.on("data", onData);
  });
}

/** The first line of standard input, without its end. */
export async function readFirstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return "";
}

/** Asks for a line on the terminal; null without one. */
export async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await asking.question(question);
  } finally {
    asking.close();
  }
}

/** True only for a typed y or yes; false without a terminal. */
export async function confirm(question: string): Promise<boolean> {
  const answer = await ask(`${question} [y/N] `);
  return /^y(es)?$/i.test(answer?.trim() ?? "");
}
