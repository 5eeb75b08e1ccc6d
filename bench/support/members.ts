import { setTimeout as sleep } from "node:timers/promises";
import { MembersApi } from "../../client/members.ts";
import { decodeCursor } from "../../protocol/cursor.ts";
import { newId } from "../../protocol/new-id.ts";
import type { ServerMessage } from "../../protocol/push.ts";
import { now } from "../device/messages.ts";
import { type LedgeAccount, signUp } from "./ledge-account.ts";
import { pool } from "./pool.ts";

const PATIENCE_MS = 30_000;
/** Sign-ups that one address may make at once are fewer than the members. */
const SIGN_UPS_OF_AN_ADDRESS = 20;

/** Shares a folder with so many new accounts, all of them editors, who have accepted. */
export async function shareWithMany(
  url: string,
  { api }: LedgeAccount,
  { folder, count }: { readonly folder: string; readonly count: number },
): Promise<LedgeAccount[]> {
  const members: LedgeAccount[] = [];
  await pool(Array(count).keys(), 4, async (i) => {
    members.push(await signUp(url, `192.0.2.${1 + Math.floor(i / SIGN_UPS_OF_AN_ADDRESS)}`));
  });
  const people = new MembersApi(api.http);
  await people.invite(folder, { emails: members.map(({ email }) => email), role: "editor" });
  const secrets = await secretsOf(url, members);
  const { invitations } = await people.members(folder);
  const ids = new Map(invitations.map(({ email, id }) => [email, id]));
  await pool(members, 4, async ({ api, email }) => {
    const [id, secret] = [ids.get(email), secrets.get(email)];
    if (id === undefined || secret === undefined) throw new Error(`${email} was not invited`);
    await new MembersApi(api.http).acceptInvitation(id, { secret });
  });
  return members;
}

/** What the invitations hold that were mailed to each, by email; waits until all are in the inbox of development. */
async function secretsOf(url: string, members: readonly LedgeAccount[]): Promise<Map<string, string>> {
  for (const deadline = now() + PATIENCE_MS; now() < deadline; await sleep(200)) {
    const answer = await fetch(`${url}/dev/mail`, { headers: { accept: "application/json" } });
    const { messages } = (await answer.json()) as { messages: { to: string; kind: string; text: string }[] };
    const secrets = new Map<string, string>();
    for (const { to, kind, text } of messages) {
      const secret = kind === "invitation" ? /\/invitations#([\w-]+)/.exec(text)?.[1] : undefined;
      if (secret !== undefined) secrets.set(to, secret);
    }
    if (members.every(({ email }) => secrets.has(email))) return secrets;
  }
  throw new Error("not all invitations were mailed");
}

/** One member's open socket, and what it heard of a shared folder. */
export class MemberSocket {
  readonly #folder: string;
  readonly #socket: WebSocket;
  #heard: { readonly seq: number; readonly at: number }[] = [];
  #messages = 0;
  #waiting: { readonly seq: number; readonly done: (at: number) => void } | null = null;

  private constructor(folder: string, socket: WebSocket) {
    this.#folder = folder;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data)) as ServerMessage));
  }

  static async open({ api }: LedgeAccount, folder: string): Promise<MemberSocket> {
    const { url } = await api.subscribe({ device: { id: newId(), name: "bench", platform: process.platform } });
    const socket = new WebSocket(url);
    const member = new MemberSocket(folder, socket);
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("close", ({ code, reason }) => reject(new Error(`closed: ${code} ${reason}`)));
    });
    return member;
  }

  /** Messages about the folder so far. */
  get messages(): number {
    return this.#messages;
  }

  /** The time (see `now`) at which the socket told that the folder is at `seq`, or beyond. Asked for in rising order. */
  async heardOf(seq: number): Promise<number> {
    const known = this.#heard.find((each) => each.seq >= seq);
    this.#heard = this.#heard.filter((each) => each.seq >= seq);
    if (known) return known.at;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`a member has not heard of ${seq}`)), PATIENCE_MS);
      const done = (at: number): void => {
        clearTimeout(timer);
        this.#waiting = null;
        resolve(at);
      };
      this.#waiting = { seq, done };
    });
  }

  close(): void {
    this.#socket.close();
  }

  #hear(message: ServerMessage): void {
    if (message.type !== "shared" || message.space !== this.#folder) return;
    this.#messages++;
    const seq = decodeCursor(message.cursor ?? "")?.seq ?? 0;
    const at = now();
    this.#heard.push({ seq, at });
    if (this.#waiting && seq >= this.#waiting.seq) this.#waiting.done(at);
  }
}
