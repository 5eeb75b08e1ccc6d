import { queryClient } from "../app/query-client.ts";
import { accountQuery } from "./account.ts";
import { api } from "./api.ts";
import { keptAccount, putAccountAside, takeAccountBack } from "./kept-account.ts";
import { askAboutLeft } from "./left-behind.ts";
import { forgetAccount, tellOfOtherAccount } from "./sign-out.ts";

/**
 * To be called once signed in: whoever used this browser before and is somebody else leaves nothing behind. Where that
 * would lose what the server does not have, the person is asked first (B2). Resolves to whether the session has begun;
 * otherwise it was ended again, and the sign-in page is being loaded for the other account.
 */
export async function beginSession(userId: string): Promise<boolean> {
  takeAccountBack();
  const before = keptAccount();
  if (before && before.id !== userId) {
    const { unsentOf, isAnyUnsent } = await import("./unsent.ts");
    const unsent = await unsentOf(before.id, 0);
    if (isAnyUnsent(unsent)) {
      // A page that is loaded meanwhile must not send one account's edits in the name of the other.
      putAccountAside();
      const answer = await askAboutLeft(before, unsent);
      if (answer === "back") await api.http.json({ method: "POST", path: "/auth/sign-out" });
      takeAccountBack();
      if (answer === "back") {
        location.assign(`/sign-in${location.search}`);
        return false;
      }
    }
    queryClient.clear();
    await forgetAccount();
    tellOfOtherAccount();
  }
  await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
  return true;
}
