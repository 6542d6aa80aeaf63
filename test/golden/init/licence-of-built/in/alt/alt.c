// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2021 Someone Else <jane@example.org>
#include <linux/module.h>
#include <linux/usb.h>
#include "ids.h"

static const struct usb_device_id alt_table[] = {
	{ USB_DEVICE(0x1a86, 0x9999) },
	{ USB_DEVICE(VENDOR_FOO, PRODUCT_FOO) },
	{ USB_DEVICE(VENDOR_OF_A_KERNEL_HEADER, 0x0001) },
	{ }
};
MODULE_DEVICE_TABLE(usb, alt_table);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("adapter for USB <-> I2C & SPI");
