import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import { fileKind } from "../../../core/file-kind.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { fileAddress, thumbnailAddress } from "../viewer/file-address.ts";
import classes from "./entry-thumbnail.module.css";
import { Lines } from "./lines.tsx";
import { isDrawable, isDrawn, isShownWhole, type Pictured } from "./pictured.ts";
import { placeholderAddress } from "./placeholder.ts";
import { Picture } from "./picture.tsx";
import { drawnQuery, infoQuery, linesQuery } from "./thumbnail-queries.ts";

interface EntryThumbnailProps {
  readonly entry: Pictured;
  /** Pixels of a side. */
  readonly size: number;
}

/** What is in a file, small, in a square; what it is, where there is nothing to show. */
export function EntryThumbnail({ entry, size }: EntryThumbnailProps): ReactNode {
  return (
    <span className={classes.square} style={{ width: size, height: size }}>
      <FilledThumbnail key={entry.version} entry={entry} iconSize={size} hasLines={false} />
    </span>
  );
}

interface FilledThumbnailProps {
  readonly entry: Pictured;
  /** Pixels. */
  readonly iconSize: number;
  /** Whether there is room for the first lines of a text. */
  readonly hasLines?: boolean;
}

/**
 * The same, as large as what it is in. To be given a key of the version.
 *
 * The server's thumbnail, behind it at once what a few bytes say of it; else what this browser draws; while nothing is known
 * yet, and offline, a small picture as it is (SPEC H2, H4, H5).
 */
export function FilledThumbnail({ entry, iconSize, hasLines = true }: FilledThumbnailProps): ReactNode {
  const queries = useQueryClient();
  const { data, isError } = useQuery(infoQuery(entry));
  const info = data?.version === entry.version ? data : null;
  const mayDraw = info !== null && isDrawn(entry, info);
  const looksForDrawn = mayDraw || (isError && isDrawable(entry.name, entry.size));
  const { data: drawn } = useQuery({ ...drawnQuery(entry, mayDraw), enabled: looksForDrawn });
  const drawnAddress = useObjectAddress(drawn ?? null);
  const { data: lines } = useQuery(linesQuery(entry, hasLines && info?.kind === "text"));
  const [failed, setFailed] = useState<readonly string[]>([]);
  const placeholder = useMemo(
    () => (info?.placeholder == null ? null : placeholderAddress(info.placeholder)),
    [info?.placeholder],
  );

  const { id, version, sharedIn } = entry;
  const made = info?.kind === "image" ? thumbnailAddress(id, version, sharedIn) : null;
  const isKnown = data !== undefined || isError;
  const whole =
    isKnown && !mayDraw && info?.kind !== "text" && isShownWhole(entry)
      ? fileAddress(id, version, "inline", sharedIn)
      : null;
  const source = [made, drawnAddress, whole].find((each) => each !== null && !failed.includes(each)) ?? null;
  if (source !== null) {
    const isMade = source === made;
    return (
      <Picture
        key={source}
        source={source}
        placeholder={isMade ? placeholder : null}
        size={isMade ? info : null}
        kind={fileKind(entry.name)}
        onFail={() => {
          setFailed([...failed, source]);
          if (isMade) void queries.invalidateQueries({ queryKey: infoQuery(entry).queryKey });
        }}
      />
    );
  }
  if (lines !== undefined && lines.trim() !== "") return <Lines text={lines} />;
  return (
    <span className={classes.icon} data-waits={!isKnown || undefined}>
      <NodeIcon name={entry.name} type={entry.type} size={iconSize} />
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
