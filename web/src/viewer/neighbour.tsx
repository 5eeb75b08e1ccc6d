import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import classes from "./viewer.module.css";

interface NeighbourProps {
  readonly to: "previous" | "next";
  readonly onClick: () => void;
}

/** The way to the file beside. */
export function Neighbour({ to, onClick }: NeighbourProps): ReactNode {
  const Look = to === "previous" ? IconChevronLeft : IconChevronRight;
  const label = strings.viewer[to];
  return (
    <button type="button" className={classes.neighbour} data-to={to} aria-label={label} title={label} onClick={onClick}>
      <Look size={24} aria-hidden />
    </button>
  );
}
