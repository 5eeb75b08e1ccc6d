import { Api } from "../../client/api.ts";
import { HttpClient } from "../../client/http.ts";
import { systemClock } from "../../client/ports/system-clock.ts";
import { newId } from "../../protocol/new-id.ts";
import type { OperationInput } from "../../protocol/tree.ts";

/** A fresh account on a server under measurement. */
export interface LedgeAccount {
  readonly api: Api;
  /** The home space's root folder. */
  readonly root: string;
  /** A bearer token. */
  readonly token: string;
  readonly email: string;
}

/**
 * Signs up a new account.
 *
 * @param from - The address that the attempt is charged to, which the local runtime believes; absent: the machine's own.
 */
export async function signUp(url: string, from?: string): Promise<LedgeAccount> {
  const email = `${newId()}@bench.example`;
  const response = await fetch(`${url}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(from !== undefined && { "cf-connecting-ip": from }) },
    body: JSON.stringify({ email, password: "correct horse battery", name: "Bench" }),
  });
  const answer = (await response.json()) as { token?: string };
  if (!response.ok || !answer.token) throw new Error(`sign-up: ${response.status} ${JSON.stringify(answer)}`);
  const api = new Api(
    new HttpClient({ streamBytes: true, baseUrl: url, token: answer.token, clock: systemClock, random: Math.random }),
  );
  return { api, root: (await api.account()).home.root, token: answer.token, email };
}

/** Makes a folder in `parent` and answers its id. */
export async function makeFolder({ api }: LedgeAccount, parent: string, name: string): Promise<string> {
  return (await api.commitOne({ type: "createFolder", parent, name })).id;
}

/** Makes `count` empty files in a folder, 1,000 a commit. */
export async function fillFolder({ api }: LedgeAccount, folder: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    const length = Math.min(1_000, count - from);
    const operations = Array.from({ length }, (_, i): OperationInput => {
      const name = `entry ${String(from + i).padStart(6, "0")}.txt`;
      return { type: "createFile", parent: folder, name, chunks: [], mtime: 1_700_000_000_000 + from + i };
    });
    const { results } = await api.commit(operations);
    const failed = results.find((result) => !result.ok);
    if (failed) throw new Error(`filling a folder: ${JSON.stringify(failed)}`);
  }
}
