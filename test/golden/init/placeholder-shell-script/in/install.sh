#!/bin/sh
ver=8.1
sed "s/__VERSION__/$ver/" dkms.conf
