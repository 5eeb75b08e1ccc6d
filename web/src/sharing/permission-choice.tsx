import { IconDownload, IconEye, IconInbox, type Icon } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";
import type { LinkPermission } from "../../../protocol/share.ts";
import { strings } from "../strings/sharing.ts";
import classes from "./permission-choice.module.css";

const LOOKS: Readonly<Record<LinkPermission, Icon>> = { download: IconDownload, view: IconEye, upload: IconInbox };

interface PermissionChoiceProps {
  /** Only folders take files. */
  readonly isFolder: boolean;
  readonly value: LinkPermission;
  readonly onChange: (permission: LinkPermission) => void;
}

/** What whoever has the link may do. */
export function PermissionChoice({ isFolder, value, onChange }: PermissionChoiceProps): ReactNode {
  const text = strings.sharing;
  const name = useId();
  const choices: readonly LinkPermission[] = isFolder ? ["download", "view", "upload"] : ["download", "view"];
  return (
    <fieldset className={classes.choice}>
      <legend className={classes.legend}>{text.may}</legend>
      {choices.map((permission) => {
        const Look = LOOKS[permission];
        return (
          <label key={permission} className={classes.option}>
            <input
              type="radio"
              className={classes.radio}
              name={name}
              checked={value === permission}
              onChange={() => onChange(permission)}
            />
            <Look size={20} stroke={1.7} aria-hidden />
            <span>{text.permissions[permission]}</span>
          </label>
        );
      })}
      <p className={classes.text}>{text.permissionText[value]}</p>
    </fieldset>
  );
}
