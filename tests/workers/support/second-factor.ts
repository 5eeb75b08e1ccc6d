import { call, ORIGIN, randomAddress, signUp, type TestAccount } from "./accounts.ts";
import { withPastCode } from "./totp.ts";

/** An account whose sign-in asks for a second factor. `account.token` is its live session. */
export interface GuardedAccount {
  readonly account: TestAccount;
  readonly totpUri: string;
  readonly recoveryCodes: string[];
}

/** POSTs JSON from an address of its own. */
export function post(path: string, json: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return call(path, { method: "POST", json, headers: { "cf-connecting-ip": randomAddress(), ...headers } });
}

/** As `post`, signed in. */
export function postAs({ token }: { readonly token: string }, path: string, json: unknown): Promise<Response> {
  return post(path, json, { authorization: `Bearer ${token}` });
}

/** The first step of signing in, as a browser makes it. */
export function signInStep({ email, password }: TestAccount, more: object = {}): Promise<Response> {
  return post("/auth/sign-in/email", { email, password, ...more }, { origin: ORIGIN });
}

/** The challenge that a right password is answered with. */
export async function challengeOf(account: TestAccount): Promise<string> {
  const { challenge } = await (await signInStep(account)).json<{ challenge: string }>();
  return challenge;
}

/** Signs up and turns the second factor on. The code that confirms it is one of 30 s ago: later ones are unused. */
export async function signUpGuarded(): Promise<GuardedAccount> {
  const account = await signUp();
  const begun = await postAs(account, "/auth/two-factor/enable", { password: account.password });
  if (begun.status !== 200) throw new Error(`enable answered ${begun.status}: ${await begun.text()}`);
  const { totpUri, recoveryCodes } = await begun.json<{ totpUri: string; recoveryCodes: string[] }>();
  const confirmed = await withPastCode(totpUri, (code) => postAs(account, "/auth/two-factor/verify", { code }));
  if (confirmed.status !== 200) throw new Error(`verify answered ${confirmed.status}: ${await confirmed.text()}`);
  const { token } = await confirmed.json<{ token: string }>();
  const api = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return call(path, { ...init, headers });
  };
  return { account: { ...account, token, api }, totpUri, recoveryCodes };
}
