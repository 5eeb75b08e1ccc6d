import { Progress } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/strings.ts";
import { formatSize } from "../ui/format.ts";
import classes from "./quota-meter.module.css";

const ALMOST = 0.9;

/** How full the account is; leads to what takes the space. */
export function QuotaMeter(): ReactNode {
  const { quota, used, reserved } = useAccount().quota;
  const taken = used + reserved;
  const share = quota > 0 ? Math.min(1, taken / quota) : 1;
  const color = share >= 1 ? "red" : share >= ALMOST ? "orange" : "moss";
  const warning = share >= 1 ? strings.app.full : share >= ALMOST ? strings.app.almostFull : undefined;
  return (
    <Link to="/settings/{-$section}" params={{ section: "storage" }} className={classes.meter}>
      <span className={classes.title}>{strings.app.storage}</span>
      <Progress.Root size={6} mt={6} mb={6}>
        <Progress.Section
          value={Math.max(share * 100, taken > 0 ? 1 : 0)}
          color={color}
          aria-label={strings.app.storage}
        />
      </Progress.Root>
      <span className={classes.text}>{strings.app.usedOf(formatSize(taken), formatSize(quota))}</span>
      {warning !== undefined && <strong className={classes.warning}>{warning}</strong>}
    </Link>
  );
}
