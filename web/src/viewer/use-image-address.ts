import { useEffect, useState } from "react";
import { extensionOf } from "../../../core/file-kind.ts";
import { useFileSource } from "./file-source.ts";
import { decodeHeif, isHeif } from "./heif/decode-heif.ts";
import { loadBytes, type FileVersion } from "./load-bytes.ts";

/**
 * Where an `<img>` finds a version: at the server, so that the browser keeps it. A drawing (SVG) is served as text, so it
 * is fetched and given as an image, in which no script runs and nothing is loaded. Where the server's did not come, e.g.
 * since a replica has not heard of the version, it is fetched once more by the client, which waits for it; and decoded here
 * where it is what few browsers read.
 */
export function useImageAddress(
  file: FileVersion,
  name: string,
): { readonly address: string | null; readonly isBroken: boolean; readonly onBroken: () => void } {
  const source = useFileSource();
  const isDrawing = extensionOf(name) === "svg";
  const isPhones = isHeif(name);
  const [isFetched, setFetched] = useState(isDrawing);
  const [blob, setBlob] = useState<string | null>(null);
  const [isBroken, setBroken] = useState(false);
  const { id, version, size } = file;
  useEffect(() => {
    if (!isFetched) return undefined;
    const ended = new AbortController();
    let made: string | null = null;
    const picture = async (): Promise<Blob> => {
      const bytes = await loadBytes(source, { id, version, size }, size, ended.signal);
      if (isPhones) return decodeHeif(bytes, ended.signal);
      return new Blob([bytes], isDrawing ? { type: "image/svg+xml" } : {});
    };
    picture().then(
      (blob) => {
        if (ended.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setBlob(made);
      },
      () => {
        if (!ended.signal.aborted) setBroken(true);
      },
    );
    return () => {
      ended.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [source, id, version, size, isFetched, isDrawing, isPhones]);
  return {
    address: isFetched ? blob : source.address(id, version, "inline"),
    isBroken,
    onBroken: () => (isFetched ? setBroken(true) : setFetched(true)),
  };
}
