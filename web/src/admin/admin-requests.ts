import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type {
  AccountChanges,
  AccountSort,
  AdminAction,
  AdminEvents,
  ManagedAccount,
  ManagedAccounts,
  ManagedLinks,
  PasswordReset,
  ServerSettings,
  ServerUsage,
  SignUpPolicy,
} from "../../../protocol/admin.ts";
import type { ActivityAction, AdminActivityPage } from "../../../protocol/activity.ts";
import { SearchApi } from "../../../client/search.ts";
import type { SearchRedriven, SearchState } from "../../../protocol/search.ts";
import { queryClient } from "../app/query-client.ts";
import { api } from "../session/api.ts";

/** What administration asks of the server. What may take a password is sent once: another time would count as another attempt. */

const PAGE = 50;
/** The first part of every key here. */
const ADMIN = "admin";

/** A page of a listing, and where the next one begins. */
export interface Paged {
  readonly next: string | null;
}

function paged<Page extends Paged>(path: string, query: Readonly<Record<string, string | number | undefined>>) {
  return infiniteQueryOptions({
    queryKey: [ADMIN, path, query],
    queryFn: ({ pageParam, signal }): Promise<Page> =>
      api.http.json({ path: `/admin${path}`, query: { limit: PAGE, ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }: Page) => next ?? undefined,
  });
}

export type PagedQuery<Page extends Paged> = ReturnType<typeof paged<Page>>;

export const accountsQuery = (search: string, sort: AccountSort) =>
  paged<ManagedAccounts>("/accounts", { search: search || undefined, sort });

/** One account by its id; null where there is none. */
export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: [ADMIN, "/accounts", { id }],
    queryFn: async ({ signal }): Promise<ManagedAccount | null> => {
      const found = await api.http.json<ManagedAccounts>({ path: "/admin/accounts", query: { search: id }, signal });
      return found.accounts.find((account) => account.id === id) ?? null;
    },
  });

export const linksQuery = (search: string) => paged<ManagedLinks>("/links", { search: search || undefined });

/** Of which records a list is. Times are milliseconds since 1970. */
export interface RecordFilter<Action> {
  readonly account: string | undefined;
  readonly action: Action | undefined;
  readonly from: number | undefined;
  readonly until: number | undefined;
}

export const activityQuery = (filter: RecordFilter<ActivityAction>) =>
  paged<AdminActivityPage>("/activity", { ...filter });

export const eventsQuery = (filter: RecordFilter<AdminAction>) => paged<AdminEvents>("/events", { ...filter });

export const usageQuery = queryOptions({
  queryKey: [ADMIN, "usage"],
  queryFn: ({ signal }): Promise<ServerUsage> => api.http.json({ path: "/admin/usage", query: { days: 30 }, signal }),
});

const searchApi = new SearchApi(api.http);
/** Milliseconds between looks at an index that is behind, and at one that is not. */
const WORKING = 2_000;
const CALM = 15_000;

/**
 * The search index's state, asked for again and again while it is shown (X6, X7).
 *
 * @param reason - Whose parked contents are listed; empty: those that may pass.
 */
export const indexQuery = (reason: string) =>
  queryOptions({
    queryKey: [ADMIN, "search", reason],
    queryFn: ({ signal }): Promise<SearchState> => searchApi.state(reason === "" ? undefined : reason, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (data && data.behind.length === 0 ? CALM : WORKING),
  });

/** @param letter - One message's id; absent: all that can be tried again. */
export async function redriveIndex(letter?: number): Promise<SearchRedriven> {
  const sent = await searchApi.redrive(letter);
  await shownAnew();
  return sent;
}

export async function makeIndexAnew(): Promise<void> {
  await searchApi.reindex();
  await shownAnew();
}

export const settingsQuery = queryOptions({
  queryKey: [ADMIN, "settings"],
  queryFn: ({ signal }): Promise<ServerSettings> => api.http.json({ path: "/admin/settings", signal }),
});

/** All records that the filter lets through, one a line. */
export function exportActivity(filter: RecordFilter<ActivityAction>): Promise<string> {
  const headers = { accept: "application/x-ndjson" };
  return api.http.send({ path: "/admin/activity", query: { ...filter }, headers }, (answer) => answer.text());
}

/** @param changes - With the caller's password where the session is older than a day: else `session_not_fresh`. */
export async function changeAccount(id: string, changes: AccountChanges): Promise<void> {
  await api.http.json({ method: "PATCH", path: `/admin/accounts/${id}`, json: changes, repeatable: false });
  await shownAnew();
}

/** @param password - As of `changeAccount`. */
export async function endSessions(id: string, password: string | undefined): Promise<void> {
  const path = `/admin/accounts/${id}/sessions`;
  await api.http.json({ method: "DELETE", path, json: { password }, repeatable: false });
  await shownAnew();
}

/** @param password - As of `changeAccount`. */
export function resetPassword(id: string, password: string | undefined): Promise<PasswordReset> {
  const path = `/admin/accounts/${id}/password-reset`;
  return api.http.json({ method: "POST", path, json: { password }, repeatable: false });
}

/** @param password - As of `changeAccount`. */
export async function changeSignUp(signUp: SignUpPolicy, password: string | undefined): Promise<void> {
  await api.http.json({ method: "PATCH", path: "/admin/settings", json: { signUp, password }, repeatable: false });
  await shownAnew();
  await queryClient.invalidateQueries({ queryKey: ["auth-options"] });
}

export async function revokeLink(id: string): Promise<void> {
  await api.http.json({ method: "DELETE", path: `/admin/links/${id}` });
  await shownAnew();
}

/** Everything here is asked for again: one act may change several lists. */
function shownAnew(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: [ADMIN] });
}
