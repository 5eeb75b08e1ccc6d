import { useState, type ReactNode } from "react";
import { NodeIcon } from "../ui/node-icon.tsx";
import { useFileSource } from "./file-source.ts";
import classes from "./media-preview.module.css";
import type { PreviewProps } from "./preview-props.ts";

/** A film with the browser's own controls; read by ranges, so that it is sought in without being loaded. */
export function VideoPreview({ file, name, renderUnshown }: PreviewProps): ReactNode {
  const source = useFileSource();
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return renderUnshown();
  return (
    <div className={classes.stage}>
      <video
        className={classes.video}
        src={source.address(file.id, file.version, "inline")}
        aria-label={name}
        controls
        playsInline
        preload="metadata"
        onError={() => setBroken(true)}
      />
    </div>
  );
}

export function AudioPreview({ file, name, renderUnshown }: PreviewProps): ReactNode {
  const source = useFileSource();
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return renderUnshown();
  return (
    <div className={classes.stage}>
      <div className={classes.record}>
        <div className={classes.cover}>
          <NodeIcon name={name} type="file" size={88} />
        </div>
        <p className={classes.title}>{name}</p>
        <audio
          className={classes.audio}
          src={source.address(file.id, file.version, "inline")}
          aria-label={name}
          controls
          preload="metadata"
          onError={() => setBroken(true)}
        />
      </div>
    </div>
  );
}
