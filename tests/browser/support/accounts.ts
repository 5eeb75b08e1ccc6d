import { createHash } from "node:crypto";
import type { BrowserContext } from "playwright-core";
import { Api } from "../../../client/api.ts";
import { HttpClient } from "../../../client/http.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { encodePack } from "../../../protocol/pack-frame.ts";
import type { Node } from "../../../protocol/tree.ts";

export interface TestAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** A session's, beside the browsers'. */
  readonly token: string;
  /** What Node asks of the server in this account's name. */
  readonly api: Api;
  /** The id of its top folder. */
  readonly root: string;
}

/** What a browser calls the server: passkeys and service workers want a name, not an address. */
export function siteOf(server: { readonly url: string }): string {
  return server.url.replace("127.0.0.1", "localhost");
}

/** Makes an account through the API. */
export async function makeAccount(url: string, email: string, name = "Ada Lovelace"): Promise<TestAccount> {
  const password = "correct horse battery";
  const { token } = await clientOf(url).json<{ token: string }>({
    method: "POST",
    path: "/auth/sign-up/email",
    json: { email, name, password },
  });
  const api = new Api(clientOf(url, token));
  const { home } = await api.account();
  return { name, email, password, token, api, root: home.root };
}

/** Signs a browser in without its pages: the cookies are there when the first one opens. */
export async function signInContext(context: BrowserContext, url: string, account: TestAccount): Promise<void> {
  const { email, password } = account;
  const answer = await context.request.post(`${url}/api/auth/sign-in/email`, { data: { email, password } });
  if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`);
}

function clientOf(baseUrl: string, token?: string): HttpClient {
  return new HttpClient({ baseUrl, token, clock: systemClock, random: Math.random });
}

/** Puts a small file of its own single chunk into a folder, past the browser. */
export async function putFile(
  account: TestAccount,
  parent: string,
  name: string,
  text: string | Buffer,
): Promise<Node> {
  const chunks = await sendBytes(account, Buffer.from(text));
  return account.api.commitOne({ type: "createFile", parent, name, chunks, mtime: Date.now(), onConflict: "replace" });
}

export function makeFolder(account: TestAccount, parent: string, name: string): Promise<Node> {
  return account.api.commitOne({ type: "createFolder", parent, name });
}

async function sendBytes({ api }: TestAccount, bytes: Buffer): Promise<{ id: string; size: number }[]> {
  if (bytes.length === 0) return [];
  const id = createHash("sha256").update(bytes).digest("hex");
  await api.sendChunks(encodePack([{ id, bytes }]));
  return [{ id, size: bytes.length }];
}
