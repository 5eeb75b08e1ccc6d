import { notifications } from "@mantine/notifications";
import { showCommandWindow } from "../commands/command-windows.ts";
import { signOut } from "../session/sign-out.ts";
import { strings } from "../strings/strings.ts";
import { errorText, isNetworkError } from "../ui/error-text.ts";

/**
 * Signs out; asks first where that would lose what was not sent yet (B2). Never rejects.
 *
 * @param waiting - The edits that this page knows to wait.
 */
export async function leave(account: string, waiting: number): Promise<void> {
  // A part that cannot be fetched must not keep anybody signed in.
  const isLoss = await import("../session/unsent.ts")
    .then(async ({ unsentOf, isAnyUnsent }) => isAnyUnsent(await unsentOf(account, waiting)))
    .catch(() => waiting > 0);
  if (isLoss) showCommandWindow("sign-out");
  else await leaveNow();
}

/** Signs out, whatever is lost by it; a notice says why where that fails. Never rejects. */
export async function leaveNow(): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    const message = isNetworkError(error) ? strings.app.signOutOffline : errorText(error);
    notifications.show({ color: "red", title: strings.app.signOutFailed, message });
  }
}
