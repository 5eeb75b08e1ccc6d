import type { ChunkRef } from "../../../protocol/content.ts";
import { newId } from "../../../protocol/new-id.ts";
import { encodePack, type Frame, toHex } from "../../../protocol/pack-frame.ts";
import type { Drop, Link, LinkSettings } from "../../../protocol/share.ts";
import type { CommitResponse, Node, OperationInput } from "../../../protocol/tree.ts";
import type { FileUpload, Upload } from "../../../protocol/upload.ts";
import { randomAddress, type TestAccount } from "./accounts.ts";

/** Things that an account owns, each made anew through the API; a failed request throws. */
export class Belongings {
  readonly account: TestAccount;

  constructor(account: TestAccount) {
    this.account = account;
  }

  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const bytes = body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : undefined;
    const type = bytes ? "application/octet-stream" : "application/json";
    const response = await this.account.api(path, {
      method,
      ...(body !== undefined && { body: bytes ?? JSON.stringify(body) }),
      headers: { "cf-connecting-ip": randomAddress(), ...(body !== undefined && { "content-type": type }) },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  async commitOne(operation: OperationInput): Promise<Node> {
    const { results } = await this.send<CommitResponse>("POST", "/commits", {
      operationId: newId(),
      operations: [operation],
    });
    const [result] = results;
    if (!result?.ok) throw new Error(`${operation.type}: ${JSON.stringify(result)}`);
    return result.node;
  }

  folder(parent = this.account.home.root): Promise<Node> {
    return this.commitOne({ type: "createFolder", parent, name: `folder ${newId()}` });
  }

  async trashedFolder(): Promise<Node> {
    const { id } = await this.folder();
    return this.commitOne({ type: "trash", node: id });
  }

  /** An upload that announces `chunks` and has none of them. */
  upload(chunks: readonly ChunkRef[]): Promise<Upload> {
    return this.send("POST", "/uploads", { chunks });
  }

  /** A chunk that the account holds. */
  async chunk(bytes = someBytes()): Promise<ChunkRef> {
    const frame = await frameOf(bytes);
    const ref = { id: frame.id, size: bytes.length };
    const { upload } = await this.upload([ref]);
    await this.send("POST", `/uploads/${upload}/packs`, encodePack([frame]));
    return ref;
  }

  /** A file of one chunk. */
  async file(parent = this.account.home.root, name = `file ${newId()}.txt`): Promise<Node> {
    return this.commitOne({ type: "createFile", parent, name, chunks: [await this.chunk()], mtime: 1_700_000_000_000 });
  }

  /** A link to a node, to a new folder where none is given. */
  async link(settings: LinkSettings = {}, node?: string): Promise<Link & { readonly token: string }> {
    const id = node ?? (await this.folder()).id;
    const link = await this.send<Link>("POST", `/files/${id}/share`, settings);
    return { ...link, token: link.url.slice(link.url.lastIndexOf("/") + 1) };
  }

  /** A guest's drop by a new link, as the path of its routes has it. */
  async drop(settings: LinkSettings = {}, folder?: string): Promise<{ token: string; drop: string }> {
    const { token } = await this.link({ ...settings, permission: "upload" }, folder);
    const { drop } = await this.send<Drop>("POST", `/shared/${token}/drops`, { guest: "Guest" });
    return { token, drop };
  }

  /** A file of two versions. */
  async fileOfTwoVersions(): Promise<Node> {
    const { id } = await this.file();
    const chunks = [await this.chunk()];
    return this.commitOne({ type: "updateFile", node: id, baseVersion: 1, chunks, mtime: 1_700_000_001_000 });
  }

  /** `POST /files/upload` of one chunk; `sent` says whether the chunk was sent, too. */
  async fileUpload(sent: boolean): Promise<{ upload: FileUpload; frame: Frame }> {
    const frame = await frameOf(someBytes());
    const size = frame.bytes.length;
    const request = { name: `upload ${newId()}`, size, chunks: [{ id: frame.id, size }] };
    const upload = await this.send<FileUpload>("POST", "/files/upload", request);
    if (sent) await this.send("PUT", `/files/${upload.fileId}/chunks/${frame.id}`, frame.bytes);
    return { upload, frame };
  }
}

/** 100 random bytes. */
export function someBytes(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(100));
}

export async function frameOf(bytes: Uint8Array<ArrayBuffer>): Promise<Frame> {
  return { id: toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))), bytes };
}
