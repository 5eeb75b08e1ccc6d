import type { RemoteFile } from "../../client/download/fetch-file.ts";
import { ReplicaChanged, sameBytes, type Stamp } from "../../client/ports/replica-files.ts";
import type { SentFile, SyncCommitOptions, SyncRemote, TransferOptions } from "../../client/ports/sync-remote.ts";
import type { Changes, CommitResponse, OperationInput } from "../../protocol/tree.ts";
import { cut } from "./content.ts";
import { joinPath, NO_BYTES, SystemError, type Inode, type SimDisk } from "./disk.ts";
import type { SimNetwork } from "./network.ts";
import type { SimProcess } from "./process.ts";
import { EPOCH } from "./scheduler.ts";
import { stampOn } from "./sim-files.ts";
import type { SimServer } from "./sim-server.ts";

/** What one device's transfers came to. */
export interface TransferCounts {
  fetchedBytes: number;
}

/** `SyncRemote` over the simulated network. Files are read and written in pieces, with time between them. */
export class SimRemote implements SyncRemote {
  readonly #server: SimServer;
  readonly #network: SimNetwork;
  readonly #process: SimProcess;
  readonly #disk: SimDisk;
  readonly #counts: TransferCounts;

  constructor(server: SimServer, network: SimNetwork, process: SimProcess, disk: SimDisk, counts: TransferCounts) {
    this.#server = server;
    this.#network = network;
    this.#process = process;
    this.#disk = disk;
    this.#counts = counts;
  }

  changes(cursor: string | undefined, signal: AbortSignal): Promise<Changes> {
    return this.#request("changes", signal, () => this.#server.changes(cursor));
  }

  commit(
    operations: readonly OperationInput[],
    { operationId, epoch, signal }: SyncCommitOptions,
  ): Promise<CommitResponse> {
    const what = `commit ${operations.map(describe).join("; ")}`;
    return this.#request(what, signal, () => this.#server.commit(operations, operationId, epoch));
  }

  async send(path: string, expected: Stamp, options: TransferOptions): Promise<SentFile> {
    const { bytes, stamp } = await this.#read(path, expected, options.signal);
    const { content, chunks, pieces } = cut(bytes);
    const missing = await this.#request("open upload", options.signal, () => this.#server.missing(pieces.keys()));
    if (missing.length > 0) {
      const lacking = new Map([...pieces].filter(([id]) => missing.includes(id)));
      await this.#request("upload", options.signal, () => this.#server.receive(lacking));
    }
    options.onBytes?.(bytes.length);
    return { content, chunks, stamp };
  }

  async hash(path: string, expected: Stamp, options: TransferOptions): Promise<{ content: string; stamp: Stamp }> {
    const { bytes, stamp } = await this.#read(path, expected, options.signal);
    return { content: cut(bytes).content, stamp };
  }

  async fetch(
    file: RemoteFile,
    name: string,
    base: { readonly path: string; readonly content: string } | null,
    options: TransferOptions,
  ): Promise<void> {
    const bytes = await this.read(file, options);
    if (cut(bytes).content !== file.content) throw new Error("the version does not have that content");
    const path = joinPath(".ledge/partial", name);
    const half = bytes.slice(0, Math.ceil(bytes.length / 2));
    await this.#onDisk(`fetch begins ${name}`, () => {
      const partial = this.#disk.find(path) ?? this.#disk.write(path, NO_BYTES);
      this.#disk.setBytes(partial, half);
    });
    options.signal.throwIfAborted();
    await this.#onDisk(`fetch ends ${name}`, () => {
      const partial = this.#disk.get(path);
      this.#disk.setBytes(partial, bytes);
      partial.modified = file.mtime - EPOCH;
      partial.executable = file.executable;
    });
    if (base?.content !== file.content) this.#counts.fetchedBytes += bytes.length;
    options.onBytes?.(bytes.length);
  }

  async read(file: RemoteFile, { signal }: Pick<TransferOptions, "signal">): Promise<Uint8Array> {
    return this.#request(`download ${file.node} v${file.version}`, signal, () =>
      this.#server.download(file.node, file.version),
    );
  }

  async #read(path: string, expected: Stamp, signal: AbortSignal): Promise<{ bytes: Uint8Array; stamp: Stamp }> {
    const file = await this.#onDisk(`open ${path}`, () => {
      this.#disk.read(path);
      const inode = this.#disk.get(path);
      if (!sameBytes(stampOn(this.#disk, inode), expected)) throw new ReplicaChanged(path);
      return inode;
    });
    signal.throwIfAborted();
    const first = await this.#piece(file, 0);
    const rest = await this.#piece(file, first.length);
    signal.throwIfAborted();
    return this.#onDisk(`read ${path}`, () => {
      const stamp = stampOn(this.#disk, file);
      if (!sameBytes(stamp, expected)) throw new ReplicaChanged(path);
      return { bytes: Buffer.concat([first, rest]), stamp };
    });
  }

  /** The next part of an open file: half of it, or what is left. */
  #piece(file: Inode, from: number): Promise<Uint8Array> {
    return this.#onDisk("read on", () => {
      const end = from === 0 ? Math.floor(file.bytes.length / 2) : file.bytes.length;
      return file.bytes.slice(from, end);
    });
  }

  #onDisk<T>(what: string, effect: () => T): Promise<T> {
    return this.#process.call(what, this.#process.random.delay(0.5), () => {
      if (this.#disk.isUnmounted) throw new SystemError("ENOENT", what);
      if (this.#disk.isFull && what.startsWith("fetch")) throw new SystemError("ENOSPC", what);
      return effect();
    });
  }

  #request<T>(what: string, signal: AbortSignal, effect: () => T): Promise<T> {
    return this.#network.request(this.#process, what, signal, effect);
  }
}

function describe(operation: OperationInput): string {
  const { type } = operation;
  const node = "node" in operation ? operation.node : "id" in operation ? operation.id : "";
  const name = "name" in operation ? ` "${operation.name}"` : "";
  const parent = "parent" in operation && operation.parent ? ` in ${operation.parent.slice(-4)}` : "";
  const base = "baseVersion" in operation ? ` on v${operation.baseVersion}` : "";
  return `${type} ${node?.slice(-4)}${name}${parent}${base}`;
}
