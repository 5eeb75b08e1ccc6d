#!/bin/sh
# Gets real PDF and Office files for `npm run bench -- search-corpus --documents FOLDER`: out of Debian's packages, and of
# those packages' sources, nothing of which is installed, and npm's. Hundreds of Word, Excel, PowerPoint and OpenDocument
# files, some thirty of PDF, twenty of EPUB. Wants Debian, downloads 180 MB. What FOLDER has already is not fetched again.
set -eu

folder=${1:?usage: documents.sh FOLDER}
for program in apt-get dpkg-deb npm tar; do
  command -v "$program" >/dev/null || { echo "documents.sh: wants $program" >&2; exit 1; }
done
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# Unpacks what a command downloads into the folder's NAME: fetched NAME UNPACK COMMAND…
fetched() {
  name=$1 unpack=$2
  shift 2
  [ ! -d "$folder/$name" ] || return 0
  echo "$name"
  rm -rf fetched whole
  mkdir fetched whole
  if (cd fetched && "$@") >log 2>&1 && "$unpack" >log 2>&1; then
    mv whole "$folder/$name"
  else
    echo "documents.sh: $name could not be fetched: $(tail -n 1 log)" >&2
    failed=1
  fi
}
unpack_deb() { dpkg-deb -x fetched/*.deb whole; }
unpack_tgz() { tar xzf fetched/*.tgz -C whole; }
# Of a source, only Office files: its PDF files are drawings of its classes.
unpack_source() {
  for archive in fetched/*.orig*.tar.?z; do
    tar tf "$archive" | grep -iE '\.(docx|xlsx|pptx|od[tsp]|ot[tsp]|epub|rtf)$' >documents
    tar xf "$archive" -C whole -T documents
  done
}

# The sources' lists beside the machine's own, which has none in most places.
mkdir -p apt/lists/partial apt/parts
for list in /etc/apt/sources.list.d/*.sources; do
  [ ! -f "$list" ] || sed 's/^Types:.*/Types: deb-src/' "$list" >"apt/parts/${list##*/}"
done
cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | sed -n 's/^deb /deb-src /p' >apt/parts/sources.list || true
apt="apt-get -qq -o APT::Sandbox::User=root"
sources="$apt -o Dir::Etc::sourceparts=$work/apt/parts -o Dir::Etc::sourcelist=/dev/null -o Dir::State::lists=$work/apt/lists"
if [ ! -d "$folder/pandoc" ] || [ ! -d "$folder/python-odf" ] || [ ! -d "$folder/libapache-poi-java" ]; then
  $sources update || { echo "documents.sh: apt-get has no lists of sources" >&2; failed=1; }
fi

for package in r-doc-pdf gnuplot-doc texlive-fonts-recommended-doc libreoffice-common calibre debian-policy \
  developers-reference r-cran-readxl r-cran-openxlsx r-cran-officer; do
  fetched "$package" unpack_deb $apt download "$package"
done
for package in pandoc python-odf libapache-poi-java; do
  fetched "$package" unpack_source $sources source --tar-only "$package"
done
for package in mammoth@1.13.0 officeparser@7.8.0 xlsx-populate@1.21.0 docxyz@0.2.4 docx4js@3.3.0; do
  fetched "${package%@*}" unpack_tgz npm pack --silent "$package"
done
exit "$failed"
