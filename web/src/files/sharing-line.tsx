import { IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { useSharedSpace } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import classes from "./sharing-line.module.css";

/** Whose the shared folder is that this is, or is in, and what one may do there; nothing where it is none. */
export function SharingLine({ folder }: { readonly folder: string }): ReactNode {
  const drive = useDrive();
  const space = useSharedSpace(drive.sharedIn(folder) ?? folder);
  if (!space) return null;
  const text = strings.files.sharing;
  return (
    <p className={classes.line}>
      <IconUsers size={16} stroke={1.8} aria-hidden />
      <span className={classes.text}>
        {space.role === "owner" ? text.byYou(space.people - 1) : text.by(space.owner.name, text.roles[space.role])}
      </span>
      {space.role !== "owner" && space.offer && (
        <Link to="/shared/{-$section}" params={{ section: undefined }} className={classes.offer}>
          {text.offered}
        </Link>
      )}
    </p>
  );
}
