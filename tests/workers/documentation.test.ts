import { expect, it } from "vitest";
import { call } from "./support/accounts.ts";

it("[P2] the document names the tree's routes, and every schema it refers to", async () => {
  const answer = await call("/openapi.json");
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const document = JSON.parse(text) as {
    paths: Record<string, unknown>;
    components: Record<string, Record<string, unknown>>;
  };
  for (const path of [
    "/nodes/{nodeId}",
    "/folders",
    "/files/{fileId}",
    "/trash",
    "/sync/changes",
    "/openapi.json",
    "/docs",
  ]) {
    expect(document.paths).toHaveProperty([`/api${path}`]);
  }
  for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
    expect(document.components).toHaveProperty([kind ?? "", name ?? ""]);
  }
});

it("[P2] an operation has only members that OpenAPI 3.1 knows, and signing in needs no sign-in", async () => {
  const document = await (await call("/openapi.json")).json<{ paths: Record<string, Record<string, object>> }>();
  const known = /^(tags|summary|description|operationId|parameters|requestBody|responses|deprecated|security|x-.+)$/;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const unknown = Object.keys(operation).filter((name) => !known.test(name));
      expect(unknown, `${method} ${path}`).toEqual([]);
    }
  }
  expect(JSON.stringify(document)).not.toMatch(/"pattern":"[^"]*\/[a-z]*"/);
  for (const path of ["sign-up/email", "sign-in/email", "device/code", "device/token"]) {
    expect(document.paths[`/api/auth/${path}`]?.["post"], path).toHaveProperty("security", []);
  }
});

it("the page of the API runs no script and loads nothing", async () => {
  const answer = await call("/docs");
  expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const page = await answer.text();
  expect(page).toContain("/api/folders/{folderId}/children");
  expect(page).not.toMatch(/<script|src=|\[object/);
});

it("limits say the deployment's own pack size, health needs no credentials", async () => {
  expect(await (await call("/limits")).json()).toMatchObject({ packBytes: 8_388_608, commitOperations: 1_000 });
  expect(await (await call("/health")).json()).toMatchObject({ ok: true });
});
