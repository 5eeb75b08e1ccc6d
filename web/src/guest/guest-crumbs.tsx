import { IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SharedLocation, SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import classes from "./guest-crumbs.module.css";
import heads from "./link-head.module.css";

interface GuestCrumbsProps {
  readonly root: SharedNode;
  readonly rootName: string;
  /** Absent: the link's own folder. */
  readonly folder: string | undefined;
  readonly location: SharedLocation | undefined;
}

/** The way from what the link opens to where one is; nothing above that. */
export function GuestCrumbs({ root, rootName, folder, location }: GuestCrumbsProps): ReactNode {
  if (folder === undefined) return <h1 className={heads.title}>{rootName}</h1>;
  return (
    <>
      <nav aria-label={strings.guest.path}>
        <ol className={classes.path}>
          {(location?.ancestors ?? [{ id: root.id, name: rootName }]).map(({ id, name }) => (
            <li key={id} className={classes.item}>
              <Link from="/s/$token" to="." search={id === root.id ? {} : { folder: id }} className={classes.link}>
                {id === root.id ? rootName : name}
              </Link>
              <IconChevronRight className={classes.separator} size={15} stroke={1.8} aria-hidden />
            </li>
          ))}
        </ol>
      </nav>
      <h1 className={heads.title}>{location?.node.name ?? "…"}</h1>
    </>
  );
}
