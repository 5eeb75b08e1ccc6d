import { notifications } from "@mantine/notifications";
import { queryClient } from "../app/query-client.ts";
import type { Drive } from "../drive/drive.ts";
import { accountQuery } from "../session/account.ts";
import { strings } from "../strings/strings.ts";
import { errorText } from "../ui/error-text.ts";
import { withTakenNames } from "./taken-names.ts";
import type { UploadHost } from "./upload-host.ts";
import type { NewUpload, UploadItem, UploadProblem } from "./upload-item.ts";

/** What uploads ask of the drive. */
export type ConnectedDrive = Pick<Drive, "take" | "folder" | "sharedIn">;

/** All uploads of this tab, as the page shows them. Its identity changes when it does. */
export interface UploadsView {
  /** In the order they were added. */
  readonly items: readonly UploadItem[];
  /** Why nothing is sent for the moment. */
  readonly stalled: UploadProblem | null;
  /** Whether anything goes on. */
  readonly isBusy: boolean;
}

/** Set while a reload would leave something behind: then the next page starts the worker, which takes it over. */
const LEFT_KEY = "ledge-uploads-left";
const HANDED_AT_ONCE = 200;
const EMPTY: UploadsView = { items: [], stalled: null, isBusy: false };

let view = EMPTY;
let account: string | null = null;
let drive: ConnectedDrive | null = null;
let host: Promise<UploadHost> | null = null;
const listeners = new Set<() => void>();

export function uploadsView(): UploadsView {
  return view;
}

export function subscribeUploads(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Begins with uploads for whoever is signed in, and takes up what an earlier page left behind. The drive gets the nodes
 * that uploads make. To be called by the shell; the answer ends it.
 */
export function connectUploads(user: string, connected: ConnectedDrive): () => void {
  account = user;
  drive = connected;
  const isLeft = readLeft() && setTimeout(() => void uploadHost(), 300);
  return () => {
    if (isLeft) clearTimeout(isLeft);
    drive = null;
  };
}

/** Uploads what was chosen into a folder. Resolves once the worker has it; where that cannot be, a notice says so. */
export async function addUploads(folder: string, uploads: readonly NewUpload[]): Promise<void> {
  if (uploads.length === 0) return;
  const all = withTakenNames(uploads, drive?.folder(folder).entries ?? []);
  markLeft(true);
  try {
    await handOver(folder, all);
  } catch (error) {
    notifications.show({ color: "red", title: strings.files.drop.notBegun, message: errorText(error) });
  }
}

async function handOver(folder: string, uploads: readonly NewUpload[]): Promise<void> {
  const sharedIn = sharedInOf(folder);
  const each = await uploadHost();
  // Handing over thousands of files at once would stop the page.
  for (let at = 0; at < uploads.length; at += HANDED_AT_ONCE) {
    each.tell({ type: "add", folder, sharedIn, uploads: uploads.slice(at, at + HANDED_AT_ONCE) });
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** See `Entry.sharedIn`; for what goes by way of the uploads. */
export function sharedInOf(node: string): string | null {
  return drive?.sharedIn(node) ?? null;
}

/** The one host of this page, made with its worker at the first call. */
export function uploadHost(): Promise<UploadHost> {
  host ??= makeHost();
  // The next call tries again.
  host.catch(() => (host = null));
  return host;
}

async function makeHost(): Promise<UploadHost> {
  if (account === null) throw new Error("nobody is signed in");
  const { UploadHost } = await import("./upload-host.ts");
  return new UploadHost({
    start: { account },
    show,
    take: (nodes) => drive?.take(nodes),
    // Whoever asks for the account learns that the session is over, and leads to the sign-in page.
    onStalled: ({ code }) => code === "unauthenticated" && askForAccount(),
    // What it takes of the quota is known anew.
    onIdle: askForAccount,
  });
}

/** Stops all uploads and forgets what this browser kept of them; for signing out. */
export async function forgetUploads(): Promise<void> {
  const isForgotten = host ? await (await host).forget() : !readLeft();
  if (!isForgotten) await (await import("./upload-store.ts")).forgetKept();
  host = null;
  show(EMPTY);
}

function askForAccount(): void {
  void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
}

function show(next: UploadsView): void {
  view = next;
  // What is done needs nobody; all else would be taken up by the next page.
  markLeft(next.items.some(({ state }) => state !== "done"));
  for (const listener of listeners) listener();
}

/** Says whether the next page has something to take up. */
export function markLeft(isLeft: boolean): void {
  if (isLeft === readLeft()) return;
  try {
    if (isLeft) localStorage.setItem(LEFT_KEY, "1");
    else localStorage.removeItem(LEFT_KEY);
  } catch {
    // Where storage is turned off, uploads last as long as the page.
  }
}

function readLeft(): boolean {
  try {
    return localStorage.getItem(LEFT_KEY) !== null;
  } catch {
    return false;
  }
}
