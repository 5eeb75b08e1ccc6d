import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { fileKind } from "../../../core/file-kind.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./entry-thumbnail.module.css";
import { Lines } from "./lines.tsx";
import { isDrawable, isDrawn, isShownWhole } from "./pictured.ts";
import { placeholderAddress } from "./placeholder.ts";
import { Picture } from "./picture.tsx";
import { drawnQuery, infoQuery, linesQuery } from "./thumbnail-queries.ts";
import type { PicturedFile, ThumbnailSource } from "./thumbnail-source.ts";

interface ThumbnailProps {
  readonly file: PicturedFile;
  readonly source: ThumbnailSource;
  /** Pixels. */
  readonly iconSize: number;
  /** Whether there is room for the first lines of a text. */
  readonly hasLines?: boolean;
}

/**
 * What is in a file, as large as what it is in. To be given a key of the version.
 *
 * The server's thumbnail, behind it at once what a few bytes say of it; else what this browser draws; while nothing is known
 * yet, and offline, a small picture as it is (SPEC H2, H4, H5).
 */
export function Thumbnail({ file, source: from, iconSize, hasLines = true }: ThumbnailProps): ReactNode {
  const queries = useQueryClient();
  const { data, isError } = useQuery(infoQuery(from, file));
  const info = data?.version === file.version ? data : null;
  const mayDraw = from.draw !== null && info !== null && isDrawn(file, info);
  const looksForDrawn = mayDraw || (from.draw !== null && isError && isDrawable(file.name, file.size));
  const { data: drawn } = useQuery({ ...drawnQuery(from, file, mayDraw), enabled: looksForDrawn });
  const drawnAddress = useObjectAddress(drawn ?? null);
  const { data: lines } = useQuery(linesQuery(from, file, hasLines && info?.kind === "text"));
  const [failed, setFailed] = useState<readonly string[]>([]);
  const placeholder = useMemo(
    () => (info?.placeholder == null ? null : placeholderAddress(info.placeholder)),
    [info?.placeholder],
  );

  const { id, version } = file;
  const made = info?.kind === "image" ? from.thumbnailAddress(id, version) : null;
  const isKnown = data !== undefined || isError;
  const whole =
    isKnown && !mayDraw && info?.kind !== "text" && isShownWhole(file) ? from.fileAddress(id, version) : null;
  const source = [made, drawnAddress, whole].find((each) => each !== null && !failed.includes(each)) ?? null;
  if (source !== null) {
    const isMade = source === made;
    return (
      <Picture
        key={source}
        source={source}
        placeholder={isMade ? placeholder : null}
        size={isMade ? info : null}
        kind={fileKind(file.name)}
        onFail={() => {
          setFailed([...failed, source]);
          if (isMade) void queries.invalidateQueries({ queryKey: infoQuery(from, file).queryKey });
        }}
      />
    );
  }
  if (hasLines && lines !== undefined && lines.trim() !== "") return <Lines text={lines} />;
  return (
    <span className={classes.icon} data-waits={!isKnown || undefined}>
      <NodeIcon name={file.name} type={file.type} size={iconSize} />
    </span>
  );
}

/** An address of a blob, as long as it is shown. */
function useObjectAddress(blob: Blob | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return undefined;
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => {
      setAddress(null);
      URL.revokeObjectURL(made);
    };
  }, [blob]);
  return address;
}
