#!/bin/sh
# Gets some real PDF and Office files for `npm run bench -- search-corpus --documents FOLDER`: from Debian's packages, which
# are unpacked and not installed, and npm's. Wants a Debian machine; takes 40 MB of downloads.
set -eu
folder=${1:?usage: documents.sh FOLDER}
mkdir -p "$folder/packages"
cd "$folder/packages"
apt-get download r-doc-pdf gnuplot-doc texlive-fonts-recommended-doc libreoffice-common
npm pack mammoth officeparser
for package in *.deb; do
  dpkg -x "$package" "../${package%%_*}"
done
for package in *.tgz; do
  mkdir -p "../${package%.tgz}"
  tar xzf "$package" -C "../${package%.tgz}"
done
cd ..
rm -r packages
