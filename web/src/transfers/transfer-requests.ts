import { queryOptions } from "@tanstack/react-query";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { TransfersApi } from "../../../client/transfers.ts";
import type { Transfer } from "../../../protocol/transfers.ts";
import { queryClient } from "../app/query-client.ts";
import { api } from "../session/api.ts";

export const transfersApi = new TransfersApi(api.http, systemClock);

/** Milliseconds between two looks at transfers that go on: notices tell of their ends. */
const LOOK_AGAIN = 2_000;

/** Those that this page waits for, as they were told of last. */
const awaited = new Map<string, Transfer>();

/** The account's moves between spaces (M11) and folders that come to it (M13), the newest first. */
export const transfersQuery = queryOptions({
  queryKey: ["transfers"],
  queryFn: async ({ signal }): Promise<readonly Transfer[]> => withAwaited(await transfersApi.transfers(signal)),
  refetchInterval: ({ state }) =>
    state.data?.some((each) => isGoingOn(each) && !awaited.has(each.id)) ? LOOK_AGAIN : false,
});

export function isGoingOn({ state }: Transfer): boolean {
  return state === "copying";
}

/** Shows a transfer as it is known now, also before the server knows of it; until `noteEnd`. */
export function noteAwaited(transfer: Transfer): void {
  awaited.set(transfer.id, transfer);
  queryClient.setQueryData(transfersQuery.queryKey, (all = []) => withAwaited(all));
}

/** Takes in one that the server told of some other way. */
export function noteTold(transfer: Transfer): void {
  queryClient.setQueryData(transfersQuery.queryKey, (all = []) => [
    transfer,
    ...all.filter(({ id }) => id !== transfer.id),
  ]);
}

/** @param transfer - As it ended; null: the server did not begin it. */
export function noteEnd(id: string, transfer: Transfer | null): void {
  awaited.delete(id);
  queryClient.setQueryData(transfersQuery.queryKey, (all = []) => [
    ...(transfer ? [transfer] : []),
    ...all.filter((each) => each.id !== id),
  ]);
}

function withAwaited(all: readonly Transfer[]): readonly Transfer[] {
  return [...[...awaited.values()].toReversed(), ...all.filter(({ id }) => !awaited.has(id))];
}
