import { beforeAll, describe, expect, it } from "vitest";
import { call, randomAddress, signUp, type TestAccount } from "./support/accounts.ts";
import { Belongings } from "./support/belongings.ts";
import { answerOf, requestTo } from "./support/matrix-request.ts";
import { readRoutes, type Route } from "./support/openapi-document.ts";
import { ROWS, type Row } from "./support/route-rows.ts";

/** Those below a shared folder have a table of their own: space-matrix.test.ts. */
const routes = (await readRoutes()).routes.filter(({ path }) => !path.startsWith("/spaces/{space}/"));
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
  const { address, init } = requestTo(route, request, await tokenFor(askers, route, column));
  return answerOf(await call(address, init));
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
