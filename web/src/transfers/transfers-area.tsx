import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, useEffect, useState, type ReactNode } from "react";
import type { Transfer } from "../../../protocol/transfers.ts";
import { useNotice } from "../drive/hooks.ts";
import { part } from "../ui/part.ts";
import { useLater } from "../ui/use-later.ts";
import { isLeftOver, useDismissed } from "./dismissed.ts";
import { setMoving } from "./moving.ts";
import { isGoingOn, transfersQuery } from "./transfer-requests.ts";

const TransferTray = part(() => import("./transfer-tray.tsx").then((file) => file.TransferTray));

const NONE: readonly Transfer[] = [];
/** Milliseconds within which lists hear that what was moved is gone. */
const HEARD_WITHIN = 5_000;

/** What the shell shows of transfers: nothing until there is one that goes on, or failed. */
export function TransfersArea(): ReactNode {
  const client = useQueryClient();
  const { data = NONE } = useQuery({ ...transfersQuery, enabled: useLater() });
  const dismissed = useDismissed();
  useNotice("transfers", () => void client.invalidateQueries({ queryKey: transfersQuery.queryKey }));
  useMovingSigns(data);
  const isAny = data.some((transfer) => isGoingOn(transfer) || isLeftOver(transfer, dismissed));
  // Once there, it stays: it shows what is through as well.
  const [isWanted, setWanted] = useState(false);
  if (isAny && !isWanted) setWanted(true);
  return (
    isWanted && (
      <Suspense>
        <TransferTray transfers={data} />
      </Suspense>
    )
  );
}

/** Has lists show what is leaving, until they hear that it is gone. */
function useMovingSigns(transfers: readonly Transfer[]): void {
  useEffect(() => {
    const going = new Set(transfers.filter(isGoingOn).map(({ from }) => from.node));
    const since = Date.now() - HEARD_WITHIN;
    const gone = transfers.filter(({ state, updatedAt }) => state === "done" && updatedAt > since);
    setMoving(new Set([...going, ...gone.map(({ from }) => from.node)]));
    if (gone.length === 0) return undefined;
    const timer = setTimeout(() => setMoving(going), HEARD_WITHIN);
    return () => clearTimeout(timer);
  }, [transfers]);
}
