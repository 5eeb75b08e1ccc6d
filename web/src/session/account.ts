import { queryOptions, useQuery } from "@tanstack/react-query";
import type { Account } from "../../../client/api.ts";
import { api } from "./api.ts";
import { keepAccount, keptAccount } from "./kept-account.ts";

/** Who is signed in, at first as this browser remembers it. Invalidate it after what changes profile or quota. */
export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: async (): Promise<Account> => {
    const account = await api.account();
    keepAccount(account);
    return account;
  },
  initialData: keptAccount,
  initialDataUpdatedAt: 0,
  refetchInterval: 5 * 60_000,
});

/** Who is signed in; for pages inside the shell, which are only drawn when that is known. */
export function useAccount(): Account {
  const { data } = useQuery(accountQuery);
  if (!data) throw new Error("only pages inside the shell have an account");
  return data;
}
