/** Why a sync cannot go on, whatever is tried again. Nothing was deleted because of it. */
export class SyncEnded extends Error {
  override readonly name = "SyncEnded";
  readonly reason: EndReason;

  constructor(reason: EndReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export type EndReason =
  /** The local root is gone, or is another folder than the one that was linked (Y14). */
  | "root-lost"
  /** The remote folder that is synced is in the trash or gone. */
  | "remote-root-gone"
  /** The device or its session was revoked. */
  | "revoked"
  /** The server does not take the credentials. */
  | "refused"
  /** The folder is linked with another one on the server than it was told to be synced with. */
  | "wrong-root";
