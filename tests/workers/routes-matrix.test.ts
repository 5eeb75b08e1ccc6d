import { beforeAll, describe, expect, it } from "vitest";
import { call, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { readRoutes, type Route } from "./support/openapi-document.ts";
import { ROWS, type Row, type RowRequest } from "./support/route-rows.ts";

const { routes } = await readRoutes();
const COLUMNS = ["none", "stranger", "reader", "owner"] as const;

/** Who asks. Accounts of their own for each route, so that attempts and sessions of one row do not count for another. */
interface Askers {
  readonly owner: Belongings;
  readonly stranger: TestAccount;
  /** A token of the owner's that may only read. */
  readonly readToken: string;
}

async function makeAskers(): Promise<Askers> {
  const owner = new Belongings(await signUp());
  const made = await owner.send<{ token: string }>("POST", "/account/tokens", { name: "test", scopes: ["read"] });
  return { owner, stranger: await signUp(), readToken: made.token };
}

// The first account is the administrator: none of those who ask here.
beforeAll(() => signUp());

describe("every route, by who asks", () => {
  it("[P2] the table has a row for each route of the OpenAPI document, and no other", () => {
    expect(Object.keys(ROWS).sort()).toEqual(routes.map(({ key }) => key).sort());
  });

  for (const route of routes) {
    const row = ROWS[route.key];
    if (!row) continue;
    it(`[I11] [A6] ${route.key}`, async () => {
      const askers = await makeAskers();
      const answers: Record<string, string> = {};
      for (const column of COLUMNS) answers[column] = await answer(askers, route, row, column);
      const { none, stranger: other, reader, owner: own } = row;
      expect(answers).toEqual({ none, stranger: other, reader, owner: own });
    });
  }
});

async function answer(askers: Askers, route: Route, row: Row, column: (typeof COLUMNS)[number]): Promise<string> {
  const request = await row.request(askers.owner);
  const response = await call(address(route, request), init(route, request, await tokenFor(askers, route, column)));
  const text = await response.text();
  const code =
    text !== "" && /json/.test(response.headers.get("content-type") ?? "") ? codeIn(JSON.parse(text)) : undefined;
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}

/** A session of its own where the request ends the session it was made with. */
async function tokenFor(
  { owner, stranger, readToken }: Askers,
  route: Route,
  column: (typeof COLUMNS)[number],
): Promise<string | undefined> {
  if (column === "none") return undefined;
  if (column === "reader") return readToken;
  const { email, password, token } = column === "owner" ? owner.account : stranger;
  if (route.path !== "/auth/sign-out") return token;
  const response = await call("/auth/sign-in/email", {
    method: "POST",
    headers: { "cf-connecting-ip": randomAddress() },
    json: { email, password },
  });
  return (await response.json<{ token: string }>()).token;
}

function address({ path }: Route, request: RowRequest): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = request.path?.[name];
    if (value === undefined) throw new Error(`the row gives no ${name}`);
    return encodeURIComponent(value);
  });
  return request.query ? `${filled}?${new URLSearchParams(request.query).toString()}` : filled;
}

function init({ method }: Route, { json, bytes }: RowRequest, token: string | undefined) {
  const headers: Record<string, string> = { "cf-connecting-ip": randomAddress() };
  if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
  if (bytes) headers["content-type"] = "application/octet-stream";
  return {
    method,
    headers,
    redirect: "manual" as const,
    ...(bytes && { body: bytes }),
    ...(json !== undefined && { json }),
  };
}

/** The code of a problem document, or of the first operation of a commit where it failed. */
function codeIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if ("results" in body && Array.isArray(body.results)) return codeIn(body.results[0]);
  return "code" in body && typeof body.code === "string" ? body.code : undefined;
}
