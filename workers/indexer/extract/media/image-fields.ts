import ExifReader from "exifreader";
import type { FileBytes } from "../file-bytes.ts";
import { MarkupParser } from "../markup.ts";
import type { Reading } from "../reading.ts";

/** Bytes at an image's beginning in which programs put what they say of it. */
const HEAD = 1024 * 1024;
/** Longest XMP packet that is read. */
const XMP_BYTES = 256 * 1024;

/** What was written into a photograph: when, where and with what it was taken, and its title. No pixel is decoded. */
export async function readImageFields(file: FileBytes, reading: Reading): Promise<void> {
  const first = await file.range(0, HEAD);
  // In TIFF, what is said of an image may lie after it.
  const tiff = first[0] === first[1] && (first[0] === 0x49 || first[0] === 0x4d);
  const head = tiff && file.size <= reading.limits.wholeBytes ? await file.whole() : first;
  const {
    exif,
    iptc,
    gps,
    file: format,
    pngFile,
    png,
    pngText,
  } = ExifReader.load(head.slice().buffer, {
    expanded: true,
    includeTags: { exif: true, iptc: true, gps: true, file: true, png: true },
  });
  const size = { ...format, ...pngFile };
  const width = size["Image Width"]?.value ?? exif?.PixelXDimension?.value;
  const height = size["Image Height"]?.value ?? exif?.PixelYDimension?.value;
  if (Number(width) > 0 && Number(height) > 0) reading.field("dimensions", `${Number(width)}x${Number(height)}`);
  reading.field("date", isoDate(shown(exif?.DateTimeOriginal) ?? shown(exif?.DateTime)));
  reading.field("camera", [shown(exif?.Make), shown(exif?.Model)].filter(Boolean).join(" "));
  reading.field("lens", shown(exif?.["LensModel"]));
  if (gps?.Latitude !== undefined && gps.Longitude !== undefined) {
    reading.field("place", `${gps.Latitude.toFixed(5)},${gps.Longitude.toFixed(5)}`);
  }
  const texts = { ...png, ...pngText };
  reading.field("title", shown(iptc?.["Object Name"]) ?? shown(iptc?.["Headline"]) ?? shown(texts["Title"]));
  reading.field("author", shown(exif?.Artist) ?? shown(iptc?.["By-line"]) ?? shown(texts["Author"]));
  reading.field(
    "description",
    shown(exif?.ImageDescription) ?? shown(iptc?.["Caption/Abstract"]) ?? shown(texts["Description"]),
  );
  reading.field("keywords", shown(iptc?.["Keywords"]));
  reading.field("city", shown(iptc?.["City"]));
  readXmp(head, reading);
}

/** A tag as it is shown; several of one name are one. */
function shown(tag: unknown): string | undefined {
  if (Array.isArray(tag)) return tag.map(shown).filter(Boolean).join(", ") || undefined;
  const { description } = (tag ?? {}) as { readonly description?: unknown };
  return typeof description === "string" && description.trim() !== "" ? description : undefined;
}

/** `2026-11-22T20:30:00` of `2026:11:22 20:30:00`: the camera's own time, wherever it was. */
function isoDate(date: string | undefined): string | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(date ?? "");
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}` : undefined;
}

/** Adobe's XMP packet, which is XML somewhere in the head (ISO 16684-1): title, description, keywords, author. */
function readXmp(head: Uint8Array, reading: Reading): void {
  const text = new TextDecoder("latin1").decode(head);
  const start = text.indexOf("<x:xmpmeta");
  if (start < 0) return;
  const end = text.indexOf("</x:xmpmeta>", start);
  const packet = head.subarray(start, Math.min(end < 0 ? head.length : end, start + XMP_BYTES));
  const names = new Set(["title", "description", "subject", "creator"]);
  const found = new Map<string, string[]>();
  let inside = "";
  const parser = new MarkupParser(
    {
      open: (name) => void (inside = names.has(name) ? name : inside),
      text(value) {
        if (inside === "" || value.trim() === "") return;
        found.set(inside, [...(found.get(inside) ?? []), value.trim()].slice(0, 50));
      },
      close: (name) => void (inside = name === inside ? "" : inside),
    },
    reading,
    "xml",
  );
  parser.write(new TextDecoder().decode(packet));
  parser.end();
  const fields = { title: "title", description: "description", subject: "keywords", creator: "author" };
  for (const [name, field] of Object.entries(fields)) reading.field(field, found.get(name)?.join(", "));
}
