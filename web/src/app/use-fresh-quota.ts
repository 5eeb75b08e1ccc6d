import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { accountQuery } from "../session/account.ts";

/** Milliseconds for which changes are gathered before the server is asked. */
const GATHER = 4000;

/** Asks again how full the account is some seconds after the tree changed. */
export function useFreshQuota(): void {
  const drive = useDrive();
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = drive.onOutcome(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: accountQuery.queryKey });
      }, GATHER);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [drive, queries]);
}
