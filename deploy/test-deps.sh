#!/bin/sh
# Installs what the tests need from Debian, or names it when it may not.
set -eu
want=""
[ -x /usr/sbin/mosquitto ] || command -v mosquitto >/dev/null 2>&1 || want="$want mosquitto"
command -v chromium >/dev/null 2>&1 || want="$want chromium"
command -v pdftotext >/dev/null 2>&1 || want="$want poppler-utils"
command -v gcc >/dev/null 2>&1 || want="$want gcc libc6-dev"
[ -n "$want" ] || exit 0
sudo=""
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true 2>/dev/null; then
		echo "the tests need these Debian packages: apt-get install$want" >&2
		exit 1
	fi
	sudo="sudo"
fi
echo "installing$want"
$sudo apt-get update -qq
# The broker's own service is not wanted: the tests start brokers of their own.
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $want >/dev/null
