import { exports } from "cloudflare:workers";

export const ORIGIN = "https://ledge.test";

const worker = (exports as unknown as { default: { fetch(url: string, init?: RequestInit): Promise<Response> } })
  .default;

/** A signed-in account. `api` takes a path below `/api`, and sends the session's bearer token. */
export interface TestAccount {
  readonly token: string;
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly home: { readonly space: string; readonly root: string };
  readonly api: (path: string, init?: RequestInit) => Promise<Response>;
}

/** Calls the Worker without credentials; `json` becomes the body. */
export function call(path: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> {
  const { json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (json !== undefined) headers.set("content-type", "application/json");
  return worker.fetch(`${ORIGIN}/api${path}`, {
    ...rest,
    headers,
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
}

/** An address of its own for each sign-up, so that tests do not run into each other's rate limits. */
export function randomAddress(): string {
  return `10.${[...crypto.getRandomValues(new Uint8Array(3))].join(".")}`;
}

export async function signUp(email = `${crypto.randomUUID()}@example.org`): Promise<TestAccount> {
  const password = "correct horse battery";
  const made = await call("/auth/sign-up/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email, password, name: "Test" },
  });
  if (made.status !== 200) throw new Error(`sign-up answered ${made.status}: ${await made.text()}`);
  const { token, user } = await made.json<{ token: string; user: { id: string } }>();
  const api = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return call(path, { ...init, headers });
  };
  const account = await (await api("/account")).json<{ home: TestAccount["home"] }>();
  return { token, userId: user.id, email, password, home: account.home, api };
}

/** The `code` of a problem document, with its status: `401 unauthenticated`. */
export async function problemOf(answer: Response): Promise<string> {
  const type = answer.headers.get("content-type");
  if (type !== "application/problem+json") return `${answer.status} ${type}: ${await answer.text()}`;
  return `${answer.status} ${(await answer.json<{ code: string }>()).code}`;
}

/** What a browser would send back of the cookies in an answer. */
export function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
