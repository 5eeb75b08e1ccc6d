import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { accountQuery } from "../session/account.ts";

/** Milliseconds for which changes are gathered before the server is asked. */
const GATHER = 4000;

/** Asks about the account again: when something of it changed elsewhere, and how full it is some seconds after the tree changed. */
export function useFreshAccount(): void {
  const drive = useDrive();
  const queries = useQueryClient();
  useEffect(() => {
    const ask = (): void => void queries.invalidateQueries({ queryKey: accountQuery.queryKey });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stops = [
      drive.onNotice((about) => {
        if (about === "account") ask();
      }),
      drive.onOutcome(() => {
        timer ??= setTimeout(() => {
          timer = undefined;
          ask();
        }, GATHER);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
    };
  }, [drive, queries]);
}
