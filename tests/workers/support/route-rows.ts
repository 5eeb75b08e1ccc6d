import { newId } from "../../../protocol/new-id.ts";
import { encodePack } from "../../../protocol/pack-frame.ts";
import { call, randomAddress } from "./accounts.ts";
import { Authenticator } from "./authenticator.ts";
import { frameOf, someBytes } from "./belongings.ts";
import type { Belongings } from "./belongings.ts";
import { PEOPLE_ROWS } from "./people-route-rows.ts";
import { PICTURES } from "./picture-bytes.ts";

/** A request to a route: values for the path's parameters, and the rest. */
export interface RowRequest {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** The content type of `bytes`; absent: `application/octet-stream`. */
  readonly type?: string;
}

/**
 * Who gets which answer: `status`, or `status code` where the answer is a problem (or a commit whose operation failed).
 * `request` makes what it needs as the owner, anew for every column, so that no answer depends on another.
 */
export interface Row {
  readonly none: string;
  readonly stranger: string;
  readonly reader: string;
  readonly owner: string;
  request(owner: Belongings): Promise<RowRequest> | RowRequest;
}

type Request = Row["request"];

/** Open to everybody. */
const open = (status: string, request: Request = () => ({})): Row => ({
  none: status,
  stranger: status,
  reader: status,
  owner: status,
  request,
});

/** Reads what is the caller's own, whoever asks. */
const readsOwn = (request: Request = () => ({})): Row => ({
  none: "401 unauthenticated",
  stranger: "200",
  reader: "200",
  owner: "200",
  request,
});

/** Reads a thing of the owner's. */
const reads = (request: Request, owner = "200"): Row => ({
  none: "401 unauthenticated",
  stranger: "404 not_found",
  reader: owner,
  owner,
  request,
});

/** Changes a thing of the owner's. */
const writes = (owner: string, request: Request, stranger = "404 not_found"): Row => ({
  none: "401 unauthenticated",
  stranger,
  reader: "403 insufficient_scope",
  owner,
  request,
});

/** For a signed-in person only, never for a token; about the caller's own account. */
const session = (owner: string, request: Request = () => ({}), stranger = owner): Row => ({
  none: "401 unauthenticated",
  stranger,
  reader: "403 insufficient_scope",
  owner,
  request,
});

const file = async (owner: Belongings) => ({ path: { fileId: (await owner.file()).id } });

/** Has the form of a passkey's answers, and is none. */
const NO_PASSKEY = {
  id: "AAAA",
  rawId: "AAAA",
  type: "public-key",
  response: { clientDataJSON: "AAAA", attestationObject: "AAAA", authenticatorData: "AAAA", signature: "AAAA" },
};

/** Every route of the API, by its method and path in the OpenAPI document. */
export const ROWS: Readonly<Record<string, Row>> = {
  "GET /health": open("200"),
  "GET /limits": open("200"),
  "GET /openapi.json": open("200"),
  "GET /docs": open("200"),

  "GET /auth/options": open("200"),
  "POST /auth/sign-up/email": open("200", () => ({
    json: { email: `${newId()}@example.org`, password: "correct horse battery", name: "New" },
  })),
  "POST /auth/sign-in/email": open("200", ({ account }) => ({
    json: { email: account.email, password: account.password },
  })),
  "POST /auth/sign-out": open("200"),
  "GET /auth/get-session": open("200"),
  "POST /auth/change-password": session("200", ({ account }) => ({
    json: { currentPassword: account.password, newPassword: account.password },
  })),
  "POST /auth/forgot-password": open("204", () => ({ json: { email: `${newId()}@example.org` } })),
  "POST /auth/reset-password": open("410 invalid_mail_link", () => ({
    json: { token: "none", password: "correct horse battery" },
  })),
  "POST /auth/verify-email": session("410 invalid_mail_link", () => ({ json: { token: "none" } })),
  "POST /account/verify-email": session("204"),
  "POST /auth/device/code": open("200", () => ({ json: { client_id: "ledge-cli" } })),
  "POST /auth/device/token": open("400 invalid_request", () => ({
    json: {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "no-such-device-code",
      client_id: "ledge-cli",
    },
  })),
  "GET /auth/device": session("200", async (owner) => ({ query: { user_code: await userCode(owner) } })),
  "POST /auth/device/approve": session(
    "200",
    async (owner) => ({ json: { userCode: await claimedCode(owner) } }),
    "403 forbidden",
  ),
  "POST /auth/device/deny": session(
    "200",
    async (owner) => ({ json: { userCode: await claimedCode(owner) } }),
    "403 forbidden",
  ),

  "GET /device": open("302"),

  "GET /auth/two-factor": session("200"),
  "POST /auth/two-factor/enable": session("200", ({ account }) => ({ json: { password: account.password } })),
  // Who is signed in confirms with it, and has begun nothing; who is not goes on with a sign-in, and has none.
  "POST /auth/two-factor/verify": {
    ...session("409 two_factor_off", () => ({ json: { code: "123456" } })),
    none: "401 challenge_expired",
  },
  "POST /auth/two-factor/recovery": open("401 challenge_expired", () => ({ json: { code: "x7k2m-9qd4r" } })),
  "POST /auth/two-factor/recovery-codes": session("409 two_factor_off", ({ account }) => ({
    json: { password: account.password },
  })),
  "POST /auth/two-factor/disable": session("409 two_factor_off", ({ account }) => ({
    json: { password: account.password },
  })),

  "GET /auth/passkeys": session("200"),
  "POST /auth/passkeys/options": session("200", () => ({ json: {} })),
  "POST /auth/passkeys": session("403 invalid_passkey", () => ({ json: { credential: NO_PASSKEY } })),
  "POST /auth/passkeys/sign-in/options": open("200"),
  "POST /auth/passkeys/sign-in": open("403 invalid_passkey", () => ({ json: { credential: NO_PASSKEY } })),
  "PATCH /auth/passkeys/{id}": session(
    "204",
    async (owner) => ({ path: { id: await newPasskey(owner) }, json: { name: "Renamed" } }),
    "404 not_found",
  ),
  "DELETE /auth/passkeys/{id}": session(
    "204",
    async (owner) => ({ path: { id: await newPasskey(owner) } }),
    "404 not_found",
  ),

  // None of them is the administrator, whose own tests are in audit.test.ts.
  "POST /admin/audit": session("403 forbidden", () => ({ json: {} })),
  "GET /admin/activity": session("403 forbidden"),
  "GET /admin/mail": session("403 forbidden"),
  "GET /admin/accounts": session("403 forbidden"),
  "PATCH /admin/accounts/{id}": session("403 forbidden", () => ({ path: { id: newId() }, json: {} })),
  "DELETE /admin/accounts/{id}/sessions": session("403 forbidden", () => ({ path: { id: newId() } })),
  "POST /admin/accounts/{id}/password-reset": session("403 forbidden", () => ({ path: { id: newId() }, json: {} })),
  "GET /admin/settings": session("403 forbidden"),
  "PATCH /admin/settings": session("403 forbidden", () => ({ json: {} })),
  "GET /admin/usage": session("403 forbidden"),
  "GET /admin/links": session("403 forbidden"),
  "DELETE /admin/links/{id}": session("403 forbidden", () => ({ path: { id: newId() } })),
  "GET /admin/events": session("403 forbidden"),
  "GET /admin/search": session("403 forbidden"),
  "POST /admin/search/redrive": session("403 forbidden"),
  "POST /admin/search/reindex": session("403 forbidden"),

  "GET /account": readsOwn(),
  "PATCH /account": session("200", () => ({ json: { name: "Renamed" } })),
  "POST /account/email": session("200", ({ account }) => ({
    json: { email: `${newId()}@example.org`, password: account.password },
  })),
  "GET /account/usage": readsOwn(),
  "GET /account/sessions": session("200"),
  "DELETE /account/sessions/{id}": session(
    "204",
    async (owner) => ({ path: { id: await otherSession(owner) } }),
    "404 not_found",
  ),
  "GET /account/tokens": session("200"),
  "POST /account/tokens": session("201", () => ({ json: { name: "token", scopes: ["read"] } })),
  "DELETE /account/tokens/{id}": session(
    "204",
    async (owner) => {
      const made = await owner.send<{ id: string }>("POST", "/account/tokens", { name: "token", scopes: ["read"] });
      return { path: { id: made.id } };
    },
    "404 not_found",
  ),

  "GET /nodes": {
    ...reads(async (owner) => ({ query: { path: `/${(await owner.folder()).name}` } })),
  },
  "GET /nodes/{nodeId}": reads(async (owner) => ({ path: { nodeId: (await owner.folder()).id } })),
  "PUT /nodes/{nodeId}/star": writes("204", async (owner) => ({ path: { nodeId: (await owner.folder()).id } })),
  "DELETE /nodes/{nodeId}/star": writes("204", async (owner) => ({ path: { nodeId: (await owner.folder()).id } })),
  "GET /search": readsOwn(() => ({ query: { q: "anything" } })),
  "GET /stars": readsOwn(),
  "GET /stars/ids": readsOwn(),

  "GET /activity": readsOwn(),
  "GET /files/{fileId}/activity": reads(file),
  "GET /notifications": readsOwn(),
  "POST /notifications/read": writes("204", () => ({ json: {} }), "204"),
  "POST /folders": writes(
    "201",
    ({ account }) => ({ json: { parent: account.home.root, name: newId() } }),
    "404 parent_not_found",
  ),
  "GET /folders/{folderId}/children": reads(async (owner) => ({ path: { folderId: (await owner.folder()).id } })),
  "GET /folders/{folderId}/summary": reads(async (owner) => ({ path: { folderId: (await owner.folder()).id } })),
  "POST /folders/children": reads(async (owner) => ({ json: { folders: [(await owner.folder()).id] } })),
  "POST /commits": writes(
    "200",
    ({ account }) => ({
      json: {
        operationId: newId(),
        operations: [{ type: "createFolder", parent: account.home.root, name: newId() }],
      },
    }),
    "200 parent_not_found",
  ),
  "GET /sync/changes": readsOwn(),
  "POST /sync/subscribe": readsOwn(() => ({ json: { device: { id: newId(), name: "laptop", platform: "linux" } } })),
  "GET /sync/socket": open("426 upgrade_required", () => ({ query: { ticket: "none" } })),
  "GET /devices": readsOwn(),
  "PATCH /devices/{id}": session(
    "200",
    async (owner) => ({ path: { id: await newDevice(owner) }, json: { name: "Renamed" } }),
    "404 not_found",
  ),
  "DELETE /devices/{id}": session("204", async (owner) => ({ path: { id: await newDevice(owner) } }), "404 not_found"),

  "GET /files/damaged": readsOwn(),
  "POST /files/upload": writes(
    "200",
    ({ account }) => ({ json: { parent: account.home.root, name: newId(), size: 0, chunks: [] } }),
    "404 parent_not_found",
  ),
  "PUT /files/{fileId}/chunks/{chunkId}": writes(
    "200",
    async (owner) => {
      const { upload, frame } = await owner.fileUpload(false);
      return { path: { fileId: upload.fileId, chunkId: frame.id }, bytes: frame.bytes as Uint8Array<ArrayBuffer> };
    },
    "404 upload_not_found",
  ),
  "POST /files/{fileId}/complete": writes(
    "200",
    async (owner) => ({ path: { fileId: (await owner.fileUpload(true)).upload.fileId } }),
    "404 upload_not_found",
  ),
  "GET /files/{fileId}": reads(file),
  "HEAD /files/{fileId}": { none: "401", stranger: "404", reader: "200", owner: "200", request: file },
  "GET /files/{fileId}/thumbnail": reads(
    async (owner) => ({ path: { fileId: (await owner.folder()).id } }),
    "404 no_thumbnail",
  ),
  "PUT /files/{fileId}/thumbnail": writes("200", async (owner) => ({
    path: { fileId: (await owner.file(undefined, `${newId()}.pdf`)).id },
    query: { version: "1" },
    bytes: PICTURES.png,
    type: "image/png",
  })),
  "POST /files/thumbnails": readsOwn(async (owner) => ({ json: { ids: [(await owner.file()).id] } })),
  "POST /files/contents": reads(async (owner) => ({ json: { files: [{ id: (await owner.file()).id }] } })),
  "POST /chunks/contents": reads(async (owner) => ({ json: { chunks: [(await owner.chunk()).id] } })),
  "GET /zip": reads(async (owner) => ({ query: { id: (await owner.file()).id } })),
  "POST /zip": reads(async (owner) => ({ json: { ids: [(await owner.file()).id] } })),
  "PATCH /files/{fileId}": writes("200", async (owner) => ({ ...(await file(owner)), json: { name: newId() } })),
  "DELETE /files/{fileId}": writes("200", file),
  "POST /files/{fileId}/copy": writes("201", async (owner) => ({
    ...(await file(owner)),
    json: { parent: owner.account.home.root, name: newId() },
  })),
  "POST /files/{fileId}/restore": writes("200", async (owner) => ({
    path: { fileId: (await owner.trashedFolder()).id },
    json: {},
  })),
  "GET /files/{fileId}/versions": reads(file),
  "GET /files/{fileId}/manifest": reads(file),
  "POST /files/{fileId}/versions/{version}/restore": writes("200", async (owner) => ({
    path: { fileId: (await owner.fileOfTwoVersions()).id, version: "1" },
  })),
  "GET /files/{fileId}/storage": reads(file),
  "GET /trash": readsOwn(),
  "DELETE /trash": writes(
    "200",
    async (owner) => {
      await owner.trashedFolder();
      return {};
    },
    "200",
  ),

  "POST /files/{fileId}/share": writes("201", async (owner) => ({ ...(await file(owner)), json: {} })),
  ...PEOPLE_ROWS,
  "GET /links": writes("200", () => ({}), "200"),
  "GET /links/{id}": writes("200", async (owner) => ({ path: { id: (await owner.link()).id } })),
  "PATCH /links/{id}": writes("200", async (owner) => ({ path: { id: (await owner.link()).id }, json: { note: "x" } })),
  "DELETE /links/{id}": writes("204", async (owner) => ({ path: { id: (await owner.link()).id } })),

  "GET /shared/{token}": open("200", async (owner) => ({ path: { token: (await owner.link()).token } })),
  "POST /shared/{token}/unlock": open("204", async (owner) => ({
    path: { token: (await owner.link()).token },
    json: { password: "none is asked for" },
  })),
  "GET /shared/{token}/children": open("200", async (owner) => ({ path: { token: (await owner.link()).token } })),
  "GET /shared/{token}/nodes/{nodeId}": open("200", async (owner) => {
    const { token, node: nodeId } = await owner.link();
    return { path: { token, nodeId } };
  }),
  "GET /shared/{token}/files/{fileId}": open("200", sharedFile),
  "HEAD /shared/{token}/files/{fileId}": open("200", sharedFile),
  "GET /shared/{token}/files/{fileId}/thumbnail": open("404 no_thumbnail", async (owner) => {
    const { token, node } = await owner.link();
    return { path: { token, fileId: node } };
  }),
  "POST /shared/{token}/thumbnails": open("200", async (owner) => {
    const { token, node } = await owner.link();
    return { path: { token }, json: { ids: [node] } };
  }),
  "GET /shared/{token}/zip": open("200", async (owner) => ({ path: { token: (await owner.link()).token } })),
  "POST /shared/{token}/zip": open("200", async (owner) => {
    const { token, node } = await owner.link();
    return { path: { token }, json: { ids: [node] } };
  }),

  "POST /shared/{token}/drops": open("201", async (owner) => ({
    path: { token: (await owner.link({ permission: "upload" })).token },
    json: { guest: "Guest" },
  })),
  "POST /shared/{token}/drops/{drop}/uploads": open("200", async (owner) => ({
    path: await owner.drop(),
    json: { chunks: [] },
  })),
  "POST /shared/{token}/drops/{drop}/packs": open("200", async (owner) => ({
    path: await owner.drop(),
    bytes: encodePack([await frameOf(someBytes())]),
  })),
  "POST /shared/{token}/drops/{drop}/commit": open("200", async (owner) => ({
    path: await owner.drop(),
    json: { operationId: newId(), files: [{ name: "empty", chunks: [], mtime: 0 }] },
  })),

  "POST /chunks": writes("200", async () => ({ bytes: encodePack([await frameOf(someBytes())]) }), "200"),
  "POST /uploads": writes("200", () => ({ json: { chunks: [] } }), "200"),
  "GET /uploads/{id}": writes("200", newUpload, "404 upload_not_found"),
  "DELETE /uploads/{id}": writes("204", newUpload, "404 upload_not_found"),
  "POST /uploads/{id}/packs": writes(
    "200",
    async (owner) => {
      const frame = await frameOf(someBytes());
      const { upload } = await owner.upload([{ id: frame.id, size: frame.bytes.length }]);
      return { path: { id: upload }, bytes: encodePack([frame]) };
    },
    "404 upload_not_found",
  ),
};

/** A file below a shared folder. */
async function sharedFile(owner: Belongings): Promise<RowRequest> {
  const { token, node } = await owner.link();
  return { path: { token, fileId: (await owner.file(node)).id } };
}

async function newUpload(owner: Belongings): Promise<RowRequest> {
  const { id, bytes } = await frameOf(someBytes());
  return { path: { id: (await owner.upload([{ id, size: bytes.length }])).upload } };
}

/** A device of the owner's that uses a session of its own, so that ending it ends no other test's. */
async function newDevice({ account }: Belongings): Promise<string> {
  const id = newId();
  const { email, password } = account;
  const headers = { "cf-connecting-ip": randomAddress() };
  const signedIn = await call("/auth/sign-in/email", { method: "POST", headers, json: { email, password } });
  const { token } = await signedIn.json<{ token: string }>();
  await call("/sync/subscribe", {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    json: { device: { id, name: "laptop", platform: "linux" } },
  });
  return id;
}

async function userCode(owner: Belongings): Promise<string> {
  const code = await owner.send<{ user_code: string }>("POST", "/auth/device/code", { client_id: "ledge-cli" });
  return code.user_code;
}

/** A code that the owner has claimed: nobody else may decide on it. */
async function claimedCode(owner: Belongings): Promise<string> {
  const code = await userCode(owner);
  await owner.send("GET", `/auth/device?user_code=${code}`);
  return code;
}

async function newPasskey(owner: Belongings): Promise<string> {
  const { options } = await owner.send<{ options: { challenge: string; user: { id: string } } }>(
    "POST",
    "/auth/passkeys/options",
    {},
  );
  const credential = await (await Authenticator.make()).register(options);
  return (await owner.send<{ id: string }>("POST", "/auth/passkeys", { credential })).id;
}

/** A session of the owner's besides the one that asks. */
async function otherSession(owner: Belongings): Promise<string> {
  const { email, password } = owner.account;
  await owner.send("POST", "/auth/sign-in/email", { email, password });
  const { sessions } = await owner.send<{ sessions: { id: string; current: boolean }[] }>("GET", "/account/sessions");
  const other = sessions.find(({ current }) => !current);
  if (!other) throw new Error("there is no second session");
  return other.id;
}
