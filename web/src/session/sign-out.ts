import { forgetPreviews } from "../app/previews.ts";
import { forgetDrive } from "../drive/forget-drive.ts";
import { forgetUploads } from "../uploads/uploads.ts";
import { forgetDrafts } from "../viewer/edit/draft-database.ts";
import { api } from "./api.ts";
import { forgetKeptAccount, keptAccount } from "./kept-account.ts";

/** Milliseconds. A tab that the browser has put to sleep may hold on to what is deleted until it wakes. */
const FORGET_WITHIN = 8_000;

const channel = new BroadcastChannel("ledge-session");

channel.addEventListener("message", ({ data }) => {
  if (data === "signed-out") {
    void forgetUploads()
      .catch(() => undefined)
      .then(leave);
  }
  if (data === "other-account") location.reload();
});

/**
 * Ends the session, forgets all that this browser kept of the account, and leaves to the sign-in page, in every tab (B2).
 * Rejects, with nothing forgotten, where the server cannot be reached: only it can end the session.
 */
export async function signOut(): Promise<void> {
  await api.http.json({ method: "POST", path: "/auth/sign-out" });
  // What other tabs are about to keep is stopped before it is forgotten.
  tellTabs("signed-out");
  await forgetAccount();
  leave();
}

/** Has other tabs, which may show somebody else, begin anew with whoever is signed in by now. */
export function tellOfOtherAccount(): void {
  tellTabs("other-account");
}

/** Everything that this browser kept of an account. Where nothing can be stored, nothing is. */
export async function forgetAccount(): Promise<void> {
  const account = keptAccount();
  const kept: Promise<unknown>[] = [forgetUploads(), forgetPreviews()];
  if (account) kept.push(forgetDrive(account.id), forgetDrafts(account.id));
  await Promise.race([Promise.allSettled(kept), new Promise((resolve) => setTimeout(resolve, FORGET_WITHIN))]);
  // Last: cut off before, the next session still knows whom to forget.
  forgetKeptAccount();
}

function tellTabs(what: "signed-out" | "other-account"): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
  channel.postMessage(what);
}

/** A page load, so that nothing is left in memory. */
function leave(): void {
  location.assign("/sign-in");
}
