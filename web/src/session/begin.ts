import { queryClient } from "../app/query-client.ts";
import { accountQuery } from "./account.ts";
import { keptAccount } from "./kept-account.ts";
import { forgetAccount, tellOfOtherAccount } from "./sign-out.ts";

/** To be called once signed in: whoever used this browser before and is somebody else leaves nothing behind. */
export async function beginSession(userId: string): Promise<void> {
  const before = keptAccount();
  if (before && before.id !== userId) {
    queryClient.clear();
    await forgetAccount();
    tellOfOtherAccount();
  }
  await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
}
