import { Button } from "@mantine/core";
import { IconDownload, IconEye } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { FilePreview } from "../viewer/preview.tsx";
import { spendDownload, useGuestDownload } from "./guest-download.ts";
import { GuestFrame } from "./guest-frame.tsx";
import { LinkHead } from "./link-head.tsx";
import heads from "./link-head.module.css";
import { useOpenedLink } from "./opened-link.ts";
import classes from "./shared-file.module.css";

/** A link to one file: shown, and saved where that is allowed. */
export function SharedFile({ file }: { readonly file: SharedNode }): ReactNode {
  const { canSave } = useOpenedLink();
  const download = useGuestDownload();
  return (
    <GuestFrame isFilled>
      <div className={classes.page}>
        <LinkHead
          facts={[formatSize(file.size), formatDate(file.mtime)]}
          actions={
            canSave && (
              <Button leftSection={<IconDownload size={18} aria-hidden />} onClick={() => download([file])}>
                {strings.guest.download}
              </Button>
            )
          }
        >
          <h1 className={heads.title}>{file.name}</h1>
        </LinkHead>
        <section className={classes.stage} aria-label={strings.guest.showing}>
          <GuestPreview file={file} />
        </section>
      </div>
    </GuestFrame>
  );
}

/** A file's preview; where looking counts as a download, only once it is asked for. */
export function GuestPreview({ file }: { readonly file: SharedNode }): ReactNode {
  const { secret, canSave, isCounted } = useOpenedLink();
  const client = useQueryClient();
  const download = useGuestDownload();
  const [isWanted, setWanted] = useState(!isCounted);
  const text = strings.guest;
  if (!isWanted) {
    return (
      <div className={classes.ask}>
        <NodeIcon name={file.name} type="file" size={72} />
        <p className={classes.counts}>{text.showCounts}</p>
        <Button
          variant="default"
          leftSection={<IconEye size={18} aria-hidden />}
          onClick={() => {
            setWanted(true);
            spendDownload(client, secret);
          }}
        >
          {text.show}
        </Button>
      </div>
    );
  }
  return (
    <FilePreview file={file} name={file.name} onDownload={canSave ? () => download([file]) : null} onEdit={null} />
  );
}
