/* Subject to the GNU General Public License. See COPYING. */
// Copyright (C) 2021 Jane Doe <jane@example.org>
#include <linux/module.h>
#include <linux/usb.h>
#include "ids.h"

static const struct usb_device_id ch341_table[] = {
	{ USB_DEVICE(0x1a86, 0x5512) },
	{ USB_DEVICE(VENDOR_FOO, PRODUCT_FOO) },
	{ USB_DEVICE(VENDOR_OF_A_KERNEL_HEADER, 0x0001) },
	{ }
};
MODULE_DEVICE_TABLE(usb, ch341_table);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("adapter for USB <-> I2C & SPI");
