import { PREVIEW_CACHE } from "../app/caches.ts";
import { forgetDrive } from "../drive/forget-drive.ts";
import { forgetUploads } from "../uploads/uploads.ts";
import { forgetDrafts } from "../viewer/edit/draft-database.ts";
import { api } from "./api.ts";
import { forgetKeptAccount, keptAccount } from "./kept-account.ts";

const channel = new BroadcastChannel("ledge-session");

/** Other tabs of this browser are signed out with this one. */
channel.addEventListener("message", ({ data }) => {
  if (data === "signed-out") leave();
});

/**
 * Ends the session, forgets all that this browser kept of the account, and leaves to the sign-in page, in every tab (B2).
 * Rejects, with nothing forgotten, where the server cannot be reached: only it can end the session.
 */
export async function signOut(): Promise<void> {
  await api.http.json({ method: "POST", path: "/auth/sign-out" });
  await forgetAccount();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
  channel.postMessage("signed-out");
  leave();
}

/** Everything that this browser kept of an account. Where nothing can be stored, nothing is. */
export async function forgetAccount(): Promise<void> {
  const account = keptAccount();
  forgetKeptAccount();
  const kept: Promise<unknown>[] = [forgetUploads(), caches.delete(PREVIEW_CACHE)];
  if (account) kept.push(forgetDrive(account.id), forgetDrafts(account.id));
  await Promise.allSettled(kept);
}

/** A page load, so that nothing is left in memory. */
function leave(): void {
  location.assign("/sign-in");
}
