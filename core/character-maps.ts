/**
 * Where a deployment serves the character maps that PDF's fonts name and do not bring along (SPEC X8), as pdf.js packs
 * them: `${CHARACTER_MAPS}UniJIS-UTF16-H.bcmap`. What lies below `/assets/` is kept for good by whoever read it, hence
 * the version: that of `pdfjs-dist`, which brings them and which the viewer draws with. The Worker's, in `unpdf`, is
 * another, and reads them as well.
 */
export const CHARACTER_MAPS = "/assets/cmaps-5.6.205/";
