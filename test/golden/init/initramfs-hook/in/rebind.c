// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
MODULE_LICENSE("GPL");
MODULE_AUTHOR("Jane Doe <jane@example.org>");
MODULE_DESCRIPTION("Drives the FOO tablet");
